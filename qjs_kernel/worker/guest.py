"""The engine: QuickJS's WebAssembly image, driven directly.

Only this file, `memory.py`, `native.py`, `images.py` and `transformer.py` know wasmtime.

`Image` is the compiled module, made once a process; `Guest` is one instance of it: a linear memory, its exports
bound for fast calls, and the four imports that QuickJS calls back. Its memory is reached through `LinearMemory`,
which checks bounds.

The image ships in the `quickjs-rs` wheel (pinned exactly); its sha256 is checked, because this file relies on
its exports and their calling conventions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import wasmtime

from qjs_kernel.worker.images import EngineMismatch, compiled, read_image
from qjs_kernel.worker.memory import LinearMemory
from qjs_kernel.worker.native import WASMTIME, Trap, bind, define

__all__ = [
    "DEFAULT_STACK",
    "ENGINE",
    "Guest",
    "GuestThrow",
    "Image",
    "Imports",
    "ModuleScript",
    "OutOfMemory",
    "Script",
    "Trap",
    "Utf8",
]

_WASM_SHA256: Final = "647ab11ae29cc6d39a6d17d3aa1e7a6a0b5fb9c44b4864475a18bc644f926050"
ENGINE: Final = f"quickjs-ng (quickjs-rs 0.2.6, {_WASM_SHA256[:12]}) on wasmtime {WASMTIME}"
DEFAULT_STACK: Final = 2**20

# Export name → (number of i32 parameters, number of results). A result is always i32.
_EXPORTS: Final = {
    "qjs_alloc": (1, 1),
    "qjs_free": (2, 0),
    "qjs_last_ptr": (0, 1),
    "qjs_last_len": (0, 1),
    "qjs_result_free": (0, 0),
    "get_string": (1, 1),
    "get_arraybuffer": (1, 1),
    "new_string": (2, 1),
    "new_arraybuffer": (3, 1),
    "new_function": (2, 1),
    "new_undefined": (0, 1),
    "global_object": (0, 1),
    "set_prop": (4, 1),
    "get_prop": (4, 1),
    "eval_code": (3, 1),
    "eval_module_async": (5, 1),
    "call_function": (5, 1),
    "execute_pending_jobs": (0, 1),
    "last_exception": (1, 1),
    "free_value": (1, 0),
    "promise_state": (2, 1),
    "promise_result": (2, 1),
    "run_gc": (0, 0),
}
_OK: Final = 0
_JOBS_AT_ONCE: Final = 100_000  # execute_pending_jobs stops after so many; fewer means the queue is empty


class Utf8(bytes):
    """Valid UTF-8 that the guest gets as a string."""


class Script(str):
    """JavaScript of ours that the guest gets evaluated: its value, or the error that evaluating it threw."""

    __slots__ = ()


class ModuleScript(Script):
    """The same as an ES module: the value is the promise of its evaluation."""

    __slots__ = ()


class OutOfMemory(Exception):
    """The guest could not allocate what the host wanted to hand it."""


class GuestThrow(Exception):
    """A call into the guest ended with a pending exception (our own calls catch: interrupt or memory)."""


class Imports(Protocol):
    """What the engine calls back. None of these may raise; `host_call` returns a handle or -1."""

    def interrupted(self) -> bool: ...
    def normalize(self, base: str, specifier: str) -> str | None: ...
    def load(self, canonical: str) -> str | None: ...
    def host_call(self, guest: Guest, text: str, data: bytes | None) -> str | bytes | None: ...


class _Current:
    """Names the guest whose export is running: the linker's functions are shared by all instances."""

    __slots__ = ("guest",)

    def __init__(self) -> None:
        self.guest: Guest | None = None


