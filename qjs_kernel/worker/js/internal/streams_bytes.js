(function (k) {
  "use strict";
  // Byte streams: `new ReadableStream({ type: "bytes" })`, its controller, and the reader that brings its own buffer.
  const p = k.primordials;
  const {
    ArrayBufferPrototypeGetByteLength, ArrayBufferPrototypeTransfer, ArrayPrototypePush, ArrayPrototypeShift,
    TypedArrayPrototypeSet, Uint8Array,
  } = p;
  const { then, rejected, resolved, deferred, Queue } = k.load("internal/streams_base");
  const {
    isLocked, closeStream, errorStream, cancelStream, newReader, releaseReader, waiting, shiftRequest, requestWith,
    showReader, streamOf, isReadableStream,
  } = k.load("internal/streams_readable");
  const { illegalConstructor, invalidState, invalidThis, invalidType, invalidValue, publish, inspects } =
    k.load("web/interface");
  const { list } = k.text;
  const secret = {};

  // What kind of view it is, and where it lies; undefined for what is none.
  const layoutOf = (view) => {
    const name = typeof view === "object" && view !== null
      ? p.TypedArrayPrototypeGetSymbolToStringTag(view) : undefined;
    if (name !== undefined)
      return { __proto__: null, Class: p[name], size: p[name].BYTES_PER_ELEMENT,
        buffer: p.TypedArrayPrototypeGetBuffer(view), offset: p.TypedArrayPrototypeGetByteOffset(view),
        length: p.TypedArrayPrototypeGetByteLength(view) };
    try {
      return { __proto__: null, Class: p.DataView, size: 1, buffer: p.DataViewPrototypeGetBuffer(view),
        offset: p.DataViewPrototypeGetByteOffset(view), length: p.DataViewPrototypeGetByteLength(view) };
    } catch {
      return undefined;
    }
  };
  const checkedView = (view, name) => {
    const layout = layoutOf(view);
    if (layout === undefined) throw invalidType(name, "an instance of Buffer, TypedArray, or DataView", view);
    return layout;
  };
  const sizeOfBuffer = (buffer) => ArrayBufferPrototypeGetByteLength(buffer);
  const copyBytes = (to, toOffset, from, fromOffset, count) =>
    TypedArrayPrototypeSet(new Uint8Array(to, toOffset, count), new Uint8Array(from, fromOffset, count));

  // ---- the controller ----
  // A chunk in the queue: { buffer, offset, length }. A pull-into: a buffer of the reader's to be filled:
  // { buffer, size (of the buffer), offset, length, filled, minimum, element, Class, kind: "default"|"byob"|"none" }

  const canClose = (controller) => !controller.closeRequested && controller.stream.state === "readable";
  const desiredSize = (controller) => {
    const { state } = controller.stream;
    return state === "errored" ? null : state === "closed" ? 0 : controller.mark - controller.queue.total;
  };
  const dropRequest = (controller) => {
    if (controller.request === undefined) return;
    forget(controller.request);
    controller.request = undefined;
  };
  const clearAlgorithms = (controller) => {
    controller.pull = controller.cancel = undefined;
  };
  const failController = (controller, error) => {
    if (controller.stream.state !== "readable") return;
    dropRequest(controller);
    controller.pending = list();
    controller.queue.clear();
    clearAlgorithms(controller);
    errorStream(controller.stream, error);
  };
  const shouldPull = (controller) => {
    const { stream } = controller;
    if (stream.state !== "readable" || controller.closeRequested || !controller.started) return false;
    if (isLocked(stream) && waiting(stream) > 0) return true;
    return desiredSize(controller) > 0;
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

  const filledView = (into) => {
    const { Class, buffer, offset, filled, element } = into;
    return new Class(ArrayBufferPrototypeTransfer(buffer), offset, filled / element);
  };
  const commit = (stream, into) => {
    const done = stream.state === "closed";
    const request = shiftRequest(stream.reader);
    if (into.kind === "default") {
      if (done) request.close();
      else request.chunk(filledView(into));
    } else if (done) request.close(filledView(into));
    else request.chunk(filledView(into));
  };
  // Moves bytes from the queue into a pull-into; whether that is enough for its reader.
  const fill = (controller, into) => {
    const { queue } = controller;
    let wanted = p.MathMin(queue.total, into.length - into.filled);
    const most = into.filled + wanted;
    const aligned = most - (most % into.element);
    let ready = false;
    if (most >= into.minimum && aligned > 0) {
      wanted = aligned - into.filled;
      ready = true;
    }
    while (wanted > 0) {
      const chunk = queue.peek();
      const count = p.MathMin(wanted, chunk.length);
      copyBytes(into.buffer, into.offset + into.filled, chunk.buffer, chunk.offset, count);
      if (count === chunk.length) queue.take();
      else {
        chunk.offset += count;
        chunk.length -= count;
        queue.total -= count;
      }
      into.filled += count;
      wanted -= count;
    }
    return ready;
  };
  const handleDrain = (controller) => {
    if (controller.queue.total === 0 && controller.closeRequested) {
      clearAlgorithms(controller);
      closeStream(controller.stream);
    } else pullIfNeeded(controller);
  };
  const fillPending = (controller) => {
    const done = list();
    while (controller.pending.length > 0 && controller.queue.total > 0) {
      const into = controller.pending[0];
      if (!fill(controller, into)) break;
      ArrayPrototypeShift(controller.pending);
      ArrayPrototypePush(done, into);
    }
    for (let i = 0; i < done.length; i++) commit(controller.stream, done[i]);
  };
  const fromQueue = (controller, request) => {
    const chunk = controller.queue.take();
    handleDrain(controller);
    request.chunk(new Uint8Array(chunk.buffer, chunk.offset, chunk.length));
  };
  const queueBytes = (controller, buffer, offset, length) => {
    const entry = { __proto__: null, buffer, offset, length };
    controller.queue.push(entry, length);
  };
  // Bytes that were read into a buffer whose reader has gone.
  const queueOrphan = (controller, into) => {
    if (into.filled > 0)
      queueBytes(controller, p.ArrayBufferPrototypeSlice(into.buffer, into.offset, into.offset + into.filled), 0,
        into.filled);
    ArrayPrototypeShift(controller.pending);
  };

  const enqueue = (controller, chunk) => {
    const { stream } = controller;
    const { buffer, offset, length } = checkedView(chunk, "buffer");
    if (length === 0 || sizeOfBuffer(buffer) === 0)
      throw invalidState("chunk ArrayBuffer is zero-length or detached");
    if (controller.closeRequested) throw invalidState("Controller is already closed");
    if (stream.state !== "readable") throw invalidState("ReadableStream is already closed");
    const own = ArrayBufferPrototypeTransfer(buffer);
    if (controller.pending.length > 0) {
      const first = controller.pending[0];
      dropRequest(controller);
      first.buffer = ArrayBufferPrototypeTransfer(first.buffer);
      if (first.kind === "none") queueOrphan(controller, first);
    }
    const { reader } = stream;
    if (reader !== undefined && !reader.byob) {
      while (controller.queue.total > 0 && reader.requests.length > 0)
        fromQueue(controller, shiftRequest(reader));
      if (reader.requests.length === 0) queueBytes(controller, own, offset, length);
      else {
        if (controller.pending.length > 0) ArrayPrototypeShift(controller.pending);
        shiftRequest(reader).chunk(new Uint8Array(own, offset, length));
      }
    } else {
      queueBytes(controller, own, offset, length);
      if (reader !== undefined) fillPending(controller);
    }
    pullIfNeeded(controller);
  };
  const close = (controller) => {
    if (!canClose(controller)) return;
    if (controller.queue.total > 0) {
      controller.closeRequested = true;
      return;
    }
    if (controller.pending.length > 0) {
      const first = controller.pending[0];
      if (first.filled % first.element !== 0) {
        const error = invalidState("Partial read");
        failController(controller, error);
        throw error;
      }
    }
    clearAlgorithms(controller);
    closeStream(controller.stream);
  };

  const respond = (controller, count) => {
    const { stream } = controller;
    const first = controller.pending[0];
    if (stream.state === "closed") {
      if (count !== 0) throw invalidState("Controller is already closed");
    } else {
      if (count === 0) throw invalidState("bytesWritten cannot be zero");
      if (first.filled + count > first.length) throw invalidValue(p.RangeError, "bytesWritten", count);
    }
    first.buffer = ArrayBufferPrototypeTransfer(first.buffer);
    dropRequest(controller);
    if (stream.state === "closed") {
      if (first.kind === "none") ArrayPrototypeShift(controller.pending);
      if (stream.reader !== undefined && stream.reader.byob)
        while (waiting(stream) > 0) commit(stream, ArrayPrototypeShift(controller.pending));
    } else {
      first.filled += count;
      if (first.kind === "none") {
        queueOrphan(controller, first);
        fillPending(controller);
      } else if (first.filled >= first.minimum) {
        ArrayPrototypeShift(controller.pending);
        const rest = first.filled % first.element;
        if (rest > 0) {
          const end = first.offset + first.filled;
          queueBytes(controller, p.ArrayBufferPrototypeSlice(first.buffer, end - rest, end), 0, rest);
        }
        first.filled -= rest;
        commit(stream, first);
        fillPending(controller);
      }
    }
    pullIfNeeded(controller);
  };
  const respondWithView = (controller, view) => {
    const { buffer, offset, length } = checkedView(view, "view");
    const first = controller.pending[0];
    const { state } = controller.stream;
    if (state === "closed" ? length !== 0 : length === 0)
      throw invalidState(state === "closed" ? "The stream is closed" : "The view is zero-length");
    if (first.offset + first.filled !== offset || first.size !== sizeOfBuffer(buffer) ||
      first.filled + length > first.length) throw invalidValue(p.RangeError, "view", view);
    first.buffer = ArrayBufferPrototypeTransfer(buffer);
    respond(controller, length);
  };

  // A reader's own buffer to be filled.
  const pullInto = (controller, view, minimum, request) => {
    const { stream } = controller;
    const { Class, size, buffer, offset, length } = layoutOf(view);
    const own = ArrayBufferPrototypeTransfer(buffer);
    const into = { __proto__: null, buffer: own, size: sizeOfBuffer(own), offset, length, filled: 0,
      minimum: minimum * size, element: size, Class, kind: "byob" };
    if (controller.pending.length > 0) {
      ArrayPrototypePush(controller.pending, into);
      ArrayPrototypePush(stream.reader.requests, request);
      return;
    }
    if (stream.state === "closed") {
      request.close(new Class(own, offset, 0));
      return;
    }
    if (controller.queue.total > 0) {
      if (fill(controller, into)) {
        const filled = filledView(into);
        handleDrain(controller);
        request.chunk(filled);
        return;
      }
      if (controller.closeRequested) {
        const error = invalidState("Partial read");
        failController(controller, error);
        request.error(error);
        return;
      }
    }
    ArrayPrototypePush(controller.pending, into);
    ArrayPrototypePush(stream.reader.requests, request);
    pullIfNeeded(controller);
  };

  const setUp = (stream, start, pull, cancel, mark, autoSize) => {
    if (autoSize !== undefined) {
      autoSize = p.MathTrunc(+autoSize);
      if (!(autoSize > 0)) throw invalidValue(p.TypeError, "source.autoAllocateChunkSize", autoSize);
    }
    const queue = new Queue();
    queue.take = () => queue.shift();
    const controller = {
      __proto__: null, stream, byob: true, queue, pending: list(), started: false, closeRequested: false,
      pullAgain: false, pulling: false, mark, pull, cancel, request: undefined, object: undefined,
      cancelSteps(reason) {
        dropRequest(controller);
        controller.pending = list();
        queue.clear();
        const result = controller.cancel(reason);
        clearAlgorithms(controller);
        return result;
      },
      pullSteps(request) {
        if (queue.total > 0) {
          fromQueue(controller, request);
          return;
        }
        if (autoSize !== undefined)
          ArrayPrototypePush(controller.pending, { __proto__: null, buffer: new p.ArrayBuffer(autoSize), size: autoSize,
            offset: 0, length: autoSize, filled: 0, minimum: 1, element: 1, Class: Uint8Array, kind: "default" });
        ArrayPrototypePush(stream.reader.requests, request);
        pullIfNeeded(controller);
      },
      releaseSteps() {
        if (controller.pending.length === 0) return;
        const first = controller.pending[0];
        first.kind = "none";
        controller.pending = list();
        ArrayPrototypePush(controller.pending, first);
      },
    };
    controller.object = new ReadableByteStreamController(secret, controller);
    stream.controller = controller;
    then(resolved(start(controller)), () => {
      controller.started = true;
      pullIfNeeded(controller);
    }, (error) => failController(controller, error));
  };

  // ---- classes ----

  let requestState;
  let forget;
  class ReadableStreamBYOBRequest {
    #state;
    constructor(key, controller, view) {
      if (key !== secret) throw illegalConstructor();
      this.#state = { __proto__: null, controller, view };
    }
    static {
      requestState = (value) => {
        if (typeof value !== "object" || value === null || !(#state in value))
          throw invalidThis("ReadableStreamBYOBRequest");
        return value.#state;
      };
      forget = (request) => {
        request.#state.controller = undefined;
        request.#state.view = null;
      };
    }
    get view() {
      return requestState(this).view;
    }
    respond(bytesWritten) {
      const { controller } = requestState(this);
      if (controller === undefined) throw invalidState("This BYOB request has been invalidated");
      const count = p.MathTrunc(+bytesWritten);
      if (!(count >= 0)) throw invalidValue(p.TypeError, "bytesWritten", bytesWritten);
      respond(controller, count);
    }
    respondWithNewView(view) {
      const { controller } = requestState(this);
      if (controller === undefined) throw invalidState("This BYOB request has been invalidated");
      respondWithView(controller, view);
    }
  }
  publish(ReadableStreamBYOBRequest, "ReadableStreamBYOBRequest", ["view", "respond", "respondWithNewView"]);
  inspects(ReadableStreamBYOBRequest, (it) => ({ view: requestState(it).view }));

  let controllerOf;
  class ReadableByteStreamController {
    #controller;
    constructor(key, controller) {
      if (key !== secret) throw illegalConstructor();
      this.#controller = controller;
    }
    static {
      controllerOf = (value) => {
        if (typeof value !== "object" || value === null || !(#controller in value))
          throw invalidThis("ReadableByteStreamController");
        return value.#controller;
      };
    }
    get byobRequest() {
      const controller = controllerOf(this);
      if (controller.request === undefined && controller.pending.length > 0) {
        const { buffer, offset, filled, length } = controller.pending[0];
        controller.request = new ReadableStreamBYOBRequest(secret, controller,
          new Uint8Array(buffer, offset + filled, length - filled));
      }
      return controller.request ?? null;
    }
    get desiredSize() {
      return desiredSize(controllerOf(this));
    }
    close() {
      const controller = controllerOf(this);
      if (!canClose(controller)) throw invalidState("Controller is already closed");
      close(controller);
    }
    enqueue(chunk) {
      enqueue(controllerOf(this), chunk);
    }
    error(error = undefined) {
      failController(controllerOf(this), error);
    }
  }
  publish(ReadableByteStreamController, "ReadableByteStreamController",
    ["byobRequest", "desiredSize", "close", "enqueue", "error"]);
  inspects(ReadableByteStreamController, () => ({}));

  let readerOf;
  class ReadableStreamBYOBReader {
    #reader;
    constructor(stream) {
      if (!isReadableStream(stream)) throw invalidType("stream", "an instance of ReadableStream", stream);
      const inner = streamOf(stream);
      if (isLocked(inner)) throw invalidState("ReadableStream is locked");
      if (inner.controller.byob !== true) throw invalidValue(p.TypeError, "stream", stream, "must be a byte stream");
      this.#reader = newReader(inner, true);
      this.#reader.object = this;
    }
    static {
      readerOf = (value) => {
        if (typeof value !== "object" || value === null || !(#reader in value))
          throw invalidThis("ReadableStreamBYOBReader");
        return value.#reader;
      };
    }
    read(view, options = undefined) {
      try {
        const reader = readerOf(this);
        const { length, buffer, size } = checkedView(view, "view");
        if (length === 0 || sizeOfBuffer(buffer) === 0)
          throw invalidState("View or Viewed ArrayBuffer is zero-length or detached");
        const minimum = options?.min === undefined ? 1 : p.MathTrunc(+options.min);
        if (!(minimum > 0)) throw invalidValue(p.TypeError, "options.min", minimum);
        if (minimum * size > length) throw invalidValue(p.RangeError, "options.min", minimum);
        const { stream } = reader;
        if (stream === undefined) throw invalidState("The reader is not attached to a stream");
        stream.disturbed = true;
        if (stream.state === "errored") throw stream.error;
        const it = deferred();
        pullInto(stream.controller, view, minimum, requestWith(it));
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
  publish(ReadableStreamBYOBReader, "ReadableStreamBYOBReader", ["closed", "read", "releaseLock", "cancel"]);
  inspects(ReadableStreamBYOBReader, (it) => {
    const { stream, readRequests, close: closed } = showReader((value) => readerOf(value))(it);
    return { stream, requests: readRequests, close: closed };
  });

  return {
    __proto__: null, setUp, enqueue, close, failController, canClose, respond, ReadableByteStreamController,
    ReadableStreamBYOBReader, ReadableStreamBYOBRequest,
  };
})
