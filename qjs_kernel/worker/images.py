"""WebAssembly images of the quickjs-rs wheel and what is cached of them, in a directory private to the user."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import wasmtime

from qjs_kernel.worker.native import WASMTIME

__all__ = ["EngineMismatch", "compiled", "read_image", "write_atomically"]


class EngineMismatch(Exception):
    """The wheel's image is not the one this adapter was written for."""


def read_image(name: str) -> bytes:
    """The bytes of a WebAssembly image in the quickjs-rs wheel; EngineMismatch when it is not there."""
    from importlib.util import find_spec

    # find_spec does not import quickjs_rs, whose own engine layer we do not need.
    spec = find_spec("quickjs_rs")
    if spec is None or not spec.submodule_search_locations:
        raise EngineMismatch("the package quickjs-rs is not installed: install quickjs-rs==0.2.6")
    path = Path(spec.submodule_search_locations[0]) / name
    try:
        return path.read_bytes()
    except OSError as error:
        raise EngineMismatch(f"the WebAssembly image {path} cannot be read: {error.strerror}") from None


def compiled(engine: wasmtime.Engine, wasm: bytes, cache: Path | None, name: str) -> wasmtime.Module:
    """The module, from the cache if it is there. What is in the cache is native code: its directory is private."""
    if cache is None:
        return wasmtime.Module(engine, wasm)
    path = cache / f"{name}-{hashlib.sha256(wasm).hexdigest()[:16]}-wasmtime{WASMTIME}.cwasm"
    if path.exists():
        try:
            return wasmtime.Module.deserialize_file(engine, str(path))
        except wasmtime.WasmtimeError:
            pass  # of another build or processor: compile and replace it
    module = wasmtime.Module(engine, wasm)
    write_atomically(path, bytes(module.serialize()))
    return module


def write_atomically(path: Path, data: bytes) -> None:
    """Write a cache file so that no reader ever sees half of it; a cache that cannot be written is no error."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except OSError:
        return
