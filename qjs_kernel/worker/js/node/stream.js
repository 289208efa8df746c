(function (k) {
  "use strict";
  // node:stream: the classes of js/internal/stream_*.js under Node's names. What is rarely asked for loads late.
  const p = k.primordials;
  const shared = k.load("internal/stream_state");
  const life = k.load("internal/stream_destroy");
  const { Stream } = k.load("internal/stream_legacy");
  const Readable = k.load("internal/stream_readable");
  const Writable = k.load("internal/stream_writable");
  const { Duplex, Transform, PassThrough, duplexPair } = k.load("internal/stream_duplex");
  const promises = k.load("node/stream_promises");
  const { finished } = life;

  const operator = (kind, name, length, wrap) => {
    const run = { [name](...args) {
      if (new.target) throw k.codeError(p.TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
      return wrap(p.ReflectApply(k.load("internal/stream_operators")[kind][name], this, args));
    } }[name];
    p.ObjectDefineProperty(run, "length", { __proto__: null, value: length, configurable: true });
    k.hidden(Readable.prototype, name, run);
  };
  const streams = [["asIndexedPairs", 0], ["drop", 1], ["filter", 2], ["flatMap", 2], ["map", 2], ["take", 1], ["compose", 2]];
  for (let i = 0; i < streams.length; i++)
    operator("streams", streams[i][0], streams[i][1], (result) => (result instanceof Duplex ? result : Readable.from(result)));
  const settled = [["every", 1], ["forEach", 2], ["reduce", 3], ["toArray", 1], ["some", 1], ["find", 2]];
  for (let i = 0; i < settled.length; i++) operator("promises", settled[i][0], settled[i][1], (result) => result);

  const disposers = [[Readable, (s) => s.readableEnded], [Writable, (s) => s.writableFinished]];
  for (let i = 0; i < disposers.length && p.SymbolAsyncDispose; i++) {
    const { 0: Class, 1: over } = disposers[i];
    k.hidden(Class.prototype, p.SymbolAsyncDispose, function () {
      const { AbortError } = k.load("internal/aborts");
      if (!this.destroyed) this.destroy(over(this) ? null : new AbortError());
      return new p.Promise((resolve, reject) => {
        finished(this, (error) => (error && error.name !== "AbortError" ? reject(error) : resolve(null)));
      });
    });
  }

  const web = () => k.load("internal/stream_web");
  Readable.fromWeb = function (stream, options) { return web().readableFromWeb(stream, options); };
  Readable.toWeb = function (stream, options) { return web().readableToWeb(stream, options); };
  Writable.fromWeb = function (stream, options) { return web().writableFromWeb(stream, options); };
  Writable.toWeb = function (stream) { return web().writableToWeb(stream); };
  Duplex.fromWeb = function (pair, options) { return web().duplexFromWeb(pair, options); };
  Duplex.toWeb = function (duplex) { return web().duplexToWeb(duplex); };

  const { pipeline } = k.load("internal/stream_pipeline");
  const custom = p.SymbolFor("nodejs.util.promisify.custom");
  const promised = (run, version) =>
    p.ObjectDefineProperty(run, custom, { __proto__: null, value: version, enumerable: true, configurable: true });
  promised(pipeline, promises.pipeline);
  promised(finished, promises.finished);

  p.ObjectAssign(Stream, {
    isDestroyed: shared.isDestroyed, isDisturbed: shared.isDisturbed, isErrored: shared.isErrored,
    isReadable: shared.isReadable, isWritable: shared.isWritable,
    Readable, Writable, Duplex, Transform, PassThrough, duplexPair, pipeline,
    addAbortSignal: life.addAbortSignal, finished, destroy: life.destroyer,
    compose(...args) { return k.load("internal/stream_compose")(...args); },
    setDefaultHighWaterMark: shared.setDefaultHighWaterMark, getDefaultHighWaterMark: shared.getDefaultHighWaterMark,
    promises,
  });
  Stream.Stream = Stream;
  Stream._isArrayBufferView = p.ArrayBufferIsView;
  Stream._isUint8Array = (value) => p.TypedArrayPrototypeGetSymbolToStringTag(value) === "Uint8Array";
  Stream._uint8ArrayToBuffer = (chunk) => shared.buffer().from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return Stream;
})
