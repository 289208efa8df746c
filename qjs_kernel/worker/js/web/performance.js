(function (k) {
  "use strict";
  // performance and its classes: marks, measures, observers. The time is the guest's own clock, which a restored
  // checkpoint does not turn back.
  const p = k.primordials;
  const {
    ArrayPrototypePush, ArrayPrototypeSplice, MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, SetPrototypeAdd,
    SetPrototypeDelete, SetPrototypeHas,
  } = p;
  const { EventTarget } = k.load("web/events");
  const { DOMException } = k.load("web/domexception");
  const {
    illegalConstructor, invalidThis, invalidType, invalidValue, missingArgs, publish, inspects, customInspect,
  } = k.load("web/interface");
  const { setImmediate } = k.timers;
  const { list } = k.text;
  const secret = {};

  // ---- entries ----

  let stateOf;
  class PerformanceEntry {
    #state;
    constructor(key, state) {
      if (key !== secret) throw illegalConstructor();
      this.#state = state;
    }
    static {
      stateOf = (value, name = "PerformanceEntry") => {
        if (typeof value !== "object" || value === null || !(#state in value)) throw invalidThis(name);
        return value.#state;
      };
    }
    get name() {
      return stateOf(this).name;
    }
    get entryType() {
      return stateOf(this).entryType;
    }
    get startTime() {
      return stateOf(this).startTime;
    }
    get duration() {
      return stateOf(this).duration;
    }
    toJSON() {
      return shown(stateOf(this));
    }
  }
  publish(PerformanceEntry, "PerformanceEntry", ["name", "entryType", "startTime", "duration", "toJSON"]);
  const shown = ({ name, entryType, startTime, duration, detail }) =>
    (detail === undefined ? { name, entryType, startTime, duration }
      : { name, entryType, startTime, duration, detail });
  inspects(PerformanceEntry, (entry) => shown(stateOf(entry)), true);

  const detailOf = (options) => {
    const detail = options?.detail;
    return detail === undefined || detail === null ? null : k.load("web/clone").clone(detail);
  };
  const invalidTimestamp = (value) =>
    k.codeError(p.TypeError, "ERR_PERFORMANCE_INVALID_TIMESTAMP", `${value} is not a valid timestamp`);
  const milestones = {
    __proto__: null, nodeStart: 0, v8Start: 0, environment: 0, loopStart: 0, loopExit: 0, bootstrapComplete: 0,
  };

  class PerformanceMark extends PerformanceEntry {
    constructor(name, options = undefined) {
      if (arguments.length === 0) throw missingArgs("name");
      name = `${name}`;
      if (milestones[name] !== undefined) throw invalidValue(p.TypeError, "name", name);
      if (options !== undefined && options !== null && typeof options !== "object")
        throw invalidType("options", "of type object", options);
      const startTime = options?.startTime ?? k.now();
      if (typeof startTime !== "number") throw invalidType("startTime", "of type number", startTime);
      if (startTime < 0) throw invalidTimestamp(startTime);
      super(secret, { __proto__: null, name, entryType: "mark", startTime, duration: 0, detail: detailOf(options) });
      MapPrototypeSet(markTimes, name, startTime);
    }
    get detail() {
      return stateOf(this, "PerformanceMark").detail;
    }
  }
  publish(PerformanceMark, "PerformanceMark", ["detail"]);
  class PerformanceMeasure extends PerformanceEntry {
    get detail() {
      return stateOf(this, "PerformanceMeasure").detail;
    }
  }
  publish(PerformanceMeasure, "PerformanceMeasure", ["detail"]);
  class PerformanceResourceTiming extends PerformanceEntry {}
  publish(PerformanceResourceTiming, "PerformanceResourceTiming", []);
  class PerformanceNodeTiming extends PerformanceEntry {
    get duration() {
      return k.now();
    }
  }
  publish(PerformanceNodeTiming, "PerformanceNodeTiming", ["duration"]);
  const nodeTiming = new PerformanceNodeTiming(secret,
    { __proto__: null, name: "node", entryType: "node", startTime: 0, duration: 0, detail: undefined });
  const nodeFields = () => ({
    name: "node", entryType: "node", startTime: 0, duration: k.now(), nodeStart: 0, v8Start: 0, bootstrapComplete: 0,
    environment: 0, loopStart: 0, loopExit: -1, idleTime: 0,
  });
  const fields = nodeFields();
  p.ArrayPrototypeForEach(p.ObjectKeys(fields), (key) => {
    p.ObjectDefineProperty(nodeTiming, key, {
      __proto__: null, enumerable: true, configurable: true, get: () => nodeFields()[key],
    });
  });
  p.ObjectDefineProperty(nodeTiming, "toJSON", { __proto__: null, value: () => nodeFields() });
  inspects(PerformanceNodeTiming, nodeFields, true);

  // ---- the timeline ----

  const markTimes = new p.Map();
  const entries = list(); // marks and measures, by start time
  const keep = (entry) => {
    const { startTime } = stateOf(entry);
    let at = entries.length;
    while (at > 0 && stateOf(entries[at - 1]).startTime > startTime) at--;
    ArrayPrototypeSplice(entries, at, 0, entry);
    announce(entry);
  };
  const found = (from, accepts) => {
    const result = [];
    for (let i = 0, n = 0; i < from.length; i++)
      if (accepts(stateOf(from[i])))
        p.ObjectDefineProperty(result, n++, {
          __proto__: null, value: from[i], writable: true, enumerable: true, configurable: true,
        });
    return result;
  };
  const everything = () => true;
  const byName = (name, type) => {
    const text = `${name}`;
    const kind = type === undefined ? undefined : `${type}`;
    return (entry) => entry.name === text && (kind === undefined || entry.entryType === kind);
  };
  const byType = (type) => {
    const kind = `${type}`;
    return (entry) => entry.entryType === kind;
  };
  const clear = (type, name) => {
    let kept = 0;
    for (let i = 0; i < entries.length; i++) {
      const entry = stateOf(entries[i]);
      if (entry.entryType === type && (name === undefined || entry.name === name)) continue;
      entries[kept++] = entries[i];
    }
    entries.length = kept;
  };

  const timeOf = (mark) => {
    if (mark === undefined) return undefined;
    if (typeof mark === "number") {
      if (mark < 0) throw invalidTimestamp(mark);
      return mark;
    }
    const name = `${mark}`;
    if (milestones[name] !== undefined) return milestones[name];
    const time = MapPrototypeGet(markTimes, name);
    if (time === undefined)
      throw new DOMException(`The "${name}" performance mark has not been set`, "SyntaxError");
    return time;
  };
  const badMeasure = (message) => k.codeError(p.TypeError, "ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS", message);
  const measured = (first, endMark) => {
    const options = typeof first === "object" && first !== null ? first : undefined;
    let start, end, duration;
    if (options !== undefined) {
      if (endMark !== undefined) throw badMeasure("endMark must not be specified");
      ({ start, end, duration } = options);
      if (start === undefined && end === undefined) throw badMeasure("One of options.start or options.end is required");
      if (start !== undefined && end !== undefined && duration !== undefined)
        throw badMeasure("Must not have options.start, options.end, and options.duration specified");
    }
    let to;
    if (endMark !== undefined) to = timeOf(endMark);
    else if (end !== undefined) to = timeOf(end);
    else if (start !== undefined && duration !== undefined) to = timeOf(start) + timeOf(duration);
    else to = k.now();
    let from = 0;
    if (start !== undefined) from = timeOf(start);
    else if (duration !== undefined && end !== undefined) from = timeOf(end) - timeOf(duration);
    else if (options === undefined && first !== undefined && first !== null) from = timeOf(first);
    return { __proto__: null, start: from, duration: to - from, detail: detailOf(options) };
  };

  // ---- observers ----

  const kinds = ["function", "mark", "measure", "resource"];
  const observers = new p.Set();
  let scheduled = false;
  const observersNow = () => {
    const all = list();
    const iterator = p.SetPrototypeValues(observers);
    for (let step; !(step = p.SetIteratorPrototypeNext(iterator)).done; ) ArrayPrototypePush(all, step.value);
    return all;
  };
  const deliver = () => {
    scheduled = false;
    const all = observersNow();
    for (let i = 0; i < all.length; i++) {
      const state = all[i];
      if (state.buffer.length === 0) continue;
      const taken = state.buffer;
      state.buffer = list();
      state.callback(new PerformanceObserverEntryList(secret, taken), state.object);
    }
  };
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(deliver);
  };
  const announce = (entry) => {
    const { entryType } = stateOf(entry);
    const all = observersNow();
    for (let i = 0; i < all.length; i++) {
      if (!SetPrototypeHas(all[i].types, entryType)) continue;
      ArrayPrototypePush(all[i].buffer, entry);
      schedule();
    }
  };

  let listOf;
  class PerformanceObserverEntryList {
    #entries;
    constructor(key, taken) {
      if (key !== secret) throw illegalConstructor();
      this.#entries = taken;
    }
    static {
      listOf = (value) => value.#entries;
    }
    getEntries() {
      return found(this.#entries, everything);
    }
    getEntriesByType(type) {
      return found(this.#entries, byType(type));
    }
    getEntriesByName(name, type = undefined) {
      return found(this.#entries, byName(name, type));
    }
  }
  publish(PerformanceObserverEntryList, "PerformanceObserverEntryList",
    ["getEntries", "getEntriesByType", "getEntriesByName"]);
  inspects(PerformanceObserverEntryList, (it) => found(listOf(it), everything), true);

  class PerformanceObserver {
    #state;
    constructor(callback) {
      if (typeof callback !== "function") throw invalidType("callback", "of type function", callback);
      this.#state = { __proto__: null, callback, types: new p.Set(), buffer: list(), object: this, many: undefined };
    }
    observe(options = {}) {
      if (typeof options !== "object" || options === null) throw invalidType("options", "of type object", options);
      const { entryTypes, type, buffered } = options;
      if (entryTypes === undefined && type === undefined) throw missingArgs("options.entryTypes", "options.type");
      if (entryTypes !== undefined && type !== undefined)
        throw invalidValue(p.TypeError, "options.entryTypes", entryTypes,
          "options.entryTypes can not set with options.type together");
      const state = this.#state;
      if (entryTypes !== undefined) {
        if (!p.ArrayIsArray(entryTypes)) throw invalidType("options.entryTypes", "of type string[]", entryTypes);
        p.SetPrototypeClear(state.types);
        for (let i = 0; i < entryTypes.length; i++) SetPrototypeAdd(state.types, `${entryTypes[i]}`);
      } else {
        const kind = `${type}`;
        SetPrototypeAdd(state.types, kind);
        if (buffered) {
          const before = found(entries, byType(kind));
          for (let i = 0; i < before.length; i++) ArrayPrototypePush(state.buffer, before[i]);
          if (before.length > 0) schedule();
        }
      }
      SetPrototypeAdd(observers, state);
    }
    disconnect() {
      const state = this.#state;
      p.SetPrototypeClear(state.types);
      state.buffer = list();
      SetPrototypeDelete(observers, state);
    }
    takeRecords() {
      const taken = this.#state.buffer;
      this.#state.buffer = list();
      return found(taken, everything);
    }
    static get supportedEntryTypes() {
      return p.ObjectFreeze([...kinds]);
    }
    [customInspect](depth, options) {
      if (depth < 0) return "PerformanceObserver";
      const { buffer, types } = this.#state;
      const connected = SetPrototypeHas(observers, this.#state);
      const shown = {
        connected, pending: buffer.length > 0, entryTypes: [...types], buffer: found(buffer, everything),
      };
      const inner = { __proto__: null, depth: options.depth === null ? null : depth - 1, colors: options.colors };
      return `PerformanceObserver ${k.inspect(shown, inner)}`;
    }
  }
  publish(PerformanceObserver, "PerformanceObserver", ["observe", "disconnect", "takeRecords"]);

  // ---- performance ----

  const timerify = (fn, options = {}) => {
    if (typeof fn !== "function") throw invalidType("fn", "of type function", fn);
    if (typeof options !== "object" || options === null) throw invalidType("options", "of type object", options);
    const { histogram } = options;
    const note = (start, args) => {
      const duration = k.now() - start;
      histogram?.record(p.MathMax(1, p.MathCeil(duration * 1e6)));
      announce(new PerformanceEntry(secret,
        { __proto__: null, name: fn.name, entryType: "function", startTime: start, duration, detail: args }));
    };
    function timerified(...args) {
      const start = k.now();
      const result = new.target ? p.ReflectConstruct(fn, args, fn) : p.ReflectApply(fn, this, args);
      if (!new.target && typeof result?.finally === "function") return result.finally(() => note(start, args));
      note(start, args);
      return result;
    }
    p.ObjectDefineProperties(timerified, {
      __proto__: null,
      length: { __proto__: null, configurable: true, value: fn.length },
      name: { __proto__: null, configurable: true, value: `timerified ${fn.name}` },
    });
    return timerified;
  };
  // The sandbox has no loop of its own to sit idle in: from the program's start it was busy.
  const eventLoopUtilization = (first, second) => {
    const now = { idle: 0, active: k.now(), utilization: 1 };
    if (first === undefined) return now;
    const active = second === undefined ? now.active - first.active : first.active - second.active;
    return { idle: 0, active, utilization: active === 0 ? 0 : 1 };
  };
  let origin;
  const timeOrigin = () => (origin ??= p.DateNow() - k.now());

  let check;
  class Performance extends EventTarget {
    #real = true;
    constructor(key) {
      if (key !== secret) throw illegalConstructor();
      super();
    }
    static {
      check = (value) => {
        if (typeof value !== "object" || value === null || !(#real in value)) throw invalidThis("Performance");
      };
    }
    now() {
      check(this);
      return k.now();
    }
    get timeOrigin() {
      check(this);
      return timeOrigin();
    }
    get nodeTiming() {
      return nodeTiming;
    }
    eventLoopUtilization(first = undefined, second = undefined) {
      return eventLoopUtilization(first, second);
    }
    timerify(fn, options = undefined) {
      return timerify(fn, options);
    }
    mark(name, options = undefined) {
      check(this);
      if (arguments.length === 0) throw missingArgs("name");
      const mark = new PerformanceMark(name, options);
      keep(mark);
      return mark;
    }
    measure(name, startOrOptions = undefined, endMark = undefined) {
      check(this);
      if (arguments.length === 0) throw missingArgs("name");
      const { start, duration, detail } = measured(startOrOptions, endMark);
      const measure = new PerformanceMeasure(secret,
        { __proto__: null, name: `${name}`, entryType: "measure", startTime: start, duration, detail });
      keep(measure);
      return measure;
    }
    clearMarks(name = undefined) {
      check(this);
      if (name === undefined) p.MapPrototypeClear(markTimes);
      else MapPrototypeDelete(markTimes, name = `${name}`);
      clear("mark", name);
    }
    clearMeasures(name = undefined) {
      check(this);
      clear("measure", name === undefined ? undefined : `${name}`);
    }
    clearResourceTimings() {
      check(this);
    }
    setResourceTimingBufferSize() {
      check(this);
    }
    getEntries() {
      check(this);
      return found(entries, everything);
    }
    getEntriesByName(name, type = undefined) {
      check(this);
      if (arguments.length === 0) throw missingArgs("name");
      return found(entries, byName(name, type));
    }
    getEntriesByType(type) {
      check(this);
      if (arguments.length === 0) throw missingArgs("type");
      return found(entries, byType(type));
    }
    toJSON() {
      check(this);
      return { nodeTiming: nodeFields(), timeOrigin: timeOrigin(), eventLoopUtilization: eventLoopUtilization() };
    }
  }
  publish(Performance, "Performance", ["now", "timeOrigin", "nodeTiming", "eventLoopUtilization", "timerify", "mark",
    "measure", "clearMarks", "clearMeasures", "clearResourceTimings", "setResourceTimingBufferSize", "getEntries",
    "getEntriesByName", "getEntriesByType", "toJSON"]);
  inspects(Performance, () => ({ nodeTiming, timeOrigin: timeOrigin() }), true);
  const performance = new Performance(secret);

  return {
    performance, Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserver,
    PerformanceObserverEntryList, PerformanceResourceTiming,
  };
})
