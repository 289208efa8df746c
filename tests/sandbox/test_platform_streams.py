# ruff: noqa: E501
# Why: programs of one line are easier to read as one line.
"""Web streams: what fetch bodies and programs do with them. Expected values are Node 20's answers."""

from __future__ import annotations

import pytest

from qjs_kernel import Sandbox

from .support import printed, value
from .test_platform_web import check

_HELPERS = """
import { ReadableStreamDefaultController, ReadableStreamBYOBReader } from 'node:stream/web';
const all = async (stream) => { const out = []; for await (const c of stream) out.push(c); return out };
const numbers = (n) => { let i = 0; return new ReadableStream({ pull(c) { if (i < n) c.enqueue(i++); else c.close() } }) };
const turn = () => new Promise((go) => setTimeout(go, 1));
const said = (e) => e instanceof Error ? `${e.name} ${e.code ?? '-'}: ${e.message}` : `threw ${String(e)}`;
const failing = async (promise) => { try { return await promise } catch (e) { return said(e) } };
const state = (message) => 'TypeError ERR_INVALID_STATE: Invalid state: ' + message;
"""
# `check` has its own `said`
_HELPERS_FOR_CHECK = _HELPERS.replace("const said = ", "const saying = ").replace("said(e)", "saying(e)")


def test_reading(shared: Sandbox) -> None:
    prelude = _HELPERS_FOR_CHECK + (
        """
    const pulls = [];
    const lazy = new ReadableStream({ pull(c) { pulls.push(c.desiredSize); c.enqueue('x') } }, { highWaterMark: 3 });
    await turn();
    const cancelled = [];
    const stopped = new ReadableStream({ start(c) { c.enqueue(1) }, cancel(why) { cancelled.push(why) } });
    await stopped.cancel('enough');
    const broken = new ReadableStream({ start(c) { c.enqueue(1); c.error(new RangeError('broken')) } });
    """
    )
    check(
        shared,
        prelude,
        [
            ("all(numbers(3))", [0, 1, 2]),
            ("pulls", [3, 2, 1]),  # backpressure: it stops when the queue is full
            ("cancelled", ["enough"]),
            ("all(stopped)", []),
            ("broken.getReader().read()", "RangeError -: broken"),
            (
                "(async () => { const r = numbers(1).getReader(); return [await r.read(), await r.read(), await r.closed] })()",
                [{"value": 0, "done": False}, {"done": True, "value": None}, None],
            ),
            (
                "(async () => { const s = numbers(3), r = s.getReader(); const one = (await r.read()).value; r.releaseLock(); return [one, s.locked, ...await all(s)] })()",
                [0, False, 1, 2],
            ),
            (
                "(async () => { const s = numbers(9), out = []; for await (const c of s) { out.push(c); if (c === 1) break } return [out, s.locked, await all(s)] })()",
                [[0, 1], False, []],
            ),
            (
                "(async () => { const s = numbers(4), out = []; for await (const c of s.values({preventCancel: true})) { out.push(c); break } return [out, await all(s)] })()",
                [[0], [1, 2, 3]],
            ),
            ("Array.fromAsync(numbers(2))", [0, 1]),
            ("all(ReadableStream.from(['a', Promise.resolve('b')]))", ["a", "b"]),
            ("all(ReadableStream.from((async function* () { yield 1; yield 2 })()))", [1, 2]),
            (
                "(async () => { let done = 0; const s = ReadableStream.from((function* () { try { yield 1; yield 2 } finally { done++ } })()); for await (const c of s) break; return done })()",
                1,
            ),
            ("ReadableStream.from(3)", "TypeError ERR_ARG_NOT_ITERABLE: 3 must be iterable"),
            # a start that takes its time, a pull that fails, a size function
            (
                "all(new ReadableStream({ async start(c) { await turn(); c.enqueue('late'); c.close() } }))",
                ["late"],
            ),
            (
                "all(new ReadableStream({ async pull() { throw new TypeError('pull') } }))",
                "TypeError -: pull",
            ),
            (
                "(() => { let c; new ReadableStream({ start(x) { c = x } }, new ByteLengthQueuingStrategy({highWaterMark: 10})); c.enqueue(new Uint8Array(4)); return c.desiredSize })()",
                6,
            ),
            ("new ReadableStream({ start() { throw new Error('start') } })", "Error -: start"),
            ("new ReadableStream().getReader().constructor.name", "ReadableStreamDefaultReader"),
            ("String(new ReadableStream())", "[object ReadableStream]"),
        ],
    )


