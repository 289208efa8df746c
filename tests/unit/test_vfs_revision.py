"""`VirtualFS.revision` and `revision_below`: they change with everything that may change what a path leads to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from qjs_kernel.errors import FsError
from qjs_kernel.fsops import FsOps
from qjs_kernel.vfs import VirtualFS

INSIDE = "/node_modules"


@pytest.fixture
def fs() -> VirtualFS:
    fs = VirtualFS()
    fs.mount("/", {"src": {"a.ts": "1", "b.ts": "2"}, "node_modules": {"p": {"main.js": "1"}}})
    fs.revision_below(INSIDE)
    return fs


Action = Callable[[VirtualFS], Any]
CHANGES: list[tuple[str, Action, bool]] = [
    ("write", lambda fs: fs.write_text("/src/a.ts", "3"), False),
    ("same text", lambda fs: fs.write_text("/src/a.ts", "1"), False),
    ("create", lambda fs: fs.write_text("/src/c.ts", "3"), False),
    ("append", lambda fs: fs.append_text("/src/a.ts", "3"), False),
    ("remove", lambda fs: fs.remove("/src/a.ts"), False),
    ("mkdir", lambda fs: fs.mkdir("/src/d"), False),
    ("rename", lambda fs: fs.rename("/src/a.ts", "/src/c.ts"), False),
    ("link", lambda fs: fs.symlink("b.ts", "/src/c.ts"), False),
    ("hard link", lambda fs: fs.link("/src/a.ts", "/src/c.ts"), False),
    ("copy", lambda fs: fs.copy("/src/a.ts", "/src/c.ts"), False),
    ("mount", lambda fs: fs.mount("/src/c.ts", "3"), False),
    ("unmount", lambda fs: fs.unmount("/src"), False),
    ("guest", lambda fs: FsOps(fs).serve("append", ["/src/a.ts", "x"], b""), False),
    ("beside", lambda fs: fs.write_text("/node_modules2", ""), False),
    ("package", lambda fs: fs.write_text("/node_modules/p/main.js", "2"), True),
    ("new package", lambda fs: fs.mount("/node_modules/q/main.js", "2"), True),
    ("mounted anew", lambda fs: fs.mount("/node_modules", {"q.js": "1"}), True),
    ("packages gone", lambda fs: fs.remove(INSIDE, force=True), True),
    ("moved in", lambda fs: fs.rename("/src/a.ts", "/node_modules/a.ts"), True),
    ("moved out", lambda fs: fs.rename("/node_modules/p/main.js", "/src/c.ts"), True),
    ("guest's package", lambda fs: FsOps(fs).serve("mkdir", ["/node_modules/x", False], b""), True),
]  # fmt: skip


@pytest.mark.parametrize(("action", "inside"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_every_change_counts_where_it_is(fs: VirtualFS, action: Action, inside: bool) -> None:
    whole, below = fs.revision, fs.revision_below(INSIDE)
    action(fs)
    assert fs.revision > whole
    assert (fs.revision_below(INSIDE) > below) is inside


@pytest.mark.parametrize(
    "action",
    [
        lambda fs: fs.read_text("/src/a.ts"),
        lambda fs: fs.exists("/nowhere"),
        lambda fs: fs.digest("/src/a.ts"),
        lambda fs: fs.snapshot(),
        lambda fs: fs.restore(fs.snapshot()),
        lambda fs: list(fs.walk()),
    ],
)
def test_reading_counts_nothing(fs: VirtualFS, action: Action) -> None:
    before = fs.revision, fs.revision_below(INSIDE)
    action(fs)
    assert (fs.revision, fs.revision_below(INSIDE)) == before


def test_what_failed_counts_nothing(fs: VirtualFS) -> None:
    before = fs.revision
    with pytest.raises(FsError):
        fs.write_text("/no/such/dir", "")
    assert fs.revision == before


def test_going_back_is_a_change(fs: VirtualFS) -> None:
    start = fs.snapshot()
    fs.write_text("/src/a.ts", "3")
    whole, below = fs.revision, fs.revision_below(INSIDE)
    fs.restore(start)
    assert fs.revision > whole
    assert fs.revision_below(INSIDE) == below, "packages are the same before and after"
    fs.write_text("/node_modules/p/main.js", "2")
    below = fs.revision_below(INSIDE)
    fs.restore(start)
    assert fs.revision_below(INSIDE) > below


def test_a_number_does_not_come_again(fs: VirtualFS) -> None:
    start, seen = fs.snapshot(), {fs.revision}
    for text in ("3", "4"):
        fs.write_text("/src/a.ts", text)
        seen.add(fs.revision)
        fs.restore(start)
        seen.add(fs.revision)
    assert len(seen) == 5


def test_a_directory_not_asked_about_before(fs: VirtualFS) -> None:
    first = fs.revision_below("/src")
    fs.write_text("/src/a.ts", "3")
    assert fs.revision_below("/src") > first
