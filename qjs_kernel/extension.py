"""`%load_ext qjs_kernel` in a Python notebook, and what the kernel's own shell shares with it."""

from __future__ import annotations

import asyncio
import atexit
import contextvars
import re
import secrets
import shlex
import sys
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from IPython.core.magic import no_var_expand

from qjs_kernel.assist import Assistant, GuestText, guest_text
from qjs_kernel.display import GuestResult, error_text, fault_of, plain_fault, safe_text
from qjs_kernel.display.problems import ProblemReport
from qjs_kernel.display.tests import TestReport, TestResult
from qjs_kernel.errors import QjsError
from qjs_kernel.magics import (
    COMMANDS,
    Action,
    Assist,
    Cell,
    Command,
    Guest,
    Params,
    Python,
    Show,
    View,
    exported_values,
    missing_name_hint,
    run_command,
)
from qjs_kernel.outcome import Cleared, Displayed, Event, Late, Outcome, Output
from qjs_kernel.session import Session
from qjs_kernel.typecheck import World

if TYPE_CHECKING:
    from qjs_kernel.display.pace import Renderer
    from qjs_kernel.language import LanguageService
    from qjs_kernel.widgets import Stage
    from qjs_kernel.widgets.reruns import RanCell, Reruns

__all__ = [
    "FrontEnd",
    "language_service",
    "load_ipython_extension",
    "register_commands",
    "unload_ipython_extension",
]

_SLOT = "_qjs_front_end"
_TURNS = 20

_NAME = re.compile(r"\{([A-Za-z_]\w*)\}")


