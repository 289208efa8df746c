"""The Jupyter kernel: ipykernel with another language. Every `do_*` converts, calls, converts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGINT, signal
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from traitlets import Any as AnyTrait
from traitlets import Type

from qjs_kernel._version import __version__
from qjs_kernel.interrupts import InterruptGate
from qjs_kernel.magics import COMMANDS, Cell
from qjs_kernel.session import Session
from qjs_kernel.shell import GuestShell, encodable

__all__ = ["GuestKernel", "GuestKernelApp", "launch"]


class GuestKernel(IPythonKernel):
    """Evaluates cells in the sandbox of `guest`, which belongs to whoever made it."""

    guest: Session
    gate: InterruptGate
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
        super().__init__(**kwargs)
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
        self.guest.close()

    # Interrupts

    def pre_handler_hook(self) -> None:
        """SIGINT goes to the gate while a request is served (and is ignored between them, as ipykernel has it)."""
        self.gate.begin()
        self.saved_sigint_handler = signal(SIGINT, self.gate.handle)

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
        """IPython's answers in Python cells and for its magics; names of commands, options and cells in ours."""
        position = len(code) if cursor_pos is None else max(0, min(cursor_pos, len(code)))
        cell = self.shell.split(code)
        if cell.name in ("python", "host") and position > len(code) - len(cell.body):
            return dict(super().do_complete(_blanked(code, cell), position))
        start = code.rfind("\n", 0, position) + 1
        line = code[start:position]
        if line.lstrip().startswith("%"):
            return self._complete_command(code, line, position)
        if cell.kind == "ipython" and line.startswith(("!", "?")):
            return dict(super().do_complete(code, position))
        word = _last_word(line)
        if line[: len(line) - len(word)].endswith(".") or not word:
            return _completions([], position, position)
        return _completions(
            [n for n in self.guest.names() if n.startswith(word)], position - len(word), position
        )

    def _complete_command(self, code: str, line: str, position: int) -> dict[str, Any]:
        text = line.lstrip()
        title, space, rest = text.partition(" ")
        if space:
            word = rest.rpartition(" ")[2]
            if not word.startswith("-"):
                return _completions([], position, position)
            options = [f"--{o.name}" for c in COMMANDS if c.title == title for o in c.options]
            return _completions([o for o in options if o.startswith(word)], position - len(word), position)
        ours = sorted({c.title for c in COMMANDS if c.title.startswith(title)})
        theirs = [
            f"{mark}{name}"
            for kind, mark in (("line", "%"), ("cell", "%%"))
            for name in sorted(self.shell.magics_manager.lsmagic()[kind])
            if f"{mark}{name}".startswith(title)
        ]
        matches = list(dict.fromkeys([*ours, *theirs]))
        return _completions(matches, position - len(title), position)

    async def do_inspect(
        self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: Any = ()
    ) -> dict[str, Any]:
        """IPython's answers in Python cells; the help of a command in its line."""
        cell = self.shell.split(code)
        if cell.name in ("python", "host") and cursor_pos > len(code) - len(cell.body):
            return dict(super().do_inspect(_blanked(code, cell), cursor_pos, detail_level, omit_sections))
        start = code.rfind("\n", 0, cursor_pos) + 1
        title = code[start:].partition("\n")[0].strip().partition(" ")[0]
        pages = [command.help for command in COMMANDS if command.title == title]
        data = {"text/plain": "\n\n".join(pages)} if pages else {}
        return {"status": "ok", "found": bool(pages), "data": data, "metadata": {}}


def _blanked(code: str, cell: Cell) -> str:
    """`code` with everything before the body of its Python cell made blank, so that offsets stay."""
    head = code[: len(code) - len(cell.body)]
    return "".join(char if char == "\n" else " " for char in head) + cell.body


def _last_word(line: str) -> str:
    index = len(line)
    while index and (line[index - 1].isalnum() or line[index - 1] in "_$"):
        index -= 1
    return line[index:]


def _completions(matches: list[str], start: int, end: int) -> dict[str, Any]:
    return {"status": "ok", "matches": matches, "cursor_start": start, "cursor_end": end, "metadata": {}}


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
