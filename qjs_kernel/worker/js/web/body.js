(function (k) {
  "use strict";
  // The body of a Request or a Response: bytes as long as possible, a stream from when somebody asks for one.
  const p = k.primordials;
  const {
    ArrayPrototypePush, RegExpPrototypeExec, StringPrototypeToLowerCase, TypedArrayPrototypeGetByteLength,
    TypedArrayPrototypeSet, Uint8Array,
  } = p;
  const { isObject, usv, get, trim, token } = k.load("web/headers");
  const { utf8Encode, utf8Decode } = k.load("web/encoding");
  const { list, replaceMatches } = k.text;
  const blobs = () => k.load("web/blob");
  const forms = () => k.load("web/formdata");

  let streams;
  const loadStreams = () => {
    if (streams !== undefined) return streams;
    const { ReadableStream, isReadableStream, isLocked, streamOf: internalOf } = k.load("internal/streams_readable");
    const { getReader, tee } = ReadableStream.prototype;
    return (streams = {
      __proto__: null, ReadableStream, isReadableStream,
      isDisturbed: (stream) => internalOf(stream).disturbed,
      isLocked: (stream) => isLocked(internalOf(stream)),
      readerOf: (stream) => p.ReflectApply(getReader, stream, []),
      teeOf: (stream) => p.ReflectApply(tee, stream, []),
    });
  };
  // No stream can exist before its class has been loaded.
  const isStream = (value) => isObject(value) && loadStreams().isReadableStream(value);

  // ---- a body: { bytes, stream, used, streamed } ----

  const bodyOf = (bytes, stream = undefined) =>
    ({ __proto__: null, bytes, stream, used: false, streamed: stream !== undefined });

  // [body, content type] of what a program gives as one.
  const extract = (init, keepalive = false) => {
    const { isBlob, bytesOf, viewOf } = blobs();
    if (isBlob(init)) return [bodyOf(bytesOf(init)), init.type || null];
    const { URLSearchParams } = k.load("web/url");
    if (isObject(init)) {
      const view = viewOf(init);
      if (view !== undefined) return [bodyOf(new Uint8Array(view)), null];
      if (p.ObjectPrototypeIsPrototypeOf(URLSearchParams.prototype, init))
        return [bodyOf(utf8Encode(`${init}`)), "application/x-www-form-urlencoded;charset=UTF-8"];
      if (forms().isFormData(init)) {
        const { bytes, type } = forms().write(init);
        return [bodyOf(bytes), type];
      }
      let stream;
      if (isStream(init)) stream = init;
      else if (typeof init[p.SymbolAsyncIterator] === "function") stream = loadStreams().ReadableStream.from(init);
      if (stream !== undefined) {
        if (keepalive) throw new p.TypeError("keepalive");
        if (loadStreams().isDisturbed(stream) || loadStreams().isLocked(stream))
          throw new p.TypeError("Response body object should not be disturbed or locked");
        return [bodyOf(undefined, stream), null];
      }
    }
    return [bodyOf(utf8Encode(usv(init))), "text/plain;charset=UTF-8"];
  };

  const isUsed = (body) => {
    if (body === null) return false;
    return body.used || (body.stream !== undefined && loadStreams().isDisturbed(body.stream));
  };
  const isUnusable = (body) => body !== null && (isUsed(body) || (body.stream !== undefined && loadStreams().isLocked(body.stream)));

  const streamOf = (body) => {
    if (body === null) return null;
    if (body.stream !== undefined) return body.stream;
    const { bytes } = body;
    const { ReadableStream, readerOf } = loadStreams();
    body.stream = new ReadableStream({
      __proto__: null,
      type: "bytes",
      pull(controller) {
        if (bytes !== undefined && TypedArrayPrototypeGetByteLength(bytes) > 0) controller.enqueue(new Uint8Array(bytes));
        controller.close();
        controller.byobRequest?.respond(0);
      },
    }, { __proto__: null, highWaterMark: 0 });
    if (body.used) readerOf(body.stream); // its reader was ours: it stays locked
    return body.stream;
  };

  const readAll = async (stream) => {
    const reader = loadStreams().readerOf(stream);
    const parts = list();
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (!isObject(value) || p.TypedArrayPrototypeGetSymbolToStringTag(value) !== "Uint8Array") {
        const error = new p.TypeError("Received non-Uint8Array chunk");
        reader.cancel(error).catch(() => {});
        throw error;
      }
      ArrayPrototypePush(parts, new Uint8Array(value));
      size += TypedArrayPrototypeGetByteLength(value);
    }
    const bytes = new Uint8Array(size);
    let at = 0;
    for (let i = 0; i < parts.length; i++) {
      TypedArrayPrototypeSet(bytes, parts[i], at);
      at += TypedArrayPrototypeGetByteLength(parts[i]);
    }
    return bytes;
  };

  // The bytes of a body, which is used up by it. They may be shared with a clone: for reading, or copied.
  const consume = async (body) => {
    if (body === null) return new Uint8Array(0);
    if (isUnusable(body)) throw new p.TypeError("Body is unusable: Body has already been read");
    if (body.stream !== undefined) return readAll(body.stream);
    const { bytes } = body;
    body.used = true;
    body.bytes = undefined;
    return bytes;
  };

  const clone = (body) => {
    if (body === null) return null;
    if (body.stream === undefined) return { __proto__: null, bytes: body.bytes, stream: undefined, used: false, streamed: body.streamed };
    const { 0: one, 1: two } = loadStreams().teeOf(body.stream);
    body.stream = one;
    return bodyOf(undefined, two);
  };

  // ---- MIME types ----

  const quoted = /^"((?:[^"\\]|\\[^])*)"?/;
  const parseType = (text) => {
    const found = RegExpPrototypeExec(/^([^/;]+)\/([^;]*?)[\t\r\n ]*(?:;([^]*))?$/, trim(text));
    if (found === null || RegExpPrototypeExec(token, found[1]) === null || RegExpPrototypeExec(token, found[2]) === null)
      return undefined;
    const type = {
      __proto__: null, essence: StringPrototypeToLowerCase(`${found[1]}/${found[2]}`), names: list(), parameters: { __proto__: null },
    };
    let rest = found[3] ?? "";
    while (rest !== "") {
      const name = RegExpPrototypeExec(/^[\t\r\n ]*([^;=]*)(=?)/, rest);
      rest = p.StringPrototypeSlice(rest, name[0].length);
      let value = "";
      if (name[2] === "=") {
        const inQuotes = RegExpPrototypeExec(quoted, rest);
        if (inQuotes !== null) value = replaceMatches(/\\([^])/g, inQuotes[1], (it) => p.StringPrototypeSlice(it, 1));
        else value = trim(RegExpPrototypeExec(/^[^;]*/, rest)[0]);
      }
      rest = p.StringPrototypeSlice(rest, RegExpPrototypeExec(/^(?:"(?:[^"\\]|\\[^])*"?)?[^;]*;?/, rest)[0].length);
      const key = StringPrototypeToLowerCase(name[1]);
      if (value !== "" && RegExpPrototypeExec(token, key) !== null && type.parameters[key] === undefined) {
        type.parameters[key] = value;
        ArrayPrototypePush(type.names, key);
      }
    }
    return type;
  };
  const typeText = (type) => {
    if (type === undefined) return "";
    let text = type.essence;
    for (let i = 0; i < type.names.length; i++) {
      const value = type.parameters[type.names[i]];
      text += `;${type.names[i]}=${RegExpPrototypeExec(token, value) !== null ? value
        : `"${replaceMatches(/["\\]/g, value, (it) => `\\${it}`)}"`}`;
    }
    return text;
  };

  // ---- what Request and Response have in common ----

  const withoutMark = (bytes) =>
    (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? p.TypedArrayPrototypeSubarray(bytes, 3) : bytes);
  const textOf = (bytes) => utf8Decode(withoutMark(bytes));
  const readers = {
    __proto__: null,
    text: (bytes) => textOf(bytes),
    json: (bytes) => p.JSONParse(textOf(bytes)),
    arrayBuffer: (bytes) => p.TypedArrayPrototypeGetBuffer(new Uint8Array(bytes)),
    bytes: (bytes) => new Uint8Array(bytes),
    blob: (bytes, headers) => blobs().blobOf(new Uint8Array(bytes),
      StringPrototypeToLowerCase(typeText(parseType(get(headers, "content-type") ?? "")))),
    formData: (bytes, headers) => {
      const { formOf, read } = forms();
      const type = parseType(get(headers, "content-type") ?? "");
      if (type?.essence === "multipart/form-data") {
        const { boundary } = type.parameters;
        const entries = boundary === undefined ? undefined : read(bytes, boundary);
        if (entries === undefined) throw new p.TypeError("Failed to parse body as FormData.");
        return formOf(entries);
      }
      if (type?.essence === "application/x-www-form-urlencoded") {
        const { URLSearchParams } = k.load("web/url");
        const entries = list();
        for (const pair of new URLSearchParams(utf8Decode(bytes))) ArrayPrototypePush(entries, pair);
        return formOf(entries);
      }
      throw new p.TypeError('Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".');
    },
  };
  // Gives `Class` body, bodyUsed and the ways to read it. `stateOf(this)` has `body` and `headers` (a headers state).
  const mixin = (Class, stateOf) => {
    const define = (key, descriptor) =>
      p.ObjectDefineProperty(Class.prototype, key, { __proto__: null, enumerable: true, configurable: true, ...descriptor });
    define("body", { get() { return streamOf(stateOf(this).body); } });
    define("bodyUsed", { get() { return isUsed(stateOf(this).body); } });
    const names = p.ObjectKeys(readers);
    for (let i = 0; i < names.length; i++) {
      const read = readers[names[i]];
      const method = {
        async [names[i]]() {
          const state = stateOf(this);
          return read(await consume(state.body), state.headers);
        },
      };
      define(names[i], { value: method[names[i]], writable: true });
    }
  };

  return { __proto__: null, bodyOf, extract, isUsed, isUnusable, consume, clone, mixin, parseType, typeText };
})
