# ruff: noqa: E501
# Why: programs of one line are easier to read as one line.
"""Events, aborting, performance, messages and dialogs, as programs for Node 20 and the web use them.

Expected values are what Node 20 answers, except where a comment says otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from qjs_kernel import Late, Sandbox

from .conftest import Maker
from .support import printed, value

Case = tuple[str, Any]

_TABLE = """
const said = (e) => e instanceof Error ? `${e.name} ${e.code ?? '-'}: ${e.message}` : `threw ${String(e)}`;
const results = [];
for (const make of [%s]) {
  try { results.push(await make()) } catch (e) { results.push(said(e)) }
}
export default results;
"""


def check(sandbox: Sandbox, prelude: str, cases: Iterable[Case]) -> None:
    """One program asks all expressions; an exception stands as `Name code: message`."""
    table = list(cases)
    thunks = ",".join(f"async () => ({expression})" for expression, _ in table)
    found = value(sandbox, prelude + _TABLE % thunks, timeout=20)
    wrong = {
        expression: (result, expected)
        for (expression, expected), result in zip(table, found, strict=True)
        if result != expected
    }
    assert not wrong, json.dumps(wrong, indent=1, default=repr)


def test_events(shared: Sandbox) -> None:
    prelude = """
    const et = new EventTarget(), noop = () => {};
    const seen = (add, event = new Event('x', {cancelable: true}), target = new EventTarget()) => {
      const log = []; add(target, (x) => log.push(x)); log.push(target.dispatchEvent(event)); return log };
    const text = (v) => JSON.stringify(v, (k, x) => k === 'timeStamp' ? 0 : x);
    class Mine extends EventTarget { constructor() { super(); this.foo = 1 } }
    const marked = new Event('x', {cancelable: true}); marked.preventDefault();
    """
    check(
        shared,
        prelude,
        [
            ("new Event()", 'TypeError ERR_MISSING_ARGS: The "type" argument must be specified'),
            (
                "new Event('x', 3)",
                'TypeError ERR_INVALID_ARG_TYPE: The "options" argument must be of type object. Received type number (3)',
            ),
            (
                "et.addEventListener('x')",
                'TypeError ERR_MISSING_ARGS: The "type" and "listener" arguments must be specified',
            ),
            (
                "et.addEventListener('x', 3)",
                'TypeError ERR_INVALID_ARG_TYPE: The "listener" argument must be an instance of EventListener. Received type number (3)',
            ),
            ("et.addEventListener('x', null)", None),
            (
                "et.addEventListener('x', noop, {signal: 3})",
                'TypeError ERR_INVALID_ARG_TYPE: The "options.signal" property must be an instance of AbortSignal. Received type number (3)',
            ),
            (
                "et.addEventListener.call({}, 'x', noop)",
                'TypeError ERR_INVALID_THIS: Value of "this" must be of type EventTarget',
            ),
            (
                "et.dispatchEvent({})",
                'TypeError ERR_INVALID_ARG_TYPE: The "event" argument must be an instance of Event. Received an instance of Object',
            ),
            ("Event.prototype.type", 'TypeError ERR_INVALID_THIS: Value of "this" must be of type Event'),
            ("[Event.NONE, Event.AT_TARGET, Event.BUBBLING_PHASE]", [0, 2, 3]),
            (
                "[marked.defaultPrevented, marked.returnValue, marked.cancelBubble, marked.srcElement, marked.composedPath(), marked.eventPhase, marked.bubbles, marked.composed, typeof marked.timeStamp, marked.isTrusted]",
                [True, False, False, None, [], 0, False, False, "number", False],
            ),
            # order, once, the same listener twice, capture as another listener
            (
                "seen((t, log) => { t.addEventListener('x', () => log(1)); t.addEventListener('x', () => log(2), {once: true}); t.addEventListener('x', noop) })",
                [1, 2, True],
            ),
            (
                "seen((t, log) => { const f = () => log('f'); t.addEventListener('x', f); t.addEventListener('x', f); t.addEventListener('x', f, true) })",
                ["f", "f", True],
            ),
            (
                "seen((t, log) => { const f = () => log('f'); t.addEventListener('x', f, {once: true}); t.dispatchEvent(new Event('x')); t.dispatchEvent(new Event('x')) })",
                ["f", True],
            ),
            (
                "seen((t, log) => { const f = () => log('f'); t.addEventListener('x', f, true); t.removeEventListener('x', f); t.removeEventListener('x', f, {capture: true}) })",
                [True],
            ),
            (
                "seen((t, log) => t.addEventListener('x', { name: 'object', handleEvent(e) { log(this.name + e.type) } }))",
                ["objectx", True],
            ),
            (
                "seen((t, log) => { t.addEventListener('x', (e) => { e.stopImmediatePropagation(); log(1) }); t.addEventListener('x', () => log(2)) })",
                [1, True],
            ),
            ("seen((t) => t.addEventListener('x', (e) => e.preventDefault()))", [False]),
            ("seen((t) => t.addEventListener('x', (e) => e.preventDefault()), new Event('x'))", [True]),
            # Node 20 lets a passive listener prevent the default; browsers do not, and neither do we.
            ("seen((t) => t.addEventListener('x', (e) => e.preventDefault(), {passive: true}))", [True]),
            (
                "seen((t, log) => { const c = new AbortController(); t.addEventListener('x', () => log('gone'), {signal: c.signal}); c.abort() })",
                [True],
            ),
            (
                "seen((t, log) => t.addEventListener('x', function (e) { log([this === t, e.target === t, e.currentTarget === t, e.eventPhase, e.composedPath().length]) }))",
                [[True, True, True, 2, 1], True],
            ),
            # A listener added or removed while the event is under way
            (
                "seen((t, log) => { const late = () => log('late'); t.addEventListener('x', () => { t.removeEventListener('x', late); t.addEventListener('x', () => log('new')) }); t.addEventListener('x', late) })",
                [True],
            ),
            (
                "(() => { const t = new EventTarget(), e = new Event('x'); let out; t.addEventListener('x', () => { try { t.dispatchEvent(e) } catch (x) { out = x.code } }); t.dispatchEvent(e); return out })()",
                "ERR_EVENT_RECURSION",
            ),
            (
                "[new CustomEvent('x', {detail: {a: 1}}).detail.a, new CustomEvent('x').detail, new CustomEvent('x', {detail: 0}).detail]",
                [1, None, 0],
            ),
            (
                "(({data, origin, lastEventId, ports}) => [data, origin, lastEventId, ports])(new MessageEvent('m', {data: 1, origin: 'o', lastEventId: 3}))",
                [1, "o", "3", []],
            ),
            (
                "(({message, lineno, error}) => [message, lineno, error.message])(new ErrorEvent('error', {message: 'm', lineno: 7, error: new Error('e')}))",
                ["m", 7, "e"],
            ),
            (
                "[String(new Event('x')), String(et), Object.keys(EventTarget.prototype)]",
                [
                    "[object Event]",
                    "[object EventTarget]",
                    ["addEventListener", "removeEventListener", "dispatchEvent"],
                ],
            ),
            (
                "(() => { const m = new Mine(); let n = 0; m.addEventListener('q', () => n++); m.dispatchEvent(new Event('q')); return [n, m instanceof EventTarget, m.foo] })()",
                [1, True, 1],
            ),
        ],
    )


def test_events_look_like_nodes(shared: Sandbox) -> None:
    outcome = shared.eval("""
    class Mine extends EventTarget { foo = 1 }
    console.log(new Mine(), new AbortController(), [[[AbortSignal.abort()]]]);
    console.log({a: {b: {c: new Event('x')}}}, new Blob(['ab'], {type: 'text/plain'}), [[[new Blob([])]]]);
    console.log(new File(['a'], 'n', {lastModified: 1}));
    """)
    assert printed(outcome) == (
        "Mine {} AbortController { signal: AbortSignal { aborted: false } } [ [ [ [AbortSignal] ] ] ]\n"
        "{ a: { b: { c: Event } } } Blob { size: 2, type: 'text/plain' } [ [ [ [Blob] ] ] ]\n"
        "File { size: 1, type: '', name: 'n', lastModified: 1 }\n"
    )


def test_listeners_that_throw_are_reported_and_do_not_stop_the_others(make: Maker) -> None:
    events: list[Any] = []
    sandbox = make(sink=events.append)
    code = """
    const t = new EventTarget(), seen = [];
    t.addEventListener('x', () => { throw new RangeError('sync') });
    t.addEventListener('x', async () => { throw new TypeError('async') });
    t.addEventListener('x', () => seen.push('third'));
    seen.push(t.dispatchEvent(new Event('x')));
    await new Promise((go) => setTimeout(go, 5));
    seen
    """
    assert value(sandbox, code) == ["third", True]
    late = {each.error.message for each in events if isinstance(each, Late)}
    assert late == {"sync", "async"}


def test_aborting(shared: Sandbox) -> None:
    prelude = """
    const order = [];
    const c = new AbortController(), any = AbortSignal.any([c.signal]), both = AbortSignal.any([any, new AbortController().signal]);
    c.signal.onabort = function (e) { order.push(['on', e.type, e.isTrusted, this === c.signal, both.aborted]) };
    c.signal.addEventListener('abort', () => order.push('listener'));
    both.addEventListener('abort', () => order.push('both'));
    c.abort('why'); c.abort('again');
    const caught = (f) => { try { return f() } catch (e) { return e } };
    """
    check(
        shared,
        prelude,
        [
            ("order", [["on", "abort", True, True, True], "listener", "both"]),
            ("[c.signal.reason, any.reason, both.reason, both.aborted]", ["why", "why", "why", True]),
            ("caught(() => c.signal.throwIfAborted())", "why"),
            ("new AbortController().signal.throwIfAborted()", None),
            (
                "(({name, code, message}) => [name, code, message])(AbortSignal.abort().reason)",
                ["AbortError", 20, "This operation was aborted"],
            ),
            ("[AbortSignal.abort(5).reason, AbortSignal.abort(5).aborted]", [5, True]),
            ("AbortSignal.any([AbortSignal.abort(7)]).reason", 7),
            ("AbortSignal.any([]).aborted", False),
            (
                "AbortSignal.any([3])",
                'TypeError ERR_INVALID_ARG_TYPE: The "signals[0]" argument must be an instance of AbortSignal. Received type number (3)',
            ),
            ("new AbortSignal()", "TypeError ERR_ILLEGAL_CONSTRUCTOR: Illegal constructor"),
            (
                "AbortSignal.timeout(-1)",
                'RangeError ERR_OUT_OF_RANGE: The value of "delay" is out of range. It must be >= 0 && <= 4294967295. Received -1',
            ),
            (
                "AbortSignal.timeout()",
                'TypeError ERR_INVALID_ARG_TYPE: The "delay" argument must be of type number. Received undefined',
            ),
            (
                "new Promise((go) => { const s = AbortSignal.timeout(1); s.onabort = () => go([s.reason.name, s.reason.code, s.reason.message]) })",
                ["TimeoutError", 23, "The operation was aborted due to timeout"],
            ),
            (
                "(() => { const c = new AbortController(); let n = 0; c.signal.onabort = () => n++; c.signal.onabort = null; c.abort(); return [n, c.signal.onabort] })()",
                [0, None],
            ),
            (
                "(() => { const c = new AbortController(); const f = () => {}; c.signal.onabort = f; return c.signal.onabort === f })()",
                True,
            ),
        ],
    )


def test_dom_exceptions(shared: Sandbox) -> None:
    prelude = "const d = new DOMException('m', 'AbortError');"
    cases: list[Case] = [
        (
            "[d.name, d.message, d.code, d instanceof Error, d instanceof DOMException, String(d), Object.keys(d)]",
            ["AbortError", "m", 20, True, True, "AbortError: m", []],
        ),
        (
            "(({name, code, message}) => [name, code, message])(new DOMException())",
            ["Error", 0, ""],
        ),
        ("[DOMException.DATA_CLONE_ERR, d.TIMEOUT_ERR]", [25, 23]),
        ("Object.prototype.toString.call(d)", "[object DOMException]"),
        # what the engine throws itself is one of them too
        (
            "(() => { try { atob('*') } catch (e) { return [e instanceof DOMException, e.name, e.code, e.constructor === DOMException] } })()",
            [True, "InvalidCharacterError", 5, True],
        ),
        (
            "(({name, code, message, stack}) => [name, code, message, stack === d.stack])(structuredClone(d))",
            ["AbortError", 20, "m", True],  # a web browser's answer; Node 20 gives {}
        ),
    ]
    check(shared, prelude, cases)


def test_performance(shared: Sandbox) -> None:
    prelude = """
    import { performance, PerformanceObserver, PerformanceEntry, createHistogram, monitorEventLoopDelay, constants } from 'node:perf_hooks';
    const turn = () => new Promise((go) => setImmediate(() => setImmediate(go)));
    const a = performance.mark('a', {detail: {x: 1}, startTime: 5});
    performance.mark('b', {startTime: 9});
    const watched = [];
    const observer = new PerformanceObserver((list, self) => watched.push(list.getEntries().map((e) => e.name), self === observer));
    observer.observe({entryTypes: ['mark']});
    performance.mark('z1'); performance.mark('z2');
    await turn();
    observer.disconnect();
    performance.mark('z3');
    await turn();
    performance.clearMarks('z1'); performance.clearMarks('z2'); performance.clearMarks('z3');
    const h = createHistogram(); h.record(5); h.record(7);
    """
    check(
        shared,
        prelude,
        [
            ("performance.now() > 0 && performance.now() <= performance.now()", True),
            ("Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 5000", True),
            (
                "a.toJSON()",
                {"name": "a", "entryType": "mark", "startTime": 5, "duration": 0, "detail": {"x": 1}},
            ),
            (
                "(({name, startTime, duration, detail}) => [name, startTime, duration, detail])(performance.measure('m', 'a', 'b'))",
                ["m", 5, 4, None],
            ),
            ("performance.measure('m2', {start: 1, duration: 4, detail: 3}).toJSON().duration", 4),
            (
                "performance.measure('m', 'nope')",
                'SyntaxError 12: The "nope" performance mark has not been set',
            ),
            (
                "performance.measure('m', {start: 1, end: 2, duration: 3})",
                "TypeError ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS: Must not have options.start, options.end, and options.duration specified",
            ),
            ("performance.mark()", 'TypeError ERR_MISSING_ARGS: The "name" argument must be specified'),
            (
                "performance.mark('x', {startTime: -1})",
                "TypeError ERR_PERFORMANCE_INVALID_TIMESTAMP: -1 is not a valid timestamp",
            ),
            (
                "performance.getEntries().map((e) => e.entryType + ':' + e.name)",
                ["measure:m2", "mark:a", "measure:m", "mark:b"],
            ),
            (
                "[performance.getEntriesByName('a').length, performance.getEntriesByName('a', 'measure').length, performance.getEntriesByType('mark').length]",
                [1, 0, 2],
            ),
            ("(performance.clearMeasures(), performance.getEntries().length)", 2),
            ("watched", [["z1", "z2"], True]),
            (
                "(() => { const f = performance.timerify(function foo(x, y) { return x + y }); return [f(1, 2), f.name, f.length] })()",
                [3, "timerified foo", 2],
            ),
            (
                "new PerformanceObserver()",
                'TypeError ERR_INVALID_ARG_TYPE: The "callback" argument must be of type function. Received undefined',
            ),
            ("new PerformanceEntry()", "TypeError ERR_ILLEGAL_CONSTRUCTOR: Illegal constructor"),
            (
                "[h.min, h.max, h.mean, h.stddev, h.exceeds, h.count, h.percentile(50), [...h.percentiles]]",
                [5, 7, 6, 1, 0, 2, 5, [[0, 5], [50, 5], [75, 7], [100, 7]]],
            ),
            (
                "h.record(0)",
                'RangeError ERR_OUT_OF_RANGE: The value of "val" is out of range. It must be >= 1 && <= 9007199254740991. Received 0',
            ),
            (
                "(({min, max, count}) => [min, max, count])(createHistogram().toJSON())",
                [2.0**63, 0, 0],
            ),
            (
                "(() => { const d = monitorEventLoopDelay(); return [d.enable(), d.enable(), d.disable(), d.disable()] })()",
                [True, False, True, False],
            ),
            ("constants.NODE_PERFORMANCE_GC_MAJOR", 4),
        ],
    )


def test_messages(shared: Sandbox) -> None:
    prelude = """
    const turns = async (n = 6) => { for (let i = 0; i < n; i++) await new Promise((go) => setImmediate(go)) };
    const order = [];
    const one = new MessageChannel();
    one.port2.onmessage = (e) => { order.push(e.data); queueMicrotask(() => order.push('micro')) };
    const sent = {a: 1}; one.port1.postMessage(sent); sent.a = 2; one.port1.postMessage([2]);
    order.push('sync');
    await turns();
    const two = new MessageChannel(), heard = [];
    two.port2.on('message', (data) => heard.push(data));
    two.port2.on('close', () => heard.push('close'));
    two.port1.postMessage('x'); two.port1.close(); two.port1.postMessage('lost');
    await turns();
    const unheard = new MessageChannel(); unheard.port1.postMessage(1);
    const outer = new MessageChannel(), inner = new MessageChannel(), back = [];
    outer.port2.onmessage = (e) => { back.push(e.ports.length, e.ports[0] === e.data.p); e.data.p.postMessage('hi') };
    inner.port1.onmessage = (e) => back.push(e.data);
    outer.port1.postMessage({p: inner.port2}, [inner.port2]);
    await turns();
    """
    check(
        shared,
        prelude,
        [
            ("order", ["sync", {"a": 1}, "micro", [2], "micro"]),
            ("heard", ["x", "close"]),
            ("back", [1, True, "hi"]),
            ("Object.keys(one)", ["port1", "port2"]),
            (
                "one.port1.postMessage(() => {})",
                "DataCloneError 25: ()=>{} could not be cloned.".replace("()=>{}", "() => {}"),
            ),
            (
                "one.port1.postMessage()",
                "TypeError ERR_MISSING_ARGS: Not enough arguments to MessagePort.postMessage",
            ),
            ("new MessagePort()", "TypeError ERR_CONSTRUCT_CALL_INVALID: Constructor cannot be called"),
            # addEventListener does not start a port; start() does
            (
                "(async () => { const {port1, port2} = new MessageChannel(), got = []; port2.addEventListener('message', (e) => got.push(e.data)); port1.postMessage(1); await turns(2); got.push('then'); port2.start(); await turns(2); return got })()",
                ["then", 1],
            ),
            (
                "(async () => { const {port1, port2} = new MessageChannel(), got = []; port2.once('message', (d) => got.push(d)); port1.postMessage(1); port1.postMessage(2); await turns(); return got })()",
                [1],
            ),
            (
                "structuredClone(new MessageChannel().port1)",
                "TypeError ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST: Object that needs transfer was found in message but not listed in transferList",
            ),
        ],
    )


def test_a_port_that_nobody_writes_to_keeps_no_run_alive(sandbox: Sandbox) -> None:
    code = (
        "const {port1, port2} = new MessageChannel(); port1.onmessage = () => {}; await new Promise(() => {})"
    )
    outcome = sandbox.eval(code, timeout=10)
    assert outcome.error is not None
    assert outcome.error.kind == "deadlock"


def test_work_in_slices_over_a_message_channel(shared: Sandbox) -> None:
    """As React's scheduler does it: a port posts to itself between slices of work, timers get their turn."""
    code = """
    const {port1, port2} = new MessageChannel();
    let slices = 0, timer = false;
    setTimeout(() => { timer = true }, 1);
    export default await new Promise((done) => {
      port1.onmessage = () => { slices++; if (timer && slices > 3) done(slices > 3); else port2.postMessage(null) };
      port2.postMessage(null);
    });
    """
    assert value(shared, code) is True


