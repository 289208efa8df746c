(function (k) {
  "use strict";
  // Runs the tree of test_tree.js, one test at a time: hooks, time limits, callbacks, subtests. A body may throw
  // anything, settle never or twice, and replace every global: what is kept of it lies in nodes it never sees.
  const p = k.primordials;
  const { ArrayPrototypePush, Error, ObjectDefineProperty, RegExpPrototypeExec, StringPrototypeIncludes } = p;
  const { list } = k.text;
  const tree = k.load("internal/test_tree");
  const { isObject } = tree;
  const expectState = k.load("internal/expect_state");
  const timers = k.timers ?? p.globalThis;
  const { setTimeout, setImmediate, clearTimeout } = timers;

  const failure = (value) => ({ __proto__: null, value });
  const ours = (message, code = "ERR_TEST_FAILURE") => {
    const error = k.codeError(Error, code, message);
    ObjectDefineProperty(error, "stack", { __proto__: null, value: "", writable: true, configurable: true });
    return failure(error);
  };

  // ---- errors of timer callbacks belong to the test that runs ----

  let catcher;
  let ownTimers = 0;
  const runOne = k.timersRunOne;
  k.timersRunOne = (now) => {
    try {
      return runOne(now);
    } catch (error) {
      if (catcher === undefined) throw error;
      catcher(error);
      return true;
    }
  };

  // ---- one function of the program: a body or a hook ----

  const isThenable = (value) => (isObject(value) || typeof value === "function") && typeof value.then === "function";

  // Resolves to undefined, or to the failure. `node` is the test or suite that it is about.
  const guarded = (node, part, context, timeout) =>
    new p.Promise((resolve) => {
      const { fn, style } = part;
      const outerCatcher = catcher;
      let over = false;
      let timer;
      let unlisten;
      const end = (failed) => {
        if (over) return;
        over = true;
        catcher = outerCatcher;
        if (timer !== undefined) {
          clearTimeout(timer);
          ownTimers--;
        }
        if (unlisten !== undefined) unlisten();
        resolve(failed);
      };
      catcher = (error) => end(failure(error));
      const arm = (limit) => {
        if (timer !== undefined) {
          clearTimeout(timer);
          ownTimers--;
          timer = undefined;
        }
        if (limit === undefined || !(limit < 2 ** 31)) return;
        try {
          timer = setTimeout(() => {
            timer = undefined;
            ownTimers--;
            end(ours(`test timed out after ${limit}ms`));
          }, limit);
          ownTimers++;
        } catch {
          /* the program has used up its timers: the run's own limit holds */
        }
      };
      arm(timeout);
      node.retime = (limit) => {
        if (!over) arm(limit);
      };
      const { signal } = part;
      try {
        if (isObject(signal)) {
          const stop = () => end(failure(signal.reason ?? ours("The test was aborted", "ABORT_ERR").value));
          if (signal.aborted) return stop();
          signal.addEventListener("abort", stop);
          unlisten = () => {
            try {
              signal.removeEventListener("abort", stop);
            } catch {
              /* not a real signal */
            }
          };
        }
      } catch (error) {
        return end(failure(error));
      }

      const length = typeof fn.length === "number" ? fn.length : 0;
      const doneOnly = style === "jest" && length === 1 && tree.wantsDone(fn);
      const withDone = doneOnly || length >= 2;
      let called = false,
        calling = true,
        early;
      const done = (error) => {
        if (called) {
          node.extra ??= ours("callback invoked multiple times");
          if (!calling) end(node.extra);
          return;
        }
        called = true;
        if (calling) {
          early = { __proto__: null, error };
          return;
        }
        settleWith(error);
      };
      const settleWith = (error) => {
        // Mocha and Node agree: anything but nothing is an error.
        if (error !== undefined && error !== null && error !== false) end(failure(error));
        else end(undefined);
      };
      done.fail = (error) => done(error ?? new Error("done.fail() was called"));

      const follow = async (result) => {
        try {
          await result;
        } catch (error) {
          end(failure(error));
          return;
        }
        end(undefined);
      };
      let result;
      let pending = false;
      try {
        result = p.ReflectApply(fn, context, doneOnly ? [done] : withDone ? [context, done] : [context]);
        pending = isThenable(result);
      } catch (error) {
        return end(failure(error));
      }
      calling = false;
      if (withDone && pending) {
        follow(result); // its rejection is told with the rest
        return end(ours("passed a callback but also returned a Promise"));
      }
      if (early !== undefined) return settleWith(early.error);
      if (pending) follow(result);
      else if (!withDone) return end(undefined);
      if (over) return;
      // When the jobs have run: is there anything left that could end it? Waiting for the time limit would tell nobody more.
      try {
        setImmediate(() => {
          if (!over && k.timersCount() === ownTimers && k.pendingHostCalls() === 0) {
            end(
              ours(
                withDone
                  ? "done() was never called, and no timer or host call is left that could call it"
                  : "the test awaits something that can never settle: no timer and no host call is left that could",
              ),
            );
          }
        });
      } catch {
        /* no timers left */
      }
    });

  // ---- hooks ----

  const limitOf = (session, node) => {
    for (let at = node; at !== undefined; at = at.parent) if (at.timeoutSet) return at.timeout;
    return session.timeout;
  };
  const runHooks = async (session, owner, which, context) => {
    const hooks = owner[which];
    let failed;
    for (let i = 0; i < hooks.length; i++) {
      const hook = hooks[i];
      const problem = await guarded(owner, hook, context, hook.timeout ?? session.timeout);
      if (problem === undefined) continue;
      failed ??= problem;
      if (which === "before" || which === "beforeEach") break;
    }
    return failed;
  };
  const contextOf = (node) => (node.kind === "suite" ? tree.suiteContext(node) : testContext(node));
  // The `before` hooks of a node, once, before the first test in it.
  const ensureBefore = async (session, node) => {
    if (node.ready === undefined) {
      node.ready = runHooks(session, node, "before", contextOf(node));
      node.beforeFailure = await node.ready;
    } else await node.ready;
    return node.beforeFailure;
  };
  const lineage = (node) => {
    const found = list();
    for (let at = node.parent; at !== undefined; at = at.parent) ArrayPrototypePush(found, at);
    return found;
  };

  // ---- which tests run ----

  const fullName = (node) => {
    let name = node.name;
    for (let at = node.parent; at !== undefined && at.parent !== undefined; at = at.parent) name = `${at.name} ${name}`;
    return name;
  };
  // A text that is to be part of the name, or /a regular expression/.
  const matcher = (pattern) => {
    const parts = RegExpPrototypeExec(/^\/(.+)\/([a-z]*)$/s, pattern);
    if (parts !== null) {
      try {
        const re = new p.RegExp(parts[1], parts[2]);
        return (name) => {
          re.lastIndex = 0;
          return RegExpPrototypeExec(re, name) !== null;
        };
      } catch {
        /* then it is a text */
      }
    }
    return (name) => StringPrototypeIncludes(name, pattern);
  };
  const hasOnly = (node) => {
    for (let i = 0; i < node.children.length; i++) if (node.children[i].only || hasOnly(node.children[i])) return true;
    return false;
  };
  const excluded = (session, node) => {
    if (node.parent.kind === "test") return false; // whoever runs, runs with its subtests
    if (session.pattern !== undefined) {
      session.matches ??= matcher(session.pattern);
      if (!session.matches(fullName(node))) return true;
    }
    if (!session.only || node.only) return false;
    for (let at = node.parent; at !== undefined; at = at.parent) if (at.only) return hasOnly(at);
    return true;
  };
  const inherited = (node) => {
    for (let at = node.parent; at !== undefined; at = at.parent) if (at.mode === "skip") return at;
    return undefined;
  };

  // ---- contexts ----

  const contexts = new p.WeakMap();
  const makeContext = k.load("internal/test_context");
  const testContext = (node) => {
    let context = p.WeakMapPrototypeGet(contexts, node);
    if (context === undefined) p.WeakMapPrototypeSet(contexts, node, (context = makeContext(node, fullName, ours)));
    return context;
  };

  // ---- running ----

  const settle = (node) => {
    if (node.settle !== undefined) node.settle();
  };
  const skip = (node, reason) => {
    node.status = "skipped";
    node.reason ??= reason;
    settle(node);
    for (let i = 0; i < node.children.length; i++) skip(node.children[i], undefined);
  };

  const attempt = async (session, node) => {
    const context = testContext(node);
    const above = lineage(node);
    let failed;
    for (let i = above.length - 1; i >= 0 && failed === undefined; i--) failed = await ensureBefore(session, above[i]);
    const ready = failed === undefined;
    let entered = above.length;
    for (let i = above.length - 1; i >= 0 && failed === undefined; i--) {
      entered = i;
      failed = await runHooks(session, above[i], "beforeEach", context);
    }
    if (failed === undefined) {
      expectState.reset(fullName(node));
      if (node.fn !== undefined) failed = await guarded(node, node, context, limitOf(session, node));
      while (node.chain !== undefined) {
        // subtests that nobody awaited
        const { chain } = node;
        await chain;
        if (node.chain === chain) node.chain = undefined;
      }
      failed ??= node.extra ?? subtestsFailed(node) ?? checkPlans(node);
    }
    if (node.after.length > 0) failed = keep(failed, await runHooks(session, node, "after", context));
    if (ready) {
      for (let i = 0; i < above.length; i++)
        if (i >= entered) failed = keep(failed, await runHooks(session, above[i], "afterEach", context));
    }
    return failed;
  };
  const keep = (first, second) => first ?? second;
  const subtestsFailed = (node) => {
    let count = 0;
    for (let i = 0; i < node.children.length; i++) if (node.children[i].status === "failed") count++;
    return count === 0 ? undefined : ours(`${count} subtest${count === 1 ? "" : "s"} failed`);
  };
  const checkPlans = (node) => {
    const complaint = expectState.complaint();
    if (complaint !== undefined) return ours(complaint);
    if (expectState.soft !== undefined) return failure(expectState.soft);
    if (node.plan !== undefined && node.plan !== node.planned)
      return ours(`plan expected ${node.plan} assertions but received ${node.planned}`);
    return undefined;
  };

  const runTest = async (session, node) => {
    const skipper = node.mode === "skip" ? node : inherited(node);
    if (skipper !== undefined) return skip(node, skipper.reason);
    if (excluded(session, node)) return skip(node, undefined);
    if (node.mode === "todo" && node.fn === undefined) {
      node.status = "todo";
      return settle(node);
    }
    const outer = session.running;
    session.running = node;
    const begun = k.now();
    let failed;
    for (let tries = node.retries; ; tries--) {
      failed = await attempt(session, node);
      if (failed === undefined || tries <= 0 || node.mode !== "") break;
      node.children = list();
      node.extra = undefined;
      node.planned = 0;
    }
    node.duration = k.now() - begun;
    session.running = outer;
    if (node.failing) failed = failed === undefined ? ours("the test was expected to fail and passed") : undefined;
    const { finished } = node;
    if (finished !== undefined) finished(failed);
    if (node.mode === "skip") node.status = "skipped";
    else if (node.mode === "todo") node.status = "todo";
    else node.status = failed === undefined ? "passed" : "failed";
    if (node.status === "failed" || node.status === "todo") node.error = failed;
    settle(node);
  };

  const runSuite = async (session, node) => {
    const begun = k.now();
    if (node.open !== undefined) await node.open;
    if (node.mode === "skip") return skip(node, node.reason);
    // Hooks of a suite in which nothing runs stay out as well.
    let some = false;
    for (let i = 0; i < node.children.length; i++) {
      const child = node.children[i];
      if (node.error !== undefined) {
        child.status = "failed";
        child.error = ours("its suite could not be set up: the body of describe threw");
        failAll(child);
        continue;
      }
      await runNode(session, child);
      if (child.status !== "skipped" && child.status !== "todo") some = true;
    }
    if (some || node.ready !== undefined)
      node.error ??= await runHooks(session, node, "after", tree.suiteContext(node));
    node.duration = k.now() - begun;
    let failedChild = false,
      skipped = node.children.length > 0;
    for (let i = 0; i < node.children.length; i++) {
      if (node.children[i].status === "failed") failedChild = true;
      if (node.children[i].status !== "skipped") skipped = false;
    }
    if (node.error === undefined && node.beforeFailure !== undefined) node.error = node.beforeFailure;
    node.status =
      node.mode === "todo"
        ? "todo"
        : node.error !== undefined || failedChild
          ? "failed"
          : skipped
            ? "skipped"
            : "passed";
    settle(node);
  };
  const failAll = (node) => {
    settle(node);
    for (let i = 0; i < node.children.length; i++) {
      node.children[i].status = "failed";
      node.children[i].error = node.error;
      failAll(node.children[i]);
    }
  };
  const runNode = (session, node) => (node.kind === "suite" ? runSuite(session, node) : runTest(session, node));

  // ---- the session ----

  const work = async (session) => {
    const { root } = session;
    await undefined; // so that `draining` is set before it is cleared, even with nothing to do
    for (;;) {
      while (session.queue !== undefined) {
        const { queue } = session;
        await queue;
        if (session.queue === queue) session.queue = undefined;
      }
      if (session.cursor >= root.children.length) break;
      const node = root.children[session.cursor++];
      await runNode(session, node);
      session.onFinished?.(node);
    }
    session.draining = undefined;
  };
  // Runs what is registered and not yet run; resolves when nothing is left.
  const drain = (session) => {
    if (session.begun === 0) session.begun = k.now();
    return (session.draining ??= work(session));
  };
  const conclude = async (session) => {
    await drain(session);
    const { root } = session;
    if (root.ready === undefined && root.before.length > 0 && root.children.length === 0) return;
    const failed = await runHooks(session, root, "after", tree.suiteContext(root));
    root.after = list();
    root.error ??= failed ?? root.beforeFailure;
    root.duration = k.now() - session.begun;
  };

  tree.onRegister = (session, node) => {
    const { parent } = node;
    if (parent.status !== "") {
      node.status = "failed";
      node.error = ours(`declared after its ${parent.kind} had ended: await what declares it`);
      return settle(node);
    }
    if (parent.kind === "test") {
      if (parent.plan !== undefined) parent.planned++;
      const earlier = parent.chain;
      parent.chain = (async () => {
        if (earlier !== undefined) await earlier;
        await runNode(session, node);
      })();
      return undefined;
    }
    // Whoever awaits a test at the top of a module waits for it: when the jobs have run and the module is still
    // there, the tests begin. Until then all may be declared, `only` among them.
    if (session.scheduled || session.draining !== undefined) return undefined;
    session.scheduled = true;
    try {
      setImmediate(() => {
        session.scheduled = false;
        if (session.cursor < session.root.children.length) drain(session);
      });
    } catch {
      session.scheduled = false;
    }
    return undefined;
  };

  return { __proto__: null, drain, conclude, fullName, ours };
})
