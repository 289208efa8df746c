"""Write docs/compatibility.md: what a guest finds, asked of the guest itself and held against Node 20's own names.

`python scripts/compatibility.py` writes the file, `--check` only says whether it is up to date.
`node20.json` beside this script has the names that Node 20.20 exports.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from qjs_kernel import Limits, Sandbox
from qjs_kernel.modules.tables import ABSENT, BUILTINS, REFUSED

__all__ = ["document", "main"]

HERE = Path(__file__).parent
TARGET = HERE.parent / "docs" / "compatibility.md"

# What the names alone do not tell.
MODULE_NOTES = {
    "assert": "Messages as in Node; `assert(false)` cannot quote the source line.",
    "async_hooks": "`AsyncLocalStorage` follows timers, ticks and bound callbacks, but not `await`.",
    "constants": "Those of os and fs.",
    "crypto": "Hashes, HMAC, random values, key derivation. No ciphers, signatures or key pairs.",
    "fs": "Over the mounted files: nothing of the host. `watch` sees changes of mounted files only.",
    "module": "`createRequire`, `builtinModules`, `isBuiltin`.",
    "os": "Harmless constants, nothing of the host.",
    "process": "`exit` ends the cell, never the kernel; of its events only `exit` comes, and only then. No `chdir`.",
    "readline": "Over streams of the program and over stdin, where the front end can ask.",
    "test": "See [testing](testing.md).",
    "zlib": "No brotli.",
}
GLOBAL_NOTES = {
    "Deno": "`Deno.jupyter` only, for notebooks written for Deno: see [display](display.md).",
    "display": "Tables, charts, pictures, progress: see [display](display.md). So are `html`, `md`, `svg` and `clear`.",
    "Intl": "English and the common locales, by Python's babel: see below.",
    "fetch": "Off unless the owner allows hosts: see [fetch](fetch.md).",
    "require": "CommonJS, from /src; also in cells.",
    "prompt": "Over Jupyter's stdin; null where nobody can be asked. So are confirm and alert.",
}

_PROGRAM = """
const skip = new Set(["exit", "abort", "reallyExit"]);
const refused = (module, name) => {
  if (skip.has(name) || typeof module[name] !== "function" || /^[A-Z]/.test(name)) return false;
  try {
    const result = module[name]();
    if (result && typeof result.then === "function") result.then(() => {}, () => {});
    return false;
  } catch (error) { return error?.code === "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM"; }
};
const modules = {};
for (const name of NAMES) {
  const module = process.getBuiltinModule("node:" + name);
  const names = Object.keys(module).filter((each) => each !== "default" && !each.startsWith("_")).sort();
  modules[name] = { names, refused: QUIET.includes(name) ? names.filter((each) => refused(module, each)) : [] };
}
const own = ["__qjs__", "global", "globalThis"];
const globals = Object.getOwnPropertyNames(globalThis).filter((each) => !own.includes(each)).sort();
export default { modules, globals, constructors: Object.getOwnPropertyNames(Object) };
"""
# Modules whose functions may be called without arguments to see which of them only say that they are not there.
_QUIET = ("crypto", "module", "os", "process", "zlib", "fs", "perf_hooks")


def _measured() -> dict[str, Any]:
    names = sorted(BUILTINS)
    program = _PROGRAM.replace("NAMES", json.dumps(names)).replace("QUIET", json.dumps(_QUIET))
    with Sandbox(limits=Limits(timeout=60)) as sandbox:
        found: dict[str, Any] = sandbox.eval(program, "/src/names.js").unwrap()
    return found


def _listed(names: list[str]) -> str:
    return " ".join(f"`{name}`" for name in names) if names else "–"


def document() -> str:
    """The text of docs/compatibility.md."""
    node = json.loads((HERE / "node20.json").read_text("utf-8"))
    found = _measured()
    lines = [
        "# What a program finds",
        "",
        'Made by `scripts/compatibility.py`, which asks a guest, and checked by a test. "Not there" is what Node '
        f"{node['version'].removeprefix('v')} exports besides.",
        "",
        "## Modules",
        "",
        "With and without `node:`. A function that is there only to say why it cannot be is in the third column.",
        "",
        "| module | what is there | refuses when called | not there | note |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, entry in found["modules"].items():
        theirs = node["modules"].get(name, [])
        there = [each for each in entry["names"] if each not in entry["refused"]]
        missing = sorted(set(theirs) - set(entry["names"]))
        lines.append(
            f"| `{name}` | {_shortened(there)} | {_listed(entry['refused'])} | {_listed(missing)} | "
            f"{MODULE_NOTES.get(name, '')} |"
        )
    lines += ["", "Not in the sandbox, by design; the import says so, and what to use:", ""]
    lines += ["| module | why | instead |", "| --- | --- | --- |"]
    lines += [f"| `{name}` | {why} | {instead} |" for name, (why, instead) in sorted(REFUSED.items())]
    lines += ["", "Not there yet: " + ", ".join(f"`{name}`" for name in sorted(ABSENT)) + ".", ""]
    there = found["globals"]
    missing = sorted(set(node["globals"]) - set(there))
    lines += ["## Globals", "", _listed(there), "", "Node has these besides: " + _listed(missing), ""]
    lines += [f"- `{name}`: {note}" for name, note in sorted(GLOBAL_NOTES.items()) if name in there]
    intl = HERE.parent / "docs" / "intl.md"
    if intl.exists():
        lines += ["", "What `Intl` has is in [intl](intl.md)."]
    return "\n".join(lines) + "\n"


def _shortened(names: list[str]) -> str:
    if len(names) <= 130:
        return _listed(names)
    return _listed(names[:10]) + f" … ({len(names)} names)"


def main() -> int:
    """Write or check the file; 1 when it is out of date."""
    text = document()
    if "--check" in sys.argv[1:]:
        same = TARGET.exists() and TARGET.read_text("utf-8") == text
        print("up to date" if same else f"{TARGET} is out of date: python scripts/compatibility.py")
        return 0 if same else 1
    TARGET.write_text(text, "utf-8")
    print(f"{TARGET}: {text.count(chr(10))} lines")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
