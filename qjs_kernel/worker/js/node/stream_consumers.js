(function (k) {
  "use strict";
  // node:stream/consumers: all that a stream or async iterable gives, at once.
  const p = k.primordials;
  const { Buffer } = k.load("node/buffer");

  const buffer = async (stream) => {
    const parts = [];
    for await (const chunk of stream) {
      p.ArrayPrototypePush(parts, typeof chunk === "string" ? Buffer.from(chunk)
        : p.ArrayBufferIsView(chunk) ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.from(chunk));
    }
    return Buffer.concat(parts);
  };
  const arrayBuffer = async (stream) => {
    const all = await buffer(stream);
    return p.ArrayBufferPrototypeSlice(all.buffer, all.byteOffset, all.byteOffset + all.byteLength);
  };
  const text = async (stream) => {
    const { StringDecoder } = k.load("node/string_decoder");
    const decoder = new StringDecoder("utf8");
    let out = "";
    for await (const chunk of stream) out += typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk));
    return out + decoder.end();
  };
  const json = async (stream) => p.JSONParse(await text(stream));
  const blob = async (stream) => {
    const parts = [];
    for await (const chunk of stream) p.ArrayPrototypePush(parts, chunk);
    return new (k.load("web/blob").Blob)(parts);
  };
  return { arrayBuffer, blob, buffer, text, json };
})
