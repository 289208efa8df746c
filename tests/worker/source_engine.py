"""Runs generated module texts in the real engine (test helper)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from quickjs_rs import Runtime

from qjs_kernel.worker.source.cell import Compiled, compile_module
from qjs_kernel.worker.source.syntax import Dialect, Module, parse

BIND = (
    "globalThis.bound={};globalThis.watched=[];globalThis.__qjs__={"
    "bind(o){for(const k of Object.keys(o))bound[k]=o[k]},watch(v){watched.push(v);return v}};0"
)
HTML = "globalThis.h=(t,p,...c)=>[t,p,...c];globalThis.Fragment='frag';0"


def never(specifier: str, name: str) -> bool:
    """Nothing is only a type."""
    return False


def compiled(text: str, dialect: Dialect = "ts", *, cell: bool = True, result: bool = True) -> Compiled:
    """A cell, compiled, without fault."""
    module = parse(text, dialect)
    assert module.fault is None, module.fault
    made = compile_module(module, url="file:///src/cell.ts", elide=never, cell=cell, result=result)
    assert made.fault is None, made.fault
    return made


def evaluate(
    text: str,
    dialect: Dialect = "ts",
    *,
    files: Mapping[str, str] | None = None,
    module: Module | None = None,
) -> Any:
    """The default export of a cell, evaluated by QuickJS; raises what the engine raises."""
    return run(compiled(text, dialect).code, files or {})


def run(code: str, files: Mapping[str, str]) -> Any:
    """The default export of one generated module text."""
    # Not ".ts": the public classes of quickjs_rs would transform the text again by that name.
    sources = {"/src/cell.js": code, **files}

    async def go() -> Any:
        runtime = Runtime()
        runtime.set_module_loader(
            normalize=lambda base, name: name if name in sources else None, load=sources.get
        )
        context = runtime.new_context()
        context.eval(BIND + ";" + HTML)
        return await context.eval_async("(await import('/src/cell.js')).default")

    return asyncio.run(go())
