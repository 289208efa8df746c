"""`node:zlib`: the answers of Node, and what only a sandbox has to hold."""

from __future__ import annotations

import gzip
import zlib

import pytest

from qjs_kernel import Sandbox

from .conftest import Maker
from .support import fault, value
from .tables import answers, table

_ROUND = r"""
zlib.gunzipSync(zlib.gzipSync("hello é")).toString()
=> 'hello é'
zlib.inflateSync(zlib.deflateSync("hello")).toString() +
  zlib.inflateRawSync(zlib.deflateRawSync("hello")).toString()
=> 'hellohello'
[zlib.unzipSync(zlib.gzipSync("a")), zlib.unzipSync(zlib.deflateSync("b"))]
=> [ <Buffer 61>, <Buffer 62> ]
zlib.gunzipSync(zlib.gzipSync(new Uint16Array([1, 2])))
=> <Buffer 01 00 02 00>
zlib.gunzipSync(zlib.gzipSync(Buffer.alloc(300000, "abcdefghij"))).equals(Buffer.alloc(300000, "abcdefghij"))
=> true
zlib.gzipSync("hello").subarray(0, 10)
=> <Buffer 1f 8b 08 00 00 00 00 00 00 03>
zlib.gzipSync("hello", { level: 9 }).subarray(0, 10)
=> <Buffer 1f 8b 08 00 00 00 00 00 02 03>
zlib.deflateRawSync("hello", { level: 0 })
=> <Buffer 01 05 00 fa ff 68 65 6c 6c 6f>
zlib.deflateSync("a", { windowBits: 9 }).subarray(0, 2)
=> <Buffer 18 95>
zlib.deflateSync("hello", { dictionary: Buffer.from("hello world") }).subarray(0, 6)
=> <Buffer 78 bb 1a 0b 04 5d>
promisify(zlib.gzip)("a", { level: 9 }).then((b) => promisify(zlib.gunzip)(b)).then(String)
=> 'a'
new Promise((r) => zlib.deflate("x", (e, b) => zlib.inflate(b, (e2, c) => r([e, e2, c]))))
=> [ null, null, <Buffer 78> ]
zlib.gunzipSync(Buffer.concat([zlib.gzipSync("a"), zlib.gzipSync("b")])).toString()
=> 'ab'
zlib.gunzipSync(Buffer.concat([zlib.gzipSync("a"), Buffer.alloc(10)])).toString()
=> 'a'
zlib.inflateSync(Buffer.concat([zlib.deflateSync("a"), Buffer.from("xx")])).toString()
=> 'a'
zlib.inflateSync(zlib.deflateSync("hello").subarray(0, -1),
  { finishFlush: zlib.constants.Z_SYNC_FLUSH }).toString()
=> 'hello'
zlib.inflateSync(zlib.deflateSync("hello", { dictionary: Buffer.from("hell") }),
  { dictionary: Buffer.from("hell") }).toString()
=> 'hello'
zlib.deflateSync("a", { info: true }).buffer.subarray(0, 2)
=> <Buffer 78 9c>
[zlib.crc32("hello"), zlib.crc32("world", zlib.crc32("hello ")), zlib.crc32(Buffer.from("hello world"))]
=> [ 907060870, 222957957, 222957957 ]
[zlib.constants.Z_BEST_COMPRESSION, zlib.codes.Z_OK, zlib.codes[-3], zlib.Z_BEST_SPEED]
=> [ 9, 0, 'Z_DATA_ERROR', 1 ]
"""
_FAULTS = r"""
zlib.gunzipSync(Buffer.from("hello"))
=> Error Z_DATA_ERROR incorrect header check -3
zlib.inflateSync(Buffer.from("hello"))
=> Error Z_DATA_ERROR incorrect header check -3
zlib.inflateRawSync(Buffer.from("hello"))
=> Error Z_DATA_ERROR invalid stored block lengths -3
zlib.unzipSync(Buffer.from("hello"))
=> Error Z_DATA_ERROR incorrect header check -3
zlib.gunzipSync(Buffer.alloc(0))
=> Error Z_BUF_ERROR unexpected end of file -5
zlib.gunzipSync(zlib.gzipSync("hello").subarray(0, -3))
=> Error Z_BUF_ERROR unexpected end of file -5
((b) => { b[b.length - 5] ^= 1; return zlib.gunzipSync(b); })(zlib.gzipSync("hello"))
=> Error Z_DATA_ERROR incorrect data check -3
((b) => { b[b.length - 1] ^= 1; return zlib.gunzipSync(b); })(zlib.gzipSync("hello"))
=> Error Z_DATA_ERROR incorrect length check -3
((b) => { b[2] = 7; return zlib.gunzipSync(b); })(zlib.gzipSync("hello"))
=> Error Z_DATA_ERROR unknown compression method -3
zlib.inflateRawSync(Buffer.from([7, 1]))
=> Error Z_DATA_ERROR invalid block type -3
zlib.gunzipSync(Buffer.concat([zlib.gzipSync("a"), Buffer.from("garbage")]))
=> Error Z_DATA_ERROR incorrect header check -3
zlib.inflateSync(zlib.deflateSync("hello", { dictionary: Buffer.from("hell") }))
=> Error Z_NEED_DICT Missing dictionary 2
zlib.inflateSync(zlib.deflateSync("hello", { dictionary: Buffer.from("hell") }),
  { dictionary: Buffer.from("nope") })
=> Error Z_NEED_DICT Bad dictionary 2
zlib.gunzipSync(zlib.gzipSync("x".repeat(1000)), { maxOutputLength: 100 })
=> RangeError ERR_BUFFER_TOO_LARGE Cannot create a Buffer larger than 100 bytes
zlib.gzipSync("x", { maxOutputLength: 1 })
=> RangeError ERR_BUFFER_TOO_LARGE Cannot create a Buffer larger than 1 bytes
promisify(zlib.gunzip)(zlib.gzipSync("x".repeat(1000)), { maxOutputLength: 100 })
=> RangeError ERR_BUFFER_TOO_LARGE Cannot create a Buffer larger than 100 bytes
promisify(zlib.gunzip)(Buffer.from("hello"))
=> Error Z_DATA_ERROR incorrect header check -3
zlib.gzipSync()
=> TypeError ERR_INVALID_ARG_TYPE The "buffer" argument must be of type string or an instance of Buffer, TypedArray
=> , DataView, or ArrayBuffer. Received undefined
zlib.gzipSync({})
=> TypeError ERR_INVALID_ARG_TYPE The "buffer" argument must be of type string or an instance of Buffer, TypedArray
=> , DataView, or ArrayBuffer. Received an instance of Object
zlib.gzip("a")
=> TypeError ERR_INVALID_ARG_TYPE The "callback" argument must be of type function. Received undefined
zlib.gzipSync("a", { level: 10 })
=> RangeError ERR_OUT_OF_RANGE The value of "options.level" is out of range. It must be >= -1 and <= 9. Received 10
zlib.gzipSync("a", { level: "9" })
=> TypeError ERR_INVALID_ARG_TYPE The "options.level" property must be of type number. Received type string ('9')
zlib.gzipSync("a", { windowBits: 8 })
=> RangeError ERR_OUT_OF_RANGE The value of "options.windowBits" is out of range. It must be >= 9 and <= 15. Receiv
=> ed 8
zlib.gzipSync("a", { memLevel: 0 })
=> RangeError ERR_OUT_OF_RANGE The value of "options.memLevel" is out of range. It must be >= 1 and <= 9. Received
=>  0
zlib.gzipSync("a", { strategy: 5 })
=> RangeError ERR_OUT_OF_RANGE The value of "options.strategy" is out of range. It must be >= 0 and <= 4. Received
=>  5
zlib.gzipSync("a", { maxOutputLength: 0 })
=> RangeError ERR_OUT_OF_RANGE The value of "options.maxOutputLength" is out of range. It must be >= 1 and <= 42949
=> 67296. Received 0
zlib.deflateSync("a", { dictionary: "abc" })
=> TypeError ERR_INVALID_ARG_TYPE The "options.dictionary" property must be an instance of Buffer, TypedArray, Data
=> View, or ArrayBuffer. Received type string ('abc')
zlib.crc32(5)
=> TypeError ERR_INVALID_ARG_TYPE The "data" argument must be of type string or an instance of Buffer, TypedArray,
=>  or DataView. Received type number (5)
zlib.crc32("a", -1)
=> RangeError ERR_OUT_OF_RANGE The value of "value" is out of range. It must be >= 0 && <= 4294967295. Received -1
(() => { try { zlib.inflateSync(Buffer.from("x")); } catch (e) { return [e.name, e.code, e.errno,
  Object.keys(e)]; } })()
=> [ 'Error', 'Z_BUF_ERROR', -5, [ 'errno', 'code' ] ]
"""
_STREAMS = r"""
[zlib.createGzip().constructor.name, zlib.createGzip() instanceof stream.Transform,
  zlib.Gzip() instanceof zlib.Gzip]
=> [ 'Gzip', true, true ]
new Promise((r, j) => stream.pipeline(stream.Readable.from(["a", "b"]), zlib.createGzip(),
  zlib.createGunzip(), async (s) => { let t = ""; for await (const c of s) t += c; r(t); }, (e) => e && j(e)))
=> 'ab'
new Promise((r) => { const g = zlib.createInflate(); let t = ""; g.on("data", (c) => (t += c)).on("end",
  () => r([t, g.bytesWritten])); for (const b of zlib.deflateSync("hello there")) g.write(Buffer.from([b])); g.end(); })
=> [ 'hello there', 19 ]
new Promise((r) => { const g = zlib.createGunzip(); g.on("error", (e) => r([e.code, e.errno,
  e.message])).resume(); g.end(Buffer.from("hello")); })
=> [ 'Z_DATA_ERROR', -3, 'incorrect header check' ]
new Promise((r) => { const g = zlib.createDeflate(); const o = []; g.on("data", (c) => o.push(c)).on("end",
  () => r(zlib.inflateSync(Buffer.concat(o)).toString())); g.write("abc"); g.flush(() => g.end("def")); })
=> 'abcdef'
new Promise((r) => { const g = zlib.createDeflate(); g.params(9, 0, () => r(g._level)); })
=> 9
new Promise((r) => zlib.createGzip().close(() => r("closed")))
=> 'closed'
zlib.createGzip({ level: 99 })
=> RangeError ERR_OUT_OF_RANGE The value of "options.level" is out of range. It must be >= -1 and <= 9. Received 99
"""


