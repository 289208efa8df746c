(function (k) {
  "use strict";
  // util.MIMEType and util.MIMEParams (the WHATWG MIME Sniffing standard, as Node reads it).
  const p = k.primordials;
  const {
    Map, MapIteratorPrototypeNext, MapPrototypeDelete, MapPrototypeEntries, MapPrototypeGet, MapPrototypeHas,
    MapPrototypeSet, ObjectDefineProperty, RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeSlice,
    StringPrototypeToLowerCase, SymbolIterator,
  } = p;
  const { codeError } = k.load("internal/util_checks");

  const notToken = /[^!#$%&'*+\-.^_`|~A-Za-z0-9]/;
  const notQuotable = /[^\t\u0020-~\u0080-\u00FF]/;
  const search = (pattern, text) => RegExpPrototypeExec(pattern, text)?.index ?? -1;
  const isSpace = (c) => c === " " || c === "\t" || c === "\r" || c === "\n";
  const trimEnd = (text) => {
    let end = text.length;
    while (end > 0 && isSpace(text[end - 1])) end--;
    return StringPrototypeSlice(text, 0, end);
  };
  const skipSpace = (text, at) => {
    while (at < text.length && isSpace(text[at])) at++;
    return at;
  };
  const asciiLower = (text) => k.text.replaceMatches(/[A-Z]+/g, text, (part) => StringPrototypeToLowerCase(part));
  const invalid = (what, text, index) =>
    codeError(p.TypeError, "ERR_INVALID_MIME_SYNTAX",
      `The MIME syntax for a ${what} in "${text}" is invalid${index === -1 ? "" : ` at ${index}`}`);
  const token = (what, text, whole = text) => {
    const index = search(notToken, text);
    if (text === "" || index !== -1) throw invalid(what, whole, index);
    return asciiLower(text);
  };

  // ---- parameters: [name, value] pairs into `data` ----

  // From the character behind the opening quote: { value, end }.
  const quoted = (text, at) => {
    let value = "";
    for (; at < text.length && text[at] !== '"'; at++) {
      if (text[at] === "\\" && at + 1 < text.length) at++;
      value += text[at];
    }
    return { __proto__: null, value, end: at + 1 };
  };
  const parse = (text, data) => {
    const { length } = trimEnd(text);
    let at = 0;
    while (at < length) {
      at = skipSpace(text, at);
      const start = at;
      while (at < text.length && text[at] !== ";" && text[at] !== "=") at++;
      const name = asciiLower(StringPrototypeSlice(text, start, at));
      if (at < length && text[at++] === ";") continue;
      if (at >= length) break;
      let value;
      if (text[at] === '"') {
        const found = quoted(text, at + 1);
        value = found.value;
        at = found.end;
        // What stands between the closing quote and the next semicolon is ignored.
        while (at < text.length && text[at] !== ";") at++;
      } else {
        const semicolon = StringPrototypeIndexOf(text, ";", at);
        const end = semicolon === -1 ? text.length : semicolon;
        value = trimEnd(StringPrototypeSlice(text, at, end));
        at = end;
        if (value === "") {
          at++;
          continue;
        }
      }
      if (name !== "" && search(notToken, name) === -1 && search(notQuotable, value) === -1 && !MapPrototypeHas(data, name))
        MapPrototypeSet(data, name, value);
      at++;
    }
  };
  const encode = (value) => {
    if (value === "") return '""';
    if (search(notToken, value) === -1) return value;
    return `"${k.text.replaceMatches(/["\\]/g, value, (character) => `\\${character}`)}"`;
  };

  let fillParams;
  class MIMEParams {
    #data = new Map();
    static {
      fillParams = (params, text) => {
        parse(text, params.#data);
        return params;
      };
    }
    delete(name) {
      MapPrototypeDelete(this.#data, name);
    }
    get(name) {
      return MapPrototypeHas(this.#data, name) ? MapPrototypeGet(this.#data, name) : null;
    }
    has(name) {
      return MapPrototypeHas(this.#data, name);
    }
    set(name, value) {
      name = `${name}`;
      value = `${value}`;
      const index = search(notToken, name);
      if (name === "" || index !== -1) throw invalid("parameter name", name, index);
      const wrong = search(notQuotable, value);
      if (wrong !== -1) throw invalid("parameter value", value, wrong);
      MapPrototypeSet(this.#data, name, value);
    }
    *entries() {
      const entries = MapPrototypeEntries(this.#data);
      for (let step = MapIteratorPrototypeNext(entries); !step.done; step = MapIteratorPrototypeNext(entries))
        yield step.value;
    }
    *keys() {
      const entries = MapPrototypeEntries(this.#data);
      for (let step = MapIteratorPrototypeNext(entries); !step.done; step = MapIteratorPrototypeNext(entries))
        yield step.value[0];
    }
    *values() {
      const entries = MapPrototypeEntries(this.#data);
      for (let step = MapIteratorPrototypeNext(entries); !step.done; step = MapIteratorPrototypeNext(entries))
        yield step.value[1];
    }
    toString() {
      let text = "";
      const entries = MapPrototypeEntries(this.#data);
      for (let step = MapIteratorPrototypeNext(entries); !step.done; step = MapIteratorPrototypeNext(entries))
        text += `${text === "" ? "" : ";"}${step.value[0]}=${encode(step.value[1])}`;
      return text;
    }
  }
  const paramsText = MIMEParams.prototype.toString;
  const method = (target, key, value) =>
    ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, configurable: true, enumerable: false });
  method(MIMEParams.prototype, SymbolIterator, MIMEParams.prototype.entries);
  method(MIMEParams.prototype, "toJSON", paramsText);

  class MIMEType {
    #type;
    #subtype;
    #params;
    constructor(input) {
      const text = `${input}`;
      const start = skipSpace(text, 0);
      const slash = StringPrototypeIndexOf(text, "/", start);
      const type = slash === -1 ? StringPrototypeSlice(text, start) : StringPrototypeSlice(text, start, slash);
      const wrong = search(notToken, type);
      if (type === "" || wrong !== -1 || slash === -1) throw invalid("type", text, wrong);
      this.#type = asciiLower(type);
      const semicolon = StringPrototypeIndexOf(text, ";", slash);
      const end = semicolon === -1 ? text.length : semicolon;
      this.#subtype = token("subtype", trimEnd(StringPrototypeSlice(text, slash + 1, end)), text);
      this.#params = fillParams(new MIMEParams(), StringPrototypeSlice(text, end + 1));
    }
    get type() {
      return this.#type;
    }
    set type(value) {
      this.#type = token("type", `${value}`);
    }
    get subtype() {
      return this.#subtype;
    }
    set subtype(value) {
      this.#subtype = token("subtype", `${value}`);
    }
    get essence() {
      return `${this.#type}/${this.#subtype}`;
    }
    get params() {
      return this.#params;
    }
    toString() {
      const params = p.ReflectApply(paramsText, this.#params, []);
      return `${this.#type}/${this.#subtype}${params === "" ? "" : `;${params}`}`;
    }
  }
  method(MIMEType.prototype, "toJSON", MIMEType.prototype.toString);
  return { __proto__: null, MIMEParams, MIMEType };
})
