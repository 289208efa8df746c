(function (k) {
  "use strict";
  // WritableStream, its writer and its controller, after the WHATWG standard. Records are internal, classes public.
  const p = k.primordials;
  const { ArrayPrototypePush, ArrayPrototypeShift, ReflectApply } = p;
  const {
    then, handled, resolved, rejected, deferred, settledWith, failedWith, promiseCall, methodOf, Queue, strategyOf,
    highWaterMarkOf, sizeOf, checkedSize,
  } = k.load("internal/streams_base");
  const { illegalConstructor, invalidState, invalidThis, invalidType, invalidValue, publish, inspects } =
    k.load("web/interface");
  const { list } = k.text;
  const secret = {};
  const CLOSE = { __proto__: null };

  // state: "writable" | "erroring" | "errored" | "closed"
  const newStream = () => ({
    __proto__: null, state: "writable", error: undefined, writer: undefined, controller: undefined, requests: list(),
    inFlight: undefined, closing: undefined, closeInFlight: undefined, aborting: undefined, backpressure: false,
    object: undefined,
  });
  const isClosing = (stream) => stream.closing !== undefined || stream.closeInFlight !== undefined;

  const rejectClosed = (stream) => {
    if (stream.closing !== undefined) {
      stream.closing.reject(stream.error);
      stream.closing = undefined;
    }
    const { writer } = stream;
    if (writer === undefined) return;
    writer.closed.reject(stream.error);
    handled(writer.closed.promise);
  };
  const finishErroring = (stream) => {
    stream.state = "errored";
    stream.controller.queue.clear();
    const { requests, aborting } = stream;
    stream.requests = list();
    for (let i = 0; i < requests.length; i++) requests[i].reject(stream.error);
    if (aborting === undefined) {
      rejectClosed(stream);
      return;
    }
    stream.aborting = undefined;
    if (aborting.wasErroring) {
      aborting.it.reject(stream.error);
      rejectClosed(stream);
      return;
    }
    const { controller } = stream;
    const result = controller.abort(aborting.reason);
    clearAlgorithms(controller);
    then(result, () => {
      aborting.it.resolve(undefined);
      rejectClosed(stream);
    }, (error) => {
      aborting.it.reject(error);
      rejectClosed(stream);
    });
  };
  const rejectReady = (writer, error) => {
    if (writer.ready.pending) writer.ready.reject(error);
    else writer.ready = failedWith(error);
    handled(writer.ready.promise);
  };
  const startErroring = (stream, reason) => {
    stream.state = "erroring";
    stream.error = reason;
    if (stream.writer !== undefined) rejectReady(stream.writer, reason);
    if (stream.inFlight === undefined && stream.closeInFlight === undefined && stream.controller.started)
      finishErroring(stream);
  };
  const dealWithRejection = (stream, error) => {
    if (stream.state === "writable") startErroring(stream, error);
    else finishErroring(stream);
  };
  const updateBackpressure = (stream, backpressure) => {
    const { writer } = stream;
    if (writer !== undefined && backpressure !== stream.backpressure) {
      if (backpressure) writer.ready = deferred();
      else writer.ready.resolve(undefined);
    }
    stream.backpressure = backpressure;
  };

  const abortStream = (stream, reason) => {
    if (stream.state === "closed" || stream.state === "errored") return resolved(undefined);
    const { controller } = stream;
    controller.aborted = true;
    controller.reason = reason;
    controller.abortController?.abort(reason);
    if (stream.state === "closed" || stream.state === "errored") return resolved(undefined);
    if (stream.aborting !== undefined) return stream.aborting.it.promise;
    const wasErroring = stream.state === "erroring";
    const it = deferred();
    stream.aborting = { __proto__: null, it, reason: wasErroring ? undefined : reason, wasErroring };
    if (!wasErroring) startErroring(stream, reason);
    return it.promise;
  };
  const closeStream = (stream) => {
    if (stream.state === "closed" || stream.state === "errored")
      return rejected(invalidState("WritableStream is closed"));
    const it = stream.closing = deferred();
    const { writer } = stream;
    if (writer !== undefined && stream.backpressure && stream.state === "writable") writer.ready.resolve(undefined);
    stream.controller.queue.push(CLOSE, 0);
    advance(stream.controller);
    return it.promise;
  };

  // ---- the controller ----

  const clearAlgorithms = (controller) => {
    controller.write = controller.close = controller.abort = controller.size = undefined;
  };
  const desiredSize = (controller) => controller.mark - controller.queue.total;
  const hasBackpressure = (controller) => desiredSize(controller) <= 0;
  const failController = (controller, error) => {
    clearAlgorithms(controller);
    startErroring(controller.stream, error);
  };
  const failIfNeeded = (controller, error) => {
    if (controller.stream.state === "writable") failController(controller, error);
  };
  const processClose = (controller) => {
    const { stream } = controller;
    stream.closeInFlight = stream.closing;
    stream.closing = undefined;
    controller.queue.shift();
    const result = controller.close();
    clearAlgorithms(controller);
    then(result, () => {
      stream.closeInFlight.resolve(undefined);
      stream.closeInFlight = undefined;
      if (stream.state === "erroring") {
        stream.error = undefined;
        stream.aborting?.it.resolve(undefined);
        stream.aborting = undefined;
      }
      stream.state = "closed";
      stream.writer?.closed.resolve(undefined);
    }, (error) => {
      stream.closeInFlight.reject(error);
      stream.closeInFlight = undefined;
      stream.aborting?.it.reject(error);
      stream.aborting = undefined;
      dealWithRejection(stream, error);
    });
  };
  const processWrite = (controller, chunk) => {
    const { stream } = controller;
    stream.inFlight = ArrayPrototypeShift(stream.requests);
    then(controller.write(chunk), () => {
      stream.inFlight.resolve(undefined);
      stream.inFlight = undefined;
      controller.queue.shift();
      if (!isClosing(stream) && stream.state === "writable")
        updateBackpressure(stream, hasBackpressure(controller));
      advance(controller);
    }, (error) => {
      if (stream.state === "writable") clearAlgorithms(controller);
      stream.inFlight.reject(error);
      stream.inFlight = undefined;
      dealWithRejection(stream, error);
    });
  };
  const advance = (controller) => {
    const { stream } = controller;
    if (!controller.started || stream.inFlight !== undefined) return;
    if (stream.state === "erroring") {
      finishErroring(stream);
      return;
    }
    if (controller.queue.empty || stream.closeInFlight !== undefined) return;
    const value = controller.queue.peek();
    if (value === CLOSE) processClose(controller);
    else processWrite(controller, value);
  };

  const setUpController = (stream, start, write, close, abort, mark, size) => {
    const controller = {
      __proto__: null, stream, queue: new Queue(), started: false, mark, size, write, close, abort,
      abortController: undefined, aborted: false, reason: undefined, object: undefined,
    };
    controller.object = new WritableStreamDefaultController(secret, controller);
    stream.controller = controller;
    updateBackpressure(stream, hasBackpressure(controller));
    then(resolved(start(controller)), () => {
      controller.started = true;
      advance(controller);
    }, (error) => {
      controller.started = true;
      dealWithRejection(stream, error);
    });
    return controller;
  };

  let controllerOf;
  class WritableStreamDefaultController {
    #controller;
    constructor(key, controller) {
      if (key !== secret) throw illegalConstructor();
      this.#controller = controller;
    }
    static {
      controllerOf = (value) => {
        if (typeof value !== "object" || value === null || !(#controller in value))
          throw invalidThis("WritableStreamDefaultController");
        return value.#controller;
      };
    }
    get signal() {
      const controller = controllerOf(this);
      if (controller.abortController === undefined) {
        controller.abortController = new (k.load("web/abort").AbortController)();
        if (controller.aborted) controller.abortController.abort(controller.reason);
      }
      return controller.abortController.signal;
    }
    error(error = undefined) {
      const controller = controllerOf(this);
      if (controller.stream.state === "writable") failController(controller, error);
    }
  }
  publish(WritableStreamDefaultController, "WritableStreamDefaultController", ["signal", "error"]);
  inspects(WritableStreamDefaultController, (it) => ({ stream: controllerOf(it).stream.object }));

  // ---- the writer ----

  const newWriter = (stream) => {
    if (stream.writer !== undefined) throw invalidState("WritableStream is locked");
    const writer = { __proto__: null, stream, ready: undefined, closed: undefined, object: undefined };
    stream.writer = writer;
    switch (stream.state) {
      case "writable":
        writer.ready = !isClosing(stream) && stream.backpressure ? deferred() : settledWith(undefined);
        writer.closed = deferred();
        break;
      case "erroring":
        writer.ready = failedWith(stream.error);
        writer.closed = deferred();
        break;
      case "closed":
        writer.ready = settledWith(undefined);
        writer.closed = settledWith(undefined);
        break;
      default:
        writer.ready = failedWith(stream.error);
        writer.closed = failedWith(stream.error);
    }
    handled(writer.closed.promise);
    handled(writer.ready.promise);
    return writer;
  };
  const releaseWriter = (writer) => {
    const { stream } = writer;
    if (stream === undefined) return;
    const gone = invalidState("Writer has been released");
    rejectReady(writer, gone);
    if (writer.closed.pending) writer.closed.reject(gone);
    else writer.closed = failedWith(gone);
    handled(writer.closed.promise);
    stream.writer = writer.stream = undefined;
  };
  const write = (writer, chunk) => {
    const { stream } = writer;
    if (stream === undefined) return rejected(invalidState("Writer is not bound to a WritableStream"));
    const { controller } = stream;
    let size = 1;
    if (controller.size !== undefined) {
      try {
        size = checkedSize(controller.size(chunk));
      } catch (error) {
        failIfNeeded(controller, error);
      }
    }
    // The size function is the program's: it may have changed everything.
    if (stream !== writer.stream) return rejected(invalidState("Mismatched WritableStreams"));
    if (stream.state === "errored") return rejected(stream.error);
    if (isClosing(stream) || stream.state === "closed") return rejected(invalidState("WritableStream is closed"));
    if (stream.state === "erroring") return rejected(stream.error);
    const it = deferred();
    ArrayPrototypePush(stream.requests, it);
    controller.queue.push(chunk, size);
    if (!isClosing(stream) && stream.state === "writable") updateBackpressure(stream, hasBackpressure(controller));
    advance(controller);
    return it.promise;
  };
  // For pipes: to a stream that is closing or closed already, that is no error.
  const closeWithError = ({ stream }) => {
    if (isClosing(stream) || stream.state === "closed") return resolved(undefined);
    if (stream.state === "errored") return rejected(stream.error);
    return closeStream(stream);
  };

  const unbound = () => invalidState("Writer is not bound to a WritableStream");
  let writerOf;
  class WritableStreamDefaultWriter {
    #writer;
    constructor(stream) {
      if (!isWritableStream(stream)) throw invalidType("stream", "an instance of WritableStream", stream);
      this.#writer = newWriter(streamOf(stream));
      this.#writer.object = this;
    }
    static {
      writerOf = (value) => {
        if (typeof value !== "object" || value === null || !(#writer in value))
          throw invalidThis("WritableStreamDefaultWriter");
        return value.#writer;
      };
    }
    get closed() {
      try {
        return writerOf(this).closed.promise;
      } catch (error) {
        return rejected(error);
      }
    }
    get desiredSize() {
      const { stream } = writerOf(this);
      if (stream === undefined) throw unbound();
      if (stream.state === "errored" || stream.state === "erroring") return null;
      return stream.state === "closed" ? 0 : desiredSize(stream.controller);
    }
    get ready() {
      try {
        return writerOf(this).ready.promise;
      } catch (error) {
        return rejected(error);
      }
    }
    abort(reason = undefined) {
      try {
        const { stream } = writerOf(this);
        return stream === undefined ? rejected(unbound()) : abortStream(stream, reason);
      } catch (error) {
        return rejected(error);
      }
    }
    close() {
      try {
        const { stream } = writerOf(this);
        if (stream === undefined) return rejected(unbound());
        if (isClosing(stream)) return rejected(invalidState("Failure to close WritableStream"));
        return closeStream(stream);
      } catch (error) {
        return rejected(error);
      }
    }
    releaseLock() {
      releaseWriter(writerOf(this));
    }
    write(chunk = undefined) {
      try {
        return write(writerOf(this), chunk);
      } catch (error) {
        return rejected(error);
      }
    }
  }
  publish(WritableStreamDefaultWriter, "WritableStreamDefaultWriter",
    ["closed", "desiredSize", "ready", "abort", "close", "releaseLock", "write"]);
  inspects(WritableStreamDefaultWriter, (it) => {
    const { stream, closed, ready } = writerOf(it);
    return { stream: stream?.object, close: closed.promise, ready: ready.promise,
      desiredSize: stream === undefined ? null : it.desiredSize };
  });

  // ---- WritableStream ----

  let streamOf;
  let isWritableStream;
  class WritableStream {
    #stream;
    constructor(sink = {}, strategy = undefined) {
      if (sink === secret) {
        this.#stream = strategy;
        return;
      }
      if (sink === null || (typeof sink !== "object" && typeof sink !== "function"))
        throw invalidType("sink", "of type object", sink);
      const plan = strategyOf(strategy);
      if (sink.type !== undefined) throw invalidValue(p.RangeError, "type", sink.type);
      const stream = this.#stream = newStream();
      stream.object = this;
      const size = sizeOf(plan);
      const mark = highWaterMarkOf(plan, 1);
      const start = methodOf(sink, "start"), take = methodOf(sink, "write"), end = methodOf(sink, "close");
      const stop = methodOf(sink, "abort");
      setUpController(stream,
        (controller) => (start === undefined ? undefined : ReflectApply(start, sink, [controller.object])),
        take === undefined ? () => resolved(undefined)
          : (chunk) => promiseCall(take, sink, chunk, stream.controller.object),
        end === undefined ? () => resolved(undefined) : () => promiseCall(end, sink),
        stop === undefined ? () => resolved(undefined) : (reason) => promiseCall(stop, sink, reason), mark, size);
    }
    static {
      isWritableStream = (value) => typeof value === "object" && value !== null && #stream in value;
      streamOf = (value) => {
        if (!isWritableStream(value)) throw invalidThis("WritableStream");
        return value.#stream;
      };
    }
    get locked() {
      return streamOf(this).writer !== undefined;
    }
    abort(reason = undefined) {
      try {
        const stream = streamOf(this);
        if (stream.writer !== undefined) throw invalidState("WritableStream is locked");
        return abortStream(stream, reason);
      } catch (error) {
        return rejected(error);
      }
    }
    close() {
      try {
        const stream = streamOf(this);
        if (stream.writer !== undefined) throw invalidState("WritableStream is locked");
        if (isClosing(stream)) throw invalidState("Failure closing WritableStream");
        return closeStream(stream);
      } catch (error) {
        return rejected(error);
      }
    }
    getWriter() {
      streamOf(this);
      return new WritableStreamDefaultWriter(this);
    }
  }
  publish(WritableStream, "WritableStream", ["locked", "abort", "close", "getWriter"]);
  inspects(WritableStream, (it) => {
    const stream = streamOf(it);
    return { locked: stream.writer !== undefined, state: stream.state };
  });

  const createWritable = (start, take, end, stop, mark, size) => {
    const stream = newStream();
    stream.object = new WritableStream(secret, stream);
    setUpController(stream, start, take, end, stop, mark, size);
    return stream;
  };

  // A stream can be transferred at best, and here there is nowhere to transfer it to.
  k.cloneable ??= list();
  ArrayPrototypePush(k.cloneable, { __proto__: null, is: isWritableStream });

  return {
    __proto__: null, WritableStream, WritableStreamDefaultWriter, WritableStreamDefaultController, newWriter,
    releaseWriter, write, closeWithError, abortStream, closeStream, isClosing, failIfNeeded, createWritable, streamOf,
    isWritableStream,
  };
})
