"""`node:buffer`: the answers of Node, and what only a sandbox has to hold."""

from __future__ import annotations

import pytest

from qjs_kernel import Sandbox

from .conftest import Maker
from .support import printed, value
from .tables import answers, table

_MAKING = r"""
Buffer.from("hé€😀")
=> <Buffer 68 c3 a9 e2 82 ac f0 9f 98 80>
Buffer.from("\ud800x")
=> <Buffer ef bf bd 78>
Buffer.from("616zz", "hex")
=> <Buffer 61>
Buffer.from("YWJj=YWJj", "base64")
=> <Buffer 61 62 63>
Buffer.from("YW Jj\nZA", "base64")
=> <Buffer 61 62 63 64>
Buffer.from("_-+/", "base64url")
=> <Buffer ff ef bf>
Buffer.from("é€", "latin1")
=> <Buffer e9 ac>
Buffer.from("é€", "UTF16LE")
=> <Buffer e9 00 ac 20>
Buffer.from([1, "2", 256, -1, 1.9, "x"])
=> <Buffer 01 02 00 ff 01 00>
Buffer.from(new Uint16Array([1, 257]))
=> <Buffer 01 01>
Buffer.from(new Uint8Array([1, 2, 3]).buffer, 1, 1)
=> <Buffer 02>
Buffer.from({ type: "Buffer", data: [1, 2] })
=> <Buffer 01 02>
Buffer.from({ length: 2, 0: 1, 1: 2 })
=> <Buffer 01 02>
Buffer.from(new String("ab"))
=> <Buffer 61 62>
Buffer.from({ [Symbol.toPrimitive]: () => "pq" })
=> <Buffer 70 71>
Buffer.from(5)
=> TypeError ERR_INVALID_ARG_TYPE The first argument must be of type string or an instance of Buffer, ArrayBuffer,
=>  or Array or an Array-like Object. Received type number (5)
Buffer.from()
=> TypeError ERR_INVALID_ARG_TYPE The first argument must be of type string or an instance of Buffer, ArrayBuffer,
=>  or Array or an Array-like Object. Received undefined
Buffer.from("a", "nope")
=> TypeError ERR_UNKNOWN_ENCODING Unknown encoding: nope
Buffer.from(new ArrayBuffer(4), 5)
=> RangeError ERR_BUFFER_OUT_OF_BOUNDS "offset" is outside of buffer bounds
Buffer.from(new ArrayBuffer(4), 1, 9)
=> RangeError ERR_BUFFER_OUT_OF_BOUNDS "length" is outside of buffer bounds
Buffer.alloc(3, "abcd")
=> <Buffer 61 62 63>
Buffer.alloc(5, "é", "utf8")
=> <Buffer c3 a9 c3 a9 c3>
Buffer.alloc(3, "zz", "hex")
=> TypeError ERR_INVALID_ARG_VALUE The argument 'value' is invalid. Received 'zz'
Buffer.alloc("5")
=> TypeError ERR_INVALID_ARG_TYPE The "size" argument must be of type number. Received type string ('5')
Buffer.alloc(-1)
=> RangeError ERR_OUT_OF_RANGE The value of "size" is out of range. It must be >= 0 && <= 4294967296. Received -1
Buffer.alloc(2 ** 33)
=> RangeError ERR_OUT_OF_RANGE The value of "size" is out of range. It must be >= 0 && <= 4294967296. Received 8_58
=> 9_934_592
Buffer.allocUnsafe(3).length
=> 3
Buffer.of(300, "5", -1)
=> <Buffer 2c 05 ff>
Buffer.concat([Buffer.from("abc"), new Uint8Array([1])], 6)
=> <Buffer 61 62 63 01 00 00>
Buffer.concat([Buffer.from("abc"), Buffer.from("def")], 4)
=> <Buffer 61 62 63 64>
Buffer.concat(["a"])
=> TypeError ERR_INVALID_ARG_TYPE The "list[0]" argument must be an instance of Buffer or Uint8Array. Received type
=>  string ('a')
Buffer.copyBytesFrom(new Uint16Array([1, 2, 3]), 1, 1)
=> <Buffer 02 00>
Buffer(2)
=> <Buffer 00 00>
new Buffer("aé", "latin1")
=> <Buffer 61 e9>
Buffer.byteLength("aé€😀")
=> 10
Buffer.byteLength("YWI=", "base64")
=> 2
Buffer.byteLength(5)
=> TypeError ERR_INVALID_ARG_TYPE The "string" argument must be of type string or an instance of Buffer or ArrayBuf
=> fer. Received type number (5)
Buffer.isBuffer(Buffer.alloc(1)) && !Buffer.isBuffer(new Uint8Array(1))
=> true
["UTF-8", "ucs-2", "binary", "base64url", "", "utf-7"].map(Buffer.isEncoding)
=> [ true, true, true, true, false, false ]
Buffer.compare(Buffer.from("a".repeat(99)), Buffer.from("a".repeat(98) + "b"))
=> -1
Buffer.from("ab").map((x) => x + 1)
=> <Buffer 62 63>
Object.prototype.toString.call(Buffer.from("a")) + (Buffer.from("a") instanceof Uint8Array)
=> '[object Uint8Array]true'
"""
_TEXT = r"""
Buffer.from([0xe2, 0x82, 0xe2, 0x82, 0xac]).toString()
=> '�€'
Buffer.from([0xef, 0xbb, 0xbf, 65]).toString().length
=> 2
Buffer.from([0xe9, 0x80, 0xff]).toString("ascii")
=> 'i\x00\x7F'
Buffer.from([0xe9, 0x80, 0xff]).toString("latin1")
=> 'é\x80ÿ'
Buffer.from([1, 2, 3]).toString("ucs2")
=> 'ȁ'
Buffer.from([255, 254]).toString("base64") + Buffer.from([255, 254]).toString("base64url")
=> '//4=__4'
Buffer.from("abcdef").toString("utf8", 1, 3) + Buffer.from("abc").toString(undefined, "1")
=> 'bcbc'
Buffer.from("abc").toString("nope")
=> TypeError ERR_UNKNOWN_ENCODING Unknown encoding: nope
Buffer.from("é".repeat(3000)).toString() === "é".repeat(3000)
=> true
Buffer.from("a€😀".repeat(1000), "utf16le").toString("utf16le") === "a€😀".repeat(1000)
=> true
Buffer.from(Buffer.from(Array.from({ length: 300 }, (_, i) => i)).toString("latin1"), "latin1").length
=> 300
`${Buffer.from("é")}` + Buffer.from("b")
=> 'éb'
JSON.stringify({ b: Buffer.from("hi") })
=> '{"b":{"type":"Buffer","data":[104,105]}}'
[Buffer.from("x"), Object.assign(Buffer.from("a"), { x: 1, y: "s" }), Object.assign(Buffer.alloc(0), { z: [] })]
=> [ <Buffer 78>, <Buffer 61, x: 1, y: 's'>, <Buffer z: []> ]
Buffer.alloc(51)
=> <Buffer 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
=>  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 ... 1 more byte>
util.inspect(Buffer.from("ab"), { colors: true })
=> '<Buffer 61 62>'
Buffer.from("abc").inspect()
=> '<Buffer 61 62 63>'
buffer.transcode(Buffer.from("€é"), "utf8", "latin1")
=> <Buffer 3f e9>
buffer.transcode(Buffer.from("ab"), "utf8", "hex")
=> Error U_ILLEGAL_ARGUMENT_ERROR Unable to transcode Buffer [U_ILLEGAL_ARGUMENT_ERROR] 1
buffer.isUtf8(Buffer.from([0xc3])) || buffer.isAscii(Buffer.from("é"))
=> false
[buffer.atob(" Y Q = = "), buffer.btoa("é"), buffer.kMaxLength, buffer.constants]
=> [ 'a', '6Q==', 4294967296, { MAX_LENGTH: 4294967296, MAX_STRING_LENGTH: 536870888 } ]
buffer.btoa("€")
=> InvalidCharacterError 5 Invalid character
buffer.atob("a")
=> InvalidCharacterError 5 The string to be decoded is not correctly encoded.
"""
_CHANGING = r"""
Buffer.from("abcdef").fill("é€", 1, 5)
=> <Buffer 61 c3 a9 e2 82 66>
Buffer.alloc(7).fill("xyz", 2)
=> <Buffer 00 00 78 79 7a 78 79>
Buffer.alloc(3).fill(257)
=> <Buffer 01 01 01>
Buffer.from("abc").fill("zz", "hex")
=> TypeError ERR_INVALID_ARG_VALUE The argument 'value' is invalid. Received 'zz'
Buffer.from("abc").fill("a", 0, 9)
=> RangeError ERR_OUT_OF_RANGE The value of "end" is out of range. It must be >= 0 && <= 3. Received 9
Buffer.from("abc").fill(new Uint8Array(0))
=> TypeError ERR_INVALID_ARG_VALUE The argument 'value' is invalid. Received Uint8Array(0) []
((b) => [b.write("€€", 1), b.write("zz", 4, "latin1"), b])(Buffer.alloc(6))
=> [ 3, 2, <Buffer 00 e2 82 ac 7a 7a> ]
((b) => [b.write("7a7a7a", 1, 2, "hex"), b])(Buffer.alloc(4))
=> [ 2, <Buffer 00 7a 7a 00> ]
Buffer.from("abc").write("xyz", 5)
=> RangeError ERR_OUT_OF_RANGE The value of "offset" is out of range. It must be >= 0 && <= 3. Received 5
Buffer.from("abc").write(5)
=> TypeError ERR_INVALID_ARG_TYPE argument must be a string
((t) => [Buffer.from("abcdef").copy(t, 1, 2, 5), t])(Buffer.alloc(3))
=> [ 2, <Buffer 00 63 64> ]
Buffer.from("abc").copy(Buffer.alloc(2), -1)
=> RangeError ERR_OUT_OF_RANGE The value of "targetStart" is out of range. It must be >= 0. Received -1
((b) => { b.subarray(1, 2)[0] = 9; b.slice(-1)[0] = 7; return b; })(Buffer.alloc(3))
=> <Buffer 00 09 07>
Buffer.from("abcdefgh").swap16().swap32().swap64().toString()
=> 'fehgbadc'
Buffer.alloc(3).swap16()
=> RangeError ERR_INVALID_BUFFER_SIZE Buffer size must be a multiple of 16-bits
"""
_SEARCHING = r"""
[Buffer.from("abcabc").indexOf("ca"), Buffer.from("abcabc").lastIndexOf("b"), Buffer.from("abc").includes(98)]
=> [ 2, 4, true ]
[undefined, 1, -3, 99, "utf8"].map((at) => Buffer.from("abcabc").indexOf("abc", at))
=> [ 0, 3, 3, -1, 0 ]
[undefined, 1, -4, null, NaN].map((at) => Buffer.from("abcabc").lastIndexOf("abc", at))
=> [ 3, 0, 0, 0, 3 ]
[Buffer.from("abc").indexOf(""), Buffer.from("abc").indexOf("", 10),
  Buffer.from("abc").indexOf(Buffer.from("bc"))]
=> [ 0, 3, 1 ]
Buffer.from("a\u6100b", "utf16le").indexOf("a", 2, "utf16le")
=> -1
Buffer.from("abc").indexOf({})
=> TypeError ERR_INVALID_ARG_TYPE The "value" argument must be one of type number or string or an instance of Buffe
=> r or Uint8Array. Received an instance of Object
Buffer.from("abc").equals(new Uint8Array([97, 98, 99]))
=> true
Buffer.from("abc").equals("abc")
=> TypeError ERR_INVALID_ARG_TYPE The "otherBuffer" argument must be an instance of Buffer or Uint8Array. Received
=>  type string ('abc')
Buffer.from("abcdef").compare(Buffer.from("xbcx"), 1, 3, 1, 3)
=> 0
Buffer.from("abc").compare(Buffer.from("abc"), 0, 5)
=> RangeError ERR_OUT_OF_RANGE The value of "targetEnd" is out of range. It must be >= 0 && <= 3. Received 5
"""
_NUMBERS = r"""
((b) => [b.readInt8(1), b.readUInt16LE(1), b.readInt16BE(1), b.readUInt32BE(1),
  b.readInt32LE(1)])(Buffer.from([1, 255, 128, 3, 4, 254]))
=> [ -1, 33023, -128, 4286579460, 67338495 ]
((b) => [b.readUIntBE(0, 6), b.readIntLE(0, 6), b.readUIntLE(1, 3), b.readIntBE(1, 5)])(Buffer.from([1,
  255, 128, 3, 4, 254]))
=> [ 2196875969790, -2181784600831, 229631, -2147285762 ]
((b) => [b.readBigInt64BE(), b.readBigUInt64LE(), b.readDoubleLE(), b.readFloatBE(1)])(Buffer.from([192, 1,
  2, 3, 4, 5, 6, 64]))
=> [ -4611402331475081664n, 4613380383076123072n, 2.7524490580546797, 2.387939260590663e-38 ]
((b) => [b.writeUInt16BE(513), b.writeInt32LE(-2, 2), b.writeUInt8(7, 6), b])(Buffer.alloc(8))
=> [ 2, 6, 7, <Buffer 02 01 fe ff ff ff 07 00> ]
((b) => [b.writeUIntBE(2 ** 47 + 5, 0, 6), b.writeIntLE(-(2 ** 39), 6, 5), b])(Buffer.alloc(11))
=> [ 6, 11, <Buffer 80 00 00 00 00 05 00 00 00 00 80> ]
((b) => [b.writeDoubleBE(1.5), b.writeFloatLE(-0.25, 8), b.writeBigInt64LE(-2n, 12), b])(Buffer.alloc(20))
=> [ 8, 12, 20, <Buffer 3f f8 00 00 00 00 00 00 00 00 80 be fe ff ff ff ff ff ff ff> ]
Buffer.from([5]).readUint8() + Buffer.from([1, 2, 3, 4]).readUint32LE()
=> 67305990
Buffer.alloc(3).readInt8(5)
=> RangeError ERR_OUT_OF_RANGE The value of "offset" is out of range. It must be >= 0 and <= 2. Received 5
Buffer.alloc(3).readInt8(1.5)
=> RangeError ERR_OUT_OF_RANGE The value of "offset" is out of range. It must be an integer. Received 1.5
Buffer.alloc(3).readInt8("1")
=> TypeError ERR_INVALID_ARG_TYPE The "offset" argument must be of type number. Received type string ('1')
Buffer.alloc(1).readInt16LE(0)
=> RangeError ERR_BUFFER_OUT_OF_BOUNDS Attempt to access memory outside buffer bounds
Buffer.alloc(8).readUIntBE(0, 7)
=> RangeError ERR_OUT_OF_RANGE The value of "byteLength" is out of range. It must be >= 1 and <= 6. Received 7
Buffer.alloc(8).readUIntBE(0)
=> TypeError ERR_INVALID_ARG_TYPE The "byteLength" argument must be of type number. Received undefined
Buffer.alloc(3).writeInt8(128)
=> RangeError ERR_OUT_OF_RANGE The value of "value" is out of range. It must be >= -128 and <= 127. Received 128
Buffer.alloc(4).writeUInt32BE(2 ** 32)
=> RangeError ERR_OUT_OF_RANGE The value of "value" is out of range. It must be >= 0 and <= 4294967295. Received 42
=> 94967296
Buffer.alloc(8).writeIntBE(2 ** 40, 0, 5)
=> RangeError ERR_OUT_OF_RANGE The value of "value" is out of range. It must be >= -(2 ** 39) and < 2 ** 39. Receiv
=> ed 1_099_511_627_776
Buffer.alloc(8).writeBigInt64LE(2n ** 63n)
=> RangeError ERR_OUT_OF_RANGE The value of "value" is out of range. It must be >= -(2n ** 63n) and < 2n ** 63n. Re
=> ceived 9_223_372_036_854_775_808n
Buffer.alloc(8).writeDoubleLE(1, 1)
=> RangeError ERR_OUT_OF_RANGE The value of "offset" is out of range. It must be >= 0 and <= 0. Received 1
"""


