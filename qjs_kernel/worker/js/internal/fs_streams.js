(function (k) {
  "use strict";
  // fs.ReadStream and fs.WriteStream. fs.js has the constructors; their prototypes get their methods here.
  const p = k.primordials;
  const { fs, pathOf, flagOf, fileMode, integer, boolean, wrongType, ReadStream, WriteStream } = k.fs;
  const { Readable, Writable, finished } = k.load("node/stream");
  const { extend } = k.load("internal/stream_legacy");
  const FOREVER = 1 / 0;
  const MAX = p.NumberMAX_SAFE_INTEGER;

  const optionsOf = (given) => {
    if (given === undefined || given === null) return {};
    if (typeof given === "string") {
      k.fs.encodingOf(given);
      return { encoding: given };
    }
    if (typeof given !== "object") throw wrongType("options", "one of type string or object", given);
    if (given.encoding) k.fs.encodingOf(given.encoding);
    return { ...given };
  };
  // Where the calls go: node:fs, what the caller brought instead, or the handle that holds the file.
  const attach = (stream, o, names) => {
    const own = o.fs ?? fs;
    for (const name of names)
      if (o.fs && typeof own[name] !== "function") throw wrongType(`options.fs.${name}`, "of type function", own[name]);
    k.hidden(stream, "calls", own);
    const { fd } = o;
    if (fd === undefined || fd === null) {
      stream.fd = null;
      return;
    }
    if (typeof fd === "number") {
      stream.fd = integer(fd, "fd", 0, 2147483647);
      return;
    }
    const number = typeof fd === "object" ? k.fs.handleNumber?.(fd) : undefined;
    if (number === undefined) throw wrongType("fd", "of type number or an instance of FileHandle", fd);
    if (o.fs) throw k.codeError(p.Error, "ERR_METHOD_NOT_IMPLEMENTED", "The FileHandle with fs method is not implemented");
    stream.fd = number;
    k.hidden(stream, "calls", {
      __proto__: null, read: fs.read, write: fs.write, writev: fs.writev,
      close: (_, done) => { k.then(fd.close(), () => done(null), done); },
    });
    fd.on("close", () => stream.close());
  };
  const construct = function (done) {
    if (typeof this.fd === "number") {
      done();
      return;
    }
    this.calls.open(this.path, this.flags, this.mode, (error, fd) => {
      if (error) {
        done(error);
        return;
      }
      this.fd = fd;
      done();
      this.emit("open", fd);
      this.emit("ready");
    });
  };
  const close = (stream, error, done) => {
    const { fd } = stream;
    stream.fd = null;
    stream.calls.close(fd, (failure) => done(failure || error));
  };
  const destroy = function (error, done) {
    if (typeof this.fd !== "number") {
      done(error);
      return;
    }
    close(this, error, done);
  };
  const bound = (value, name) => (value === undefined || value === null ? undefined : integer(value, name, 0, MAX));

  const read = (stream, path, given) => {
    const o = optionsOf(given);
    if (o.highWaterMark === undefined || o.highWaterMark === null) o.highWaterMark = 64 * 1024;
    attach(stream, o, ["open", "read", "close"]);
    if (stream.fd === null) stream.path = pathOf(path);
    stream.flags = o.flags === undefined ? "r" : flagOf(o.flags, "r");
    stream.mode = o.mode === undefined ? 0o666 : fileMode(o.mode, 0o666);
    stream.start = bound(o.start, "start");
    stream.pos = stream.start;
    stream.end = o.end === undefined || o.end === null || o.end === FOREVER ? FOREVER : integer(o.end, "end", 0, MAX);
    if (stream.start > stream.end)
      throw k.codeError(p.RangeError, "ERR_OUT_OF_RANGE",
        `The value of "start" is out of range. It must be <= "end" (here: ${stream.end}). Received ${stream.start}`);
    stream.bytesRead = 0;
    o.autoDestroy = boolean(o.autoClose, "options.autoClose", true);
    p.ReflectApply(Readable, stream, [{ ...o, read: undefined, destroy: undefined, construct: undefined }]);
    if (o.encoding) stream.setEncoding(o.encoding);
  };
  const write = (stream, path, given) => {
    const o = optionsOf(given);
    attach(stream, o, ["open", "write", "close"]);
    if (stream.fd === null) stream.path = pathOf(path);
    stream.flags = o.flags === undefined ? "w" : flagOf(o.flags, "w");
    stream.mode = o.mode === undefined ? 0o666 : fileMode(o.mode, 0o666);
    stream.start = bound(o.start, "start");
    stream.pos = stream.start;
    stream.bytesWritten = 0;
    o.autoDestroy = boolean(o.autoClose, "options.autoClose", true);
    p.ReflectApply(Writable, stream, [{ ...o, decodeStrings: true, write: undefined, writev: undefined, final: undefined,
      destroy: undefined, construct: undefined }]);
    if (o.encoding) stream.setDefaultEncoding(o.encoding);
  };

  p.ObjectSetPrototypeOf(ReadStream.prototype, Readable.prototype);
  p.ObjectSetPrototypeOf(ReadStream, Readable);
  p.ObjectSetPrototypeOf(WriteStream.prototype, Writable.prototype);
  p.ObjectSetPrototypeOf(WriteStream, Writable);

  const common = {
    _construct: construct,
    _destroy: destroy,
    close(done) {
      if (typeof done === "function")
        finished(this, (error) => done(error?.code === "ERR_STREAM_PREMATURE_CLOSE" ? undefined : error));
      this.destroy();
    },
    get pending() { return this.fd === null; },
  };
  const finish = (Class, state) => {
    extend(Class.prototype, common);
    p.ObjectDefineProperty(Class.prototype, "autoClose", {
      __proto__: null, configurable: true, get() { return this[state].autoDestroy; },
      set(value) { this[state].autoDestroy = value; },
    });
  };
  finish(ReadStream, "_readableState");
  finish(WriteStream, "_writableState");
  extend(ReadStream.prototype, {
    _read(n) {
      n = p.MathMin(this.end - (this.pos === undefined ? this.bytesRead : this.pos) + 1, n);
      if (n <= 0) {
        this.push(null);
        return;
      }
      const { Buffer } = k.load("node/buffer");
      const chunk = Buffer.allocUnsafeSlow(n);
      this.calls.read(this.fd, chunk, 0, n, this.pos, (error, count, into) => {
        if (this.destroyed) return;
        if (error) {
          this.destroy(error);
          return;
        }
        if (count === 0) {
          this.push(null);
          return;
        }
        if (this.pos !== undefined) this.pos += count;
        this.bytesRead += count;
        // A short read keeps no large buffer alive.
        this.push(count === into.length ? into : Buffer.from(p.TypedArrayPrototypeSubarray(into, 0, count)));
      });
    },
  });
  extend(WriteStream.prototype, {
    _write(data, encoding, done) {
      this.calls.write(this.fd, data, 0, data.length, this.pos, (error, count) => {
        if (error) {
          done(error);
          return;
        }
        this.bytesWritten += count;
        done();
      });
      if (this.pos !== undefined) this.pos += data.length;
    },
    _writev(chunks, done) {
      const { Buffer } = k.load("node/buffer");
      const all = Buffer.concat(p.ArrayPrototypeMap(chunks, (each) => each.chunk));
      this._write(all, "buffer", done);
    },
    destroySoon: Writable.prototype.end,
  });
  return { __proto__: null, read, write };
})
