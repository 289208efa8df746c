(function (k) {
  "use strict";
  // Headers, and what the classes of fetch share: conversions, wrong calls, iterators over pairs. Messages are those
  // of undici, the fetch of Node.
  const p = k.primordials;
  const {
    ArrayPrototypePush, ArrayPrototypeSort, MapPrototypeDelete, MapPrototypeGet, MapPrototypeHas, MapPrototypeSet,
    MapPrototypeValues, MapIteratorPrototypeNext, ObjectDefineProperty, RegExpPrototypeExec, StringPrototypeCharCodeAt,
    StringPrototypeToLowerCase, StringPrototypeToWellFormed, SymbolIterator,
  } = p;
  const { publish, inspects } = k.load("web/interface");
  const { list } = k.text;

  // ---- shared ----

  const illegal = () => k.codeError(p.TypeError, "ERR_INVALID_THIS", "Illegal invocation");
  const need = (given, wanted, where) => {
    if (given < wanted)
      throw new p.TypeError(`${where}: ${wanted} argument${wanted === 1 ? "" : "s"} required, but${
        given > 0 ? " only" : ""} ${given} found.`);
  };
  const usv = (value) => StringPrototypeToWellFormed(`${value}`);
  const byteString = (value) => {
    const text = `${value}`;
    for (let i = 0; i < text.length; i++) {
      const code = StringPrototypeCharCodeAt(text, i);
      if (code > 255)
        throw new p.TypeError("Cannot convert argument to a ByteString because the character at " +
          `index ${i} has a value of ${code} which is greater than 255.`);
    }
    return text;
  };
  const isObject = (value) => typeof value === "object" && value !== null;
  const functionToo = (value) => isObject(value) || typeof value === "function";

  // An iterator over what `pairs(target)` gives at the time of each step: what changes meanwhile is seen.
  const iterators = (name, pairs) => {
    const states = new p.WeakMap();
    const prototype = p.ObjectCreate(p.Iterator.prototype);
    const method = {
      next() {
        const state = isObject(this) ? p.WeakMapPrototypeGet(states, this) : undefined;
        if (state === undefined)
          throw new p.TypeError(`'next' called on an object that does not implement interface ${name} Iterator.`);
        const all = pairs(state.target);
        if (state.at >= all.length) return { value: undefined, done: true };
        const pair = all[state.at++];
        const value = state.kind === "key" ? pair[0] : state.kind === "value" ? pair[1] : [pair[0], pair[1]];
        return { value, done: false };
      },
    };
    ObjectDefineProperty(prototype, "next", {
      __proto__: null, value: method.next, writable: true, enumerable: true, configurable: true,
    });
    ObjectDefineProperty(prototype, p.SymbolToStringTag, {
      __proto__: null, value: `${name} Iterator`, configurable: true,
    });
    return (target, kind) => {
      const iterator = p.ObjectCreate(prototype);
      p.WeakMapPrototypeSet(states, iterator, { __proto__: null, target, kind, at: 0 });
      return iterator;
    };
  };
  const each = (all, callback, where, self) => {
    if (typeof callback !== "function")
      throw new p.TypeError(`Failed to execute 'forEach' on '${where}': parameter 1 is not of type 'Function'.`);
    const pairs = all();
    for (let i = 0; i < pairs.length; i++) p.ReflectApply(callback, self.thisArg, [pairs[i][1], pairs[i][0], self.target]);
  };

  // ---- Headers ----

  const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
  const badValue = /[\0\r\n]/;
  const trimmed = /^[\t\r\n ]*([^]*?)[\t\r\n ]*$/;
  const trim = (value) => RegExpPrototypeExec(trimmed, value)[1];

  let stateOf;
  const headersList = () => ({ __proto__: null, map: new p.Map(), sorted: undefined, guard: "none" });

  const check = (name, value, where) => {
    if (RegExpPrototypeExec(token, name) === null)
      throw new p.TypeError(`${where}: ${p.JSONStringify(name)} is an invalid header name.`);
    if (value !== undefined && RegExpPrototypeExec(badValue, value) !== null)
      throw new p.TypeError(`${where}: "${value}" is an invalid header value.`);
  };
  const writable = (state) => {
    if (state.guard === "immutable") throw new p.TypeError("immutable");
  };
  // Without checks: what came over the wire.
  const add = (state, name, value) => {
    const key = StringPrototypeToLowerCase(name);
    const entry = MapPrototypeGet(state.map, key);
    state.sorted = undefined;
    if (entry === undefined) {
      const values = list();
      ArrayPrototypePush(values, value);
      MapPrototypeSet(state.map, key, { __proto__: null, key, name, values });
    } else ArrayPrototypePush(entry.values, value);
  };
  const append = (state, name, value) => {
    value = trim(value);
    check(name, value, "Headers.append");
    writable(state);
    add(state, name, value);
  };
  const joined = (entry) => {
    const separator = entry.key === "cookie" ? "; " : ", ";
    let text = entry.values[0];
    for (let i = 1; i < entry.values.length; i++) text += separator + entry.values[i];
    return text;
  };
  const entriesOf = (state) => {
    const entries = list();
    const iterator = MapPrototypeValues(state.map);
    for (let step; !(step = MapIteratorPrototypeNext(iterator)).done; ) ArrayPrototypePush(entries, step.value);
    return entries;
  };
  const get = (state, name) => {
    const entry = MapPrototypeGet(state.map, StringPrototypeToLowerCase(name));
    return entry === undefined ? null : joined(entry);
  };
  // Sorted by name, set-cookie once for each, as iteration shows them.
  const sorted = (state) => {
    if (state.sorted !== undefined) return state.sorted;
    const entries = ArrayPrototypeSort(entriesOf(state), (a, b) => (a.key < b.key ? -1 : 1));
    const pairs = list();
    for (let i = 0; i < entries.length; i++) {
      const { key, values } = entries[i];
      if (key !== "set-cookie") ArrayPrototypePush(pairs, [key, joined(entries[i])]);
      else for (let j = 0; j < values.length; j++) ArrayPrototypePush(pairs, [key, values[j]]);
    }
    return (state.sorted = pairs);
  };

  const fill = (state, init, where) => {
    if (!functionToo(init))
      throw new p.TypeError(`${where}: Argument 1 could not be converted to one of: ` +
        "sequence<sequence<ByteString>>, record<ByteString, ByteString>.");
    if (isHeaders(init) && init[SymbolIterator] === Headers.prototype.entries) {
      const entries = entriesOf(stateOf(init));
      for (let i = 0; i < entries.length; i++)
        for (let j = 0; j < entries[i].values.length; j++) append(state, entries[i].name, entries[i].values[j]);
      return;
    }
    const iterate = init[SymbolIterator];
    if (iterate !== undefined && iterate !== null) {
      if (typeof iterate !== "function") throw new p.TypeError(`${where}: init is not iterable.`);
      let at = 0;
      const all = list();
      for (const pair of { [SymbolIterator]: () => p.ReflectApply(iterate, init, []) }) {
        if (!functionToo(pair) || typeof pair[SymbolIterator] !== "function")
          throw new p.TypeError(`Headers contructor: init[${at}] (${k.inspect(pair)}) is not iterable.`);
        const items = list();
        for (const item of pair) ArrayPrototypePush(items, byteString(item));
        ArrayPrototypePush(all, items);
        at++;
      }
      for (let i = 0; i < all.length; i++) {
        if (all[i].length !== 2)
          throw new p.TypeError(`${where}: expected name/value pair to be length 2, found ${all[i].length}.`);
        append(state, all[i][0], all[i][1]);
      }
      return;
    }
    const keys = p.ReflectOwnKeys(init);
    for (let i = 0; i < keys.length; i++) {
      const found = p.ReflectGetOwnPropertyDescriptor(init, keys[i]);
      if (found === undefined || !found.enumerable) continue;
      append(state, byteString(keys[i]), byteString(init[keys[i]]));
    }
  };

  const secret = {};
  let isHeaders;

  class Headers {
    #state;
    constructor(init = undefined) {
      if (init === secret) {
        this.#state = arguments[1];
        return;
      }
      this.#state = headersList();
      if (init !== undefined) fill(this.#state, init, "Headers constructor");
    }
    static {
      isHeaders = (value) => isObject(value) && #state in value;
      stateOf = (value) => {
        if (!isHeaders(value)) throw illegal();
        return value.#state;
      };
    }
    append(name, value) {
      const state = stateOf(this);
      need(arguments.length, 2, "Headers.append");
      name = byteString(name);
      append(state, name, byteString(value));
    }
    delete(name) {
      const state = stateOf(this);
      need(arguments.length, 1, "Headers.delete");
      name = byteString(name);
      check(name, undefined, "Headers.delete");
      writable(state);
      if (MapPrototypeDelete(state.map, StringPrototypeToLowerCase(name))) state.sorted = undefined;
    }
    get(name) {
      const state = stateOf(this);
      need(arguments.length, 1, "Headers.get");
      name = byteString(name);
      check(name, undefined, "Headers.get");
      return get(state, name);
    }
    has(name) {
      const state = stateOf(this);
      need(arguments.length, 1, "Headers.has");
      name = byteString(name);
      check(name, undefined, "Headers.has");
      return MapPrototypeHas(state.map, StringPrototypeToLowerCase(name));
    }
    set(name, value) {
      const state = stateOf(this);
      need(arguments.length, 2, "Headers.set");
      name = byteString(name);
      value = trim(byteString(value));
      check(name, value, "Headers.set");
      writable(state);
      const key = StringPrototypeToLowerCase(name);
      const known = MapPrototypeGet(state.map, key);
      state.sorted = undefined;
      const values = list();
      ArrayPrototypePush(values, value);
      if (known === undefined) MapPrototypeSet(state.map, key, { __proto__: null, key, name, values });
      else {
        known.name = name;
        known.values = values;
      }
    }
    getSetCookie() {
      const entry = MapPrototypeGet(stateOf(this).map, "set-cookie");
      const cookies = [];
      if (entry !== undefined)
        for (let i = 0; i < entry.values.length; i++) ArrayPrototypePush(cookies, entry.values[i]);
      return cookies;
    }
    keys() {
      return iterate(this, "key");
    }
    values() {
      return iterate(this, "value");
    }
    entries() {
      return iterate(this, "key+value");
    }
    forEach(callback, thisArg = undefined) {
      const state = stateOf(this);
      need(arguments.length, 1, "Headers.forEach");
      each(() => sorted(state), callback, "Headers", { __proto__: null, thisArg, target: this });
    }
  }
  const iterateState = iterators("Headers", sorted);
  const iterate = (headers, kind) => iterateState(stateOf(headers), kind);
  publish(Headers, "Headers", ["append", "delete", "get", "has", "set", "getSetCookie", "keys", "values", "entries",
    "forEach"]);
  k.hidden(Headers.prototype, SymbolIterator, Headers.prototype.entries);
  inspects(Headers, (headers) => {
    const shown = {};
    const entries = entriesOf(stateOf(headers));
    for (let i = 0; i < entries.length; i++)
      ObjectDefineProperty(shown, entries[i].name, {
        __proto__: null, value: joined(entries[i]), enumerable: true, configurable: true, writable: true,
      });
    return shown;
  });

  const headersOf = (state) => new Headers(secret, state);
  const copy = (from, guard) => {
    const state = headersList();
    const entries = entriesOf(from);
    for (let i = 0; i < entries.length; i++) {
      const { key, name, values } = entries[i];
      const same = list();
      for (let j = 0; j < values.length; j++) ArrayPrototypePush(same, values[j]);
      MapPrototypeSet(state.map, key, { __proto__: null, key, name, values: same });
    }
    state.guard = guard;
    return state;
  };
  // The pairs that go over the wire, as lists without prototypes.
  const pairsOf = (state) => {
    const pairs = list();
    const entries = entriesOf(state);
    for (let i = 0; i < entries.length; i++) {
      const pair = list();
      ArrayPrototypePush(pair, entries[i].name);
      ArrayPrototypePush(pair, joined(entries[i]));
      ArrayPrototypePush(pairs, pair);
    }
    return pairs;
  };

  return {
    __proto__: null, Headers, headersOf, headersList, stateOf, add, fill, get, copy, pairsOf, illegal, need, usv,
    byteString, isObject, functionToo, iterators, each, trim, token,
  };
})
