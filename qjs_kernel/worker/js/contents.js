(function (k) {
  "use strict";
  // `k.contents(formatValue)`: what stands between the braces of a value, each entry a text: elements, entries of
  // maps and sets, bytes, properties. `formatValue` writes the values in them.
  const p = k.primordials;
  const {
    ArrayPrototypePush, MapIteratorPrototypeNext, MapPrototypeEntries, MapPrototypeGetSize, MathMax, MathMin,
    NumberPrototypeToString, ObjectGetOwnPropertyDescriptor, ObjectHasOwn, ObjectKeys, ReflectApply,
    RegExpPrototypeExec, SetIteratorPrototypeNext, SetPrototypeGetSize, SetPrototypeValues,
    StringPrototypeLastIndexOf, StringPrototypeSlice, SymbolPrototypeToString, TypedArrayPrototypeGetLength,
    Uint8Array,
  } = p;

  const OBJECT = 0; // how an entry is written: `name: value`
  const ELEMENT = 1; // `value`
  const EXTRA = 2; // `name: value`, in an array

  const { bare, list, plural, spaces, quote, escapeName, stringWidth, formatPrimitive } = k.text;
  const { messageOf } = k.stacks;

  const moreItems = (count) => `... ${count} more item${plural(count)}`;
  const indexName = /^(?:0|[1-9][0-9]*)$/;
  const isIndex = (key) => RegExpPrototypeExec(indexName, key) !== null && +key < 2 ** 32 - 1;

  const contents = (formatValue) => {
    const outOfRoom = (ctx, output) => {
      if (ctx.room > 0) return false;
      ArrayPrototypePush(output, "...");
      return true;
    };

    const formatHoles = (ctx, value, level, longest, output, start) => {
      const keys = ObjectKeys(value);
      let index = start;
      for (let i = start; i < keys.length && output.length < longest; i++) {
        if (outOfRoom(ctx, output)) return output;
        const key = keys[i];
        if (!isIndex(key)) break;
        if (`${index}` !== key) {
          const count = +key - index;
          ArrayPrototypePush(output, ctx.stylize(`<${count} empty item${plural(count)}>`, "undefined"));
          index = +key;
          if (output.length === longest) break;
        }
        ArrayPrototypePush(output, formatProperty(ctx, value, level, key, ELEMENT));
        index++;
      }
      const remaining = value.length - index;
      if (remaining > 0) {
        const empty = output.length !== longest;
        const text = `<${remaining} empty item${plural(remaining)}>`;
        ArrayPrototypePush(output, empty ? ctx.stylize(text, "undefined") : moreItems(remaining));
      }
      return output;
    };

    const formatElements = (ctx, value, level) => {
      const { length } = value;
      const shown = MathMin(MathMax(0, ctx.maxArrayLength), length);
      const output = list();
      for (let i = 0; i < shown; i++) {
        if (outOfRoom(ctx, output)) return output;
        const desc = ObjectGetOwnPropertyDescriptor(value, i);
        if (desc === undefined) return formatHoles(ctx, value, level, shown, output, i);
        ArrayPrototypePush(output, formatProperty(ctx, value, level, i, ELEMENT, desc));
      }
      if (length > shown) ArrayPrototypePush(output, moreItems(length - shown));
      return output;
    };

    const formatTypedElements = (ctx, value, level) => {
      const length = TypedArrayPrototypeGetLength(value);
      const shown = MathMin(MathMax(0, ctx.maxArrayLength), length);
      const output = list();
      for (let i = 0; i < shown && !outOfRoom(ctx, output); i++)
        ArrayPrototypePush(output, formatPrimitive(ctx, value[i], ctx.stylize));
      if (length > shown) ArrayPrototypePush(output, moreItems(length - shown));
      if (ctx.showHidden) {
        ctx.indentation += 2;
        const buffer = p.TypedArrayPrototypeGetBuffer(value);
        const byteLength = p.TypedArrayPrototypeGetByteLength(value);
        const facts = [
          "BYTES_PER_ELEMENT", length > 0 ? byteLength / length : value.BYTES_PER_ELEMENT, "length", length,
          "byteLength", byteLength, "byteOffset", p.TypedArrayPrototypeGetByteOffset(value), "buffer", buffer,
        ];
        for (let i = 0; i < facts.length; i += 2)
          ArrayPrototypePush(output, `[${facts[i]}]: ${formatValue(ctx, facts[i + 1], level, true)}`);
        ctx.indentation -= 2;
      }
      return output;
    };

    const formatEntries = (ctx, value, level, isMap) => {
      const size = isMap ? MapPrototypeGetSize(value) : SetPrototypeGetSize(value);
      const iterator = isMap ? MapPrototypeEntries(value) : SetPrototypeValues(value);
      const next = isMap ? MapIteratorPrototypeNext : SetIteratorPrototypeNext;
      const shown = MathMin(MathMax(0, ctx.maxArrayLength), size);
      const output = list();
      ctx.indentation += 2;
      for (let i = 0; i < shown && !outOfRoom(ctx, output); i++) {
        const step = next(iterator);
        if (step.done) break;
        const entry = step.value;
        ArrayPrototypePush(
          output,
          isMap
            ? `${formatValue(ctx, entry[0], level)} => ${formatValue(ctx, entry[1], level)}`
            : formatValue(ctx, entry, level),
        );
      }
      if (size > shown) ArrayPrototypePush(output, moreItems(size - shown));
      ctx.indentation -= 2;
      return output;
    };

    const formatBuffer = (ctx, value) => {
      let bytes;
      try {
        bytes = new Uint8Array(value);
      } catch {
        return bare([ctx.stylize("(detached)", "special")]);
      }
      const length = TypedArrayPrototypeGetLength(bytes);
      const shown = MathMin(MathMax(0, ctx.maxArrayLength), length);
      let text = "";
      for (let i = 0; i < shown; i++) {
        const hex = NumberPrototypeToString(bytes[i], 16);
        text += (i > 0 ? " " : "") + (hex.length === 1 ? "0" : "") + hex;
      }
      if (length > shown) text += ` ... ${length - shown} more byte${plural(length - shown)}`;
      ctx.room -= text.length;
      return bare([`${ctx.stylize("[Uint8Contents]", "special")}: <${text}>`]);
    };

    const formatPromise = (ctx, value, level) => {
      const state = typeof k.promiseState === "function" ? k.promiseState(value) : undefined;
      if (state === undefined || state === null || state[0] === 0) return bare([ctx.stylize("<pending>", "special")]);
      ctx.indentation += 2;
      const text = formatValue(ctx, state[1], level);
      ctx.indentation -= 2;
      return bare([state[0] === 2 ? `${ctx.stylize("<rejected>", "special")} ${text}` : text]);
    };

    const formatNamespace = (ctx, value, level, keys) => {
      const output = list();
      for (let i = 0; i < keys.length; i++) {
        let text;
        try {
          text = formatProperty(ctx, value, level, keys[i], OBJECT);
        } catch (error) {
          if (ctx.escaped) throw error;
          const name = { __proto__: null, [keys[i]]: 0 };
          text = formatProperty(ctx, name, level, keys[i], OBJECT);
          const space = StringPrototypeLastIndexOf(text, " ");
          text = StringPrototypeSlice(text, 0, space + 1) + ctx.stylize("<uninitialized>", "special");
        }
        ArrayPrototypePush(output, text);
      }
      return output;
    };

    const formatGetter = (ctx, desc, level, original) => {
      const style = ctx.stylize;
      const label = desc.set !== undefined ? "Getter/Setter" : "Getter";
      const { getters } = ctx;
      const wanted = getters === true || getters === (desc.set === undefined ? "get" : "set");
      if (!wanted) return style(`[${label}]`, "special");
      let value;
      try {
        value = ReflectApply(desc.get, original, []);
      } catch (error) {
        return `${style(`[${label}:`, "special")} <Inspection threw (${messageOf(error)})>${style("]", "special")}`;
      }
      ctx.indentation += 2;
      const isObject = typeof value === "object" && value !== null;
      const text = formatValue(ctx, value, level);
      ctx.indentation -= 2;
      return isObject
        ? `${style(`[${label}]`, "special")} ${text}`
        : `${style(`[${label}:`, "special")} ${text}${style("]", "special")}`;
    };

    const plainName = /^[a-zA-Z_][a-zA-Z_0-9]*$/;
    const formatProperty = (ctx, value, level, key, type, given, original = value) => {
      const desc = given ??
        ObjectGetOwnPropertyDescriptor(value, key) ?? { __proto__: null, value: value[key], enumerable: true };
      let text;
      let gap = " ";
      if (ObjectHasOwn(desc, "value")) {
        const width = ctx.compact !== true || type !== OBJECT ? 2 : 3;
        ctx.indentation += width;
        text = formatValue(ctx, desc.value, level);
        if (width === 3 && ctx.breakLength < stringWidth(text)) gap = `\n${spaces(ctx.indentation)}`;
        ctx.indentation -= width;
      } else if (desc.get !== undefined) text = formatGetter(ctx, desc, level, original);
      else if (desc.set !== undefined) text = ctx.stylize("[Setter]", "special");
      else text = ctx.stylize("undefined", "undefined");
      if (type === ELEMENT) return text;
      let name;
      if (typeof key === "symbol") name = `[${ctx.stylize(escapeName(SymbolPrototypeToString(key)), "symbol")}]`;
      else if (key === "__proto__") name = "['__proto__']";
      else if (desc.enumerable === false) name = `[${escapeName(key)}]`;
      else if (RegExpPrototypeExec(plainName, key) !== null) name = ctx.stylize(key, "name");
      else name = ctx.stylize(quote(key), "string");
      ctx.room -= name.length + 4;
      return `${name}:${gap}${text}`;
    };

    const unknownItems = (ctx) => bare([ctx.stylize("<items unknown>", "special")]);

    return {
      __proto__: null, outOfRoom, formatElements, formatTypedElements, formatEntries, formatBuffer, formatPromise,
      formatNamespace, formatProperty, unknownItems,
    };
  };

  k.contents = contents;
  k.entries = { __proto__: null, OBJECT, ELEMENT, EXTRA, isIndex };
})