def test_misuse_is_told_as_node_tells_it(shared: Sandbox) -> None:
    prelude = _HELPERS_FOR_CHECK + (
        """
    const locked = new ReadableStream(); locked.getReader();
    const lockedW = new WritableStream(); lockedW.getWriter();
    const released = new ReadableStream().getReader(); released.releaseLock();
    const releasedW = new WritableStream().getWriter(); releasedW.releaseLock();
    const start = (f, type) => new ReadableStream({ type, start: f });
    """
    )
    state = "TypeError ERR_INVALID_STATE: Invalid state: {}".format
    unbound = state("Writer is not bound to a WritableStream")
    check(
        shared,
        prelude,
        [
            ("locked.getReader()", state("ReadableStream is locked")),
            ("locked.cancel()", state("ReadableStream is locked")),
            ("locked.tee()", state("ReadableStream is locked")),
            ("locked.values()", state("ReadableStream is locked")),
            ("locked.pipeTo(new WritableStream())", state("The ReadableStream is locked")),
            ("locked.pipeThrough(new TransformStream())", state("The ReadableStream is locked")),
            ("new ReadableStream().pipeTo(lockedW)", state("The WritableStream is locked")),
            ("lockedW.getWriter()", state("WritableStream is locked")),
            ("lockedW.close()", state("WritableStream is locked")),
            ("released.read()", state("The reader is not attached to a stream")),
            ("released.closed", state("Reader released")),
            (
                "(async () => { const r = new ReadableStream().getReader(), p = r.read(); r.releaseLock(); return p })()",
                state("Releasing reader"),
            ),
            ("releasedW.write(1)", unbound),
            ("releasedW.desiredSize", unbound),
            ("releasedW.ready", state("Writer has been released")),
            (
                "(async () => { const w = new WritableStream().getWriter(); await w.close(); return w.close() })()",
                state("WritableStream is closed"),
            ),
            ("start((c) => { c.close(); c.enqueue(1) })", state("Controller is already closed")),
            ("start((c) => { c.close(); c.close() })", state("Controller is already closed")),
            (
                "start((c) => c.enqueue(new Uint8Array(0)), 'bytes')",
                state("chunk ArrayBuffer is zero-length or detached"),
            ),
            (
                "start((c) => c.enqueue('a'), 'bytes')",
                "TypeError ERR_INVALID_ARG_TYPE: The \"buffer\" argument must be an instance of Buffer, TypedArray, or DataView. Received type string ('a')",
            ),
            (
                "new ReadableStream(3)",
                'TypeError ERR_INVALID_ARG_TYPE: The "source" argument must be of type object. Received type number (3)',
            ),
            (
                "new ReadableStream({type: 'x'})",
                "TypeError ERR_INVALID_ARG_VALUE: The property 'source.type' is invalid. Received 'x'",
            ),
            (
                "new ReadableStream({}, {highWaterMark: -1})",
                "RangeError ERR_INVALID_ARG_VALUE: The property 'strategy.highWaterMark' is invalid. Received -1",
            ),
            (
                "start((c) => c.enqueue(1)) && new ReadableStream({ start(c) { c.enqueue(1) } }, { size() { return -1 } })",
                "RangeError ERR_INVALID_ARG_VALUE: The argument 'size' is invalid. Received -1",
            ),
            (
                "new ReadableStream().getReader({mode: 'byob'})",
                "TypeError ERR_INVALID_ARG_VALUE: The argument 'stream' must be a byte stream. Received ReadableStream { locked: false, state: 'readable', supportsBYOB: false }",
            ),
            (
                "new ReadableStreamDefaultController()",
                "TypeError ERR_ILLEGAL_CONSTRUCTOR: Illegal constructor",
            ),
            (
                "ReadableStream.prototype.cancel.call({})",
                'TypeError ERR_INVALID_THIS: Value of "this" must be of type ReadableStream',
            ),
            (
                "new ReadableStream().pipeThrough(3)",
                'TypeError ERR_INVALID_ARG_TYPE: The "transform.readable" property must be an instance of ReadableStream. Received undefined',
            ),
            ("new CountQueuingStrategy({})", "TypeError ERR_MISSING_OPTION: init.highWaterMark is required"),
            (
                "new CompressionStream('br')",
                "TypeError ERR_INVALID_ARG_VALUE: The argument 'format' is invalid. Received 'br'",
            ),
        ],
    )