@pytest.mark.parametrize(
    "text",
    [_MAKING, _TEXT, _CHANGING, _SEARCHING, _NUMBERS],
    ids=["making", "text", "changing", "searching", "numbers"],
)
def test_answers_as_node_does(shared: Sandbox, text: str) -> None:
    cases = table(text)
    assert answers(shared, cases) == cases


def test_a_buffer_is_bytes_to_the_host(shared: Sandbox) -> None:
    assert value(shared, 'export default Buffer.from("hi")') == b"hi"
    assert value(shared, "export default { a: [Buffer.from([0, 255]).subarray(1)] }") == {"a": [b"\xff"]}


def test_bytes_of_the_host_become_buffers(make: Maker) -> None:
    sandbox = make(env={"data": lambda: b"h\xc3\xa9"})
    assert value(sandbox, "export default Buffer.from(env.data()).toString()") == "hé"


def test_the_global_is_the_modules_class(shared: Sandbox) -> None:
    code = """
        import { Buffer as ofModule, Blob, constants } from "node:buffer";
        import whole from "buffer";
        export default [ofModule === Buffer, whole.Buffer === Buffer, whole.Blob === Blob, constants.MAX_LENGTH];
    """
    assert value(shared, code) == [True, True, True, 4294967296]


def test_files_are_read_into_buffers(make: Maker) -> None:
    sandbox = make(mounts={"a.txt": "hé"})
    code = """
        import fs from "node:fs";
        const read = fs.readFileSync("/a.txt");
        export default [Buffer.isBuffer(read), read.toString("latin1"), read];
    """
    assert value(sandbox, code) == [True, "h\xc3\xa9", b"h\xc3\xa9"]


