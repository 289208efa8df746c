(function (k) {
  "use strict";
  // util.parseArgs.
  const p = k.primordials;
  const {
    ArrayIsArray, ArrayPrototypePush, ArrayPrototypeSlice, ObjectEntries, ObjectHasOwn, StringPrototypeIncludes,
    StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeStartsWith,
  } = p;
  const { checkBoolean, checkObject, checkString, codeError, invalidArgValue, wrongType } =
    k.load("internal/util_checks");

  const own = (object, key) => (ObjectHasOwn(object, key) ? object[key] : undefined);
  const optionOf = (options, name, key) => (ObjectHasOwn(options, name) ? own(options[name], key) : undefined);
  const takesValue = (options, name) => optionOf(options, name, "type") === "string";

  // ---- the configuration ----

  const checkEach = (check) => (value, name) => {
    if (!ArrayIsArray(value)) throw wrongType(name, "an instance of Array", value);
    for (let i = 0; i < value.length; i++) check(value[i], `${name}[${i}]`);
  };
  const checkStrings = checkEach(checkString);
  const checkBooleans = checkEach(checkBoolean);

  const checkOption = (name, option) => {
    const path = `options.${name}`;
    checkObject(option, path);
    const type = own(option, "type");
    if (type !== "string" && type !== "boolean") throw wrongType(`${path}.type`, "('string|boolean')", type);
    if (ObjectHasOwn(option, "short")) {
      checkString(option.short, `${path}.short`);
      if (option.short.length !== 1)
        throw invalidArgValue(`${path}.short`, option.short, "must be a single character");
    }
    const multiple = own(option, "multiple");
    if (ObjectHasOwn(option, "multiple")) checkBoolean(multiple, `${path}.multiple`);
    const value = own(option, "default");
    if (value === undefined) return;
    const check = type === "string" ? (multiple ? checkStrings : checkString) : multiple ? checkBooleans : checkBoolean;
    check(value, `${path}.default`);
  };

  // ---- tokens ----

  const longNameOf = (short, entries) => {
    for (let i = 0; i < entries.length; i++) if (own(entries[i][1], "short") === short) return entries[i][0];
    return short;
  };

  const toTokens = (args, options) => {
    const entries = ObjectEntries(options);
    const tokens = [];
    let index = -1;
    let at = 0;
    const option = (name, rawName, value, inlineValue) => {
      ArrayPrototypePush(tokens, { kind: "option", name, rawName, index, value, inlineValue });
      if (inlineValue === false) ++index;
    };
    // An option that may take the argument behind it.
    const lone = (name, rawName) => {
      const next = args[at];
      if (!takesValue(options, name) || next === undefined || next === null) return option(name, rawName, undefined, undefined);
      at++;
      return option(name, rawName, next, false);
    };
    // -abc: each letter is an option; the first that takes a value takes the rest of the argument.
    const group = (arg) => {
      for (let i = 1; i < arg.length; i++) {
        const name = longNameOf(arg[i], entries);
        if (i === arg.length - 1) lone(name, `-${arg[i]}`);
        else if (takesValue(options, name)) {
          option(name, `-${arg[i]}`, StringPrototypeSlice(arg, i + 1), true);
          return;
        } else option(name, `-${arg[i]}`, undefined, undefined);
      }
    };
    while (at < args.length) {
      const arg = args[at++];
      index++;
      if (arg === "--") {
        ArrayPrototypePush(tokens, { kind: "option-terminator", index });
        for (; at < args.length; at++) ArrayPrototypePush(tokens, { kind: "positional", index: ++index, value: args[at] });
      } else if (StringPrototypeStartsWith(arg, "--")) {
        if (StringPrototypeIncludes(arg, "=", 3)) {
          const equals = StringPrototypeIndexOf(arg, "=");
          const name = StringPrototypeSlice(arg, 2, equals);
          option(name, `--${name}`, StringPrototypeSlice(arg, equals + 1), true);
        } else lone(StringPrototypeSlice(arg, 2), arg);
      } else if (arg.length > 1 && arg[0] === "-") group(arg);
      else ArrayPrototypePush(tokens, { kind: "positional", index, value: arg });
    }
    return tokens;
  };

  // ---- checks of usage ----

  const invalidValue = (message) => codeError(p.TypeError, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", message);
  const unknownOption = (name, allowPositionals) => {
    const hint = allowPositionals
      ? `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- ${p.JSONStringify(name)}`
      : "";
    return codeError(p.TypeError, "ERR_PARSE_ARGS_UNKNOWN_OPTION", `Unknown option '${name}'${hint}`);
  };
  const checkUsage = (token, options, allowPositionals, allowNegative) => {
    let { name } = token;
    if (!ObjectHasOwn(options, name)) {
      if (!allowNegative || !StringPrototypeStartsWith(name, "no-")) throw unknownOption(token.rawName, allowPositionals);
      name = StringPrototypeSlice(name, 3);
      if (optionOf(options, name, "type") !== "boolean") throw unknownOption(token.rawName, allowPositionals);
    }
    const short = optionOf(options, name, "short");
    const both = `${short ? `-${short}, ` : ""}--${name}`;
    const type = optionOf(options, name, "type");
    if (type === "string" && typeof token.value !== "string") throw invalidValue(`Option '${both} <value>' argument missing`);
    if (type === "boolean" && token.value !== undefined && token.value !== null)
      throw invalidValue(`Option '${both}' does not take an argument`);
    const { rawName, value, inlineValue } = token;
    if (inlineValue || value === undefined || value === null || value.length < 2 || value[0] !== "-") return;
    const example = StringPrototypeStartsWith(rawName, "--")
      ? `'${rawName}=-XYZ'`
      : `'--${token.name}=-XYZ' or '${rawName}-XYZ'`;
    throw invalidValue(`Option '${rawName}' argument is ambiguous.
Did you forget to specify the option argument for '${rawName}'?
To specify an option argument starting with a dash use ${example}.`);
  };

  const store = (token, options, values, allowNegative) => {
    let { name, value } = token;
    if (name === "__proto__") return;
    if (allowNegative && value === undefined && StringPrototypeStartsWith(name, "no-")) {
      name = token.name = StringPrototypeSlice(name, 3);
      value = false;
    }
    value ??= true;
    if (!optionOf(options, name, "multiple")) values[name] = value;
    else if (values[name]) ArrayPrototypePush(values[name], value);
    else values[name] = [value];
  };

  const programArgs = () => {
    const argv = k.process?.argv;
    return ArrayIsArray(argv) ? ArrayPrototypeSlice(argv, 2) : [];
  };

  return function parseArgs(config = { __proto__: null }) {
    const args = own(config, "args") ?? programArgs();
    const strict = own(config, "strict") ?? true;
    const allowPositionals = own(config, "allowPositionals") ?? !strict;
    const wantTokens = own(config, "tokens") ?? false;
    const allowNegative = own(config, "allowNegative") ?? false;
    const options = own(config, "options") ?? { __proto__: null };
    if (!ArrayIsArray(args)) throw wrongType("args", "an instance of Array", args);
    checkBoolean(strict, "strict");
    checkBoolean(allowPositionals, "allowPositionals");
    checkBoolean(wantTokens, "tokens");
    checkBoolean(allowNegative, "allowNegative");
    checkObject(options, "options");
    const entries = ObjectEntries(options);
    for (let i = 0; i < entries.length; i++) checkOption(entries[i][0], entries[i][1]);

    const tokens = toTokens(args, options);
    const result = { values: { __proto__: null }, positionals: [] };
    if (wantTokens) result.tokens = tokens;
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (token.kind === "option") {
        if (strict) checkUsage(token, options, allowPositionals, allowNegative);
        store(token, options, result.values, allowNegative);
      } else if (token.kind === "positional") {
        if (!allowPositionals)
          throw codeError(p.TypeError, "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL",
            `Unexpected argument '${token.value}'. This command does not take positional arguments`);
        ArrayPrototypePush(result.positionals, token.value);
      }
    }
    for (let i = 0; i < entries.length; i++) {
      const value = own(entries[i][1], "default");
      if (value !== undefined && entries[i][0] !== "__proto__" && result.values[entries[i][0]] === undefined)
        result.values[entries[i][0]] = value;
    }
    return result;
  };
})