def test_writing(shared: Sandbox) -> None:
    prelude = _HELPERS_FOR_CHECK + (
        """
    const log = [];
    const sink = new WritableStream({
      start() { log.push('start') }, async write(chunk) { await turn(); log.push(chunk) }, close() { log.push('close') } },
      new CountQueuingStrategy({ highWaterMark: 2 }));
    const w = sink.getWriter();
    const sizes = [w.desiredSize];
    w.write('a'); w.write('b'); sizes.push(w.desiredSize);
    let ready = false; w.ready.then(() => { ready = true });
    await null; const before = ready;
    await w.ready; const after = w.desiredSize;
    await w.close();
    const aborted = []; let signalled;
    const other = new WritableStream({ start(c) { c.signal.onabort = () => { signalled = c.signal.reason } }, abort(why) { aborted.push(why) } });
    const ow = other.getWriter(); await ow.abort('stop');
    """
    )
    check(
        shared,
        prelude,
        [
            ("log", ["start", "a", "b", "close"]),
            ("[sizes, before, after]", [[2, 0], False, 1]),
            ("[aborted, signalled]", [["stop"], "stop"]),
            ("ow.closed", "threw stop"),
            ("ow.write(1)", "threw stop"),
            (
                "(async () => { const w = new WritableStream({ write() { throw new RangeError('sink') } }).getWriter(); return [await failing(w.write(1)), await failing(w.closed)] })()",
                ["RangeError -: sink", "RangeError -: sink"],
            ),
            (
                "(async () => { const w = new WritableStream({ start(c) { c.error(new Error('bad')) } }).getWriter(); return failing(w.write(1)) })()",
                "Error -: bad",
            ),
            (
                "(async () => { const seen = []; await new WritableStream({ write(c) { seen.push(c) } }).close(); return seen })()",
                [],
            ),
        ],
    )


def test_tee_and_pipes(shared: Sandbox) -> None:
    prelude = _HELPERS_FOR_CHECK + (
        """
    const into = (list) => new WritableStream({ write(c) { list.push(c) }, close() { list.push('closed') }, abort(e) { list.push(['abort', e]) } });
    const upper = () => new TransformStream({ transform(c, k) { k.enqueue(c.toUpperCase()) }, flush(k) { k.enqueue('!') } });
    """
    )
    check(
        shared,
        prelude,
        [
            (
                "(async () => { const [a, b] = numbers(3).tee(); return [await all(a), await all(b)] })()",
                [[0, 1, 2], [0, 1, 2]],
            ),
            (
                "(async () => { let why; const s = new ReadableStream({ cancel(w) { why = w } }); const [a, b] = s.tee(); a.cancel(1); await b.cancel(2); return why })()",
                [1, 2],
            ),
            (
                "(async () => { const [a, b] = new Blob(['abc']).stream().tee(); const x = (await all(a))[0], y = (await all(b))[0]; x[0] = 0; return [x.length, [...y], x.buffer !== y.buffer] })()",
                [3, [97, 98, 99], True],
            ),
            (
                "(async () => { const out = []; await numbers(3).pipeTo(into(out)); return out })()",
                [0, 1, 2, "closed"],
            ),
            (
                "(async () => { const out = [], s = numbers(2), d = into(out); await s.pipeTo(d, {preventClose: true}); return [out, s.locked, d.locked] })()",
                [[0, 1], False, False],
            ),
            (
                "all(ReadableStream.from(['a', 'b']).pipeThrough(upper()).pipeThrough(new TransformStream()))",
                ["A", "B", "!"],
            ),
            (
                "(async () => { const out = []; const s = new ReadableStream({ start(c) { c.enqueue(1); setTimeout(() => c.error('src'), 1) } }); return [await failing(s.pipeTo(into(out))), out] })()",
                ["threw src", [1, ["abort", "src"]]],
            ),
            (
                "(async () => { let why; const s = new ReadableStream({ pull(c) { c.enqueue(1) }, cancel(w) { why = w } }); const said = await failing(s.pipeTo(new WritableStream({ write() { throw 'dest' } }))); return [said, why] })()",
                ["threw dest", "dest"],
            ),
            (
                "(async () => { const ac = new AbortController(); let cancelled, aborted; const r = new ReadableStream({cancel(e) { cancelled = e }}), w = new WritableStream({abort(e) { aborted = e }}); const p = failing(r.pipeTo(w, {signal: ac.signal})); ac.abort('why'); return [await p, cancelled, aborted, r.locked, w.locked] })()",
                ["threw why", "why", "why", False, False],
            ),
            (
                "failing(new ReadableStream().pipeTo(new WritableStream(), {signal: AbortSignal.abort()}))",
                "AbortError 20: This operation was aborted",
            ),
            (
                "(async () => { const t = new TransformStream({ transform(c, k) { k.terminate() } }); const w = t.writable.getWriter(), p = t.readable.getReader().read(); await failing(w.write(1)); return [await p, await failing(w.write(2))] })()",
                [
                    {"done": True, "value": None},
                    "TypeError ERR_INVALID_STATE: Invalid state: TransformStream has been terminated",
                ],
            ),
            (
                "(async () => { const t = new TransformStream({ transform() { throw new Error('tx') } }); const w = t.writable.getWriter(); w.write(1).catch(() => {}); return failing(t.readable.getReader().read()) })()",
                "Error -: tx",
            ),
            # a transform waits for its reader: the second write is not taken before somebody reads
            (
                "(async () => { const seen = [], t = new TransformStream({ transform(c, k) { seen.push(c); k.enqueue(c) } }); const w = t.writable.getWriter(); w.write(1); w.write(2); await turn(); const early = [...seen]; const r = t.readable.getReader(); await r.read(); await r.read(); return [early, seen] })()",
                [[], [1, 2]],
            ),
        ],
    )


