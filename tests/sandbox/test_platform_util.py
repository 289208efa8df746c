"""node:util and util/types: what Node 20 answers, written down."""

from __future__ import annotations

from typing import Any

import pytest

from qjs_kernel import Sandbox

from .support import printed, value

SETUP = """
import util from 'node:util';
const failure = (run) => { try { return run() } catch (x) { return [x.code ?? x.name, x.message] } };
"""


def answers(sandbox: Sandbox, expressions: list[str], before: str = "") -> list[Any]:
    """The value of each expression, or [code, message] of what it throws."""
    rows = ",\n".join(f"() => ({each})" for each in expressions)
    found = value(sandbox, f"{SETUP}{before}\nexport default [{rows}].map(failure)")
    assert isinstance(found, list)
    return found


# A value, and all the functions of util.types that are true of it.
KINDS = [
    ("new ArrayBuffer(1)", "isArrayBuffer isAnyArrayBuffer"),
    ("new SharedArrayBuffer(1)", "isSharedArrayBuffer isAnyArrayBuffer"),
    ("new DataView(new ArrayBuffer(1))", "isDataView isArrayBufferView"),
    ("(function () { return arguments })()", "isArgumentsObject"),
    ("async () => {}", "isAsyncFunction"),
    ("function* () {}", "isGeneratorFunction"),
    ("async function* () {}", "isAsyncFunction isGeneratorFunction"),
    ("(function* () {})()", "isGeneratorObject"),
    ("new Date()", "isDate"),
    ("/a/", "isRegExp"),
    ("new TypeError('x')", "isNativeError"),
    ("Object.create(Error.prototype)", ""),
    ("Object(1)", "isNumberObject isBoxedPrimitive"),
    ("Object('s')", "isStringObject isBoxedPrimitive"),
    ("Object(true)", "isBooleanObject isBoxedPrimitive"),
    ("Object(1n)", "isBigIntObject isBoxedPrimitive"),
    ("Object(Symbol())", "isSymbolObject isBoxedPrimitive"),
    ("new Map()", "isMap"),
    ("new (class extends Map {})()", "isMap"),
    ("Object.create(Map.prototype)", ""),
    ("new Set()", "isSet"),
    ("new Map().entries()", "isMapIterator"),
    ("new Set().values()", "isSetIterator"),
    ("[].values()", ""),
    ("new WeakMap()", "isWeakMap"),
    ("new WeakSet()", "isWeakSet"),
    ("Promise.resolve()", "isPromise"),
    ("{ then() {} }", ""),
    ("{ [Symbol.toStringTag]: 'Map' }", ""),
    ("namespace", "isModuleNamespaceObject"),
    ("new Proxy({}, {})", "isProxy"),
    ("null", ""),
    ("1", ""),
    ("'s'", ""),
    ("Object.create(null)", ""),
    *(
        (f"new {name}(1)", f"isArrayBufferView isTypedArray is{name}")
        for name in [
            "Uint8Array",
            "Uint8ClampedArray",
            "Uint16Array",
            "Uint32Array",
            "Int8Array",
            "Int16Array",
            "Int32Array",
            "Float32Array",
            "Float64Array",
            "BigInt64Array",
            "BigUint64Array",
        ]
    ),
]


def test_types(shared: Sandbox) -> None:
    expressions = [
        f"Object.keys(util.types).filter((name) => util.types[name]({expression})).sort().join(' ')"
        for expression, _ in KINDS
    ]
    found = answers(shared, expressions, "import * as namespace from 'node:util/types';")
    assert dict(zip((each for each, _ in KINDS), found, strict=True)) == {
        expression: " ".join(sorted(names.split())) for expression, names in KINDS
    }


