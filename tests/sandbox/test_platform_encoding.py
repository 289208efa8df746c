"""Text and bytes in the guest: TextEncoder, TextDecoder with all labels, StringDecoder, with Node 20's answers."""
# ruff: noqa: E501 - the tables hold one case a line

from __future__ import annotations

import base64
import json
import random
from typing import Any, Final

import pytest

from qjs_kernel import Sandbox

from .support import fault, value

Table = list[tuple[str, Any]]

_HELPERS: Final = """
import util from "node:util"; import { StringDecoder } from "node:string_decoder";
const bytes = (array) => array instanceof Uint8Array && [...array];
const into = (source, room) => {
  const to = new Uint8Array(room);
  const { read, written } = new TextEncoder().encodeInto(source, to);
  return [read, written, ...to];
};
const text = (label, list, options) => new TextDecoder(label, options).decode(new Uint8Array(list));
const parts = (label, list) => {
  const d = new TextDecoder(label);
  return [...list.map((each) => d.decode(new Uint8Array([each]), { stream: true })), d.decode()];
};
const pieces = (encoding, lists) => {
  const d = new StringDecoder(encoding);
  return [...lists.map((list) => d.write(Buffer.from(list))), d.end()];
};
const run = (f) => { try { return f(); } catch (e) { return `${e.name} ${e.code}: ${e.message}`; } };
"""

# fmt: off
ENCODED: Final[Table] = [
    ('bytes(new TextEncoder().encode("aé€😀\\0"))', [97, 195, 169, 226, 130, 172, 240, 159, 152, 128, 0]),
    ('bytes(new TextEncoder().encode("a\\ud800b\\udc00"))', [97, 239, 191, 189, 98, 239, 191, 189]),
    ("bytes(new TextEncoder().encode())", []),
    ("bytes(new TextEncoder().encode(null))", [110, 117, 108, 108]),
    ('into("a€b", 3)', [1, 1, 97, 0, 0]),
    ('into("a€b", 4)', [2, 4, 97, 226, 130, 172]),
    ('into("😀x", 3)', [0, 0, 0, 0, 0]),
    ('into("x😀", 5)', [3, 5, 120, 240, 159, 152, 128]),
    ('into("\\ud800\\ud83d\\ude00", 3)', [1, 3, 239, 191, 189]),
    ('into("é".repeat(5), 5)', [2, 4, 195, 169, 195, 169, 0]),
    ("new TextEncoder().encodeInto(1, new Uint8Array(1))", 'TypeError ERR_INVALID_ARG_TYPE: The "src" argument must be of type string. Received type number (1)'),
    ('new TextEncoder().encodeInto("a", [])', 'TypeError ERR_INVALID_ARG_TYPE: The "dest" argument must be an instance of Uint8Array. Received an instance of Array'),
    ('TextEncoder.prototype.encode.call({}, "x")', 'TypeError ERR_INVALID_THIS: Value of "this" must be of type TextEncoder'),
    ("[new TextEncoder().encoding, Object.prototype.toString.call(new TextEncoder()), util.inspect(new TextEncoder())]", ['utf-8', '[object TextEncoder]', "{ encoding: 'utf-8' }"]),
]