class Image:
    """The compiled engine and its linker. Build one a process: wasmtime-py's function table is not thread-safe.

    cache   a directory private to the user, for the compiled code; None compiles every time (0.35 s)
    stack   bytes of WebAssembly stack
    """

    def __init__(self, cache: Path | None, stack: int) -> None:
        wasm = read_image("_guest.wasm")
        self.digest = hashlib.sha256(wasm).hexdigest()
        if self.digest != _WASM_SHA256:
            raise EngineMismatch(
                f"the QuickJS image of the installed quickjs-rs has sha256 {self.digest[:12]}…, this version of "
                f"qjs_kernel needs {_WASM_SHA256[:12]}…: install quickjs-rs==0.2.6"
            )
        config = wasmtime.Config()
        config.max_wasm_stack = stack
        self.engine = wasmtime.Engine(config)
        self.module = compiled(self.engine, wasm, cache, "guest")
        self.current = _Current()
        self.linker = self._link()

    def _link(self) -> wasmtime.Linker:
        linker = wasmtime.Linker(self.engine)
        linker.define_wasi()
        current = self.current

        def host_call(_name: int, _length: int, _this: int, argc: int, argv: int) -> int:
            guest = current.guest
            try:
                return -1 if guest is None else guest.on_host_call(argc, argv)
            except Trap as trap:
                return _lost(guest, trap, -1)
            except BaseException:  # noqa: BLE001 - an exception must never cross the native frames below us
                return -1

        def interrupt() -> int:
            guest = current.guest
            return 1 if guest is None or guest.imports.interrupted() else 0

        def normalize(base: int, base_length: int, name: int, length: int, out: int) -> int:
            guest = current.guest
            try:
                return 0 if guest is None else guest.on_normalize(base, base_length, name, length, out)
            except Trap as trap:
                return _lost(guest, trap, 0)
            except BaseException:  # noqa: BLE001 - as above
                return 0

        def load(name: int, length: int, out: int) -> int:
            guest = current.guest
            try:
                return 0 if guest is None else guest.on_load(name, length, out)
            except Trap as trap:
                return _lost(guest, trap, 0)
            except BaseException:  # noqa: BLE001 - as above
                return 0

        self._kept = [
            define(linker, "env", "host_call", 5, host_call),
            define(linker, "env", "host_interrupt", 0, interrupt),
            define(linker, "env", "host_module_normalize", 5, normalize),
            define(linker, "env", "host_module_load", 3, load),
        ]
        return linker


def _lost(guest: Guest | None, trap: Trap, answer: int) -> int:
    # The instance trapped below a callback: the outer call must not be taken for a success.
    if guest is not None:
        guest.trapped = trap
    return answer


