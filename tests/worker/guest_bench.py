"""A bare engine with the guest's own JavaScript in it: no worker, no bridge, no clock but the one the test moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from quickjs_rs import Runtime

JS = Path(__file__).parents[2] / "qjs_kernel" / "worker" / "js"
FILES = (
    "primordials.js",
    "text.js",
    "kinds.js",
    "layout.js",
    "stacks.js",
    "heads.js",
    "contents.js",
    "inspect.js",
    "format.js",
    "console.js",
    "timers.js",
)

# What the worker would put on `k`. The sink is a closure over a string: nothing a guest can pollute.
_HOST = """
globalThis.k = { __proto__: null, limits: { __proto__: null, timers: 1000, intervals: 1000 } };
(() => {
  let time = 0;
  let written = "";
  k.now = () => time;
  k.advance = (ms) => { time += ms; };
  k.write = (stream, text) => { written += stream + ":" + text; };
  k.taken = () => { const text = written; written = ""; return text; };
})();
"""

# What user code can do to the engine's own objects; it must change nothing the guest's machinery does.
_POLLUTION = """
(() => {
  const boom = () => { throw new Error('polluted') };
  const iterators = [[].values(), new Map().entries(), new Set().values()];
  const table = [
    [Array.prototype, ['push', 'pop', 'join', 'map', 'includes', 'indexOf', 'slice', 'splice', 'sort', 'unshift',
      'shift', Symbol.iterator]],
    [Function.prototype, ['call', 'apply', 'bind', 'toString']],
    [Map.prototype, ['get', 'set', 'has', 'delete', 'entries', Symbol.iterator]],
    [Set.prototype, ['values', 'has', 'add', Symbol.iterator]],
    [String.prototype, ['replace', 'replaceAll', 'split', 'slice', 'includes', 'indexOf', 'toWellFormed', 'padEnd',
      'padStart', 'repeat', 'charCodeAt', Symbol.iterator, Symbol.replace, Symbol.split]],
    [RegExp.prototype, ['exec', 'test', 'toString', Symbol.replace, Symbol.split, Symbol.match]],
    [Number.prototype, ['toString', 'toFixed', 'valueOf']], [BigInt.prototype, ['toString']],
    [Object, ['keys', 'getOwnPropertyDescriptor', 'hasOwn', 'getPrototypeOf', 'defineProperty', 'assign']],
    [Object.prototype, ['hasOwnProperty', 'propertyIsEnumerable', 'toString', 'valueOf']],
    [Reflect, ['apply', 'ownKeys', 'construct']], [JSON, ['stringify']], [Math, ['min', 'max', 'trunc', 'floor']],
    [Date.prototype, ['toISOString', 'getTime']], [Error, ['captureStackTrace', 'isError']],
    [Object.getPrototypeOf(iterators[0]), ['next']], [Object.getPrototypeOf(iterators[1]), ['next']],
    [Object.getPrototypeOf(iterators[2]), ['next']],
  ];
  const traps = ['value', 'get', 'set', 'writable', 'depth', 'colors', 'toJSON', 'done', 'index', 'length', 'owner'];
  for (let i = 0; i < table.length; i++)
    for (let j = 0; j < table[i][1].length; j++) table[i][0][table[i][1][j]] = boom;
  const define = Reflect.defineProperty;
  for (let i = 0; i < 40; i++)
    define(Array.prototype, i, {__proto__: null, get: boom, set: boom, configurable: true});
  for (let i = 0; i < traps.length; i++)
    define(Object.prototype, traps[i], {__proto__: null, get: boom, set: boom, configurable: true});
  globalThis.Map = globalThis.String = globalThis.Array = globalThis.Error = globalThis.Number = boom;
})();
0
"""


class Bench:
    """`k` is a global here, so that tests can drive it; in the product user code never sees it."""

    def __init__(self) -> None:
        self._runtime = Runtime()
        self._context = self._runtime.new_context()
        self._context.eval(_HOST)
        for name in FILES:
            self._context.eval(f"({(JS / name).read_text(encoding='utf-8')})(k)", filename=name)

    def eval(self, code: str) -> Any:
        return self._context.eval(code)

    def evaluated(self, code: str) -> str:
        """An expression that evaluates `code` under a name that is not our own scripts': their frames are not shown."""
        return f"k.primordials.eval({json.dumps(code)})"

    def run(self, body: str) -> str:
        """The string that a function body returns; an exception comes back as `Name: message`."""
        call = f"(() => {{ {body} }})()"
        return str(
            self.eval(f"(() => {{ try {{ return `${{{call}}}` }} catch (e) {{ return `${{e}}` }} }})()")
        )

    def inspect(self, expression: str, options: str = "{}") -> str:
        return str(self.eval(f"k.inspect(({expression}), {options})"))

    def format(self, arguments: str) -> str:
        return str(self.eval(f"k.format({arguments})"))

    def written(self) -> str:
        """Everything written since the last call: lines of `1:` (stdout) or `2:` (stderr) and the text."""
        return str(self.eval("k.taken()"))

    def pollute(self) -> None:
        self.eval(_POLLUTION)

    def log(self, code: str) -> str:
        self.eval(code)
        return self.written()

    def json(self, expression: str) -> Any:
        return json.loads(self.eval(f"k.primordials.JSONStringify({expression})"))

    def close(self) -> None:
        self._context.close()
        self._runtime.close()

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
