"""VirtualFS: what the owner sees; every kind of mount through one suite; links, quotas, events."""

from __future__ import annotations

import os
import posixpath
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.errors import FsError, MountError
from qjs_kernel.limits import Limits
from qjs_kernel.vfs import Change, VirtualFS, normalize

# Paths

NAMES = st.text(
    st.characters(blacklist_characters="\0/", blacklist_categories=["Cs"]), min_size=1, max_size=8
)
PATHS = st.lists(NAMES | st.sampled_from([".", "..", ""]), min_size=1, max_size=8).map("/".join).filter(bool)


@given(PATHS, PATHS)
def test_normalising_is_idempotent_and_never_escapes(path: str, cwd: str) -> None:
    result = normalize(path, "/" + cwd)
    assert normalize(result) == result
    assert result.startswith("/")
    assert not {".", ".."} & set(result.split("/"))


@given(PATHS)
def test_normalising_agrees_with_posixpath(path: str) -> None:
    assert normalize(path) == posixpath.normpath("/" + path.lstrip("/"))


@pytest.mark.parametrize(
    "method", ["read_text", "write", "exists", "mkdir", "remove", "stat", "mount", "listdir"]
)
@pytest.mark.parametrize(
    ("path", "why"),
    [("a\0b", "NUL"), ("", "empty"), ("x" * 5000, "longer than 4096"), ("/" + "é" * 130, "name longer than 255"),
     ("a\ud800", "lone surrogate")],
)  # fmt: skip
def test_impossible_paths_are_the_owner_s_mistake(method: str, path: str, why: str) -> None:
    fs = VirtualFS()
    call: Callable[[str], Any] = {
        "write": lambda p: fs.write_text(p, ""),
        "mount": lambda p: fs.mount(p, "x"),
    }.get(method) or getattr(fs, method)
    with pytest.raises(MountError, match=why) as caught:
        call(path)
    assert repr(path) in str(caught.value)
    assert fs.file_count == 0


# Reading and writing


def test_files_and_directories() -> None:
    fs = VirtualFS(clock=lambda: 5.0)
    fs.mkdir("/a/b")
    fs.write_text("a/b/c.txt", "é")
    fs.append_text("/a/b/c.txt", "!")
    assert (fs.read_text("/a/b/c.txt"), fs.read_bytes("/a/b/c.txt")) == ("é!", "é!".encode())
    assert (fs.listdir(), fs.listdir("/a"), fs.listdir("/a/b")) == (["a"], ["b"], ["c.txt"])
    assert fs.exists("/a")
    assert fs.is_dir("/a/b")
    assert not fs.exists("/x")
    stat = fs.stat("/a/b/c.txt")
    assert (stat.kind, stat.size, stat.mode, stat.mtime, stat.read_only, stat.origin) == (
        "file", 3, 0o644, 5.0, False, "owner")  # fmt: skip
    assert stat.digest == fs.digest("/a/b/c.txt")
    assert len(stat.digest) == 16
    fs.rename("/a/b", "/z")
    fs.copy("/z", "/y")
    fs.remove("/z")
    assert [path for path, _ in fs.walk()] == ["/a", "/y", "/y/c.txt"]


def test_equal_content_has_equal_digests_and_changes_with_it() -> None:
    fs = VirtualFS()
    fs.write_text("/a", "one")
    fs.write_text("/b", "one")
    first = fs.digest("/a")
    assert first == fs.digest("/b")
    fs.append_text("/a", "x")
    assert fs.digest("/a") != first


def test_text_that_is_no_unicode_is_refused() -> None:
    fs = VirtualFS()
    with pytest.raises(MountError, match=r"'/a' is not valid Unicode: lone surrogate at character 1"):
        fs.write_text("/a", "x\udc00")
    with pytest.raises(MountError, match="lone surrogate at character 1"):
        fs.mount("/a", {"b": "x\udc00"})
    assert not fs.exists("/a")


def test_links_stay_inside() -> None:
    fs = VirtualFS()
    fs.mkdir("/d/e")
    fs.write_text("/d/e/f", "x")
    fs.symlink("../../../../d/e", "/d/up")
    fs.symlink("/d/up/f", "/abs")
    assert fs.read_text("/abs") == "x"
    assert fs.realpath("/d/up/../e/f") == "/d/e/f"
    fs.symlink("b", "/a")
    fs.symlink("a", "/b")
    with pytest.raises(FsError, match="ELOOP"):
        fs.read_text("/a")
    fs.write_text("/d/up/new", "y")
    assert fs.read_text("/d/e/new") == "y"