def test_byte_streams(shared: Sandbox) -> None:
    prelude = _HELPERS_FOR_CHECK + (
        """
    const source = (text, size) => { const bytes = new TextEncoder().encode(text); let at = 0;
      return new ReadableStream({ type: 'bytes', pull(c) {
        const view = c.byobRequest?.view, n = Math.min(size, bytes.length - at, view?.byteLength ?? 1e9);
        if (n === 0) { c.close(); c.byobRequest?.respond(0); return }
        if (view) { view.set(bytes.subarray(at, at + n)); at += n; c.byobRequest.respond(n) }
        else { c.enqueue(bytes.slice(at, at + n)); at += n } } }) };
    const text = (chunks) => chunks.map((c) => String.fromCharCode(...c));
    """
    )
    check(
        shared,
        prelude,
        [
            ("all(source('abcde', 2)).then(text)", ["ab", "cd", "e"]),
            (
                "(async () => { const r = source('abcde', 2).getReader({mode: 'byob'}), out = []; let buffer = new ArrayBuffer(4); for (;;) { const {value, done} = await r.read(new Uint8Array(buffer)); if (done) return [out, value.byteLength]; out.push(String.fromCharCode(...value)); buffer = value.buffer } })()",
                [["ab", "cd", "e"], 0],
            ),
            (
                "(async () => { const r = source('abcdefgh', 3).getReader({mode: 'byob'}); const {value} = await r.read(new Uint16Array(2)); return [value.constructor.name, value.length] })()",
                ["Uint16Array", 1],
            ),
            (
                "(async () => { const buffer = new Uint8Array(4); const r = source('ab', 2).getReader({mode: 'byob'}); await r.read(buffer); return [buffer.byteLength, r instanceof ReadableStreamBYOBReader] })()",
                [0, True],
            ),
            (
                "(async () => { const s = new ReadableStream({ type: 'bytes', autoAllocateChunkSize: 8, pull(c) { const v = c.byobRequest.view; v[0] = 65; c.byobRequest.respond(1) } }); const {value} = await s.getReader().read(); return [value.length, value[0], value.buffer.byteLength] })()",
                [1, 65, 8],
            ),
            (
                "(async () => { const s = new ReadableStream({ type: 'bytes', start(c) { c.enqueue(new Uint8Array([1, 2, 3])) } }); const r = s.getReader({mode: 'byob'}); const a = await r.read(new Uint8Array(2)); const b = await r.read(new Uint8Array(2)); return [[...a.value], [...b.value]] })()",
                [[1, 2], [3]],
            ),
            (
                "new ReadableStream({type: 'bytes'}).getReader({mode: 'byob'}).read(new Uint8Array(0))",
                "TypeError ERR_INVALID_STATE: Invalid state: View or Viewed ArrayBuffer is zero-length or detached",
            ),
        ],
    )


