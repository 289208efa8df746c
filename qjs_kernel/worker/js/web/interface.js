(function (k) {
  "use strict";
  // What the classes of the web platform share: Node's errors for a wrong `this` or argument, enumerable members,
  // string tags, and the look under util.inspect.
  const p = k.primordials;
  const { ObjectDefineProperty, ReflectApply, StringPrototypeIncludes } = p;
  const customInspect = p.SymbolFor("nodejs.util.inspect.custom");

  const kindOfName = (name) => (StringPrototypeIncludes(name, ".") ? "property" : "argument");

  const invalidThis = (name) =>
    k.codeError(p.TypeError, "ERR_INVALID_THIS", `Value of "this" must be of type ${name}`);
  const illegalConstructor = () => k.codeError(p.TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
  const missingArgs = (first, second) => k.codeError(p.TypeError, "ERR_MISSING_ARGS", second === undefined
    ? `The "${first}" argument must be specified` : `The "${first}" and "${second}" arguments must be specified`);
  const invalidType = (name, expected, value) => {
    const error = k.invalidArgType(name, expected, value);
    const wrong = `The "${name}" argument must`;
    if (kindOfName(name) === "property" && p.StringPrototypeStartsWith(error.message, wrong))
      k.hidden(error, "message", `The "${name}" property must${p.StringPrototypeSlice(error.message, wrong.length)}`);
    return error;
  };
  const invalidValue = (Class, name, value, reason = "is invalid") => k.codeError(Class, "ERR_INVALID_ARG_VALUE",
    `The ${kindOfName(name)} '${name}' ${reason}. Received ${k.inspect(value, { __proto__: null, depth: 1 })}`);
  const invalidState = (message) => k.codeError(p.TypeError, "ERR_INVALID_STATE", `Invalid state: ${message}`);

  // A dictionary argument: undefined and null are the empty one.
  const dictionary = (value, name, functionsToo = false) => {
    if (value === undefined || value === null) return { __proto__: null };
    if (typeof value === "object" || (functionsToo && typeof value === "function")) return value;
    throw invalidType(name, "of type object", value);
  };

  // Members as Web IDL wants them: enumerable, the tag on the prototype.
  const publish = (Class, tag, keys) => {
    for (let i = 0; i < keys.length; i++)
      ObjectDefineProperty(Class.prototype, keys[i], { __proto__: null, enumerable: true });
    ObjectDefineProperty(Class.prototype, p.SymbolToStringTag, { __proto__: null, value: tag, configurable: true });
    return Class;
  };

  // `fields(this)` → the plain object shown after the class name. `bare`: only the name below the depth.
  const inspects = (Class, fields, bare = false) => {
    k.hidden(Class.prototype, customInspect, function inspectCustom(depth, options) {
      const { name } = this.constructor;
      if (depth < 0) {
        if (bare) return `${name}`;
        return typeof options.stylize === "function" ? options.stylize(`[${name}]`, "special") : `[${name}]`;
      }
      const inner = { __proto__: null };
      const keys = p.ObjectKeys(options);
      for (let i = 0; i < keys.length; i++) inner[keys[i]] = options[keys[i]];
      // An absent depth is util.inspect's own default; null (no limit) stays so.
      inner.depth = typeof options.depth === "number" ? options.depth - 1 : options.depth;
      return `${name} ${k.inspect(ReflectApply(fields, undefined, [this]), inner)}`;
    });
    return Class;
  };

  // An `onname` attribute: a function or an object, called as a listener at the place where it was first set.
  const handlerAttribute = (Class, type, slotOf) => {
    const key = `on${type}`;
    ObjectDefineProperty(Class.prototype, key, {
      __proto__: null, configurable: true, enumerable: true,
      get() {
        return slotOf(this)[key]?.handler ?? null;
      },
      set(value) {
        const slots = slotOf(this);
        const known = slots[key];
        const handler = typeof value === "function" || (typeof value === "object" && value !== null) ? value : null;
        if (known !== undefined) {
          known.handler = handler;
          if (handler === null) {
            k.load("web/events").remove(this, type, known.listener);
            slots[key] = undefined;
          }
          return;
        }
        if (handler === null) return;
        const slot = { __proto__: null, handler, listener: undefined };
        slot.listener = function (event) {
          return typeof slot.handler === "function" ? ReflectApply(slot.handler, this, [event]) : undefined;
        };
        slots[key] = slot;
        k.load("web/events").add(this, type, slot.listener);
      },
    });
  };

  return {
    __proto__: null, invalidThis, illegalConstructor, missingArgs, invalidType, invalidValue, invalidState, dictionary,
    publish, inspects, handlerAttribute, customInspect,
  };
})
