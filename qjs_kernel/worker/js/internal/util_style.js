(function (k) {
  "use strict";
  // Colours: util.inspect.colors and styles, util.styleText, util.stripVTControlCharacters.
  const p = k.primordials;
  const { ArrayIsArray, ObjectDefineProperty, ObjectKeys } = p;
  const { checkBoolean, checkString, invalidArgValue, wrongType } = k.load("internal/util_checks");

  const colors = { __proto__: null };
  const define = (name, on, off) => { colors[name] = [on, off]; };
  const modifiers = ["reset", 0, 0, "bold", 1, 22, "dim", 2, 22, "italic", 3, 23, "underline", 4, 24, "blink", 5, 25,
    "inverse", 7, 27, "hidden", 8, 28, "strikethrough", 9, 29, "doubleunderline", 21, 24];
  for (let i = 0; i < modifiers.length; i += 3) define(modifiers[i], modifiers[i + 1], modifiers[i + 2]);
  const hues = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
  const capital = (name) => p.StringPrototypeToUpperCase(name[0]) + p.StringPrototypeSlice(name, 1);
  for (let i = 0; i < 8; i++) define(hues[i], 30 + i, 39);
  for (let i = 0; i < 8; i++) define(`bg${capital(hues[i])}`, 40 + i, 49);
  define("framed", 51, 54);
  define("overlined", 53, 55);
  define("gray", 90, 39);
  for (let i = 1; i < 8; i++) define(`${hues[i]}Bright`, 90 + i, 39);
  define("bgGray", 100, 49);
  for (let i = 1; i < 8; i++) define(`bg${capital(hues[i])}Bright`, 100 + i, 49);
  const aliases = ["grey", "gray", "blackBright", "gray", "bgGrey", "bgGray", "bgBlackBright", "bgGray", "faint", "dim",
    "crossedout", "strikethrough", "strikeThrough", "strikethrough", "crossedOut", "strikethrough", "conceal", "hidden",
    "swapColors", "inverse", "swapcolors", "inverse", "doubleUnderline", "doubleunderline"];
  for (let i = 0; i < aliases.length; i += 2) {
    const name = aliases[i + 1];
    ObjectDefineProperty(colors, aliases[i], {
      __proto__: null, configurable: true, enumerable: false,
      get() {
        return this[name];
      },
      set(value) {
        this[name] = value;
      },
    });
  }
  const styles = {
    __proto__: null, special: "cyan", number: "yellow", bigint: "yellow", boolean: "yellow", undefined: "grey",
    null: "bold", string: "green", symbol: "green", date: "magenta", regexp: "red", module: "underline",
  };

  const codesOf = (name) => {
    const codes = colors[name];
    if (codes !== undefined && codes !== null) return codes;
    let names = "";
    const all = ObjectKeys(colors);
    for (let i = 0; i < all.length; i++) names += `${i === 0 ? "" : ", "}'${all[i]}'`;
    throw invalidArgValue("format", name, `must be one of: ${names}`);
  };
  const isStream = (value) => {
    if (typeof value !== "object" || value === null) return false;
    const tag = p.ObjectPrototypeToString(value);
    if (tag === "[object ReadableStream]" || tag === "[object WritableStream]") return true;
    if (value._readableState || value._writableState) return true;
    return typeof value.on === "function" && (typeof value.write === "function" || typeof value.pipe === "function");
  };

  // Without a `stream` the text is coloured: what reads the output here shows colours. With one, it must be a terminal.
  function styleText(format, text, options = {}) {
    const { validateStream = true, stream } = options;
    checkString(text, "text");
    checkBoolean(validateStream, "options.validateStream");
    if (validateStream && stream !== undefined && !isStream(stream))
      throw wrongType("stream", "an instance of ReadableStream, WritableStream, or Stream", stream);
    const names = ArrayIsArray(format) ? format : [format];
    let left = "";
    let right = "";
    for (let i = 0; i < names.length; i++) {
      const codes = codesOf(names[i]);
      left += `\x1b[${codes[0]}m`;
      right = `\x1b[${codes[1]}m${right}`;
    }
    if (validateStream && stream !== undefined && !ArrayIsArray(format)) {
      const force = k.process?.env?.FORCE_COLOR;
      if (force !== undefined ? force === "0" || force === "false" : !stream.isTTY) return text;
    }
    return left + text + right;
  }

  // Operating system commands (links, titles) up to BEL or ST, then control sequences.
  const sequences =
    /[\x1b\x9b][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/#&.:=?%@~_]*)*)?(?:\x07|\x1b\\|\x9c))|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]))/g;
  function stripVTControlCharacters(str) {
    checkString(str, "str");
    return k.text.replaceMatches(sequences, str, () => "");
  }

  return { __proto__: null, colors, styles, styleText, stripVTControlCharacters };
})
