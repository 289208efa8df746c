"""The wall: every message between the kernel process and the worker process.

Both sides decode into the typed unions `ToWorker` and `ToHost` (`frames.py`); whatever does not fit them is a
protocol fault, which ends the worker. Values of the guest travel inside as `text` (the codec's JSON) and `blob` (raw
bytes of its typed arrays).
"""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = [
    "BETWEEN_RUNS",
    "Answer",
    "Ask",
    "Call",
    "Called",
    "Check",
    "Checked",
    "Close",
    "Closed",
    "Complete",
    "Completed",
    "Done",
    "Fatal",
    "Fault",
    "Found",
    "Late",
    "Listen",
    "Loaded",
    "Look",
    "Looked",
    "Mapped",
    "ModuleMap",
    "Open",
    "Opened",
    "Peek",
    "PeekRow",
    "Peeked",
    "RawError",
    "Restore",
    "Restored",
    "Run",
    "Save",
    "Saved",
    "SetEnv",
    "Source",
    "Stop",
    "Telemetry",
    "ToHost",
    "ToWorker",
    "Turn",
    "Write",
]

# The stop word that means the work between runs; runs are numbered from 1 and never get there.
BETWEEN_RUNS = b"none"


class _Message(msgspec.Struct, frozen=True, tag=True, array_like=True):
    pass


# Parts of messages


