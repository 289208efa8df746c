"""The Jupyter kernel: ipykernel with another language. Every `do_*` converts, calls, converts."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from signal import SIGINT, signal
from typing import TYPE_CHECKING, Any, TypeVar

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from traitlets import Any as AnyTrait
from traitlets import Bool, Enum, List, Type, Unicode

from qjs_kernel._version import __version__
from qjs_kernel.assist import MODES, Assistant, GuestText, Suggestion, complete_command, guest_text
from qjs_kernel.extension import language_service
from qjs_kernel.interrupts import InterruptGate
from qjs_kernel.magics import COMMANDS, Cell
from qjs_kernel.session import Session, cell_path
from qjs_kernel.shell import GuestShell, encodable
from qjs_kernel.typecheck import World

if TYPE_CHECKING:
    from qjs_kernel.language import LanguageService

T = TypeVar("T")

__all__ = ["GuestKernel", "GuestKernelApp", "launch"]

# After these the service is started: somebody has begun to work. (A kernel only looked at stays small.)
_WORK = frozenset({"execute_request", "complete_request", "inspect_request"})
_QUIET_SECONDS = 0.05  # between the first reply and that start, so that the reply is on its way
_ANSWER_SECONDS = 0.95
# Cell magics of IPython below which stands a cell as any other.
_WRAPPER = re.compile(r"[ \t]*%%(?:time|timeit|capture)\b[^\n]*\n")


class GuestKernel(IPythonKernel):
    """Evaluates cells in the sandbox of `guest`, which belongs to whoever made it."""

    guest: Session
    gate: InterruptGate
    language_service = Bool(
        True, help="Whether a language server gives completion, hover and type errors."
    ).tag(config=True)
    language_server = List(
        Unicode(),
        help="Command of the language server; empty: QJS_KERNEL_LANGUAGE_SERVER, or deno where it is installed.",
    ).tag(config=True)
    check = Enum(MODES, "warn", help="What is done with type problems, as %check sets it.").tag(config=True)
    shell_class = Type(GuestShell)
    implementation = "qjs_kernel"
    implementation_version = __version__
    language_info = {  # noqa: RUF012 - a class attribute because ipykernel reads it as one
        "name": "typescript",
        "version": "ES2024",
        "mimetype": "application/typescript",
        "codemirror_mode": "typescript",
        "file_extension": ".ts",
        "pygments_lexer": "typescript",
        "nbconvert_exporter": "script",
    }

    def __init__(self, **kwargs: Any) -> None:
        app = kwargs.get("parent")
        self.guest = getattr(app, "guest", None) or Session()
        self.gate = InterruptGate(self.guest.interrupt)
        # The shell, which `super` makes, shows what the assistant finds; the configuration comes after that.
        self.assistant = Assistant(self.guest, self._make_service)
        self._requests = 0  # begun so far
        self._background: set[asyncio.Task[None]] = set()
        super().__init__(**kwargs)
        self.assistant.mode = self.check
        self.help_links = [
            {"text": "TypeScript Handbook", "url": "https://www.typescriptlang.org/docs/handbook/"},
            {"text": "JavaScript Reference", "url": "https://developer.mozilla.org/docs/Web/JavaScript"},
        ]

    @property
    def banner(self) -> str:
        """What a console shows first."""
        return f"qjs_kernel {__version__}: TypeScript in a QuickJS sandbox. %qjs shows state and commands.\n"

    @property
    def kernel_info(self) -> dict[str, Any]:
        """ipykernel's, without the debugger: it would debug Python."""
        info: dict[str, Any] = super().kernel_info
        features = [feature for feature in info["supported_features"] if feature != "debugger"]
        return {**info, "supported_features": features}

    def start(self) -> None:
        """Serve requests; the worker starts meanwhile."""
        self.guest.start()
        super().start()
        self.gate.open(self.io_loop.asyncio_loop)

    async def do_shutdown(self, restart: bool) -> dict[str, Any]:
        """Stop what runs, and end the sandbox on the thread that uses it."""
        reply: dict[str, Any] = super().do_shutdown(restart)
        self.gate.request()
        self.io_loop.add_callback(self._close)
        return reply

    def _close(self) -> None:
        self.gate.close()
        self.assistant.close()
        self.guest.close()

    def _make_service(self, world: World) -> LanguageService | None:
        return language_service(self.language_server)(world) if self.language_service else None

    # Interrupts

    def pre_handler_hook(self) -> None:
        """SIGINT goes to the gate while a request is served (and is ignored between them, as ipykernel has it)."""
        self._requests += 1
        self.gate.begin()
        self.saved_sigint_handler = signal(SIGINT, self.gate.handle)

    def post_handler_hook(self) -> None:
        """After the first request that is work, the language service is started in the background."""
        super().post_handler_hook()
        kind = self.get_parent("shell").get("header", {}).get("msg_type")
        if not self.assistant.started and kind in _WORK:
            self.io_loop.call_later(_QUIET_SECONDS, self.assistant.start)
        elif kind == "execute_request" and self.assistant.ready is not None:
            self.io_loop.call_later(_QUIET_SECONDS, self._catch_up, self._requests)

    def _catch_up(self, requests: int) -> None:
        # Not between the cells of "run all": the next one would only have to wait for it.
        if requests == self._requests:
            task = asyncio.ensure_future(self.assistant.catch_up(self.shell.execution_count))
            self._background.add(task)
            task.add_done_callback(self._background.discard)

    @contextmanager
    def _cancel_on_sigint(self, future: Any) -> Iterator[None]:
        # ipykernel's own handler asks a sleeping event loop to cancel the cell, which then sleeps on.
        yield

    async def interrupt_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """By SIGINT, as ipykernel does: one way for both kinds of interrupt. A timer between cells has no cell."""
        if sys.platform == "win32":
            self.gate.request()
        if self.gate.idle:
            self.guest.interrupt()
        await super().interrupt_request(stream, ident, parent)

    # Requests

    def _publish_execute_input(self, code: str, parent: Any, execution_count: int) -> None:
        # ipykernel cannot echo a lone surrogate, and then never replies.
        super()._publish_execute_input(encodable(code), parent, execution_count)

    def do_history(self, hist_access_type: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """IPython's answer, in which a range of the current session bears its number as in the other answers."""
        reply: dict[str, Any] = super().do_history(hist_access_type, *args, **kwargs)
        number = self.shell.history_manager.session_number
        reply["history"] = [(entry[0] or number, *entry[1:]) for entry in reply["history"]]
        return reply

    async def do_is_complete(self, code: str) -> dict[str, Any]:
        """Guest code by its parser, Python by IPython's; commands are complete."""
        cell = self.shell.split(code)
        if cell.kind == "ipython":
            return dict(super().do_is_complete(code))
        if cell.name in ("python", "host"):
            return (
                dict(super().do_is_complete(cell.body))
                if cell.body.strip()
                else {"status": "incomplete", "indent": ""}
            )
        if cell.name and cell.name not in ("ts", "js", "tsx", "jsx"):
            return {"status": "complete"}
        status, indent = await self.guest.completeness(cell.body)
        reply = {"status": status}
        if status == "incomplete":
            reply["indent"] = indent
        return reply

    async def do_complete(self, code: str, cursor_pos: int | None) -> dict[str, Any]:
        """IPython's answers in Python cells; commands from their table; guest code from whoever knows it."""
        position = len(code) if cursor_pos is None else max(0, min(cursor_pos, len(code)))
        code = _unwrapped(code, position)
        cell = self.shell.split(code)
        if _in_python(cell, code, position):
            return dict(super().do_complete(_blanked(code, cell), position))
        start = code.rfind("\n", 0, position) + 1
        line = code[start:position]
        source = guest_text(self.guest, code, cell, self.shell.execution_count)
        inside = source is not None and position >= source.start
        if line.lstrip().startswith("%") and not inside:
            found = complete_command(self.guest, line, self._other_magics())
            return _completions([each.moved(start) for each in found], position)
        if cell.kind == "ipython" and (line.startswith(("!", "?")) or code.lstrip().startswith("%%")):
            return dict(super().do_complete(code, position))
        if source is None:
            source = GuestText(cell_path(self.shell.execution_count), code, 0, code, 0)
        if not inside and cell.kind != "ipython":
            return _completions([], position)
        answer = await self._in_time(self.assistant.complete(source, position))
        return _completions(answer or [], position)

    def _other_magics(self) -> list[str]:
        known = self.shell.magics_manager.lsmagic()
        return [f"{mark}{name}" for kind, mark in (("line", "%"), ("cell", "%%")) for name in known[kind]]

    async def _in_time(self, question: Coroutine[Any, Any, T]) -> T | None:
        """The answer of the assistant, on the main loop, to which the sandbox belongs; None when it takes too long."""
        if threading.current_thread() is threading.main_thread():
            task = asyncio.ensure_future(question)
        else:  # a subshell
            main = self.io_loop.asyncio_loop
            task = asyncio.ensure_future(
                asyncio.wrap_future(asyncio.run_coroutine_threadsafe(question, main))
            )
        done, _ = await asyncio.wait({task}, timeout=_ANSWER_SECONDS)
        if not done:
            task.cancel()
            return None
        return task.result()

    async def do_inspect(
        self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: Any = ()
    ) -> dict[str, Any]:
        """IPython's answers in Python cells; the help of a command in its line; what is known of guest code."""
        position = max(0, min(cursor_pos, len(code)))
        code = _unwrapped(code, position)
        cell = self.shell.split(code)
        if _in_python(cell, code, position):
            return dict(super().do_inspect(_blanked(code, cell), position, detail_level, omit_sections))
        source = guest_text(self.guest, code, cell, self.shell.execution_count)
        if source is None and cell.kind == "ipython" and not code.lstrip().startswith(("%", "!")):
            source = GuestText(
                cell_path(self.shell.execution_count), code, 0, code, 0
            )  # `name?`, not run yet
        if source is not None and position >= source.start:
            page = await self._in_time(self.assistant.inspect(source, position, with_source=detail_level > 0))
            return _inspection(
                {} if page is None else {"text/plain": page.plain, "text/markdown": page.markdown}
            )
        start = code.rfind("\n", 0, position) + 1
        title = code[start:].partition("\n")[0].strip().partition(" ")[0]
        pages = [command.help for command in COMMANDS if command.title == title]
        return _inspection({"text/plain": "\n\n".join(pages)} if pages else {})


def _in_python(cell: Cell, code: str, position: int) -> bool:
    return cell.name in ("python", "host") and position > len(code) - len(cell.body)


def _unwrapped(code: str, position: int) -> str:
    """`code` with the line of `%%time` and its like made blank where `position` is in the cell below it."""
    head = _WRAPPER.match(code)
    if head is None or position < head.end():
        return code
    return " " * (head.end() - 1) + "\n" + code[head.end() :]


def _blanked(code: str, cell: Cell) -> str:
    """`code` with everything before the body of its Python cell made blank, so that offsets stay."""
    head = code[: len(code) - len(cell.body)]
    return "".join(char if char == "\n" else " " for char in head) + cell.body


def _completions(found: list[Suggestion], position: int) -> dict[str, Any]:
    """The reply; all suggestions of one have the same place."""
    start, end = (found[0].start, found[0].end) if found else (position, position)
    items = [
        {
            "start": start,
            "end": end,
            "text": encodable(each.text),
            "type": each.type,
            "signature": each.signature,
        }
        for each in found
    ]
    return {
        "status": "ok",
        "matches": [item["text"] for item in items],
        "cursor_start": start,
        "cursor_end": end,
        "metadata": {"_jupyter_types_experimental": items} if items else {},
    }


def _inspection(data: dict[str, str]) -> dict[str, Any]:
    safe = {kind: encodable(text) for kind, text in data.items()}
    return {"status": "ok", "found": bool(safe), "data": safe, "metadata": {}}


class GuestKernelApp(IPKernelApp):
    """ipykernel's application, which hands the kernel the session that is already starting."""

    kernel_class = Type(GuestKernel, klass="ipykernel.kernelbase.Kernel")
    guest = AnyTrait()


def launch(session: Session, argv: list[str]) -> None:
    """Run a kernel over `session` until it is shut down."""
    app = GuestKernelApp.instance(guest=session)
    app.initialize(argv)
    try:
        app.start()
    finally:
        if sys.stdout is not None:
            sys.stdout.flush()