def test_a_long_chain_of_links_ends() -> None:
    fs = VirtualFS()
    fs.write_text("/0", "x")
    for number in range(1, 60):
        fs.symlink(str(number - 1), f"/{number}")
    assert fs.read_text("/40") == "x"
    with pytest.raises(FsError, match="ELOOP"):
        fs.read_text("/41")


def test_depth_is_bounded_whatever_way_is_taken() -> None:
    fs = VirtualFS()
    deep = "/d" * 2000
    fs.mkdir(deep)
    fs.mkdir("/e" * 100)
    fs.symlink(deep, "/short")
    with pytest.raises(FsError, match="ENAMETOOLONG"):
        fs.rename("/e", "/short/e")
    with pytest.raises(FsError, match="ENAMETOOLONG"):
        fs.mkdir("/short/" + "x" * 200)
    assert fs.tree().splitlines()[-1] == "… 2020 more"
    assert fs.tree(max_entries=5).count("\n") == 6
    assert len(list(fs.walk())) == fs.file_count == 2101
    fs.remove("/d")
    assert fs.file_count == 101


def test_drawing_shows_sizes_marks_and_hides_control_characters() -> None:
    fs = VirtualFS()
    fs.mount("/log", b"x" * 2048, read_only=True)
    fs.mount("/src", {"a.ts": "1", "z": {"b": "22"}})
    fs.write_text("/e\x1b[31m\u202e", "")
    fs.symlink("log", "/l")
    assert fs.tree() == (
        "/\n├── e\\x1b[31m\\u202e (0 B)\n├── l -> log\n├── log (2.0 KiB, read-only)\n└── src/\n"
        "    ├── a.ts (1 B)\n    └── z/\n        └── b (2 B)"
    )
    assert fs.tree("/src/z") == "/src/z\n└── b (2 B)"
    assert fs.tree(max_entries=2).splitlines()[-1] == "… 5 more"


# Quotas


def test_quotas_name_the_limit_and_leave_what_was() -> None:
    fs = VirtualFS(Limits(files=3, file_bytes=10))
    fs.write_text("/a", "12345")
    cases: list[tuple[Callable[[], object], str]] = [
        (lambda: fs.write_text("/b", "123456"), "file_bytes is 10"),
        (lambda: fs.append_text("/a", "123456"), "file_bytes is 10"),
        (lambda: fs.write_text("/a", "x" * 11), "file_bytes is 10"),
        (lambda: fs.mkdir("/p/q/r"), "files is 3"),
        (lambda: fs.mount("/", {"m": "", "n": "", "o": ""}), "files is 3"),
        (lambda: fs.symlink("x" * 6, "/l"), "file_bytes is 10"),
    ]
    for action, limit in cases:
        with pytest.raises(FsError, match=limit) as caught:
            action()
        assert caught.value.code == "ENOSPC"
        assert (fs.listdir(), fs.read_text("/a"), fs.file_count, fs.byte_count) == (["a"], "12345", 1, 5)
    fs.write_text("/a", "x" * 10)
    fs.limits = Limits(files=3, file_bytes=20)
    fs.append_text("/a", "y" * 10)


def test_renaming_over_a_file_gives_its_space_back() -> None:
    fs = VirtualFS(Limits(files=2, file_bytes=10))
    fs.write_text("/a", "12345")
    fs.write_text("/b", "123")
    fs.rename("/a", "/b")
    assert (fs.file_count, fs.byte_count, fs.read_text("/b")) == (1, 5, "12345")


# Mounts, one suite for every kind


def mount_text(fs: VirtualFS, where: Path, read_only: bool) -> str:
    fs.mount("/m", "hello", read_only=read_only)
    return "/m"


def mount_bytes(fs: VirtualFS, where: Path, read_only: bool) -> str:
    fs.mount("/m", b"hello", read_only=read_only)
    return "/m"


def mount_mapping(fs: VirtualFS, where: Path, read_only: bool) -> str:
    fs.mount("/m", {"a": {"b.txt": "hello"}, "a/c": b"1"}, read_only=read_only)
    return "/m/a/b.txt"


