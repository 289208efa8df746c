(function (k) {
  "use strict";
  // TransformStream, after the WHATWG standard: a writable side that waits until the readable side wants more.
  const p = k.primordials;
  const { ReflectApply } = p;
  const {
    then, resolved, rejected, deferred, promiseCall, methodOf, strategyOf, highWaterMarkOf, sizeOf,
  } = k.load("internal/streams_base");
  const readables = k.load("internal/streams_readable");
  const writables = k.load("internal/streams_writable");
  const { illegalConstructor, invalidState, invalidThis, invalidType, invalidValue, publish, inspects } =
    k.load("web/interface");
  const secret = {};

  const setBackpressure = (stream, backpressure) => {
    stream.changed?.resolve(undefined);
    stream.changed = deferred();
    stream.backpressure = backpressure;
  };
  const clearAlgorithms = (controller) => {
    controller.transform = controller.flush = controller.cancel = undefined;
  };
  const unblockWrite = (stream) => {
    if (stream.backpressure) setBackpressure(stream, false);
  };
  const failWritable = (stream, error) => {
    clearAlgorithms(stream.controller);
    writables.failIfNeeded(stream.writable.controller, error);
    unblockWrite(stream);
  };
  const fail = (stream, error) => {
    readables.failController(stream.readable.controller, error);
    failWritable(stream, error);
  };

  const enqueue = (controller, chunk) => {
    const { stream } = controller;
    const inner = stream.readable.controller;
    if (!readables.canClose(inner)) throw invalidState("Unable to enqueue");
    try {
      readables.enqueue(inner, chunk);
    } catch (error) {
      failWritable(stream, error);
      throw stream.readable.error;
    }
    const full = !(readables.waiting(stream.readable) > 0 || readables.desiredSize(inner) > 0);
    if (full !== stream.backpressure) setBackpressure(stream, true);
  };
  const terminate = ({ stream }) => {
    readables.closeController(stream.readable.controller);
    failWritable(stream, invalidState("TransformStream has been terminated"));
  };
  const transform = (controller, chunk) =>
    then(controller.transform(chunk), undefined, (error) => {
      fail(controller.stream, error);
      throw error;
    });

  // ---- what the two sides do ----

  const sinkWrite = (stream, chunk) => {
    const { controller } = stream;
    if (!stream.backpressure) return transform(controller, chunk);
    return then(stream.changed.promise, () => {
      const { writable } = stream;
      if (writable.state === "erroring") throw writable.error;
      return transform(controller, chunk);
    });
  };
  // Flush and cancel exclude each other, whichever side began.
  const finishing = (stream, start) => {
    const { controller } = stream;
    if (controller.finished !== undefined) return controller.finished.promise;
    const it = controller.finished = deferred();
    start(it, controller);
    return it.promise;
  };
  const sinkAbort = (stream, reason) => finishing(stream, (it, controller) => {
    const result = controller.cancel(reason);
    clearAlgorithms(controller);
    const { readable } = stream;
    then(result, () => {
      if (readable.state === "errored") {
        it.reject(readable.error);
        return;
      }
      readables.failController(readable.controller, reason);
      it.resolve(undefined);
    }, (error) => {
      readables.failController(readable.controller, error);
      it.reject(error);
    });
  });
  const sinkClose = (stream) => finishing(stream, (it, controller) => {
    const result = controller.flush();
    clearAlgorithms(controller);
    const { readable } = stream;
    then(result, () => {
      if (readable.state === "errored") {
        it.reject(readable.error);
        return;
      }
      readables.closeController(readable.controller);
      it.resolve(undefined);
    }, (error) => {
      readables.failController(readable.controller, error);
      it.reject(error);
    });
  });
  const sourceCancel = (stream, reason) => finishing(stream, (it, controller) => {
    const result = controller.cancel(reason);
    clearAlgorithms(controller);
    const { writable } = stream;
    const settle = (error, ok) => {
      if (ok && writable.state === "errored") {
        it.reject(writable.error);
        return;
      }
      writables.failIfNeeded(writable.controller, error);
      unblockWrite(stream);
      if (ok) it.resolve(undefined);
      else it.reject(error);
    };
    then(result, () => settle(reason, true), (error) => settle(error, false));
  });

  const setUp = (stream, writableMark, writableSize, readableMark, readableSize) => {
    const started = deferred();
    const begin = () => started.promise;
    stream.writable = writables.createWritable(begin, (chunk) => sinkWrite(stream, chunk), () => sinkClose(stream),
      (reason) => sinkAbort(stream, reason), writableMark, writableSize);
    stream.readable = readables.createReadable(begin, () => {
      setBackpressure(stream, false);
      return stream.changed.promise;
    }, (reason) => sourceCancel(stream, reason), readableMark, readableSize);
    setBackpressure(stream, true);
    return started;
  };

  let controllerOf;
  class TransformStreamDefaultController {
    #controller;
    constructor(key, controller) {
      if (key !== secret) throw illegalConstructor();
      this.#controller = controller;
    }
    static {
      controllerOf = (value) => {
        if (typeof value !== "object" || value === null || !(#controller in value))
          throw invalidThis("TransformStreamDefaultController");
        return value.#controller;
      };
    }
    get desiredSize() {
      return readables.desiredSize(controllerOf(this).stream.readable.controller);
    }
    enqueue(chunk = undefined) {
      enqueue(controllerOf(this), chunk);
    }
    error(reason = undefined) {
      fail(controllerOf(this).stream, reason);
    }
    terminate() {
      terminate(controllerOf(this));
    }
  }
  publish(TransformStreamDefaultController, "TransformStreamDefaultController",
    ["desiredSize", "enqueue", "error", "terminate"]);
  inspects(TransformStreamDefaultController, (it) => ({ stream: controllerOf(it).stream.object }));

  let streamOf;
  class TransformStream {
    #stream;
    constructor(transformer = {}, writableStrategy = undefined, readableStrategy = undefined) {
      if (transformer === null || (typeof transformer !== "object" && typeof transformer !== "function"))
        throw invalidType("transformer", "of type object", transformer);
      const { readableType, writableType } = transformer;
      if (readableType !== undefined)
        throw invalidValue(p.RangeError, "transformer.readableType", readableType);
      if (writableType !== undefined)
        throw invalidValue(p.RangeError, "transformer.writableType", writableType);
      const writePlan = strategyOf(writableStrategy, "writableStrategy");
      const readPlan = strategyOf(readableStrategy, "readableStrategy");
      const readMark = highWaterMarkOf(readPlan, 0), writeMark = highWaterMarkOf(writePlan, 1);
      const start = methodOf(transformer, "start"), change = methodOf(transformer, "transform");
      const flush = methodOf(transformer, "flush"), cancel = methodOf(transformer, "cancel");
      const stream = this.#stream = {
        __proto__: null, readable: undefined, writable: undefined, changed: undefined, backpressure: undefined,
        controller: undefined, object: this,
      };
      const controller = stream.controller = {
        __proto__: null, stream, finished: undefined, object: undefined,
        transform: change === undefined
          ? (chunk) => {
            try {
              enqueue(controller, chunk);
              return resolved(undefined);
            } catch (error) {
              return rejected(error);
            }
          }
          : (chunk) => promiseCall(change, transformer, chunk, controller.object),
        flush: flush === undefined ? () => resolved(undefined)
          : () => promiseCall(flush, transformer, controller.object),
        cancel: cancel === undefined ? () => resolved(undefined)
          : (reason) => promiseCall(cancel, transformer, reason),
      };
      controller.object = new TransformStreamDefaultController(secret, controller);
      const started = setUp(stream, writeMark, sizeOf(writePlan), readMark, sizeOf(readPlan));
      started.resolve(start === undefined ? undefined : ReflectApply(start, transformer, [controller.object]));
    }
    static {
      streamOf = (value) => {
        if (typeof value !== "object" || value === null || !(#stream in value)) throw invalidThis("TransformStream");
        return value.#stream;
      };
    }
    get readable() {
      return streamOf(this).readable.object;
    }
    get writable() {
      return streamOf(this).writable.object;
    }
  }
  publish(TransformStream, "TransformStream", ["readable", "writable"]);
  inspects(TransformStream, (it) => {
    const { readable, writable, backpressure } = streamOf(it);
    return { readable: readable.object, writable: writable.object, backpressure };
  });

  return { __proto__: null, TransformStream, TransformStreamDefaultController };
})
