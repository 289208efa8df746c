(function (k) {
  "use strict";
  // display.progress: a bar that is shown once and then updated, at most about ten times a second. In a long run the
  // updates become rarer, so that the run's limit on displays is not used up by one bar.
  const p = k.primordials;
  const { MathFloor, MathMax, ObjectDefineProperty, String: ToString, StringPrototypeSlice, SymbolAsyncIterator, SymbolIterator } = p;
  const { brief, isObject, option, send } = k.load("internal/display");

  const PROGRESS = "application/vnd.qjs.progress+json";
  const OFTEN = 100; // ms
  const SHARE = 0.02; // of the time that has passed, between two updates
  const LONGEST_LABEL = 500;
  let count = 0;
  const late = new p.Set(); // bars whose last value has not been sent

  // The run comes to its end: each bar shows where it stands.
  const atRest = () => {
    k.atRest = undefined;
    const iterator = p.SetPrototypeValues(late);
    for (let step; !(step = p.SetIteratorPrototypeNext(iterator)).done;) step.value();
    p.SetPrototypeClear(late);
  };
  const number = (value, what) => {
    if (typeof value === "bigint") value = p.Number(value);
    if (typeof value !== "number" || !p.NumberIsFinite(value) || value < 0) {
      throw new p.TypeError(`display.progress: ${what} is a number from 0 on, not ${brief(value)}`);
    }
    return value;
  };
  const labelText = (label) => (label === undefined || label === null
    ? "" : p.StringPrototypeToWellFormed(StringPrototypeSlice(ToString(label), 0, LONGEST_LABEL)));

  const progress = (total, options) => {
    if (options !== undefined && options !== null && !isObject(options)) {
      throw new p.TypeError(`display.progress: options such as { label: "files" } are expected, not ${brief(options)}`);
    }
    const state = { __proto__: null, value: 0, total: total === undefined || total === null ? null : number(total, "the total"),
      label: labelText(isObject(options) ? option(options, "label") : undefined), done: false };
    // The clock goes on where a restored checkpoint repeats the count.
    const id = `qjs-progress-${MathFloor(k.now() * 1000)}-${++count}`;
    const started = k.now();
    let sent = started, owner = k.currentOwner;
    const show = (update) => {
      p.SetPrototypeDelete(late, showLate);
      sent = k.now();
      send({ __proto__: null, [PROGRESS]: { __proto__: null, ...state } }, id, update);
    };
    const showLate = () => {
      const now = k.currentOwner;
      k.currentOwner = owner;
      // Work must not fail for want of a picture of it.
      try { show(true); } catch { /* the run has displayed too much */ } finally { k.currentOwner = now; }
    };
    const changed = () => {
      owner = k.currentOwner;
      const now = k.now();
      if (state.done || now - sent >= MathMax(OFTEN, (now - started) * SHARE)) { showLate(); return; }
      p.SetPrototypeAdd(late, showLate);
      k.atRest = atRest;
    };
    const set = (value) => {
      const next = number(value, "the value");
      if (next === state.value) return false;
      state.value = next;
      state.done = state.total !== null && next >= state.total;
      changed();
      return true;
    };
    // One round of a loop is over when the next begins; a loop that is left early leaves the bar where it is.
    const sizeOf = (source) => {
      if (state.total !== null) return;
      const size = p.ArrayIsArray(source) ? source.length : isObject(source) ? source.size : undefined;
      if (typeof size === "number" && size >= 0) state.total = size;
    };
    const bar = {
      update(value, label = undefined) {
        if (label !== undefined) state.label = labelText(label);
        if (!set(value) && label !== undefined) changed();
      },
      step(n = 1) { set(state.value + number(n, "the step")); },
      done(label = undefined) {
        if (label !== undefined) state.label = labelText(label);
        if (state.done && label === undefined) return;
        state.done = true;
        changed();
      },
      of(source) {
        sizeOf(source);
        const loop = {};
        ObjectDefineProperty(loop, SymbolIterator, { __proto__: null, value: function* () {
          for (const each of source) {
            yield each;
            bar.step();
          }
          bar.done();
        } });
        ObjectDefineProperty(loop, SymbolAsyncIterator, { __proto__: null, value: async function* () {
          for await (const each of source) {
            yield each;
            bar.step();
          }
          bar.done();
        } });
        return loop;
      },
    };
    const accessor = (name, get, set) => ObjectDefineProperty(bar, name, { __proto__: null, get, set, enumerable: true, configurable: true });
    accessor("value", () => state.value, set);
    accessor("total", () => state.total, (to) => { state.total = to === undefined || to === null ? null : number(to, "the total"); changed(); });
    accessor("label", () => state.label, (to) => { state.label = labelText(to); changed(); });
    show(false);
    return bar;
  };
  return { __proto__: null, progress };
})
