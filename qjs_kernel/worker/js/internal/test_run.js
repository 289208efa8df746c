(function (k) {
  "use strict";
  // Runs of tests from the outside: `start` and `finish` around a module (a %%test cell, Sandbox.eval(tests=True)),
  // runTests() from the program, and what happens after an ordinary module that imported node:test.
  const p = k.primordials;
  const { Error, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor } = p;
  const G = p.globalThis;
  const tree = k.load("internal/test_tree");
  const runner = k.load("internal/test_runner");
  const reports = k.load("internal/test_report");

  const tidy = () => {
    // A clock that stands still would hang every later cell.
    k.load("internal/test_timers").tidy();
    if (names !== undefined) k.load("internal/test_jest").tidy();
  };
  let names;

  const runTests = function runTests() {
    const { session } = tree;
    if (session.running !== undefined)
      throw new Error("runTests() cannot be called inside a test: the test would wait for itself");
    return (async () => {
      await runner.conclude(session);
      session.reported = session.count;
      const report = reports.make(session, false);
      tree.drop(session);
      return report;
    })();
  };

  const start = (options) => {
    tree.start(options);
    installGlobals();
  };
  const cancel = () => {
    removeGlobals();
    tidy();
  };
  const finish = async (value) => {
    const { session } = tree;
    try {
      await value; // a program whose value rejects has failed, tests or not
      await runner.conclude(session);
      return reports.make(session, true);
    } finally {
      cancel();
    }
  };

  // A program that ends itself in the middle of its tests: later runs begin anew.
  k.forgetTests = () => {
    tree.forget();
    cancel();
  };

  // ---- ordinary runs ----

  const failed = (report) => {
    const error = new Error(reports.verdict(report));
    ObjectDefineProperty(error, "name", { __proto__: null, value: "TestFailure", writable: true, configurable: true });
    ObjectDefineProperty(error, "stack", { __proto__: null, value: "", writable: true, configurable: true });
    return error;
  };
  const after = async (session) => {
    try {
      session.onFinished = reports.printNode;
      for (let i = 0; i < session.cursor; i++)
        if (session.root.children[i].status !== "") reports.printNode(session.root.children[i]);
      await runner.conclude(session);
      const report = reports.make(session, true);
      reports.printSummary(session, report);
      if (!report.passed) throw failed(report);
    } finally {
      tree.drop(session);
      tidy();
    }
  };
  // What an ordinary module has declared runs when it has ended, and before the run's value is told.
  k.afterModule = (value) => {
    const session = tree.plain;
    if (session === undefined || session.count <= session.reported || session.running !== undefined) return value;
    session.reported = Infinity;
    return (async () => {
      await after(session);
      return value;
    })();
  };

  // ---- the global names ----

  let installed;
  const allNames = () => (names ??= k.load("internal/test_names")(runTests));
  const installGlobals = () => {
    if (installed !== undefined) return;
    allNames();
    installed = k.text.list();
    const keys = p.ObjectKeys(names);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i],
        value = names[key];
      const before = ObjectGetOwnPropertyDescriptor(G, key);
      try {
        ObjectDefineProperty(G, key, { __proto__: null, value, writable: true, configurable: true, enumerable: false });
      } catch {
        continue;
      } // fixed by the program: it keeps its own
      p.ArrayPrototypePush(installed, { __proto__: null, key, value, before });
    }
  };
  const removeGlobals = () => {
    if (installed === undefined) return;
    for (let i = 0; i < installed.length; i++) {
      const { key, value, before } = installed[i];
      const now = ObjectGetOwnPropertyDescriptor(G, key);
      if (now === undefined || now.value !== value) continue; // the program has made it something else
      try {
        if (before === undefined) delete G[key];
        else ObjectDefineProperty(G, key, before);
      } catch {
        /* frozen since */
      }
    }
    installed = undefined;
  };

  return { __proto__: null, start, finish, cancel, installGlobals, removeGlobals, names: allNames };
})
