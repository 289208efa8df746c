"""OXC's TypeScript transformer, the second WebAssembly image of the quickjs-rs wheel, with its compiled code cached.

quickjs_rs's own `transform_source` compiles the image anew in every process: 0.6 s at the first syntax error.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Final

import wasmtime

from qjs_kernel.worker.images import compiled, read_image
from qjs_kernel.worker.native import Trap, bind
from qjs_kernel.worker.source.grammar import Dialect
from qjs_kernel.worker.source.oxc import align

__all__ = ["Transformer"]

_IMAGE: Final = "_transform.wasm"
_MEMORY: Final = 512 * 2**20
_SOURCE_TS, _SOURCE_TSX, _STRIP = 1 << 0, 1 << 1, 1 << 8
_OK, _UNCHANGED = 0, 1
_EXPORTS: Final = {
    "qjst_alloc": (1, 1),
    "qjst_transform": (5, 1),
    "qjst_result_len": (0, 1),
    "qjst_result_ptr": (0, 1),
}


class Transformer:
    """Reads TypeScript that tree-sitter's grammar does not know. Compiled when first used."""

    def __init__(self, cache: Path | None) -> None:
        self._cache = cache
        self._engine: wasmtime.Engine | None = None
        self._module: wasmtime.Module | None = None

    def __call__(self, text: str, dialect: Dialect) -> str | None:
        """The program as JavaScript on the user's own lines, or None where OXC does not accept it either."""
        try:
            output = self._transform(text.encode(), dialect)
        except (Trap, wasmtime.WasmtimeError, OSError, KeyError, ValueError, UnicodeError):
            return None  # no second opinion
        return None if output is None else align(text, output)

    def _transform(self, source: bytes, dialect: Dialect) -> str | None:
        if self._module is None or self._engine is None:
            self._engine = wasmtime.Engine()
            self._module = compiled(self._engine, read_image(_IMAGE), self._cache, "transform")
        # A new instance each time (1 ms): a parser that trapped on one text must not see the next.
        store = wasmtime.Store(self._engine)
        try:
            store.set_wasi(wasmtime.WasiConfig())
            store.set_limits(memory_size=_MEMORY)
            linker = wasmtime.Linker(self._engine)
            linker.define_wasi()
            exports = linker.instantiate(store, self._module).exports(store)
            memory = exports["memory"]
            assert isinstance(memory, wasmtime.Memory)
            call = {}
            for name, (arity, results) in _EXPORTS.items():
                function = exports[name]
                assert isinstance(function, wasmtime.Func)
                call[name] = bind(store, function, arity, results)

            def put(data: bytes) -> int:
                pointer = call["qjst_alloc"](len(data) or 1) & 0xFFFF_FFFF
                memory.write(store, data, pointer)
                return pointer

            label = b"module.tsx" if dialect.endswith("x") else b"module.ts"
            flags = _STRIP | (_SOURCE_TSX if dialect.endswith("x") else _SOURCE_TS)
            status = call["qjst_transform"](put(label), len(label), put(source), len(source), flags)
            if status == _UNCHANGED:
                return source.decode()
            if status != _OK:
                return None
            length = call["qjst_result_len"]() & 0xFFFF_FFFF
            pointer = call["qjst_result_ptr"]() & 0xFFFF_FFFF
            if pointer + length > memory.data_len(store):
                return None
            base = ctypes.addressof(memory.data_ptr(store).contents)
            return ctypes.string_at(base + pointer, length).decode()
        finally:
            store.close()
