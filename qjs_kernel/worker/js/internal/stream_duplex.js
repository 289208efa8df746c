(function (k) {
  "use strict";
  // Duplex, Transform, PassThrough.
  const p = k.primordials;
  const shared = k.load("internal/stream_state");
  const life = k.load("internal/stream_destroy");
  const { Stream, extend } = k.load("internal/stream_legacy");
  const Readable = k.load("internal/stream_readable");
  const Writable = k.load("internal/stream_writable");
  const { tick, errors } = shared;

  // ---- Duplex: a Readable that has the methods of Writable ----

  function Duplex(options) {
    if (!(this instanceof Duplex)) return new Duplex(options);
    this._readableState = new Readable.ReadableState(options, this, true);
    this._writableState = new Writable.WritableState(options, this, true);
    this.allowHalfOpen = options?.allowHalfOpen !== false;
    if (options) {
      if (options.readable === false) {
        const r = this._readableState;
        r.readable = false;
        r.ended = r.endEmitted = true;
      }
      if (options.writable === false) {
        const w = this._writableState;
        w.writable = false;
        w.ending = w.ended = w.finished = true;
      }
      if (typeof options.read === "function") this._read = options.read;
      if (typeof options.write === "function") this._write = options.write;
      if (typeof options.writev === "function") this._writev = options.writev;
      if (typeof options.destroy === "function") this._destroy = options.destroy;
      if (typeof options.final === "function") this._final = options.final;
      if (typeof options.construct === "function") this._construct = options.construct;
    }
    p.ReflectApply(Stream, this, [options]);
    if (options?.signal) life.addAbortSignal(options.signal, this);
    if (this._construct) {
      life.construct(this, () => {
        this._readableState[life.constructed](this);
        this._writableState[life.constructed](this);
      });
    }
  }
  p.ObjectSetPrototypeOf(Duplex.prototype, Readable.prototype);
  p.ObjectSetPrototypeOf(Duplex, Readable);
  const inherited = p.ReflectOwnKeys(Writable.prototype);
  for (let i = 0; i < inherited.length; i++) {
    const key = inherited[i];
    if (key === "constructor" || (key in Duplex.prototype && key !== "writable" && key !== "writev")) continue;
    const found = p.ReflectGetOwnPropertyDescriptor(Writable.prototype, key);
    p.ObjectDefineProperty(Duplex.prototype, key, p.ObjectSetPrototypeOf(found, null));
  }
  Duplex.prototype.destroy = Writable.prototype.destroy;
  p.ObjectDefineProperty(Duplex.prototype, "destroyed", {
    __proto__: null, configurable: true,
    get() {
      const r = this._readableState, w = this._writableState;
      return r !== undefined && w !== undefined && r.destroyed && w.destroyed;
    },
    set(value) {
      if (this._readableState && this._writableState)
        this._readableState.destroyed = this._writableState.destroyed = value;
    },
  });
  Duplex.from = function (body) { return k.load("internal/stream_duplexify")(body, "body"); };

  // ---- Transform: what is written comes out of `_transform` ----

  const waiting = p.Symbol("kCallback"); // the write that goes on when somebody reads

  function Transform(options) {
    if (!(this instanceof Transform)) return new Transform(options);
    // A readable side that buffers nothing must not make the writable side accept nothing.
    if (options && (options.readableHighWaterMark ?? options.highWaterMark) === 0) {
      options = {
        ...options, highWaterMark: null, readableHighWaterMark: 0,
        writableHighWaterMark: options.writableHighWaterMark || 0,
      };
    }
    p.ReflectApply(Duplex, this, [options]);
    this._readableState.sync = false; // `_read` is never what pushes
    this[waiting] = null;
    if (options) {
      if (typeof options.transform === "function") this._transform = options.transform;
      if (typeof options.flush === "function") this._flush = options.flush;
    }
    // A subclass with a `_final` of its own flushes, too.
    this.on("prefinish", function () {
      if (this._final !== final) p.ReflectApply(final, this, []);
    });
  }
  p.ObjectSetPrototypeOf(Transform.prototype, Duplex.prototype);
  p.ObjectSetPrototypeOf(Transform, Duplex);

  function final(done) {
    if (typeof this._flush !== "function" || this.destroyed) {
      this.push(null);
      if (done) done();
      return;
    }
    this._flush((error, data) => {
      if (error) {
        if (done) done(error);
        else this.destroy(error);
        return;
      }
      if (data !== undefined && data !== null) this.push(data);
      this.push(null);
      if (done) done();
    });
  }
  extend(Transform.prototype, {
    _final: final,
    _transform() { throw errors.notImplemented("_transform()"); },
    _write(chunk, encoding, done) {
      const r = this._readableState, w = this._writableState;
      const before = r.length;
      this._transform(chunk, encoding, (error, value) => {
        if (error) {
          done(error);
          return;
        }
        if (value !== undefined && value !== null) this.push(value);
        if (r.ended) tick(done);
        else if (w.ended || before === r.length || r.length < r.highWaterMark) done();
        else this[waiting] = done;
      });
    },
    _read() {
      const done = this[waiting];
      if (!done) return;
      this[waiting] = null;
      done();
    },
  });

  function PassThrough(options) {
    if (!(this instanceof PassThrough)) return new PassThrough(options);
    p.ReflectApply(Transform, this, [options]);
  }
  p.ObjectSetPrototypeOf(PassThrough.prototype, Transform.prototype);
  p.ObjectSetPrototypeOf(PassThrough, Transform);
  PassThrough.prototype._transform = function (chunk, encoding, done) { done(null, chunk); };

  // Two ends of one line: what is written to one is read from the other.
  const duplexPair = (options) => {
    const side = () => {
      const stream = new Duplex({
        ...options,
        read() {
          const done = stream.pending;
          stream.pending = null;
          if (done) done();
        },
        write(chunk, encoding, done) {
          if (chunk.length === 0) tick(done);
          else {
            stream.other.push(chunk);
            stream.other.pending = done;
          }
        },
        final(done) {
          stream.other.on("end", done);
          stream.other.push(null);
        },
      });
      k.hidden(stream, "pending", null);
      k.hidden(stream, "other", null);
      return stream;
    };
    const one = side(), two = side();
    one.other = two;
    two.other = one;
    return [one, two];
  };

  return { __proto__: null, Duplex, Transform, PassThrough, duplexPair };
})