def mount_root_mapping(fs: VirtualFS, where: Path, read_only: bool) -> str:
    fs.mount("/", {"m": {"b.txt": "hello"}}, read_only=read_only)
    return "/m/b.txt"


def mount_host_file(fs: VirtualFS, where: Path, read_only: bool) -> str:
    (where / "f").write_text("hello")
    fs.mount_host(where / "f", "/m", read_only=read_only)
    return "/m"


def mount_host_directory(fs: VirtualFS, where: Path, read_only: bool) -> str:
    (where / "d").mkdir()
    (where / "d" / "f").write_text("hello")
    fs.mount_host(where, "/m", read_only=read_only)
    return "/m/d/f"


MOUNTS = [mount_text, mount_bytes, mount_mapping, mount_root_mapping, mount_host_file, mount_host_directory]


@pytest.mark.parametrize("mount", MOUNTS)
class TestEveryMount:
    def test_content_is_there_and_listed(self, mount: Any, tmp_path: Path) -> None:
        fs = VirtualFS()
        path = mount(fs, tmp_path, False)
        assert fs.read_text(path) == "hello"
        (info,) = fs.mounts()
        assert (info.path, info.read_only) == ("/m", False)
        origin = fs.stat(path).origin
        assert origin == "mount" or origin.startswith("host:/")

    def test_writable_content_changes_but_the_mount_point_stays(self, mount: Any, tmp_path: Path) -> None:
        fs = VirtualFS()
        path = mount(fs, tmp_path, False)
        fs.write_text(path, "new")
        assert fs.read_text(path) == "new"
        actions: list[Callable[[], object]] = [lambda: fs.remove("/m"), lambda: fs.rename("/m", "/n")]
        for action in actions:
            with pytest.raises(FsError, match="EBUSY"):
                action()
        fs.write_text("/other", "")
        if not fs.is_dir("/m"):
            with pytest.raises(FsError, match="EBUSY"):
                fs.rename("/other", "/m")

    def test_read_only_holds_for_everything_below(self, mount: Any, tmp_path: Path) -> None:
        fs = VirtualFS()
        path = mount(fs, tmp_path, True)
        before = fs.tree()
        actions: list[Callable[[], object]] = [
            lambda: fs.write_text(path, "new"),
            lambda: fs.append_text(path, "new"),
            lambda: fs.remove(path),
            lambda: fs.rename(path, "/x"),
            lambda: fs.chmod(path, 0o777),
            lambda: fs.remove("/m"),
            lambda: (
                fs.write_text(posixpath.dirname(path) + "/new", "")
                if path != "/m"
                else fs.write_text(path, "")
            ),
        ]
        for action in actions:
            with pytest.raises(FsError, match="EROFS"):
                action()
        assert fs.tree() == before
        assert fs.stat(path).read_only
        fs.write_text(path, "owner", force=True)
        assert fs.read_text(path) == "owner"

    def test_unmounting_and_mounting_again(self, mount: Any, tmp_path: Path) -> None:
        fs = VirtualFS()
        mount(fs, tmp_path, True)
        fs.unmount("/m")
        assert (fs.exists("/m"), fs.mounts(), fs.file_count, fs.byte_count) == (False, [], 0, 0)
        with pytest.raises(MountError, match=r"'/m' is not a mount; the mounts are: none"):
            fs.unmount("/m")

    def test_a_snapshot_brings_the_mount_back(self, mount: Any, tmp_path: Path) -> None:
        fs = VirtualFS()
        path = mount(fs, tmp_path, True)
        state, drawing = fs.snapshot(), fs.tree()
        fs.unmount("/m")
        fs.restore(state)
        assert (fs.tree(), fs.read_text(path), len(fs.mounts())) == (drawing, "hello", 1)


def test_the_seed_s_mapping_makes_a_mount_of_each_entry() -> None:
    fs = VirtualFS()
    made = fs.mount("/", {"log.jsonl": "a", "src": {"types.ts": "t", "custom.ts": "c"}, "/deep/x": "d"})
    assert [info.path for info in made] == ["/deep/x", "/log.jsonl", "/src"]
    fs.mount("/src/custom.ts", "new", read_only=True)
    assert fs.read_text("/src/custom.ts") == "new"
    assert fs.read_text("/src/types.ts") == "t"
    with pytest.raises(MountError, match=r"the mounts are: /deep/x, /log\.jsonl, /src, /src/custom\.ts"):
        fs.unmount("/nope")
    with pytest.raises(FsError, match="EBUSY"):
        fs.remove("/deep")