@pytest.mark.parametrize("text", [_ROUND, _FAULTS, _STREAMS], ids=["round", "faults", "streams"])
def test_answers_as_node_does(shared: Sandbox, text: str) -> None:
    cases = table(text)
    assert answers(shared, cases) == cases


def test_what_comes_out_is_bounded(shared: Sandbox) -> None:
    """A bomb stops at the sandbox's cap; the program can catch it and goes on."""
    code = """
        import zlib from "node:zlib";
        const part = zlib.gzipSync(Buffer.alloc(1 << 24));
        const bomb = Buffer.concat([part, part, part, part, part]);
        let error;
        try { zlib.gunzipSync(bomb); } catch (e) { error = e; }
        export default [bomb.length < 100_000, error.code, error.message];
    """
    message = "Cannot create a Buffer larger than 67108864 bytes"
    assert value(shared, code) == [True, "ERR_BUFFER_TOO_LARGE", message]


def test_a_bomb_of_empty_members_ends(shared: Sandbox) -> None:
    """Very many members of nothing: each costs its own bytes and not those that follow."""
    code = """
        import zlib from "node:zlib";
        const member = zlib.gzipSync("");
        export default zlib.gunzipSync(Buffer.alloc(20_000 * member.length, member)).length;
    """
    assert value(shared, code) == 0


