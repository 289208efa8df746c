(function (k) {
  "use strict";
  // structuredClone, and `clone(value, transferList)` for messages. The walk keeps its own stack, so the depth of what
  // a program made costs heap and never the engine's stack.
  const p = k.primordials;
  const {
    ArrayIsArray, ArrayPrototypePop, ArrayPrototypePush, ErrorIsError, MapPrototypeGet, MapPrototypeHas,
    MapPrototypeSet, ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectHasOwn, ObjectKeys,
    ObjectPrototypePropertyIsEnumerable, ObjectSetPrototypeOf, StringPrototypeSlice,
    TypedArrayPrototypeGetSymbolToStringTag,
  } = p;
  const objectPrototype = p.primordialPrototypes.Object;
  const { DOMException } = k.load("web/domexception");
  const { list } = k.text;
  const { kindOf, isArguments, inChain } = k.kinds;

  // Classes of the platform that can be cloned or transferred, put here by the files that define them:
  // { is(value), clone?(value) → copy, transfer?(value) → { target, commit() } }
  const platform = (k.cloneable ??= list());

  const dataError = (message) => new DOMException(message, "DataCloneError");

  // ---- what cannot be cloned, in V8's words ----

  const functionText = (value) => {
    const text = p.FunctionPrototypeToString(value);
    if (text.length <= 128) return text;
    return `${StringPrototypeSlice(text, 0, 111)}...<omitted>...${StringPrototypeSlice(text, -2)}`;
  };
  const describe = (value) => {
    if (typeof value === "symbol") return p.SymbolPrototypeToString(value);
    if (typeof value === "function") return functionText(value);
    try {
      if (value.toString === p.primordialPrototypes.Object.toString) {
        const { constructor } = value;
        if (typeof constructor === "function" && typeof constructor.name === "string" && constructor.name !== "")
          return `#<${constructor.name}>`;
      }
      const tag = value[p.SymbolToStringTag];
      return `[object ${typeof tag === "string" ? tag : "Object"}]`;
    } catch {
      return "#<Object>";
    }
  };
  const refuse = (value) => {
    throw dataError(`${describe(value)} could not be cloned.`);
  };

  // Generators and the built-in iterators have a position that only they know.
  const generators = [p.GeneratorFunction.prototype.prototype, p.AsyncGeneratorFunction.prototype.prototype,
    ObjectGetPrototypeOf(p.ArrayPrototypeValues([])), ObjectGetPrototypeOf(p.StringPrototypeSymbolIterator(""))];
  const probe = {};
  const isUnclonable = (value) => {
    for (let i = 0; i < generators.length; i++) if (inChain(value, generators[i])) return true;
    if (isArguments(value)) return true;
    try {
      p.FinalizationRegistryPrototypeUnregister(value, probe);
      return true;
    } catch {
      return false;
    }
  };

  // ---- parts ----

  const isDetached = p.ArrayBufferPrototypeGetDetached ?? (() => false);
  const copyBuffer = (buffer) => {
    if (isDetached(buffer)) throw dataError("An ArrayBuffer is detached and could not be cloned.");
    if (p.ArrayBufferPrototypeGetResizable?.(buffer)) {
      const length = p.ArrayBufferPrototypeGetByteLength(buffer);
      const copy = new p.ArrayBuffer(length,
        { __proto__: null, maxByteLength: p.ArrayBufferPrototypeGetMaxByteLength(buffer) });
      p.TypedArrayPrototypeSet(new p.Uint8Array(copy), new p.Uint8Array(buffer, 0, length));
      return copy;
    }
    const length = p.ArrayBufferPrototypeGetByteLength(buffer);
    const copy = new p.ArrayBuffer(length); // not slice: it asks the buffer for a constructor
    p.TypedArrayPrototypeSet(new p.Uint8Array(copy), new p.Uint8Array(buffer, 0, length));
    return copy;
  };

  const errorClasses = { __proto__: null, EvalError: p.EvalError, RangeError: p.RangeError,
    ReferenceError: p.ReferenceError, SyntaxError: p.SyntaxError, TypeError: p.TypeError, URIError: p.URIError };
  const cloneError = (error) => {
    const Class = errorClasses[`${error.name}`] ?? p.Error;
    const message = ObjectGetOwnPropertyDescriptor(error, "message");
    const made = message !== undefined && ObjectHasOwn(message, "value") ? new Class(`${message.value}`) : new Class();
    const stack = ObjectGetOwnPropertyDescriptor(error, "stack");
    if (stack === undefined || ObjectHasOwn(stack, "value"))
      k.hidden(made, "stack", typeof stack?.value === "string" ? stack.value : undefined);
    else if (typeof error.stack === "string") k.hidden(made, "stack", error.stack);
    return made;
  };
  const cloneDOMException = (value) => {
    const made = new DOMException(`${value.message}`, `${value.name}`);
    if (typeof value.stack === "string") k.hidden(made, "stack", value.stack);
    return made;
  };
  const isDOMException = (value) => {
    try {
      p.DOMExceptionPrototypeGetCode(value);
      return true;
    } catch {
      return false;
    }
  };

  const regExpFlags = [["HasIndices", "d"], ["Global", "g"], ["IgnoreCase", "i"], ["Multiline", "m"], ["DotAll", "s"],
    ["Unicode", "u"], ["UnicodeSets", "v"], ["Sticky", "y"]];
  const cloneRegExp = (value) => {
    let flags = "";
    for (let i = 0; i < regExpFlags.length; i++)
      if (p[`RegExpPrototypeGet${regExpFlags[i][0]}`]?.(value)) flags += regExpFlags[i][1];
    return new p.RegExp(p.RegExpPrototypeGetSource(value), flags);
  };

  // ---- the walk ----

  // A frame: { kind, source, target, items, index, key }. `items` are the keys still to visit, or the members.
  const frame = (kind, source, target, items) =>
    ({ __proto__: null, kind, source, target, items, index: 0, key: undefined });

  const walk = (root, memory) => {
    const frames = list();
    const push = (it) => ArrayPrototypePush(frames, it);

    const bufferOf = (buffer) => {
      let copy = MapPrototypeGet(memory, buffer);
      if (copy !== undefined) return copy;
      try {
        p.SharedArrayBufferPrototypeGetByteLength(buffer);
        copy = buffer; // shared memory stays shared
      } catch {
        copy = copyBuffer(buffer);
      }
      MapPrototypeSet(memory, buffer, copy);
      return copy;
    };
    const membersOf = (iterator, next, pairs) => {
      const items = list();
      for (let step; !(step = next(iterator)).done; ) {
        if (pairs) {
          ArrayPrototypePush(items, step.value[0]);
          ArrayPrototypePush(items, step.value[1]);
        } else ArrayPrototypePush(items, step.value);
      }
      return items;
    };

    // Filled without a prototype, which it gets at the end: no setter on a prototype is run by assigning to it.
    const plain = (value) => {
      const target = { __proto__: null };
      push(frame("object", value, target, ObjectKeys(value)));
      return target;
    };
    const make = (value) => {
      if (ArrayIsArray(value)) {
        const target = list();
        target.length = value.length;
        push(frame("array", value, target, ObjectKeys(value)));
        return target;
      }
      // Most objects are plain, and need not be asked what else they might be.
      if (ObjectGetPrototypeOf(value) === objectPrototype && !ErrorIsError(value) && !isArguments(value) &&
        TypedArrayPrototypeGetSymbolToStringTag(value) === undefined) return plain(value);
      for (let i = 0; i < platform.length; i++) {
        const entry = platform[i];
        if (!entry.is(value)) continue;
        if (entry.clone !== undefined) return entry.clone(value);
        throw k.codeError(p.TypeError, "ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST",
          "Object that needs transfer was found in message but not listed in transferList");
      }
      if (k.isProxy?.(value)) return refuse(value);
      const kind = kindOf(value);
      switch (kind) {
        case "Object": return isUnclonable(value) ? refuse(value) : plain(value);
        case "Date": return new p.Date(p.DatePrototypeGetTime(value));
        case "RegExp": return cloneRegExp(value);
        case "Map": {
          const target = new p.Map();
          push(frame("map", value, target, membersOf(p.MapPrototypeEntries(value), p.MapIteratorPrototypeNext, true)));
          return target;
        }
        case "Set": {
          const target = new p.Set();
          push(frame("set", value, target, membersOf(p.SetPrototypeValues(value), p.SetIteratorPrototypeNext, false)));
          return target;
        }
        case "Error": {
          if (isDOMException(value)) return cloneDOMException(value);
          if (!ErrorIsError(value)) return plain(value); // it only inherits from an error's prototype
          const target = cloneError(value);
          const cause = ObjectGetOwnPropertyDescriptor(value, "cause");
          if (cause !== undefined && ObjectHasOwn(cause, "value"))
            push(frame("cause", value, target, [cause.value]));
          return target;
        }
        case "ArrayBuffer": case "SharedArrayBuffer": return bufferOf(value);
        case "TypedArray": {
          const name = p.TypedArrayPrototypeGetSymbolToStringTag(value);
          const buffer = bufferOf(p.TypedArrayPrototypeGetBuffer(value));
          return new p[name](buffer, p.TypedArrayPrototypeGetByteOffset(value), p.TypedArrayPrototypeGetLength(value));
        }
        case "DataView": {
          const buffer = bufferOf(p.DataViewPrototypeGetBuffer(value));
          return new p.DataView(buffer, p.DataViewPrototypeGetByteOffset(value),
            p.DataViewPrototypeGetByteLength(value));
        }
        case "Number": return new p.Number(p.NumberPrototypeValueOf(value));
        case "String": return new p.String(p.StringPrototypeValueOf(value));
        case "Boolean": return new p.Boolean(p.BooleanPrototypeValueOf(value));
        case "BigInt": return p.Object(p.BigIntPrototypeValueOf(value));
        default: return refuse(value); // functions, symbols, promises, weak collections, namespaces, iterators
      }
    };
    const convert = (value) => {
      if (typeof value === "symbol" || typeof value === "function") return refuse(value);
      if (typeof value !== "object" || value === null) return value;
      let target = MapPrototypeGet(memory, value);
      if (target === undefined) {
        target = make(value);
        MapPrototypeSet(memory, value, target);
      }
      return target;
    };

    // Visits keys until one of them holds something that has to be filled first.
    const visit = (top) => {
      const { source, target, items } = top;
      const depth = frames.length;
      while (top.index < items.length && frames.length === depth) {
        const key = items[top.index++];
        // A getter may have deleted it meanwhile.
        if (ObjectPrototypePropertyIsEnumerable(source, key)) target[key] = convert(source[key]);
      }
    };
    const finish = { __proto__: null, object: objectPrototype, array: p.primordialPrototypes.Array };

    const result = convert(root);
    while (frames.length > 0) {
      const top = frames[frames.length - 1];
      const { items, target, kind } = top;
      if (top.index === items.length) {
        if (finish[kind] !== undefined) ObjectSetPrototypeOf(target, finish[kind]);
        ArrayPrototypePop(frames);
        continue;
      }
      if (kind === "object" || kind === "array") {
        visit(top);
        continue;
      }
      const item = items[top.index++];
      if (kind === "set") p.SetPrototypeAdd(target, convert(item));
      else if (kind === "cause") k.hidden(target, "cause", convert(item));
      else if (top.index % 2 === 1) top.key = convert(item);
      else MapPrototypeSet(target, top.key, convert(item));
    }
    return result;
  };

  // ---- transfers ----

  const isArrayBuffer = (value) => {
    try {
      p.ArrayBufferPrototypeGetByteLength(value);
      return true;
    } catch {
      return false;
    }
  };

  // `moved` collects the ports that take the place of those transferred.
  const clone = (value, transferList, moved) => {
    const memory = new p.Map();
    if (transferList === undefined || transferList.length === 0) return walk(value, memory);
    const buffers = new p.Set();
    const commits = list();
    for (let i = 0; i < transferList.length; i++) {
      const item = transferList[i];
      if (isArrayBuffer(item)) {
        if (p.SetPrototypeHas(buffers, item)) throw dataError("Transfer list contains duplicate ArrayBuffer");
        p.SetPrototypeAdd(buffers, item);
        continue;
      }
      let entry;
      for (let j = 0; j < platform.length; j++)
        if (platform[j].transfer !== undefined && platform[j].is(item)) entry = platform[j];
      if (entry === undefined)
        throw k.codeError(p.TypeError, "ERR_INVALID_TRANSFER_OBJECT", "Found invalid object in transferList");
      if (MapPrototypeHas(memory, item)) throw dataError("Transfer list contains duplicate MessagePort");
      const { target, commit } = entry.transfer(item);
      MapPrototypeSet(memory, item, target);
      if (moved !== undefined) ArrayPrototypePush(moved, target);
      ArrayPrototypePush(commits, commit);
    }
    const result = walk(value, memory);
    // Only now that nothing can fail any more: the clone has a copy of each, the original loses its own.
    const iterator = p.SetPrototypeValues(buffers);
    for (let step; !(step = p.SetIteratorPrototypeNext(iterator)).done; )
      if (!isDetached(step.value)) p.ArrayBufferPrototypeTransfer(step.value);
    for (let i = 0; i < commits.length; i++) commits[i]();
    return result;
  };

  const transferListOf = (options, badOptions, badList) => {
    if (options === undefined || options === null) return undefined;
    if (typeof options !== "object" && typeof options !== "function")
      throw k.codeError(p.TypeError, "ERR_INVALID_ARG_TYPE", badOptions);
    const transfer = options[p.SymbolIterator] === undefined ? options.transfer : options;
    if (transfer === undefined || transfer === null) return undefined;
    if (typeof transfer !== "object" || typeof transfer[p.SymbolIterator] !== "function")
      throw k.codeError(p.TypeError, "ERR_INVALID_ARG_TYPE", badList);
    return [...transfer];
  };

  function structuredClone(...args) {
    if (args.length === 0)
      throw k.codeError(p.TypeError, "ERR_MISSING_ARGS", "The value argument must be specified");
    return clone(args[0], transferListOf(args[1], "The options argument must be either an object or undefined",
      "Optional transferList argument must be an iterable"));
  }

  return { structuredClone, clone, transferListOf };
})
