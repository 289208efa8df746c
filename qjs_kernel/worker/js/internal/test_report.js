(function (k) {
  "use strict";
  // What became of a run of tests: as data for the host and for runTests(), and as the lines that Node's runner prints.
  const p = k.primordials;
  const {
    ArrayPrototypeJoin,
    ArrayPrototypePush,
    Error,
    ErrorIsError,
    ObjectDefineProperty,
    StringPrototypeSlice,
    StringPrototypeToWellFormed,
  } = p;
  const { list, indentLines } = k.text;

  const MOST_TEXT = 20_000;
  const ALL_TEXT = 2_000_000; // of all error texts of a report; what fails after that is told without a stack

  const round = (ms) => p.MathRound(ms * 1000) / 1000;
  const readText = (value, key, most) => {
    try {
      const text = value[key];
      return typeof text === "string" ? StringPrototypeToWellFormed(StringPrototypeSlice(text, 0, most)) : undefined;
    } catch {
      return undefined;
    }
  };
  // A thrown value as an error of our own making: a name, a message, a stack, nothing that user code could run in.
  const plainError = (thrown, budget, depth = 0) => {
    let isError = false;
    try {
      isError =
        typeof thrown === "object" &&
        thrown !== null &&
        (ErrorIsError(thrown) || p.ObjectPrototypeIsPrototypeOf(p.Error.prototype, thrown));
    } catch {
      /* a proxy */
    }
    let name = "Error",
      message,
      stack = "",
      cause;
    if (isError) {
      name = readText(thrown, "name", 200) || "Error";
      message = readText(thrown, "message", MOST_TEXT) ?? "";
      if (budget.left > 0) stack = readText(thrown, "stack", MOST_TEXT) ?? "";
      try {
        if (depth < 4 && p.ObjectPrototypeHasOwnProperty(thrown, "cause") && thrown.cause !== undefined)
          cause = { __proto__: null, value: thrown.cause };
      } catch {
        /* a getter */
      }
    } else message = `a value that is no error was thrown: ${inspected(thrown)}`;
    budget.left -= message.length + stack.length;
    const error = new Error(message);
    const set = (key, value) =>
      ObjectDefineProperty(error, key, {
        __proto__: null,
        value,
        writable: true,
        configurable: true,
        enumerable: false,
      });
    set("name", name);
    set("message", message);
    set("stack", stack);
    if (cause !== undefined) set("cause", plainError(cause.value, budget, depth + 1));
    return error;
  };
  const inspected = (value) => {
    try {
      return StringPrototypeToWellFormed(k.inspectSafe(value, { __proto__: null, maxLength: 5_000 }));
    } catch {
      return "something that cannot be shown";
    }
  };

  const plainList = () => []; // filled by definition only: no setter on Array.prototype is met
  const add = (items, item) =>
    ObjectDefineProperty(items, items.length, {
      __proto__: null,
      value: item,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  // `bare` reports go to the host: no prototype that user code could have put a `then` on.
  const record = (bare) => (bare ? { __proto__: null } : {});
  const put = (object, key, value) =>
    ObjectDefineProperty(object, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });

  const make = (session, bare) => {
    const counts = {
      __proto__: null,
      passedTests: 0,
      failedTests: 0,
      skippedTests: 0,
      todoTests: 0,
      totalTests: 0,
      passedSuites: 0,
      failedSuites: 0,
      totalSuites: 0,
    };
    const tests = plainList(),
      suites = plainList();
    const budget = { __proto__: null, left: ALL_TEXT };
    const visit = (node, path) => {
      const isTest = node.kind === "test";
      const entry = record(bare);
      put(entry, "name", node.name);
      const own = plainList();
      for (let i = 0; i < path.length; i++) add(own, path[i]);
      put(entry, "path", own);
      put(entry, "status", node.status === "" ? "skipped" : node.status);
      put(entry, "duration", round(node.duration));
      if (node.error !== undefined && (node.status === "failed" || node.status === "todo"))
        put(entry, "error", plainError(node.error.value, budget));
      if (node.reason !== undefined) put(entry, "reason", node.reason);
      if (node.diagnostics.length > 0) {
        const said = plainList();
        for (let i = 0; i < node.diagnostics.length; i++) add(said, node.diagnostics[i]);
        put(entry, "diagnostics", said);
      }
      if (isTest) {
        counts.totalTests++;
        if (node.status === "passed") counts.passedTests++;
        else if (node.status === "failed") counts.failedTests++;
        else if (node.status === "todo") counts.todoTests++;
        else counts.skippedTests++;
        add(tests, entry);
      } else {
        counts.totalSuites++;
        if (node.status === "passed") counts.passedSuites++;
        else if (node.status === "failed") counts.failedSuites++;
        add(suites, entry);
      }
      const below = list();
      for (let i = 0; i < path.length; i++) ArrayPrototypePush(below, path[i]);
      ArrayPrototypePush(below, node.name);
      for (let i = 0; i < node.children.length; i++) visit(node.children[i], below);
    };
    const { root } = session;
    const none = list();
    for (let i = 0; i < root.children.length; i++) visit(root.children[i], none);
    const report = record(bare);
    const failed = counts.failedTests > 0 || counts.failedSuites > 0 || root.error !== undefined || session.refused > 0;
    put(report, "passed", !failed);
    const names = p.ObjectKeys(counts);
    for (let i = 0; i < names.length; i++) put(report, names[i], counts[names[i]]);
    put(report, "duration", round(root.duration));
    put(report, "tests", tests);
    put(report, "suites", suites);
    if (root.error !== undefined) put(report, "error", plainError(root.error.value, budget));
    else if (session.refused > 0)
      put(
        report,
        "error",
        plainError(
          new p.RangeError(
            `${session.refused} tests and suites too many were declared: at most ${k.load("internal/test_tree").MOST_NODES} in a run`,
          ),
          budget,
        ),
      );
    return report;
  };

  const verdict = (report) => {
    if (report.failedTests > 0)
      return `${report.failedTests} of ${report.totalTests} test${report.totalTests === 1 ? "" : "s"} failed`;
    if (report.failedSuites > 0)
      return `${report.failedSuites} of ${report.totalSuites} suite${report.totalSuites === 1 ? "" : "s"} failed`;
    return "a hook outside of all suites failed";
  };

  // ---- as Node's spec reporter prints it ----

  const signs = { __proto__: null, passed: "✔", failed: "✖", skipped: "﹣", todo: "✔" };
  const print = (text) => k.write(1, StringPrototypeToWellFormed(text));
  const title = (node) => {
    const time = node.status === "skipped" && node.duration === 0 ? "" : ` (${round(node.duration)}ms)`;
    const tail =
      node.status === "skipped"
        ? ` # ${node.reason ?? "SKIP"}`
        : node.status === "todo"
          ? ` # ${node.reason ?? "TODO"}`
          : "";
    const sign = node.status === "todo" && node.error !== undefined ? "⚠" : (signs[node.status] ?? "﹣");
    return `${sign} ${node.name}${time}${tail}`;
  };
  const printNode = (node) => {
    const lines = list();
    const visit = (each, indent) => {
      const parent = each.children.length > 0;
      if (parent) ArrayPrototypePush(lines, `${indent}▶ ${each.name}`);
      for (let i = 0; i < each.children.length; i++) visit(each.children[i], `${indent}  `);
      ArrayPrototypePush(lines, indent + title(each));
      for (let i = 0; i < each.diagnostics.length; i++) ArrayPrototypePush(lines, `${indent}ℹ ${each.diagnostics[i]}`);
    };
    visit(node, "");
    print(`${ArrayPrototypeJoin(lines, "\n")}\n`);
  };
  const failures = (node, found) => {
    for (let i = 0; i < node.children.length; i++) {
      const child = node.children[i];
      if (child.error !== undefined && child.status === "failed") ArrayPrototypePush(found, child);
      failures(child, found);
    }
    return found;
  };
  const printSummary = (session, report) => {
    const { root } = session;
    print(
      `ℹ tests ${report.totalTests}\nℹ suites ${report.totalSuites}\nℹ pass ${report.passedTests}\nℹ fail ${report.failedTests}\n` +
        `ℹ cancelled 0\nℹ skipped ${report.skippedTests}\nℹ todo ${report.todoTests}\nℹ duration_ms ${report.duration}\n`,
    );
    const failed = failures(root, list());
    if (root.error !== undefined) ArrayPrototypePush(failed, root);
    if (failed.length === 0) return;
    let text = "\n✖ failing tests:\n";
    for (let i = 0; i < failed.length && text.length < 200_000; i++) {
      const node = failed[i];
      text += `\n${node === root ? "✖ hooks" : `✖ ${path(node)} (${round(node.duration)}ms)`}\n  ${indentLines(withoutOurs(inspected(node.error.value)), "  ")}\n`;
    }
    print(text);
  };
  // The frames through which the runner calls a body.
  const runnerFrames = /\n +at (?:apply|Promise) \(native\)/g;
  const withoutOurs = (text) => k.text.replaceMatches(runnerFrames, text, () => "");
  const path = (node) => {
    let name = node.name;
    for (let at = node.parent; at !== undefined && at.parent !== undefined; at = at.parent)
      name = `${at.name} > ${name}`;
    return name;
  };

  return { __proto__: null, make, verdict, printNode, printSummary };
})
