(function (k) {
  "use strict";
  // The web streams, as globals and as node:stream/web. Each group is loaded when one of its classes is first asked
  // for: most programs that stream use a part of them.
  const p = k.primordials;
  const groups = {
    __proto__: null,
    streams_readable: ["ReadableStream", "ReadableStreamDefaultReader", "ReadableStreamDefaultController"],
    streams_bytes: ["ReadableStreamBYOBReader", "ReadableStreamBYOBRequest", "ReadableByteStreamController"],
    streams_writable: ["WritableStream", "WritableStreamDefaultController", "WritableStreamDefaultWriter"],
    streams_transform: ["TransformStream", "TransformStreamDefaultController"],
    streams_base: ["ByteLengthQueuingStrategy", "CountQueuingStrategy"],
    streams_codecs: ["TextEncoderStream", "TextDecoderStream", "CompressionStream", "DecompressionStream"],
  };
  const streams = {};
  const files = p.ObjectKeys(groups);
  for (let i = 0; i < files.length; i++) {
    const names = groups[files[i]];
    const load = (name) => () => k.load(`internal/${files[i]}`)[name];
    for (let j = 0; j < names.length; j++) k.lazy(streams, names[j], load(names[j]), true);
  }
  return streams;
})