def test_a_directory_that_holds_a_mount_point_stays_where_it_is() -> None:
    fs = VirtualFS()
    fs.mount("/src/types.ts", "t", read_only=True)
    fs.mount("/lib/x", "x")
    for action in (lambda p: fs.rename(p, "/z"), fs.remove):
        with pytest.raises(FsError, match=r"EROFS.*it holds a mount point"):
            action("/src")
        with pytest.raises(FsError, match=r"EBUSY.*it holds a mount point"):
            action("/lib")
    fs.rename("/src", "/z", force=True)
    assert [mount.path for mount in fs.mounts()] == ["/lib/x", "/z/types.ts"]


def test_a_writable_mount_inside_a_read_only_one() -> None:
    fs = VirtualFS()
    fs.mount("/m", {"a": "1"}, read_only=True)
    fs.mount("/m/out", {"b": "1"})
    fs.write_text("/m/out/c", "2")
    with pytest.raises(FsError, match="EROFS"):
        fs.write_text("/m/d", "2")


@pytest.mark.parametrize(
    ("path", "content", "why"),
    [
        ("/m", {"a": 5}, r"content of '/m/a' must be str, bytes or a mapping, not int: 5"),
        ("/m", {5: "a"}, "a file name in '/m' must be a str, not 5"),
        ("/m", {"": "a"}, "the file name '' in '/m' is empty"),
        ("/m", {"a\0": "a"}, "contains a NUL"),
        ("/m", {"../x": "a"}, "leads out of '/m'"),
        ("/m", {".": "a"}, "leads out of '/m'"),
        ("/m", {"a": "1", "/a": "2"}, "'/m/a' is named twice"),
        ("/m", {"a": "1", "a/b": "2"}, "'/m/a' is both a file and a directory"),
        ("/", "text", "'/' is a directory"),
        ("/dir", "text", "cannot mount a file at '/dir': a directory is there"),
        (
            "/file",
            {"a": "1"},
            "cannot mount a directory at '/file': a file is there|a part of its path is a file",
        ),
        ("/file/x", "1", "a part of its path is a file"),
        ("/m", None, "must be str, bytes or a mapping, not NoneType"),
    ],
)
def test_mounts_that_make_no_sense(path: str, content: Any, why: str) -> None:
    fs = VirtualFS()
    fs.mkdir("/dir")
    fs.write_text("/file", "")
    with pytest.raises(MountError, match=why):
        fs.mount(path, content)
    assert fs.listdir() == ["dir", "file"]


def test_a_mapping_that_holds_itself_ends() -> None:
    loop: dict[str, Any] = {}
    loop["a"] = loop
    with pytest.raises(MountError, match="longer than 4096"):
        VirtualFS().mount("/m", loop)


# Host files


