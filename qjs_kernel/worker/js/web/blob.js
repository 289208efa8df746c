(function (k) {
  "use strict";
  // Blob and File. A blob's bytes are one immutable Uint8Array; a slice is a view of it.
  const p = k.primordials;
  const {
    ArrayPrototypePush, RegExpPrototypeExec, StringPrototypeToLowerCase, TypedArrayPrototypeGetByteLength,
    TypedArrayPrototypeSet, Uint8Array,
  } = p;
  const { invalidThis, invalidType, invalidValue, missingArgs, publish, inspects } = k.load("web/interface");
  const { list, replaceMatches } = k.text;

  const notPrintable = /[^\x20-\x7e]/;
  const CHUNK = 65_536; // bytes a stream hands out at once
  const secret = {};

  // A view of whatever bytes there are; undefined for what is no buffer.
  const viewOf = (value) => {
    if (typeof value !== "object" || value === null) return undefined;
    if (p.TypedArrayPrototypeGetSymbolToStringTag(value) !== undefined)
      return new Uint8Array(p.TypedArrayPrototypeGetBuffer(value), p.TypedArrayPrototypeGetByteOffset(value),
        TypedArrayPrototypeGetByteLength(value));
    try {
      return new Uint8Array(p.DataViewPrototypeGetBuffer(value), p.DataViewPrototypeGetByteOffset(value),
        p.DataViewPrototypeGetByteLength(value));
    } catch { /* no DataView */ }
    try {
      return new Uint8Array(value, 0, p.ArrayBufferPrototypeGetByteLength(value));
    } catch { /* no ArrayBuffer */ }
    try {
      return new Uint8Array(value, 0, p.SharedArrayBufferPrototypeGetByteLength(value));
    } catch {
      return undefined;
    }
  };
  const encode = (text) => k.load("web/encoding").utf8Encode(text);
  const decode = (bytes) => k.load("web/encoding").utf8Decode(bytes);

  const join = (views) => {
    let size = 0;
    for (let i = 0; i < views.length; i++) size += TypedArrayPrototypeGetByteLength(views[i]);
    const bytes = new Uint8Array(size);
    let at = 0;
    for (let i = 0; i < views.length; i++) {
      TypedArrayPrototypeSet(bytes, views[i], at);
      at += TypedArrayPrototypeGetByteLength(views[i]);
    }
    return bytes;
  };
  const typeOf = (type) => {
    type = `${type}`;
    return RegExpPrototypeExec(notPrintable, type) === null ? StringPrototypeToLowerCase(type) : "";
  };

  let stateOf;
  let isBlob;

  class Blob {
    #state;
    constructor(sources = [], options = undefined) {
      if (sources === secret) {
        this.#state = options;
        return;
      }
      if (typeof sources !== "object" || sources === null || typeof sources[p.SymbolIterator] !== "function")
        throw invalidType("sources", "a sequence", sources);
      if (options !== undefined && options !== null && typeof options !== "object" && typeof options !== "function")
        throw invalidType("options", "a dictionary", options);
      const { type = "", endings = "transparent" } = options ?? { __proto__: null };
      const how = `${endings}`;
      if (how !== "transparent" && how !== "native")
        throw invalidValue(p.TypeError, "options.endings", endings);
      const views = list();
      for (const source of sources) {
        let view = isBlob(source) ? stateOf(source).bytes : viewOf(source);
        if (view === undefined) {
          let text = `${source}`;
          if (how === "native") text = replaceMatches(/\r\n?|\n/g, text, (it) => (it === "\r" ? it : "\n"));
          view = encode(text);
        }
        ArrayPrototypePush(views, view);
      }
      this.#state = { __proto__: null, bytes: join(views), type: typeOf(type) };
    }
    static {
      isBlob = (value) => typeof value === "object" && value !== null && #state in value;
      stateOf = (value) => {
        if (!isBlob(value)) throw invalidThis("Blob");
        return value.#state;
      };
    }
    get type() {
      return stateOf(this).type;
    }
    get size() {
      return TypedArrayPrototypeGetByteLength(stateOf(this).bytes);
    }
    slice(start = 0, end = undefined, contentType = "") {
      const { bytes } = stateOf(this);
      const size = TypedArrayPrototypeGetByteLength(bytes);
      const place = (value) => {
        const index = p.MathTrunc(+value) || 0;
        return index < 0 ? p.MathMax(size + index, 0) : p.MathMin(index, size);
      };
      const from = place(start);
      const to = end === undefined ? size : place(end);
      const part = new Uint8Array(p.TypedArrayPrototypeGetBuffer(bytes),
        p.TypedArrayPrototypeGetByteOffset(bytes) + from, p.MathMax(to - from, 0));
      return blobOf(part, typeOf(contentType));
    }
    async arrayBuffer() {
      return p.TypedArrayPrototypeGetBuffer(new Uint8Array(stateOf(this).bytes));
    }
    async text() {
      const text = decode(stateOf(this).bytes);
      return p.StringPrototypeCharCodeAt(text, 0) === 0xfeff ? p.StringPrototypeSlice(text, 1) : text;
    }
    stream() {
      const { bytes } = stateOf(this);
      const { ReadableStream } = k.load("web/streams");
      const size = TypedArrayPrototypeGetByteLength(bytes);
      let at = 0;
      return new ReadableStream({
        __proto__: null,
        type: "bytes",
        pull(controller) {
          if (at < size) {
            const end = p.MathMin(at + CHUNK, size);
            const part = new Uint8Array(end - at);
            TypedArrayPrototypeSet(part, new Uint8Array(p.TypedArrayPrototypeGetBuffer(bytes),
              p.TypedArrayPrototypeGetByteOffset(bytes) + at, end - at));
            at = end;
            controller.enqueue(part);
          }
          if (at < size) return;
          controller.close();
          controller.byobRequest?.respond(0);
        },
      }, { __proto__: null, highWaterMark: 0 });
    }
    async bytes() {
      return new Uint8Array(stateOf(this).bytes);
    }
  }
  publish(Blob, "Blob", ["type", "size", "slice", "arrayBuffer", "text", "stream", "bytes"]);
  inspects(Blob, (blob) => ({ size: blob.size, type: blob.type }));

  const blobOf = (bytes, type) => new Blob(secret, { __proto__: null, bytes, type });

  let fileStateOf;

  class File extends Blob {
    #name;
    #lastModified;
    constructor(fileBits, fileName, options = undefined) {
      if (fileBits === secret) {
        super(secret, fileName);
        this.#name = options.name;
        this.#lastModified = options.lastModified;
        return;
      }
      if (arguments.length < 2) throw missingArgs("fileBits", "fileName");
      super(fileBits, options);
      const { lastModified } = options ?? { __proto__: null };
      this.#name = p.StringPrototypeToWellFormed(`${fileName}`);
      this.#lastModified = lastModified === undefined ? p.DateNow() : p.MathTrunc(+lastModified) || 0;
    }
    static {
      fileStateOf = (value) =>
        typeof value === "object" && value !== null && #name in value
          ? { __proto__: null, name: value.#name, lastModified: value.#lastModified } : undefined;
    }
    get name() {
      if (typeof this !== "object" || this === null || !(#name in this)) throw invalidThis("File");
      return this.#name;
    }
    get lastModified() {
      if (typeof this !== "object" || this === null || !(#name in this)) throw invalidThis("File");
      return this.#lastModified;
    }
  }
  publish(File, "File", ["name", "lastModified"]);
  inspects(File, (file) => ({ size: file.size, type: file.type, name: file.name, lastModified: file.lastModified }));

  // The bytes themselves, not a copy: for reading only.
  const bytesOf = (value) => (isBlob(value) ? stateOf(value).bytes : undefined);
  const fileOf = (bytes, type, name, lastModified) =>
    new File(secret, { __proto__: null, bytes, type }, { __proto__: null, name, lastModified });

  k.cloneable ??= list();
  ArrayPrototypePush(k.cloneable, {
    __proto__: null, is: isBlob,
    clone(value) {
      const { bytes, type } = stateOf(value); // immutable, so it can be shared
      const file = fileStateOf(value);
      return file === undefined ? blobOf(bytes, type) : fileOf(bytes, type, file.name, file.lastModified);
    },
  });

  return { Blob, File, bytesOf, blobOf, fileOf, isBlob, viewOf };
})
