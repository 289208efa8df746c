# ruff: noqa: E501, PT017
# Why: messages are as long as they are; an error is one of two right outcomes.
"""The guest's file operations, and that their errors are Node's word for word (checked against Node 20)."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.errors import FsError
from qjs_kernel.fsops import OPERATIONS, FsOps
from qjs_kernel.limits import Limits
from qjs_kernel.vfs import VirtualFS


@pytest.fixture
def ops() -> FsOps:
    fs = VirtualFS(clock=lambda: 1000)
    fs.mkdir("dir/sub")
    fs.mkdir("q/w")
    fs.write_text("f", "hello")
    fs.write_text("dir/sub/x", "1")
    fs.symlink("loop", "loop")
    fs.symlink("f", "lnk")
    return FsOps(fs)


# The same names, the same failing calls, as they are made in Node in an empty directory with the same files.
NODE_SETUP = (
    "fs.mkdirSync('dir/sub',{recursive:true});fs.mkdirSync('q/w',{recursive:true});fs.writeFileSync('f','hello');"
    "fs.writeFileSync('dir/sub/x','1');fs.symlinkSync('loop','loop');fs.symlinkSync('f','lnk');"
)
CASES: list[tuple[str, list[Any], str, str]] = [
    ("readText", ["nope"], "fs.readFileSync('nope','utf8')", "ENOENT: no such file or directory, open 'nope'"),
    ("readBytes", ["dir"], "fs.readFileSync('dir')", "EISDIR: illegal operation on a directory, read"),
    ("readText", ["f/x"], "fs.readFileSync('f/x')", "ENOTDIR: not a directory, open 'f/x'"),
    ("readText", ["f/"], "fs.readFileSync('f/')", "ENOTDIR: not a directory, open 'f/'"),
    ("readText", ["loop"], "fs.readFileSync('loop')", "ELOOP: too many symbolic links encountered, open 'loop'"),
    ("readText", ["a" * 300], "fs.readFileSync('a'.repeat(300))", f"ENAMETOOLONG: name too long, open '{'a' * 300}'"),
    ("write", ["dir", "x"], "fs.writeFileSync('dir','x')", "EISDIR: illegal operation on a directory, open 'dir'"),
    ("write", ["no/x", "x"], "fs.writeFileSync('no/x','')", "ENOENT: no such file or directory, open 'no/x'"),
    ("write", ["f", "x", "wx"], "fs.writeFileSync('f','x',{flag:'wx'})", "EEXIST: file already exists, open 'f'"),
    ("write", ["n", "x", "r+"], "fs.writeFileSync('n','x',{flag:'r+'})", "ENOENT: no such file or directory, open 'n'"),
    ("append", ["dir", "x"], "fs.appendFileSync('dir','x')", "EISDIR: illegal operation on a directory, open 'dir'"),
    ("stat", ["nope"], "fs.statSync('nope')", "ENOENT: no such file or directory, stat 'nope'"),
    ("lstat", ["nope"], "fs.lstatSync('nope')", "ENOENT: no such file or directory, lstat 'nope'"),
    ("readdir", ["nope"], "fs.readdirSync('nope')", "ENOENT: no such file or directory, scandir 'nope'"),
    ("readdir", ["f"], "fs.readdirSync('f')", "ENOTDIR: not a directory, scandir 'f'"),
    ("mkdir", ["dir"], "fs.mkdirSync('dir')", "EEXIST: file already exists, mkdir 'dir'"),
    ("mkdir", ["no/a"], "fs.mkdirSync('no/a')", "ENOENT: no such file or directory, mkdir 'no/a'"),
    ("mkdir", ["f/x/y", True], "fs.mkdirSync('f/x/y',{recursive:true})", "ENOTDIR: not a directory, mkdir 'f/x/y'"),
    ("mkdir", ["f", True], "fs.mkdirSync('f',{recursive:true})", "EEXIST: file already exists, mkdir 'f'"),
    ("rmdir", ["nope"], "fs.rmdirSync('nope')", "ENOENT: no such file or directory, rmdir 'nope'"),
    ("rmdir", ["f"], "fs.rmdirSync('f')", "ENOTDIR: not a directory, rmdir 'f'"),
    ("rmdir", ["dir"], "fs.rmdirSync('dir')", "ENOTEMPTY: directory not empty, rmdir 'dir'"),
    ("rmdir", ["/"], "fs.rmdirSync('/')", "EBUSY: resource busy or locked, rmdir '/'"),
    ("rm", ["nope"], "fs.rmSync('nope')", "ENOENT: no such file or directory, lstat 'nope'"),
    ("rm", ["dir"], "fs.rmSync('dir')", "Path is a directory: rm returned EISDIR (is a directory) dir"),
    ("unlink", ["nope"], "fs.unlinkSync('nope')", "ENOENT: no such file or directory, unlink 'nope'"),
    ("unlink", ["dir"], "fs.unlinkSync('dir')", "EISDIR: illegal operation on a directory, unlink 'dir'"),
    ("unlink", ["f/"], "fs.unlinkSync('f/')", "ENOTDIR: not a directory, unlink 'f/'"),
    ("rename", ["no", "b"], "fs.renameSync('no','b')", "ENOENT: no such file or directory, rename 'no' -> 'b'"),
    ("rename", ["dir", "f"], "fs.renameSync('dir','f')", "ENOTDIR: not a directory, rename 'dir' -> 'f'"),
    ("rename", ["f", "dir"], "fs.renameSync('f','dir')",
     "EISDIR: illegal operation on a directory, rename 'f' -> 'dir'"),
    ("rename", ["dir", "dir/sub/z"], "fs.renameSync('dir','dir/sub/z')",
     "EINVAL: invalid argument, rename 'dir' -> 'dir/sub/z'"),
    ("rename", ["q", "dir"], "fs.renameSync('q','dir')", "ENOTEMPTY: directory not empty, rename 'q' -> 'dir'"),
    ("copyFile", ["no", "b"], "fs.copyFileSync('no','b')", "ENOENT: no such file or directory, copyfile 'no' -> 'b'"),
    ("copyFile", ["f", "lnk", True], "fs.copyFileSync('f','lnk',1)", "EEXIST: file already exists, copyfile 'f' -> 'lnk'"),
    ("copyFile", ["f", "dir"], "fs.copyFileSync('f','dir')",
     "EISDIR: illegal operation on a directory, copyfile 'f' -> 'dir'"),
    ("cp", ["dir", "b"], "fs.cpSync('dir','b')",
     "Path is a directory: cp returned EISDIR (dir is a directory (not copied)) dir"),
    ("cp", ["no", "b"], "fs.cpSync('no','b')", "ENOENT: no such file or directory, lstat 'no'"),
    ("cp", ["dir", "dir/sub/in", True], "fs.cpSync('dir','dir/sub/in',{recursive:true})",
     "Invalid src or dest: cp returned EINVAL (cannot copy dir to a subdirectory of self dir/sub/in) dir/sub/in"),
    ("cp", ["f", "lnk", False, False, True], "fs.cpSync('f','lnk',{errorOnExist:true,force:false})",
     "Target already exists: cp returned EEXIST (lnk already exists) lnk"),
    ("cp", ["dir", "f", True], "fs.cpSync('dir','f',{recursive:true})",
     "Cannot overwrite non-directory with directory: cp returned EISDIR (cannot overwrite non-directory f with directory dir) f"),
    ("cp", ["f", "dir"], "fs.cpSync('f','dir')",
     "Cannot overwrite directory with non-directory: cp returned ENOTDIR (cannot overwrite directory dir with non-directory f) dir"),
    ("cp", ["f", "f"], "fs.cpSync('f','f')",
     "Invalid src or dest: cp returned EINVAL (src and dest cannot be the same) f"),
    ("access", ["nope"], "fs.accessSync('nope')", "ENOENT: no such file or directory, access 'nope'"),
    ("symlink", ["a", "f"], "fs.symlinkSync('a','f')", "EEXIST: file already exists, symlink 'a' -> 'f'"),
    ("symlink", ["a", "no/f"], "fs.symlinkSync('a','no/f')", "ENOENT: no such file or directory, symlink 'a' -> 'no/f'"),
    ("readlink", ["f"], "fs.readlinkSync('f')", "EINVAL: invalid argument, readlink 'f'"),
    ("realpath", ["nope", True], "fs.realpathSync.native('nope')", "ENOENT: no such file or directory, realpath 'nope'"),
    ("chmod", ["nope", 384], "fs.chmodSync('nope',384)", "ENOENT: no such file or directory, chmod 'nope'"),
    ("utimes", ["nope", 1, True], "fs.utimesSync('nope',1,1)", "ENOENT: no such file or directory, utime 'nope'"),
    ("truncate", ["nope", 0], "fs.truncateSync('nope')", "ENOENT: no such file or directory, open 'nope'"),
    ("truncate", ["dir", 0], "fs.truncateSync('dir')", "EISDIR: illegal operation on a directory, open 'dir'"),
    ("mkdtemp", ["no/x"], "fs.mkdtempSync('no/x')", "ENOENT: no such file or directory, mkdtemp 'no/xXXXXXX'"),
    ("open", ["dir", "w"], "fs.openSync('dir','w')", "EISDIR: illegal operation on a directory, open 'dir'"),
    ("close", [99], "fs.closeSync(99)", "EBADF: bad file descriptor, close"),
    ("read", [99, 3], "fs.readSync(99,Buffer.alloc(3))", "EBADF: bad file descriptor, read"),
    ("writeFd", [99, "x"], "fs.writeSync(99,'x')", "EBADF: bad file descriptor, write"),
    ("fstat", [99], "fs.fstatSync(99)", "EBADF: bad file descriptor, fstat"),
]  # fmt: skip


@pytest.mark.parametrize(("op", "args", "node", "message"), CASES)
def test_errors_read_as_in_node(ops: FsOps, op: str, args: list[Any], node: str, message: str) -> None:
    before = ops.fs.tree()
    with pytest.raises(FsError) as caught:
        ops.serve(op, args)
    assert str(caught.value) == message
    assert ops.fs.tree() == before


@pytest.mark.skipif(shutil.which("node") is None, reason="compares with an installed Node")
def test_the_table_is_what_node_says(tmp_path: Any) -> None:
    calls = ",".join(f"()=>{node}" for _, _, node, _ in CASES)
    program = (
        f"const fs=require('fs');process.chdir(process.argv[1]);{NODE_SETUP}for(const c of [{calls}])"
        "{try{c();console.log('no error')}catch(e){console.log(JSON.stringify([e.message,e.code,e.errno,e.syscall,"
        "e.path??'',e.dest??null]))}}"
    )
    done = subprocess.run(["node", "-e", program, str(tmp_path)], capture_output=True, text=True, check=True)
    import json

    ops = FsOps(VirtualFS())
    fs = ops.fs
    fs.mkdir("dir/sub")
    fs.mkdir("q/w")
    fs.write_text("f", "hello")
    fs.write_text("dir/sub/x", "1")
    fs.symlink("loop", "loop")
    fs.symlink("f", "lnk")
    for (op, args, node, _), line in zip(CASES, done.stdout.splitlines(), strict=True):
        with pytest.raises(FsError) as caught:
            ops.serve(op, args)
        error = caught.value
        ours = [str(error), error.code, error.errno_value, error.syscall, error.path, error.dest]
        assert ours == json.loads(line), node


def value(ops: FsOps, op: str, *args: Any, data: bytes = b"") -> Any:
    reply = ops.serve(op, list(args), data)
    return reply.text if reply.text is not None else reply.data if reply.data is not None else reply.value


def test_text_bytes_and_their_replacements(ops: FsOps) -> None:
    value(ops, "write", "/b", None, data=b"a\xffb")
    assert value(ops, "readText", "/b") == "a\ufffdb"
    assert value(ops, "readBytes", "/b") == b"a\xffb"
    value(ops, "fs.write", "/t", "x\ud800y\ud83d\ude00")
    assert ops.fs.read_text("/t") == "x\ufffdy\U0001f600"
    value(ops, "append", "/t", "!")
    assert ops.fs.read_text("/t").endswith("!")


def test_stat_and_readdir_shapes(ops: FsOps) -> None:
    assert value(ops, "stat", "lnk")[:4] == ["f", 5, 0o644, 1000]
    assert value(ops, "lstat", "lnk")[0] == "l"
    assert value(ops, "readdir", "/dir", True) == [["", "sub", "d"], ["sub", "x", "f"]]
    assert value(ops, "realpath", "lnk", False) == "/f"


@pytest.mark.parametrize("mode", [None, 0, 0o100644])
def test_write_protection_and_access(ops: FsOps, mode: int | None) -> None:
    value(ops, "chmod", "/f", 0o444 if mode is None else mode)
    writable = bool((0o444 if mode is None else mode) & 0o200)
    if writable:
        value(ops, "write", "/f", "x")
    else:
        calls: list[tuple[str, list[Any]]] = [
            ("write", ["/f", "x"]),
            ("access", ["/f", 2]),
            ("open", ["/f", "r+"]),
            ("truncate", ["/f", 0]),
        ]
        for op, args in calls:
            with pytest.raises(FsError, match="EACCES"):
                ops.serve(op, args)


def test_descriptors_positions_and_snapshots(ops: FsOps) -> None:
    fd = value(ops, "open", "/f", "r+")
    assert (fd, value(ops, "read", fd, 2), value(ops, "read", fd, 99)) == (3, b"he", b"llo")
    files, open_files = ops.fs.snapshot(), ops.snapshot()
    assert value(ops, "writeFd", fd, "!") == 1
    assert value(ops, "readText", "/f") == "hello!"
    value(ops, "close", fd)
    ops.fs.restore(files)
    ops.restore(open_files)
    assert value(ops, "writeFd", fd, "?") == 1
    assert value(ops, "readText", "/f") == "hello?"
    value(ops, "unlink", "/f")
    with pytest.raises(FsError, match="EBADF"):
        ops.serve("fstat", [fd])


def test_an_append_descriptor_writes_at_the_end_whatever_the_position(ops: FsOps) -> None:
    fd = value(ops, "open", "/f", "a")
    value(ops, "writeFd", fd, "1", 0)
    value(ops, "writeFd", fd, "2")
    assert ops.fs.read_text("/f") == "hello12"
    with pytest.raises(FsError, match="EBADF"):
        ops.serve("read", [fd, 1])


def test_the_table_of_descriptors_is_bounded(ops: FsOps) -> None:
    opened = [value(ops, "open", "/f", "r") for _ in range(256)]
    assert len(set(opened)) == 256
    with pytest.raises(FsError, match="EMFILE"):
        ops.serve("open", ["/f", "r"])
    value(ops, "close", 100)
    assert value(ops, "open", "/f", "r") == 100


def test_gaps_and_sizes_are_checked_before_memory_is_taken() -> None:
    ops = FsOps(VirtualFS(Limits(file_bytes=1000)))
    fd = value(ops, "open", "/f", "w+")
    for op, args in [("writeFd", [fd, "x", 2**52]), ("ftruncate", [fd, 2**52]), ("truncate", ["/f", 2**52])]:
        with pytest.raises(FsError, match="ENOSPC"):
            ops.serve(op, args)
    value(ops, "writeFd", fd, "x", 10)
    assert ops.fs.read_bytes("/f") == bytes(10) + b"x"


@pytest.mark.parametrize(
    ("op", "args"),
    [("nope", []), ("__init__", []), ("serve", ["x"]), ("_read", [3]), ("fs", []), ("", [])],
)
def test_only_the_table_can_be_called(ops: FsOps, op: str, args: list[Any]) -> None:
    with pytest.raises(FsError, match="ENOSYS"):
        ops.serve(op, args)


@given(
    st.sampled_from(sorted(OPERATIONS)),
    st.lists(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.lists(st.text(), max_size=2)
        | st.sampled_from(["/", "/f", "/dir", "a/../..", "r", "w+", "/dir/sub/x", 3, 0]),
        max_size=9,
    ),
)  # fmt: skip
def test_any_arguments_give_an_answer_or_an_fs_error(op: str, args: list[Any]) -> None:
    ops = FsOps(VirtualFS(Limits(files=20, file_bytes=1000)))
    ops.fs.mkdir("/dir/sub")
    ops.fs.write_text("/f", "hello")
    ops.serve("open", ["/f", "r+"])
    try:
        ops.serve(op, args, b"data")
    except FsError as error:
        assert error.code
    sizes = [stat.size for _, stat in ops.fs.walk()]
    assert (ops.fs.file_count, ops.fs.byte_count) == (len(sizes), sum(sizes))
