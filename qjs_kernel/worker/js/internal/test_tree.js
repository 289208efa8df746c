(function (k) {
  "use strict";
  // What describe, it and the hooks build: the tree of suites and tests of one run, in lists that user code never
  // sees. Nothing is run here.
  const p = k.primordials;
  const {
    ArrayIsArray,
    ArrayPrototypePush,
    Error,
    FunctionPrototypeToString,
    MathMin,
    NumberIsNaN,
    RangeError,
    RegExpPrototypeExec,
    String,
    StringPrototypeReplaceAll,
    StringPrototypeSlice,
    StringPrototypeToWellFormed,
  } = p;
  const { list } = k.text;

  const MOST_NODES = 5_000; // tests and suites of a run: each is a row of the report
  const DEFAULT_TIMEOUT = 5_000; // ms for a test or hook; the run's own limit rules over it

  // ---- the tree ----
  // node: { kind: "suite" | "test", name, fn, mode: "" | "skip" | "todo", reason, only, failing, timeout, signal,
  //   style, parent, depth, children, before, after, beforeEach, afterEach (lists of hooks), body (promise of an
  //   async describe), status, error, duration, diagnostics, cases }
  // hook: { fn, timeout, signal, style }

  const makeNode = (kind, name, parent, style) => ({
    __proto__: null,
    kind,
    name,
    fn: undefined,
    mode: "",
    reason: undefined,
    only: false,
    failing: false,
    timeout: undefined,
    signal: undefined,
    style,
    parent,
    depth: parent === undefined ? -1 : parent.depth + 1,
    children: list(),
    before: list(),
    after: list(),
    beforeEach: list(),
    afterEach: list(),
    open: undefined,
    status: "",
    error: undefined,
    duration: 0,
    diagnostics: list(),
    settled: undefined,
    settle: undefined,
    timeoutSet: false,
    retries: 0,
    plan: undefined,
    planned: 0,
    extra: undefined,
    chain: undefined,
    ready: undefined,
    beforeFailure: undefined,
    finished: undefined,
    retime: undefined,
  });

  // The session of the run that the host began as a run of tests, by the number of that run: whatever a program calls,
  // its tests stay in it. And the session of everybody else.
  let tests;
  let plain;
  const newSession = (options) => ({
    __proto__: null,
    root: makeNode("suite", "<root>", undefined, "node"),
    count: 0,
    refused: 0,
    current: undefined,
    running: undefined,
    only: false,
    pattern: options?.only === "" ? undefined : options?.only,
    // A test that hangs must fail before the run meets its own limit.
    timeout: options?.seconds > 0 ? MathMin(DEFAULT_TIMEOUT, options.seconds * 800) : DEFAULT_TIMEOUT,
    begun: 0,
    cursor: 0,
    queue: undefined,
    openBodies: 0,
    scheduled: false,
    draining: undefined,
    onFinished: undefined,
    reported: 0,
    matches: undefined,
    owner: undefined,
  });
  const tree = {
    __proto__: null,
    makeNode,
    onRegister: undefined,
    get isTests() {
      return tests !== undefined && tests.owner === k.currentOwner;
    },
    get session() {
      return tree.isTests ? tests : (plain ??= newSession());
    },
    get plain() {
      return plain;
    },
    start(options) {
      tests = newSession(options);
      tests.owner = k.currentOwner;
    },
    forget() {
      tests = plain = undefined;
    },
    drop(session) {
      if (plain === session) plain = undefined;
    },
  };

  // ---- reading what programs pass ----

  const textOf = (value) => {
    try {
      return StringPrototypeToWellFormed(StringPrototypeSlice(String(value), 0, 1_000));
    } catch {
      return "<anonymous>";
    }
  };
  const nameOf = (name, fn) => {
    if (typeof name === "string" && name !== "") return textOf(name);
    if (typeof name === "function")
      return typeof name.name === "string" && name.name !== "" ? textOf(name.name) : "<anonymous>";
    if (name !== undefined && name !== null && name !== "" && typeof name !== "object") return textOf(name);
    const own = typeof fn === "function" ? fn.name : undefined;
    return typeof own === "string" && own !== "" ? textOf(own) : "<anonymous>";
  };
  const isObject = (value) => typeof value === "object" && value !== null;
  const checkTimeout = (value) => {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "number") throw k.invalidArgType("options.timeout", "of type number", value);
    if (NumberIsNaN(value) || value < 0) {
      throw k.codeError(
        RangeError,
        "ERR_OUT_OF_RANGE",
        `The value of "options.timeout" is out of range. It must be >= 0. Received ${value}`,
      );
    }
    return value === 0 ? undefined : value;
  };

  // (name?, options?, fn?), and Jest's (name, fn, timeout) and Vitest's (name, fn, options).
  const readArguments = (name, options, fn) => {
    let title = name,
      given = options,
      body = fn;
    if (typeof name === "function" && typeof options !== "function" && fn === undefined) {
      body = name;
      given = options;
      title = undefined;
    } else if (isObject(name)) {
      given = name;
      body = options;
      title = undefined;
    } else if (typeof options === "function") {
      body = options;
      given = fn;
    }
    if (typeof given === "number") given = { __proto__: null, timeout: given };
    if (!isObject(given)) given = { __proto__: null };
    if (body !== undefined && body !== null && typeof body !== "function")
      throw k.invalidArgType("fn", "of type function", body);
    return { __proto__: null, name: nameOf(title, body), options: given, fn: body ?? undefined };
  };
  const applyOptions = (node, options, extra) => {
    const { skip, todo, only } = options;
    const mark = (value, mode) => {
      node.mode = mode;
      node.reason = typeof value === "string" ? textOf(value) : undefined;
    };
    if (todo !== undefined && todo !== false && todo !== null) mark(todo, "todo");
    if (skip !== undefined && skip !== false && skip !== null && skip !== "") mark(skip, "skip");
    if (options.fails === true) node.failing = true;
    node.only = only === true;
    node.timeout = checkTimeout(options.timeout);
    node.timeoutSet = node.timeout !== undefined || options.timeout === 0;
    if (typeof options.retry === "number" && options.retry > 0) node.retries = MathMin(options.retry, 100);
    const { signal } = options;
    if (signal !== undefined && signal !== null) {
      if (!isObject(signal) || typeof signal.aborted !== "boolean")
        throw k.invalidArgType("options.signal", "an instance of AbortSignal", signal);
      node.signal = signal;
    }
    if (extra.mode) node.mode = extra.mode;
    if (extra.only) node.only = true;
    if (extra.failing) node.failing = true;
  };

  // ---- registering ----

  const count = (current) => {
    if (++current.count > MOST_NODES) {
      current.refused++;
      throw new RangeError(
        `too many tests: at most ${MOST_NODES} tests and suites in a run; loop over the cases inside a test instead`,
      );
    }
  };
  // Where a declaration belongs: to the suite whose body runs, else to the test that runs, else to the top.
  const place = () => {
    const current = tree.session;
    return current.current ?? current.running ?? current.root;
  };

  const addTest = (parent, style, extra, name, options, fn) => {
    const current = tree.session;
    count(current);
    const read = readArguments(name, options, fn);
    const node = makeNode("test", read.name, parent, style);
    node.fn = read.fn;
    applyOptions(node, read.options, extra);
    // A name alone: Node runs it as a test that does nothing, mocha and Jest as one that is yet to be written.
    if (node.fn === undefined && node.mode === "" && style === "jest") node.mode = "todo";
    if (node.only) current.only = true;
    node.settled = new p.Promise((resolve) => {
      node.settle = resolve;
    });
    ArrayPrototypePush(parent.children, node);
    tree.onRegister(current, node);
    return node;
  };

  const addSuite = (parent, style, extra, name, options, fn) => {
    const current = tree.session;
    count(current);
    const read = readArguments(name, options, fn);
    const node = makeNode("suite", read.name, parent, style);
    node.fn = read.fn;
    applyOptions(node, read.options, extra);
    if (node.only) current.only = true;
    node.settled = new p.Promise((resolve) => {
      node.settle = resolve;
    });
    ArrayPrototypePush(parent.children, node);
    fill(current, node);
    tree.onRegister(current, node);
    return node;
  };

  // The body of a suite runs at once. An async one goes on in later jobs: what it declares there has to find its suite,
  // so the ones after it wait for its end.
  const fill = (current, node) => {
    if (node.fn === undefined) return;
    const before = current.current;
    if (current.openBodies > 0 && before === undefined) {
      node.open = current.queue = chain(current.queue, () => run(current, node, undefined));
      return;
    }
    const promise = run(current, node, before);
    if (promise !== undefined) node.open = current.queue = chain(current.queue, () => promise);
  };
  const chain = async (earlier, next) => {
    await earlier;
    await next();
  };
  const run = (current, node, outer) => {
    current.current = node;
    let result;
    let ambient = false;
    // Queued before the body starts, so that it stands before everything that the body awaits.
    p.PromisePrototypeThen(p.PromiseResolve(), () => {
      if (ambient && current.current === outer) current.current = node;
    });
    try {
      result = p.ReflectApply(node.fn, suiteContext(node), [suiteContext(node)]);
    } catch (error) {
      node.error ??= { __proto__: null, value: error };
    }
    current.current = outer;
    let thenable = false;
    try {
      thenable = isObject(result) && typeof result.then === "function";
    } catch {
      /* a hostile thenable: no promise */
    }
    if (!thenable) return undefined;
    ambient = true;
    current.openBodies++;
    return finish(current, node, result, outer, () => {
      ambient = false;
    });
  };
  const finish = async (current, node, result, outer, over) => {
    try {
      await result;
    } catch (error) {
      node.error ??= { __proto__: null, value: error };
    }
    over();
    current.openBodies--;
    if (current.current === node) current.current = outer;
  };

  class SuiteContext {
    #node;
    constructor(node) {
      this.#node = node;
    }
    get name() {
      return this.#node.name;
    }
    // Mocha's `this.timeout(ms)`: for every test of the suite.
    timeout(ms) {
      this.#node.timeout = checkTimeout(ms);
      this.#node.timeoutSet = true;
      return this;
    }
    slow() {
      return this;
    }
    retries(times) {
      if (typeof times === "number") this.#node.retries = MathMin(times, 100);
      return this;
    }
  }
  const contexts = new p.WeakMap();
  const suiteContext = (node) => {
    let context = p.WeakMapPrototypeGet(contexts, node);
    if (context === undefined) p.WeakMapPrototypeSet(contexts, node, (context = new SuiteContext(node)));
    return context;
  };

  const addHook = (node, which, style, fn, options) => {
    if (typeof fn !== "function") {
      if (typeof options === "function") {
        const title = options;
        options = undefined;
        fn = title;
      } // mocha's before("what for", fn)
      else throw k.invalidArgType("fn", "of type function", fn);
    }
    const timeout = typeof options === "number" ? options : isObject(options) ? options.timeout : undefined;
    const signal = isObject(options) ? options.signal : undefined;
    const hooks = node[which];
    if (hooks.length >= 1_000) throw new RangeError(`too many ${which} hooks: at most 1000`);
    ArrayPrototypePush(hooks, { __proto__: null, fn, timeout: checkTimeout(timeout), signal, style, which });
  };

  // ---- test.each ----

  const printf = /%(?:[sdifjoOpc%#$])/g;
  const named = /\$(?:[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*|#)/g;
  const show = (value, depth) =>
    k.inspectSafe(value, { __proto__: null, depth, breakLength: Infinity, compact: 3, maxLength: 500 });
  const fillName = (name, row, index) => {
    let at = 0;
    const spread = ArrayIsArray(row) ? row : [row];
    const first = spread[0];
    let text = k.text.replaceMatches(printf, String(name), (mark) => {
      if (mark === "%%") return "%";
      if (mark === "%#") return `${index}`;
      if (mark === "%$") return `${index + 1}`;
      if (at >= spread.length) return mark;
      const value = spread[at++];
      try {
        switch (mark) {
          case "%s":
            return typeof value === "object" && value !== null ? show(value, 0) : String(value);
          case "%d":
          case "%f":
            return typeof value === "bigint" ? `${value}n` : String(p.Number(value));
          case "%i":
            return String(p.parseInt(value, 10));
          case "%j":
            return String(p.JSONStringify(value));
          case "%c":
            return "";
          default:
            return show(value, 2);
        }
      } catch {
        return mark;
      }
    });
    if (isObject(first) && spread.length === 1) {
      text = k.text.replaceMatches(named, text, (mark) => {
        if (mark === "$#") return `${index}`;
        try {
          let value = first,
            rest = StringPrototypeSlice(mark, 1);
          for (;;) {
            const dot = p.StringPrototypeIndexOf(rest, ".");
            const key = dot === -1 ? rest : StringPrototypeSlice(rest, 0, dot);
            if (!(key in p.Object(value))) return mark;
            value = value[key];
            if (dot === -1) break;
            rest = StringPrototypeSlice(rest, dot + 1);
          }
          return typeof value === "string" ? value : show(value, 1);
        } catch {
          return mark;
        }
      });
    }
    return text;
  };

  // each([[1, 2], …]), each([{…}, …]) and each`a | b …`: the rows, each as the arguments of the body.
  const rowsOf = (table, values) => {
    const rows = list();
    if (ArrayIsArray(table) && ArrayIsArray(table.raw)) {
      const titles = list();
      const heading = StringPrototypeReplaceAll(table[0], "\n", " ");
      const word = /[^\s|]+/g;
      for (let m; (m = RegExpPrototypeExec(word, heading)) !== null;) ArrayPrototypePush(titles, m[0]);
      if (titles.length === 0) throw new Error("each`…`: the first line names the columns, as in a | b | expected");
      if (values.length % titles.length !== 0)
        throw new Error(`each\`…\`: ${values.length} values do not fill rows of ${titles.length} columns`);
      for (let i = 0; i < values.length; i += titles.length) {
        const row = {};
        for (let j = 0; j < titles.length; j++)
          p.ObjectDefineProperty(row, titles[j], {
            __proto__: null,
            value: values[i + j],
            writable: true,
            enumerable: true,
            configurable: true,
          });
        ArrayPrototypePush(rows, [row]);
      }
      return rows;
    }
    if (!ArrayIsArray(table)) {
      if (!isObject(table) || typeof table[p.SymbolIterator] !== "function")
        throw k.invalidArgType("table", "an instance of Array", table);
      table = [...table];
    }
    for (let i = 0; i < table.length; i++)
      ArrayPrototypePush(rows, ArrayIsArray(table[i]) ? [...table[i]] : [table[i]]);
    return rows;
  };
  const makeEach = (declare) =>
    function each(table, ...values) {
      const rows = rowsOf(table, values);
      return function declareEach(name, options, fn) {
        if (typeof options === "function") {
          const body = options;
          options = fn;
          fn = body;
        }
        if (typeof fn !== "function") throw k.invalidArgType("fn", "of type function", fn);
        for (let i = 0; i < rows.length; i++) {
          const row = rows[i];
          declare(
            fillName(typeof name === "function" ? name.name : name, row, i),
            options,
            fn.length > row.length
              ? function (done) {
                  return p.ReflectApply(fn, this, [...row, done]);
                }
              : function () {
                  return p.ReflectApply(fn, this, [...row]);
                },
          );
        }
      };
    };

  // A body with one parameter, of a test that is written for Jest or mocha: `done`, or Node's context?
  const doneName =
    /^(?:async\s*)?(?:function\b[^(]*|[\w$]+\s*)?\(?\s*_?(?:done|cb|callback|next|finish(?:ed)?|end|resolve)\b/i;
  const wantsDone = (fn) => {
    try {
      return RegExpPrototypeExec(doneName, StringPrototypeSlice(FunctionPrototypeToString(fn), 0, 500)) !== null;
    } catch {
      return false;
    }
  };

  return p.ObjectAssign(tree, {
    place,
    addTest,
    addSuite,
    addHook,
    makeEach,
    wantsDone,
    suiteContext,
    checkTimeout,
    textOf,
    isObject,
    MOST_NODES,
  });
})
