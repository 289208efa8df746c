# ruff: noqa: E501
# Why: programs of one line are easier to read as one line.
"""The public surface: names, misuse and what is said about it, closing, and limits."""

from __future__ import annotations

import asyncio
import gc
import math
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import qjs_kernel
from qjs_kernel import CodecError, Limits, MountError, Outcome, Sandbox, SandboxClosed, WorkerPool
from qjs_kernel.limits import MIB

from .conftest import Maker
from .support import fault, value

PUBLIC = {
    "BigInt", "Checkpoint", "Cleared", "CodecError", "Diagnostic", "Displayed", "FetchPolicy", "Frame", "FsError", "GuestError",
    "GuestFunction", "GuestValue", "JSMap", "JSRegExp", "JSSet", "Late", "Limits", "MountError", "Outcome", "Output", "QjsError", "Sandbox",
    "SandboxBusy", "SandboxClosed", "Usage", "WorkerError", "WorkerPool", "__version__", "load_ipython_extension",
    "undefined", "unload_ipython_extension",
}  # fmt: skip


def test_public_names() -> None:
    assert set(qjs_kernel.__all__) == PUBLIC
    assert set(dir(qjs_kernel)) == PUBLIC
    for name in PUBLIC:
        assert getattr(qjs_kernel, name) is not None or name == "undefined"
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        qjs_kernel.nope  # noqa: B018