OPTIONS = """
const options = { verbose: { type: 'boolean', short: 'v' }, name: { type: 'string', short: 'n' },
  many: { type: 'string', multiple: true, short: 'm' }, size: { type: 'string', default: 'L' } };
const parse = (args, more) => { const { values, positionals } = util.parseArgs({ args, options, ...more });
  return [JSON.stringify(values), ...positionals] };
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("parse(['-v', '--name', 'x'])", ['{"verbose":true,"name":"x","size":"L"}']),
        ("parse(['-vnx', '-m1', '--many=2'])", ['{"verbose":true,"name":"x","many":["1","2"],"size":"L"}']),
        ("parse(['a', '--', '-v'], { allowPositionals: true })", ['{"size":"L"}', "a", "-v"]),
        (
            "parse(['--other', '-z', '--size=S', 'p'], { strict: false })",
            ['{"other":true,"z":true,"size":"S"}', "p"],
        ),
        ("parse(['--no-verbose'], { allowNegative: true })", ['{"verbose":false,"size":"L"}']),
        (
            "parse(['p'])",
            [
                "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL",
                "Unexpected argument 'p'. This command does not take positional arguments",
            ],
        ),
        ("parse(['--nope'])", ["ERR_PARSE_ARGS_UNKNOWN_OPTION", "Unknown option '--nope'"]),
        (
            "parse(['--nope'], { allowPositionals: true })",
            [
                "ERR_PARSE_ARGS_UNKNOWN_OPTION",
                (
                    "Unknown option '--nope'. To specify a positional argument starting with a '-', "
                    "place it at the end of the command after '--', as in '-- \"--nope\""
                ),
            ],
        ),
        (
            "parse(['-n'])",
            ["ERR_PARSE_ARGS_INVALID_OPTION_VALUE", "Option '-n, --name <value>' argument missing"],
        ),
        ("parse(['-v=1'])", ["ERR_PARSE_ARGS_UNKNOWN_OPTION", "Unknown option '-='"]),
        (
            "parse(['--verbose=1'])",
            ["ERR_PARSE_ARGS_INVALID_OPTION_VALUE", "Option '-v, --verbose' does not take an argument"],
        ),
        (
            "parse(['-n', '-v'])",
            [
                "ERR_PARSE_ARGS_INVALID_OPTION_VALUE",
                (
                    "Option '-n' argument is ambiguous.\nDid you forget to specify the option argument for '-n'?\n"
                    "To specify an option argument starting with a dash use '--name=-XYZ' or '-n-XYZ'."
                ),
            ],
        ),
        (
            "util.parseArgs({ args: [], options: { a: {} } })",
            [
                "ERR_INVALID_ARG_TYPE",
                "The \"options.a.type\" property must be ('string|boolean'). Received undefined",
            ],
        ),
        (
            (
                "JSON.stringify(util.parseArgs({ args: ['-vn', 'x', '--', 'y'], options, allowPositionals: true,"
                " tokens: true }).tokens)"
            ),
            (
                '[{"kind":"option","name":"verbose","rawName":"-v","index":0},'
                '{"kind":"option","name":"name","rawName":"-n","index":0,"value":"x","inlineValue":false},'
                '{"kind":"option-terminator","index":2},{"kind":"positional","index":3,"value":"y"}]'
            ),
        ),
    ],
)
def test_parse_args(shared: Sandbox, expression: str, expected: object) -> None:
    assert answers(shared, [expression], OPTIONS) == [expected]


TABLE: list[tuple[str, object]] = [
    # text
    ("util.format('%s %d %i %j %%', 'a', '2', '3.5', { a: 1 })", 'a 2 3 {"a":1} %'),
    ("util.formatWithOptions({ compact: true }, '%O', { a: 1 })", "{ a: 1 }"),
    ("util.inspect({ [util.inspect.custom]: () => 'mine' })", "mine"),
    ("util.inspect.defaultOptions.depth", 2),
    ("util.inspect.colors.grey", [90, 39]),
    ("Object.keys(util.inspect.colors).length", 44),
    ("util.styleText('red', 'x')", "\x1b[31mx\x1b[39m"),
    ("util.styleText(['bold', 'underline'], 'x')", "\x1b[1m\x1b[4mx\x1b[24m\x1b[22m"),
    ("util.styleText('red', 'x', { stream: { isTTY: false, write() {}, on() {} } })", "x"),
    ("util.styleText('red', 'x', { stream: { isTTY: true, write() {}, on() {} } })", "\x1b[31mx\x1b[39m"),
    ("util.styleText('red', 'x', { stream: {} })[0]", "ERR_INVALID_ARG_TYPE"),
    ("util.styleText('nope', 'x')[0]", "ERR_INVALID_ARG_VALUE"),
    (
        "util.stripVTControlCharacters('\\x1b]8;;http://a.b\\x07l\\x1b]8;;\\x07 \\x1b[38;5;9mx\\x1b[0m')",
        "l x",
    ),
    ("util.toUSVString('a\\ud800')", "a\ufffd"),
    # questions
    ("util.isDeepStrictEqual({ a: [1, new Map([[{}, 1]])] }, { a: [1, new Map([[{}, 1]])] })", True),
    (
        (
            "[util.isArray([]), util.isString(''), util.isError(new RangeError()), util.isPrimitive({}),"
            " util.isBuffer(Buffer.from('a')), util.isBuffer(new Uint8Array(1))]"
        ),
        [True, True, True, False, True, False],
    ),
    # system errors
    (
        "[util.getSystemErrorName(-2), util.getSystemErrorMap().get(-13).join(), util.getSystemErrorName(-9999)]",
        ["ENOENT", "EACCES,permission denied", "Unknown system error -9999"],
    ),
    (
        "util.getSystemErrorName(1)",
        ["ERR_OUT_OF_RANGE", 'The value of "err" is out of range. It must be a negative integer. Received 1'],
    ),
    # .env files
    (
        "util.parseEnv('A=1 # c\\n# no\\nexport B = \"x # \\\\ny\"\\nC=\\'a\\nb\\'\\nD\\nE=')",
        {"A": "1", "B": "x # \ny", "C": "a\nb", "E": ""},
    ),
    # MIME types
    (
        'String(new util.MIMEType(\' Text/HTML ; Charset="utf-8";x="a b";x=2\'))',
        'text/html;charset=utf-8;x="a b"',
    ),
    ("[...new util.MIMEType('a/b;c=d').params]", [["c", "d"]]),
    (
        "new util.MIMEType('a b/c')",
        ["ERR_INVALID_MIME_SYNTAX", 'The MIME syntax for a type in "a b/c" is invalid at 1'],
    ),
    # functions
    (
        "(() => { const f = async function foo(a) {}; const c = util.callbackify(f); return [c.name, c.length] })()",
        ["fooCallbackified", 2],
    ),
    ("(() => { const f = () => {}; f[util.promisify.custom] = () => 7; return util.promisify(f)() })()", 7),
    (
        "util.promisify(1)",
        [
            "ERR_INVALID_ARG_TYPE",
            'The "original" argument must be of type function. Received type number (1)',
        ],
    ),
    (
        "util.callbackify(async () => {})()",
        ["ERR_INVALID_ARG_TYPE", "The last argument must be of type function. Received undefined"],
    ),
    (
        (
            "(() => { function A() {} function B() {} A.prototype.x = 1; util.inherits(B, A);"
            " return [new B().x, B.super_ === A] })()"
        ),
        [1, True],
    ),
    (
        "util.inherits(() => {}, null)",
        ["ERR_INVALID_ARG_TYPE", 'The "superCtor" argument must be of type function. Received null'],
    ),
    ("new util.TextEncoder().encode('é').length", 2),
    ("new util.TextDecoder().decode(new Uint8Array([195, 169]))", "é"),
]


def test_table(shared: Sandbox) -> None:
    # What throws answers a list: `[0]` behind it picks the code.
    expressions = []
    for expression, expected in TABLE:
        if isinstance(expected, str) and expected.startswith("ERR_"):
            expression = f"failure(() => {expression.removesuffix('[0]')})[0]"
        expressions.append(expression)
    found = answers(shared, expressions)
    assert dict(zip(expressions, found, strict=True)) == {
        expression: expected for expression, (_, expected) in zip(expressions, TABLE, strict=True)
    }


def test_promisify_and_callbackify(shared: Sandbox) -> None:
    code = """
        const read = (x, done) => done(x < 0 ? new Error('negative') : null, x * 2);
        const back = (f, ...args) => new Promise((done) => util.callbackify(f)(...args, (...got) => done(got)));
        const read2 = util.promisify(read);
        export default [
          await read2(4), await read2(-1).catch((x) => x.message),
          await util.promisify(function (done) { done(null, this.q) }).call({ q: 5 }),
          await util.promisify(setTimeout)(1, 'later'),
          await back(async (a) => a + 1, 1),
          (await back(async () => { throw new Error('bad') }))[0].message,
          (await back(async () => { throw null }))[0].code,
        ];
    """
    assert value(shared, SETUP + code) == [
        8,
        "negative",
        5,
        "later",
        [None, 2],
        "bad",
        "ERR_FALSY_VALUE_REJECTION",
    ]


def test_deprecation_is_told_once_a_code(shared: Sandbox) -> None:
    outcome = shared.eval(
        SETUP
        + "const f = util.deprecate((x) => x, 'old', 'DEP9'); const g = util.deprecate(() => {}, 'old', 'DEP9');"
        "const C = util.deprecate(class { a = 1 }, 'older'); g(); export default [f(1), f(2), new C().a]"
    )
    assert outcome.data == [1, 2, 1]
    told = printed(outcome, "stderr")
    assert told.count("[DEP9] DeprecationWarning: old") == 1
    assert told.count("DeprecationWarning: older") == 1


def test_debuglog_follows_the_environment(shared: Sandbox) -> None:
    outcome = shared.eval(
        SETUP + "process.env.NODE_DEBUG = 'one,t*'; for (const name of ['one', 'two', 'three', 'four'])"
        " util.debuglog(name)('hi %d', 5); export default util.debuglog('four').enabled"
    )
    assert outcome.data is False
    lines = printed(outcome, "stderr").splitlines()
    assert [line.split()[0] for line in lines] == ["ONE", "TWO", "THREE"]
    assert lines[0].endswith(": hi 5")


def test_aborted(shared: Sandbox) -> None:
    code = """
        const a = new AbortController(); setTimeout(() => a.abort());
        await util.aborted(a.signal, {}); await util.aborted(AbortSignal.abort(), {});
        export default [util.transferableAbortController() instanceof AbortController,
          await util.aborted(undefined, {}).catch((x) => x.code)];
    """
    assert value(shared, SETUP + code) == [True, "ERR_INVALID_ARG_TYPE"]


def test_a_polluted_prototype_changes_no_answer(shared: Sandbox) -> None:
    code = """
        Object.prototype.short = 'x'; Object.prototype.default = 'y'; Object.prototype.multiple = true;
        Array.prototype[Symbol.iterator] = Array.prototype.push = () => { throw new Error('polluted') };
        export default [util.parseArgs({ args: ['-a'], options: { a: { type: 'boolean' } } }).values.a,
          util.isDeepStrictEqual([1, { a: [2] }], [1, { a: [2] }]), util.types.isMap(new Map()),
          util.styleText('red', 'x')];
    """
    assert value(shared, SETUP + code) == [True, True, True, "\x1b[31mx\x1b[39m"]