def test_a_host_directory_is_copied_without_what_leads_out(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "sub").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret").write_text("s")
    (root / "a.txt").write_bytes(b"\xff1")
    (root / "sub" / "run").write_text("x")
    (root / "sub" / "run").chmod(0o755)
    (root / "in").symlink_to("sub/run")
    (root / "sub" / "again").symlink_to(root)
    (root / "out").symlink_to(outside / "secret")
    (root / "outdir").symlink_to("../outside")
    os.mkfifo(root / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(root)
        try:
            listener.bind("sock")
        finally:
            os.chdir(here)
        fs = VirtualFS()
        report = fs.mount_host(root, "/m")
    assert (report.path, report.files, report.bytes) == ("/m", 2, 3)
    assert sorted(Path(path).name for path, _ in report.skipped) == ["fifo", "out", "outdir", "sock"]
    assert [path for path, _ in fs.walk("/m")] == [
        "/m/a.txt",
        "/m/in",
        "/m/sub",
        "/m/sub/again",
        "/m/sub/run",
    ]
    assert (fs.read_text("/m/in"), fs.read_text("/m/sub/again/in")) == ("x", "x")
    assert (fs.stat("/m/sub/run").mode, fs.stat("/m/a.txt").mode) == (0o755, 0o644)
    assert fs.stat("/m/a.txt").origin == f"host:{root.resolve()}/a.txt"
    fs.write_bytes("/m/a.txt", b"changed", force=True)
    assert (root / "a.txt").read_bytes() == b"\xff1"


def test_a_second_mount_of_a_host_directory_follows_it(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    for name in ("a", "b", "d/c"):
        (tmp_path / name).write_text("1234")
    fs = VirtualFS(Limits(file_bytes=20))
    fs.mount_host(tmp_path, "/m", read_only=False)
    fs.write_text("/m/mine", "x")
    (tmp_path / "a").unlink()
    (tmp_path / "d" / "c").unlink()
    (tmp_path / "d").rmdir()
    (tmp_path / "b").write_text("x" * 12)
    fs.mount_host(tmp_path, "/m", read_only=False)
    assert {path: stat.size for path, stat in fs.walk()} == {"/m": 0, "/m/b": 12, "/m/mine": 1}
    assert fs.byte_count == 13


def test_host_quotas_are_checked_first(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / str(number)).write_text("x" * 10)
    with pytest.raises(MountError, match="limit files=4"):
        VirtualFS(Limits(files=4)).mount_host(tmp_path, "/m")
    with pytest.raises(MountError, match="limit file_bytes=49"):
        VirtualFS(Limits(file_bytes=49)).mount_host(tmp_path, "/m")
    fs = VirtualFS(Limits(file_bytes=9))
    with pytest.raises(MountError, match="more than the 9 bytes"):
        fs.mount_host(tmp_path / "0", "/m")
    assert fs.file_count == 0


@pytest.mark.parametrize("host", ["/nonexistent/x", "/dev/null", "a\0b", ""])
def test_host_paths_that_cannot_be_mounted(host: str) -> None:
    with pytest.raises(MountError, match="cannot mount"):
        VirtualFS().mount_host(host, "/m")


def test_a_host_path_cannot_become_the_root(tmp_path: Path) -> None:
    with pytest.raises(MountError, match="cannot mount a host path at '/'"):
        VirtualFS().mount_host(tmp_path, "/")


# Events


def test_events_say_what_changed_and_restore_says_it_too() -> None:
    fs = VirtualFS()
    fs.mkdir("/d")
    fs.write_text("/d/a", "1")
    state = fs.snapshot()
    seen: list[Change] = []
    stop = fs.subscribe(seen.append)
    fs.write_text("/d/a", "2")
    fs.write_text("/d/b", "1")
    fs.rename("/d/b", "/c")
    with pytest.raises(FsError):
        fs.remove("/nope")
    fs.read_text("/c")
    assert [(e.kind, e.path) for e in seen] == [
        ("changed", "/d/a"), ("created", "/d/b"), ("removed", "/d/b"), ("created", "/c")]  # fmt: skip
    seen.clear()
    fs.restore(state)
    assert {(e.kind, e.path) for e in seen} == {("changed", "/d/a"), ("removed", "/c")}
    stop()
    stop()
    seen.clear()
    fs.remove("/d")
    assert seen == []


def test_a_failed_mount_tells_nobody_and_a_failing_listener_harms_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    fs = VirtualFS(Limits(files=2))
    seen: list[Change] = []

    def broken(change: Change) -> None:
        raise RuntimeError("listener")

    fs.subscribe(broken)
    fs.subscribe(seen.append)
    with pytest.raises(FsError):
        fs.mount("/", {"a": "", "b": "", "c": ""})
    assert seen == []
    fs.write_text("/a", "")
    assert seen == [Change("created", "/a")]
    assert "listener" in caplog.text


def test_a_listener_may_use_the_filesystem_from_another_thread() -> None:
    fs = VirtualFS()
    read: list[str] = []

    def listener(change: Change) -> None:
        thread = threading.Thread(target=lambda: read.append(fs.read_text(change.path)))
        thread.start()
        thread.join(timeout=10)

    fs.subscribe(listener)
    fs.write_text("/a", "text")
    assert read == ["text"]


def test_a_snapshot_serves_another_filesystem_and_neither_changes_the_other() -> None:
    one = VirtualFS()
    one.mount("/m", {"a": "1"})
    one.append_text("/m/a", "2")
    two = VirtualFS()
    two.restore(one.snapshot())
    one.append_text("/m/a", "one")
    two.append_text("/m/a", "two")
    assert (one.read_text("/m/a"), two.read_text("/m/a")) == ("12one", "12two")
    assert [m.path for m in two.mounts()] == ["/m"]
