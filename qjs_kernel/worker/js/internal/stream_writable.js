(function (k) {
  "use strict";
  // Writable: one `_write` at a time, the others wait in a buffer; `finish` when all is written and `_final` is done.
  const p = k.primordials;
  const shared = k.load("internal/stream_state");
  const life = k.load("internal/stream_destroy");
  const { Stream, extend } = k.load("internal/stream_legacy");
  const { tick, buffer, errors } = shared;
  const { errorOrDestroy } = life;
  const rejection = p.SymbolFor("nodejs.rejection");
  const nothing = () => {};

  function WritableState(options, stream, isDuplex) {
    this.objectMode = !!(options?.objectMode || (isDuplex && options?.writableObjectMode));
    this.highWaterMark = shared.highWaterMark(options, this.objectMode, "writableHighWaterMark", isDuplex);
    this.finalCalled = false;
    this.needDrain = false;
    this.ending = false; // end() was called
    this.ended = false; // … and has returned
    this.finished = false;
    this.destroyed = false;
    this.decodeStrings = options?.decodeStrings !== false;
    const encoding = options?.defaultEncoding;
    if (encoding === undefined || encoding === null || encoding === "utf8" || encoding === "utf-8")
      this.defaultEncoding = "utf8";
    else if (buffer().isEncoding(encoding)) this.defaultEncoding = encoding;
    else throw errors.unknownEncoding(encoding);
    this.length = 0;
    this.writing = false;
    this.corked = 0;
    this.sync = true; // while _write runs: its callback may come at once
    this.bufferProcessing = false;
    this.onwrite = (error) => onwrite(stream, this, error);
    this.expectCallback = false;
    this.writecb = null;
    this.writelen = 0;
    this.afterWriteTickInfo = null;
    this.afterWritePending = false;
    resetBuffer(this);
    this.pendingcb = 0;
    this.constructed = true;
    this.prefinished = false;
    this.errorEmitted = false;
    this.emitClose = options?.emitClose !== false;
    this.autoDestroy = options?.autoDestroy !== false;
    this.errored = null;
    this.closed = false;
    this.closeEmitted = false;
    this.onFinished = [];
  }
  const resetBuffer = (state) => {
    state.buffered = [];
    state.bufferedIndex = 0;
    state.allBuffers = true;
    state.allNoop = true;
  };
  shared.shelter(WritableState.prototype);
  WritableState.prototype.getBuffer = function getBuffer() {
    return p.ArrayPrototypeSlice(this.buffered, this.bufferedIndex);
  };
  p.ObjectDefineProperty(WritableState.prototype, "bufferedRequestCount", {
    __proto__: null, configurable: true, get() { return this.buffered.length - this.bufferedIndex; },
  });
  WritableState.prototype[life.constructed] = function (stream) {
    if (!this.writing) clearBuffer(stream, this);
    if (this.ending) finishMaybe(stream, this);
  };

  function Writable(options) {
    if (!(this instanceof Writable)) return new Writable(options);
    this._writableState = new WritableState(options, this, false);
    if (options) {
      if (typeof options.write === "function") this._write = options.write;
      if (typeof options.writev === "function") this._writev = options.writev;
      if (typeof options.destroy === "function") this._destroy = options.destroy;
      if (typeof options.final === "function") this._final = options.final;
      if (typeof options.construct === "function") this._construct = options.construct;
    }
    p.ReflectApply(Stream, this, [options]);
    if (options?.signal) life.addAbortSignal(options.signal, this);
    if (this._construct) life.construct(this, () => this._writableState[life.constructed](this));
  }
  p.ObjectSetPrototypeOf(Writable.prototype, Stream.prototype);
  p.ObjectSetPrototypeOf(Writable, Stream);
  // A Duplex is both, and has only one chain of prototypes.
  p.ObjectDefineProperty(Writable, p.SymbolHasInstance, {
    __proto__: null,
    value(object) {
      if (p.FunctionPrototypeSymbolHasInstance(this, object)) return true;
      return this === Writable && !!object && object._writableState instanceof WritableState;
    },
  });

  // ---- writing ----

  const accept = (stream, chunk, encoding, callback) => {
    const state = stream._writableState;
    if (typeof callback !== "function") callback = nothing;
    if (chunk === null) throw errors.nullValues();
    if (!state.objectMode) {
      if (!encoding) encoding = state.defaultEncoding;
      else if (encoding !== "buffer" && !buffer().isEncoding(encoding)) throw errors.unknownEncoding(encoding);
      const Buffer = buffer();
      if (typeof chunk === "string") {
        if (state.decodeStrings) {
          chunk = Buffer.from(chunk, encoding);
          encoding = "buffer";
        }
      } else if (p.ArrayBufferIsView(chunk)) {
        if (!(chunk instanceof Buffer)) chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
        encoding = "buffer";
      } else throw errors.chunk(chunk);
    }
    let failure;
    if (state.ending) failure = errors.writeAfterEnd();
    else if (state.destroyed) failure = errors.destroyed("write");
    if (failure) {
      tick(callback, failure);
      errorOrDestroy(stream, failure, true);
      return failure;
    }
    state.pendingcb++;
    return writeOrBuffer(stream, state, chunk, encoding, callback);
  };

  const writeOrBuffer = (stream, state, chunk, encoding, callback) => {
    const size = state.objectMode ? 1 : chunk.length;
    state.length += size;
    if (state.writing || state.corked || state.errored || !state.constructed) {
      p.ArrayPrototypePush(state.buffered, { chunk, encoding, callback });
      if (encoding !== "buffer") state.allBuffers = false;
      if (callback !== nothing) state.allNoop = false;
    } else {
      state.writelen = size;
      state.writecb = callback;
      state.writing = state.sync = state.expectCallback = true;
      stream._write(chunk, encoding, state.onwrite);
      state.sync = false;
    }
    const more = state.length < state.highWaterMark || state.length === 0;
    if (!more) state.needDrain = true;
    return more && !state.errored && !state.destroyed;
  };

  const doWrite = (stream, state, many, size, chunk, encoding, callback) => {
    state.writelen = size;
    state.writecb = callback;
    state.writing = state.sync = state.expectCallback = true;
    if (state.destroyed) state.onwrite(errors.destroyed("write"));
    else if (many) stream._writev(chunk, state.onwrite);
    else stream._write(chunk, encoding, state.onwrite);
    state.sync = false;
  };

  const onwriteFailed = (stream, state, error, callback) => {
    state.pendingcb--;
    callback(error);
    failBuffer(state);
    errorOrDestroy(stream, error);
  };
  const onwrite = (stream, state, error) => {
    if (!state.expectCallback) {
      errorOrDestroy(stream, errors.multipleCallback());
      return;
    }
    const { sync } = state;
    const callback = state.writecb ?? nothing;
    state.writing = state.expectCallback = false;
    state.writecb = null;
    state.length -= state.writelen;
    state.writelen = 0;
    if (error) {
      if (!state.errored) state.errored = error;
      const r = stream._readableState;
      if (r && !r.errored) r.errored = error;
      if (sync) tick(onwriteFailed, stream, state, error, callback);
      else onwriteFailed(stream, state, error, callback);
      return;
    }
    if (state.buffered.length > state.bufferedIndex) clearBuffer(stream, state);
    if (!sync) {
      afterWrite(stream, state, 1, callback);
      return;
    }
    // Many writes in one tick are told about in one tick.
    const info = state.afterWriteTickInfo;
    if (callback === nothing) {
      const drains = state.needDrain && state.length === 0;
      if (!state.afterWritePending && drains) {
        state.afterWritePending = true;
        tick(afterWrite, stream, state, 1, callback);
      } else {
        state.pendingcb--;
        if (state.ending) finishMaybe(stream, state, true);
      }
    } else if (info !== null && info.callback === callback) info.count++;
    else {
      const next = { count: 1, callback };
      state.afterWriteTickInfo = next;
      state.afterWritePending = true;
      tick(() => {
        state.afterWriteTickInfo = null;
        afterWrite(stream, state, next.count, callback);
      });
    }
  };
  const afterWrite = (stream, state, count, callback) => {
    state.afterWritePending = false;
    if (!state.ending && !state.destroyed && state.length === 0 && state.needDrain) {
      state.needDrain = false;
      stream.emit("drain");
    }
    while (count-- > 0) {
      state.pendingcb--;
      callback(null);
    }
    if (state.destroyed) failBuffer(state);
    if (state.ending) finishMaybe(stream, state, true);
  };

  // What was never written fails with the stream.
  const failBuffer = (state) => {
    if (state.writing) return;
    for (let i = state.bufferedIndex; i < state.buffered.length; i++) {
      const { chunk, callback } = state.buffered[i];
      state.length -= state.objectMode ? 1 : chunk.length;
      callback(state.errored ?? errors.destroyed("write"));
    }
    tellFinished(state, state.errored ?? errors.destroyed("end"));
    resetBuffer(state);
  };
  const tellFinished = (state, error) => {
    const waiting = state.onFinished;
    state.onFinished = [];
    for (let i = 0; i < waiting.length; i++) waiting[i](error);
  };

  const clearBuffer = (stream, state) => {
    if (state.corked || state.bufferProcessing || state.destroyed || !state.constructed) return;
    const { buffered, bufferedIndex } = state;
    const count = buffered.length - bufferedIndex;
    if (!count) return;
    state.bufferProcessing = true;
    if (count > 1 && stream._writev) {
      state.pendingcb -= count - 1;
      const callback = state.allNoop ? nothing : (error) => {
        for (let i = bufferedIndex; i < buffered.length; i++) buffered[i].callback(error);
      };
      const chunks = state.allNoop && bufferedIndex === 0 ? buffered : p.ArrayPrototypeSlice(buffered, bufferedIndex);
      chunks.allBuffers = state.allBuffers;
      doWrite(stream, state, true, state.length, chunks, "", callback);
      resetBuffer(state);
    } else {
      let i = bufferedIndex;
      do {
        const { chunk, encoding, callback } = buffered[i];
        buffered[i++] = null;
        state.bufferedIndex = i; // seen by a `_write` that throws or asks for the buffer
        doWrite(stream, state, false, state.objectMode ? 1 : chunk.length, chunk, encoding, callback);
      } while (i < buffered.length && !state.writing);
      if (i === buffered.length) resetBuffer(state);
      else if (i > 256) {
        p.ArrayPrototypeSplice(buffered, 0, i);
        state.bufferedIndex = 0;
      } else state.bufferedIndex = i;
    }
    state.bufferProcessing = false;
  };

  // ---- the end ----

  const needFinish = (state) =>
    state.ending && !state.destroyed && state.constructed && state.length === 0 && !state.errored &&
    state.buffered.length === 0 && !state.finished && !state.writing && !state.errorEmitted && !state.closeEmitted;

  const afterFinal = (stream, state, error) => {
    if (state.prefinished) {
      errorOrDestroy(stream, error ?? errors.multipleCallback());
      return;
    }
    state.pendingcb--;
    if (error) {
      tellFinished(state, error);
      errorOrDestroy(stream, error, state.sync);
    } else if (needFinish(state)) {
      state.prefinished = true;
      stream.emit("prefinish");
      state.pendingcb++;
      tick(finish, stream, state);
    }
  };
  const prefinish = (stream, state) => {
    if (state.prefinished || state.finalCalled) return;
    state.finalCalled = true;
    if (typeof stream._final === "function" && !state.destroyed) {
      state.sync = true;
      state.pendingcb++;
      try {
        stream._final((error) => afterFinal(stream, state, error));
      } catch (error) {
        afterFinal(stream, state, error);
      }
      state.sync = false;
    } else {
      state.prefinished = true;
      stream.emit("prefinish");
    }
  };
  const finishMaybe = (stream, state, sync) => {
    if (!needFinish(state)) return;
    prefinish(stream, state);
    if (state.pendingcb !== 0) return;
    if (sync) {
      state.pendingcb++;
      tick(() => {
        if (needFinish(state)) finish(stream, state);
        else state.pendingcb--;
      });
    } else if (needFinish(state)) {
      state.pendingcb++;
      finish(stream, state);
    }
  };
  const finish = (stream, state) => {
    state.pendingcb--;
    state.finished = true;
    tellFinished(state, null);
    stream.emit("finish");
    if (!state.autoDestroy) return;
    const r = stream._readableState;
    if (!r || (r.autoDestroy && (r.endEmitted || r.readable === false))) stream.destroy();
  };

  extend(Writable.prototype, {
    pipe() { errorOrDestroy(this, errors.cannotPipe()); },
    write(chunk, encoding, callback) {
      if (typeof encoding === "function") {
        callback = encoding;
        encoding = null;
      }
      return accept(this, chunk, encoding, callback) === true;
    },
    cork() { this._writableState.corked++; },
    uncork() {
      const state = this._writableState;
      if (!state.corked) return;
      state.corked--;
      if (!state.writing) clearBuffer(this, state);
    },
    setDefaultEncoding(encoding) {
      if (typeof encoding === "string") encoding = p.StringPrototypeToLowerCase(encoding);
      if (!buffer().isEncoding(encoding)) throw errors.unknownEncoding(encoding);
      this._writableState.defaultEncoding = encoding;
      return this;
    },
    _write(chunk, encoding, done) {
      if (!this._writev) throw errors.notImplemented("_write()");
      this._writev([{ chunk, encoding }], done);
    },
    _writev: null,
    end(chunk, encoding, callback) {
      const state = this._writableState;
      if (typeof chunk === "function") {
        callback = chunk;
        chunk = encoding = null;
      } else if (typeof encoding === "function") {
        callback = encoding;
        encoding = null;
      }
      let failure;
      if (chunk !== undefined && chunk !== null) {
        const result = accept(this, chunk, encoding);
        if (typeof result !== "boolean") failure = result;
      }
      if (state.corked) {
        state.corked = 1;
        this.uncork();
      }
      if (failure === undefined) {
        if (!state.errored && !state.ending) {
          state.ending = true;
          finishMaybe(this, state, true);
          state.ended = true;
        } else if (state.finished) failure = errors.alreadyFinished("end");
        else if (state.destroyed) failure = errors.destroyed("end");
      }
      if (typeof callback === "function") {
        if (failure) tick(callback, failure);
        else if (state.errored) tick(callback, state.errored);
        else if (state.finished) tick(callback, null);
        else p.ArrayPrototypePush(state.onFinished, callback);
      }
      return this;
    },
    destroy(error, done) {
      const state = this._writableState;
      if (!state.destroyed && (state.bufferedIndex < state.buffered.length || state.onFinished.length > 0))
        tick(failBuffer, state);
      p.ReflectApply(life.destroy, this, [error, done]);
      return this;
    },
    _undestroy: life.undestroy,
    _destroy(error, done) { done(error); },
    [rejection](error) { this.destroy(error); },
  });

  const view = (read, missing = false) => ({
    __proto__: null, configurable: true, enumerable: false,
    get() { return this._writableState ? read(this._writableState) : missing; },
  });
  p.ObjectDefineProperties(Writable.prototype, {
    __proto__: null,
    closed: view((w) => w.closed),
    destroyed: {
      __proto__: null, configurable: true,
      get() { return this._writableState ? this._writableState.destroyed : false; },
      set(value) { if (this._writableState) this._writableState.destroyed = value; },
    },
    writable: {
      __proto__: null, configurable: true,
      get() {
        const w = this._writableState;
        return !!w && w.writable !== false && !w.destroyed && !w.errored && !w.ending && !w.ended;
      },
      set(value) { if (this._writableState) this._writableState.writable = !!value; },
    },
    writableFinished: view((w) => w.finished),
    writableObjectMode: view((w) => w.objectMode),
    writableEnded: view((w) => w.ending),
    writableNeedDrain: view((w) => !w.destroyed && !w.ending && w.needDrain),
    writableBuffer: view((w) => w.getBuffer()),
    writableHighWaterMark: view((w) => w.highWaterMark),
    writableCorked: view((w) => w.corked, 0),
    writableLength: view((w) => w.length),
    errored: view((w) => w.errored, null),
    writableAborted: view((w) => !!(w.writable !== false && (w.destroyed || w.errored) && !w.finished)),
  });
  Writable.WritableState = WritableState;
  return Writable;
})