class FrontEnd:
    """Runs commands for an IPython shell and shows what comes of them.

    session    what the commands work on; its events are shown under the cell that caused them
    assistant  checks cells before they run; without one nothing does
    turn       held while a cell runs; None where cells block the event loop
    """

    def __init__(
        self,
        shell: Any,
        session: Session,
        assistant: Assistant | None = None,
        turn: asyncio.Lock | None = None,
    ) -> None:
        self.shell = shell
        self.session = session
        self.assistant = assistant or Assistant(session)
        self._last_stream: Any = None
        self._turns = float(_TURNS)
        self._turn_at = 0.0
        self._stage: Stage | None = None
        self._render: Renderer | None = None
        self._turn = turn
        self._reruns: Reruns | None = None
        self._displayed = 0  # by the guest, so far
        # What the guest calls its displays is its own business: it must not reach those of others.
        self._displays = f"qjs-{secrets.token_hex(6)}-"
        session.on_event = self.show_event
        session.on_stdin = _ask

    # Commands

    def perform(self, command: Command, line: str, body: str = "") -> GuestResult | None:
        """Run a command to its end, blocking. A GuestFault says what went wrong."""
        source = None
        if command.kind == "cell":
            source = self.source(command.name, line, body, self.session.next_cell)
        if command.name in ("ts", "js", "tsx", "jsx", "test", "mount"):
            self.check_first(source)
        if command.name == "params":
            body = "\n" + body  # its mistakes have the lines of the cell
        action = self.action(command, line, body)
        if isinstance(action, Guest):
            result = self.run(action)
            self.assistant.start()
            return result
        if isinstance(action, Python):
            self._run_python(action)
        elif isinstance(action, Show):
            self.show(action)
        elif isinstance(action, Assist):
            self.assist(action, source)
        elif isinstance(action, View):
            self.view(action)
        elif isinstance(action, Params):
            self.run_params(action)
        return None

    def source(self, name: str, line: str, body: str, number: int) -> GuestText | None:
        """The guest code of a cell whose own text is not known: `%%name line` over `body`, "" for a plain one."""
        if not name:
            return guest_text(self.session, body, Cell("guest", body), number)
        header = f"%%{name} {line}".rstrip() + "\n"
        return guest_text(self.session, header + body, Cell("command", body, name, line, start=1), number)

    # Help with the code

    def check_first(self, source: GuestText | None) -> None:
        """Show the type problems of a cell that is about to run; raises where `%check strict` forbids to run it."""
        self.assistant.forget()
        if source is not None and self.assistant.wants(source):
            self.judge(self.assistant.before_run_blocking(source))

    def judge(self, report: ProblemReport | None) -> None:
        """Show what was found, or raise it in strict mode."""
        if report is None:
            return
        if self.assistant.mode == "strict" and report.has_errors:
            raise report.fault()
        self._flush()
        self.shell.display_pub.publish(data=report.bundle, metadata={})

    def assist(self, action: Assist, source: GuestText | None) -> None:
        """Do what a command asks of the assistant, and show what comes of it. GuestFault for what cannot be done."""
        try:
            self._assist(action, source)
        except QjsError as error:
            fault = plain_fault(error)
        else:
            return
        raise fault

    def _assist(self, action: Assist, source: GuestText | None) -> None:
        assistant = self.assistant
        if action.verb == "mode":
            assistant.set_mode(action.text or assistant.mode)
            self.show(Show(f"%check {assistant.mode}\nlanguage service: {assistant.state()}"))
        elif action.verb == "check":
            if source is not None:
                report, missing = assistant.check(source)
                self._show_check(report, missing, "no problems")
        elif action.verb == "files":
            report, missing, count = assistant.check_files(action.text)
            self._show_check(report, missing, f"no problems in {count} {'file' if count == 1 else 'files'}")
        elif action.verb == "fix":
            self.shell.set_next_input(assistant.fixed(action.number))
        elif action.verb == "format":
            self.shell.set_next_input(assistant.formatted(action.text, f"cell.{action.dialect}"))
        else:
            changed = assistant.format_file(action.text)
            self.show(Show(f"{action.text}: {'formatted' if changed else 'is formatted already'}"))

    def _show_check(self, report: ProblemReport | None, missing: str, fine: str) -> None:
        if report is not None:
            self._flush()
            self.shell.display_pub.publish(data=report.bundle, metadata={})
        if missing:
            self.show(Show(missing if report is not None else f"no syntax problems; {missing}"))
        elif report is None:
            self.show(Show(fine))

    def _flush(self) -> None:
        # Streams are sent at times of their own: what was written before stands above.
        for stream in (sys.stdout, sys.stderr):
            stream.flush()

    def action(self, command: Command, line: str, body: str) -> Action:
        """What the command asks for. GuestFault where it was written or used wrongly."""
        if command.expands:
            line = _NAME.sub(self._python_value, line)
        try:
            return run_command(self.session, command, line, body)
        except QjsError as error:
            fault = plain_fault(error)
        raise fault

    def _python_value(self, match: re.Match[str]) -> str:
        # A plain name, no expression: what is evaluated in a notebook stands in a cell of its own.
        values = self.shell.user_ns
        return shlex.quote(str(values[match[1]])) if match[1] in values else match[0]

    def show(self, action: Show) -> None:
        """Print the text of an action."""
        sys.stdout.write(f"{action.text}\n")

    def run(self, action: Guest, cell: int | None = None, *, below: bool = True) -> GuestResult | None:
        """Evaluate in the sandbox, blocking; `below`: what is run may be the cell that parameters run again."""
        try:
            outcome = self.session.run(action.code, tag=self.tag(), **run_options(action, cell))
        except (QjsError, ValueError) as error:
            fault = plain_fault(error)
        else:
            if below:
                self.ran(action, self.session.next_cell - 1 if cell is None else cell, outcome)
            return self.shown(outcome)
        raise fault

    def shown(self, outcome: Outcome) -> GuestResult | None:
        """The value to display, None for undefined; raises the GuestFault of a failed run."""
        value = self._value(outcome)
        if outcome.error is not None:
            if value is not None:
                # The table is the value of the cell although the cell fails: shown first, kept as any value is.
                self.shell.displayhook(value)
            outcome.error.hint = outcome.error.hint or missing_name_hint(outcome.error, self.session.env)
            raise fault_of(outcome.error, self.session.source_of)
        return value

    def _value(self, outcome: Outcome) -> GuestResult | None:
        if isinstance(outcome.data, TestReport):
            return TestResult(outcome.data, self.session.source_of)
        if outcome.error is not None or outcome.text is None:
            return None
        return GuestResult(
            outcome.data, outcome.text, outcome.rich, self.session.allow_html, self.session.source_of
        )

    def _run_python(self, action: Python) -> None:
        # Not `run_cell`: it would show an error and then report success to the cell around it.
        shell = self.shell
        source = shell.input_transformer_manager.transform_cell(action.code)
        name = shell.compile.cache(source, shell.execution_count, raw_code=action.code)
        exec(shell.compile(source, name, "exec"), shell.user_ns)
        if action.export:
            self.export(action.code)

    def export(self, code: str) -> None:
        """Give the public names of a Python cell that has just run to the guest."""
        source = self.shell.input_transformer_manager.transform_cell(code)
        values = exported_values(source, self.shell.user_ns)
        if not values:
            return
        try:
            self.session.set_host_names(values)
        except (QjsError, TypeError, ValueError) as error:
            fault = plain_fault(error)
        else:
            return
        raise fault

    # Views

    def view(self, action: View) -> None:
        """Open a view in the cell that runs."""
        from qjs_kernel.widgets import make_view, open_view

        try:
            open_view(make_view(self.stage, action.what, action.argument))
        except QjsError as error:
            fault = plain_fault(error)
        else:
            return
        raise fault

    # Parameters

    def run_params(self, action: Params, cell: int | None = None) -> None:
        """Declare parameters, blocking, and show their controls."""
        self.run(Guest(action.declared.source({})), cell, below=False)
        self.open_params(action, self.session.next_cell - 1 if cell is None else cell)

    def open_params(self, action: Params, number: int) -> None:
        """Show the controls of the parameters that cell `number` has declared."""
        from qjs_kernel.widgets.reruns import Reruns

        if self._reruns is None:
            self._reruns = Reruns(
                self.session,
                show=self._show_again,
                clear=self._clear,
                displays=lambda: self._displayed,
                turn=self._turn,
            )
        self._reruns.open(self.stage, action.declared, self._cell(Guest(""), number))

    def ran(self, action: Guest, number: int, outcome: Outcome) -> None:
        """A guest cell has run, in this context: moving a parameter may have to run it again."""
        if self._reruns is not None:
            self._reruns.saw(self._cell(action, number, failed=outcome.error is not None))

    def _cell(self, action: Guest, number: int, *, failed: bool = False) -> RanCell:
        from qjs_kernel.widgets.reruns import RanCell

        get_parent = getattr(getattr(self.shell, "kernel", None), "get_parent", None)
        request = get_parent("shell") if get_parent is not None else {}
        ident = (request.get("metadata") or {}).get("cellId")
        return RanCell(
            action.code,
            run_options(action, number),
            ident if isinstance(ident, str) else "",
            self.tag(),
            failed,
        )

    def _clear(self, wait: bool) -> None:
        self._flush()
        self.shell.display_pub.clear_output(wait=wait)

    def _show_again(self, outcome: Outcome) -> bool:
        """Show what came of a rerun, in the context of its cell: the reply, which had the result, is long gone."""
        self._flush()
        value = self._value(outcome)
        if value is not None:
            data, metadata = self.shell.display_formatter.format(value)
            self._publish(data, metadata, "", False)
        if outcome.error is not None:
            fault = fault_of(outcome.error, self.session.source_of)
            self.shell.showtraceback((type(fault), fault, None))
        return value is not None or outcome.error is not None

    @property
    def stage(self) -> Stage:
        """Where views stand; made when the first one is opened."""
        from qjs_kernel.widgets import Stage

        if self._stage is None:
            self._stage = Stage(self.session, self._publish, live=hasattr(self.shell, "kernel"))
        return self._stage

    def _publish(self, data: dict[str, Any], metadata: dict[str, Any], ident: str, update: bool) -> None:
        transient = {"display_id": ident} if ident else {}
        self.shell.display_pub.publish(data=data, metadata=metadata, transient=transient, update=update)

    def close(self) -> None:
        """End the views, the sandbox and the language service."""
        if self._reruns is not None:
            self._reruns.close()
        if self._stage is not None:
            self._stage.close()
        self.assistant.close()
        self.session.close()

    # Events

    def tag(self) -> contextvars.Context:
        """What marks the events of a run: the context in which ipykernel knows the cell they belong to."""
        return contextvars.copy_context()

    def show_event(self, event: Event) -> None:
        """Show an event under the cell that caused it; on any thread."""
        tag = event.tag
        if isinstance(tag, contextvars.Context):
            # A copy, because a context cannot be entered twice at once.
            tag.copy().run(self._show_event, event)
        else:
            self._show_event(event)

    def _show_event(self, event: Event) -> None:
        if isinstance(event, Output):
            self._write(sys.stderr if event.stream == "stderr" else sys.stdout, safe_text(event.text))
        elif isinstance(event, Late):
            report = error_text(event.error, self.session.source_of, colour=True)
            self._write(sys.stderr, f"Uncaught, after the cell had ended:\n{report}\n")
        elif isinstance(event, Displayed):
            if self._render is None:
                from qjs_kernel.display.pace import Renderer

                self._render = Renderer()
            self._flush()
            data, metadata = self._render(
                event.bundle, allow_html=self.session.allow_html, source_of=self.session.source_of
            )
            ident = self._displays + event.display_id if event.display_id else ""
            self._publish(data, metadata, ident, event.update)
        elif isinstance(event, Cleared):
            self._clear(event.wait)

    def _write(self, stream: Any, text: str) -> None:
        if self._last_stream is not None and self._last_stream is not stream and self._may_turn():
            self._last_stream.flush()
        self._last_stream = stream
        stream.write(text)

    def _may_turn(self) -> bool:
        # Each stream is sent at times of its own. A flush where one follows the other keeps their order, but
        # costs a message: a cell that takes turns all the time gets so many a second and no more.
        now = monotonic()
        self._turns = min(float(_TURNS), self._turns + (now - self._turn_at) * _TURNS)
        self._turn_at = now
        if self._turns < 1:
            return False
        self._turns -= 1
        return True


