"""What holds for all guest modules: they load after any pollution, and lead to nothing of the machinery behind them."""

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

# Everything reachable without running a getter, from all modules and globals.
WALK = """
const roots = [globalThis];
for (const name of NAMES) roots.push(process.getBuiltinModule("node:" + name));
for (const name of GLOBALS) roots.push(globalThis[name]);
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


def test_nothing_behind_the_modules_can_be_reached(pool: Any) -> None:
    with Sandbox(limits=Limits(timeout=60), pool=pool) as sandbox:
        code = WALK.replace("NAMES", str(NAMES)).replace("GLOBALS", str(list(GLOBALS)))
        data = sandbox.eval(code, "/src/walk.js").unwrap()
    assert data["found"] == []
    assert data["walked"] > 3000, "the walk stopped early"


@pytest.mark.parametrize("name", NAMES)
def test_a_module_loads_after_pollution(pool: Any, name: str) -> None:
    with Sandbox(pool=pool) as sandbox:
        outcome = sandbox.eval(
            f"{POLLUTE}\nconst m = await import('node:{name}'); typeof m.default", "/src/p.js"
        )
        assert outcome.ok, outcome.error
        assert outcome.data in ("object", "function")


@pytest.mark.parametrize("name", GLOBALS)
def test_a_global_is_made_after_pollution(pool: Any, name: str) -> None:
    with Sandbox(pool=pool) as sandbox:
        outcome = sandbox.eval(f"{POLLUTE}\ntypeof {name}", "/src/p.js")
        assert outcome.ok, outcome.error
        assert outcome.data in ("object", "function")


def test_the_hosts_side_is_as_ever_after_pollution_with_all_loaded(pool: Any) -> None:
    with Sandbox(env={"double": lambda n: n * 2}, pool=pool) as sandbox:
        load = "".join(f"process.getBuiltinModule('node:{name}');" for name in NAMES)
        load += "".join(f"void {name};" for name in GLOBALS)
        sandbox.eval(f"globalThis.Fault = TypeError; {load}\n{POLLUTE}", "/src/p.js").unwrap()
        outcome = sandbox.eval(
            "console.log('%s %o', 1, { a: [1] }); export default { n: env.double(21), b: new Date(0) }"
        )
        assert outcome.ok, outcome.error
        assert outcome.data["n"] == 42
        assert outcome.logs[0].text == "1 { a: [ 1, [length]: 1 ] }\n"
        error = sandbox.eval("\nthrow new Fault('mine')").error
        assert error is not None
        assert (error.name, error.message, error.frames[0].line) == ("TypeError", "mine", 2)


def test_replacing_a_lazy_global_keeps_what_the_program_put_there(pool: Any) -> None:
    with Sandbox(pool=pool) as sandbox:
        assert sandbox.eval("globalThis.URL = 5; [URL, globalThis.URL]").data == [5, 5]
        assert sandbox.eval("class Blob { own = 1 } new Blob().own", cell=True).data == 1
        assert sandbox.eval("new Blob().own", cell=True).data == 1
        assert sandbox.eval("Object.keys(globalThis).includes('Buffer')").data is False
