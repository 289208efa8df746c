"""`Session`: the one stateful object of a notebook. It knows nothing of Jupyter.

It owns the sandbox, the names the guest has as `env.*`, the way back (`undo`), the texts of the cells for code
frames, and what a single run may change for itself (time, memory, a fresh sandbox).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from qjs_kernel import filetexts
from qjs_kernel.cellruns import DIALECTS, CellRun, CellRuns, cell_path
from qjs_kernel.errors import Diagnostic
from qjs_kernel.fetch import FetchPolicy, origin_of
from qjs_kernel.hostcalls import CallLog
from qjs_kernel.limits import MIB, Limits
from qjs_kernel.outcome import Event, Outcome
from qjs_kernel.protocol import Looked, Peeked, Step
from qjs_kernel.sandbox import Sandbox
from qjs_kernel.timeline import UNDO_STEPS, NoSuchCheckpoint, NothingToUndo, PastStep, Timeline
from qjs_kernel.topics import Topics
from qjs_kernel.vfs import VirtualFS

if TYPE_CHECKING:
    from qjs_kernel.npm import Added, Npm, Package

__all__ = [
    "DIALECTS",
    "NOTEBOOK_LIMITS",
    "CellRun",
    "NoSuchCheckpoint",
    "NothingToUndo",
    "PastStep",
    "Session",
    "cell_path",
]

NOTEBOOK_LIMITS: Final = Limits(timeout=30.0)


class Session:
    """A sandbox with the memory of a notebook. Use it from one thread; `interrupt` may come from any.

    limits    those of all runs; `NOTEBOOK_LIMITS` by default
    on_event  gets every Output, Cleared and Late event; may be set later
    """

    def __init__(
        self,
        *,
        mounts: Mapping[str, Any] | None = None,
        env: Mapping[str, Any] | None = None,
        limits: Limits = NOTEBOOK_LIMITS,
        on_event: Callable[[Event], None] | None = None,
        make_sandbox: Callable[..., Sandbox] = Sandbox,
        find_npm: Callable[[], Npm] | None = None,
    ) -> None:
        self.on_event = on_event
        self.on_stdin: Callable[[str, str], str] | None = None
        self._make_sandbox = make_sandbox
        self._env: dict[str, Any] = dict(env or {})
        self._limits = limits
        self._fetch: FetchPolicy | None = None
        self._env_version = 0
        self.on_status: Callable[[], Mapping[str, Any]] | None = None
        self._find_npm = find_npm
        self._topics = Topics()
        self.calls = CallLog()
        self.calls.on_call = lambda: self._topics.tell("calls")
        self.allow_html = False
        self._closed = False
        self.sandbox = make_sandbox(
            mounts=mounts,
            env=self._env,
            limits=limits,
            sink=self._emit,
            history=UNDO_STEPS,
            stdin=self._ask_person,
        )
        self.sandbox.calls = self.calls
        self._timeline = Timeline(self.sandbox)
        self._cells = CellRuns(self._timeline)

    # Life

    def start(self) -> None:
        """Begin to start the worker, without waiting for it."""
        self.sandbox.start()

    def close(self) -> None:
        """End the sandbox and its worker. Idempotent."""
        if not self._closed:
            self._closed = True
            self._timeline.close()
            self.sandbox.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def interrupt(self) -> None:
        """Stop what runs now; from any thread, harmless when idle."""
        for sandbox in [*self._cells.running, self.sandbox]:
            sandbox.interrupt()

    @property
    def next_cell(self) -> int:
        """The number that a cell gets which has none of its own."""
        return self._cells.next_number

    @property
    def busy(self) -> bool:
        """Whether a run is under way."""
        return bool(self._cells.running)

    def _ask_person(self, prompt: str, default: str) -> str:
        if self.on_stdin is None:
            raise EOFError("nobody can be asked here")
        return self.on_stdin(prompt, default)

    def _emit(self, event: Event) -> None:
        if self.on_event is not None:
            self.on_event(event)

    # Running

    def run(
        self,
        code: str,
        *,
        cell: int | None = None,
        dialect: str = "ts",
        timeout: float | None = None,
        memory: int | None = None,
        fresh: bool = False,
        tests: str | bool = False,
        series: str = "",
        tag: object = None,
    ) -> Outcome:
        """Evaluate a cell and wait for it, blocking this thread. See `run_async`."""
        with self._prepared(code, cell, dialect, timeout, memory, fresh, series) as (sandbox, path, keep):
            outcome = sandbox.eval(code, path, timeout, cell=True, display=True, tests=tests, tag=tag)
            keep(outcome)
        return outcome

    async def run_async(
        self,
        code: str,
        *,
        cell: int | None = None,
        dialect: str = "ts",
        timeout: float | None = None,
        memory: int | None = None,
        fresh: bool = False,
        tests: str | bool = False,
        series: str = "",
        tag: object = None,
    ) -> Outcome:
        """Evaluate a cell on this event loop; timers it leaves behind go on between cells.

        cell     its number (`Cell In[n]`, /src/cell-n.ts); None counts on from the last one
        dialect  one of `DIALECTS`
        timeout, memory  seconds and bytes for this run only
        fresh    in a new sandbox with the same files and env, closed afterwards
        tests    run the tests that the cell declares: all, or those with this text in their name. `data` is then a
                 TestReport, and a run with failed tests has an error "TestFailure" beside it
        series   what this rerun of an earlier cell is part of: one after another they are one step of undo, named so
        tag      comes back with every event of this run, late ones too
        """
        with self._prepared(code, cell, dialect, timeout, memory, fresh, series) as (sandbox, path, keep):
            outcome = await sandbox.eval_async(
                code, path, timeout, cell=True, display=True, tests=tests, tag=tag
            )
            keep(outcome)
        return outcome

    @contextmanager
    def _prepared(
        self,
        code: str,
        cell: int | None,
        dialect: str,
        timeout: float | None,
        memory: int | None,
        fresh: bool,
        series: str,
    ) -> Iterator[tuple[Sandbox, str, Callable[[Outcome], None]]]:
        seconds = timeout or self._limits.timeout
        place = self._cells.enter(code, cell, dialect, series)
        if fresh:
            with self._fresh(memory) as sandbox, self._cells.run_in(sandbox):

                def note(outcome: Outcome) -> None:
                    self._cells.note(place, seconds, sandbox.limits, outcome)
                    self._topics.tell("ran")

                yield sandbox, place.path, note
            return
        with self._memory_of(memory) as used, self._cells.run_in(self.sandbox) as nested:

            def keep(outcome: Outcome) -> None:
                used.append(outcome.usage.memory)
                self._cells.ended(place, seconds, self.sandbox.limits, outcome, step=not nested)
                self._topics.tell("ran")

            yield self.sandbox, place.path, keep

    @contextmanager
    def _fresh(self, memory: int | None) -> Iterator[Sandbox]:
        limits = self._limits if memory is None else self._limits.with_(memory=memory)
        with self._make_sandbox(
            env=self._env, limits=limits, sink=self._emit, stdin=self._ask_person
        ) as sandbox:
            sandbox.fs.restore(self.sandbox.fs.snapshot())
            sandbox.calls = self.calls
            if self._fetch is not None:
                sandbox.allow_fetch = self._fetch
            yield sandbox

    @contextmanager
    def _memory_of(self, memory: int | None) -> Iterator[list[int]]:
        # Yields a list for the heap that the run needed. A heap never shrinks: where it has outgrown the
        # notebook's own limit, going back to that limit would mean losing the state.
        used: list[int] = []
        if memory is None or memory == self._limits.memory:
            yield used
            return
        before = self._limits
        self.set_limits(memory=memory)
        try:
            yield used
        finally:
            if max(used, default=0) <= before.memory:
                self.sandbox.limits = self._limits = before
                self._topics.tell("limits")

    # The way back

    def undo(self, steps: int = 1) -> str:
        """Go back to before the last cells (or mounts) that changed anything; returns what was undone.

        Guest and files go back; `env` and the limits are the owner's and stay. NothingToUndo where that is too far.
        """
        undone = self._timeline.undo(steps)
        self._topics.tell("state")
        return ", ".join(undone)

    @property
    def steps(self) -> list[str]:
        """What `undo` would take back, newest first."""
        return self._timeline.steps

    @property
    def past(self) -> list[PastStep]:
        """The last steps that were ever made, newest first: which can be undone, and which are not in effect."""
        return self._timeline.past

    @property
    def checkpoints(self) -> dict[str, int]:
        """Name → bytes on disk of the named checkpoints, oldest first."""
        return self._timeline.checkpoints

    def checkpoint(self, name: str) -> None:
        """Keep the state now, guest and files, under `name`, in place of what had the name."""
        self._timeline.checkpoint(name)
        self._topics.tell("state")

    def restore(self, name: str) -> None:
        """Go to the checkpoint `name`; it stays, and undo takes it back. NoSuchCheckpoint names those there are."""
        self._timeline.restore(name)
        self._topics.tell("state")

    def drop_checkpoint(self, name: str) -> None:
        """Forget the checkpoint `name`."""
        self._timeline.drop(name)
        self._topics.tell("state")

    # Who wants to know

    def subscribe(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Call `callback(topic)` when something has changed; returns what ends that.

        Topics: "ran" a cell has run (see `runs`), "calls" a host function was called (`calls`), "env", "limits",
        "state" the guest went back, a checkpoint was made or the owner changed files. Changes of files have events of
        their own (`sandbox.fs.subscribe`). It is called in the middle of things, for "calls" at every call: it must
        be quick and not use the session.
        """
        return self._topics.subscribe(callback)

    @property
    def runs(self) -> tuple[CellRun, ...]:
        """The last runs of cells, oldest first."""
        return self._cells.past

    # Files

    def mount_texts(self, files: Mapping[str, str], *, read_only: bool = False, append: bool = False) -> None:
        """Make every path of `files` a file with that text; all or none.

        With `append` the text goes to the end of a file that is there, on a line of its own.
        """
        with self._files_step(f"mount {', '.join(files)}"):
            filetexts.mount_texts(self.sandbox.fs, files, read_only=read_only, append=append)

    def rewrite(self, path: str, text: str) -> None:
        """Replace the content of a file, of a read-only one too; mounts and everything else stay. Can be undone."""
        self.change_files(f"write {path}", lambda fs: fs.write_text(path, text, force=True))

    def change_files(self, label: str, change: Callable[[VirtualFS], object]) -> None:
        """Do what `change` does with the files as one step that can be undone; if it raises, nothing was done."""
        with self._files_step(label):
            change(self.sandbox.fs)

    @contextmanager
    def _files_step(self, label: str) -> Iterator[None]:
        with self._timeline.files_step(label):
            yield
        self._topics.tell("state")

    def mount_tree(self, path: str, tree: Mapping[str, Any], *, read_only: bool = False) -> None:
        """Mount nested names and texts below `path`."""
        with self._files_step(f"mount {path}"):
            self.sandbox.fs.mount(path, tree, read_only=read_only)

    def mount_host(self, source: str, path: str, *, read_only: bool = True) -> str:
        """Copy a file or directory of the host in; returns the report as text."""
        with self._files_step(f"mount {path}"):
            report = self.sandbox.fs.mount_host(Path(source).expanduser(), path, read_only=read_only)
        return filetexts.report_text(report)

    def unmount(self, path: str) -> None:
        """Remove what was mounted at `path`."""
        with self._files_step(f"unmount {path}"):
            self.sandbox.fs.unmount(path)

    def tree(self, path: str = "/") -> str:
        """The files below `path` as a drawing in text."""
        return filetexts.drawn_tree(self.sandbox.fs, path)

    def read_text(self, path: str) -> str:
        """A file as text, with control characters escaped. MountError for one that is not UTF-8."""
        return filetexts.shown_text(self.sandbox.fs, path)

    def matching(self, pattern: str) -> list[str]:
        """The files that match `pattern`, in which `*` and `?` stop at no slash and begin at "/"."""
        return filetexts.matching(self.sandbox.fs, pattern)

    # Packages

    def add_packages(self, specs: Iterable[str], *, timeout: float | None = None) -> Added:
        """Install packages of the npm registry into /node_modules, read-only; all of them or none.

        NpmError says what is wrong: a spec that is none, no npm, no registry, no such package, too large.
        """
        from qjs_kernel.npm import Npm, Shelf, parse_spec

        parsed = [parse_spec(spec) for spec in specs]
        npm = Npm.find() if self._find_npm is None else self._find_npm()
        with self._files_step(f"npm add {' '.join(map(str, parsed))}"):
            shelf = self._timeline.shelf or Shelf()
            self._timeline.shelf, added = shelf.add(self.sandbox.fs, parsed, npm, timeout=timeout)
        return added

    def remove_packages(self, names: Iterable[str]) -> list[str]:
        """Unmount packages that `add_packages` mounted, and what only they needed; returns all that is gone."""
        from qjs_kernel.npm import Shelf

        listed = list(names)
        before = [package.name for package in self.packages()]
        with self._files_step(f"npm remove {' '.join(listed)}"):
            self._timeline.shelf = (self._timeline.shelf or Shelf()).remove(self.sandbox.fs, listed)
        now = {package.name for package in self.packages()}
        return [name for name in before if name not in now]

    def packages(self) -> tuple[Package, ...]:
        """The packages that `add_packages` mounted, those that others need included."""
        shelf = self._timeline.shelf
        return () if shelf is None else shelf.packages(self.sandbox.fs)

    # Host names and limits

    def set_host_names(self, names: Mapping[str, Any]) -> None:
        """Give the guest `names` as `env.*`, beside those it has; they hold from the next run on.

        CodecError or ValueError for what cannot cross; the names are then as before.
        """
        env = {**self._env, **names}
        self.sandbox.set_env(env)
        self._env = env
        self._env_version += 1
        self._topics.tell("env")

    @property
    def env(self) -> dict[str, Any]:
        """The host names and what they stand for (a copy)."""
        return dict(self._env)

    @property
    def env_version(self) -> int:
        """Changes whenever `env` does."""
        return self._env_version

    @property
    def host_names(self) -> list[str]:
        """The names below `env`, sorted."""
        return sorted(self._env)

    @property
    def limits(self) -> Limits:
        """The limits of every run that does not say otherwise."""
        return self._limits

    def set_limits(self, **changes: Any) -> None:
        """Change limits by name; TypeError or ValueError say what is wrong, and nothing changes then."""
        limits = self._limits.with_(**changes)
        heap = self.sandbox.info().get("memory", 0)
        if limits.memory < min(heap, self._limits.memory):
            raise ValueError(
                f"Limits.memory cannot go below the present heap, {heap / MIB:.1f} MiB: a heap never shrinks"
            )
        self.sandbox.limits = limits
        self._limits = limits
        self._topics.tell("limits")

    # The network

    @property
    def fetch_policy(self) -> FetchPolicy | None:
        """What the guest's `fetch` may do; None: nothing."""
        return self._fetch

    def allow_fetch(self, hosts: Iterable[str], **changes: Any) -> FetchPolicy:
        """Let `fetch` reach `hosts` (bare names, meant by https, or origins) beside those it may reach already.

        `changes` are other fields of the FetchPolicy. TypeError or ValueError say what is wrong; nothing changes then.
        """
        origins = [origin_of(host) for host in hosts]
        before = self._fetch
        if before is None:
            policy = FetchPolicy(allow=origins, **changes)
        else:
            policy = replace(before, allow=list(dict.fromkeys([*before.allow, *origins])), **changes)
        self.sandbox.allow_fetch = self._fetch = policy
        return policy

    def forbid_fetch(self) -> None:
        """Turn `fetch` off, and forget what it was allowed."""
        self.sandbox.allow_fetch = self._fetch = None

    # What others ask

    def source_of(self, path: str) -> str | None:
        """The text of a cell or file, for code frames; None when it is gone, no text, or too big to show."""
        cell = self._cells.source(path)
        return filetexts.source_text(self.sandbox.fs, path) if cell is None else cell

    def names(self) -> list[str]:
        """Top-level names that the cells so far declared, newest cell first, as far as a glance at them shows."""
        return self._cells.names()

    def cells(self) -> list[tuple[str, str]]:
        """Path and text of the cells whose names the guest has now, in the order in which they last ran."""
        return self._cells.in_effect()

    def check(self, code: str, path: str = "/src/index.ts", *, types: bool = False) -> list[Diagnostic]:
        """Compile `code` as the file `path` without running it; see `Sandbox.check`."""
        return self.sandbox.check(code, path, types=types)

    async def look(self, path: Sequence[str], prefix: str | None = None) -> Looked | None:
        """What the guest's `path[0].path[1]…` is at present, running nothing; see `Sandbox.look`."""
        return await self.sandbox.look(path, prefix)

    def peek(self, path: Sequence[Step], start: int = 0, count: int = 100, search: str = "") -> Peeked | None:
        """What the guest's value at `path` is and what is in it, running nothing; see `Sandbox.peek`."""
        return self.sandbox.peek(path, start, count, search)

    async def completeness(self, code: str) -> tuple[str, str]:
        """Whether `code` is "complete", "incomplete", "invalid" or "unknown", and the next line's indent."""
        status, indent = await self.sandbox.completeness(code)
        return status, indent

    def status(self) -> dict[str, Any]:
        """What `%qjs` shows: engine, worker, heap, files, env, packages, limits, what undo would take back."""
        status = dict(self.sandbox.info())
        status["env"] = self.host_names
        status["fetch"] = "off" if self._fetch is None else self._fetch.describe()
        status["packages"] = [f"{each.name} {each.version}" for each in self.packages() if each.direct]
        status["time_limit"] = f"{self._limits.timeout:g} s"
        status["undo"] = self.steps
        if self.on_status is not None:
            status.update(self.on_status())
        return status
