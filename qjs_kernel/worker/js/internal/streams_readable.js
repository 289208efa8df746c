(function (k) {
  "use strict";
  // ReadableStream, its default reader and its default controller, after the WHATWG standard. The records in here
  // ("stream", "reader", "controller") are internal; what programs hold are the classes around them.
  const p = k.primordials;
  const { ArrayPrototypePush, ReflectApply } = p;
  const base = k.load("internal/streams_base");
  const {
    then, handled, resolved, rejected, deferred, settledWith, failedWith, promiseCall, methodOf, Queue, strategyOf,
    highWaterMarkOf, sizeOf, checkedSize, nothing,
  } = base;
  const { illegalConstructor, invalidState, invalidThis, invalidType, invalidValue, dictionary, publish, inspects } =
    k.load("web/interface");
  const { list } = k.text;
  const bytes = () => k.load("internal/streams_bytes");
  const secret = {};

  // ---- streams ----

  const newStream = () => ({
    __proto__: null, state: "readable", reader: undefined, error: undefined, disturbed: false, controller: undefined,
    object: undefined,
  });
  const isLocked = (stream) => stream.reader !== undefined;

  const closeStream = (stream) => {
    stream.state = "closed";
    const { reader } = stream;
    if (reader === undefined) return;
    reader.closed.resolve(undefined);
    if (reader.byob) return;
    const requests = reader.requests;
    reader.requests = list();
    for (let i = 0; i < requests.length; i++) requests[i].close();
  };
  const failRequests = (reader, error) => {
    const requests = reader.requests;
    reader.requests = list();
    for (let i = 0; i < requests.length; i++) requests[i].error(error);
  };
  const errorStream = (stream, error) => {
    stream.state = "errored";
    stream.error = error;
    const { reader } = stream;
    if (reader === undefined) return;
    reader.closed.reject(error);
    failRequests(reader, error);
  };
  const cancelStream = (stream, reason) => {
    stream.disturbed = true;
    if (stream.state === "closed") return resolved(undefined);
    if (stream.state === "errored") return rejected(stream.error);
    closeStream(stream);
    const { reader } = stream;
    if (reader !== undefined && reader.byob) {
      const requests = reader.requests;
      reader.requests = list();
      for (let i = 0; i < requests.length; i++) requests[i].close(undefined);
    }
    return then(stream.controller.cancelSteps(reason), nothing);
  };
  const shiftRequest = (reader) => p.ArrayPrototypeShift(reader.requests);
  const waiting = (stream) => (stream.reader === undefined ? 0 : stream.reader.requests.length);

  // ---- readers ----

  const newReader = (stream, byob) => {
    if (isLocked(stream)) throw invalidState("ReadableStream is locked");
    const reader = { __proto__: null, stream, closed: undefined, requests: list(), byob, object: undefined };
    stream.reader = reader;
    if (stream.state === "readable") reader.closed = deferred();
    else if (stream.state === "closed") reader.closed = settledWith(undefined);
    else reader.closed = failedWith(stream.error);
    handled(reader.closed.promise);
    return reader;
  };
  const readFrom = (reader, request) => {
    const { stream } = reader;
    stream.disturbed = true;
    if (stream.state === "closed") request.close();
    else if (stream.state === "errored") request.error(stream.error);
    else stream.controller.pullSteps(request);
  };
  const releaseReader = (reader) => {
    const { stream } = reader;
    if (stream === undefined) return;
    const gone = invalidState("Reader released");
    if (reader.closed.pending) reader.closed.reject(gone);
    else reader.closed = failedWith(gone);
    handled(reader.closed.promise);
    stream.controller.releaseSteps();
    stream.reader = reader.stream = undefined;
    failRequests(reader, invalidState("Releasing reader"));
  };
  const requestWith = (it) => ({
    __proto__: null,
    chunk: (value) => it.resolve({ value, done: false }),
    close: (value) => it.resolve({ value, done: true }),
    error: it.reject,
  });

  let readerOf;
  class ReadableStreamDefaultReader {
    #reader;
    constructor(stream) {
      if (!isReadableStream(stream)) throw invalidType("stream", "an instance of ReadableStream", stream);
      this.#reader = newReader(streamOf(stream), false);
      this.#reader.object = this;
    }
    static {
      readerOf = (value) => {
        if (typeof value !== "object" || value === null || !(#reader in value))
          throw invalidThis("ReadableStreamDefaultReader");
        return value.#reader;
      };
    }
    read() {
      try {
        const reader = readerOf(this);
        if (reader.stream === undefined) throw invalidState("The reader is not attached to a stream");
        const it = deferred();
        readFrom(reader, requestWith(it));
        return it.promise;
      } catch (error) {
        return rejected(error);
      }
    }
    releaseLock() {
      releaseReader(readerOf(this));
    }
    get closed() {
      try {
        return readerOf(this).closed.promise;
      } catch (error) {
        return rejected(error);
      }
    }
    cancel(reason = undefined) {
      try {
        const { stream } = readerOf(this);
        if (stream === undefined) throw invalidState("The reader is not attached to a stream");
        return cancelStream(stream, reason);
      } catch (error) {
        return rejected(error);
      }
    }
  }
  publish(ReadableStreamDefaultReader, "ReadableStreamDefaultReader", ["closed", "read", "releaseLock", "cancel"]);
  const showReader = (of) => (it) => {
    const { stream, requests, closed } = of(it);
    return { stream: stream?.object, readRequests: requests.length, close: closed.promise };
  };
  inspects(ReadableStreamDefaultReader, showReader((it) => readerOf(it)));

  // ---- the default controller ----

  const canClose = (controller) => !controller.closeRequested && controller.stream.state === "readable";
  const desiredSize = (controller) => {
    const { state } = controller.stream;
    return state === "errored" ? null : state === "closed" ? 0 : controller.mark - controller.queue.total;
  };
  const clearAlgorithms = (controller) => {
    controller.pull = controller.cancel = controller.size = undefined;
  };
  const failController = (controller, error) => {
    if (controller.stream.state !== "readable") return;
    controller.queue.clear();
    clearAlgorithms(controller);
    errorStream(controller.stream, error);
  };
  const shouldPull = (controller) => {
    if (!canClose(controller) || !controller.started) return false;
    const { stream } = controller;
    return (isLocked(stream) && waiting(stream) > 0) || desiredSize(controller) > 0;
  };
  const pullIfNeeded = (controller) => {
    if (!shouldPull(controller)) return;
    if (controller.pulling) {
      controller.pullAgain = true;
      return;
    }
    controller.pulling = true;
    then(controller.pull(), () => {
      controller.pulling = false;
      if (!controller.pullAgain) return;
      controller.pullAgain = false;
      pullIfNeeded(controller);
    }, (error) => failController(controller, error));
  };
  const enqueue = (controller, chunk) => {
    const { stream } = controller;
    if (isLocked(stream) && waiting(stream) > 0) shiftRequest(stream.reader).chunk(chunk);
    else {
      try {
        controller.queue.push(chunk, checkedSize(controller.size(chunk)));
      } catch (error) {
        failController(controller, error);
        throw error;
      }
    }
    pullIfNeeded(controller);
  };
  const closeController = (controller) => {
    if (!canClose(controller)) return;
    controller.closeRequested = true;
    if (!controller.queue.empty) return;
    clearAlgorithms(controller);
    closeStream(controller.stream);
  };

  // `source`: { start, pull, cancel }, each a function that gives a value or a promise.
  const setUpController = (stream, start, pull, cancel, mark, size) => {
    const controller = {
      __proto__: null, stream, queue: new Queue(), started: false, closeRequested: false, pullAgain: false,
      pulling: false, size, mark, pull, cancel, object: undefined,
      cancelSteps(reason) {
        controller.queue.clear();
        const result = controller.cancel(reason);
        clearAlgorithms(controller);
        return result;
      },
      pullSteps(request) {
        if (controller.queue.empty) {
          ArrayPrototypePush(stream.reader.requests, request);
          pullIfNeeded(controller);
          return;
        }
        const chunk = controller.queue.shift();
        if (controller.closeRequested && controller.queue.empty) {
          clearAlgorithms(controller);
          closeStream(stream);
        } else pullIfNeeded(controller);
        request.chunk(chunk);
      },
      releaseSteps: nothing,
    };
    controller.object = new ReadableStreamDefaultController(secret, controller);
    stream.controller = controller;
    then(resolved(start(controller)), () => {
      controller.started = true;
      pullIfNeeded(controller);
    }, (error) => failController(controller, error));
    return controller;
  };

  let controllerOf;
  class ReadableStreamDefaultController {
    #controller;
    constructor(key, controller) {
      if (key !== secret) throw illegalConstructor();
      this.#controller = controller;
    }
    static {
      controllerOf = (value) => {
        if (typeof value !== "object" || value === null || !(#controller in value))
          throw invalidThis("ReadableStreamDefaultController");
        return value.#controller;
      };
    }
    get desiredSize() {
      return desiredSize(controllerOf(this));
    }
    close() {
      const controller = controllerOf(this);
      if (!canClose(controller)) throw invalidState("Controller is already closed");
      closeController(controller);
    }
    enqueue(chunk = undefined) {
      const controller = controllerOf(this);
      if (!canClose(controller)) throw invalidState("Controller is already closed");
      enqueue(controller, chunk);
    }
    error(error = undefined) {
      failController(controllerOf(this), error);
    }
  }
  publish(ReadableStreamDefaultController, "ReadableStreamDefaultController",
    ["desiredSize", "close", "enqueue", "error"]);
  inspects(ReadableStreamDefaultController, () => ({}));

  // ---- ReadableStream ----

  // One of ours: made by tee, pipes and transforms.
  const createReadable = (start, pull, cancel, mark = 1, size = () => 1) => {
    const stream = newStream();
    stream.object = new ReadableStream(secret, stream);
    setUpController(stream, start, pull, cancel, mark, size);
    return stream;
  };

  let streamOf;
  let isReadableStream;

  class ReadableStream {
    #stream;
    constructor(source = {}, strategy = undefined) {
      if (source === secret) {
        this.#stream = strategy;
        return;
      }
      if ((typeof source !== "object" && typeof source !== "function") || source === null)
        throw invalidType("source", "of type object", source);
      const plan = strategyOf(strategy);
      const stream = this.#stream = newStream();
      stream.object = this;
      const { type } = source;
      const start = methodOf(source, "start"), pull = methodOf(source, "pull"), cancel = methodOf(source, "cancel");
      const begin = (controller) =>
        start === undefined ? undefined : ReflectApply(start, source, [controller.object]);
      const more = pull === undefined ? () => resolved(undefined)
        : () => promiseCall(pull, source, stream.controller.object);
      const stop = cancel === undefined ? () => resolved(undefined)
        : (reason) => promiseCall(cancel, source, reason);
      if (type !== undefined && `${type}` === "bytes") {
        if (plan.size !== undefined) throw invalidValue(p.RangeError, "strategy.size", plan.size);
        bytes().setUp(stream, begin, more, stop, highWaterMarkOf(plan, 0), source.autoAllocateChunkSize);
        return;
      }
      if (type !== undefined) throw invalidValue(p.TypeError, "source.type", type);
      const size = sizeOf(plan);
      setUpController(stream, begin, more, stop, highWaterMarkOf(plan, 1), size);
    }
    static {
      isReadableStream = (value) => typeof value === "object" && value !== null && #stream in value;
      streamOf = (value) => {
        if (!isReadableStream(value)) throw invalidThis("ReadableStream");
        return value.#stream;
      };
    }
    get locked() {
      return isLocked(streamOf(this));
    }
    static from(iterable) {
      return k.load("internal/streams_iterate").fromIterable(iterable).object;
    }
    cancel(reason = undefined) {
      try {
        const stream = streamOf(this);
        if (isLocked(stream)) throw invalidState("ReadableStream is locked");
        return cancelStream(stream, reason);
      } catch (error) {
        return rejected(error);
      }
    }
    getReader(options = undefined) {
      streamOf(this);
      const { mode } = dictionary(options, "options", true);
      if (mode === undefined) return new ReadableStreamDefaultReader(this);
      if (`${mode}` !== "byob") throw invalidValue(p.TypeError, "options.mode", mode);
      return new (bytes().ReadableStreamBYOBReader)(this);
    }
    pipeThrough(transform, options = undefined) {
      const stream = streamOf(this);
      const readable = transform?.readable;
      if (!isReadableStream(readable))
        throw invalidType("transform.readable", "an instance of ReadableStream", readable);
      const writable = transform?.writable;
      const { isWritableStream, streamOf: writableOf } = k.load("internal/streams_writable");
      if (!isWritableStream(writable))
        throw invalidType("transform.writable", "an instance of WritableStream", writable);
      const { pipe, pipeOptions } = k.load("internal/streams_pipe");
      const chosen = pipeOptions(options);
      if (isLocked(stream)) throw invalidState("The ReadableStream is locked");
      const target = writableOf(writable);
      if (target.writer !== undefined) throw invalidState("The WritableStream is locked");
      handled(pipe(stream, target, chosen));
      return readable;
    }
    pipeTo(destination, options = undefined) {
      try {
        const stream = streamOf(this);
        const { isWritableStream, streamOf: writableOf } = k.load("internal/streams_writable");
        if (!isWritableStream(destination))
          throw invalidType("transform.writable", "an instance of WritableStream", destination);
        const { pipe, pipeOptions } = k.load("internal/streams_pipe");
        const chosen = pipeOptions(options);
        if (isLocked(stream)) throw invalidState("The ReadableStream is locked");
        const target = writableOf(destination);
        if (target.writer !== undefined) throw invalidState("The WritableStream is locked");
        return pipe(stream, target, chosen);
      } catch (error) {
        return rejected(error);
      }
    }
    tee() {
      const stream = streamOf(this);
      if (isLocked(stream)) throw invalidState("ReadableStream is locked");
      return k.load("internal/streams_pipe").tee(stream);
    }
    values(options = undefined) {
      const stream = streamOf(this);
      const { preventCancel } = dictionary(options, "options", true);
      return k.load("internal/streams_iterate").iterate(newReader(stream, false), !!preventCancel);
    }
  }
  publish(ReadableStream, "ReadableStream",
    ["locked", "cancel", "getReader", "pipeThrough", "pipeTo", "tee", "values"]);
  k.hidden(ReadableStream.prototype, p.SymbolAsyncIterator, ReadableStream.prototype.values);
  inspects(ReadableStream, (it) => {
    const stream = streamOf(it);
    return { locked: isLocked(stream), state: stream.state, supportsBYOB: stream.controller?.byob === true };
  });

  // A stream can be transferred at best, and here there is nowhere to transfer it to.
  k.cloneable ??= list();
  ArrayPrototypePush(k.cloneable, { __proto__: null, is: isReadableStream });

  return {
    __proto__: null, ReadableStream, ReadableStreamDefaultReader, ReadableStreamDefaultController,
    newStream, isLocked, closeStream, errorStream, cancelStream, newReader, readFrom, releaseReader, waiting,
    shiftRequest, requestWith, showReader, enqueue, closeController, failController, canClose, desiredSize, createReadable,
    streamOf, isReadableStream, wrap: (stream) => new ReadableStream(secret, stream),
  };
})
