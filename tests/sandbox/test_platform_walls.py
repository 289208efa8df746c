"""What holds for all guest modules: they load after any pollution, and lead to nothing of the machinery behind them."""

# ruff: noqa: E501, SIM905 - tables of names in the shortest form

from __future__ import annotations

from typing import Any

import pytest

from qjs_kernel import Limits, Sandbox
from qjs_kernel.modules.tables import BUILTINS

NAMES = sorted(BUILTINS)
GLOBALS = (
    "URL URLSearchParams TextEncoder TextDecoder structuredClone AbortController AbortSignal Event EventTarget CustomEvent "
    "Headers Request Response Blob File FormData ReadableStream WritableStream TransformStream crypto performance Buffer "
    "MessageChannel prompt confirm alert navigator fetch require Intl"
).split()

# Everything reachable from all modules, globals and one object of each kind; getters run on the modules' own keys only.
WALK = """
const roots = [globalThis];
for (const name of NAMES) roots.push(process.getBuiltinModule("node:" + name));
for (const name of GLOBALS) roots.push(globalThis[name]);
for (const root of [...roots]) for (const key of Reflect.ownKeys(root)) try { roots.push(root[key]); } catch {}
const get = process.getBuiltinModule, { Readable, Writable, Transform } = get("stream"), zlib = get("zlib");
const channel = new MessageChannel(), source = new ReadableStream(), response = new Response("x");
const sites = [];
Error.prepareStackTrace = (error, list) => { sites.push(...list); return list; };
for (const make of [
  () => null.x, () => new URL(":"), () => structuredClone(() => {}), () => Buffer.alloc(-1), () => get("fs").readFileSync("/none"),
  () => get("assert").equal(1, 2), () => get("crypto").createHash("no"), () => require("./none"), () => new Event(),
]) try { make(); } catch (error) { roots.push(error, error.stack); }
Error.prepareStackTrace = undefined;
roots.push(...sites, new URL("http://x/?a=1").searchParams, new Headers({ a: "b" }), response, response.body, new Request("http://x"),
  new Blob(["x"]), new FormData(), new AbortController().signal, new EventTarget(), new Event("x"), channel, channel.port1,
  source, source.getReader(), new WritableStream().getWriter(), new TransformStream(), new TextDecoderStream(),
  new CompressionStream("gzip"), new TextEncoder(), new TextDecoder(), Buffer.from("x"), process, process.stdout, process.stderr,
  process.stdin, Readable.from(["x"]), new Writable(), new Transform(), zlib.createGzip(), get("crypto").createHash("md5"),
  get("crypto").createHmac("md5", "x"), get("crypto").webcrypto, new (get("events"))(), new (get("async_hooks").AsyncLocalStorage)(),
  get("diagnostics_channel").channel("x"), get("fs").statSync("/"), get("fs").createWriteStream("/w"), require, require.cache,
  require.main, new (get("module"))("x"), get("perf_hooks").createHistogram(), performance.mark("x"), new Intl.NumberFormat(),
  new (get("string_decoder").StringDecoder)(), get("readline").createInterface({ input: Readable.from([]) }),
  get("util").parseArgs({ args: [] }), new (get("util").MIMEType)("a/b"), setTimeout(() => {}), setImmediate(() => {}),
  get("timers/promises").setTimeout(1), new Proxy({}, {}), get("node:test").mock.fn(), get("console").Console);
for (const it of roots) if (typeof it === "object" && it !== null)
  for (const symbol of Object.getOwnPropertySymbols(it)) try { roots.push(it[symbol]); } catch {}
channel.port1.close();
const seen = new Set(roots), todo = [...roots], found = [];
const secrets = ["primordials", "hostFunctionIds", "codecKinds", "uncurryThis", "requireModule", "moduleFunction",
  "ArrayPrototypePush", "hostAsync", "evaluateModule"];
const add = (value) => {
  if ((typeof value === "object" && value !== null || typeof value === "function") && !seen.has(value)) {
    seen.add(value);
    todo.push(value);
  }
};
while (todo.length) {
  const it = todo.pop();
  let keys = [];
  try { keys = Reflect.ownKeys(it); add(Reflect.getPrototypeOf(it)); } catch { continue; }
  for (const key of keys) {
    if (secrets.includes(key)) found.push(String(key));
    const d = Reflect.getOwnPropertyDescriptor(it, key);
    if (d === undefined) continue;
    add(d.value); add(d.get); add(d.set);
  }
}
export default { found, walked: seen.size };
"""