def test_dialogs_without_anybody_to_ask(make: Maker) -> None:
    sandbox = make()
    outcome = sandbox.eval("[prompt('Name?', 'Ada'), confirm('Sure?'), alert('look'), prompt.length]")
    assert outcome.ok, outcome.error
    assert outcome.data == [None, False, None, 0]
    assert "look\n" in printed(outcome, "stdout")
    notes = printed(outcome, "stderr").splitlines()
    assert len(notes) == len(set(notes)) <= 1


def test_polluted_intrinsics_change_nothing(sandbox: Sandbox) -> None:
    code = """
    const original = {m: new Map([[1, {a: 1}]]), s: new Set([2])};
    Object.prototype.extra = 1; Object.prototype.capture = true; Array.prototype.last = () => 0;
    const boom = () => { throw new Error('polluted') };
    for (const [o, names] of [[Array.prototype, ['push', 'splice', 'shift', 'includes', 'map']], [Map.prototype, ['get', 'set', 'has', 'delete']],
      [Set.prototype, ['add', 'has', 'delete']], [Promise.prototype, ['then', 'catch', 'finally']], [Reflect, ['apply', 'construct']],
      [Object, ['keys', 'defineProperty']], [Uint8Array.prototype.__proto__, ['set', 'slice', 'subarray']]])
      for (const name of names) o[name] = boom;
    const c = new AbortController(), t = new EventTarget(), log = { n: 0 };
    const f = () => { log.n++ };
    t.addEventListener('x', f); t.addEventListener('x', f); t.dispatchEvent(new Event('x')); t.removeEventListener('x', f); t.dispatchEvent(new Event('x'));
    c.signal.addEventListener('abort', () => { log.aborted = c.signal.reason }); c.abort('r');
    const copy = structuredClone(original);
    const text = await new Blob(['a', 'b']).text();
    [log.n, log.aborted, copy.m.size, copy.s.size, text]
    """
    assert value(sandbox, code) == [1, "r", 1, 1, "ab"]