DECODED: Final[Table] = [
    ('text("utf-8", [0xef, 0xbb, 0xbf, 0x61, 0xef, 0xbb, 0xbf])', 'a\ufeff'),
    ('text("utf-8", [0xef, 0xbb, 0xbf, 0x61], { ignoreBOM: true })', '\ufeffa'),
    ('text("utf-8", [0x61, 0xff, 0x62, 0xe2, 0x82, 0x63, 0xf0, 0x9f, 0x98])', 'a�b�c�'),
    ('text("utf-8", [0xed, 0xa0, 0x80, 0xc0, 0x80, 0xf5, 0xf4, 0x90, 0x80, 0x80])', '����������'),
    ('text("utf-8", [0xff], { fatal: true })', 'TypeError ERR_ENCODING_INVALID_ENCODED_DATA: The encoded data was not valid for encoding utf-8'),
    ('text("utf-8", [0xe2, 0x82], { fatal: true })', 'TypeError ERR_ENCODING_INVALID_ENCODED_DATA: The encoded data was not valid for encoding utf-8'),
    ('text("utf-16le", [0xff, 0xfe, 0x3d, 0xd8, 0x00, 0xde])', '😀'),
    ('text("utf-16le", [0x3d, 0xd8, 0x41, 0x00, 0x00])', '�A�'),
    ('text("utf-16le", [0x00, 0xd8], { fatal: true })', 'TypeError ERR_ENCODING_INVALID_ENCODED_DATA: The encoded data was not valid for encoding utf-16le'),
    ('text("utf-16be", [0xfe, 0xff, 0x00, 0x41, 0xd8, 0x3d, 0xde, 0x00])', 'A😀'),
    ('text("windows-1251", [0xcf, 0xf0, 0xe8, 0xe2, 0x98])', 'Прив\x98'),
    ('text("iso-8859-2", [0xb1, 0xe6, 0xea])', 'ąćę'),
    ('text("macintosh", [0x8e, 0xdb, 0xf0])', 'é€\uf8ff'),
    ('text("ibm866", [0x8f, 0xe0, 0xfd])', 'Пр¤'),
    ('text("shift_jis", [0x83, 0x65, 0x83, 0x58, 0x83, 0x67, 0xb1, 0x5c])', 'テストｱ\\'),
    ('text("euc-jp", [0xa5, 0xc6, 0xa5, 0xb9, 0x8e, 0xb1, 0x8f, 0xb0, 0xa1])', 'テスｱ丂'),
    ('text("iso-2022-jp", [0x1b, 0x24, 0x42, 0x25, 0x46, 0x25, 0x39, 0x1b, 0x28, 0x4a, 0x5c, 0x1b, 0x28, 0x42, 0x5c])', 'テス¥\\'),
    ('text("gbk", [0xc4, 0xe3, 0xba, 0xc3, 0x80])', '你好€'),
    ('text("gb18030", [0xc4, 0xe3, 0x81, 0x35, 0xf4, 0x37, 0x94, 0x39, 0xda, 0x33, 0xa6, 0xd9, 0xa8, 0xbc])', '你\ue7c7💩︐ḿ'),
    ('text("big5", [0xa7, 0x41, 0xa6, 0x6e])', '你好'),
    ('text("euc-kr", [0xbe, 0xc8, 0xb3, 0xe7])', '안녕'),
    ('text("shift_jis", [0x83], { fatal: true })', 'TypeError ERR_ENCODING_INVALID_ENCODED_DATA: The encoded data was not valid for encoding shift_jis'),
    ('parts("utf-8", [0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xe2, 0x41])', ['', '', '€', '', '', '', '😀', '', '�A', '']),
    ('parts("utf-16le", [0x41, 0x00, 0x3d, 0xd8, 0x00, 0xde, 0x42])', ['', 'A', '', '', '', '😀', '', '�']),
    ('new TextDecoder("nope")', 'RangeError ERR_ENCODING_NOT_SUPPORTED: The "nope" encoding is not supported'),
    ('new TextDecoder("replacement")', 'RangeError ERR_ENCODING_NOT_SUPPORTED: The "replacement" encoding is not supported'),
    ('new TextDecoder("utf-8", 1)', 'TypeError ERR_INVALID_ARG_TYPE: The "options" argument must be of type object. Received type number (1)'),
    ('new TextDecoder().decode("x")', 'TypeError ERR_INVALID_ARG_TYPE: The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.'),
    ("new TextDecoder().decode(null)", 'TypeError ERR_INVALID_ARG_TYPE: The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.'),
    ("TextDecoder.prototype.decode.call({})", 'TypeError ERR_INVALID_THIS: Value of "this" must be of type TextDecoder'),
    ("new TextDecoder().decode()", ''),
    ("new TextDecoder().decode(new DataView(new Uint8Array([0x78, 0x61, 0x62]).buffer, 1))", 'ab'),
    ("new TextDecoder().decode(new Uint16Array([0x6261]))", 'ab'),
    ("new TextDecoder().decode(new Uint8Array([0x61, 0x62]).buffer)", 'ab'),
    ('[" UTF-8\\n", "utf8", "UTF-16", "latin1", "ASCII", "iso-8859-1", "l9", "SJIS", "ms_kanji", "x-gbk", "cp1251", "KOI8-RU", "unicode-1-1-utf-8", "csisolatin2", "dos-874"].map((label) => new TextDecoder(label).encoding)', ['utf-8', 'utf-8', 'utf-16le', 'windows-1252', 'windows-1252', 'windows-1252', 'iso-8859-15', 'shift_jis', 'shift_jis', 'gbk', 'windows-1251', 'koi8-u', 'utf-8', 'iso-8859-2', 'windows-874']),
    ('util.inspect([new TextDecoder("latin1", { fatal: true }), { a: { b: new TextDecoder() } }])', "[\n  TextDecoder { encoding: 'windows-1252', fatal: true, ignoreBOM: false },\n  { a: { b: [TextDecoder] } }\n]"),
]

