(function (k) {
  "use strict";
  // What every kind of stream shares: its errors, the next tick, and the questions one can ask of any stream,
  // ours, an old one or a foreign one that only looks alike.
  const p = k.primordials;
  const { SymbolAsyncIterator, SymbolFor, SymbolIterator } = p;

  // Read at every call: whoever replaces process.nextTick (fake clocks of tests) means streams, too.
  const tick = (run, ...args) => k.process.nextTick(run, ...args);
  const buffer = () => k.load("node/buffer").Buffer;

  const fault = (Class, code, message) => k.codeError(Class, code, message);
  const errors = {
    __proto__: null,
    notImplemented: (name) =>
      fault(p.Error, "ERR_METHOD_NOT_IMPLEMENTED", `The ${name} method is not implemented`),
    prematureClose: () => fault(p.Error, "ERR_STREAM_PREMATURE_CLOSE", "Premature close"),
    multipleCallback: () => fault(p.Error, "ERR_MULTIPLE_CALLBACK", "Callback called multiple times"),
    destroyed: (what) =>
      fault(p.Error, "ERR_STREAM_DESTROYED", `Cannot call ${what} after a stream was destroyed`),
    alreadyFinished: (what) =>
      fault(p.Error, "ERR_STREAM_ALREADY_FINISHED", `Cannot call ${what} after a stream was finished`),
    writeAfterEnd: () => fault(p.Error, "ERR_STREAM_WRITE_AFTER_END", "write after end"),
    pushAfterEof: () => fault(p.Error, "ERR_STREAM_PUSH_AFTER_EOF", "stream.push() after EOF"),
    unshiftAfterEnd: () =>
      fault(p.Error, "ERR_STREAM_UNSHIFT_AFTER_END_EVENT", "stream.unshift() after end event"),
    nullValues: () =>
      fault(p.TypeError, "ERR_STREAM_NULL_VALUES", "May not write null values to stream"),
    cannotPipe: () => fault(p.Error, "ERR_STREAM_CANNOT_PIPE", "Cannot pipe, not readable"),
    unknownEncoding: (name) => fault(p.TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${name}`),
    missingArgs: (name) =>
      fault(p.TypeError, "ERR_MISSING_ARGS", `The "${name}" argument must be specified`),
    badValue: (name, value, why) =>
      fault(p.TypeError, "ERR_INVALID_ARG_VALUE",
        `The ${p.StringPrototypeIncludes(name, ".") ? "property" : "argument"} '${name}' ${why}. Received ${k.inspect(value)}`),
    badReturn: (expected, name, value) =>
      fault(p.TypeError, "ERR_INVALID_RETURN_VALUE",
        `Expected ${expected} to be returned from the "${name}" function but got ${kindOf(value)}.`),
    outOfRange: (name, range, value) =>
      fault(p.RangeError, "ERR_OUT_OF_RANGE",
        `The value of "${name}" is out of range. It must be ${range}. Received ${k.inspect(value)}`),
    chunk: (chunk) =>
      k.invalidArgType("chunk", "of type string or an instance of Buffer, TypedArray, or DataView", chunk),
  };
  const kindOf = (value) => {
    if (value === undefined || value === null) return `${value}`;
    if (typeof value === "function") return `function ${value.name}`;
    if (typeof value === "object") {
      const name = value.constructor?.name;
      return name ? `an instance of ${name}` : k.inspect(value, { depth: -1 });
    }
    return `type ${typeof value} (${k.inspect(value)})`;
  };
  // Two failures at once become one, as in Node: the outer error says the first, `errors` holds both.
  const both = (inner, outer) => {
    if (!inner || !outer || inner === outer) return inner || outer;
    if (p.ArrayIsArray(outer.errors)) {
      p.ArrayPrototypePush(outer.errors, inner);
      return outer;
    }
    const error = new p.AggregateError([outer, inner], outer.message);
    error.code = outer.code;
    return error;
  };

  const check = {
    __proto__: null,
    fn: (value, name) => {
      if (typeof value !== "function") throw k.invalidArgType(name, "of type function", value);
    },
    object: (value, name) => {
      if (value === null || typeof value !== "object" || p.ArrayIsArray(value))
        throw k.invalidArgType(name, "of type object", value);
    },
    boolean: (value, name) => {
      if (typeof value !== "boolean") throw k.invalidArgType(name, "of type boolean", value);
    },
    integer: (value, name, low = p.NumberMIN_SAFE_INTEGER, high = p.NumberMAX_SAFE_INTEGER) => {
      if (typeof value !== "number") throw k.invalidArgType(name, "of type number", value);
      if (!p.NumberIsInteger(value)) throw errors.outOfRange(name, "an integer", value);
      if (value < low || value > high) throw errors.outOfRange(name, `>= ${low} && <= ${high}`, value);
    },
  };

  // How much is buffered before a writer is asked to wait.
  let bytesMark = 16 * 1024;
  let objectsMark = 16;
  const getDefaultHighWaterMark = (objectMode) => (objectMode ? objectsMark : bytesMark);
  const setDefaultHighWaterMark = (objectMode, value) => {
    check.integer(value, "value", 0);
    if (objectMode) objectsMark = value;
    else bytesMark = value;
  };
  const highWaterMark = (options, objectMode, duplexKey, isDuplex) => {
    const given = options?.highWaterMark ?? (isDuplex ? options?.[duplexKey] : null);
    if (given === undefined || given === null) return getDefaultHighWaterMark(objectMode);
    if (!p.NumberIsInteger(given) || given < 0)
      throw errors.badValue(isDuplex ? `options.${duplexKey}` : "options.highWaterMark", given, "is invalid");
    return p.MathFloor(given);
  };

  const destroyedKey = SymbolFor("nodejs.stream.destroyed");
  const erroredKey = SymbolFor("nodejs.stream.errored");
  const readableKey = SymbolFor("nodejs.stream.readable");
  const writableKey = SymbolFor("nodejs.stream.writable");
  const disturbedKey = SymbolFor("nodejs.stream.disturbed");

  const isFn = (value) => typeof value === "function";
  const isReadableNode = (s, strict = false) =>
    !!(s && isFn(s.pipe) && isFn(s.on) && (!strict || (isFn(s.pause) && isFn(s.resume))) &&
      (!s._writableState || (s._readableState && s._readableState.readable !== false)));
  const isWritableNode = (s) =>
    !!(s && isFn(s.write) && isFn(s.on) && (!s._readableState || s._writableState?.writable !== false));
  const isDuplexNode = (s) => !!(s && isFn(s.pipe) && s._readableState && isFn(s.on) && isFn(s.write));
  const isNode = (s) =>
    !!(s && (s._readableState || s._writableState || (isFn(s.on) && (isFn(s.write) || isFn(s.pipe)))));
  const isReadableWeb = (s) => !!(s && !isNode(s) && isFn(s.pipeThrough) && isFn(s.getReader) && isFn(s.cancel));
  const isWritableWeb = (s) => !!(s && !isNode(s) && isFn(s.getWriter) && isFn(s.abort));
  const isTransformWeb = (s) =>
    !!(s && !isNode(s) && typeof s.readable === "object" && typeof s.writable === "object");
  const isWeb = (s) => isReadableWeb(s) || isWritableWeb(s) || isTransformWeb(s);
  const isIterable = (value, kind) => {
    if (value === undefined || value === null) return false;
    if (kind === "async") return isFn(value[SymbolAsyncIterator]);
    if (kind === "sync") return isFn(value[SymbolIterator]);
    return isFn(value[SymbolAsyncIterator]) || isFn(value[SymbolIterator]);
  };

  const isDestroyed = (s) =>
    !isNode(s) ? null : !!(s.destroyed || s[destroyedKey] || (s._writableState || s._readableState)?.destroyed);
  const isWritableEnded = (s) => {
    if (!isWritableNode(s)) return null;
    if (s.writableEnded === true) return true;
    const state = s._writableState;
    if (state?.errored) return false;
    return typeof state?.ended === "boolean" ? state.ended : null;
  };
  const isWritableFinished = (s, strict) => {
    if (!isWritableNode(s)) return null;
    if (s.writableFinished === true) return true;
    const state = s._writableState;
    if (state?.errored) return false;
    if (typeof state?.finished !== "boolean") return null;
    return state.finished || (strict === false && state.ended === true && state.length === 0);
  };
  const isReadableFinished = (s, strict) => {
    if (!isReadableNode(s)) return null;
    const state = s._readableState;
    if (state?.errored) return false;
    if (typeof state?.endEmitted !== "boolean") return null;
    return state.endEmitted || (strict === false && state.ended === true && state.length === 0);
  };
  const isReadable = (s) => {
    if (s && s[readableKey] !== undefined && s[readableKey] !== null) return s[readableKey];
    if (typeof s?.readable !== "boolean") return null;
    return isDestroyed(s) ? false : isReadableNode(s) && s.readable && !isReadableFinished(s);
  };
  const isWritable = (s) => {
    if (s && s[writableKey] !== undefined && s[writableKey] !== null) return s[writableKey];
    if (typeof s?.writable !== "boolean") return null;
    return isDestroyed(s) ? false : isWritableNode(s) && s.writable && !isWritableEnded(s);
  };
  const isFinished = (s, sides) => {
    if (!isNode(s)) return null;
    if (isDestroyed(s)) return true;
    if (sides?.readable !== false && isReadable(s)) return false;
    return !(sides?.writable !== false && isWritable(s));
  };
  const failureOf = (s) => {
    if (!isNode(s)) return null;
    return s.writableErrored || s._writableState?.errored || s.readableErrored || s._readableState?.errored || null;
  };
  const isClosed = (s) => {
    if (!isNode(s)) return null;
    if (typeof s.closed === "boolean") return s.closed;
    const w = s._writableState, r = s._readableState;
    return typeof w?.closed === "boolean" || typeof r?.closed === "boolean" ? w?.closed || r?.closed : null;
  };
  const willEmitClose = (s) => {
    const state = s._writableState || s._readableState;
    return !!(state && state.autoDestroy && state.emitClose && state.closed === false);
  };
  const isDisturbed = (s) => !!(s && (s[disturbedKey] ?? (s.readableDidRead || s.readableAborted)));
  const isErrored = (s) =>
    !!(s && (s[erroredKey] ?? s.readableErrored ?? s.writableErrored ?? s._readableState?.errorEmitted ??
      s._writableState?.errorEmitted ?? s._readableState?.errored ?? s._writableState?.errored));

  // Fields that programs like to put on Object.prototype: found here first, no setter there is run by an assignment.
  const shelter = (prototype) => {
    k.hidden(prototype, "length", undefined);
    k.hidden(prototype, "encoding", undefined);
  };

  return {
    __proto__: null, shelter, tick, buffer, errors, both, check, getDefaultHighWaterMark, setDefaultHighWaterMark, highWaterMark,
    destroyedKey, isReadableNode, isWritableNode, isDuplexNode, isNode, isReadableWeb, isWritableWeb,
    isTransformWeb, isWeb, isIterable, isDestroyed, isWritableEnded, isWritableFinished, isReadableFinished, isReadable,
    isWritable, isFinished, failureOf, isClosed, willEmitClose, isDisturbed, isErrored,
  };
})
