(function (k) {
  "use strict";
  // The way out: one host function, text (and perhaps bytes) in, text or bytes out. This file takes it off the
  // global object and builds on it: console writes, host calls, host functions, the file system's calls.
  const p = k.primordials;
  const {
    JSONParse, JSONStringify, StringPrototypeSlice, StringPrototypeIndexOf, MapPrototypeGet, MapPrototypeSet,
    MapPrototypeDelete, WeakMapPrototypeSet, WeakMapPrototypeGet, ObjectDefineProperty, String: ToString,
  } = p;
  const bridge = p.globalThis.__bridge;
  delete p.globalThis.__bridge;

  k.limits = { __proto__: null, result_nodes: 1e6, result_bytes: 1e7, result_depth: 200, timers: 1000, intervals: 1000, host_calls: 64 };
  k.currentOwner = 0;

  // Console: the first lines of a run go out at once, so that nothing is lost if the worker must be killed;
  // a program that logs in a loop is buffered, by size and by time.
  const DIRECT = 200, BUFFER = 8192, DELAY = 20;
  let buffer = "", bufferStream = 0, bufferOwner = 0, lines = 0, flushed = 0;
  k.flush = () => {
    if (buffer === "") return;
    const text = buffer;
    buffer = "";
    bridge("w" + bufferStream + bufferOwner + " " + text);
  };
  k.write = (stream, text) => {
    if (lines < DIRECT) { lines++; k.flush(); bridge("w" + stream + k.currentOwner + " " + text); return; }
    if (buffer !== "" && (bufferStream !== stream || bufferOwner !== k.currentOwner)) k.flush();
    if (buffer === "") flushed = k.now();
    buffer += text; bufferStream = stream; bufferOwner = k.currentOwner;
    if (buffer.length > BUFFER || k.now() - flushed > DELAY) k.flush();
  };
  k.clear = (wait = false) => { k.flush(); bridge("w0" + k.currentOwner + (wait ? " wait" : " ")); };
  k.newRun = () => { lines = 0; };

  // Clock and chance: a restored checkpoint would repeat both, so they come from the host.
  let offset = 0;
  k.now = () => p.performanceNow() + offset;
  k.setClock = (now) => { offset = now - p.performanceNow(); };
  let s0 = 1, s1 = 2, s2 = 3, s3 = 4;
  k.reseed = (hex) => {
    const part = (i) => p.parseInt(StringPrototypeSlice(hex, i * 8, i * 8 + 8), 16) | 0;
    s0 = part(0); s1 = part(1); s2 = part(2); s3 = part(3) | 1;
  };
  const next32 = () => { // sfc32 by Chris Doty-Humphrey, public domain
    const t = (((s0 + s1) | 0) + s3) | 0;
    s3 = (s3 + 1) | 0; s0 = s1 ^ (s1 >>> 9); s1 = (s2 + (s2 << 3)) | 0;
    s2 = (s2 << 21) | (s2 >>> 11); s2 = (s2 + t) | 0;
    return t >>> 0;
  };
  ObjectDefineProperty(p.globalThis.Math, "random", { __proto__: null, writable: true, configurable: true, enumerable: false,
    value: function random() { return (next32() * 2097152 + (next32() >>> 11)) / 9007199254740992; } });
  // A reply: "=" value tokens, "+" value tokens with bytes to fetch, "$" text to fetch, "@" bytes to fetch, "!" error.
  const bytesOfReply = () => bridge("b");
  k.hostErrors = new p.WeakMap();
  const receive = (reply) => {
    switch (reply[0]) {
      case "=": return k.decode(StringPrototypeSlice(reply, 1), undefined);
      case "+": return k.decode(StringPrototypeSlice(reply, 1), bytesOfReply());
      case "$": return bridge("s");
      case "@": return bytesOfReply();
      case "j": return JSONParse(StringPrototypeSlice(reply, 1));
      default: throw k.hostError(StringPrototypeSlice(reply, 1));
    }
  };
  k.hostError = (json) => {
    const { name, message, id, props } = JSONParse(json);
    const error = k.makeError(name, message);
    if (typeof props?.code === "string" && p.StringPrototypeStartsWith(props.code, "ERR_")) k.markCoded(error);
    if (id) WeakMapPrototypeSet(k.hostErrors, error, id);
    if (props) {
      const keys = p.ObjectKeys(props);
      for (let i = 0; i < keys.length; i++) {
        ObjectDefineProperty(error, keys[i], { __proto__: null, value: props[keys[i]], writable: true, enumerable: true, configurable: true });
      }
    }
    return error;
  };

  // Lists of arguments lose their prototype: no toJSON that user code put on Array.prototype is ever asked.
  const plainJSON = (args) => {
    if (args === undefined) return "[]";
    const length = args.length;
    let text = "[";
    for (let i = 0; i < length; i++) text += (i === 0 ? "" : ",") + (JSONStringify(args[i]) ?? "null");
    return text + "]";
  };
  const bytesOf = (data) => {
    const start = p.TypedArrayPrototypeGetByteOffset(data);
    return p.ArrayBufferPrototypeSlice(p.TypedArrayPrototypeGetBuffer(data), start,
      start + p.TypedArrayPrototypeGetByteLength(data));
  };
  k.host = (op, args, data) => {
    const text = "h" + k.currentOwner + " " + op + " " + plainJSON(args);
    return receive(data === undefined ? bridge(text) : bridge(text, bytesOf(data)));
  };
  // A bundle of MIME types for the reader, under an id of the program's if it is to be updated.
  k.display = (bundle, id, update) => {
    k.flush(); // what was logged before stands above
    const { text, blob } = k.encode([bundle, id, update]);
    const head = "h" + k.currentOwner + " display ";
    receive(blob === undefined ? bridge(head + text) : bridge(head + text, blob));
  };
  // Work that the worker's own Python does for guest modules.
  k.service = (op, args, data) => {
    const text = "n" + op + " " + plainJSON(args);
    return receive(data === undefined ? bridge(text) : bridge(text, bytesOf(data)));
  };
  // A script of ours by name: its value, which is a function; what else comes is the error that evaluating it threw.
  k.script = (name) => bridge("l" + name);
  // What `require` needs: [kind, canonical name, path, lines] of a specifier; a module as a function, as text, evaluated.
  k.resolveRequire = (importer, id) => receive(bridge("q[" + JSONStringify(importer) + "," + JSONStringify(id) + "]"));
  k.moduleFunction = (line, canonical) => p.eval(receive(bridge("Q" + line + " " + canonical)));
  k.jsonText = (canonical) => receive(bridge("J" + canonical));
  k.evaluateModule = (canonical) => bridge("E" + canonical);

  k.memorySize = () => receive(bridge("M"));
  // The worker stops the run at its next look; until then nothing more of it must happen.
  k.exit = (code) => {
    k.dropTicks();
    k.forgetTests?.();
    k.flush();
    bridge("x" + code);
    for (;;);
  };

  // Host functions. The guest holds a number; the host looks it up in its own table.
  const pending = new p.Map();
  let nextPromise = 1;
  k.skipNumbers = (to) => {
    if (to > nextPromise) nextPromise = to;
    if (to > k.nextFunction) k.nextFunction = to;
  };
  k.pendingHostCalls = () => p.MapPrototypeGetSize(pending);
  const hostFunctions = new p.Map();
  // Most calls pass numbers and strings: their tokens are written without the encoder's bookkeeping.
  const plainArguments = (args) => {
    let text = '[null,"a",' + args.length;
    for (let i = 0; i < args.length; i++) {
      const value = args[i];
      switch (typeof value) {
        case "number":
          if (value !== value || value - value !== 0 || (value === 0 && 1 / value < 0)) return undefined;
          text += "," + value; break;
        case "string":
          if (value.length > 10_000) return undefined;
          text += "," + JSONStringify(value); break;
        case "boolean": text += value ? ",true" : ",false"; break;
        case "undefined": text += ',null,"u"'; break;
        default: return undefined;
      }
    }
    return text + "]";
  };
  const sendArguments = (head, args) => {
    k.flush(); // what was logged before the call stands before what the host prints
    const plain = plainArguments(args);
    if (plain !== undefined) return bridge(head + plain);
    const { text, blob } = k.encode(args);
    return blob === undefined ? bridge(head + text) : bridge(head + text, blob);
  };
  const refuse = (error) => (k.isCodecFault(error)
    ? new p.TypeError(`${error.message} (argument ${p.StringPrototypeReplace(error.path, "value", "")})`) : error);
  // A promise that the host settles by its number; `send` says what is asked.
  const later = (send) => new p.Promise((resolve, reject) => {
    if (p.MapPrototypeGetSize(pending) >= k.limits.host_calls) {
      reject(new p.RangeError(`too many host calls: at most ${k.limits.host_calls} outstanding (Limits.host_calls)`));
      return;
    }
    const number = nextPromise++;
    MapPrototypeSet(pending, number, { __proto__: null, resolve, reject, owner: k.currentOwner });
    try { receive(send(number)); }
    catch (error) { MapPrototypeDelete(pending, number); reject(refuse(error)); }
  });
  k.hostAsync = (op, args, data) => later((number) => {
    k.flush();
    const text = `A${k.currentOwner} ${op} ${number} ` + plainJSON(args);
    return data === undefined ? bridge(text) : bridge(text, bytesOf(data));
  });
  k.hostFunction = (id, isAsync) => {
    const known = MapPrototypeGet(hostFunctions, id);
    if (known !== undefined) return known;
    const call = isAsync
      ? function (...args) {
        return later((number) => sendArguments(`a${k.currentOwner} ${id} ${number} `, args));
      }
      : function (...args) {
        try { return receive(sendArguments(`c${k.currentOwner} ${id} `, args)); } catch (error) { throw refuse(error); }
      };
    ObjectDefineProperty(call, "name", { __proto__: null, value: "host function", configurable: true });
    WeakMapPrototypeSet(k.hostFunctionIds, call, id);
    MapPrototypeSet(hostFunctions, id, call);
    return call;
  };
  // `then` looks for the class of its result at the promise: an own `constructor` keeps it from finding one that
  // user code put on Promise.prototype.
  k.then = (promise, done, failed) => {
    let marked = false;
    try {
      if (!p.ObjectPrototypeHasOwnProperty(promise, "constructor")) {
        ObjectDefineProperty(promise, "constructor", { __proto__: null, value: undefined, configurable: true, enumerable: false, writable: true });
        marked = true;
      }
    } catch { /* a frozen promise */ }
    try { return p.PromisePrototypeThen(promise, done, failed); }
    finally { if (marked) delete promise.constructor; }
  };
  k.nameHostFunctions = (tree, depth) => {
    const keys = p.ObjectKeys(tree);
    for (let i = 0; i < keys.length; i++) {
      const value = tree[keys[i]];
      if (typeof value === "function" && WeakMapPrototypeGet(k.hostFunctionIds, value) !== undefined) {
        try { ObjectDefineProperty(value, "name", { __proto__: null, value: keys[i], configurable: true }); } catch { /* frozen */ }
      } else if (typeof value === "object" && value !== null && depth < 8 && !p.ArrayIsArray(value)) k.nameHostFunctions(value, depth + 1);
    }
  };
  // A promise of the host's may be settled before the value that holds it has been decoded here.
  const HOST_PROMISES = 2 ** 52;
  const early = new p.Map();
  k.hostPromise = (number) => new p.Promise((resolve, reject) => {
    MapPrototypeSet(pending, number, { __proto__: null, resolve, reject, owner: k.currentOwner });
    const settled = MapPrototypeGet(early, number);
    if (settled === undefined) return;
    MapPrototypeDelete(early, number);
    k.settle(settled.text, settled.data);
  });
  k.settle = (text, data) => {
    const space = StringPrototypeIndexOf(text, " ");
    const number = +StringPrototypeSlice(text, 0, space);
    const entry = MapPrototypeGet(pending, number);
    if (entry === undefined) {
      if (number > HOST_PROMISES) MapPrototypeSet(early, number, { __proto__: null, text, data });
      return;
    }
    MapPrototypeDelete(pending, number);
    const reply = StringPrototypeSlice(text, space + 1);
    let value;
    try {
      if (reply[0] === "!") { entry.reject(k.hostError(StringPrototypeSlice(reply, 1))); return; }
      value = k.decode(StringPrototypeSlice(reply, 1), data);
    } catch (error) { entry.reject(error); return; }
    entry.resolve(value);
  };
  k.dropHostCalls = () => { p.MapPrototypeClear(pending); p.MapPrototypeClear(early); };

  k.promiseState = (promise) => {
    const state = +bridge("promise?", promise);
    return [state, state === 0 ? undefined : bridge("promise!", promise)];
  };

  // Frames in the user's own lines, for what programs print; the engine's are those of the generated text.
  k.mapStack = (frames) => bridge("m" + frames);

  // Promises that nobody awaits: their rejections are reported, not lost.
  k.unhandled = p.ObjectSetPrototypeOf([], null);
  k.unhandledCount = 0;
  k.report = (error, owner) => { k.unhandled[k.unhandledCount++] = { __proto__: null, error, owner }; };
  k.watch = (value) => {
    let isPromise = false;
    try {
      // One with a `constructor` of its own is left alone: asking for its settlement would run that.
      isPromise = typeof value === "object" && value !== null && p.ObjectPrototypeIsPrototypeOf(p.Promise.prototype, value)
        && !p.ObjectPrototypeHasOwnProperty(value, "constructor");
    } catch { /* a proxy */ }
    if (!isPromise) return value;
    const owner = k.currentOwner;
    try {
      k.then(value, undefined, (error) => k.report(error, owner));
    } catch { /* not a real promise */ }
    return value;
  };

  k.errorLine = (error) => {
    try {
      if (typeof error === "object" && error !== null) return `${ToString(error.name)}: ${ToString(error.message)}`;
      return ToString(error);
    } catch { return "something that cannot be shown"; }
  };
})
