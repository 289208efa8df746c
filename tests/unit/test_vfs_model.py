# ruff: noqa: PT017
# Why: messages are as long as they are; an error is one of two right outcomes.
"""A random walk over VirtualFS beside a model: a dict of paths, snapshots as copies of the dict."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from qjs_kernel.errors import FsError
from qjs_kernel.limits import Limits
from qjs_kernel.vfs import Snapshot, VirtualFS

FILES, BYTES = 12, 60
NAMES = st.sampled_from("abc")
PATHS = (st.lists(NAMES, min_size=1, max_size=1) | st.lists(NAMES, min_size=1, max_size=3)).map(
    lambda names: "/" + "/".join(names)
)
DATA = st.binary(max_size=5) | st.binary(max_size=25)

# A directory is None; read-only mounts are the paths in a set.
State = tuple[dict[str, bytes | None], frozenset[str], frozenset[str]]


class Machine(RuleBasedStateMachine):
    snapshots = Bundle("snapshots")

    def __init__(self) -> None:
        super().__init__()
        self.fs = VirtualFS(Limits(files=FILES, file_bytes=BYTES))
        self.nodes: dict[str, bytes | None] = {}
        self.mounts: frozenset[str] = frozenset()
        self.locked: frozenset[str] = frozenset()

    # The model's answers

    def parent(self, path: str) -> str:
        return path.rpartition("/")[0]

    def parent_problem(self, path: str) -> str | None:
        parent = self.parent(path)
        while parent:
            above = self.parent(parent)
            if (not above or self.nodes.get(above, b"") is None) and self.nodes.get(parent, b"") is not None:
                return "ENOTDIR" if parent in self.nodes else "ENOENT"
            parent = above
        return None

    def read_only(self, path: str) -> bool:
        while path:
            if path in self.mounts:
                return path in self.locked
            path = self.parent(path)
        return False

    def entry_problem(self, path: str) -> str | None:
        if self.read_only(self.parent(path)):
            return "EROFS"
        if path in self.mounts:
            return "EROFS" if path in self.locked else "EBUSY"
        return None

    def below(self, path: str) -> list[str]:
        return [p for p in self.nodes if p == path or p.startswith(path + "/")]

    def mount_below(self, path: str) -> bool:
        return any(p in self.mounts for p in self.below(path) if p != path)

    def size(self) -> int:
        return sum(len(data) for data in self.nodes.values() if data is not None)

    def space_problem(self, files: int, size: int) -> str | None:
        if files > 0 and len(self.nodes) + files > FILES:
            return "ENOSPC"
        if size > 0 and self.size() + size > BYTES:
            return "ENOSPC"
        return None

    def attempt(self, action: object, problem: str | set[str] | None) -> bool:
        expected = {problem} if isinstance(problem, str) else problem
        try:
            action()  # type: ignore[operator]
        except FsError as error:
            assert expected is not None, f"unexpected {error}"
            assert error.code in expected, f"{error}, expected {expected}"
            return False
        assert not expected, f"expected {expected}"
        return True

    # What may happen

    @rule(path=PATHS, data=DATA, append=st.booleans())
    def write(self, path: str, data: bytes, append: bool) -> None:
        old = self.nodes.get(path, b"")
        exists = path in self.nodes
        new = (old or b"") + data if append else data
        problem = self.parent_problem(path)
        if problem is None and exists:
            problem = "EISDIR" if old is None else "EROFS" if self.read_only(path) else None
        elif problem is None:
            problem = self.entry_problem(path)
        problem = problem or self.space_problem(not exists, len(new) - len(old or b""))
        text = data.decode("latin-1").encode("ascii", "replace").decode()
        if append:
            new = (old or b"") + text.encode()
        done = self.attempt(
            lambda: self.fs.append_text(path, text) if append else self.fs.write_bytes(path, data), problem
        )
        if done:
            self.nodes[path] = new

    @rule(path=PATHS)
    def mkdir(self, path: str) -> None:
        problem = self.parent_problem(path)
        problem = problem or ("EEXIST" if path in self.nodes else None)
        problem = problem or self.entry_problem(path) or self.space_problem(1, 0)
        if self.attempt(lambda: self.fs.mkdir(path, parents=False), problem):
            self.nodes[path] = None

    @rule(path=PATHS, recursive=st.booleans())
    def remove(self, path: str, recursive: bool) -> None:
        problem: str | set[str] | None = self.parent_problem(path) or (
            None if path in self.nodes else "ENOENT"
        )
        problem = problem or self.entry_problem(path)
        if problem is None and not recursive and self.nodes[path] is None and len(self.below(path)) > 1:
            problem = "ENOTEMPTY"
        if problem is None and self.mount_below(path):
            problem = {"EBUSY", "EROFS"}
        if self.attempt(lambda: self.fs.remove(path, recursive=recursive), problem):
            for gone in self.below(path):
                del self.nodes[gone]

    @rule(path=PATHS, dest=PATHS)
    def rename(self, path: str, dest: str) -> None:
        problem: str | set[str] | None = self.parent_problem(path) or (
            None if path in self.nodes else "ENOENT"
        )
        problem = problem or self.parent_problem(dest) or self.entry_problem(path) or self.entry_problem(dest)
        if problem is None and path != dest:
            source, target = self.nodes[path], self.nodes.get(dest, b"")
            if source is None and dest.startswith(path + "/"):
                problem = "EINVAL"
            elif dest in self.nodes and source is None and target is not None:
                problem = "ENOTDIR"
            elif source is not None and target is None:
                problem = "EISDIR"
            elif target is None and len(self.below(dest)) > 1:
                problem = "ENOTEMPTY"
            elif self.mount_below(path):
                problem = {"EBUSY", "EROFS"}
        if self.attempt(lambda: self.fs.rename(path, dest), problem) and path != dest:
            self.nodes.pop(dest, None)
            for old in self.below(path):
                self.nodes[dest + old[len(path) :]] = self.nodes.pop(old)

    @rule(path=PATHS, data=DATA, locked=st.booleans())
    def mount(self, path: str, data: bytes, locked: bool) -> None:
        if self.parent_problem(path) or self.nodes.get(path, b"") is None:
            return
        old = self.nodes.get(path, b"") or b""
        problem = self.space_problem(path not in self.nodes, len(data) - len(old))
        if self.attempt(lambda: self.fs.mount(path, data, read_only=locked), problem):
            self.nodes[path] = data
            self.mounts |= {path}
            self.locked = self.locked | {path} if locked else self.locked - {path}

    @rule(path=PATHS, locked=st.booleans())
    def mount_directory(self, path: str, locked: bool) -> None:
        if self.parent_problem(path) or self.nodes.get(path) is not None:
            return
        if self.attempt(
            lambda: self.fs.mount(path, {}, read_only=locked), self.space_problem(path not in self.nodes, 0)
        ):
            self.nodes[path] = None
            self.mounts |= {path}
            self.locked = self.locked | {path} if locked else self.locked - {path}

    @rule(path=PATHS)
    def unmount(self, path: str) -> None:
        if path in self.mounts:
            self.fs.unmount(path)
            for gone in self.below(path):
                del self.nodes[gone]
                self.mounts -= {gone}
                self.locked -= {gone}

    @rule(target=snapshots)
    def snapshot(self) -> tuple[Snapshot, State]:
        return self.fs.snapshot(), (dict(self.nodes), self.mounts, self.locked)

    @rule(taken=snapshots)
    def restore(self, taken: tuple[Snapshot, State]) -> None:
        snapshot, (nodes, self.mounts, self.locked) = taken
        self.nodes = dict(nodes)
        self.fs.restore(snapshot)

    @rule(taken=consumes(snapshots))
    def forget(self, taken: tuple[Snapshot, State]) -> None:
        del taken

    @invariant()
    def they_agree(self) -> None:
        seen = {
            path: None if stat.kind == "dir" else self.fs.read_bytes(path) for path, stat in self.fs.walk()
        }
        assert seen == self.nodes
        assert (self.fs.file_count, self.fs.byte_count) == (len(self.nodes), self.size())
        assert {mount.path for mount in self.fs.mounts()} == self.mounts
        assert {path for path, stat in self.fs.walk() if stat.read_only} == set(
            filter(self.read_only, self.nodes)
        )


TestModel = Machine.TestCase
TestModel.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
