# ruff: noqa: E501
# Why: programs of one line are easier to read as one line.
"""structuredClone, Blob and File, as programs for Node 20 and the web use them."""

from __future__ import annotations

from qjs_kernel import Sandbox

from .test_platform_web import check


def test_structured_clone(shared: Sandbox) -> None:
    prelude = """
    const b = new ArrayBuffer(16), u = new Uint16Array(b, 4, 3); u[0] = 7;
    const moved = new ArrayBuffer(8), got = structuredClone({moved}, {transfer: [moved]});
    const cyclic = {}; cyclic.self = cyclic; cyclic.map = new Map([[cyclic, 1]]);
    const copy = structuredClone(cyclic);
    const deep = (n) => { let a = {}; for (let i = 0; i < n; i++) a = {a}; return a };
    const error = Object.assign(new RangeError('m', {cause: {a: 1}}), {extra: 1});
    const cloned = structuredClone(error);
    class P { constructor() { this.x = 1 } get y() { return 2 } m() {} }
    const r = /a/gy; r.lastIndex = 3;
    """
    cannot = "DataCloneError 25: {} could not be cloned.".format
    check(
        shared,
        prelude,
        [
            ("structuredClone()", "TypeError ERR_MISSING_ARGS: The value argument must be specified"),
            ("structuredClone(Symbol('x'))", cannot("Symbol(x)")),
            ("structuredClone({a: {f: Math.max}}) && 0", cannot("function max() {\n    [native code]\n}")),
            ("structuredClone(new WeakMap())", cannot("#<WeakMap>")),
            ("structuredClone(new WeakRef({}))", cannot("#<WeakRef>")),
            ("structuredClone({a: [new FinalizationRegistry(() => {})]})", cannot("#<FinalizationRegistry>")),
            ("structuredClone(Promise.resolve())", cannot("#<Promise>")),
            ("structuredClone(Object(Symbol('x')))", cannot("[object Symbol]")),
            ("structuredClone((function* () {})())", cannot("[object Generator]")),
            ("structuredClone((function () { return arguments })(1))", cannot("#<Object>")),
            (
                "structuredClone({get a() { throw new TypeError('from a getter') }})",
                "TypeError -: from a getter",
            ),
            ("structuredClone({get a() { delete this.b; return 1 }, b: 2})", {"a": 1}),
            ("[1 in structuredClone([1, , 3]), structuredClone(Object.assign([1], {x: 1})).x]", [False, 1]),
            ("Number.isNaN(structuredClone(new Date(NaN)).getTime())", True),
            (
                "(({source, flags, lastIndex}) => [source, flags, lastIndex])(structuredClone(r))",
                ["a", "gy", 0],
            ),
            (
                "[cloned.name, cloned.message, cloned.cause, cloned.extra, cloned instanceof RangeError, cloned.stack === error.stack, Object.keys(cloned)]",
                ["RangeError", "m", {"a": 1}, None, True, True, []],
            ),
            (
                "(() => { class X extends TypeError {}; const c = structuredClone(new X('m')); return [c.name, c.constructor === TypeError] })()",
                ["TypeError", True],
            ),
            ("structuredClone(Object.assign(new Error('m'), {name: 'Mine'})).name", "Error"),
            (
                "structuredClone([Object(1), Object('s'), Object(false), Object(5n)]).map((v) => [typeof v, String(v)])",
                [["object", "1"], ["object", "s"], ["object", "false"], ["object", "5"]],
            ),
            (
                "(({x, y, constructor}) => [x, y, constructor === Object])(structuredClone(new P()))",
                [1, None, True],
            ),
            ("Object.getPrototypeOf(structuredClone(Object.create(null))) === Object.prototype", True),
            ('Object.keys(structuredClone(JSON.parse(\'{"__proto__": {"x": 1}}\')))', ["__proto__"]),
            ("structuredClone({[Symbol('a')]: 1, b: 2})", {"b": 2}),
            ("structuredClone({toJSON: 1, a: 2})", {"toJSON": 1, "a": 2}),
            (
                "(([v, w, x]) => [v.buffer === w.buffer, x === v.buffer, v.byteOffset, v.length, v[0], x !== b])(structuredClone([u, new DataView(b, 2), b]))",
                [True, True, 4, 3, 7, True],
            ),
            (
                "(([f, big]) => [f.constructor.name, f[0], big[0] === 1n])(structuredClone([new Float64Array([1.5]), new BigInt64Array([1n])]))",
                ["Float64Array", 1.5, True],
            ),
            ("[moved.byteLength, moved.detached, got.moved.byteLength]", [0, True, 8]),
            (
                "structuredClone(moved)",
                "DataCloneError 25: An ArrayBuffer is detached and could not be cloned.",
            ),
            (
                "structuredClone(1, {transfer: [{}]})",
                "TypeError ERR_INVALID_TRANSFER_OBJECT: Found invalid object in transferList",
            ),
            (
                "structuredClone(1, {transfer: 3})",
                "TypeError ERR_INVALID_ARG_TYPE: Optional transferList argument must be an iterable",
            ),
            (
                "structuredClone(1, {transfer: [b, b]})",
                "DataCloneError 25: Transfer list contains duplicate ArrayBuffer",
            ),
            # a clone that fails leaves the transferred buffer where it was
            (
                "(() => { const k = new ArrayBuffer(4); try { structuredClone([k, () => {}], {transfer: [k]}) } catch {} return k.byteLength })()",
                4,
            ),
            ("[copy !== cyclic, copy.self === copy, [...copy.map.keys()][0] === copy]", [True, True, True]),
            ("(([x, y]) => x === y)(structuredClone([b, b]))", True),
            # Node's stack ends long before; ours needs none
            ("typeof structuredClone(deep(200_000))", "object"),
            (
                "(([x, y]) => [x instanceof Blob, x.size, y instanceof File, y.name])(structuredClone([new Blob(['abc']), new File(['a'], 'n')]))",
                [True, 3, True, "n"],  # Node 20 makes a Blob of a File
            ),
            (
                "structuredClone(new ReadableStream())",
                "TypeError ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST: Object that needs transfer was found in message but not listed in transferList",
            ),
        ],
    )


