(function (k) {
  "use strict";
  // The life of a stream: construct, destroy, its errors; `finished`; signals that end it.
  const p = k.primordials;
  const state = k.load("internal/stream_state");
  const { AbortError, abortError, checkSignal, onAbort } = k.load("internal/aborts");
  const { tick, errors, both, check } = state;
  const onDestroy = p.Symbol("kDestroy");
  const onConstruct = p.Symbol("kConstruct");
  const constructed = p.Symbol("kOnConstructed");

  const remember = (stream, error) => {
    if (!error) return;
    const w = stream._writableState, r = stream._readableState;
    if (w && !w.errored) w.errored = error;
    if (r && !r.errored) r.errored = error;
  };
  const mark = (stream, key) => {
    const w = stream._writableState, r = stream._readableState;
    if (w) w[key] = true;
    if (r) r[key] = true;
  };
  const has = (stream, key) => !!(stream._writableState?.[key] || stream._readableState?.[key]);

  const emitErrorOnce = (stream, error) => {
    if (has(stream, "errorEmitted")) return;
    mark(stream, "errorEmitted");
    stream.emit("error", error);
  };
  const emitClose = (stream) => {
    mark(stream, "closeEmitted");
    if (has(stream, "emitClose")) stream.emit("close");
  };
  const emitErrorAndClose = (stream, error) => {
    emitErrorOnce(stream, error);
    emitClose(stream);
  };
  const runDestroy = (stream, error, done) => {
    let called = false;
    const finish = (failure) => {
      if (called) return;
      called = true;
      remember(stream, failure);
      mark(stream, "closed");
      if (typeof done === "function") done(failure);
      if (failure) tick(emitErrorAndClose, stream, failure);
      else tick(emitClose, stream);
    };
    try {
      stream._destroy(error || null, finish);
    } catch (thrown) {
      finish(thrown);
    }
  };

  function destroy(error, done) {
    if (has(this, "destroyed")) {
      if (typeof done === "function") done();
      return this;
    }
    remember(this, error);
    mark(this, "destroyed");
    if ((this._writableState || this._readableState).constructed) runDestroy(this, error, done);
    else this.once(onDestroy, function (failure) { runDestroy(this, both(failure, error), done); });
    return this;
  }

  function undestroy() {
    const r = this._readableState, w = this._writableState;
    const fresh = {
      __proto__: null, constructed: true, closed: false, closeEmitted: false, destroyed: false, errored: null,
      errorEmitted: false,
    };
    if (r) {
      p.ObjectAssign(r, fresh, { reading: false, ended: r.readable === false, endEmitted: r.readable === false });
    }
    if (w) {
      const over = w.writable === false;
      p.ObjectAssign(w, fresh, {
        finalCalled: false, prefinished: false, ended: over, ending: over, finished: over,
      });
    }
  }

  // The one way in which a stream's own failure is told.
  const errorOrDestroy = (stream, error, sync) => {
    if (has(stream, "destroyed")) return;
    if (has(stream, "autoDestroy")) stream.destroy(error);
    else if (error) {
      remember(stream, error);
      if (sync) tick(emitErrorOnce, stream, error);
      else emitErrorOnce(stream, error);
    }
  };

  const construct = (stream, done) => {
    if (typeof stream._construct !== "function") return;
    const r = stream._readableState, w = stream._writableState;
    if (r) r.constructed = false;
    if (w) w.constructed = false;
    stream.once(onConstruct, done);
    if (stream.listenerCount(onConstruct) > 1) return; // the other half of a duplex
    tick(() => {
      let called = false;
      const finish = (error) => {
        if (called) {
          errorOrDestroy(stream, error ?? errors.multipleCallback());
          return;
        }
        called = true;
        mark(stream, "constructed");
        if (has(stream, "destroyed")) stream.emit(onDestroy, error);
        else if (error) errorOrDestroy(stream, error, true);
        else stream.emit(onConstruct);
      };
      try {
        stream._construct((error) => tick(finish, error));
      } catch (error) {
        tick(finish, error);
      }
    });
  };

  // Ends any stream, also one that is not ours.
  const destroyer = (stream, error) => {
    if (!stream || state.isDestroyed(stream)) return;
    if (!error && !state.isFinished(stream)) error = new AbortError();
    if (typeof stream.destroy === "function") stream.destroy(error);
    else if (typeof stream.close === "function") stream.close();
    else {
      tick(() => {
        if (error) stream.emit("error", error);
        tick(() => stream.emit("close"));
      });
    }
    if (!stream.destroyed) stream[state.destroyedKey] = true;
  };

  // ---- finished ----

  const once = (run) => {
    let called = false;
    return function (...args) {
      if (called) return;
      called = true;
      p.ReflectApply(run, this, args);
    };
  };
  const nothing = () => {};

  const finishedWeb = (stream, options, done) => {
    let stop = nothing;
    let over = false;
    const settle = (error) => {
      if (over) return;
      over = true;
      stop();
      tick(() => p.ReflectApply(done, stream, error === undefined ? [] : [error]));
    };
    if (options.signal) stop = onAbort(options.signal, () => settle(abortError(options.signal)));
    k.then(k.load("internal/stream_web").closedPromise(stream), () => settle(), settle);
    return nothing;
  };

  const finished = (stream, options, callback) => {
    if (callback === undefined && typeof options === "function") {
      callback = options;
      options = {};
    } else if (options === undefined || options === null) options = {};
    else check.object(options, "options");
    check.fn(callback, "callback");
    checkSignal(options.signal, "options.signal");
    if (state.isReadableWeb(stream) || state.isWritableWeb(stream)) return finishedWeb(stream, options, once(callback));
    if (!state.isNode(stream))
      throw k.invalidArgType("stream", "an instance of ReadableStream, WritableStream, or Stream", stream);

    let done = once(callback);
    const readable = options.readable ?? state.isReadableNode(stream);
    const writable = options.writable ?? state.isWritableNode(stream);
    const w = stream._writableState, r = stream._readableState;
    // Wait for "close" only when every side of the stream is asked about.
    let closes = state.willEmitClose(stream) && state.isReadableNode(stream) === readable &&
      state.isWritableNode(stream) === writable;
    let writeDone = state.isWritableFinished(stream, false);
    let readDone = state.isReadableFinished(stream, false);
    let closed = state.isClosed(stream);
    const tell = (...args) => p.ReflectApply(done, stream, args);

    const onfinish = () => {
      writeDone = true;
      if (stream.destroyed) closes = false;
      if (closes && (!stream.readable || readable)) return;
      if (!readable || readDone) tell();
    };
    const onend = () => {
      readDone = true;
      if (stream.destroyed) closes = false;
      if (closes && (!stream.writable || writable)) return;
      if (!writable || writeDone) tell();
    };
    const onlegacy = () => { if (!stream.writable) onfinish(); };
    const onerror = (error) => tell(error);
    const toldFailure = () => {
      closed = true;
      const failure = state.failureOf(stream);
      if (!failure || typeof failure === "boolean") return false;
      tell(failure);
      return true;
    };
    const onclose = () => {
      if (toldFailure()) return;
      const readCut = readable && !readDone && state.isReadableNode(stream, true) &&
        !state.isReadableFinished(stream, false);
      const writeCut = writable && !writeDone && !state.isWritableFinished(stream, false);
      if (readCut || writeCut) tell(errors.prematureClose());
      else tell();
    };
    const onclosed = () => { if (!toldFailure()) tell(); };

    if (writable && !w) {
      stream.on("end", onlegacy);
      stream.on("close", onlegacy);
    }
    stream.on("end", onend);
    stream.on("finish", onfinish);
    if (options.error !== false) stream.on("error", onerror);
    stream.on("close", onclose);

    if (closed) tick(onclose);
    else if (w?.errorEmitted || r?.errorEmitted) {
      if (!closes) tick(onclosed);
    } else if (!readable && (!closes || state.isReadable(stream)) && (writeDone || state.isWritable(stream) === false) &&
      !w?.pendingcb) tick(onclosed);
    else if (!writable && (!closes || state.isWritable(stream)) && (readDone || state.isReadable(stream) === false))
      tick(onclosed);

    const cleanup = () => {
      done = nothing;
      const pairs = [
        ["end", onlegacy], ["close", onlegacy], ["finish", onfinish], ["end", onend], ["error", onerror],
        ["close", onclose],
      ];
      for (let i = 0; i < pairs.length; i++) stream.removeListener(pairs[i][0], pairs[i][1]);
    };
    if (options.signal && !closed) {
      const { signal } = options;
      const stop = onAbort(signal, () => {
        const last = done;
        cleanup();
        p.ReflectApply(last, stream, [abortError(signal)]);
      });
      const plain = done;
      done = once(function (...args) {
        stop();
        p.ReflectApply(plain, stream, args);
      });
    }
    return cleanup;
  };

  const finishedPromise = (stream, options) => {
    if (options?.cleanup) check.boolean(options.cleanup, "cleanup");
    return new p.Promise((resolve, reject) => {
      const cleanup = finished(stream, options ?? {}, (error) => {
        if (options?.cleanup) cleanup();
        if (error) reject(error);
        else resolve();
      });
    });
  };

  // A stream that a signal ends, without the checks: what constructors use.
  const bindSignal = (signal, stream) => {
    const abort = state.isNode(stream)
      ? () => stream.destroy(abortError(signal))
      : () => k.load("internal/stream_web").failStream(stream, abortError(signal));
    if (signal.aborted) abort();
    else finished(stream, onAbort(signal, abort));
    return stream;
  };
  const addAbortSignal = (signal, stream) => {
    if (typeof signal !== "object" || signal === null || !("aborted" in signal))
      throw k.invalidArgType("signal", "an instance of AbortSignal", signal);
    if (!state.isNode(stream) && !state.isReadableWeb(stream) && !state.isWritableWeb(stream))
      throw k.invalidArgType("stream", "an instance of ReadableStream, WritableStream, or Stream", stream);
    return bindSignal(signal, stream);
  };

  return {
    __proto__: null, destroy, undestroy, errorOrDestroy, construct, constructed, destroyer, finished, finishedPromise,
    addAbortSignal, bindSignal, once,
  };
})
