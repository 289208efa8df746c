"""What guest code needs from outside: the engine's callbacks, and the questions to the kernel process.

A synchronous question stands still until its answer has come. While it waits, calls of guest functions by the
host are served (`nested`), so that host → guest → host works and cannot deadlock; other messages wait in `later`.
"""

from __future__ import annotations

import contextlib
import json
from collections import deque
from collections.abc import Callable, Sequence

from qjs_kernel.protocol import Answer, Ask, Call, Fault, Found, Loaded, Resolution, Source, Stop, ToWorker
from qjs_kernel.worker.console import Console
from qjs_kernel.worker.graph import Graph, LinkFault
from qjs_kernel.worker.guest import Guest, ModuleScript, Script, Utf8
from qjs_kernel.worker.links import Query
from qjs_kernel.worker.pipe import Pipe
from qjs_kernel.worker.scripts import LazyScripts
from qjs_kernel.worker.services import serve
from qjs_kernel.worker.stop import StopWatch

__all__ = ["Questions"]

_MODULE_OPS = ("q", "Q", "J", "E")
_ASK_AT_ONCE = 500  # modules; the answer may be to the first of them only
_TICK = 0.05  # s between looks at the console while waiting


class Questions:
    """Implements `guest.Imports` and `graph.Asker`. `graph` and `owner` belong to the run at hand."""

    def __init__(
        self, pipe: Pipe, stop: StopWatch, nested: Callable[[Call], None], scripts: LazyScripts
    ) -> None:
        self._pipe = pipe
        self._scripts = scripts
        self._stop = stop
        self._nested = nested
        self.console = Console(pipe.send)
        self.graph: Graph | None = None
        self.guest: Callable[[], Guest] | None = None
        self.owner = 0
        self.host_calls = 0
        self.answers: deque[Answer] = deque()
        self.later: deque[ToWorker] = deque()
        self._asks = 0
        self._blob = b""

    def clear(self) -> None:
        """Forget what belongs to a sandbox that is closed."""
        self.graph = None
        self.answers.clear()
        self.later.clear()
        self._blob = b""

    # guest.Imports: none of these may raise

    def interrupted(self) -> bool:
        with contextlib.suppress(OSError):
            self.console.tick()
        return self._stop.hit()

    def normalize(self, base: str, specifier: str) -> str | None:
        return self.graph.normalize(base, specifier) if self.graph is not None else None

    def load(self, canonical: str) -> str | None:
        return self.graph.load(canonical) if self.graph is not None else None

    def host_call(self, guest: Guest, text: str, data: bytes | None) -> str | bytes | None:
        """The bridge: `text` is an operation letter and what belongs to it (see bridge.js)."""
        kind = text[:1]
        if kind == "w":
            owner, _, rest = text[2:].partition(" ")
            if not self.console.write(int(text[1]), int(owner), rest):
                self._stop.stop("output")
            return None
        if kind in ("b", "s"):
            blob, self._blob = self._blob, b""
            return blob if kind == "b" else Utf8(blob)
        if self._stop.reason:
            return "!" + json.dumps({"name": "Error", "message": "the run was stopped"})
        if kind == "m":
            return self.graph.map_stack(text[1:]) if self.graph is not None else text[1:]
        if kind == "l":
            script = self._scripts.get(text[1:])
            return None if script is None else Script(script)
        if kind == "n":
            op, _, arguments = text[1:].partition(" ")
            reply, self._blob = serve(op, arguments, data)
            return reply
        if kind == "M":
            return f"j{guest.memory_size}"
        if kind == "x":
            self._stop.exit(int(text[1:]))
            return None
        if kind in _MODULE_OPS:
            return self._module(kind, text[1:])
        self.host_calls += 1
        owner, number, rest = text[1:].split(" ", 2)
        self.owner = int(owner)
        if kind == "c":
            return self._reply(self._ask("call", rest, data, int(number)))
        if kind == "a":
            promise, _, tokens = rest.partition(" ")
            self.console.flush()
            blob = data or b""
            self._pipe.send(Ask(int(promise), "call", False, tokens.encode(), blob, self.owner, int(number)))
            return '=[null,"u"]'
        if kind == "A":
            promise, _, arguments = rest.partition(" ")
            self.console.flush()
            self._pipe.send(Ask(int(promise), number, False, arguments.encode(), data or b"", self.owner))
            return '=[null,"u"]'
        if number == "stdin":
            self._stop.pause()
            try:
                return self._reply(self._ask(number, rest, data))
            finally:
                self._stop.resume()
        if number == "display":
            self.console.shown()
        return self._reply(self._ask(number, rest, data))

    def _module(self, kind: str, text: str) -> str:
        """What `require` asks: q what a specifier means, Q a module's text, J a JSON text, E an ES module."""
        graph = self.graph
        if graph is None:
            return _failure("the sandbox is closed")
        try:
            if kind == "q":
                importer, specifier = json.loads(text)
                return "j" + json.dumps(graph.required(str(importer), str(specifier)))
            if kind == "Q":
                first, _, canonical = text.partition(" ")
                script = graph.script(canonical, int(first))
                if script is None:
                    return _failure("the module is gone")
                self._blob = script.encode("utf-8", "replace")
                return "$"
            if kind == "J":
                self._blob = graph.json_text(text).encode("utf-8", "replace")
                return "$"
        except LinkFault as problem:
            fault = problem.fault
            where = f" ({fault.file}:{fault.line}:{fault.column})" if fault.line else ""
            return _failure(
                fault.message + where + (f"\n{fault.hint}" if fault.hint else ""),
                "SyntaxError" if fault.name == "SyntaxError" else "Error",
                # Only for this one `require` has a word of its own.
                "MODULE_NOT_FOUND" if fault.code in ("", "ERR_MODULE_NOT_FOUND") else fault.code,
            )
        canonical = graph.marked_as_module(text[1:]) if text[:1] == "+" else text
        return ModuleScript(f"import*as n from{json.dumps(canonical)};__qjs__.hold(n)")

    def _reply(self, message: ToWorker) -> str | bytes:
        assert isinstance(message, Answer)
        text = message.text.decode("utf-8", "replace")
        self._blob = message.blob
        return text if message.ok else "!" + text

    # graph.Asker

    def resolve(self, queries: Sequence[Query]) -> Found:
        results: list[tuple[Resolution | Fault, ...]] = []
        revision: tuple[int, int] | None = None
        while len(results) < len(queries):
            rest = queries[len(results) : len(results) + _ASK_AT_ONCE]
            answer = self._ask("resolve", json.dumps(rest))
            assert isinstance(answer, Found)
            assert answer.results
            results += answer.results
            # The first: what is found later is not older than it.
            revision = revision or answer.revision
        return Found(0, tuple(results), revision or (-1, -1))

    def load_sources(self, paths: Sequence[str]) -> tuple[Source | Fault, ...]:
        answer = self._ask("load", json.dumps(paths[:_ASK_AT_ONCE]))
        assert isinstance(answer, Loaded)
        return answer.results

    def exported_names(self, canonical: str) -> list[str]:
        assert self.guest is not None
        reply = self.guest().control("B", canonical)
        if reply.startswith("!"):
            path = canonical.partition("?")[0]
            raise LinkFault(Fault(path, 0, 0, f"{path} cannot be loaded: {reply[1:2_000]}", "Error"))
        names: list[str] = json.loads(reply)
        return names

    # Waiting

    def _ask(self, op: str, text: str, data: bytes | None = None, function: int = -1) -> ToWorker:
        """Ask and stand still until the answer is there; raises Stopped when the run must end meanwhile."""
        self._asks -= 1  # negative: the numbers of asynchronous calls are the guest's own, and positive
        ident = self._asks
        self.console.flush()
        self._pipe.send(Ask(ident, op, True, text.encode(), data or b"", self.owner, function))
        while True:
            message = self.receive(soon=True)
            if isinstance(message, (Answer, Found, Loaded)) and message.ident == ident:
                # A stop that came before the answer counts first: the guest must not go on with it.
                self._stop.check()
                return message
            if isinstance(message, Call):
                self._nested(message)
            elif message is not None:
                self.sort(message)
            self._stop.check()

    def receive(self, *, soon: bool = False) -> ToWorker | None:
        """The next message within the deadline, or None to look around."""
        wait = self._stop.left()
        if self.console.waiting:
            wait = _TICK if wait is None else min(wait, _TICK)
        message = self._pipe.receive(wait, soon=soon)
        if message is None:
            self.console.flush()
        return message

    def sort(self, message: ToWorker) -> None:
        """Put a message where it is looked for: a stop, an answer for the guest, or work for later."""
        if isinstance(message, Stop):
            self._stop.asked(message.ident)
        elif isinstance(message, Answer):
            if message.ident > 0:  # else: of a question that was given up
                self.answers.append(message)
        elif not isinstance(message, (Found, Loaded)):
            self.later.append(message)


def _failure(message: str, name: str = "Error", code: str = "") -> str:
    props = {"code": code} if code and name != "SyntaxError" else {}
    return "!" + json.dumps({"name": name, "message": message, "id": 0, "props": props})