class Fault(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A syntax or link error in a module: 1-based line and column (code points; 0 = unknown) in `file`.

    `code` is Node's, for what the guest sees of an import that fails.
    """

    file: str
    line: int
    column: int
    message: str
    name: str = "SyntaxError"
    hint: str = ""
    code: str = ""


class RawError(msgspec.Struct, frozen=True, array_like=True):
    """A thrown value as the guest describes it. Nothing here is trusted; `stack` is the engine's raw text."""

    name: str
    message: str
    stack: str
    is_error: bool
    value_text: str
    cause: RawError | None = None
    host_error: int = 0


class ModuleMap(msgspec.Struct, frozen=True, array_like=True):
    """Where a generated module comes from: canonical name, path, and the edits of `positions.Origin`."""

    canonical: str
    path: str
    digest: str
    edits: tuple[tuple[int, int, int, int], ...]


class Telemetry(msgspec.Struct, frozen=True, array_like=True):
    """Seconds since the run began, bytes of linear memory, host calls made, console bytes."""

    seconds: float
    memory: int
    host_calls: int
    output: int


# Kernel process → worker


class Open(_Message, frozen=True):
    """Make a guest for a sandbox. `directory` is private to it; `limits` are those of `Limits` by name.

    slots        checkpoint files to use in turn: all but the one being written stay valid
    drop_timers  one of the restored timers had to be killed
    epoch        monotonic time, s, from which the guest counts: the host's own would tell how long it is up
    """

    limits: dict[str, int | float]
    directory: str
    seed: str
    env_text: bytes
    env_blob: bytes
    process_env: dict[str, str]
    restore: Restored | None = None
    slots: int = 2
    drop_timers: bool = False
    epoch: float = 0.0


class SetEnv(_Message, frozen=True):
    env_text: bytes
    env_blob: bytes
    process_env: dict[str, str]


class Run(_Message, frozen=True):
    """Evaluate `source` as the module `path`. `seconds` is what is left of the deadline.

    tests   run the tests that it declares, those whose name has this text in it ("" for all); None: no test run
    """

    ident: int
    path: str
    source: str
    dialect: str
    seconds: float
    cell: bool
    display: bool
    owner: int
    tests: str | None = None


class Call(_Message, frozen=True):
    """Call guest function `function` with the values in text and blob."""

    ident: int
    function: int
    text: bytes
    blob: bytes
    seconds: float
    owner: int


class Check(_Message, frozen=True):
    ident: int
    path: str
    source: str
    dialect: str
    seconds: float


class Complete(_Message, frozen=True):
    ident: int
    source: str
    dialect: str


class Look(_Message, frozen=True):
    """What is `path[0].path[1]…` at present (from the global object on), and what below it begins with `prefix`?

    Answered without running user code. `prefix` None: no names, the value alone. seconds: the most it may take
    """

    ident: int
    path: tuple[str, ...]
    prefix: str | None
    seconds: float


Step = tuple[str, int | str]


class Peek(_Message, frozen=True):
    """What the value at `path` is and what is in it, `count` entries from `start` on, running nothing.

    path    of steps: ("n", name) a property, ("y", i) the i-th own symbol, ("i", i) an element, ("k", i) and ("v", i)
            key and value of the i-th entry of a Map or Set, ("p", 0) the prototype; the first is a global name.
            An entry of a Map whose key is an object gives two rows, so a page may have more than `count`
    search  instead of entries: those below `path` whose key or text has this in it, at most `count`; it ends
            after 200,000 values, half a second, or 100 steps down
    """

    ident: int
    path: tuple[Step, ...]
    start: int
    count: int
    search: str
    seconds: float


class Answer(_Message, frozen=True):
    """The answer to `Ask` number `ident`: `ok` with text/blob, or an error as JSON in `text`."""

    ident: int
    ok: bool
    text: bytes
    blob: bytes = b""


class Found(_Message, frozen=True):
    """The answer to an `Ask` of op "resolve": for the first importers, at least one, one entry a specifier.

    revision    numbers of the state of all files, and of those in /node_modules, that the entries are not older than
    """

    ident: int
    results: tuple[tuple[Resolution | Fault, ...], ...]
    revision: tuple[int, int]


class Resolution(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """`lasting`: it stays so while the second number of `Found.revision` is the same."""

    path: str
    kind: str
    digest: str
    lasting: bool = False


class Loaded(_Message, frozen=True):
    """The answer to an `Ask` of op "load": the first of the files asked for, at least one, or why there is none."""

    ident: int
    results: tuple[Source | Fault, ...]


class Source(msgspec.Struct, frozen=True, array_like=True, tag=True):
    text: str
    digest: str


class Stop(_Message, frozen=True):
    """Stop run `ident`. The same number stands in the shared stop word, which running code polls."""

    ident: int


class Save(_Message, frozen=True):
    """Write a checkpoint now, if the last one is stale, and say so with `Saved`."""

    ident: int


class Restore(_Message, frozen=True):
    ident: int
    image: Restored


class Listen(_Message, frozen=True):
    """Whether somebody reads the pipe between runs, so that timers may go on."""

    on: bool


class Close(_Message, frozen=True):
    """The sandbox is closed in good order: drop the guest, keep the process for the next one."""


class Restored(msgspec.Struct, frozen=True, array_like=True):
    """A checkpoint on disk: file, bytes of linear memory, stack pointer; `serial` tells versions of a file apart."""

    file: str
    size: int
    stack_pointer: int
    serial: int = 0


# Worker → kernel process


class Opened(_Message, frozen=True):
    """The process is up (sent once, when it has started), or a guest is ready."""

    engine: str


class Closed(_Message, frozen=True):
    """The answer to `Close`: nothing of the sandbox is left, and nothing it said comes after this."""


class Ask(_Message, frozen=True):
    """A question of the worker. `sync`: guest code stands still until the answer comes."""

    ident: int
    op: str
    sync: bool
    text: bytes
    blob: bytes
    owner: int
    function: int = -1


class Write(_Message, frozen=True):
    """Console text of the run or timer whose owner is `owner`. stream: 1 stdout, 2 stderr, 0 clear."""

    stream: int
    text: str
    owner: int


class PeekRow(msgspec.Struct, frozen=True, array_like=True):
    """An entry: the steps to it from where was asked, its key, type and text; `size`: entries in it, -1 for none.

    type  as `typeof` says, or the kind in lower case: array, map, date, …, class, accessor, empty, proxy, global
    """

    path: tuple[Step, ...]
    label: str
    type: str
    text: str
    size: int


class Peeked(_Message, frozen=True):
    """`here` is the value asked for (None: there is no such value), `total` the entries that it has.

    For a search `total` is how many values were looked at, and `complete` says whether those were all: not where
    `count` places were found before.
    """

    ident: int
    here: PeekRow | None
    rows: tuple[PeekRow, ...]
    total: int
    complete: bool


class Done(_Message, frozen=True):
    """The end of run `ident`. Exactly one of the following holds: ok; fault; error; stopped.

    rich   what the value's own display method gave, encoded; empty without one
    large  the value has stayed in the guest: `text` is a function that gives it
    """

    ident: int
    ok: bool
    text: bytes
    blob: bytes
    shown: str | None
    fault: Fault | None
    error: RawError | None
    stopped: Literal["", "timeout", "interrupt", "memory", "stack", "deadlock", "output", "crash"]
    rolled_back: bool
    detail: str
    telemetry: Telemetry
    unencodable: str = ""
    rich: bytes = b""
    rich_blob: bytes = b""
    large: bool = False


class Called(_Message, frozen=True):
    """The result of `Call` number `ident`; the fields are those of `Done`."""

    ident: int
    ok: bool
    text: bytes
    blob: bytes
    error: RawError | None
    stopped: Literal["", "timeout", "interrupt", "memory", "stack", "deadlock", "output", "crash"]
    rolled_back: bool
    detail: str


class Checked(_Message, frozen=True):
    ident: int
    faults: tuple[Fault, ...]


class Completed(_Message, frozen=True):
    ident: int
    status: Literal["complete", "incomplete", "invalid"]
    indent: str


class Looked(_Message, frozen=True):
    """The answer to `Look`: names with "function", "class" or "property" and a parameter list; `typeof` (or "class")
    and a short text of the value itself. `kind` "": there is no such value, or only user code could tell.
    """

    ident: int
    names: tuple[tuple[str, str, str], ...]
    kind: str
    text: str


class Mapped(_Message, frozen=True):
    """Modules compiled since the last such message; comes before anything that may have a stack through them."""

    modules: tuple[ModuleMap, ...]


class Late(_Message, frozen=True):
    """An error nobody awaited: of a timer, or an unhandled rejection, after (or during) the run of `owner`."""

    error: RawError | None
    stopped: Literal["", "timeout", "interrupt", "memory", "stack", "deadlock", "output", "crash"]
    owner: int
    detail: str = ""


class Turn(_Message, frozen=True):
    """Work between runs begins (`seconds` > 0: the most it may take; for the run `owner`) or has ended (0)."""

    seconds: float
    owner: int = 0


class Saved(_Message, frozen=True):
    """A checkpoint is complete: everything up to run `after` is in it."""

    image: Restored
    after: int
    ident: int = 0


class Fatal(_Message, frozen=True):
    """The worker cannot go on; `reason` is for the owner."""

    reason: str


ToWorker = (
    Open
    | SetEnv
    | Run
    | Call
    | Check
    | Complete
    | Look
    | Peek
    | Answer
    | Found
    | Loaded
    | Stop
    | Save
    | Restore
    | Listen
    | Close
)
ToHost = (
    Opened
    | Closed
    | Mapped
    | Ask
    | Write
    | Done
    | Called
    | Checked
    | Completed
    | Looked
    | Peeked
    | Late
    | Turn
    | Saved
    | Fatal
)
