(function (k) {
  "use strict";
  // FormData, and multipart/form-data: writing it and reading it.
  const p = k.primordials;
  const {
    ArrayPrototypePush, RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeToLowerCase,
    SymbolIterator, TypedArrayPrototypeGetLength, TypedArrayPrototypeIndexOf, TypedArrayPrototypeSet,
    TypedArrayPrototypeSubarray, Uint8Array,
  } = p;
  const { illegal, need, usv, isObject, iterators, each } = k.load("web/headers");
  const { publish, customInspect } = k.load("web/interface");
  const { list, replaceMatches } = k.text;
  const { utf8Encode, utf8Decode } = k.load("web/encoding");
  const blobs = () => k.load("web/blob");

  let entriesOf;
  let isFormData;
  const secret = {};

  const entry = (where, name, value, filename, count) => {
    name = usv(name);
    const { isBlob, File, bytesOf, fileOf } = blobs();
    if (!isBlob(value)) {
      if (count > 2) throw new p.TypeError(`Failed to execute '${where}' on 'FormData': parameter 2 is not of type 'Blob'`);
      return [name, usv(value)];
    }
    const isFile = p.ObjectPrototypeIsPrototypeOf(File.prototype, value);
    if (isFile && count < 3) return [name, value];
    const lastModified = isFile ? value.lastModified : p.DateNow();
    return [name, fileOf(bytesOf(value), value.type, count < 3 ? "blob" : usv(filename), lastModified)];
  };

  class FormData {
    #entries = list();
    constructor(form = undefined) {
      if (form !== undefined && form !== secret)
        throw new p.TypeError("FormData constructor: Argument 1 could not be converted to: undefined.");
    }
    static {
      isFormData = (value) => isObject(value) && #entries in value;
      entriesOf = (value) => {
        if (!isFormData(value)) throw illegal();
        return value.#entries;
      };
    }
    append(name, value, filename = undefined) {
      const entries = entriesOf(this);
      need(arguments.length, 2, "FormData.append");
      ArrayPrototypePush(entries, entry("append", name, value, filename, arguments.length));
    }
    delete(name) {
      const entries = entriesOf(this);
      need(arguments.length, 1, "FormData.delete");
      name = usv(name);
      let kept = 0;
      for (let i = 0; i < entries.length; i++) if (entries[i][0] !== name) entries[kept++] = entries[i];
      entries.length = kept;
    }
    get(name) {
      const entries = entriesOf(this);
      need(arguments.length, 1, "FormData.get");
      name = usv(name);
      for (let i = 0; i < entries.length; i++) if (entries[i][0] === name) return entries[i][1];
      return null;
    }
    getAll(name) {
      const entries = entriesOf(this);
      need(arguments.length, 1, "FormData.getAll");
      name = usv(name);
      const found = [];
      for (let i = 0; i < entries.length; i++) if (entries[i][0] === name) ArrayPrototypePush(found, entries[i][1]);
      return found;
    }
    has(name) {
      const entries = entriesOf(this);
      need(arguments.length, 1, "FormData.has");
      name = usv(name);
      for (let i = 0; i < entries.length; i++) if (entries[i][0] === name) return true;
      return false;
    }
    set(name, value, filename = undefined) {
      const entries = entriesOf(this);
      need(arguments.length, 2, "FormData.set");
      const made = entry("set", name, value, filename, arguments.length);
      let kept = 0;
      let placed = false;
      for (let i = 0; i < entries.length; i++) {
        if (entries[i][0] !== made[0]) entries[kept++] = entries[i];
        else if (!placed) {
          placed = true;
          entries[kept++] = made;
        }
      }
      entries.length = kept;
      if (!placed) ArrayPrototypePush(entries, made);
    }
    keys() {
      return iterate(this, "key");
    }
    values() {
      return iterate(this, "value");
    }
    entries() {
      return iterate(this, "key+value");
    }
    forEach(callback, thisArg = undefined) {
      const entries = entriesOf(this);
      need(arguments.length, 1, "FormData.forEach");
      each(() => entries, callback, "FormData", { __proto__: null, thisArg, target: this });
    }
  }
  const iterateEntries = iterators("FormData", (entries) => entries);
  const iterate = (form, kind) => iterateEntries(entriesOf(form), kind);
  publish(FormData, "FormData", ["append", "delete", "get", "getAll", "has", "set", "keys", "values", "entries",
    "forEach"]);
  k.hidden(FormData.prototype, SymbolIterator, FormData.prototype.entries);
  p.ObjectDefineProperty(FormData, "length", { __proto__: null, value: 1, configurable: true });
  k.hidden(FormData.prototype, customInspect, function inspectCustom(depth, options) {
    const entries = entriesOf(this);
    const shown = { __proto__: null };
    const several = { __proto__: null };
    for (let i = 0; i < entries.length; i++) {
      const { 0: name, 1: value } = entries[i];
      if (several[name]) ArrayPrototypePush(shown[name], value);
      else if (name in shown) {
        shown[name] = [shown[name], value];
        several[name] = true;
      } else shown[name] = value;
    }
    const inner = { __proto__: null };
    const keys = p.ObjectKeys(options);
    for (let i = 0; i < keys.length; i++) inner[keys[i]] = options[keys[i]];
    inner.depth ??= depth;
    const text = k.inspect(shown, inner);
    return `FormData ${StringPrototypeSlice(text, StringPrototypeIndexOf(text, "]") + 2)}`;
  });

  const formOf = (pairs) => {
    const form = new FormData();
    const entries = entriesOf(form);
    for (let i = 0; i < pairs.length; i++) ArrayPrototypePush(entries, pairs[i]);
    return form;
  };

  // ---- multipart ----

  const escaped = { __proto__: null, "\n": "%0A", "\r": "%0D", '"': "%22" };
  const escape = (text) => replaceMatches(/[\n\r"]/g, text, (it) => escaped[it]);
  const lines = (text) => replaceMatches(/\r\n?|\n/g, text, () => "\r\n");
  const joinBytes = (parts) => {
    let size = 0;
    for (let i = 0; i < parts.length; i++) size += TypedArrayPrototypeGetLength(parts[i]);
    const bytes = new Uint8Array(size);
    let at = 0;
    for (let i = 0; i < parts.length; i++) {
      TypedArrayPrototypeSet(bytes, parts[i], at);
      at += TypedArrayPrototypeGetLength(parts[i]);
    }
    return bytes;
  };
  const write = (form) => {
    let digits = `${p.MathFloor(p.MathRandom() * 1e12)}`;
    while (digits.length < 12) digits = `0${digits}`;
    const boundary = `----formdata-undici-${digits}`;
    const entries = entriesOf(form);
    const parts = list();
    for (let i = 0; i < entries.length; i++) {
      const { 0: name, 1: value } = entries[i];
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escape(lines(name))}"`;
      if (typeof value === "string") {
        ArrayPrototypePush(parts, utf8Encode(`${head}\r\n\r\n${lines(value)}\r\n`));
        continue;
      }
      const file = `; filename="${escape(value.name)}"\r\nContent-Type: ${value.type || "application/octet-stream"}`;
      ArrayPrototypePush(parts, utf8Encode(`${head}${file}\r\n\r\n`));
      ArrayPrototypePush(parts, blobs().bytesOf(value));
      ArrayPrototypePush(parts, utf8Encode("\r\n"));
    }
    ArrayPrototypePush(parts, utf8Encode(`--${boundary}--\r\n`));
    return { __proto__: null, bytes: joinBytes(parts), type: `multipart/form-data; boundary=${boundary}` };
  };

  const unescaped = { __proto__: null, "%0a": "\n", "%0d": "\r", "%22": '"' };
  const parameter = (text, name) => {
    // In quotes (where browsers escape quotes and line ends), or a bare word.
    const found = RegExpPrototypeExec(new p.RegExp(`;[ \\t]*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, "i"), text);
    if (found === null) return undefined;
    if (found[1] === undefined) return found[2];
    const plain = replaceMatches(/\\(["\\])/g, found[1], (it) => it[1]);
    return replaceMatches(/%(?:0[aAdD]|22)/g, plain, (it) => unescaped[StringPrototypeToLowerCase(it)]);
  };
  const find = (bytes, needle, from) => {
    const first = needle[0];
    const size = TypedArrayPrototypeGetLength(needle);
    for (let at = from; (at = TypedArrayPrototypeIndexOf(bytes, first, at)) !== -1; at++) {
      let same = 1;
      while (same < size && bytes[at + same] === needle[same]) same++;
      if (same === size) return at;
    }
    return -1;
  };
  const part = (bytes, from, to) => TypedArrayPrototypeSubarray(bytes, from, to);
  // The entries in `bytes`, or undefined when they are no such form.
  const read = (bytes, boundary) => {
    const dashes = utf8Encode(`--${boundary}`);
    const between = utf8Encode(`\r\n--${boundary}`);
    const blank = utf8Encode("\r\n\r\n");
    const skip = TypedArrayPrototypeGetLength(dashes);
    let at = bytes[0] === 13 && bytes[1] === 10 ? 2 : 0;
    if (find(part(bytes, at, at + skip), dashes, 0) !== 0) return undefined;
    at += skip;
    const entries = list();
    for (;;) {
      if (bytes[at] === 45 && bytes[at + 1] === 45) return entries;
      if (bytes[at] !== 13 || bytes[at + 1] !== 10) return undefined;
      const headEnd = find(bytes, blank, at);
      if (headEnd === -1) return undefined;
      const head = utf8Decode(part(bytes, at, headEnd));
      const disposition = RegExpPrototypeExec(/\r\ncontent-disposition:[ \t]*form-data([^\r\n]*)/i, head);
      const end = find(bytes, between, headEnd + 2);
      if (disposition === null || end === -1) return undefined;
      const name = parameter(disposition[1], "name");
      if (name === undefined) return undefined;
      const body = part(bytes, p.MathMin(headEnd + 4, end), end);
      const filename = parameter(disposition[1], "filename");
      if (filename === undefined) ArrayPrototypePush(entries, [name, utf8Decode(body)]);
      else {
        const type = RegExpPrototypeExec(/\r\ncontent-type:[ \t]*([^\r\n]*?)[ \t]*(?:\r|$)/i, head);
        const file = blobs().fileOf(new Uint8Array(body), type === null ? "text/plain" : type[1], filename, p.DateNow());
        ArrayPrototypePush(entries, [name, file]);
      }
      at = end + skip + 2;
    }
  };

  return { __proto__: null, FormData, isFormData, formOf, write, read };
})
