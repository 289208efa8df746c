(function (k) {
  "use strict";
  // Node streams as web streams, and back.
  const p = k.primordials;
  const life = k.load("internal/stream_destroy");
  const shared = k.load("internal/stream_state");
  const { abortError, AbortError } = k.load("internal/aborts");
  const { Duplex } = k.load("internal/stream_duplex");
  const Readable = k.load("internal/stream_readable");
  const Writable = k.load("internal/stream_writable");
  const { tick } = shared;
  const web = () => k.load("web/streams");

  const must = (condition, name, expected, value) => {
    if (!condition) throw k.invalidArgType(name, `an instance of ${expected}`, value);
  };
  const quietly = (promise) => k.then(promise, () => {}, () => {});

  // The record of a web stream, and the functions for its side.
  const recordOf = (stream) => {
    const side = k.load(shared.isReadableWeb(stream) ? "internal/streams_readable" : "internal/streams_writable");
    return { side, record: side.streamOf(stream) };
  };
  // Settles when the stream ends, without taking its lock: its record tells when its state changes.
  const closedPromise = (stream) => new p.Promise((resolve, reject) => {
    const { record } = recordOf(stream);
    let { state: now } = record;
    const look = () => {
      if (now === "closed") resolve();
      // Its error is written beside its state.
      else if (now === "errored") tick(() => reject(record.error));
    };
    look();
    p.ObjectDefineProperty(record, "state", {
      __proto__: null, configurable: true, enumerable: true, get: () => now,
      set(next) {
        now = next;
        look();
      },
    });
  });
  const failStream = (stream, error) => {
    const { side, record } = recordOf(stream);
    (side.failController ?? side.failIfNeeded)(record.controller, error);
  };

  const readableFromWeb = (source, options = {}) => {
    must(shared.isReadableWeb(source), "readableStream", "ReadableStream", source);
    const reader = source.getReader();
    let closed = false;
    const stream = new Readable({
      objectMode: options.objectMode, highWaterMark: options.highWaterMark, encoding: options.encoding,
      signal: options.signal,
      read() {
        k.then(reader.read(), ({ value, done }) => { stream.push(done ? null : value); },
          (error) => life.destroyer(stream, error));
      },
      destroy(error, done) {
        const tell = () => tick(done, error);
        if (closed) tell();
        else k.then(reader.cancel(error), tell, tell);
      },
    });
    k.then(reader.closed, () => { closed = true; }, (error) => {
      closed = true;
      life.destroyer(stream, error);
    });
    return stream;
  };

  const writing = (writer, state, stream) => ({
    write(chunk, encoding, done) {
      k.then(writer.ready, () => k.then(writer.write(chunk), () => tick(done), (error) => tick(done, error)),
        (error) => tick(done, error));
    },
    final(done) {
      if (state.closed) tick(done);
      else k.then(writer.close(), () => tick(done), (error) => tick(done, error));
    },
    end(error, done) {
      const tell = () => tick(done, error);
      if (state.closed) tell();
      else k.then(error ? writer.abort(error) : writer.close(), tell, tell);
    },
    watch() {
      k.then(writer.closed, () => {
        state.closed = true;
        if (!shared.isWritableEnded(stream())) life.destroyer(stream(), shared.errors.prematureClose());
      }, (error) => {
        state.closed = true;
        life.destroyer(stream(), error);
      });
    },
  });
  const writableFromWeb = (target, options = {}) => {
    must(shared.isWritableWeb(target), "writableStream", "WritableStream", target);
    const side = writing(target.getWriter(), { closed: false }, () => stream);
    const stream = new Writable({
      objectMode: options.objectMode, highWaterMark: options.highWaterMark, decodeStrings: options.decodeStrings,
      signal: options.signal, write: side.write, final: side.final, destroy: side.end,
    });
    side.watch();
    return stream;
  };
  const duplexFromWeb = (pair, options = {}) => {
    must(shared.isReadableWeb(pair?.readable), "pair.readable", "ReadableStream", pair?.readable);
    must(shared.isWritableWeb(pair?.writable), "pair.writable", "WritableStream", pair?.writable);
    const reader = pair.readable.getReader();
    const side = writing(pair.writable.getWriter(), { closed: false }, () => stream);
    const stream = new Duplex({
      ...options, write: side.write, final: side.final,
      read() {
        k.then(reader.read(), ({ value, done }) => { stream.push(done ? null : value); },
          (error) => life.destroyer(stream, error));
      },
      destroy(error, done) {
        quietly(reader.cancel(error));
        side.end(error, done);
      },
    });
    side.watch();
    return stream;
  };

  const readableToWeb = (source, options = {}) => {
    must(shared.isReadableNode(source), "streamReadable", "stream.Readable", source);
    const { ReadableStream, CountQueuingStrategy } = web();
    if (shared.isDestroyed(source) || !shared.isReadable(source)) {
      const stream = new ReadableStream();
      quietly(stream.cancel());
      return stream;
    }
    const mark = source.readableHighWaterMark;
    const strategy = options.strategy ?? (source.readableObjectMode && CountQueuingStrategy
      ? new CountQueuingStrategy({ highWaterMark: mark })
      : { highWaterMark: mark, size: (chunk) => chunk?.byteLength ?? chunk?.length ?? 1 });
    let controller, over = false;
    source.pause();
    const cleanup = life.finished(source, (error) => {
      if (error?.code === "ERR_STREAM_PREMATURE_CLOSE") error = new AbortError(undefined, { cause: error });
      cleanup();
      source.on("error", () => {});
      if (over) return;
      over = true;
      if (error) controller.error(error);
      else controller.close();
    });
    source.on("data", (chunk) => {
      // A Buffer of the pool must not give away its neighbours.
      if (!source.readableObjectMode && p.ArrayBufferIsView(chunk)) chunk = new p.Uint8Array(chunk);
      controller.enqueue(chunk);
      if (controller.desiredSize <= 0) source.pause();
    });
    return new ReadableStream({
      start(given) { controller = given; },
      pull() { source.resume(); },
      cancel(reason) {
        over = true;
        life.destroyer(source, reason);
      },
    }, strategy);
  };
  const writableToWeb = (target) => {
    must(shared.isWritableNode(target), "streamWritable", "stream.Writable", target);
    const { WritableStream } = web();
    if (shared.isDestroyed(target) || !shared.isWritable(target)) {
      const stream = new WritableStream();
      quietly(stream.close());
      return stream;
    }
    let controller, drained, closing;
    const cleanup = life.finished(target, (error) => {
      if (error?.code === "ERR_STREAM_PREMATURE_CLOSE") error = new AbortError(undefined, { cause: error });
      cleanup();
      target.on("error", () => {});
      if (error) {
        drained?.reject(error);
        if (closing) closing.reject(error);
        else controller.error(error);
      } else if (closing) closing.resolve();
      else controller.error(abortError({ reason: undefined }));
      drained = closing = undefined;
    });
    target.on("drain", () => {
      drained?.resolve();
      drained = undefined;
    });
    return new WritableStream({
      start(given) { controller = given; },
      write(chunk) {
        if (target.writableNeedDrain || !target.write(chunk))
          return new p.Promise((resolve, reject) => { drained = { resolve, reject }; });
        return undefined;
      },
      abort(reason) { life.destroyer(target, reason); },
      close() {
        if (closing === undefined && !shared.isWritableEnded(target)) target.end();
        return new p.Promise((resolve, reject) => { closing = { resolve, reject }; });
      },
    }, {
      highWaterMark: target.writableHighWaterMark,
      size: target.writableObjectMode ? () => 1 : (chunk) => chunk?.byteLength ?? chunk?.length ?? 1,
    });
  };
  const duplexToWeb = (duplex) => {
    must(shared.isDuplexNode(duplex), "duplex", "stream.Duplex", duplex);
    return { writable: writableToWeb(duplex), readable: readableToWeb(duplex) };
  };

  return {
    __proto__: null, closedPromise, failStream, readableFromWeb, writableFromWeb, duplexFromWeb, readableToWeb,
    writableToWeb, duplexToWeb,
  };
})
