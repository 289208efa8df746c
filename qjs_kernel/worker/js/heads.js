(function (k) {
  "use strict";
  // What stands before the braces of a value, or instead of them: the stack of an error, the name of a function, the
  // primitive in a box, the source of a regular expression.
  const p = k.primordials;
  const {
    ArrayIsArray, ArrayPrototypeIncludes, ArrayPrototypeIndexOf, ArrayPrototypeJoin, ArrayPrototypePush,
    ArrayPrototypeSplice, FunctionPrototypeToString, ObjectGetPrototypeOf, ObjectHasOwn, RegExpPrototypeExec,
    String, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeToLowerCase,
  } = p;
  const { splitLines, indentLines, spaces, plainStyle, formatPrimitive } = k.text;
  const { inChain, kindOf } = k.kinds;
  const { stackText, shortenFrames, nameClass } = k.stacks;

  const formatError = (ctx, error, made, tag, keys) => {
    const name = error.name === undefined || error.name === null ? "Error" : String(error.name);
    let stack = stackText(error);
    if (!ctx.showHidden) {
      for (let i = 0; i < 3; i++) {
        const key = i === 0 ? "name" : i === 1 ? "message" : "stack";
        const index = ArrayPrototypeIndexOf(keys, key);
        if (index !== -1 && (key === "stack" || StringPrototypeIncludes(stack, String(error[key]))))
          ArrayPrototypeSplice(keys, index, 1);
      }
    }
    if ("cause" in error && !ArrayPrototypeIncludes(keys, "cause")) ArrayPrototypePush(keys, "cause");
    if (ArrayIsArray(error.errors) && !ArrayPrototypeIncludes(keys, "errors")) ArrayPrototypePush(keys, "errors");
    stack = nameClass(stack, made, name, tag);
    const message = typeof error.message === "string" ? error.message : "";
    const position = message === "" ? -1 : StringPrototypeIndexOf(stack, message);
    const start = StringPrototypeIndexOf(stack, "\n    at", position === -1 ? 0 : position + message.length);
    if (start === -1) stack = `[${stack}]`;
    else {
      const frames = splitLines(StringPrototypeSlice(stack, start + 1));
      const { cause } = error;
      if (cause !== null && typeof cause === "object" && kindOf(cause) === "Error") shortenFrames(ctx, frames, cause);
      stack = `${StringPrototypeSlice(stack, 0, start)}\n${ArrayPrototypeJoin(frames, "\n")}`;
    }
    ctx.room -= stack.length;
    return ctx.indentation === 0 ? stack : indentLines(stack, spaces(ctx.indentation));
  };

  const classSource = /^class(?=[\s{/])/;
  const functionBase = (value, made, tag) => {
    const suffix = tag !== "" && made !== tag ? ` [${tag}]` : "";
    if (RegExpPrototypeExec(classSource, FunctionPrototypeToString(value)) !== null) {
      const name = (ObjectHasOwn(value, "name") && value.name) || "(anonymous)";
      const type = made !== "Function" && made !== null ? ` [${made}]` : "";
      if (made === null) return `[class ${name}${type}${suffix} extends [null prototype]]`;
      const parent = ObjectGetPrototypeOf(value).name;
      return `[class ${name}${type}${suffix}${parent ? ` extends ${parent}` : ""}]`;
    }
    let type = "Function";
    if (inChain(value, p.AsyncFunction.prototype)) type = "AsyncFunction";
    else if (inChain(value, p.AsyncGeneratorFunction.prototype)) type = "AsyncGeneratorFunction";
    else if (inChain(value, p.GeneratorFunction.prototype)) type = "GeneratorFunction";
    const name = value.name === "" ? " (anonymous)" : `: ${String(value.name)}`;
    const base = `[${type}${made === null ? " (null prototype)" : ""}${name}]`;
    return base + (made !== type && made !== null ? ` ${made}` : "") + suffix;
  };

  const boxBase = (ctx, value, kind, keys, made, tag) => {
    const primitive = p[`${kind}PrototypeValueOf`](value);
    let base = `[${kind}`;
    if (kind !== made) base += made === null ? " (null prototype)" : ` (${made})`;
    base += `: ${formatPrimitive(ctx, primitive, plainStyle)}]`;
    if (tag !== "" && tag !== made) base += ` [${tag}]`;
    return keys.length !== 0 ? base : ctx.stylize(base, StringPrototypeToLowerCase(kind));
  };

  const flagGetters = [
    "d", p.RegExpPrototypeGetHasIndices, "g", p.RegExpPrototypeGetGlobal, "i", p.RegExpPrototypeGetIgnoreCase,
    "m", p.RegExpPrototypeGetMultiline, "s", p.RegExpPrototypeGetDotAll, "u", p.RegExpPrototypeGetUnicode,
    "v", p.RegExpPrototypeGetUnicodeSets, "y", p.RegExpPrototypeGetSticky,
  ];
  const regExpText = (value) => {
    let text = `/${p.RegExpPrototypeGetSource(value)}/`;
    for (let i = 0; i < flagGetters.length; i += 2) if (flagGetters[i + 1](value)) text += flagGetters[i];
    return text;
  };

  k.heads = { __proto__: null, formatError, functionBase, boxBase, regExpText };
})