def test_text_streams(shared: Sandbox) -> None:
    prelude = _HELPERS_FOR_CHECK + (
        "const bytes = (...parts) => ReadableStream.from(parts.map((p) => new Uint8Array(p)));"
    )
    check(
        shared,
        prelude,
        [
            (
                "all(ReadableStream.from(['a€', '\\ud83d', '\\ude00b']).pipeThrough(new TextEncoderStream())).then((x) => x.map((c) => [...c]))",
                [[97, 226, 130, 172], [240, 159, 152, 128, 98]],
            ),
            (
                "all(ReadableStream.from(['\\ud83d']).pipeThrough(new TextEncoderStream())).then((x) => x.map((c) => [...c]))",
                [[239, 191, 189]],
            ),
            (
                "all(bytes([97, 226], [130], [172]).pipeThrough(new TextDecoderStream()))",
                ["a", "€"],
            ),
            (
                "failing(all(bytes([255]).pipeThrough(new TextDecoderStream('utf-8', {fatal: true}))))",
                "TypeError ERR_ENCODING_INVALID_ENCODED_DATA: The encoded data was not valid for encoding utf-8",
            ),
            (
                "(({encoding, fatal, ignoreBOM}) => [encoding, fatal, ignoreBOM])(new TextDecoderStream('latin1'))",
                ["windows-1252", False, False],
            ),
        ],
    )


@pytest.mark.parametrize("format", ["gzip", "deflate", "deflate-raw"])
def test_compression_streams(shared: Sandbox, format: str) -> None:
    code = (
        _HELPERS
        + f"""
    const text = 'hello '.repeat(20_000), format = '{format}';
    const packed = new Blob([text]).stream().pipeThrough(new CompressionStream(format));
    const chunks = await all(packed);
    const size = chunks.reduce((n, c) => n + c.length, 0);
    const back = new Blob(chunks).stream().pipeThrough(new DecompressionStream(format)).pipeThrough(new TextDecoderStream());
    const bad = ReadableStream.from([new Uint8Array([255, 255, 255, 255])]).pipeThrough(new DecompressionStream(format));
    export default [chunks.every((c) => c.constructor === Uint8Array), size < 2000, (await all(back)).join('') === text,
      (await failing(all(bad))).split(/[ :]/)[1]];
    """
    )
    assert value(shared, code) == [True, True, True, "Z_DATA_ERROR"]


def test_consumers(shared: Sandbox) -> None:
    prelude = "import { text, json, buffer, arrayBuffer, blob } from 'node:stream/consumers'; const of = (...parts) => ReadableStream.from(parts);"
    check(
        shared,
        prelude,
        [
            ("text(of('a', new TextEncoder().encode('b')))", "ab"),
            ("json(of('{\"a\"', ': 1}'))", {"a": 1}),
            ("buffer(of(Buffer.from('q'))).then((b) => [Buffer.isBuffer(b), b.toString()])", [True, "q"]),
            ("arrayBuffer(of(Buffer.from('qq'))).then((b) => b.byteLength)", 2),
            ("blob(of('q', 'r')).then((b) => b.text())", "qr"),
        ],
    )


def test_streams_look_like_nodes(shared: Sandbox) -> None:
    outcome = shared.eval("""
    console.log(new ReadableStream(), new WritableStream(), new ReadableStream({type: 'bytes'}));
    console.log(new TransformStream());
    console.log(new CountQueuingStrategy({highWaterMark: 3}));
    """)
    assert printed(outcome) == (
        "ReadableStream { locked: false, state: 'readable', supportsBYOB: false } WritableStream { locked: false, state: 'writable' } ReadableStream { locked: false, state: 'readable', supportsBYOB: true }\n"
        "TransformStream {\n"
        "  readable: ReadableStream { locked: false, state: 'readable', supportsBYOB: false },\n"
        "  writable: WritableStream { locked: false, state: 'writable' },\n"
        "  backpressure: true\n"
        "}\n"
        "CountQueuingStrategy { highWaterMark: 3 }\n"
    )


def test_polluted_intrinsics_change_nothing(sandbox: Sandbox) -> None:
    code = """
    const list = [];
    const into = new WritableStream({ write(c) { list[list.length] = c } });
    Object.prototype.extra = 1; Object.prototype.highWaterMark = undefined;
    const boom = () => { throw new Error('polluted') };
    for (const [o, names] of [[Array.prototype, ['push', 'shift', 'splice', 'map']],
      [Promise, ['resolve', 'reject']], [Reflect, ['apply']], [Uint8Array.prototype.__proto__, ['set', 'subarray', 'slice']]])
      for (const name of names) o[name] = boom;
    ReadableStream.prototype.getReader = boom; WritableStream.prototype.getWriter = boom;
    let i = 0;
    const [a, b] = new ReadableStream({ pull(c) { if (i < 3) c.enqueue(i++); else c.close() } }).tee();
    await a.pipeThrough(new TransformStream()).pipeTo(into);
    let sum = 0;
    for await (const n of b) sum += n;
    [list[0], list[1], list[2], list.length, sum]
    """
    assert value(sandbox, code) == [0, 1, 2, 3, 3]