def language_service(command: Sequence[str] = ()) -> Callable[[World], LanguageService]:
    """Makes the language service of a notebook; nothing of it is imported before.

    command  of the server; empty: of the variable QJS_KERNEL_LANGUAGE_SERVER, or deno
    """

    def make(world: World) -> LanguageService:
        from qjs_kernel.language import LanguageService

        return LanguageService(world, command=tuple(command) or None)

    return make


def run_options(action: Guest, cell: int | None) -> dict[str, Any]:
    """The keyword arguments of `Session.run` that an action stands for."""
    return {
        "cell": cell,
        "dialect": action.dialect,
        "timeout": action.timeout,
        "memory": action.memory,
        "fresh": action.fresh,
        "tests": action.tests,
    }


def _ask(prompt: str, default: str) -> str:
    """A line from whoever sits in front of the notebook; EOFError where the front end cannot ask."""
    try:
        return input(safe_text(prompt)) or default
    except NotImplementedError as error:  # ipykernel's StdinNotImplementedError
        raise EOFError("this front end cannot ask (it does not allow stdin)") from error


def register_commands(shell: Any, front: FrontEnd, *, kernel: bool) -> list[tuple[str, str]]:
    """Make the table of commands magics of `shell`; returns their kinds and names."""
    made: list[tuple[str, str]] = []
    for command in COMMANDS:
        if kernel or not command.kernel_only:
            shell.register_magic_function(_magic(front, command), command.kind, command.name)
            made.append((command.kind, command.name))
    return made