POLLUTE = """
const boom = () => { throw new Error("polluted"); };
const table = [
  [Array.prototype, ["push", "pop", "map", "join", "slice", "indexOf", "includes", "forEach", "filter", "concat", "splice",
    "shift", "unshift", Symbol.iterator]],
  [String.prototype, ["replace", "split", "slice", "indexOf", "charCodeAt", "startsWith", "toLowerCase", "trim", "concat"]],
  [RegExp.prototype, ["exec", "test", Symbol.replace, Symbol.split]],
  [Map.prototype, ["get", "set", "has", "delete", Symbol.iterator]], [Set.prototype, ["add", "has", Symbol.iterator]],
  [WeakMap.prototype, ["get", "set", "has"]], [Function.prototype, ["call", "apply", "bind"]],
  [Object, ["keys", "assign", "freeze", "defineProperty", "create", "getPrototypeOf", "setPrototypeOf", "entries"]],
  [Reflect, ["apply", "ownKeys", "construct", "getPrototypeOf"]], [JSON, ["parse", "stringify"]],
];
for (let i = 0; i < table.length; i++)
  for (let j = 0; j < table[i][1].length; j++) table[i][0][table[i][1][j]] = boom;
globalThis.Map = globalThis.Set = globalThis.WeakMap = globalThis.Uint8Array = globalThis.Error = globalThis.TypeError = boom;
"""

# What no polyfill does: setters under the indices, accessors under the names that descriptors, thenables, options and
# errors are read by, species, promises and iterators that throw, and every global constructor replaced.
HOSTILE = """
const Fault = Error;
const boom = () => { throw new Fault("polluted"); };
const define = Object.defineProperty, prototypeOf = Object.getPrototypeOf;
const table = [
  [Array.prototype, ["push", "pop", "map", "join", "slice", "indexOf", "includes", "forEach", "filter", "concat", "splice",
    "shift", "unshift", "values", "keys", "entries", "sort", "reduce", "some", "every", "find", "fill", "at", "flat",
    "toString", Symbol.iterator]],
  [prototypeOf([][Symbol.iterator]()), ["next"]], [prototypeOf(new Map()[Symbol.iterator]()), ["next"]],
  [prototypeOf(new Set()[Symbol.iterator]()), ["next"]], [prototypeOf(""[Symbol.iterator]()), ["next"]],
  [prototypeOf(Uint8Array.prototype), ["set", "subarray", "slice", "fill", "values", Symbol.iterator]],
  [String.prototype, ["replace", "replaceAll", "split", "slice", "indexOf", "charCodeAt", "startsWith", "toLowerCase",
    "toUpperCase", "trim", "concat", "repeat", "padStart", "match", "matchAll", "toString", Symbol.iterator]],
  [Number.prototype, ["toString", "toFixed"]], [Math, ["floor", "max", "min", "trunc", "random"]],
  [RegExp.prototype, ["exec", "test", "toString", Symbol.replace, Symbol.split, Symbol.match, Symbol.matchAll]],
  [Map.prototype, ["get", "set", "has", "delete", "forEach", Symbol.iterator]],
  [Set.prototype, ["add", "has", "delete", "forEach", Symbol.iterator]],
  [WeakMap.prototype, ["get", "set", "has"]], [WeakSet.prototype, ["add", "has"]],
  [Function.prototype, ["call", "apply", "bind", "toString"]],
  [Object, ["keys", "assign", "freeze", "defineProperty", "defineProperties", "create", "getPrototypeOf",
    "setPrototypeOf", "entries", "getOwnPropertyDescriptor", "values", "fromEntries", "getOwnPropertyNames"]],
  [Reflect, ["apply", "ownKeys", "construct", "getPrototypeOf", "defineProperty"]], [JSON, ["parse", "stringify"]],
  [Array, ["from", "isArray", "of"]], [Number, ["isInteger", "isNaN"]], [String, ["fromCharCode", "raw"]],
  [Promise.prototype, ["then", "catch", "finally"]], [Promise, ["resolve", "reject", "all", "race"]],
  [Symbol, ["for"]], [Error, ["captureStackTrace"]], [Date, ["now"]],
];
for (let i = 0; i < table.length; i++)
  for (let j = 0; j < table[i][1].length; j++)
    define(table[i][0], table[i][1][j], { __proto__: null, value: boom, writable: true, configurable: true });
const accessor = { __proto__: null, get: boom, set: boom, configurable: true };
const named = ["get", "set", "value", "writable", "enumerable", "configurable", "length", "then", "name", "code",
  "options", "encoding", "signal", "toJSON", "raw", "index", "default", "x"];
for (let i = 0; i < named.length; i++) define(Object.prototype, named[i], accessor);
const withSpecies = [Array, Map, Set, RegExp, ArrayBuffer];
for (let i = 0; i < withSpecies.length; i++) define(withSpecies[i], Symbol.species, accessor);
const replaced = ["Map", "Set", "WeakMap", "WeakSet", "WeakRef", "Uint8Array", "ArrayBuffer", "DataView", "Error",
  "TypeError", "RangeError", "Promise", "Proxy", "RegExp", "Array", "Date", "Symbol", "String", "Number", "Boolean",
  "BigInt", "Function", "Float64Array", "DOMException", "AggregateError", "SyntaxError", "Object", "Reflect", "JSON",
  "Math", "queueMicrotask", "setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate",
  "clearImmediate", "parseInt", "parseFloat", "isNaN", "isFinite", "encodeURIComponent", "decodeURIComponent",
  "FinalizationRegistry", "Iterator"];
for (let i = 0; i < replaced.length; i++) globalThis[replaced[i]] = boom;
"""
# Apart: the engine's own import and JSON append to arrays by assignment, so programs can stop their own imports.
INDICES = """
const indices = ["0", "2", "3"];
for (let i = 0; i < indices.length; i++) {
  define(withSpecies[0].prototype, indices[i], accessor);
  define(named.__proto__.__proto__, indices[i], accessor);
}
"""


