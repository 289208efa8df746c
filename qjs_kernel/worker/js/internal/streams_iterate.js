(function (k) {
  "use strict";
  // `for await` over a ReadableStream, and ReadableStream.from.
  const p = k.primordials;
  const { ReflectApply } = p;
  const { then, resolved, rejected, deferred, nothing } = k.load("internal/streams_base");
  const { readFrom, releaseReader, cancelStream, createReadable, closeController, enqueue } =
    k.load("internal/streams_readable");
  const { invalidState, invalidThis } = k.load("web/interface");

  const asyncIteratorPrototype = p.ObjectGetPrototypeOf(p.AsyncGeneratorFunction.prototype.prototype);
  const iterations = new p.WeakMap();
  const iteratorPrototype = p.ObjectCreate(asyncIteratorPrototype);
  // One step after the other, whatever the program does.
  const queued = (iterator, step) => {
    const state = p.WeakMapPrototypeGet(iterations, iterator);
    if (state === undefined) return rejected(invalidThis("ReadableStreamAsyncIterator"));
    const result = state.last === undefined ? step(state)
      : then(state.last, () => step(state), () => step(state));
    // Once it has settled, the next step begins at once: a loop that is left unlocks the stream in the same turn.
    const settle = () => {
      if (state.last === result) state.last = undefined;
    };
    state.last = result;
    then(result, settle, settle);
    return result;
  };
  const nextStep = (state) => {
    if (state.done) return resolved({ done: true, value: undefined });
    const it = deferred();
    const { reader } = state;
    readFrom(reader, {
      __proto__: null,
      chunk: (value) => it.resolve({ done: false, value }),
      close() {
        state.done = true;
        releaseReader(reader);
        it.resolve({ done: true, value: undefined });
      },
      error(error) {
        state.done = true;
        releaseReader(reader);
        it.reject(error);
      },
    });
    return it.promise;
  };
  const returnStep = (state, value) => {
    if (state.done) return resolved({ done: true, value });
    state.done = true;
    const { reader, preventCancel } = state;
    if (preventCancel) {
      releaseReader(reader);
      return resolved({ done: true, value });
    }
    const result = cancelStream(reader.stream, value);
    releaseReader(reader);
    return then(result, () => ({ done: true, value }));
  };
  const methods = {
    next() {
      return queued(this, nextStep);
    },
    return(value = undefined) {
      return queued(this, (state) => returnStep(state, value));
    },
  };
  p.ObjectDefineProperties(iteratorPrototype, {
    __proto__: null,
    next: { __proto__: null, value: methods.next, writable: true, enumerable: true, configurable: true },
    return: { __proto__: null, value: methods.return, writable: true, enumerable: true, configurable: true },
  });
  const iterate = (reader, preventCancel) => {
    const iterator = p.ObjectCreate(iteratorPrototype);
    p.WeakMapPrototypeSet(iterations, iterator,
      { __proto__: null, reader, preventCancel, done: false, last: undefined });
    return iterator;
  };

  const fromIterable = (iterable) => {
    let method = iterable[p.SymbolAsyncIterator];
    const isAsync = method !== undefined && method !== null;
    if (!isAsync) method = iterable[p.SymbolIterator];
    if (typeof method !== "function")
      throw k.codeError(p.TypeError, "ERR_ARG_NOT_ITERABLE",
        `${k.inspect(iterable, { __proto__: null, depth: 0 })} must be iterable`);
    const iterator = ReflectApply(method, iterable, []);
    const { next } = iterator;
    const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
    const stream = createReadable(nothing, async () => {
      const step = await ReflectApply(next, iterator, []);
      if (!isObject(step))
        throw invalidState("The promise returned by the iterator.next() method must fulfill with an object");
      if (step.done) closeController(stream.controller);
      else enqueue(stream.controller, isAsync ? step.value : await step.value);
    }, async (reason) => {
      const stop = iterator.return;
      if (stop === undefined || stop === null) return;
      const result = await ReflectApply(stop, iterator, [reason]);
      if (!isObject(result))
        throw invalidState("The promise returned by the iterator.return() method must fulfill with an object");
    }, 0);
    return stream;
  };

  return { __proto__: null, iterate, fromIterable };
})
