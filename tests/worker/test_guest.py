# ruff: noqa: E501
# Why: programs of one line are easier to read as one line.
"""The engine driven directly: its image and caches, calls and traps, checkpoints, and the boot image."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import wasmtime
from wasmtime import _ffi as ffi

from qjs_kernel.codec import Hooks, encode
from qjs_kernel.limits import Limits
from qjs_kernel.protocol import Open
from qjs_kernel.worker import guest as guest_module
from qjs_kernel.worker import native
from qjs_kernel.worker.guest import DEFAULT_STACK, Guest, GuestThrow, Image
from qjs_kernel.worker.images import EngineMismatch, compiled, read_image
from qjs_kernel.worker.native import Trap
from qjs_kernel.worker.scripts import boot_script
from qjs_kernel.worker.state import GuestState

MIB = 2**20


class Imports:
    """What the engine asks for: notes what it is told, answers what it is set to."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.stop = False
        self.reply: str | bytes | None = None

    def interrupted(self) -> bool:
        return self.stop

    def normalize(self, base: str, specifier: str) -> str | None:
        return specifier

    def load(self, canonical: str) -> str | None:
        return None

    def host_call(self, guest: Guest, text: str, data: bytes | None) -> str | bytes | None:
        self.told.append(text if data is None else f"{text} {data!r}")
        return self.reply


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def image(cache: Path) -> Image:
    return Image(cache, DEFAULT_STACK)


@pytest.fixture
def imports() -> Imports:
    return Imports()


@pytest.fixture
def guest(image: Image, imports: Imports) -> Iterator[Guest]:
    guest = Guest(image, imports, 32 * MIB)
    guest.install_bridge()
    yield guest
    guest.close()


def opened(directory: Path) -> Open:
    limits = Limits()

    def nobody(*_arguments: Any) -> Any: ...

    env = encode({}, limits, Hooks(nobody, nobody, nobody, nobody, nobody))
    directory.mkdir(exist_ok=True)
    names = {name: getattr(limits, name) for name in Limits.__slots__}
    return Open(names, str(directory), "seed", env.text, env.blob, {})


# The image and its cache


def test_an_image_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(guest_module, "_WASM_SHA256", "0" * 64)
        with pytest.raises(EngineMismatch, match=r"install quickjs-rs==0\.2\.6"):
            Image(tmp_path, DEFAULT_STACK)
    assert list(tmp_path.iterdir()) == [], "nothing of it is cached"
    with pytest.raises(EngineMismatch, match="cannot be read"):
        read_image("no-such-image.wasm")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EngineMismatch, match="not installed"):
        read_image("_guest.wasm")


def test_a_damaged_cache_is_replaced(cache: Path, image: Image, imports: Imports) -> None:
    (code,) = cache.glob("guest-*.cwasm")
    GuestState(image, imports, cache)
    (boot,) = cache.glob("boot-*.img")
    good = (code.read_bytes(), boot.read_bytes())
    for damaged in (b"", b"damaged", good[0][:5_000]):
        code.write_bytes(damaged)
        boot.write_bytes(damaged)
        GuestState(Image(cache, DEFAULT_STACK), imports, cache)
        assert code.stat().st_size > MIB
        assert len(boot.read_bytes()) == len(good[1])
    assert not list(cache.glob(".new-*"))


@pytest.mark.parametrize("kind", ["none", "a file is there", "gone"])
def test_a_cache_that_cannot_be_used_is_no_error(
    tmp_path: Path, image: Image, imports: Imports, kind: str
) -> None:
    (tmp_path / "file").write_text("")
    cache = {"none": None, "a file is there": tmp_path / "file" / "x", "gone": tmp_path / "gone"}[kind]
    assert not compiled(image.engine, b"\0asm\1\0\0\0", cache, "empty").exports
    state = GuestState(image, imports, cache)
    state.open(opened(tmp_path / "private"))
    assert state.guest is not None
    assert state.guest.probe()
    state.close()
    if cache is not None:
        assert not cache.exists()


def test_the_private_names_of_wasmtime_are_there(image: Image) -> None:
    """`native.py` relies on them; a wasmtime without them must fail here and not in a worker."""
    for symbol in ("wasmtime_func_call_unchecked", "wasmtime_linker_define_func_unchecked"):
        assert getattr(ffi.dll, symbol)
    assert ffi.wasmtime_val_raw_t is not None
    assert hasattr(wasmtime.Trap, "_from_ptr")
    assert hasattr(wasmtime.WasmtimeError, "_from_ptr")
    assert native.WASMTIME != "unknown"
    exports = {export.name for export in image.module.exports}
    assert set(guest_module._EXPORTS) <= exports
    assert {"memory", "__stack_pointer"} <= exports


# Calls


def test_strings_and_bytes_cross_both_ways(guest: Guest, imports: Imports) -> None:
    imports.reply = "näh 😀\0"
    guest.evaluate("__bridge('got ' + __bridge('first'))")
    assert imports.told == ["first", "got näh 😀\0"]
    imports.reply = b"\x00\xff"
    guest.evaluate(
        "const b = __bridge('bytes', new Uint8Array([1, 2]).buffer); __bridge(b.byteLength + ':' + new Uint8Array(b)[1])"
    )
    assert imports.told[2:] == ["bytes b'\\x01\\x02'", "2:255"]
    imports.reply = None
    guest.evaluate("__bridge(typeof __bridge('')); __bridge('x'.repeat(3e6))")
    assert imports.told[5] == "undefined"
    assert len(imports.told[6]) == 3_000_000


