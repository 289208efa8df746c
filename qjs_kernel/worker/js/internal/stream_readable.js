(function (k) {
  "use strict";
  // Readable: a buffer between `_read`, which pushes, and whoever listens, reads, iterates or is piped to.
  const p = k.primordials;
  const shared = k.load("internal/stream_state");
  const life = k.load("internal/stream_destroy");
  const { Stream, extend } = k.load("internal/stream_legacy");
  const piping = k.load("internal/stream_pipe");
  const { tick, buffer, errors, check } = shared;
  const { errorOrDestroy } = life;
  const rejection = p.SymbolFor("nodejs.rejection");

  const decoderFor = (encoding) => new (k.load("node/string_decoder").StringDecoder)(encoding);
  const checkedEncoding = (encoding) => {
    if (encoding === undefined || encoding === null || encoding === "utf8" || encoding === "utf-8") return "utf8";
    if (!buffer().isEncoding(encoding)) throw errors.unknownEncoding(encoding);
    return encoding;
  };

  function ReadableState(options, stream, isDuplex) {
    this.objectMode = !!(options?.objectMode || (isDuplex && options?.readableObjectMode));
    this.highWaterMark = shared.highWaterMark(options, this.objectMode, "readableHighWaterMark", isDuplex);
    this.buffer = [];
    this.bufferIndex = 0;
    this.length = 0;
    this.pipes = [];
    this.flowing = null; // null: nobody has asked for data yet
    this.ended = false;
    this.endEmitted = false;
    this.reading = false;
    this.constructed = true;
    this.sync = true; // while _read runs: it may push at once, and events must not come out of order
    this.needReadable = false;
    this.emittedReadable = false;
    this.readableListening = false;
    this.resumeScheduled = false;
    this.paused = null;
    this.errorEmitted = false;
    this.emitClose = options?.emitClose !== false;
    this.autoDestroy = options?.autoDestroy !== false;
    this.destroyed = false;
    this.errored = null;
    this.closed = false;
    this.closeEmitted = false;
    this.defaultEncoding = checkedEncoding(options?.defaultEncoding);
    this.awaitDrainWriters = null; // one writer, or a Set when several are piped to
    this.multiAwaitDrain = false;
    this.readingMore = false;
    this.dataEmitted = false;
    this.dataListening = false;
    this.decoder = null;
    this.encoding = null;
    if (options?.encoding) {
      this.decoder = decoderFor(options.encoding);
      this.encoding = options.encoding;
    }
  }
  shared.shelter(ReadableState.prototype);
  p.ObjectDefineProperty(ReadableState.prototype, "pipesCount", {
    __proto__: null, configurable: true, enumerable: false, get() { return this.pipes.length; },
  });
  ReadableState.prototype[life.constructed] = function (stream) {
    if (this.needReadable) maybeReadMore(stream, this);
  };

  function Readable(options) {
    if (!(this instanceof Readable)) return new Readable(options);
    this._readableState = new ReadableState(options, this, false);
    if (options) {
      if (typeof options.read === "function") this._read = options.read;
      if (typeof options.destroy === "function") this._destroy = options.destroy;
      if (typeof options.construct === "function") this._construct = options.construct;
    }
    p.ReflectApply(Stream, this, [options]);
    if (options?.signal) life.addAbortSignal(options.signal, this);
    if (this._construct) life.construct(this, () => this._readableState[life.constructed](this));
  }
  p.ObjectSetPrototypeOf(Readable.prototype, Stream.prototype);
  p.ObjectSetPrototypeOf(Readable, Stream);

  // ---- in ----

  const canPushMore = (state) => !state.ended && (state.length < state.highWaterMark || state.length === 0);
  const sizeOf = (state, chunk) => (state.objectMode ? 1 : chunk.length);
  const noWriters = (state) => {
    if (state.multiAwaitDrain) p.SetPrototypeClear(state.awaitDrainWriters);
    else state.awaitDrainWriters = null;
  };

  const addChunk = (stream, state, chunk, front) => {
    if (state.flowing && state.length === 0 && !state.sync && state.dataListening) {
      noWriters(state);
      state.dataEmitted = true;
      stream.emit("data", chunk);
    } else {
      state.length += sizeOf(state, chunk);
      if (!front) p.ArrayPrototypePush(state.buffer, chunk);
      else if (state.bufferIndex > 0) state.buffer[--state.bufferIndex] = chunk;
      else p.ArrayPrototypeUnshift(state.buffer, chunk);
      if (state.needReadable) emitReadable(stream);
    }
    maybeReadMore(stream, state);
  };

  // null when the chunk is of a kind that bytes cannot be had from (and the stream has been told).
  const bytesOf = (stream, chunk) => {
    const Buffer = buffer();
    if (chunk instanceof Buffer) return chunk;
    if (p.ArrayBufferIsView(chunk)) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    errorOrDestroy(stream, errors.chunk(chunk));
    return null;
  };

  const add = (stream, chunk, encoding, front) => {
    const state = stream._readableState;
    if (chunk === null) {
      state.reading = false;
      onEof(stream, state);
      return false;
    }
    let text = false; // already in the encoding that the reader asked for
    if (!state.objectMode) {
      if (typeof chunk === "string") {
        encoding = encoding || state.defaultEncoding;
        if (state.encoding === encoding) text = true;
        else {
          chunk = buffer().from(chunk, encoding);
          if (front && state.encoding) chunk = chunk.toString(state.encoding);
        }
      } else if (chunk !== undefined) {
        chunk = bytesOf(stream, chunk);
        if (chunk === null) return false;
      }
      if (!chunk || chunk.length <= 0) {
        if (!front) {
          state.reading = false;
          maybeReadMore(stream, state);
        }
        return canPushMore(state);
      }
    } else text = !!encoding;
    if (front) {
      if (state.endEmitted) errorOrDestroy(stream, errors.unshiftAfterEnd());
      else if (state.destroyed || state.errored) return false;
      else addChunk(stream, state, chunk, true);
      return canPushMore(state);
    }
    if (state.ended) {
      errorOrDestroy(stream, errors.pushAfterEof());
      return false;
    }
    if (state.destroyed || state.errored) return false;
    state.reading = false;
    if (state.decoder && !text) {
      chunk = state.decoder.write(chunk);
      if (!state.objectMode && chunk.length === 0) {
        maybeReadMore(stream, state);
        return canPushMore(state);
      }
    }
    addChunk(stream, state, chunk, false);
    return canPushMore(state);
  };

  const onEof = (stream, state) => {
    if (state.ended) return;
    const rest = state.decoder?.end();
    if (rest) {
      p.ArrayPrototypePush(state.buffer, rest);
      state.length += sizeOf(state, rest);
    }
    state.ended = true;
    if (state.sync) emitReadable(stream);
    else {
      // At once: in the tick between, somebody could read and miss the end.
      state.needReadable = false;
      state.emittedReadable = true;
      emitReadableNow(stream);
    }
  };

  // ---- out ----

  const amount = (n, state) => {
    if (n <= 0 || (state.length === 0 && state.ended)) return 0;
    if (state.objectMode) return 1;
    if (n !== n) return state.flowing && state.length ? state.buffer[state.bufferIndex].length : state.length;
    if (n <= state.length) return n;
    return state.ended ? state.length : 0;
  };

  const take = (n, state) => {
    if (state.length === 0) return null;
    const list = state.buffer;
    let index = state.bufferIndex;
    let out;
    if (state.objectMode) {
      out = list[index];
      list[index++] = null;
    } else if (n >= state.length && list.length - index === 1) {
      out = list[index];
      list[index++] = null;
    } else {
      const text = !!state.decoder;
      let need = n && n < state.length ? n : state.length;
      if (!text && need < list[index].length) {
        out = list[index].slice(0, need);
        list[index] = list[index].slice(need);
      } else {
        out = text ? "" : buffer().allocUnsafe(need);
        let at = 0;
        while (need > 0) {
          const chunk = list[index];
          const part = need < chunk.length ? chunk.slice(0, need) : chunk;
          if (text) out += part;
          else p.TypedArrayPrototypeSet(out, part, at);
          at += part.length;
          need -= part.length;
          if (part === chunk) list[index++] = null;
          else list[index] = chunk.slice(part.length);
        }
      }
    }
    if (index === list.length) {
      list.length = 0;
      state.bufferIndex = 0;
    } else if (index > 1024) {
      p.ArrayPrototypeSplice(list, 0, index);
      state.bufferIndex = 0;
    } else state.bufferIndex = index;
    return out;
  };

  const LARGEST_MARK = 0x40000000;
  const powerAbove = (n) => {
    if (n > LARGEST_MARK) throw errors.outOfRange("size", "<= 1GiB", n);
    let size = 1;
    while (size < n) size *= 2;
    return size;
  };

  const endReadable = (stream) => {
    const state = stream._readableState;
    if (state.endEmitted) return;
    state.ended = true;
    tick(() => {
      if (state.errored || state.closeEmitted || state.endEmitted || state.length !== 0) return;
      state.endEmitted = true;
      stream.emit("end");
      if (stream.writable && stream.allowHalfOpen === false) {
        tick(() => { if (stream.writable && !stream.writableEnded && !stream.destroyed) stream.end(); });
      } else if (state.autoDestroy) {
        const w = stream._writableState;
        if (!w || (w.autoDestroy && (w.finished || w.writable === false))) stream.destroy();
      }
    });
  };

  const emitReadable = (stream) => {
    const state = stream._readableState;
    state.needReadable = false;
    if (state.emittedReadable) return;
    state.emittedReadable = true;
    tick(emitReadableNow, stream);
  };
  const emitReadableNow = (stream) => {
    const state = stream._readableState;
    if (!state.destroyed && !state.errored && (state.length || state.ended)) {
      stream.emit("readable");
      state.emittedReadable = false;
    }
    state.needReadable = state.needReadable ||
      (!state.flowing && !state.ended && state.length <= state.highWaterMark);
    flow(stream);
  };

  // Fills the buffer up to the mark, beyond what the reader has asked for.
  const maybeReadMore = (stream, state) => {
    if (state.readingMore || !state.constructed) return;
    state.readingMore = true;
    tick(() => {
      while (!state.reading && !state.ended &&
        (state.length < state.highWaterMark || (state.flowing && state.length === 0))) {
        const before = state.length;
        stream.read(0);
        if (before === state.length) break;
      }
      state.readingMore = false;
    });
  };

  const flow = (stream) => {
    const state = stream._readableState;
    while (state.flowing && stream.read() !== null);
  };
  const resumeNow = (stream, state) => {
    if (!state.reading) stream.read(0);
    state.resumeScheduled = false;
    stream.emit("resume");
    flow(stream);
    if (state.flowing && !state.reading) stream.read(0);
  };

  const updateListening = (stream) => {
    const state = stream._readableState;
    state.readableListening = stream.listenerCount("readable") > 0;
    if (state.resumeScheduled && state.paused === false) state.flowing = true;
    else if (state.dataListening) stream.resume();
    else if (!state.readableListening) state.flowing = null;
  };

  extend(Readable.prototype, {
    push(chunk, encoding) { return add(this, chunk, encoding, false); },
    unshift(chunk, encoding) { return add(this, chunk, encoding, true); },
    _read() { throw errors.notImplemented("_read()"); },
    destroy: life.destroy,
    _undestroy: life.undestroy,
    _destroy(error, done) { done(error); },
    [rejection](error) { this.destroy(error); },
    isPaused() { return this._readableState.paused === true || this._readableState.flowing === false; },

    setEncoding(encoding) {
      const state = this._readableState;
      const decoder = decoderFor(encoding);
      state.decoder = decoder;
      state.encoding = decoder.encoding;
      let text = "";
      for (let i = state.bufferIndex; i < state.buffer.length; i++) text += decoder.write(state.buffer[i]);
      state.buffer = text === "" ? [] : [text];
      state.bufferIndex = 0;
      state.length = text.length;
      return this;
    },

    read(n) {
      n = n === undefined ? p.NumberNaN : p.NumberIsInteger(n) ? n : p.parseInt(n, 10);
      const state = this._readableState;
      const asked = n;
      if (n > state.highWaterMark) state.highWaterMark = powerAbove(n);
      if (n !== 0) state.emittedReadable = false;
      // read(0) starts the machinery, but not when the buffer is as full as it should be.
      const full = state.highWaterMark !== 0 ? state.length >= state.highWaterMark : state.length > 0;
      if (n === 0 && state.needReadable && (full || state.ended)) {
        if (state.length === 0 && state.ended) endReadable(this);
        else emitReadable(this);
        return null;
      }
      n = amount(n, state);
      if (n === 0 && state.ended) {
        if (state.length === 0) endReadable(this);
        return null;
      }
      const wanted = state.needReadable || state.length === 0 || state.length - n < state.highWaterMark;
      if (wanted && !state.ended && !state.reading && !state.destroyed && !state.errored && state.constructed) {
        state.reading = true;
        state.sync = true;
        if (state.length === 0) state.needReadable = true;
        try {
          this._read(state.highWaterMark);
        } catch (error) {
          errorOrDestroy(this, error);
        }
        state.sync = false;
        if (!state.reading) n = amount(asked, state); // it pushed at once
      }
      const out = n > 0 ? take(n, state) : null;
      if (out === null) {
        state.needReadable = state.needReadable || state.length <= state.highWaterMark;
        n = 0;
      } else {
        state.length -= n;
        noWriters(state);
      }
      if (state.length === 0) {
        if (!state.ended) state.needReadable = true;
        if (asked !== n && state.ended) endReadable(this);
      }
      if (out !== null && !state.errorEmitted && !state.closeEmitted) {
        state.dataEmitted = true;
        this.emit("data", out);
      }
      return out;
    },

    pipe: piping.pipe,
    unpipe: piping.unpipe,

    on(event, run) {
      const result = p.ReflectApply(Stream.prototype.on, this, [event, run]);
      const state = this._readableState;
      if (event === "data") {
        state.dataListening = true;
        state.readableListening = state.readableListening || this.listenerCount("readable") > 0;
        if (state.flowing !== false) this.resume();
      } else if (event === "readable" && !state.endEmitted && !state.readableListening) {
        state.readableListening = state.needReadable = true;
        state.flowing = false;
        state.emittedReadable = false;
        if (state.length) emitReadable(this);
        else if (!state.reading) tick(() => this.read(0));
      }
      return result;
    },
    removeListener(event, run) {
      const result = p.ReflectApply(Stream.prototype.removeListener, this, [event, run]);
      // Later: `readable` may be listened to again at once, as `once` does.
      if (event === "readable") tick(updateListening, this);
      else if (event === "data" && this.listenerCount("data") === 0) this._readableState.dataListening = false;
      return result;
    },
    removeAllListeners(...args) {
      const result = p.ReflectApply(Stream.prototype.removeAllListeners, this, args);
      if (args[0] === "readable" || args[0] === undefined) tick(updateListening, this);
      return result;
    },

    resume() {
      const state = this._readableState;
      if (!state.flowing) {
        // A `readable` listener is in charge: data flows only through read().
        state.flowing = !state.readableListening;
        if (!state.resumeScheduled) {
          state.resumeScheduled = true;
          tick(resumeNow, this, state);
        }
      }
      state.paused = false;
      return this;
    },
    pause() {
      const state = this._readableState;
      if (state.flowing !== false) {
        state.flowing = false;
        this.emit("pause");
      }
      state.paused = true;
      return this;
    },

    wrap(old) {
      let paused = false;
      old.on("data", (chunk) => {
        if (!this.push(chunk) && old.pause) {
          paused = true;
          old.pause();
        }
      });
      old.on("end", () => { this.push(null); });
      old.on("error", (error) => errorOrDestroy(this, error));
      old.on("close", () => { this.destroy(); });
      old.on("destroy", () => { this.destroy(); });
      this._read = () => {
        if (!paused || !old.resume) return;
        paused = false;
        old.resume();
      };
      const keys = p.ObjectKeys(old);
      for (let i = 1; i < keys.length; i++) {
        const member = old[keys[i]];
        if (this[keys[i]] === undefined && typeof member === "function")
          this[keys[i]] = (...args) => p.ReflectApply(member, old, args);
      }
      return this;
    },

    iterator(options) {
      if (options !== undefined) check.object(options, "options");
      return k.load("internal/stream_iterate").iterate(this, options);
    },
    [p.SymbolAsyncIterator]() { return k.load("internal/stream_iterate").iterate(this); },
  });
  Readable.prototype.addListener = Readable.prototype.on;
  Readable.prototype.off = Readable.prototype.removeListener;

  const view = (key, fallback) => ({
    __proto__: null, configurable: true, enumerable: false,
    get() { return this._readableState ? this._readableState[key] : fallback; },
  });
  p.ObjectDefineProperties(Readable.prototype, {
    __proto__: null,
    readable: {
      __proto__: null, configurable: true,
      get() {
        const state = this._readableState;
        return !!state && state.readable !== false && !state.destroyed && !state.errorEmitted && !state.endEmitted;
      },
      set(value) { if (this._readableState) this._readableState.readable = !!value; },
    },
    readableAborted: {
      __proto__: null, configurable: true,
      get() {
        const state = this._readableState;
        return !!(state.readable !== false && (state.destroyed || state.errored) && !state.endEmitted);
      },
    },
    readableFlowing: {
      __proto__: null, configurable: true,
      get() { return this._readableState.flowing; },
      set(value) { if (this._readableState) this._readableState.flowing = value; },
    },
    destroyed: {
      __proto__: null, configurable: true,
      get() { return this._readableState ? this._readableState.destroyed : false; },
      set(value) { if (this._readableState) this._readableState.destroyed = value; },
    },
    readableDidRead: view("dataEmitted"), readableHighWaterMark: view("highWaterMark"),
    readableBuffer: view("buffer"), readableLength: view("length"),
    readableObjectMode: view("objectMode", false), readableEncoding: view("encoding", null),
    errored: view("errored", null), closed: view("closed", false), readableEnded: view("endEmitted", false),
  });

  Readable.ReadableState = ReadableState;
  Readable._fromList = take;
  Readable.from = function (iterable, options) {
    return k.load("internal/stream_iterate").from(Readable, iterable, options);
  };
  Readable.wrap = function (source, options) {
    return new Readable({
      objectMode: source.readableObjectMode ?? source.objectMode ?? true,
      ...options,
      destroy(error, done) {
        life.destroyer(source, error);
        done(error);
      },
    }).wrap(source);
  };
  return Readable;
})
