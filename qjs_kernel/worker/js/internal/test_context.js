(function (k) {
  "use strict";
  // The `t` of a test, as Node 20's TestContext, with what mocha (`this.timeout`) and Vitest (`{ expect }`) put there.
  const p = k.primordials;
  const { ArrayPrototypePush, Error, ObjectKeys } = p;
  const tree = k.load("internal/test_tree");

  const ended = (node) => node.status !== "";
  const setMode = (node, mode, reason) => {
    if (ended(node)) return;
    node.mode = mode;
    node.reason = reason === undefined ? undefined : tree.textOf(reason);
  };

  class TestContext {
    #node;
    #full;
    #mock;
    #assert;
    #controller;
    #error;
    constructor(node, fullName, ours) {
      this.#node = node;
      this.#full = fullName;
      node.finished = (failed) => {
        this.#error = failed === undefined ? null : failed.value;
        if (this.#mock !== undefined) this.#mock.reset();
        try {
          if (this.#controller !== undefined) this.#controller.abort(ours("The test has ended", "ABORT_ERR").value);
        } catch {
          /* a listener threw: the test is over */
        }
      };
      p.WeakMapPrototypeSet(nodes, this, node);
    }
    get name() {
      return this.#node.name;
    }
    get fullName() {
      let name = this.#node.name;
      for (let at = this.#node.parent; at !== undefined && at.parent !== undefined; at = at.parent)
        name = `${at.name} > ${name}`;
      return name;
    }
    get signal() {
      this.#controller ??= new (k.load("web/abort").AbortController)();
      return this.#controller.signal;
    }
    get error() {
      return this.#error ?? null;
    }
    get passed() {
      return this.#node.status === "passed";
    }
    get mock() {
      return (this.#mock ??= k.load("internal/mock").newTracker());
    }
    get expect() {
      return k.load("internal/expect");
    }
    get assert() {
      return (this.#assert ??= makeAssert(this.#node));
    }
    diagnostic(message) {
      const { diagnostics } = this.#node;
      if (diagnostics.length < 1_000) ArrayPrototypePush(diagnostics, tree.textOf(message));
    }
    plan(count) {
      if (typeof count !== "number") throw k.invalidArgType("count", "of type number", count);
      if (this.#node.plan !== undefined) throw k.codeError(Error, "ERR_TEST_FAILURE", "cannot set plan more than once");
      this.#node.plan = count;
      this.#node.planned = 0;
    }
    runOnly() {} // every `only` counts here, always
    skip(message) {
      setMode(this.#node, "skip", message);
    }
    todo(message) {
      setMode(this.#node, "todo", message);
    }
    test(name, options, fn) {
      return tree.addTest(this.#node, "node", { __proto__: null }, name, options, fn).settled;
    }
    before(fn, options) {
      tree.addHook(this.#node, "before", "node", fn, options);
    }
    after(fn, options) {
      tree.addHook(this.#node, "after", "node", fn, options);
    }
    beforeEach(fn, options) {
      tree.addHook(this.#node, "beforeEach", "node", fn, options);
    }
    afterEach(fn, options) {
      tree.addHook(this.#node, "afterEach", "node", fn, options);
    }
    // Vitest's
    onTestFinished(fn) {
      tree.addHook(this.#node, "after", "node", fn);
    }
    // Mocha's: the time limit is that of the next hook or subtest, and of the body where it is called before it waits.
    timeout(ms) {
      this.#node.timeout = tree.checkTimeout(ms);
      this.#node.timeoutSet = true;
      this.#node.retime?.(this.#node.timeout);
      return this;
    }
    slow() {
      return this;
    }
    retries() {
      return this;
    }
  }
  const nodes = new p.WeakMap();

  // `t.assert`: node:assert, counted for `t.plan`.
  const makeAssert = (node) => {
    const assert = k.builtin("assert");
    const made = { __proto__: null };
    const names = ObjectKeys(assert);
    for (let i = 0; i < names.length; i++) {
      const name = names[i],
        fn = assert[name];
      if (typeof fn !== "function" || name === "AssertionError" || name === "strict" || name === "CallTracker")
        continue;
      made[name] = function (...args) {
        if (node.plan !== undefined) node.planned++;
        return p.ReflectApply(fn, assert, args);
      };
    }
    return made;
  };

  return (node, fullName, ours) => new TestContext(node, fullName, ours);
})
