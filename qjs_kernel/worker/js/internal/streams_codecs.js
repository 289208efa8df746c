(function (k) {
  "use strict";
  // The transforms of the platform: text to bytes and back, compression.
  const p = k.primordials;
  const base = k.load("internal/streams_base");
  const { list } = k.text;
  const { TransformStream } = k.load("internal/streams_transform");
  const { invalidThis, invalidValue, publish, inspects, dictionary } = k.load("web/interface");

  // A class around a transform: `readable`, `writable` and what `fields(state)` adds to its looks.
  const wrapper = (name, extra, make) => {
    const Class = {
      [name]: class {
        #state;
        constructor(first = undefined, options = undefined) {
          this.#state = make(first, options);
        }
        static _stateOf(value) {
          if (typeof value !== "object" || value === null || !(#state in value)) throw invalidThis(name);
          return value.#state;
        }
      },
    }[name];
    const stateOf = Class._stateOf;
    delete Class._stateOf;
    const keys = list();
    p.ArrayPrototypeForEach(extra, (key) => { p.ArrayPrototypePush(keys, key); });
    p.ArrayPrototypePush(keys, "readable", "writable");
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      const read = i < extra.length ? (state) => state[key] : (state) => state.transform[key];
      p.ObjectDefineProperty(Class.prototype, key, {
        __proto__: null, configurable: true, get() {
          return read(stateOf(this));
        },
      });
    }
    p.ObjectDefineProperty(Class, "length", { __proto__: null, value: 0, configurable: true });
    publish(Class, name, keys);
    return inspects(Class, (it) => {
      const shown = {};
      for (let i = 0; i < keys.length; i++) shown[keys[i]] = it[keys[i]];
      return shown;
    });
  };

  const TextEncoderStream = wrapper("TextEncoderStream", ["encoding"], () => {
    let pending = ""; // a high surrogate that waits for its other half
    const encoder = new (k.load("web/encoding").TextEncoder)();
    const transform = new TransformStream({
      __proto__: null,
      transform(chunk, controller) {
        let text = pending + `${chunk}`;
        pending = "";
        const last = text.length === 0 ? 0 : p.StringPrototypeCharCodeAt(text, text.length - 1);
        if (last >= 0xd800 && last <= 0xdbff) {
          pending = text[text.length - 1];
          text = p.StringPrototypeSlice(text, 0, -1);
        }
        if (text !== "") controller.enqueue(encoder.encode(text));
      },
      flush(controller) {
        if (pending !== "") controller.enqueue(encoder.encode(pending));
      },
    });
    return { __proto__: null, encoding: "utf-8", transform };
  });

  const TextDecoderStream = wrapper("TextDecoderStream", ["encoding", "fatal", "ignoreBOM"], (label, options) => {
    const { fatal, ignoreBOM } = dictionary(options, "options");
    const decoder = new (k.load("web/encoding").TextDecoder)(label ?? "utf-8",
      { __proto__: null, fatal: !!fatal, ignoreBOM: !!ignoreBOM });
    const transform = new TransformStream({
      __proto__: null,
      transform(chunk, controller) {
        const text = decoder.decode(chunk, { stream: true });
        if (text !== "") controller.enqueue(text);
      },
      flush(controller) {
        const text = decoder.decode();
        if (text !== "") controller.enqueue(text);
      },
    });
    const { encoding, fatal: strict, ignoreBOM: keepsBOM } = decoder;
    return { __proto__: null, encoding, fatal: strict, ignoreBOM: keepsBOM, transform };
  });

  // The pieces go to zlib's own stream and come back as they are ready, so neither side is held whole.
  const formats = {
    __proto__: null, gzip: ["createGzip", "createGunzip"], deflate: ["createDeflate", "createInflate"],
    "deflate-raw": ["createDeflateRaw", "createInflateRaw"],
  };
  const compression = (name, which) => wrapper(name, [], (format) => {
    const makers = typeof format === "string" ? formats[format] : undefined;
    if (makers === undefined) throw invalidValue(p.TypeError, "format", format);
    const stream = k.load("node/zlib")[makers[which]]();
    let output;
    let failed = false;
    const whole = new p.Promise((resolve, reject) => {
      stream.on("data", (chunk) =>
        output.enqueue(new p.Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
      stream.on("end", resolve);
      stream.on("error", (error) => {
        failed = true;
        output.error(error);
        reject(error);
      });
    });
    base.handled(whole);
    const { viewOf } = k.load("web/blob");
    const transform = new TransformStream({
      __proto__: null,
      start(controller) {
        output = controller;
      },
      transform(chunk) {
        const view = viewOf(chunk);
        if (view === undefined)
          throw k.invalidArgType("chunk", "an instance of Buffer, TypedArray, or DataView", chunk);
        if (failed) return whole;
        return new p.Promise((resolve, reject) => {
          stream.write(view, (error) => (error ? reject(error) : resolve()));
        });
      },
      flush() {
        if (!failed) stream.end();
        return whole;
      },
      cancel() {
        stream.destroy?.();
      },
    });
    return { __proto__: null, transform };
  });
  const CompressionStream = compression("CompressionStream", 0);
  const DecompressionStream = compression("DecompressionStream", 1);

  return { __proto__: null, TextEncoderStream, TextDecoderStream, CompressionStream, DecompressionStream };
})
