(function (k) {
  "use strict";
  // Streams as async iterators, and anything iterable as a stream.
  const p = k.primordials;
  const shared = k.load("internal/stream_state");
  const life = k.load("internal/stream_destroy");
  const { tick, buffer, errors, both } = shared;
  const nothing = () => {};

  async function* chunksOf(stream, options) {
    let wake = nothing;
    function next(resolve) {
      if (this === stream) { // called as the listener
        wake();
        wake = nothing;
      } else wake = resolve;
    }
    stream.on("readable", next);
    let error; // undefined: still going; null: ended well
    const cleanup = life.finished(stream, { writable: false }, (failure) => {
      error = failure ? both(error, failure) : null;
      wake();
      wake = nothing;
    });
    try {
      for (;;) {
        const chunk = stream.destroyed ? null : stream.read();
        if (chunk !== null) yield chunk;
        else if (error) throw error;
        else if (error === null) return;
        else await new p.Promise(next);
      }
    } catch (thrown) {
      error = both(error, thrown);
      throw error;
    } finally {
      if ((error || options?.destroyOnReturn !== false) && (error === undefined || stream._readableState.autoDestroy))
        life.destroyer(stream, null);
      else {
        stream.off("readable", next);
        cleanup();
      }
    }
  }
  const iterate = (stream, options) => {
    if (typeof stream.read !== "function")
      stream = k.load("internal/stream_readable").wrap(stream, { objectMode: true });
    const iterator = chunksOf(stream, options);
    iterator.stream = stream;
    return iterator;
  };

  const from = (Readable, iterable, options) => {
    if (typeof iterable === "string" || (p.ArrayBufferIsView(iterable) && iterable instanceof buffer())) {
      return new Readable({
        objectMode: true, ...options,
        read() {
          this.push(iterable);
          this.push(null);
        },
      });
    }
    let iterator, isAsync = true;
    if (iterable && iterable[p.SymbolAsyncIterator]) iterator = iterable[p.SymbolAsyncIterator]();
    else if (iterable && iterable[p.SymbolIterator]) {
      isAsync = false;
      iterator = iterable[p.SymbolIterator]();
    } else throw k.invalidArgType("iterable", "an instance of Iterable", iterable);

    const stream = new Readable({ objectMode: true, highWaterMark: 1, ...options });
    let reading = false;
    // true: go on; the stream wants no more, or has failed, otherwise.
    const give = (value) => {
      if (value === null) {
        reading = false;
        throw errors.nullValues();
      }
      if (stream.push(value)) return true;
      reading = false;
      return false;
    };
    const pumpAsync = async (first) => {
      try {
        if (first !== undefined && !give(await first)) return;
        for (;;) {
          const { value, done } = isAsync ? await iterator.next() : iterator.next();
          if (done) {
            stream.push(null);
            return;
          }
          const settled = !isAsync && value && typeof value.then === "function" ? await value : value;
          if (!give(settled)) return;
        }
      } catch (error) {
        stream.destroy(error);
      }
    };
    let promises = isAsync;
    const pump = () => {
      if (promises) {
        pumpAsync();
        return;
      }
      try {
        for (;;) {
          const { value, done } = iterator.next();
          if (done) {
            stream.push(null);
            return;
          }
          if (value && typeof value.then === "function") {
            promises = true;
            pumpAsync(value);
            return;
          }
          if (!give(value)) return;
        }
      } catch (error) {
        stream.destroy(error);
      }
    };
    stream._read = () => {
      if (reading) return;
      reading = true;
      pump();
    };
    const close = async (error) => {
      if (error !== undefined && error !== null && typeof iterator.throw === "function") {
        const { value, done } = await iterator.throw(error);
        await value;
        if (done) return;
      }
      if (typeof iterator.return === "function") {
        const { value } = await iterator.return();
        await value;
      }
    };
    // In a tick: what `done` throws is not this promise's failure.
    stream._destroy = (error, done) => {
      k.then(close(error), () => tick(done, error), (failure) => tick(done, failure || error));
    };
    return stream;
  };

  return { __proto__: null, iterate, from };
})