STRINGS: Final[Table] = [
    ('pieces("utf8", [[0xe2], [0x82], [0xac, 0x41, 0xf0], [0x9f, 0x98, 0x80]])', ['', '', '€A', '😀', '']),
    ('pieces("utf8", [[0x41, 0xe2, 0x82]])', ['A', '�']),
    ('pieces("utf8", [[0xff, 0xc3, 0x28]])', ['��(', '']),
    ('pieces("utf16le", [[0x41], [0x00, 0x3d, 0xd8], [0x00, 0xde], [0x42]])', ['', 'A', '😀', '', '']),
    ('pieces("ucs2", [[0x3d, 0xd8]])', ['', '\ud83d']),
    ('pieces("base64", [[0x61], [0x62, 0x63, 0x64], [0x65]])', ['', 'YWJj', '', 'ZGU=']),
    ('pieces("base64url", [[0xff], [0xfe]])', ['', '', '__4']),
    ('pieces("hex", [[0xab], [0x01]])', ['ab', '01', '']),
    ('pieces("latin1", [[0xe9, 0x80]])', ['é\x80', '']),
    ('pieces("ascii", [[0xe9, 0x41]])', ['iA', '']),
    ('pieces("BINARY", [[0xe9]])', ['é', '']),
    ('[new StringDecoder().encoding, new StringDecoder("UCS-2").encoding, new StringDecoder(null).encoding]', ['utf8', 'utf16le', 'utf8']),
    ('new StringDecoder("nope")', 'TypeError ERR_UNKNOWN_ENCODING: Unknown encoding: nope'),
    ("new StringDecoder().write(1)", 'TypeError ERR_INVALID_ARG_TYPE: The "buf" argument must be an instance of Buffer, TypedArray, or DataView. Received type number (1)'),
    ('new StringDecoder().write("text")', 'text'),
    ('(() => { const d = new StringDecoder(); d.write(Buffer.from([0xe2, 0x82])); return [d.lastNeed, d.lastTotal, [...d.lastChar], d.end(), d.lastNeed, d.write(Buffer.from("x"))] })()', [1, 3, [226, 130, 0, 0], '�', 0, 'x']),
    ('(() => { function Old() { StringDecoder.call(this, "hex") } Old.prototype = Object.create(StringDecoder.prototype); return new Old().write(Buffer.from("a")) })()', '61'),
    ("Object.keys(StringDecoder.prototype)", ['write', 'end', 'text', 'lastChar', 'lastNeed', 'lastTotal']),
]
# fmt: on

