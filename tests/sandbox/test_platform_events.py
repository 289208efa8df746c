"""node:events: what Node 20 answers, written down."""

from __future__ import annotations

import pytest

from qjs_kernel import Sandbox

from .support import fault, printed, value

SETUP = """
import EventEmitter, { once, on, getEventListeners, errorMonitor, setMaxListeners } from 'node:events';
const e = new EventEmitter();
const seen = [];
const failure = (run) => { try { return run() } catch (x) { return [x.name, x.code ?? null, x.message] } };
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # the order of listeners, `this`, the answer of emit
        (
            (
                "e.on('x', function (...a) { seen.push(['on', this === e, ...a]) });"
                "e.prependListener('x', () => seen.push('first')); e.once('x', () => seen.push('once'));"
                "export default [e.emit('x', 1, 2), e.emit('x'), e.emit('y'), seen]"
            ),
            [True, True, False, ["first", ["on", True, 1, 2], "once", "first", ["on", True]]],
        ),
        # a listener removed during emit is still called, one added is not
        (
            (
                "e.on('x', function f() { seen.push(1); e.off('x', f).off('x', g).on('x', () => seen.push(3)) });"
                "const g = () => seen.push(2); e.on('x', g); e.emit('x'); e.emit('x'); export default seen"
            ),
            [1, 2, 3],
        ),
        (
            (
                "e.on('newListener', (t, l) => seen.push(['new', t, l.name]));"
                "e.on('removeListener', (t, l) => seen.push(['gone', t, l.name]));"
                "function a() {} e.once('x', a); e.removeAllListeners('x'); e.removeAllListeners();"
                "export default [seen, e.eventNames()]"
            ),
            [
                [
                    ["new", "removeListener", ""],
                    ["new", "x", "a"],
                    ["gone", "x", "a"],
                    ["gone", "newListener", ""],
                ],
                [],
            ],
        ),
        (
            (
                "function a() {} e.on('x', a).once('x', a); const s = Symbol('s'); e.on(s, a);"
                "export default [e.listenerCount('x'), e.listenerCount('x', a), e.listeners('x')[1] === a,"
                "  e.rawListeners('x')[1] === a, e.rawListeners('x')[1].listener === a, e.eventNames().length,"
                "  EventEmitter.listenerCount(e, 'x'), getEventListeners(e, 'x').length,"
                "  e.off('x', a).listenerCount('x')]"
            ),
            [2, 2, True, False, True, 2, 2, 2, 1],
        ),
        # errors
        (
            "export default [undefined, 1, { a: 1 }].map((v) => failure(() => e.emit('error', v)))",
            [
                ["Error", "ERR_UNHANDLED_ERROR", f"Unhandled error. ({text})"]
                for text in ("undefined", "1", "{ a: 1 }")
            ],
        ),
        (
            (
                "e.on(errorMonitor, (x) => seen.push(x.message));"
                "const a = failure(() => e.emit('error', new TypeError('t'))); e.on('error', () => {});"
                "export default [a, e.emit('error', new Error('u')), seen]"
            ),
            [["TypeError", None, "t"], True, ["t", "u"]],
        ),
        (
            (
                "export default [() => e.on('x'), () => e.setMaxListeners(-1),"
                "  () => EventEmitter.defaultMaxListeners = 'x',"
                "  () => getEventListeners({}, 'x'), () => on({}, 'x')].map(failure).map((x) => x.slice(1))"
            ),
            [
                [
                    "ERR_INVALID_ARG_TYPE",
                    'The "listener" argument must be of type function. Received undefined',
                ],
                [
                    "ERR_OUT_OF_RANGE",
                    'The value of "setMaxListeners" is out of range. It must be >= 0. Received -1',
                ],
                [
                    "ERR_INVALID_ARG_TYPE",
                    "The \"defaultMaxListeners\" argument must be of type number. Received type string ('x')",
                ],
                [
                    "ERR_INVALID_ARG_TYPE",
                    (
                        'The "emitter" argument must be an instance of EventEmitter or EventTarget. '
                        "Received an instance of Object"
                    ),
                ],
                [
                    "ERR_INVALID_ARG_TYPE",
                    'The "emitter" argument must be an instance of EventEmitter. Received an instance of Object',
                ],
            ],
        ),
        # as a base class, in every style
        (
            (
                "import { inherits } from 'node:util'; function Old() { EventEmitter.call(this) }"
                "inherits(Old, EventEmitter);"
                "class New extends EventEmitter {} const bare = Object.create(EventEmitter.prototype);"
                "export default [new Old(), new New(), bare].map((x) => { let n = 0; x.on('a', () => n++); x.emit('a');"
                "  return [n, x instanceof EventEmitter] })"
            ),
            [[1, True]] * 3,
        ),
        (
            (
                "export default [EventEmitter.EventEmitter === EventEmitter, EventEmitter.defaultMaxListeners,"
                "  String(errorMonitor), EventEmitter.captureRejectionSymbol === Symbol.for('nodejs.rejection'),"
                "  Object.keys(e), e.getMaxListeners()]"
            ),
            [
                True,
                10,
                "Symbol(events.errorMonitor)",
                True,
                ["_events", "_eventsCount", "_maxListeners"],
                10,
            ],
        ),
        # promises and iterators
        (
            (
                "queueMicrotask(() => e.emit('x', 1, 2)); const a = await once(e, 'x');"
                "queueMicrotask(() => e.emit('error', new Error('bad')));"
                "const b = await once(e, 'x').catch((x) => x.message);"
                "export default [a, b, e.eventNames()]"
            ),
            [[1, 2], "bad", []],
        ),
        (
            (
                "queueMicrotask(() => { e.emit('n', 1); e.emit('n', 2, 3); e.emit('end') });"
                "for await (const v of on(e, 'n', { close: ['end'] })) seen.push(v);"
                "queueMicrotask(() => e.emit('error', new Error('it')));"
                "try { for await (const v of on(e, 'n')); } catch (x) { seen.push(x.message) }"
                "export default [seen, e.eventNames()]"
            ),
            [[[1], [2, 3], "it"], []],
        ),
        (
            (
                "const a = new AbortController(); setTimeout(() => a.abort('why'));"
                "const first = await once(e, 'x', { signal: a.signal }).catch((x) => [x.name, x.code, x.cause]);"
                "try { on(e, 'x', { signal: a.signal }) } catch (x) { seen.push(x.name) }"
                "export default [first, seen, e.eventNames()]"
            ),
            [["AbortError", "ABORT_ERR", "why"], ["AbortError"], []],
        ),
        (
            (
                "const t = new EventTarget(); queueMicrotask(() => t.dispatchEvent(new Event('q')));"
                "const listener = () => {}; t.addEventListener('z', listener);"
                "export default [(await once(t, 'q'))[0].type, getEventListeners(t, 'z')[0] === listener]"
            ),
            ["q", True],
        ),
        # rejections of async listeners
        (
            (
                "const c = new EventEmitter({ captureRejections: true });"
                "c.on('x', async () => { throw new Error('r') });"
                "queueMicrotask(() => c.emit('x')); const a = (await once(c, 'error'))[0].message;"
                "const b = await new Promise((done) => { c[Symbol.for('nodejs.rejection')] ="
                "  (error, type, ...args) => done([error.message, type, args]); c.emit('x', 7) });"
                "export default [a, b]"
            ),
            ["r", ["r", "x", [7]]],
        ),
    ],
)
def test_as_in_node(shared: Sandbox, code: str, expected: object) -> None:
    assert value(shared, SETUP + code) == expected


def test_leaks_are_told_once(shared: Sandbox) -> None:
    outcome = shared.eval(
        SETUP + "for (let i = 0; i < 14; i++) e.on('x', () => {});"
        "e.setMaxListeners(0); for (let i = 0; i < 14; i++) e.on('y', () => {});"
    )
    told = printed(outcome, "stderr")
    assert told.count("MaxListenersExceededWarning") == 1
    assert "11 x listeners added to [EventEmitter]. MaxListeners is 10." in told


def test_an_unhandled_error_event_ends_the_program(shared: Sandbox) -> None:
    error = fault(shared, SETUP + "e.emit('error', new RangeError('too far'))")
    assert (error.name, error.message) == ("RangeError", "too far")


def test_survives_additions_to_the_intrinsics(shared: Sandbox) -> None:
    code = """
        Object.prototype.extra = 1; Array.prototype.push = () => { throw new Error('polluted') };
        Array.prototype.slice = Array.prototype.unshift = Array.prototype.push;
        Function.prototype.apply = Function.prototype.call = Array.prototype.push;
        e.on('x', () => { seen[seen.length] = 1 }); e.on('x', () => { seen[seen.length] = 2 }); e.emit('x');
        export default [seen.length, e.eventNames()];
    """
    assert value(shared, SETUP + code) == [2, ["x"]]
