"""The IPython shell of the kernel: a cell is TypeScript unless its first line says otherwise.

`transform_cell` turns a guest cell into one line of Python that awaits its evaluation. History, counters, `Out`,
events, `%%time`, `%%capture`, `user_expressions` and stop-on-error then are IPython's own.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Coroutine
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from ipykernel.displayhook import ZMQShellDisplayHook
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.history import HistoryManager
from IPython.core.page import page
from traitlets import Type

from qjs_kernel.assist import Assistant, GuestText, guest_text
from qjs_kernel.display import GuestFault, GuestResult, plain_fault
from qjs_kernel.errors import QjsError
from qjs_kernel.extension import FrontEnd, register_commands, run_options
from qjs_kernel.interrupts import InterruptGate
from qjs_kernel.magics import (
    COMMANDS,
    Action,
    Assist,
    Cell,
    CommandError,
    Guest,
    Params,
    Show,
    View,
    find_command,
    split_cell,
)
from qjs_kernel.outcome import Outcome
from qjs_kernel.session import DIALECTS, Session, cell_path

__all__ = ["CELL_COMMANDS", "GuestShell", "encodable"]

T = TypeVar("T")

CELL_COMMANDS = frozenset(command.name for command in COMMANDS if command.kind == "cell")
_PYTHON = frozenset({"python", "host"})
_PADDED = frozenset({"", *DIALECTS, "params"})
# A whole cell of it: `name?`, `?name`, `name??`. Anything with a % is about magics.
_HELP = re.compile(r"(\?{1,2})?\s*([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)\s*(\?{1,2})?\Z")


def encodable(text: str) -> str:
    """`text` with lone surrogates escaped: no message, database or compiler takes them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _help(raw_cell: str) -> tuple[str, int] | None:
    """The name that a cell asks about, and whether for its source too (1)."""
    match = _HELP.match(raw_cell.strip())
    if match is None or (match[1] is None) == (match[3] is None):
        return None
    return match[2], int(len(match[1] or match[3]) > 1)


class _History(HistoryManager):
    """Keeps what was typed, not the line of Python that a guest cell becomes."""

    def store_inputs(self, line_num: int, source: str, source_raw: str | None = None) -> None:
        if source_raw is not None and self.shell.is_ours(source_raw):
            source = source_raw
        super().store_inputs(line_num, source, source_raw)


class _DisplayHook(ZMQShellDisplayHook):
    """Shows a guest value as the guest does, and keeps its Python image as `_` and `Out[n]`."""

    def quiet(self) -> bool:
        # A semicolon ends a TypeScript statement; only in Python does it ask for silence.
        return not self.shell.in_guest_cell and bool(super().quiet())

    def update_user_ns(self, result: Any) -> None:
        super().update_user_ns(result.data if isinstance(result, GuestResult) else result)


