"""node:timers, node:async_hooks and node:diagnostics_channel, and what they promise."""

from __future__ import annotations

from qjs_kernel import Sandbox

from .support import printed, value


def test_the_module_has_the_functions_of_the_global_object(shared: Sandbox) -> None:
    code = """
    import timers, { setTimeout as later, promises } from 'node:timers';
    import * as direct from 'timers/promises';
    export default [later === setTimeout, timers.clearInterval === clearInterval,
      promises.setTimeout === direct.setTimeout, Object.keys(timers).join(), Object.keys(direct).join()];
    """
    names = "setTimeout,clearTimeout,setImmediate,clearImmediate,setInterval,clearInterval,promises"
    assert value(shared, code) == [
        True,
        True,
        True,
        names,
        "default,scheduler,setImmediate,setInterval,setTimeout",
    ]


def test_promised_timers(shared: Sandbox) -> None:
    code = """
    import { setTimeout, setImmediate, setInterval, scheduler } from 'node:timers/promises';
    import { promisify } from 'node:util';
    import timers from 'node:timers';
    const seen = [await setTimeout(1, 'late'), await setImmediate('soon')];
    seen.push(await scheduler.wait(1), await scheduler.yield());
    let count = 0;
    for await (const each of setInterval(1, 'tick')) { seen.push(each); if (++count === 2) break; }
    seen.push(await promisify(timers.setTimeout)(1, 'promisified'), await promisify(timers.setImmediate)('now'));
    export default seen;
    """
    assert value(shared, code) == ["late", "soon", None, None, "tick", "tick", "promisified", "now"]


def test_signals_end_them_and_options_are_checked(shared: Sandbox) -> None:
    code = """
    import { setTimeout, setImmediate, setInterval } from 'node:timers/promises';
    const seen = [];
    const told = (promise) => promise.then(() => seen.push('settled'),
      (e) => seen.push([e.name, e.code, e.message, e.cause?.name ?? e.cause]));
    const before = new AbortController(), during = new AbortController(), loop = new AbortController();
    before.abort();
    await told(setTimeout(1000, 0, { signal: before.signal }));
    const waiting = told(setTimeout(1e6, 0, { signal: during.signal }));
    during.abort('why');
    await waiting;
    await told(setImmediate(0, { signal: before.signal }));
    await told((async () => {
      for await (const _ of setInterval(1, 0, { signal: loop.signal })) loop.abort();
    })());
    for (const options of [5, { signal: 5 }, { ref: 5 }])
      await setTimeout(1, 0, options).catch((e) => seen.push(`${e.name} ${e.code}`));
    export default seen;
    """
    aborted = ["AbortError", "ABORT_ERR", "The operation was aborted"]
    assert value(shared, code) == [
        [*aborted, "AbortError"],
        [*aborted, "why"],
        [*aborted, "AbortError"],
        [*aborted, "AbortError"],
        *["TypeError ERR_INVALID_ARG_TYPE"] * 3,
    ]


def test_stores_reach_what_runs_at_once(shared: Sandbox) -> None:
    code = """
    import { AsyncLocalStorage, AsyncResource, executionAsyncId, createHook } from 'node:async_hooks';
    const one = new AsyncLocalStorage(), two = new AsyncLocalStorage();
    const both = () => [one.getStore(), two.getStore()];
    const seen = [both()];
    one.run('a', () => {
      seen.push(both());
      two.run('b', () => seen.push(both(), one.exit(both), one.run('c', both)));
      seen.push(both());
    });
    const bound = one.run('kept', () => AsyncLocalStorage.bind(both));
    const snapshot = one.run('snap', () => AsyncLocalStorage.snapshot());
    const resource = one.run('resource', () => new AsyncResource('R'));
    seen.push(bound(), snapshot(both), resource.runInAsyncScope(both), both());
    try { one.run('x', () => { throw new Error('out'); }); } catch { seen.push(both()); }
    seen.push(one.run(1, (a, b) => a + b, 2, 3), executionAsyncId(), createHook({}).enable() !== undefined);
    one.enterWith('entered');
    seen.push(both());
    one.disable();
    seen.push(both());
    export default seen;
    """
    nothing = [None, None]
    assert value(shared, code) == [
        nothing, ["a", None], ["a", "b"], [None, "b"], ["c", "b"], ["a", None],
        ["kept", None], ["snap", None], ["resource", None], nothing, nothing, 5, 0, True, ["entered", None], nothing,
    ]  # fmt: skip


def test_a_store_that_an_await_loses_is_said_once(sandbox: Sandbox) -> None:
    code = """
    import { AsyncLocalStorage } from 'node:async_hooks';
    const store = new AsyncLocalStorage();
    const seen = [];
    await store.run('kept', async () => {
      const snapshot = AsyncLocalStorage.snapshot();
      seen.push(store.getStore());
      await null;
      seen.push(store.getStore(), store.getStore(), snapshot(() => store.getStore()));
    });
    seen.push(store.getStore());
    export default seen;
    """
    outcome = sandbox.eval(code)
    assert outcome.data == ["kept", None, None, "kept", None]
    assert printed(outcome, "stderr").count("does not follow `await`") == 1


def test_channels(shared: Sandbox) -> None:
    code = """
    import dc from 'node:diagnostics_channel';
    import { AsyncLocalStorage } from 'node:async_hooks';
    const seen = [];
    const listen = (message, name) => seen.push([message, name]);
    const channel = dc.channel('c');
    seen.push(channel.hasSubscribers, dc.channel('c') === channel, channel instanceof dc.Channel);
    dc.subscribe('c', listen);
    channel.publish(1);
    seen.push(dc.hasSubscribers('c'), dc.unsubscribe('c', listen), channel.unsubscribe(listen), dc.hasSubscribers('c'));
    channel.publish(2);
    const store = new AsyncLocalStorage();
    channel.bindStore(store, (data) => data * 2);
    seen.push(channel.runStores(4, () => store.getStore()));
    const tracing = dc.tracingChannel('t');
    const events = [];
    const handlers = {};
    for (const name of ['start', 'end', 'asyncStart', 'asyncEnd', 'error']) handlers[name] = () => events.push(name);
    tracing.subscribe(handlers);
    tracing.traceSync(() => 1);
    try { tracing.traceSync(() => { throw new Error('x'); }); } catch { events.push('caught'); }
    await tracing.tracePromise(async () => 2);
    tracing.traceCallback((done) => done(null, 3), -1, {}, null, () => events.push('called'));
    seen.push(events.join(' '), tracing.unsubscribe(handlers));
    try { dc.channel(5); } catch (error) { seen.push(error.code); }
    export default seen;
    """
    events = (
        "start end start error end caught start end asyncStart asyncEnd start asyncStart called asyncEnd end"
    )
    assert value(shared, code) == [
        False, True, True, [1, "c"], True, True, False, False, 8, events, True, "ERR_INVALID_ARG_TYPE",
    ]  # fmt: skip


def test_consumers_of_streams(shared: Sandbox) -> None:
    code = """
    import { text, json, buffer, arrayBuffer, blob } from 'node:stream/consumers';
    import { Readable } from 'node:stream';
    const first = Buffer.from('{"a":"\\u00e9').subarray(0, 7), second = Buffer.from('\\u00e9"}').subarray(1);
    const parts = () => Readable.from([first, second]);
    export default [await text(parts()), await json(parts()), (await buffer(parts())).length,
      (await arrayBuffer(parts())).byteLength, (await blob(parts())).size];
    """
    assert value(shared, code) == ['{"a":"é"}', {"a": "é"}, 10, 10, 10]