class Guest:
    """One instance of the engine, with the bridge function `__bridge` installed on its global object.

    memory_limit is in bytes of linear memory. Calls raise `Trap` (the instance is lost), `GuestThrow` or
    `OutOfMemory`. `imports` serves the engine's questions.
    """

    def __init__(self, image: Image, imports: Imports, memory_limit: int) -> None:
        self.imports = imports
        self.trapped: Trap | None = None
        self.image = image
        self.store = wasmtime.Store(image.engine)
        self.store.set_wasi(wasmtime.WasiConfig())  # no files, no environment, no stdio
        self.store.set_limits(memory_size=memory_limit)
        instance = image.linker.instantiate(self.store, image.module)
        exports = instance.exports(self.store)
        memory, stack_pointer = exports["memory"], exports["__stack_pointer"]
        assert isinstance(memory, wasmtime.Memory)
        assert isinstance(stack_pointer, wasmtime.Global)
        self.memory = LinearMemory(self.store, memory, memory_limit)
        self._read, self._write = self.memory.read, self.memory.write
        self._stack_pointer = stack_pointer
        call: dict[str, Callable[..., int]] = {}
        for name, (arity, results) in _EXPORTS.items():
            export = exports[name]
            assert isinstance(export, wasmtime.Func)
            call[name] = self._bind(export, arity, results)
        self._call = call
        self._alloc, self._free = call["qjs_alloc"], call["qjs_free"]
        self._undefined = 0
        self._out = 0
        self.control_handle = 0

    def close(self) -> None:
        """Free the linear memory. Idempotent."""
        self.store.close()

    # Memory

    @property
    def memory_size(self) -> int:
        """Bytes of linear memory; it never shrinks."""
        return self.memory.size

    def _put(self, data: bytes) -> int:
        """Allocate in the guest and copy `data` there (at least one byte: the engine has no empty blocks)."""
        pointer = self._alloc(len(data) or 1)
        if not pointer:
            raise OutOfMemory
        self._write(pointer, data)
        return pointer

    def probe(self, size: int = 4 << 20) -> bool:
        """Whether `size` bytes can still be allocated. False also when trying traps."""
        try:
            pointer = self._alloc(size)
            if pointer:
                self._free(pointer, size)
        except Trap:
            return False
        return bool(pointer)

    # Calls

    def _bind(self, func: wasmtime.Func, arity: int, results: int) -> Callable[..., int]:
        function = bind(self.store, func, arity, results)
        current = self.image.current

        def call(*values: int) -> int:
            outer = current.guest
            current.guest = self
            try:
                result = function(*values)
            finally:
                current.guest = outer
            if self.trapped is not None:
                raise self.trapped
            return result

        return call

    def _slot(self) -> int:
        # One out-parameter cell for all calls: it lives as long as the instance, and so in its checkpoints.
        if not self._out:
            self._out = self._alloc(8)
            if not self._out:
                raise OutOfMemory
        return self._out

    def _out_value(self) -> int:
        return int.from_bytes(self._read(self._out, 4), "little", signed=True)

    def _take(self) -> bytes:
        length = self._call["qjs_last_len"]()
        data = self._read(self._call["qjs_last_ptr"](), length) if length else b""
        self._call["qjs_result_free"]()
        return data

    def _string(self, handle: int) -> str | None:
        if self._call["get_string"](handle) != _OK:
            return None
        return self._take().decode("utf-8", "replace")

    def _new_string(self, text: str | Utf8) -> int:
        data = text.encode("utf-8", "replace") if isinstance(text, str) else text
        pointer = self._put(data)
        try:
            handle = self._call["new_string"](pointer, len(data))
        finally:
            self._free(pointer, len(data) or 1)
        if not handle:
            raise OutOfMemory
        return handle

    def _new_buffer(self, data: bytes) -> int:
        slot = self._slot()
        pointer = self._put(data)
        try:
            status = self._call["new_arraybuffer"](pointer, len(data), slot)
        finally:
            self._free(pointer, len(data) or 1)
        if status != _OK:
            raise OutOfMemory
        return self._out_value()

    def evaluate(self, script: str) -> int:
        """Evaluate `script` (our own code, at boot) and return the handle of its value."""
        if not self._evaluated(script):
            raise GuestThrow(self.exception_text())
        return self._out_value()

    def _evaluated(self, script: str) -> bool:
        """Whether evaluating `script` left a value in the out slot; else the exception is pending."""
        slot = self._slot()
        data = script.encode("utf-8", "replace")
        pointer = self._put(data)
        try:
            return self._call["eval_code"](pointer, len(data), slot) == _OK
        finally:
            self._free(pointer, len(data))

    def _value_of(self, script: Script) -> int:
        done = self._began(script) if isinstance(script, ModuleScript) else self._evaluated(script)
        if done or self._call["last_exception"](self._slot()) == _OK:
            return self._out_value()
        return -1

    def _began(self, script: ModuleScript) -> bool:
        slot = self._slot()
        data, name = script.encode("utf-8", "replace"), b"qjs:require?"
        pointers = self._put(data), self._put(name)
        try:
            return (
                self._call["eval_module_async"](pointers[0], len(data), pointers[1], len(name), slot) == _OK
            )
        finally:
            self._free(pointers[0], len(data))
            self._free(pointers[1], len(name))

    def exception_text(self) -> str:
        """The pending exception as text, for faults of our own code."""
        slot = self._slot()
        if self._call["last_exception"](slot) != _OK:
            return "no exception"
        handle = self._out_value()
        parts = []
        for key in (b"message", b"stack"):
            pointer = self._put(key)
            if self._call["get_prop"](handle, pointer, len(key), slot) == _OK:
                parts.append(self._string(self._out_value()) or "")
            self._free(pointer, len(key))
        self._call["free_value"](handle)
        return "\n".join(parts)

    def install_bridge(self) -> None:
        """Put the one host function on the global object as `__bridge`; the boot script takes it away."""
        name = b"__bridge"
        pointer = self._put(name)
        function = self._call["new_function"](pointer, len(name))
        target = self._call["global_object"]()
        self._call["set_prop"](target, pointer, len(name), function)
        self._free(pointer, len(name))
        self._call["free_value"](target)
        self._call["free_value"](function)

    def control(self, op: str, text: str = "", data: bytes | None = None) -> str:
        """Call the guest's control function. It catches what it can: an exception here is GuestThrow."""
        call, slot = self._call, self._slot()
        handles = [self._new_string(op + text)]
        self._undefined = self._undefined or call["new_undefined"]()
        if data is not None:
            handles.append(self._new_buffer(data))
        packed = b"".join(handle.to_bytes(4, "little", signed=True) for handle in handles)
        vector = self._put(packed)
        status = call["call_function"](self.control_handle, self._undefined, vector, len(handles), slot)
        # Nested calls use the same slot: take the value before anything else runs.
        result = self._out_value()
        self._free(vector, len(packed))
        for handle in handles:
            call["free_value"](handle)
        if status != _OK:
            if call["last_exception"](slot) == _OK:
                call["free_value"](self._out_value())
            raise GuestThrow(op)
        answer = self._string(result)
        call["free_value"](result)
        if answer is None:
            raise GuestThrow(op)
        return answer

    def control_bytes(self, op: str) -> bytes:
        """Call the control function for an ArrayBuffer and return its bytes."""
        call, slot = self._call, self._slot()
        handle = self._new_string(op)
        self._undefined = self._undefined or call["new_undefined"]()
        vector = self._put(handle.to_bytes(4, "little", signed=True))
        status = call["call_function"](self.control_handle, self._undefined, vector, 1, slot)
        result = self._out_value()
        self._free(vector, 4)
        call["free_value"](handle)
        if status != _OK:
            raise GuestThrow(op)
        data = self._take() if call["get_arraybuffer"](result) == _OK else b""
        call["free_value"](result)
        return data

    def run_jobs(self) -> bool:
        """Run pending jobs; True when the queue is empty, False when the engine paused after 100,000."""
        return self._call["execute_pending_jobs"]() < _JOBS_AT_ONCE

    def collect_garbage(self) -> None:
        self._call["run_gc"]()

    # Imports

    def on_host_call(self, argc: int, argv: int) -> int:
        """The bridge: one string and perhaps an ArrayBuffer in; a string, an ArrayBuffer or undefined out."""
        if not 1 <= argc <= 2:
            return -1
        vector = self._read(argv, 4 * argc)
        text = self._string(int.from_bytes(vector[:4], "little", signed=True))
        if text is None:
            return -1
        data: bytes | None = None
        if argc == 2:
            handle = int.from_bytes(vector[4:], "little", signed=True)
            if text in ("promise?", "promise!"):
                return self._promise(handle, text)
            data = self._take() if self._call["get_arraybuffer"](handle) == _OK else None
        answer = self.imports.host_call(self, text, data)
        if answer is None:
            return self._call["new_undefined"]()
        if isinstance(answer, Script):
            return self._value_of(answer)
        if isinstance(answer, (str, Utf8)):
            return self._new_string(answer)
        return self._new_buffer(answer)

    def _promise(self, handle: int, question: str) -> int:
        # JavaScript itself cannot see a promise's state; `inspect` and synchronous callbacks need to.
        slot = self._slot()
        if question == "promise!":
            # For a rejected promise the status says "error", and the reason is there all the same.
            return self._out_value() if self._call["promise_result"](handle, slot) >= 0 else -1
        found = self._call["promise_state"](handle, slot) == _OK
        return self._new_string(str(self._out_value()) if found else "")

    def on_normalize(self, base: int, base_length: int, name: int, length: int, out: int) -> int:
        importer = self._read(base, base_length).decode("utf-8", "replace") if base_length else ""
        canonical = self.imports.normalize(importer, self._read(name, length).decode("utf-8", "replace"))
        return 0 if canonical is None else self._hand_over(canonical, out)

    def on_load(self, name: int, length: int, out: int) -> int:
        source = self.imports.load(self._read(name, length).decode("utf-8", "replace"))
        # The engine takes an empty source for a missing one.
        return 0 if source is None else self._hand_over(source or " ", out)

    def _hand_over(self, text: str, out: int) -> int:
        data = text.encode("utf-8", "replace")
        pointer = self._put(data)
        self._write(out, len(data).to_bytes(4, "little"))
        return pointer

    # Checkpoints

    def save(self, file: int) -> tuple[int, int]:
        """Write the linear memory to the open file `file`; returns (size, stack pointer)."""
        return self.memory.save(file), int(self._stack_pointer.value(self.store))

    def image_bytes(self) -> tuple[bytes, int]:
        """The linear memory and the stack pointer."""
        return self.memory.image(), int(self._stack_pointer.value(self.store))

    def fill(self, image: bytes, stack_pointer: int) -> None:
        """Replace the linear memory by `image`."""
        self.memory.fill(image)
        self._adopt(stack_pointer)

    def restore(self, file: int, size: int, stack_pointer: int) -> None:
        """Replace the linear memory by the image of `size` bytes in the open file `file`."""
        self.memory.restore(file, size)
        self._adopt(stack_pointer)

    def _adopt(self, stack_pointer: int) -> None:
        self._stack_pointer.set_value(self.store, stack_pointer)
        self._out = self._undefined = 0  # they lay in the memory that was just replaced
