"""Whole programs as people, tutorials and language models write them: what they print is what Node 20 prints.

`programs/NAME` is the program, `programs/NAME.out` what Node 20.20 wrote to stdout for it (types taken off by esbuild),
run as /src/NAME with the files of `programs/data` in the working directory and those of `programs/lib` beside it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from qjs_kernel import Output, Sandbox
from qjs_kernel.outcome import Event

from .conftest import Maker
from .support import fault

HERE = Path(__file__).with_name("programs")
PROGRAMS = sorted(path.name for path in HERE.iterdir() if path.suffix in (".mjs", ".cjs", ".ts"))
FILES = {
    **{f"/{path.name}": path.read_text("utf-8") for path in (HERE / "data").iterdir()},
    **{f"/src/{path.name}": path.read_text("utf-8") for path in (HERE / "lib").iterdir()},
}


def test_every_program_has_its_output() -> None:
    assert len(PROGRAMS) > 40
    assert {f"{name}.out" for name in PROGRAMS} == {path.name for path in HERE.glob("*.out")}


async def prints_what_node_prints(make: Maker, name: str) -> None:
    code, expected = (HERE / name).read_text("utf-8"), (HERE / f"{name}.out").read_text("utf-8")
    shown: list[str] = []
    grown = asyncio.Event()

    def sink(event: Event) -> None:
        if isinstance(event, Output) and event.stream == "stdout":
            shown.append(event.text)
            grown.set()

    sandbox = make(mounts={**FILES, f"/src/{name}": code}, sink=sink)
    # CommonJS is run as Node runs it when it is imported: what is evaluated itself is an ES module.
    program = f"import './{name}'" if name.endswith(".cjs") else code
    outcome = await sandbox.eval_async(program, "/src/index.mjs" if name.endswith(".cjs") else f"/src/{name}")
    assert outcome.ok, outcome.error
    try:
        async with asyncio.timeout(3):
            while len("".join(shown)) < len(expected):  # callbacks go on after the module
                grown.clear()
                await grown.wait()
    except TimeoutError:
        pass
    assert "".join(shown) == expected


@pytest.mark.parametrize("name", PROGRAMS)
def test_prints_what_node_prints(make: Maker, name: str) -> None:
    asyncio.run(prints_what_node_prints(make, name))


@pytest.mark.parametrize(
    ("code", "what", "why", "way_out"),
    [
        ("import net from 'net'; net.createServer()", "node:net", "network", "fetch"),
        ("import http from 'node:http'", "node:http", "network", "allow_fetch"),
        ("const http = require('https'); http.get('https://x.example')", "node:https", "network", "fetch"),
        (
            "import { exec } from 'child_process'; exec('ls')",
            "node:child_process",
            "processes",
            "env functions",
        ),
        ("import { Worker } from 'node:worker_threads'", "node:worker_threads", "threads", "between awaits"),
        ("import vm from 'vm'", "node:vm", "global scopes", "a second Sandbox"),
        ("import cluster from 'cluster'", "node:cluster", "processes", "env functions"),
        ("await import('inspector')", "node:inspector", "debugger", "console.log"),
        ("process.dlopen({}, './x.node')", "process.dlopen()", "native code", "env functions"),
        ("process.kill(1)", "process.kill()", "no other processes", "process.exit()"),
        ("process.chdir('/tmp')", "process.chdir()", "relative to /", "absolute paths"),
        ("await fetch('https://api.example.com')", "fetch", "is off", "allow_fetch=FetchPolicy"),
        ("import express from 'express'", "'express'", "Cannot find package", "%npm add express"),
        ("import x from 'npm:lodash'", "'npm:lodash'", "not supported", "%npm add"),
        (
            "import x from 'https://esm.sh/lodash'",
            "'https://esm.sh/lodash'",
            "not supported",
            "mount the file",
        ),
    ],
)
def test_refusals_say_what_why_and_the_way_out(
    shared: Sandbox, code: str, what: str, why: str, way_out: str
) -> None:
    error = fault(shared, code)
    text = f"{error.message}\n{error.hint or ''}"
    assert what in text
    assert why in text
    assert way_out in text


@pytest.mark.parametrize(
    ("code", "name", "place"),
    [
        ("const user = {};\nconst hi = (u) => {\n  return u.profile.name;\n};\nhi(user);", "TypeError", ("hi", 3)),
        ("class A {\n  constructor() {\n    this.x = this.y.z;\n  }\n}\nnew A();", "TypeError", ("A", 3)),
        ("[1, 2].map((x) => {\n  return x.y.z;\n});", "TypeError", ("<anonymous>", 2)),
        ("import EventEmitter from 'events';\nnew EventEmitter().emit('error', new Error('x'));", "Error", ("", 2)),
        ("const go = (f) => setTimeout(f, 1);\nawait new Promise(go);\nnope();", "ReferenceError", ("", 3)),
        ("const f = async () => {\n  await null;\n  throw new RangeError();\n};\nawait f();", "RangeError", ("f", 3)),
        ("import fs from 'fs';\n\nfs.readFileSync('/etc/passwd', 'utf8');", "Error", ("", 3)),
        ("type T = { a: number };\n\nconst t: T = JSON.parse('{\"a\": }');\nt;", "SyntaxError", ("", 3)),
        ("const rows = [1];\n(rows as any).mapp(String);", "TypeError", ("", 2)),
    ],
)  # fmt: skip
def test_errors_point_at_the_line(shared: Sandbox, code: str, name: str, place: tuple[str, int]) -> None:
    error = fault(shared, code, filename="/src/mine.ts")
    assert error.name == name
    mine = next(frame for frame in error.frames if frame.file == "/src/mine.ts")
    assert mine.line == place[1]
    assert place[0] in mine.function
