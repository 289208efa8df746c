(function (k) {
  "use strict";
  // URLSearchParams, and the application/x-www-form-urlencoded text it reads and writes. Pairs lie in one flat list.
  const p = k.primordials;
  const {
    ArrayPrototypePush, ArrayPrototypeSort, ArrayPrototypeSplice, ObjectDefineProperties, ObjectDefineProperty,
    ObjectGetOwnPropertyDescriptor, ObjectSetPrototypeOf, ReflectApply, ReflectOwnKeys, RegExpPrototypeExec,
    StringPrototypeCharCodeAt, StringPrototypeConcat, StringPrototypeIndexOf, StringPrototypeSlice,
    StringPrototypeToWellFormed, SymbolIterator, SymbolToStringTag, decodeURIComponent, encodeURIComponent, parseInt,
  } = p;
  const { list, replaceMatches, stripColours } = k.text;
  const customInspect = p.SymbolFor("nodejs.util.inspect.custom");

  // The language's own ToString, then what the web calls a scalar value string.
  const usv = (value) => StringPrototypeToWellFormed(typeof value === "string" ? value : StringPrototypeConcat("", value));

  // ---- text ----

  const isHex = (code) => (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
  const percentBytes = (text) => {
    const raw = k.load("web/encoding").utf8Encode(text);
    let length = 0;
    for (let i = 0; i < raw.length; i++, length++) {
      let byte = raw[i];
      if (byte === 37 && i + 2 < raw.length && isHex(raw[i + 1]) && isHex(raw[i + 2])) {
        byte = parseInt(p.StringFromCharCode(raw[i + 1], raw[i + 2]), 16);
        i += 2;
      }
      raw[length] = byte;
    }
    return p.TypedArrayPrototypeSubarray(raw, 0, length);
  };
  const percentDecode = (text) => {
    if (StringPrototypeIndexOf(text, "%") === -1) return text;
    try {
      return decodeURIComponent(text);
    } catch {
      return k.load("web/encoding").utf8Decode(percentBytes(text)); // a lone %, or bytes that are no UTF-8
    }
  };
  // decodeURIComponent with the message that programs know.
  const decodeComponent = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      throw new p.URIError("URI malformed");
    }
  };
  const plus = /\+/g;
  const fromForm = (text) => percentDecode(replaceMatches(plus, text, () => " "));

  const parse = (text, pairs) => {
    for (let start = 0; start < text.length; ) {
      let end = StringPrototypeIndexOf(text, "&", start);
      if (end === -1) end = text.length;
      if (end > start) {
        const equals = StringPrototypeIndexOf(text, "=", start);
        const middle = equals === -1 || equals > end ? end : equals;
        ArrayPrototypePush(pairs, fromForm(StringPrototypeSlice(text, start, middle)),
          fromForm(StringPrototypeSlice(text, middle + 1, end)));
      }
      start = end + 1;
    }
  };

  // encodeURIComponent leaves five marks alone that a form does not.
  const marks = /[!'()~]|%20/g;
  const formMark = { __proto__: null, "!": "%21", "'": "%27", "(": "%28", ")": "%29", "~": "%7E", "%20": "+" };
  const plain = /^[A-Za-z0-9*\-._]*$/;
  const toForm = (text) =>
    RegExpPrototypeExec(plain, text) !== null ? text : replaceMatches(marks, encodeURIComponent(text), (mark) => formMark[mark]);
  const serialize = (pairs) => {
    let text = "";
    for (let i = 0; i < pairs.length; i += 2) text += (i === 0 ? "" : "&") + toForm(pairs[i]) + "=" + toForm(pairs[i + 1]);
    return text;
  };

  // ---- errors ----

  const missing = (...names) => {
    const error = names.length === 1
      ? `The "${names[0]}" argument must be specified`
      : `The "${names[0]}" and "${names[1]}" arguments must be specified`;
    return k.codeError(p.TypeError, "ERR_MISSING_ARGS", error);
  };
  const data = (value) => ({ __proto__: null, value, writable: true, enumerable: true, configurable: true });
  const invalidURL = (input, base) => {
    const error = k.codeError(p.TypeError, "ERR_INVALID_URL", "Invalid URL");
    ObjectDefineProperty(error, "input", data(input));
    if (base !== undefined) ObjectDefineProperty(error, "base", data(base));
    return error;
  };
  const wrongThis = (name) => k.codeError(p.TypeError, "ERR_INVALID_THIS", `Value of "this" must be of type ${name}`);
  const badPair = () =>
    k.codeError(p.TypeError, "ERR_INVALID_TUPLE", "Each query pair must be an iterable [name, value] tuple");
  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

  const readPairs = (init, pairs) => {
    for (const pair of init) {
      if (!isObject(pair) || typeof pair[SymbolIterator] !== "function") throw badPair();
      let count = 0;
      for (const part of pair) {
        if (count++ < 2) ArrayPrototypePush(pairs, usv(part));
        else throw badPair();
      }
      if (count !== 2) throw badPair();
    }
  };
  const readRecord = (init, pairs) => {
    const keys = ReflectOwnKeys(init);
    const places = { __proto__: null };
    for (let i = 0; i < keys.length; i++) {
      const found = ObjectGetOwnPropertyDescriptor(init, keys[i]);
      if (found === undefined || !found.enumerable) continue;
      const name = usv(keys[i]);
      const value = usv(init[keys[i]]);
      if (places[name] === undefined) places[name] = ArrayPrototypePush(pairs, name, value) - 1;
      else pairs[places[name]] = value; // two keys that are the same scalar value string
    }
  };

  // What inspect shows is joined by commas up to the line's length, else one entry a line, as Node has it here.
  const shown = (name, parts, options) => {
    let length = parts.length;
    for (let i = 0; i < parts.length; i++) length += stripColours(parts[i]).length;
    const broken = length > (options.breakLength ?? 80);
    if (parts.length === 0 && name !== "URLSearchParams Iterator") return `${name} {}`;
    return name + " {" + (broken ? "\n  " : " ") + p.ArrayPrototypeJoin(parts, broken ? ",\n  " : ", ") + " }";
  };
  const inner = (options) => {
    const depth = typeof options.depth === "number" ? options.depth - 1 : options.depth;
    return p.ObjectAssign({ __proto__: null }, options, { __proto__: null, depth });
  };
  const nameOf = (value, fallback) => {
    const made = value.constructor;
    return typeof made === "function" && typeof made.name === "string" && made.name !== "" ? made.name : fallback;
  };

  let pairsOf;
  let link;
  let reload;

  class URLSearchParams {
    #pairs = list();
    #changed = undefined; // tells the URL, if it belongs to one

    static {
      pairsOf = (value) => (isObject(value) && #pairs in value ? value.#pairs : undefined);
      link = (params, query, changed) => { params.#changed = changed; reload(params, query); };
      reload = (params, query) => {
        params.#pairs = list();
        parse(query, params.#pairs);
      };
    }

    constructor(init = undefined) {
      if (init === undefined || init === null) return;
      if (isObject(init)) {
        const method = init[SymbolIterator];
        const own = pairsOf(init);
        if (own !== undefined && method === this[SymbolIterator]) {
          for (let i = 0; i < own.length; i++) ArrayPrototypePush(this.#pairs, own[i]);
        } else if (method !== undefined && method !== null) {
          if (typeof method !== "function")
            throw k.codeError(p.TypeError, "ERR_ARG_NOT_ITERABLE", "Query pairs must be iterable");
          readPairs(init, this.#pairs);
        } else readRecord(init, this.#pairs);
        return;
      }
      const text = usv(init);
      parse(text[0] === "?" ? StringPrototypeSlice(text, 1) : text, this.#pairs);
    }

    #update() { if (this.#changed !== undefined) this.#changed(serialize(this.#pairs)); }

    get size() { return own(this).length / 2; }

    append(name, value) {
      own(this);
      if (arguments.length < 2) throw missing("name", "value");
      name = usv(name);
      value = usv(value);
      ArrayPrototypePush(this.#pairs, name, value);
      this.#update();
    }

    delete(name, value = undefined) {
      own(this);
      if (arguments.length < 1) throw missing("name");
      name = usv(name);
      if (value !== undefined) value = usv(value);
      const pairs = this.#pairs;
      for (let i = pairs.length - 2; i >= 0; i -= 2)
        if (pairs[i] === name && (value === undefined || pairs[i + 1] === value)) ArrayPrototypeSplice(pairs, i, 2);
      this.#update();
    }

    get(name) {
      const pairs = own(this);
      if (arguments.length < 1) throw missing("name");
      name = usv(name);
      for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return pairs[i + 1];
      return null;
    }

    getAll(name) {
      const pairs = own(this);
      if (arguments.length < 1) throw missing("name");
      name = usv(name);
      const found = [];
      for (let i = 0, n = 0; i < pairs.length; i += 2)
        if (pairs[i] === name) ObjectDefineProperty(found, n++, data(pairs[i + 1]));
      return found;
    }

    has(name, value = undefined) {
      const pairs = own(this);
      if (arguments.length < 1) throw missing("name");
      name = usv(name);
      if (value !== undefined) value = usv(value);
      for (let i = 0; i < pairs.length; i += 2)
        if (pairs[i] === name && (value === undefined || pairs[i + 1] === value)) return true;
      return false;
    }

    set(name, value) {
      own(this);
      if (arguments.length < 2) throw missing("name", "value");
      name = usv(name);
      value = usv(value);
      const pairs = this.#pairs;
      let first = -1;
      for (let i = 0; i < pairs.length; ) {
        if (pairs[i] !== name) i += 2;
        else if (first === -1) {
          pairs[(first = i) + 1] = value;
          i += 2;
        } else ArrayPrototypeSplice(pairs, i, 2);
      }
      if (first === -1) ArrayPrototypePush(pairs, name, value);
      this.#update();
    }

    sort() {
      const pairs = own(this);
      const order = list();
      for (let i = 0; i < pairs.length; i += 2) ArrayPrototypePush(order, i);
      ArrayPrototypeSort(order, (a, b) => (pairs[a] < pairs[b] ? -1 : pairs[a] > pairs[b] ? 1 : a - b));
      const sorted = list();
      for (let i = 0; i < order.length; i++) ArrayPrototypePush(sorted, pairs[order[i]], pairs[order[i] + 1]);
      this.#pairs = sorted;
      this.#update();
    }

    entries() { return iterate(own(this) && this, "entries"); }

    forEach(callback, thisArg = undefined) {
      own(this);
      if (typeof callback !== "function") throw k.invalidArgType("callback", "of type function", callback);
      // The list is asked anew each time: the callback may change it.
      for (let i = 0; i < this.#pairs.length; i += 2)
        ReflectApply(callback, thisArg, [this.#pairs[i + 1], this.#pairs[i], this]);
    }

    keys() { return iterate(own(this) && this, "keys"); }
    values() { return iterate(own(this) && this, "values"); }
    toString() { return serialize(own(this)); }

    [customInspect](depth, options) {
      const pairs = own(this);
      if (typeof depth === "number" && depth < 0) return options.stylize("[Object]", "special");
      const nested = inner(options);
      const parts = list();
      for (let i = 0; i < pairs.length; i += 2)
        ArrayPrototypePush(parts, `${k.inspect(pairs[i], nested)} => ${k.inspect(pairs[i + 1], nested)}`);
      return shown(nameOf(this, "URLSearchParams"), parts, options);
    }
  }

  const own = (value) => {
    const pairs = pairsOf(value);
    if (pairs === undefined) throw wrongThis("URLSearchParams");
    return pairs;
  };

  // ---- iteration ----

  const pick = (pairs, at, kind) =>
    kind === "keys" ? pairs[at] : kind === "values" ? pairs[at + 1] : [pairs[at], pairs[at + 1]];
  let iterate;
  class SearchParamsIterator {
    #params;
    #kind;
    #at = 0;

    static {
      iterate = (params, kind) => {
        const made = new SearchParamsIterator();
        made.#params = params;
        made.#kind = kind;
        return made;
      };
    }

    next() {
      if (!isObject(this) || !(#params in this)) throw wrongThis("URLSearchParamsIterator");
      const pairs = pairsOf(this.#params);
      if (this.#at >= pairs.length) return { value: undefined, done: true };
      const value = pick(pairs, this.#at, this.#kind);
      this.#at += 2;
      return { value, done: false };
    }

    [customInspect](depth, options) {
      if (!isObject(this) || !(#params in this)) throw wrongThis("URLSearchParamsIterator");
      if (typeof depth === "number" && depth < 0) return options.stylize("[Object]", "special");
      const pairs = pairsOf(this.#params);
      const nested = inner(options);
      const parts = list();
      for (let i = this.#at; i < pairs.length; i += 2)
        ArrayPrototypePush(parts, k.inspect(pick(pairs, i, this.#kind), nested));
      return shown("URLSearchParams Iterator", parts, options);
    }
  }
  ObjectSetPrototypeOf(SearchParamsIterator.prototype, p.Iterator.prototype);
  delete SearchParamsIterator.prototype.constructor;

  const show = (target, names) => {
    for (let i = 0; i < names.length; i++) ObjectDefineProperty(target, names[i], { __proto__: null, enumerable: true });
  };
  show(URLSearchParams.prototype, ["append", "delete", "get", "getAll", "has", "set", "sort", "entries", "forEach", "keys",
    "values", "toString", "size"]);
  show(SearchParamsIterator.prototype, ["next"]);
  const tag = (value) => ({ __proto__: null, value, configurable: true });
  ObjectDefineProperties(URLSearchParams.prototype, {
    __proto__: null,
    [SymbolToStringTag]: tag("URLSearchParams"),
    [SymbolIterator]: { __proto__: null, value: URLSearchParams.prototype.entries, writable: true, configurable: true },
  });
  ObjectDefineProperty(SearchParamsIterator.prototype, SymbolToStringTag, tag("URLSearchParams Iterator"));

  return { URLSearchParams, link, reload, usv, missing, invalidURL, nameOf, show, decodeComponent };
})
