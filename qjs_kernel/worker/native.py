"""Fast calls into and out of WebAssembly: the one adapter around wasmtime-py's private C bindings.

`wasmtime.Func.__call__` and `Linker.define_func` convert every value through Python objects: 12 µs a call. A host
call of the guest makes eight of them. The C API's `*_unchecked` functions take one array of raw values for
arguments and results; here they are bound once, with prepared buffers: 1 to 2 µs. All functions of the engine's
image take and return i32 only. The wasmtime version is pinned to the ones this was tested with, and
`tests/worker/test_guest.py` notices when one of these names goes away.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import wasmtime
from wasmtime import _ffi as ffi

__all__ = ["WASMTIME", "Trap", "bind", "define"]

_RAW: Final = ctypes.sizeof(ffi.wasmtime_val_raw_t) // 4  # i32 cells that one raw value occupies
_MOST: Final = 8

# Own prototypes of the same C functions: plain addresses instead of typed pointers, which ctypes would check.
_call = ctypes.CFUNCTYPE(
    ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p
)(("wasmtime_func_call_unchecked", ffi.dll))
_callback_type = ctypes.CFUNCTYPE(
    ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int32), ctypes.c_size_t
)
_define = ctypes.CFUNCTYPE(
    ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t,
    ctypes.c_void_p, _callback_type, ctypes.c_void_p, ctypes.c_void_p,
)(("wasmtime_linker_define_func_unchecked", ffi.dll))  # fmt: skip


def _wasmtime_version() -> str:
    # The package has no __version__, and importlib.metadata costs 15 ms of every worker's start.
    home = Path(wasmtime.__file__).parent.parent
    return next((path.name[9:-10] for path in home.glob("wasmtime-*.dist-info")), "unknown")


WASMTIME: Final = _wasmtime_version()


class Trap(Exception):
    """The instance is lost. `stack_overflow` says whether the WebAssembly stack was exhausted."""

    def __init__(self, message: str, *, stack_overflow: bool = False) -> None:
        super().__init__(message)
        self.stack_overflow = stack_overflow


def bind(store: wasmtime.Store, func: wasmtime.Func, arity: int, results: int) -> Callable[..., int]:
    """`func` as a Python callable on `arity` i32 values that returns one (0 if it has none); raises Trap.

    Not for two threads at once, and not re-entrant with different arguments pending: arguments are read by the
    engine before any code of the guest runs, so nested calls may use the same buffer.
    """
    cells = (ctypes.c_int32 * (_RAW * _MOST))()
    trap = ctypes.c_void_p()
    context = ctypes.cast(store._context(), ctypes.c_void_p).value
    handle = func._func
    buffer, trap_at = ctypes.addressof(cells), ctypes.addressof(trap)
    count = max(arity, results)

    def finish() -> int:
        # `handle` itself, not its address: the closure keeps it alive.
        error = _call(context, ctypes.addressof(handle), buffer, count, trap_at)
        if error or trap.value:
            raise _failure(error, trap)
        return cells[0] if results else 0

    if arity == 0:
        return finish
    if arity == 1:

        def call_one(first: int) -> int:
            cells[0] = first
            return finish()

        return call_one
    if arity == 2:

        def call_two(first: int, second: int) -> int:
            cells[0] = first
            cells[_RAW] = second
            return finish()

        return call_two

    def call(*values: int) -> int:
        at = 0
        for value in values:
            cells[at] = value
            at += _RAW
        return finish()

    return call


def define(linker: wasmtime.Linker, module: str, name: str, arity: int, function: Callable[..., int]) -> Any:
    """Give the linker `function`, which takes `arity` i32 values and returns one. It must not raise.

    Returns an object that must live as long as the linker.
    """
    offsets = [index * _RAW for index in range(arity)]

    def callback(_env: int, _caller: int, values: Any, _count: int) -> int:
        values[0] = function(*[values[at] for at in offsets])
        return 0

    native = _callback_type(callback)
    kind = wasmtime.FuncType([wasmtime.ValType.i32()] * arity, [wasmtime.ValType.i32()])
    space, label = module.encode(), name.encode()
    error = _define(
        ctypes.cast(linker.ptr(), ctypes.c_void_p), space, len(space), label, len(label),
        ctypes.cast(kind.ptr(), ctypes.c_void_p), native, None, None,
    )  # fmt: skip
    if error:
        raise wasmtime.WasmtimeError._from_ptr(ctypes.cast(error, ctypes.POINTER(ffi.wasmtime_error_t)))
    return native


def _failure(error: Any, trap: ctypes.c_void_p) -> Trap:
    address, trap.value = trap.value, None
    if error:
        problem = wasmtime.WasmtimeError._from_ptr(ctypes.cast(error, ctypes.POINTER(ffi.wasmtime_error_t)))
        return Trap(str(problem)[:200])
    cause = wasmtime.Trap._from_ptr(ctypes.cast(address or 0, ctypes.POINTER(ffi.wasm_trap_t)))
    code = cause.trap_code
    line = str(cause).split("\n", 1)[0][:200]
    return Trap(
        f"{line} ({code.name if code else 'no code'})",
        stack_overflow=code == wasmtime.TrapCode.STACK_OVERFLOW,
    )