def test_nothing_behind_the_modules_can_be_reached(pool: Any) -> None:
    with Sandbox(limits=Limits(timeout=60), pool=pool) as sandbox:
        code = WALK.replace("NAMES", str(NAMES)).replace("GLOBALS", str(list(GLOBALS)))
        data = sandbox.eval(code, "/src/walk.js").unwrap()
    assert data["found"] == []
    assert data["walked"] > 3000, "the walk stopped early"


@pytest.mark.parametrize("pollution", [POLLUTE, HOSTILE], ids=["replaced", "hostile"])
@pytest.mark.parametrize("name", NAMES)
def test_a_module_loads_after_pollution(pool: Any, name: str, pollution: str) -> None:
    with Sandbox(pool=pool) as sandbox:
        outcome = sandbox.eval(
            f"{pollution}\nconst m = await import('node:{name}'); typeof m.default", "/src/p.js"
        )
        assert outcome.ok, outcome.error
        assert outcome.data in ("object", "function")


@pytest.mark.parametrize("name", NAMES)
def test_a_module_loads_with_setters_under_the_indices(pool: Any, name: str) -> None:
    with Sandbox(pool=pool) as sandbox:
        outcome = sandbox.eval(
            f"{HOSTILE}\nconst get = process.getBuiltinModule;\n{INDICES}\ntypeof get('node:{name}')",
            "/src/p.js",
        )
        assert outcome.ok, outcome.error
        assert outcome.data in ("object", "function")


@pytest.mark.parametrize("pollution", [POLLUTE, HOSTILE + INDICES], ids=["replaced", "hostile"])
@pytest.mark.parametrize("name", GLOBALS)
def test_a_global_is_made_after_pollution(pool: Any, name: str, pollution: str) -> None:
    with Sandbox(pool=pool) as sandbox:
        outcome = sandbox.eval(f"{pollution}\ntypeof {name}", "/src/p.js")
        assert outcome.ok, outcome.error
        assert outcome.data in ("object", "function")


# A result is asked for `then`, as `await` asks: a getter there that throws is the program's own failure.
NO_THEN = HOSTILE.replace('"then", "name"', '"name"')


@pytest.mark.parametrize("pollution", [POLLUTE, NO_THEN + INDICES], ids=["replaced", "hostile"])
def test_the_hosts_side_is_as_ever_after_pollution_with_all_loaded(pool: Any, pollution: str) -> None:
    with Sandbox(env={"double": lambda n: n * 2}, pool=pool) as sandbox:
        load = "".join(f"process.getBuiltinModule('node:{name}');" for name in NAMES)
        load += "".join(f"void {name};" for name in GLOBALS)
        sandbox.eval(
            f"globalThis.Mine = TypeError; globalThis.Day = Date; {load}\n{pollution}; undefined", "/src/p.js"
        ).unwrap()
        outcome = sandbox.eval(
            "console.log('%s %o', 1, { a: [1] }); export default { n: env.double(21), b: new Day(0) }"
        )
        assert outcome.ok, outcome.error
        assert outcome.data["n"] == 42
        assert outcome.logs[0].text == "1 { a: [ 1, [length]: 1 ] }\n"
        error = sandbox.eval("\nthrow new Mine('mine')").error
        assert error is not None
        assert (error.name, error.message, error.frames[0].line) == ("TypeError", "mine", 2)


def test_replacing_a_lazy_global_keeps_what_the_program_put_there(pool: Any) -> None:
    with Sandbox(pool=pool) as sandbox:
        assert sandbox.eval("globalThis.URL = 5; [URL, globalThis.URL]").data == [5, 5]
        assert sandbox.eval("class Blob { own = 1 } new Blob().own", cell=True).data == 1
        assert sandbox.eval("new Blob().own", cell=True).data == 1
        assert sandbox.eval("Object.keys(globalThis).includes('Buffer')").data is False