def _magic(front: FrontEnd, command: Command) -> Callable[..., Any]:
    def magic(line: str, cell: str = "") -> GuestResult | None:
        return front.perform(command, line, cell)

    magic.__name__ = command.name
    magic.__doc__ = command.help
    # `{x}` and `$x` in a path or an option mean themselves.
    return no_var_expand(magic)  # type: ignore[no-any-return]


def load_ipython_extension(shell: Any) -> None:
    """Give a Python notebook or IPython session the commands, over a sandbox of its own."""
    if getattr(shell, _SLOT, None) is not None:
        return
    session = Session()
    session.start()
    front = FrontEnd(shell, session, Assistant(session, language_service()))
    # What the commands hide (IPython has a %%js and a %cat) comes back when the extension is unloaded.
    magics = shell.magics_manager.magics
    hidden = {(c.kind, c.name): magics[c.kind][c.name] for c in COMMANDS if c.name in magics[c.kind]}
    made = register_commands(shell, front, kernel=False)
    atexit.register(front.close)
    setattr(shell, _SLOT, (front, made, hidden))


def unload_ipython_extension(shell: Any) -> None:
    """Take the commands away and end the sandbox."""
    slot = getattr(shell, _SLOT, None)
    if slot is None:
        return
    front, made, hidden = slot
    delattr(shell, _SLOT)
    magics = shell.magics_manager.magics
    for kind, name in made:
        magics[kind].pop(name, None)
        if (kind, name) in hidden:
            magics[kind][name] = hidden[kind, name]
    atexit.unregister(front.close)
    front.close()