# What the Encoding Standard says and Node 20 does not do: (label, bytes in hexadecimal, text).
STANDARD: Final = [
    ("koi8-u", "aea4bd", "ўєҐ"),
    ("latin1", "80e99f", "€éŸ"), ("ascii", "93", "“"), ("x-user-defined", "41ff", "A\uf7ff"), ("iso-8859-8-i", "e0", "א"),
    ("windows-1253", "ffaa", "\ufffd\ufffd"), ("windows-1255", "cad9", "\u05ba\ufffd"), ("windows-874", "81fc", "\x81\ufffd"),
    ("shift_jis", "80a0fd", "\x80\ufffd\ufffd"), ("shift_jis", "8120f040fc4b", "\ufffd \ue000黑"), ("shift_jis", "81", "\ufffd"),
    ("euc-jp", "8fa2b7a1c1a1ff8e41", "～～\ufffd\ufffdA"), ("euc-jp", "ada1fcfc", "①￤"),
    ("iso-2022-jp", "1b2849311b28421b284241", "ｱ\ufffdA"), ("iso-2022-jp", "1b2442251b284241", "\ufffdA"), ("iso-2022-jp", "0e1b2441", "\ufffd\ufffd$A"),
    ("euc-kr", "8c63", "똠"), ("euc-kr", "d36baecc80ff", "\ufffdk\ufffd\ufffd\ufffd"), ("big5", "a145a3e1ff8740c7", "‧€\ufffd䏰\ufffd"), ("big5", "8180", "\ufffd"), ("big5", "8862877a", "Ê\u0304㡵"),
    ("gb18030", "80ff8130", "€\ufffd\ufffd"), ("gb18030", "81308130813081", "\x80\ufffd"), ("gbk", "e737b633ac41", "\ufffd珹"), ("gbk", "fe59a3a0", "龴\u3000"),
]  # fmt: skip


@pytest.mark.parametrize("table", [ENCODED, DECODED, STRINGS], ids=["encoded", "decoded", "strings"])
def test_answers_as_node_does(shared: Sandbox, table: Table) -> None:
    cases = ",\n".join(f"() => ({expression})" for expression, _ in table)
    answers = value(shared, f"{_HELPERS} export default [{cases}].map(run)")
    for (expression, expected), answer in zip(table, answers, strict=True):
        assert answer == expected, expression


def test_decoders_follow_the_standard_whole_and_byte_by_byte(shared: Sandbox) -> None:
    code = f"""{_HELPERS}
    export default {json.dumps([case[:2] for case in STANDARD])}.map(([label, hex]) => {{
      const list = [...Uint8Array.fromHex(hex)];
      return [text(label, list), parts(label, list).join("")];
    }});
    """
    for (label, data, expected), (whole, streamed) in zip(STANDARD, value(shared, code), strict=True):
        assert whole == expected, (label, data)
        assert streamed == expected, (label, data)


def test_every_label_of_the_standard_has_its_decoder(shared: Sandbox) -> None:
    code = """
    const labels = "utf-8 utf-16le utf-16be ibm866 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 " +
      "iso-8859-8-i iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 koi8-r koi8-u macintosh windows-874 windows-1250 " +
      "windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 x-mac-cyrillic gbk " +
      "gb18030 big5 euc-jp iso-2022-jp shift_jis euc-kr x-user-defined";
    const bad = labels.split(" ").filter((label) => {
      const decoder = new TextDecoder(label.toUpperCase());
      const ascii = decoder.decode(label.startsWith("utf-16") ? new Uint8Array([65, 0]) : new Uint8Array([65]));
      return decoder.encoding !== label || ascii !== (label === "utf-16be" ? "\u4100" : "A");
    });
    export default bad;
    """
    assert value(shared, code) == []


def test_utf8_agrees_with_python_at_every_length(shared: Sandbox) -> None:
    chance = random.Random(8)
    texts = [
        "".join(chance.choices("aZ\0é\u07ff€\uffff😀\U0010ffff", k=size))
        for size in (1, 5, 60, 127, 128, 129, 500, 2049, 9000)
    ]
    texts += ["x" * size for size in (1, 128, 129, 2048, 2049, 100_000)] + [
        "x" * 3000 + "é",
        "x" * 3000 + "€",
    ]
    code = """
    const wholes = %s.map((each) => new TextEncoder().encode(each));
    export default [wholes, wholes.map((each) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(each))];
    """
    encoded, decoded = value(shared, code % json.dumps(texts))
    assert encoded == [text.encode() for text in texts]
    assert decoded == texts