def test_blobs(shared: Sandbox) -> None:
    prelude = """
    const b = new Blob(['a', new Uint8Array([66]), new Blob(['c']), new Uint16Array([0x4444]).buffer], {type: 'Text/Plain'});
    const f = new File(['ab'], 'n.txt', {type: 'text/plain', lastModified: 5});
    const all = async (stream) => { const out = []; for await (const c of stream) out.push(...c); return out };
    """
    check(
        shared,
        prelude,
        [
            ("Promise.all([b.size, b.type, b.text()])", [5, "text/plain", "aBcDD"]),
            ("[...new Uint8Array(await b.arrayBuffer())]", [97, 66, 99, 68, 68]),
            ("[...await b.bytes()].length", 5),
            (
                "Promise.all([b.slice(1, 3).text(), b.slice(-2).text(), b.slice(2, 1).text()])",
                ["Bc", "DD", ""],
            ),
            ("[b.slice().type, b.slice(0, 1, 'A/B').type, b.slice(0, 1, 'é').type]", ["", "a/b", ""]),
            ("all(b.stream())", [97, 66, 99, 68, 68]),
            ("all(new Blob([]).stream())", []),
            (
                "(async () => { const r = b.stream().getReader({mode: 'byob'}); const {value} = await r.read(new Uint8Array(3)); return [...value] })()",
                [97, 66, 99],
            ),
            (
                "(async () => { const big = new Blob(['x'.repeat(200_000)]); let n = 0; for await (const c of big.stream()) n += c.length; return n })()",
                200_000,
            ),
            ("[...new Uint8Array(await new Blob(['\\ud800é']).arrayBuffer())]", [239, 191, 189, 195, 169]),
            (
                "Promise.all([new Blob([{}, 1, null]).text(), new Blob(new Set(['a', 'b'])).text()])",
                ["[object Object]1null", "ab"],
            ),
            ("new Blob(['a\\r\\nb\\nc'], {endings: 'native'}).text()", "a\nb\nc"),
            (
                "new Blob('abc')",
                "TypeError ERR_INVALID_ARG_TYPE: The \"sources\" argument must be a sequence. Received type string ('abc')",
            ),
            (
                "new Blob([], {endings: 'x'})",
                "TypeError ERR_INVALID_ARG_VALUE: The property 'options.endings' is invalid. Received 'x'",
            ),
            ("Blob.prototype.size", 'TypeError ERR_INVALID_THIS: Value of "this" must be of type Blob'),
            (
                "Promise.all([f.name, f.lastModified, f.size, f.type, f.text(), f instanceof Blob, Object.prototype.toString.call(f)])",
                ["n.txt", 5, 2, "text/plain", "ab", True, "[object File]"],
            ),
            (
                "new File(['a'])",
                'TypeError ERR_MISSING_ARGS: The "fileBits" and "fileName" arguments must be specified',
            ),
            # bytes given away are copies
            ("(async () => { (await b.bytes()).fill(0); return b.text() })()", "aBcDD"),
        ],
    )
