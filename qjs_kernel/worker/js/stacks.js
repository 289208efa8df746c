(function (k) {
  "use strict";
  // `k.stacks`: the text of an error's stack. The engine's `error.stack` holds frames only: the first line is made
  // here, and file names lose the version suffix (`?hash`) that the module graph gives them.
  const p = k.primordials;
  const {
    ArrayPrototypeIndexOf, ArrayPrototypeSplice, MathMin, RegExpPrototypeExec, String,
    StringPrototypeEndsWith, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice,
    StringPrototypeStartsWith,
  } = p;
  const { replaceMatches, splitLines } = k.text;

  const prefix = (name, tag, fallback, size = "") => {
    if (name === null)
      return `[${fallback}${size}: null prototype] ${tag !== "" && fallback !== tag ? `[${tag}] ` : ""}`;
    return `${name}${size} ${tag !== "" && name !== tag ? `[${tag}] ` : ""}`;
  };

  const messageOf = (error) => {
    try {
      return `${error.message}`;
    } catch {
      return "";
    }
  };

  const versionSuffix = /\?[^\s:()?]*(?=:\d)/g;
  const mapFrames = (frames) => {
    if (typeof k.mapStack === "function") frames = k.mapStack(frames);
    else frames = replaceMatches(versionSuffix, frames, () => "");
    while (StringPrototypeEndsWith(frames, "\n")) frames = StringPrototypeSlice(frames, 0, -1);
    return frames;
  };

  // Errors with a code as Node makes them: `TypeError [ERR_…]: message`, while `name` stays that of the class.
  const coded = new p.WeakSet();
  k.markCoded = (error) => { p.WeakSetPrototypeAdd(coded, error); };
  k.codeError = (Class, code, message) => {
    const error = new Class(message);
    p.ObjectDefineProperty(error, "code", {
      __proto__: null, value: code, writable: true, enumerable: true, configurable: true,
    });
    p.WeakSetPrototypeAdd(coded, error);
    return error;
  };

  const header = (error) => {
    let name = error.name === undefined ? "Error" : String(error.name);
    if (p.WeakSetPrototypeHas(coded, error)) name += ` [${String(error.code)}]`;
    const message = error.message === undefined ? "" : String(error.message);
    return name === "" ? message : message === "" ? name : `${name}: ${message}`;
  };

  // `error.stack` as programs read it: with the first line, which the engine leaves out. It is made when the error is,
  // as in V8: a name that a constructor sets later is not in it.
  const accessor = p.ReflectGetOwnPropertyDescriptor(p.Error, "prepareStackTrace");
  const siteOf = (site) => {
    const name = p.ReflectApply(getFunctionName, site, []) || "<anonymous>";
    if (p.ReflectApply(isNative, site, [])) return `\n    at ${name} (native)`;
    const file = p.ReflectApply(getFileName, site, []), line = p.ReflectApply(getLineNumber, site, []);
    if (file === "eval_script") return ""; // our own
    return `\n    at ${name} (${file}:${line}:${p.ReflectApply(getColumnNumber, site, [])})`;
  };
  let getFunctionName, getFileName, getLineNumber, getColumnNumber, isNative;
  const heads = new p.WeakMap();
  const ownStack = (error, sites) => {
    let text;
    try {
      text = header(error);
      p.WeakMapPrototypeSet(heads, error, text);
    } catch {
      text = "Error"; // a getter or a proxy that throws
    }
    let i = 0;
    if (p.ObjectPrototypeIsPrototypeOf(p.SyntaxError.prototype, error) && sites.length > 0 &&
      p.ReflectApply(getFunctionName, sites[0], []) === null) {
      // The place in the text, as the engine writes it.
      const place = (get) => p.ReflectApply(get, sites[0], []);
      text += `\n    at ${place(getFileName)}:${place(getLineNumber)}:${place(getColumnNumber)}`;
      i = 1;
    }
    for (; i < sites.length; i++) text += siteOf(sites[i]);
    return text;
  };
  if (accessor?.set !== undefined && p.callSite !== undefined) {
    ({ getFunctionName, getFileName, getLineNumber, getColumnNumber, isNative } = p.callSite);
    let given;
    const install = (value) => p.ReflectApply(accessor.set, p.Error, [value]);
    install(ownStack);
    p.ObjectDefineProperty(p.Error, "prepareStackTrace", {
      __proto__: null, configurable: true, enumerable: false, get: () => given,
      set: (value) => { given = value; install(typeof value === "function" ? value : ownStack); },
    });
  }

  // The whole stack text: what the engine left out in front, the user's own file names in the frames.
  const stackText = (error) => {
    const { stack } = error;
    if (stack === undefined || stack === null || stack === "") return header(error);
    let text = String(stack);
    if (StringPrototypeStartsWith(text, "    at ")) {
      const frames = mapFrames(text);
      return frames === "" ? header(error) : `${header(error)}\n${frames}`;
    }
    const start = StringPrototypeIndexOf(text, "\n    at ");
    if (start === -1) {
      while (StringPrototypeEndsWith(text, "\n")) text = StringPrototypeSlice(text, 0, -1);
      return text;
    }
    // Name and code may have come after the stack was made.
    let first = StringPrototypeSlice(text, 0, start);
    if (p.WeakMapPrototypeGet(heads, error) === first) first = header(error);
    return `${first}\n${mapFrames(StringPrototypeSlice(text, start + 1))}`;
  };

  // Frames that the cause shows too (four at least) shrink to one line.
  const shortenFrames = (ctx, frames, cause) => {
    const text = stackText(cause);
    const start = StringPrototypeIndexOf(text, "\n    at");
    if (start === -1) return frames;
    const others = splitLines(StringPrototypeSlice(text, start + 1));
    for (let i = 0; i < frames.length - 3; i++) {
      const position = ArrayPrototypeIndexOf(others, frames[i]);
      if (position === -1 || others.length - position <= 3) continue;
      const longest = MathMin(frames.length - i, others.length - position);
      let same = 1;
      while (same < longest && frames[i + same] === others[position + same]) same++;
      if (same <= 3) continue;
      const note = ctx.stylize(`    ... ${same - 2} lines matching cause stack trace ...`, "undefined");
      ArrayPrototypeSplice(frames, i + 1, same - 2, note);
      break;
    }
    return frames;
  };

  const leadingName = /^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n {4}at)/;
  const onlyName = /^([a-z_A-Z0-9-]*Error)$/;
  // The class is told where the first line names only its base: `Foo: m` for `class Foo extends Error`.
  const nameClass = (stack, made, name, tag) => {
    let { length } = name;
    const ordinary = StringPrototypeEndsWith(name, "Error") && StringPrototypeStartsWith(stack, name) &&
      (stack.length === length || stack[length] === ":" || stack[length] === "\n");
    if (made !== null && !ordinary) return stack;
    let fallback = "Error";
    if (made === null) {
      const start = RegExpPrototypeExec(leadingName, stack) ?? RegExpPrototypeExec(onlyName, stack);
      fallback = start?.[1] ?? "";
      length = fallback.length;
      fallback ||= "Error";
    }
    const full = StringPrototypeSlice(prefix(made, tag, fallback), 0, -1);
    if (name === full) return stack;
    const rest = StringPrototypeSlice(stack, length);
    if (!StringPrototypeIncludes(full, name)) return `${full} [${name}]${rest}`;
    return length === 0 ? `${full}: ${stack}` : full + rest;
  };

  k.stacks = { __proto__: null, prefix, messageOf, mapFrames, stackText, shortenFrames, nameClass };
})