def test_odd_uses_of_the_bridge_throw_in_the_guest(guest: Guest, imports: Imports) -> None:
    for call in ("__bridge()", "__bridge(1, 2, 3)", "new __bridge('x', {})"):
        guest.evaluate(f"try {{ {call} }} catch {{}}")
    guest.evaluate("__bridge('alive')")
    assert imports.told[-1] == "alive"


def test_a_throwing_import_does_not_cross_native_frames(guest: Guest, imports: Imports) -> None:
    def broken(*_arguments: object) -> None:
        raise KeyboardInterrupt

    imports.host_call = broken  # type: ignore[method-assign, assignment]
    with pytest.raises(GuestThrow):
        guest.evaluate("__bridge('x')")


def test_memory_is_only_read_inside_its_bounds(guest: Guest) -> None:
    size = guest.memory_size
    assert len(guest.memory.read(size - 4, 4)) == 4
    for pointer, length in ((size - 3, 4), (-1, 1), (0, size + 1), (-4, 8)):
        with pytest.raises(IndexError, match="out of bounds"):
            guest.memory.read(pointer, length)


def test_exceptions_stop_flags_and_jobs(guest: Guest, imports: Imports) -> None:
    with pytest.raises(GuestThrow, match="mine"):
        guest.evaluate("throw new Error('mine')")
    guest.evaluate("Promise.resolve().then(() => __bridge('job'))")
    assert imports.told == []
    assert guest.run_jobs()
    assert imports.told == ["job"]
    imports.stop = True
    with pytest.raises(GuestThrow):
        guest.evaluate("try { for (;;) {} } catch { __bridge('caught') }")
    imports.stop = False
    assert imports.told == ["job"], "an interrupt cannot be caught"
    guest.evaluate("__bridge('alive')")


def test_a_recursion_without_end_is_a_trap_that_says_so(guest: Guest) -> None:
    with pytest.raises(Trap) as caught:
        guest.evaluate("(function f() { return f() + 1 })()")
    assert caught.value.stack_overflow


def test_memory_has_a_limit(guest: Guest) -> None:
    assert guest.probe()
    with pytest.raises((GuestThrow, Trap)) as caught:
        guest.evaluate("globalThis.all = []; for (;;) all.push(new Array(10_000).fill(1))")
    assert not isinstance(caught.value, Trap) or not caught.value.stack_overflow
    assert guest.memory_size <= guest.memory.limit
    assert not guest.probe()


# Checkpoints


def test_a_state_moves_to_another_instance(
    guest: Guest, image: Image, imports: Imports, tmp_path: Path
) -> None:
    guest.evaluate("globalThis.n = 1; globalThis.up = () => ++n; up()")
    file = os.open(tmp_path / "image", os.O_RDWR | os.O_CREAT)
    try:
        size, stack_pointer = guest.save(file)
        assert size == guest.memory_size == os.fstat(file).st_size
        guest.evaluate("up(); up()")
        other = Guest(image, imports, 32 * MIB)
        other.restore(file, size, stack_pointer)
        other.evaluate("__bridge('other ' + up())")
        guest.evaluate("__bridge('first ' + up())")
        assert imports.told == ["other 3", "first 5"]
        other.close()

        small = Guest(image, imports, 4 * MIB)
        with pytest.raises(OSError, match="does not fit"):
            small.restore(file, 8 * MIB, stack_pointer)
        os.ftruncate(file, size // 2)
        with pytest.raises(OSError, match="ends after"):
            small.restore(file, size, stack_pointer)
        small.close()
    finally:
        os.close(file)


def test_checkpoints_alternate_and_the_last_one_stays_valid(
    image: Image, imports: Imports, cache: Path, tmp_path: Path
) -> None:
    state = GuestState(image, imports, cache)
    state.open(opened(tmp_path / "private"))
    saved = []
    for n in range(3):
        assert state.guest is not None
        state.guest.evaluate(f"globalThis.n = {n}")
        saved.append(state.save())
    assert saved[0].file == saved[2].file != saved[1].file
    assert [each.serial for each in saved] == sorted({each.serial for each in saved})
    assert state.guest is not None
    state.guest.evaluate("globalThis.n = 'lost'")
    state.rollback().evaluate("if (n !== 2) throw new Error(n)")
    state.restore(saved[1])
    assert state.guest is not None
    state.guest.evaluate("if (n !== 1) throw new Error(n)")
    assert state.last is not None
    assert state.last.file != saved[1].file
    state.close()
    state.close()


def test_the_boot_image_hides_the_bridge_and_needs_no_user_code(
    image: Image, imports: Imports, cache: Path, tmp_path: Path
) -> None:
    state = GuestState(image, imports, cache)
    state.open(opened(tmp_path / "private"))
    assert state.guest is not None
    state.guest.evaluate(
        "if (typeof __bridge !== 'undefined' || typeof console !== 'object') throw new Error('boot')"
    )
    state.close()
    assert boot_script().startswith("(function () {")