def test_a_buffer_owns_its_memory(shared: Sandbox) -> None:
    """No pool: what a library does with `buffer.buffer` concerns these bytes only."""
    code = """
        const a = Buffer.from("ab");
        export default [a.buffer.byteLength, a.byteOffset, new Uint8Array(Buffer.from("xyz").buffer).length];
    """
    assert value(shared, code) == [2, 0, 3]


def test_megabytes_are_converted(shared: Sandbox) -> None:
    """Far more than a loop over characters could do within the deadline, in every encoding there is."""
    code = """
        const text = "aé".repeat(1 << 20);
        const found = {};
        for (const encoding of ["utf8", "utf16le", "latin1", "hex", "base64", "base64url"]) {
          const bytes = Buffer.from(text);
          const there = bytes.toString(encoding);
          found[encoding] = Buffer.from(there, encoding).toString(encoding) === there;
        }
        found.equal = Buffer.from(text).equals(Buffer.from(text));
        found.place = Buffer.from(text + "z").indexOf("z");
        export default found;
    """
    found = value(shared, code)
    assert found.pop("place") == 3 << 20
    assert set(found.values()) == {True}
    assert len(found) == 7


def test_a_long_buffer_is_printed_short(shared: Sandbox) -> None:
    outcome = shared.eval("console.log(Buffer.alloc(1 << 20))")
    assert outcome.ok
    assert printed(outcome).endswith("00 ... 1048526 more bytes>\n")


