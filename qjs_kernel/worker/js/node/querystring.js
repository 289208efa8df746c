(function (k) {
  "use strict";
  // The module `querystring`.
  const p = k.primordials;
  const {
    ArrayIsArray, ArrayPrototypePush, MathAbs, NumberIsFinite, ObjectKeys, RegExpPrototypeExec, String,
    StringPrototypeCharCodeAt, StringPrototypeIndexOf, StringPrototypeIsWellFormed, StringPrototypeSlice, decodeURIComponent,
    encodeURIComponent, parseInt,
  } = p;
  const { replaceMatches } = k.text;

  const isHex = (code) => (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);

  function unescapeBuffer(s, decodeSpaces) {
    const bytes = new p.Uint8Array(s.length);
    let length = 0;
    for (let i = 0; i < s.length; i++) {
      let code = StringPrototypeCharCodeAt(s, i);
      if (code === 43 && decodeSpaces) code = 32;
      else if (code === 37 && i + 2 < s.length && isHex(StringPrototypeCharCodeAt(s, i + 1)) &&
        isHex(StringPrototypeCharCodeAt(s, i + 2))) {
        code = parseInt(StringPrototypeSlice(s, i + 1, i + 3), 16);
        i += 2;
      }
      bytes[length++] = code;
    }
    return k.load("node/buffer").Buffer.from(p.TypedArrayPrototypeGetBuffer(bytes), 0, length);
  }

  function qsUnescape(s, decodeSpaces) {
    try {
      return decodeURIComponent(s);
    } catch {
      return querystring.unescapeBuffer(s, decodeSpaces).toString();
    }
  }

  function qsEscape(str) {
    if (typeof str !== "string") str = typeof str === "object" ? String(str) : str + "";
    if (!StringPrototypeIsWellFormed(str)) throw k.codeError(p.URIError, "ERR_INVALID_URI", "URI malformed");
    return encodeURIComponent(str);
  }

  const primitiveText = (value) => {
    if (typeof value === "string") return value;
    if (typeof value === "number") return NumberIsFinite(value) ? `${value}` : "";
    return typeof value === "bigint" || typeof value === "boolean" ? `${value}` : "";
  };
  const escaped = (value, encode) => {
    if (encode !== qsEscape) return encode(primitiveText(value));
    if (typeof value === "string") return value === "" ? "" : encode(value);
    return typeof value === "number" && MathAbs(value) >= 1e21 ? encode(primitiveText(value)) : primitiveText(value);
  };

  function stringify(obj, sep, eq, options) {
    sep = sep || "&";
    eq = eq || "=";
    const encode = options && typeof options.encodeURIComponent === "function" ? options.encodeURIComponent : querystring.escape;
    if (obj === null || typeof obj !== "object") return "";
    const keys = ObjectKeys(obj);
    let text = "";
    const add = (name, value) => { text += (text === "" ? "" : sep) + name + escaped(value, encode); };
    for (let i = 0; i < keys.length; i++) {
      const value = obj[keys[i]];
      const name = escaped(keys[i], encode) + eq;
      if (!ArrayIsArray(value)) add(name, value);
      else for (let j = 0; j < value.length; j++) add(name, value[j]);
    }
    return text;
  }

  const plus = /\+/g;
  const decoded = (text, decode) => {
    if (text === "") return "";
    const custom = decode !== qsUnescape;
    const spaced = replaceMatches(plus, text, () => (custom ? "%20" : " "));
    if (!custom && RegExpPrototypeExec(/%[0-9A-Fa-f]{2}/, spaced) === null) return spaced;
    try {
      return decode(spaced);
    } catch {
      return querystring.unescape(spaced, true);
    }
  };
  const add = (obj, name, value) => {
    const now = obj[name];
    if (now === undefined) obj[name] = value;
    else if (ArrayIsArray(now)) ArrayPrototypePush(now, value);
    else obj[name] = [now, value];
  };

  function parse(qs, sep, eq, options) {
    const obj = { __proto__: null };
    if (typeof qs !== "string" || qs.length === 0) return obj;
    sep = sep ? `${sep}` : "&";
    eq = eq ? `${eq}` : "=";
    let pairs = 1000;
    if (options && typeof options.maxKeys === "number") pairs = options.maxKeys > 0 ? options.maxKeys : -1;
    const decode = options && typeof options.decodeURIComponent === "function" ? options.decodeURIComponent : querystring.unescape;
    for (let start = 0; start < qs.length && pairs !== 0; pairs--) {
      let end = StringPrototypeIndexOf(qs, sep, start);
      if (end === -1) end = qs.length;
      if (end > start) {
        const part = StringPrototypeSlice(qs, start, end);
        const middle = StringPrototypeIndexOf(part, eq);
        if (middle === -1) add(obj, decoded(part, decode), "");
        else add(obj, decoded(StringPrototypeSlice(part, 0, middle), decode),
          decoded(StringPrototypeSlice(part, middle + eq.length), decode));
      }
      start = end + sep.length;
    }
    return obj;
  }

  const querystring = {
    unescapeBuffer, unescape: qsUnescape, escape: qsEscape, stringify, encode: stringify, parse, decode: parse,
  };
  return querystring;
})