def test_broken_utf8_is_replaced_as_python_does_in_one_part_or_many(shared: Sandbox) -> None:
    chance = random.Random(88)
    likely = [
        0x41,
        0x80,
        0xBF,
        0xC0,
        0xC2,
        0xE0,
        0xA0,
        0xE2,
        0x82,
        0xAC,
        0xED,
        0x9F,
        0xF0,
        0x90,
        0xF4,
        0x8F,
        0xF5,
        0xFF,
    ]
    cases = [bytes(chance.choices(likely, k=chance.randrange(1, 9))) for _ in range(600)]
    cases += [bytes(chance.choices(likely, k=size)) for size in (127, 129, 2047, 2049, 5000)]
    code = """
    const { StringDecoder } = await import("node:string_decoder");
    export default %s.map((hex) => {
      const bytes = Uint8Array.fromHex(hex);
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      const old = new StringDecoder();
      let streamed = "", strings = "";
      for (let i = 0; i < bytes.length; i += 3) {
        streamed += decoder.decode(bytes.subarray(i, i + 3), { stream: true });
        strings += old.write(bytes.subarray(i, i + 3));
      }
      return [new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), streamed + decoder.decode(), strings + old.end()];
    });
    """
    answers = value(shared, code % json.dumps([case.hex() for case in cases]))
    for case, answer in zip(cases, answers, strict=True):
        assert answer == [case.decode("utf-8", "replace")] * 3, case.hex()


def test_large_texts_in_other_encodings(shared: Sandbox) -> None:
    texts = {
        "shift_jis": "日本語ｶﾅ\n",
        "gb18030": "你好😀\n",
        "koi8-r": "Привет",
        "utf-16be": "aé😀",
        "iso-2022-jp": "日本語\n",
        "big5": "你好",
    }
    python = {"iso-2022-jp": "iso2022_jp"}
    for label, text in texts.items():
        data = (text * 700).encode(python.get(label, label))
        code = f"export default new TextDecoder({label!r}).decode(Uint8Array.fromBase64('{_base64(data)}'))"
        assert value(shared, code) == text * 700, label


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_a_decoder_is_usable_after_an_error_and_keeps_its_place_in_a_checkpoint(sandbox: Sandbox) -> None:
    error = fault(sandbox, "new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0x41, 0xff]))")
    assert (error.name, error.message) == ("TypeError", "The encoded data was not valid for encoding utf-8")
    code = """
    globalThis.strict = new TextDecoder("euc-jp", { fatal: true });
    let caught = "";
    try { strict.decode(new Uint8Array([0xff]), { stream: true }); } catch (e) { caught = e.code; }
    globalThis.open = new TextDecoder("shift_jis");
    export default [caught, strict.decode(new Uint8Array([0xa4, 0xa2])), open.decode(new Uint8Array([0x83]), { stream: true })];
    """
    assert value(sandbox, code) == ["ERR_ENCODING_INVALID_ENCODED_DATA", "あ", ""]
    checkpoint = sandbox.checkpoint()
    ending = "export default open.decode(new Uint8Array([0x65]))"
    assert value(sandbox, ending) == "テ"
    assert value(sandbox, ending) == "e"
    sandbox.restore(checkpoint)
    assert value(sandbox, ending) == "テ"


def test_changed_intrinsics_do_not_change_text(sandbox: Sandbox) -> None:
    code = """
    for (const key of ["fatal", "stream", "rest", "mode", "get"]) Object.prototype[key] = undefined;
    String.prototype.charCodeAt = String.prototype.slice = String.prototype.toLowerCase = () => "polluted";
    String.fromCharCode = () => "polluted";
    RegExp.prototype.exec = () => null;
    globalThis.atob = globalThis.btoa = () => "polluted";
    Uint8Array.prototype.subarray = Uint8Array.prototype.set = Uint8Array.prototype.toBase64 = () => { throw new Error("polluted"); };
    Array.prototype[Symbol.iterator] = () => { throw new Error("polluted"); };
    const bytes = new TextEncoder().encode("aé€😀");
    export default [bytes, new TextDecoder().decode(bytes), new TextDecoder("UTF-16").decode(bytes), new TextDecoder("koi8-r").decode(bytes)];
    """
    data = "aé€😀".encode()
    assert value(sandbox, code) == [data, "aé€😀", data.decode("utf-16-le"), data.decode("koi8-r")]
