(function (k) {
  "use strict";
  // setTimeout, setInterval, setImmediate and their clear*. The heap of timers lives here; the worker sleeps
  // `k.timersNext(now)` ms and then calls `k.timersRunOne(now)` once a due callback, draining jobs in between.
  const {
    ArrayPrototypePop, ArrayPrototypePush, Map, MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, MathMax,
    MathTrunc, Number, ObjectDefineProperty, Error, ReflectApply, SymbolToPrimitive,
    TypeError,
  } = k.primordials;

  const { list } = k.text;

  const LONGEST_DELAY = 2 ** 31 - 1; // ms; beyond it Node, too, takes 1
  const secret = {}; // user code reaches the classes through `handle.constructor`, but cannot make one

  // A timer's record, never seen by user code:
  // { id, due, delay, repeat, immediate, callback, args, owner, handle, ref, alive, running, place, next, previous }
  // `place` is its index in the heap, -1 outside; next/previous link the immediates.
  let recordOf;

  class Timeout {
    #record;
    constructor(key, record) {
      if (key !== secret) throw new TypeError("Illegal constructor");
      this.#record = record;
    }
    static {
      recordOf = (value) =>
        typeof value === "object" && value !== null && #record in value ? value.#record : undefined;
    }
    ref() {
      setRef(this.#record, true);
      return this;
    }
    unref() {
      setRef(this.#record, false);
      return this;
    }
    hasRef() {
      return this.#record.ref;
    }
    refresh() {
      refresh(this.#record);
      return this;
    }
    close() {
      kill(this.#record);
      return this;
    }
    [SymbolToPrimitive]() {
      return this.#record.id;
    }
  }

  let immediateRecordOf;
  class Immediate {
    #record;
    constructor(key, record) {
      if (key !== secret) throw new TypeError("Illegal constructor");
      this.#record = record;
    }
    static {
      immediateRecordOf = (value) =>
        typeof value === "object" && value !== null && #record in value ? value.#record : undefined;
    }
    ref() {
      setRef(this.#record, true);
      return this;
    }
    unref() {
      setRef(this.#record, false);
      return this;
    }
    hasRef() {
      return this.#record.alive && this.#record.ref;
    }
    [SymbolToPrimitive]() {
      return this.#record.id;
    }
  }

  let lastId = 0;
  let lastOrder = 0;
  let alive = 0;
  let intervals = 0;
  let referenced = 0;
  const byId = new Map();

  // ---- the heap: the earliest first, then the one scheduled first ----

  const heap = list();
  const before = (a, b) => a.due < b.due || (a.due === b.due && a.order < b.order);
  const place = (record, index) => {
    heap[index] = record;
    record.place = index;
  };
  const siftUp = (record, index) => {
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(record, heap[parent])) break;
      place(heap[parent], index);
      index = parent;
    }
    place(record, index);
  };
  const siftDown = (record, index) => {
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], record)) break;
      place(heap[child], index);
      index = child;
    }
    place(record, index);
  };
  const insert = (record) => {
    record.due = k.now() + record.delay;
    record.order = ++lastOrder;
    ArrayPrototypePush(heap, record); // the slot exists before anything is assigned to its index
    siftUp(record, heap.length - 1);
  };
  const remove = (record) => {
    const index = record.place;
    if (index === -1) return;
    record.place = -1;
    const last = ArrayPrototypePop(heap);
    if (last === record) return;
    if (index > 0 && before(last, heap[(index - 1) >> 1])) siftUp(last, index);
    else siftDown(last, index);
  };

  // ---- the immediates: a doubly linked list ----

  let first;
  let final;
  const link = (record) => {
    record.order = ++lastOrder;
    record.previous = final;
    if (final === undefined) first = record;
    else final.next = record;
    final = record;
  };
  const unlink = (record) => {
    if (record.previous === undefined) first = record.next;
    else record.previous.next = record.next;
    if (record.next === undefined) final = record.previous;
    else record.next.previous = record.previous;
    record.next = record.previous = undefined;
  };

  // ---- life ----

  const checkLimits = ({ repeat, immediate }) => {
    const { limits } = k;
    const called = immediate ? "setImmediate" : repeat ? "setInterval" : "setTimeout";
    if (alive >= limits.timers)
      throw new Error(`${called}: too many timers, at most ${limits.timers} at once (Limits.timers)`);
    if (repeat && intervals >= limits.intervals)
      throw new Error(`${called}: too many intervals, at most ${limits.intervals} at once (Limits.intervals)`);
  };
  const start = (record) => {
    checkLimits(record);
    record.alive = true;
    alive++;
    if (record.repeat) intervals++;
    if (record.ref) referenced++;
    MapPrototypeSet(byId, record.id, record);
    if (record.immediate) link(record);
    else insert(record);
  };
  const finish = (record) => {
    if (!record.alive) return;
    record.alive = false;
    alive--;
    if (record.repeat) intervals--;
    if (record.ref) referenced--;
    MapPrototypeDelete(byId, record.id);
    if (record.immediate) unlink(record);
    else remove(record);
  };
  const kill = (record) => {
    finish(record);
    record.cleared = true;
    record.callback = record.args = undefined; // what they hold may be large, and the handle live long
  };
  const setRef = (record, ref) => {
    if (record.ref === ref) return;
    record.ref = ref;
    if (record.alive) referenced += ref ? 1 : -1;
  };
  const refresh = (record) => {
    if (record.cleared) return;
    if (!record.alive) start(record);
    else if (!record.running) {
      remove(record);
      insert(record);
    }
  };

  const schedule = (callback, delay, args, repeat, immediate) => {
    if (typeof callback !== "function") throw k.invalidArgType("callback", "of type function", callback);
    if (k.carry !== undefined) callback = k.carry(callback);
    delay = immediate ? 0 : MathTrunc(Number(delay));
    if (!immediate && !(delay >= 1 && delay <= LONGEST_DELAY)) delay = 1;
    const record = {
      __proto__: null, id: ++lastId, due: 0, order: 0, delay, repeat, immediate, callback, args,
      owner: k.currentOwner, handle: undefined, ref: true, alive: false, running: false, cleared: false, place: -1,
      next: undefined, previous: undefined,
    };
    record.handle = immediate ? new Immediate(secret, record) : new Timeout(secret, record);
    start(record);
    return record.handle;
  };

  const clearTimer = (timer) => {
    let record = recordOf(timer);
    if (record === undefined && (typeof timer === "number" || typeof timer === "string")) {
      record = MapPrototypeGet(byId, Number(timer));
      if (record !== undefined && record.immediate) record = undefined;
    }
    if (record !== undefined) kill(record);
  };
  const clearImmediateOf = (immediate) => {
    let record = immediateRecordOf(immediate);
    if (record === undefined && (typeof immediate === "number" || typeof immediate === "string")) {
      record = MapPrototypeGet(byId, Number(immediate));
      if (record !== undefined && !record.immediate) record = undefined;
    }
    if (record !== undefined) kill(record);
  };

  // ---- running ----

  const call = (record) => {
    const { callback, args, handle } = record;
    const owner = k.currentOwner;
    k.timerOwner = k.currentOwner = record.owner;
    try {
      const result = ReflectApply(callback, handle, args);
      k.watch?.(result); // an async callback that fails
    } finally {
      k.currentOwner = owner;
    }
  };
  const runTimer = (record) => {
    if (!record.repeat) {
      finish(record); // before the call: refresh() inside it starts the timer again
      call(record);
      return;
    }
    remove(record);
    record.running = true;
    try {
      call(record);
    } finally {
      record.running = false;
      if (record.alive) insert(record); // counted from the end of the call, as in Node
    }
  };

  // One turn, as in Node's loop: the timers due when it began, then the immediates there are after them. So neither
  // kind can starve the other. -1: no turn under way (`turnTime`), not yet at the immediates (`turnOrder`).
  let turnTime = -1;
  let turnOrder = -1;

  const runOne = (now) => {
    for (;;) {
      if (turnOrder === -1) {
        const fresh = turnTime === -1;
        if (fresh) turnTime = now;
        if (heap.length > 0 && heap[0].due <= turnTime) {
          runTimer(heap[0]);
          return true;
        }
        if (first !== undefined) turnOrder = lastOrder;
        else {
          turnTime = -1;
          if (fresh) return false;
          continue;
        }
      }
      const record = first;
      if (record !== undefined && record.order <= turnOrder) {
        finish(record);
        call(record);
        return true;
      }
      turnTime = turnOrder = -1;
    }
  };

  k.timersNext = (now) => {
    if (first !== undefined) return 0;
    const wait = heap.length === 0 ? -1 : MathMax(0, heap[0].due - now);
    if (wait !== 0) turnTime = turnOrder = -1; // the worker is going to sleep: the next turn is a new one
    return wait;
  };
  k.timersNextOwner = () => (first !== undefined ? first : heap[0])?.owner ?? 0;
  k.timersRunOne = runOne;
  k.timersRef = () => referenced;
  k.timersCount = () => alive;
  k.timersClear = () => {
    while (first !== undefined) kill(first);
    while (heap.length > 0) kill(heap[heap.length - 1]);
    ticks = list();
    turnTime = turnOrder = -1;
  };

  // ---- globals ----

  const define = (target, key, value, enumerable) =>
    ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, enumerable, configurable: true });
  const globals = {
    setTimeout(callback, delay, ...args) {
      return schedule(callback, delay, args, false, false);
    },
    setInterval(callback, delay, ...args) {
      return schedule(callback, delay, args, true, false);
    },
    setImmediate(callback, ...args) {
      return schedule(callback, 0, args, false, true);
    },
    clearTimeout(timer) {
      clearTimer(timer);
    },
    clearInterval(timer) {
      clearTimer(timer);
    },
    clearImmediate(immediate) {
      clearImmediateOf(immediate);
    },
  };
  for (const name of k.primordials.ObjectKeys(globals)) define(k.primordials.globalThis, name, globals[name], true);
  // For modules of ours: user code may have replaced the globals.
  k.timers = { __proto__: null, ...globals };

  // The engine's own swallows what the callback throws.
  const { queueMicrotask: enqueue } = k.primordials;
  define(k.primordials.globalThis, "queueMicrotask", function queueMicrotask(callback) {
    if (typeof callback !== "function") throw k.invalidArgType("callback", "of type function", callback);
    const owner = k.currentOwner;
    enqueue(() => {
      try { ReflectApply(callback, undefined, []); } catch (error) { k.report(error, owner); }
    });
  }, true);

  // ---- process.nextTick ----

  // Ticks run when the jobs there were have run, and after a timer's callback before its jobs, as in Node.
  let ticks = list();
  k.nextTick = (callback, args) => {
    if (typeof callback !== "function") throw k.invalidArgType("callback", "of type function", callback);
    if (k.carry !== undefined) callback = k.carry(callback);
    ArrayPrototypePush(ticks, { __proto__: null, callback, args, owner: k.currentOwner });
  };
  k.dropTicks = () => { ticks = list(); };
  k.runTicks = () => {
    if (ticks.length === 0) return false;
    const owner = k.currentOwner;
    for (let i = 0; i < ticks.length; i++) { // it grows meanwhile
      const tick = ticks[i];
      ticks[i] = undefined;
      k.currentOwner = tick.owner;
      try { k.watch?.(ReflectApply(tick.callback, undefined, tick.args)); }
      catch (error) { k.report(error, tick.owner); }
    }
    ticks = list();
    k.currentOwner = owner;
    return true;
  };
})