def test_more_than_there_is_room_for_is_an_error(make: Maker) -> None:
    sandbox = make()
    code = "let e; try { Buffer.alloc(2 ** 31) } catch (error) { e = error.name } export default e"
    assert value(sandbox, code) == "RangeError"
    assert value(sandbox, "export default 1") == 1


def test_polyfills_do_not_disturb(make: Maker) -> None:
    """Additions to the intrinsics before the module is loaded change nothing that it does."""
    sandbox = make()
    code = """
        Object.prototype.encoding = "hex";
        Object.prototype.alphabet = "base64url";
        Array.prototype.last = function () { return this[this.length - 1]; };
        Array.prototype[0] = "x";
        Uint8Array.prototype.subarray = () => { throw new Error("mine"); };
        String.prototype.replace = () => { throw new Error("mine"); };
        Object.defineProperty(Object.prototype, "get", { get() { throw new Error("mine"); }, configurable: true });
        const b = Buffer.from("+/+/", "base64");
        export default [b.toString("base64"), b.toString("hex"), b.slice(1).length, Buffer.concat([b, b]).length,
          JSON.stringify(Buffer.alloc(2, "é")), b.readUInt16BE(0), b.indexOf("\u00bf", "latin1")];
    """
    expected = ["+/+/", "fbffbf", 2, 6, '{"type":"Buffer","data":[195,169]}', 0xFBFF, 2]
    assert value(sandbox, code) == expected