def test_pythons_own_reads_it_and_is_read(make: Maker) -> None:
    sandbox = make(env={"packed": lambda: gzip.compress(b"from Python")})
    code = """
        import zlib from "node:zlib";
        const text = zlib.gunzipSync(env.packed()).toString();
        export default [text, zlib.gzipSync("from the guest"), zlib.deflateSync("raw"), zlib.deflateRawSync("x")];
    """
    text, packed, deflated, raw = value(sandbox, code)
    assert text == "from Python"
    assert gzip.decompress(packed) == b"from the guest"
    assert zlib.decompress(deflated) == b"raw"
    assert zlib.decompress(raw, -15) == b"x"


@pytest.mark.parametrize(
    "call", ["brotliCompressSync('a')", "brotliDecompress('a', () => {})", "createBrotliCompress()"]
)
def test_brotli_says_that_it_is_not_there(shared: Sandbox, call: str) -> None:
    error = fault(shared, f'import * as zlib from "node:zlib"; zlib.{call}')
    assert "is not available in the sandbox" in error.message
    assert "gzip" in error.message


def test_a_stream_begun_before_a_restore_goes_on(make: Maker) -> None:
    sandbox = make()
    value(sandbox, 'import z from "node:zlib"; globalThis.g = z.createGzip(); g.write("a"); export default 0')
    checkpoint = sandbox.checkpoint()
    code = """
        import z from "node:zlib";
        const pieces = [];
        export default await new Promise((done) => {
          g.on("data", (piece) => pieces.push(piece));
          g.on("end", () => done(z.gunzipSync(Buffer.concat(pieces)).toString()));
          g.end("b");
        });
    """
    assert value(sandbox, code) == "ab"
    sandbox.restore(checkpoint)
    assert value(sandbox, code) == "ab"