class GuestShell(ZMQInteractiveShell):
    """See the module. The kernel that owns it offers `guest` (the Session) and `gate` (the InterruptGate)."""

    displayhook_class = Type(_DisplayHook)
    autoawait: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The cell that this context runs: number, raw text; a nested one has its own.
        self._cell: ContextVar[tuple[int, Cell, str] | None] = ContextVar("qjs_cell", default=None)
        super().__init__(*args, **kwargs)
        self._turn = asyncio.Lock()
        self.front = FrontEnd(self, self.guest, getattr(self.kernel, "assistant", None), self._turn)
        register_commands(self, self.front, kernel=True)

    @property
    def guest(self) -> Session:
        """The notebook's sandbox and all that goes with it."""
        return self.kernel.guest  # type: ignore[no-any-return]

    @property
    def assistant(self) -> Assistant:
        """Who helps with the code."""
        return self.front.assistant

    @property
    def gate(self) -> InterruptGate:
        """Where interrupts go."""
        return self.kernel.gate  # type: ignore[no-any-return]

    def init_history(self) -> None:
        """History in a file of its own: Python sessions of the same user would find TypeScript in theirs."""
        file = str(Path(self.profile_dir.location) / "history-qjs.sqlite") if self.profile_dir else ""
        self.history_manager = _History(shell=self, parent=self, **({"hist_file": file} if file else {}))
        self.configurables.append(self.history_manager)

    # Routing

    def split(self, raw_cell: str) -> Cell:
        """Take a cell apart by the names of our cell commands."""
        return split_cell(raw_cell, CELL_COMMANDS)

    def is_ours(self, raw_cell: str) -> bool:
        """Whether `transform_cell` makes something of the cell that nobody wrote."""
        return self.split(raw_cell).kind != "ipython" or _help(raw_cell) is not None

    @property
    def in_guest_cell(self) -> bool:
        """Whether the cell that runs is one of ours and not Python."""
        current = self._cell.get()
        return current is not None and current[1].kind != "ipython" and current[1].name not in _PYTHON

    def transform_cell(self, raw_cell: str) -> str:
        """Python for a cell. What comes in while a cell runs (`%%time` does that) gets the blocking form."""
        cell = self.split(raw_cell)
        if (cell.kind == "ipython" or cell.name in _PYTHON) and encodable(raw_cell) != raw_cell:
            raise plain_fault(CommandError("the cell is not valid text: it has a lone surrogate in it"))
        if cell.kind == "ipython":
            asked = _help(raw_cell)
            if asked is not None and self._cell.get() is None:
                return f"await get_ipython().show_help({asked[0]!r}, {asked[1]})\n"
            return str(super().transform_cell(raw_cell))
        head = super().transform_cell(cell.host) if cell.host else ""
        if cell.name in _PYTHON:
            return self._python_source(cell, head)
        nested = self._cell.get() is not None
        call, verb = ("run_guest_cell", "") if nested else ("run_guest_cell_async", "await ")
        # The lines above guest code stand before it as empty ones; the body of a file is the body alone.
        body = cell.padded if cell.name in _PADDED else cell.body
        return f"{head}{verb}get_ipython().{call}({cell.name!r}, {cell.line!r}, {body!r})\n"

    def _python_source(self, cell: Cell, head: str) -> str:
        self._check_line(cell)
        body = cell.body
        blank = len(body) - len(body.lstrip("\n"))
        # IPython drops blank lines at the top: put back, they keep the line numbers of tracebacks right.
        lines = cell.start + blank - head.count("\n")
        source = (
            head + "\n" * max(0, lines) + str(super().transform_cell(body[blank:]) if body.strip() else "")
        )
        if cell.name == "host" and self._cell.get() is not None:
            source += f"\nget_ipython().front.export({body!r})\n"
        return source

    def _check_line(self, cell: Cell) -> None:
        command = find_command(cell.name, "cell")
        try:
            if command is not None:
                command.parse(cell.line)
        except QjsError as error:
            fault = plain_fault(error)
        else:
            return
        raise fault

    def should_run_async(self, raw_cell: str, **kwargs: Any) -> bool:
        """True for guest cells, whatever `%autoawait` says: that is about Python."""
        cell = self.split(raw_cell)
        ours = cell.kind != "ipython" or _help(raw_cell) is not None
        if ours and cell.name not in _PYTHON and kwargs.get("preprocessing_exc_tuple") is None:
            return self._cell.get() is None
        return bool(super().should_run_async(raw_cell, **kwargs))

    # Running

    async def run_cell_async(self, raw_cell: str, *args: Any, **kwargs: Any) -> Any:
        """Run a cell as IPython does, knowing meanwhile which one it is; then export what `%%host` defined."""
        cell = self.split(raw_cell)
        ours = self.is_ours(raw_cell) and cell.name not in _PYTHON
        outer = self._cell.get()
        number = outer[0] if outer is not None else self.execution_count
        # Not while a cell is run again for a parameter. A subshell has a loop of its own, and takes its turn later.
        alone = outer is None and threading.current_thread() is threading.main_thread()
        if alone:
            await self._turn.acquire()
        token = self._cell.set((number, cell, raw_cell))
        autoawait = self.autoawait
        if ours:
            self.autoawait = True
        try:
            result = await super().run_cell_async(encodable(raw_cell), *args, **kwargs)
            if cell.name == "host" and outer is None and result.success:
                self._export(cell, result)
            return result
        finally:
            if ours:
                self.autoawait = autoawait
            self._cell.reset(token)
            if alone:
                self._turn.release()

    def _export(self, cell: Cell, result: Any) -> None:
        try:
            self.front.export(cell.body)
        except GuestFault as error:
            fault = error
        else:
            return
        result.error_in_exec = fault
        self.last_execution_succeeded = False
        self.showtraceback((type(fault), fault, None))

    async def run_code(self, code_obj: Any, result: Any = None, *, async_: bool = False) -> bool:
        """Run code of the user, in the phase in which an interrupt may break in."""
        with self.gate.awaiting() if async_ else self.gate.python():
            return bool(await super().run_code(code_obj, result, async_=async_))

    async def run_guest_cell_async(self, name: str, line: str, body: str) -> GuestResult | None:
        """What a guest cell becomes: run a cell command, plain cells being TypeScript."""
        source = self._source()
        self.assistant.forget()
        if name == "check":
            await self.assistant.get_ready()
        elif source is not None and name != "format" and self.assistant.wants(source):
            # Not shielded: a cell that is interrupted here has not begun.
            self.front.judge(await self._on_main(self.assistant.before_run(source)))
        action = self._action(name, line, body)
        self._attend(action, source)
        if isinstance(action, Params):
            await self._on_main(self._run(Guest(action.declared.source({})), below=False))
            self.front.open_params(action, self._number())
        return await self._on_main(self._run(action)) if isinstance(action, Guest) else None

    async def _on_main(self, work: Coroutine[Any, Any, T]) -> T:
        if threading.current_thread() is threading.main_thread():
            return await work
        # A subshell: all access to the sandbox goes through the main loop.
        main = self.kernel.io_loop.asyncio_loop
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, main))

    def run_guest_cell(self, name: str, line: str, body: str) -> GuestResult | None:
        """The blocking twin, for cells inside `%%time`, `%%timeit`, `%%capture`."""
        if self.assistant.mode == "strict" and name not in ("check", "format"):
            # Otherwise not checked: what is measured or captured is the cell.
            self.front.check_first(self.front.source(name, line, body, self._number()))
        action = self._action(name, line, body)
        self._attend(action, self.front.source(name, line, body, self._number()))
        if isinstance(action, Params):
            with self.gate.guest():
                self.front.run_params(action, self._number())
        if not isinstance(action, Guest):
            return None
        with self.gate.guest():
            return self.front.run(action, self._number())

    def _attend(self, action: Action, source: GuestText | None) -> None:
        if isinstance(action, Show):
            self.front.show(action)
        elif isinstance(action, Assist):
            self.front.assist(action, source)
        elif isinstance(action, View):
            self.front.view(action)

    def _source(self) -> GuestText | None:
        """The guest code of the cell that runs."""
        current = self._cell.get()
        return None if current is None else guest_text(self.guest, current[2], current[1], current[0])

    async def show_help(self, name: str, detail: int) -> None:
        """`name?` and `name??`: the guest's name if it has one, else Python's, in the pager."""
        path = cell_path(self._number())
        found = await self._on_main(self.assistant.inspect_name(path, name, with_source=detail > 0))
        if found is None:
            self.run_line_magic("pinfo2" if detail else "pinfo", name)
            return
        page({"text/plain": found.plain, "text/markdown": found.markdown})

    def _action(self, name: str, line: str, body: str) -> Action:
        command = find_command(name, "cell") if name else None
        return Guest(body) if command is None else self.front.action(command, line, body)

    def _number(self) -> int:
        current = self._cell.get()
        return current[0] if current is not None else self.execution_count

    async def _run(self, action: Guest, *, below: bool = True) -> GuestResult | None:
        try:
            with self.gate.guest():
                outcome = await self._outcome(action)
        except (QjsError, ValueError) as error:
            fault = plain_fault(error)
        else:
            if below:
                self.front.ran(action, self._number(), outcome)
            return self.front.shown(outcome)
        raise fault

    async def _outcome(self, action: Guest) -> Outcome:
        options = run_options(action, self._number())
        run = asyncio.ensure_future(self.guest.run_async(action.code, tag=self.front.tag(), **options))
        while True:
            try:
                return await asyncio.shield(run)
            except asyncio.CancelledError:
                if run.cancelled():
                    raise
                # A cancelled cell ends as an interrupted one: with its state rolled back, and a report.
                self.guest.interrupt()
                current = asyncio.current_task()
                if current is not None:
                    current.uncancel()
