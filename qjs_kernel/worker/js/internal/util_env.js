(function (k) {
  "use strict";
  // util.parseEnv: the text of a .env file, read as Node 20 reads it.
  const p = k.primordials;
  const { StringPrototypeIndexOf, StringPrototypeReplaceAll, StringPrototypeSlice, StringPrototypeStartsWith,
    StringPrototypeTrim } = p;

  const find = (text, what, from) => {
    const at = StringPrototypeIndexOf(text, what, from);
    return at === -1 ? text.length : at;
  };

  return function parseEnv(content) {
    k.load("internal/util_checks").checkString(content, "content");
    const text = StringPrototypeReplaceAll(content, "\r", "");
    const result = {};
    const set = (key, value) =>
      p.ObjectDefineProperty(result, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
    const { length } = text;
    let at = 0;
    while (at < length) {
      while (at < length && (text[at] === " " || text[at] === "\t" || text[at] === "\n")) at++;
      if (at >= length) break;
      const end = find(text, "\n", at);
      const equals = find(text, "=", at);
      if (text[at] === "#" || equals >= end) {
        at = end + 1;
        continue;
      }
      let key = StringPrototypeTrim(StringPrototypeSlice(text, at, equals));
      if (StringPrototypeStartsWith(key, "export ")) key = StringPrototypeTrim(StringPrototypeSlice(key, 7));
      if (key === "") {
        at = end + 1;
        continue;
      }
      let from = equals + 1;
      while (from < end && (text[from] === " " || text[from] === "\t")) from++;
      const quote = text[from];
      if (quote === '"' || quote === "'" || quote === "`") {
        const close = StringPrototypeIndexOf(text, quote, from + 1);
        if (close !== -1) {
          const inner = StringPrototypeSlice(text, from + 1, close);
          set(key, quote === '"' ? StringPrototypeReplaceAll(inner, "\\n", () => "\n") : inner);
          at = find(text, "\n", close) + 1;
          continue;
        }
      }
      let value = StringPrototypeSlice(text, from, end);
      const comment = StringPrototypeIndexOf(value, "#");
      if (comment !== -1) value = StringPrototypeSlice(value, 0, comment);
      set(key, StringPrototypeTrim(value));
      at = end + 1;
    }
    return result;
  };
})