# Misuse of the constructor


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"mounts": {"/a\0b": "x"}}, MountError, "NUL"),
        ({"mounts": {"": "x"}}, MountError, "empty"),
        ({"mounts": {"a": 5}}, MountError, "'/a' must be str, bytes or a mapping, not int: 5"),
        ({"mounts": {"a": {"b": None}}}, MountError, "/a/b"),
        ({"mounts": {"a/b": "x", "a": "y"}}, MountError, "'/a'.* directory"),
        ({"mounts": {"a": "\ud800"}}, MountError, "lone surrogate"),
        ({"mounts": {1: "x"}}, (MountError, TypeError), "1"),
        ({"mounts": [1]}, (MountError, TypeError), "list"),
        ({"env": [1]}, TypeError, "1"),
        ({"env": {1: 2}}, TypeError, "strings, not 1"),
        ({"env": {"a": object()}}, CodecError, "env.a"),
        ({"env": {"a": {"b": [object()]}}}, CodecError, r"env\.a\.b\[0\]"),
        ({"limits": 5}, TypeError, "limits must be a Limits, not int"),
        ({"limits": {"timeout": 1}}, TypeError, "not dict"),
        ({"allow_fs": 1}, TypeError, "allow_fs must be True or False, not 1"),
        ({"allow_fetch": "yes"}, TypeError, "'yes'"),
        ({"host_errors": "loud"}, ValueError, "'loud'"),
        ({"timeout": 5}, TypeError, "timeout"),
    ],
)
def test_misuse_of_the_constructor(
    pool: WorkerPool, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Sandbox(pool=pool, **options)
    gc.collect()  # a sandbox that was never made does not warn


def test_codec_faults_name_their_place_once(pool: WorkerPool) -> None:
    with pytest.raises(CodecError) as caught:
        Sandbox(env={"a": object()}, pool=pool)
    assert str(caught.value).count("(at ") == 1


def test_mount_paths_are_clamped_and_names_may_be_flat(make: Maker) -> None:
    sandbox = make(
        mounts={"/src/a.ts": "export default 1", "src/b.ts": "export default 2", "../../x": b"\x00"}
    )
    assert value(sandbox, "import a from './a.js'; import b from './b.js'; [a, b]") == [1, 2]
    assert sandbox.fs.read_bytes("/x") == b"\x00"


def test_quotas_of_mounts(pool: WorkerPool) -> None:
    for mounts, limits in (
        ({"a": "x" * 2_000}, Limits(file_bytes=1_000)),
        ({str(n): "" for n in range(9)}, Limits(files=5)),
    ):
        with pytest.raises(qjs_kernel.QjsError, match=r"limit|quota|ENOSPC|EDQUOT|Limits"):
            Sandbox(mounts=mounts, limits=limits, pool=pool)


# Misuse of eval


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((5,), TypeError, "code must be a str, not int"),
        ((b"1",), TypeError, "not bytes"),
        (("1", "index.ts"), ValueError, "'index.ts'"),
        (("1", "/a/../b.ts"), ValueError, "'/a/../b.ts'"),
        (("1", "/src/\0"), ValueError, "NUL|filename"),
        (("1", "/a?b.ts"), ValueError, r"\?"),
        (("1", None), ValueError, "None"),
        (("1", "/src/index.ts", 0), ValueError, "not 0"),
        (("1", "/src/index.ts", -1), ValueError, "not -1"),
        (("1", "/src/index.ts", math.nan), ValueError, "nan"),
        (("1", "/src/index.ts", math.inf), ValueError, "inf"),
        (("1", "/src/index.ts", "5"), TypeError, "'5'"),
    ],
)
def test_misuse_of_eval(
    shared: Sandbox, arguments: tuple[Any, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        shared.eval(*arguments)
    with pytest.raises(error, match=message):
        asyncio.run(shared.eval_async(*arguments))
    assert value(shared, "1") == 1


def test_odd_file_names_are_only_names(shared: Sandbox) -> None:
    assert value(shared, "import.meta.filename", filename="/src/a b#%é.ts") == "/src/a b#%é.ts"
    error = fault(shared, "throw new Error('x')", filename="/src/a b#%é.ts")
    assert [frame.file for frame in error.frames] == ["/src/a b#%é.ts"]


# Outcomes


def test_outcomes_are_values() -> None:
    assert Outcome(True, 5) == Outcome(ok=True, data=5)
    assert Outcome(True, 5).unwrap() == 5
    with pytest.raises(AttributeError):
        Outcome(True, 5).data = 6  # type: ignore[misc]


# Closing


USES: dict[str, Callable[[Sandbox], Any]] = {
    "eval": lambda sandbox: sandbox.eval("1"),
    "eval_async": lambda sandbox: asyncio.run(sandbox.eval_async("1")),
    "check": lambda sandbox: sandbox.check("1"),
    "completeness": lambda sandbox: asyncio.run(sandbox.completeness("1")),
    "checkpoint": lambda sandbox: sandbox.checkpoint(),
    "previous": lambda sandbox: sandbox.previous(),
    "restore": lambda sandbox: sandbox.restore(None),  # type: ignore[arg-type]
    "limits": lambda sandbox: setattr(sandbox, "limits", Limits()),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_use_after_close(pool: WorkerPool, use: Callable[[Sandbox], Any]) -> None:
    sandbox = Sandbox(pool=pool)
    sandbox.close()
    sandbox.close()
    with pytest.raises(SandboxClosed, match="closed"):
        use(sandbox)
    sandbox.interrupt()


def test_a_closed_sandbox_leaves_nothing(make: Maker) -> None:
    sandbox = make()
    value(sandbox, "globalThis.secret = 1")
    assert sandbox.info()["pid"] is not None
    sandbox.close()
    assert sandbox.info()["pid"] is None
    # The same process may serve the next one, which sees nothing of it.
    assert value(make(), "typeof secret") == "undefined"


def test_closing_inside_a_host_function(make: Maker) -> None:
    sandbox = make()
    sandbox.set_env({"close": sandbox.close})
    assert not sandbox.eval("env.close(); 5").ok
    with pytest.raises(SandboxClosed):
        sandbox.eval("1")


def test_an_unclosed_sandbox_warns_and_is_cleaned_up(pool: WorkerPool) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what other tests have left behind
        gc.collect()
    sandbox = Sandbox(pool=pool)
    assert sandbox.eval("1").data == 1
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        del sandbox
        gc.collect()
    assert [each.category for each in seen] == [ResourceWarning]
    assert "unclosed" in str(seen[0].message)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        with Sandbox(pool=pool):
            pass
        gc.collect()
    assert seen == []


def test_the_worker_starts_when_it_is_needed(make: Maker) -> None:
    sandbox = make()
    assert sandbox.info()["pid"] is None
    sandbox.start()
    assert value(sandbox, "1") == 1
    info = sandbox.info()
    assert info["pid"] > 0
    assert "quickjs" in info["engine"]
    assert info["files"] == sandbox.fs.file_count


# Limits


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"timeout": 0}, ValueError, "Limits.timeout must be above 0"),
        ({"timeout": -1}, ValueError, "not -1"),
        ({"timeout": math.nan}, ValueError, "nan"),
        ({"timeout": math.inf}, ValueError, "inf"),
        ({"timeout": 100_000}, ValueError, "86400"),
        ({"timeout": "5"}, TypeError, "Limits.timeout must be a number, not str: '5'"),
        ({"timeout": True}, TypeError, "bool"),
        ({"memory": 1}, ValueError, "between 4 MiB and 2048 MiB"),
        ({"memory": 2**40}, ValueError, "between 4 MiB and 2048 MiB"),
        ({"memory": 1.5e8}, TypeError, "whole number"),
        ({"stack": 1}, ValueError, "between 64 KiB and 2 MiB"),
        ({"stack": 3 * MIB}, ValueError, "between 64 KiB and 2 MiB"),
        ({"output": 0}, ValueError, "Limits.output"),
        ({"timers": 0}, ValueError, "Limits.timers"),
        ({"module_bytes": 17 * MIB}, ValueError, "module_bytes"),
        ({"result_depth": 1_000}, ValueError, "result_depth"),
        ({"speed": 1}, TypeError, "speed"),
    ],
)
def test_limits_that_make_no_sense(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Limits(**options)
    with pytest.raises(error, match=message):
        Limits().with_(**options)


def test_limits_can_be_copied_with_changes() -> None:
    assert Limits().with_(timeout=1.0, timers=2) == Limits(timeout=1.0, timers=2)
    with pytest.raises(TypeError, match="the limits are timeout, memory, "):
        Limits().with_(speed=1)
    with pytest.raises(AttributeError):
        Limits().timeout = 3  # type: ignore[misc]


def test_limits_of_an_open_sandbox_can_be_changed(make: Maker) -> None:
    sandbox = make()
    value(sandbox, "globalThis.a = 1; globalThis.f = () => f() + 1")
    sandbox.limits = Limits(timeout=0.2, stack=MIB // 4, output=100, memory=32 * MIB, result_depth=3)
    assert value(sandbox, "a") == 1, "the state stays"
    assert fault(sandbox, "for (;;) {}").message.startswith("the time limit of 0.2 s")
    assert fault(sandbox, "f()").kind == "stack"
    assert "depth" in fault(sandbox, "[[[[[1]]]]]").message or "deep" in fault(sandbox, "[[[[[1]]]]]").message
    with pytest.raises(TypeError, match="not int"):
        sandbox.limits = 5  # type: ignore[assignment]
    assert sandbox.limits.timeout == 0.2


def test_results_have_a_budget(make: Maker) -> None:
    sandbox = make(limits=Limits(result_nodes=100, result_bytes=2_000, result_depth=10))
    for code in (
        "new Array(200).fill(1)",
        "'x'.repeat(3_000)",
        "new Uint8Array(3_000)",
        "let d = []; for (let i = 0; i < 20; i++) d = [d]; d",
    ):
        error = fault(sandbox, code)
        assert (error.kind, error.name, error.rolled_back) == ("exception", "TypeError", False), code
        assert "cannot be handed over" in error.message
    assert value(sandbox, "new Array(50).fill(1).length") == 50


# Files from both sides


def test_files_from_both_sides(make: Maker) -> None:
    sandbox = make(mounts={"data": {"in.txt": "näh"}})
    code = """
    import fs from 'node:fs';
    fs.mkdirSync('/out');
    fs.writeFileSync('/out/a.bin', new Uint8Array([0, 255]));
    const found = [];
    try { fs.readFileSync('/nope') } catch (e) { found.push(e.code, e.errno, e.syscall, e.path) }
    [fs.readFileSync('/data/in.txt', 'utf8'), ...found]
    """
    assert value(sandbox, code) == ["näh", "ENOENT", -2, "open", "/nope"]
    assert sandbox.fs.read_bytes("/out/a.bin") == b"\x00\xff"


def test_quotas_of_the_guest(make: Maker) -> None:
    sandbox = make(limits=Limits(file_bytes=1_000, files=5))
    big = "import fs from 'node:fs'; let r; try { fs.writeFileSync('/a', 'x'.repeat(2000)) } catch (e) { r = e.code } r"
    assert value(sandbox, big) in ("ENOSPC", "EDQUOT")
    many = (
        "import fs from 'node:fs'; let r; try { for (let i = 0; i < 9; i++) fs.writeFileSync('/' + i, '') }"
        "catch (e) { r = e.code } r"
    )
    assert value(sandbox, many) in ("ENOSPC", "EDQUOT", "EMFILE", "ENFILE")


def test_read_only_mounts(make: Maker) -> None:
    sandbox = make()
    sandbox.fs.mount("/ro/a.txt", "kept", read_only=True)
    code = "import fs from 'node:fs'; let r; try { fs.writeFileSync('/ro/a.txt', 'x') } catch (e) { r = [e.code, e.syscall] } r"
    assert value(sandbox, code)[0] in ("EROFS", "EACCES")
    assert sandbox.fs.read_text("/ro/a.txt") == "kept"
