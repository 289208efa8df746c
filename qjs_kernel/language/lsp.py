"""One connection to one language server process, over pygls. Imported in the server's own thread only: it is slow.

Answers come back as the JSON they are; `convert` makes our values of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any, Final

from lsprotocol import types
from pygls.io_ import run_async
from pygls.lsp.client import LanguageClient
from pygls.protocol import default_converter

from qjs_kernel.language.lines import Lines
from qjs_kernel.language.mirror import CONFIG, RESERVED, Change

__all__ = ["Connection", "ServerGone", "make_converter"]

_ANSWERS = (
    types.InitializeResponse,
    types.CompletionResponse,
    types.CompletionResolveResponse,
    types.HoverResponse,
    types.SignatureHelpResponse,
    types.CodeActionResponse,
    types.DocumentSymbolResponse,
    types.DocumentDiagnosticResponse,
)
_KEPT_STDERR = 4_000
_END_TIMEOUT = 1.0
_CHANGES: Final = {
    "created": types.FileChangeType.Created,
    "changed": types.FileChangeType.Changed,
    "deleted": types.FileChangeType.Deleted,
}
_OPTIONS: Final = {
    "enable": True,
    "lint": False,
    "config": CONFIG,
    "cacheOnSave": False,
    "codeLens": {"implementations": False, "references": False, "test": False},
    "suggest": {
        "autoImports": False,
        "completeFunctionCalls": False,
        "names": True,
        "paths": True,
        "imports": {"autoDiscover": False, "hosts": {}},
    },
}
_TYPESCRIPT: Final = {
    "suggest": {"enabled": True, "autoImports": False},
    "preferences": {
        "importModuleSpecifier": "relative",
        "quoteStyle": "single",
        "autoImportFileExcludePatterns": [
            f"**/{RESERVED}/*.d.ts",
            f"**/{RESERVED}/lib/**",
            f"**/{RESERVED}-*",
        ],
    },
}
_SETTINGS: Final[Mapping[str, Any]] = {"deno": _OPTIONS, "typescript": _TYPESCRIPT, "javascript": _TYPESCRIPT}


class ServerGone(Exception):
    """The server's process has ended, or was never there."""


def make_converter() -> Any:
    """pygls' converter, with the answers to our own requests left as JSON.

    The stock one cannot read what deno says of `notebookDocumentSync`, so that `initialize` is never answered
    (lsprotocol issue 462); it makes nonsense of commands among code actions; and an answer with a thousand
    completions takes it longer than the server needed.
    """
    make: Callable[[], Any] = default_converter  # has no annotations
    converter = make()
    for answer in _ANSWERS:
        converter.register_structure_hook(answer, _as_json)
    return converter


def _as_json(message: Mapping[str, Any], answer: Any) -> Any:
    return answer(id=message["id"], result=message.get("result"), jsonrpc="2.0")


class _Client(LanguageClient):
    """Answers what a server asks of its client."""

    def __init__(self) -> None:
        super().__init__("qjs_kernel", "1", converter_factory=make_converter)

        def nothing(params: Any) -> None:
            return None

        def settings(params: types.ConfigurationParams) -> list[Any]:
            return [_SETTINGS.get(item.section or "") for item in params.items]

        def refuse(params: Any) -> types.ApplyWorkspaceEditResult:
            return types.ApplyWorkspaceEditResult(applied=False)

        self.feature(types.WORKSPACE_CONFIGURATION)(settings)
        self.feature(types.WORKSPACE_APPLY_EDIT)(refuse)
        for method in (
            types.CLIENT_REGISTER_CAPABILITY,
            types.CLIENT_UNREGISTER_CAPABILITY,
            types.WINDOW_WORK_DONE_PROGRESS_CREATE,
            types.WINDOW_LOG_MESSAGE,
            types.WINDOW_SHOW_MESSAGE,
            types.WINDOW_SHOW_MESSAGE_REQUEST,
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
            types.WORKSPACE_DIAGNOSTIC_REFRESH,
            types.WORKSPACE_INLAY_HINT_REFRESH,
            types.WORKSPACE_SEMANTIC_TOKENS_REFRESH,
            types.WORKSPACE_CODE_LENS_REFRESH,
            "deno/didRefreshDenoConfigurationTree",
            "deno/didChangeDenoConfiguration",
        ):
            self.feature(method)(nothing)


class Connection:
    """A running server. All of it belongs to one event loop.

    ended  done when the process is gone or has closed its output; its result says why
    """

    def __init__(self, process: asyncio.subprocess.Process, root: Path) -> None:
        self.process = process
        self.root = root
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.closed = False
        """Whether it has ended, or is about to."""
        self._client = _Client()
        self._stderr = bytearray()
        self._ids = count(1)
        self._asked: dict[int, tuple[asyncio.Future[Any], object, tuple[str, str] | None]] = {}
        self._waiting_since: float | None = None
        self.answers = 0
        """How many requests have been answered."""
        self.opened: tuple[str, str] | None = None
        self.blameless = False
        """What is asked now is not about the open document: silence is not that one's fault."""
        self.suspect: tuple[str, str] | None = None
        """The document over which it is silent: that of the oldest question, though another may be open since."""
        """Path and text of the open document."""
        self._version = 0
        assert process.stdin is not None
        assert process.stdout is not None
        self._client.protocol.set_writer(process.stdin)
        reading = run_async(
            threading.Event(), process.stdout, self._client.protocol, logging.getLogger("pygls")
        )
        self._tasks = [asyncio.ensure_future(task) for task in (reading, self._drain(), process.wait())]
        for task in self._tasks:
            if task is not self._tasks[1]:
                task.add_done_callback(self._gone)

    @classmethod
    async def start(cls, command: Sequence[str], root: Path, environment: Mapping[str, str]) -> Connection:
        """Start the process and shake hands. OSError or ServerGone when that does not work."""
        logger = logging.getLogger("pygls")
        if not logger.handlers:
            # What a server says about itself is not for the output of a cell, where Python shows it by default.
            logger.addHandler(logging.NullHandler())
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=root,
            env=dict(environment),
            start_new_session=sys.platform != "win32",
        )
        connection = cls(process, root)
        try:
            await connection._shake_hands()
        except ServerGone:
            reason = await connection.ended
            await connection.kill()
            raise ServerGone(reason) from None
        except BaseException:
            await connection.kill()
            raise
        return connection

    async def _shake_hands(self) -> None:
        parameters = types.InitializeParams(
            process_id=os.getpid(),
            root_uri=self.root.as_uri(),
            capabilities=_capabilities(),
            workspace_folders=[types.WorkspaceFolder(uri=self.root.as_uri(), name="sandbox")],
            initialization_options=_OPTIONS,
        )
        await self.ask(types.INITIALIZE, parameters)
        self._tell(types.INITIALIZED, types.InitializedParams())

    # The process

    async def _drain(self) -> None:
        assert self.process.stderr is not None
        while data := await self.process.stderr.read(1 << 16):
            self._stderr += data
            del self._stderr[:-_KEPT_STDERR]

    def _gone(self, task: asyncio.Future[Any]) -> None:
        if not task.cancelled():
            task.exception()
        for future, *_ in self._asked.values():
            if not future.done():
                future.set_exception(ServerGone("the language server has ended"))
        self._asked.clear()
        if not self.closed:
            self.closed = True
            self._tasks.append(asyncio.ensure_future(self._find_reason()))

    async def _find_reason(self) -> None:
        # What it wrote last and its exit status come with the end of its output, in no order.
        await asyncio.wait([self._tasks[1], self._tasks[2]], timeout=_END_TIMEOUT)
        if not self.ended.done():
            status = self.process.returncode
            said = self._stderr.decode(errors="replace").strip().rpartition("\n")[2][:200]
            reason = "closed its output" if status is None else f"ended with status {status}"
            self.ended.set_result(f"the language server {reason}{f': {said}' if said else ''}")

    async def kill(self) -> None:
        """End the process and all that it started, at once."""
        self.closed = True
        if not self.ended.done():
            self.ended.set_result("the language server was stopped")
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self.process.kill()
            else:
                os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def silent(self) -> float:
        """For how many seconds the server has owed an answer and given none."""
        return 0.0 if self._waiting_since is None else monotonic() - self._waiting_since

    # Messages

    def _tell(self, method: str, parameters: Any) -> None:
        if not self.closed:
            self._client.protocol.notify(method, parameters)

    def ask(self, method: str, parameters: Any, *, instead_of: object = None) -> asyncio.Future[Any]:
        """Send a request; the future has the JSON of the answer, None for an error, or raises ServerGone.

        Nobody has to wait for it: a request that was given up still counts for `silent`.

        instead_of  requests that were given an equal one, not None, are cancelled
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        # A future that nobody waits for any more must not complain of it.
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        if self.closed:
            answer.set_exception(ServerGone("the language server has ended"))
            return answer
        ident = next(self._ids)
        older = [
            key for key, (_, topic, _) in self._asked.items() if topic is not None and topic == instead_of
        ]
        about = None if self.blameless else self.opened
        self._asked[ident] = (answer, instead_of, about)
        if self._waiting_since is None:
            self._waiting_since, self.suspect = monotonic(), about
        sent: Future[Any] = self._client.protocol.send_request(method, parameters, msg_id=ident)
        sent.add_done_callback(lambda done: self._answered(ident, done))
        for key in older:
            self._drop(key)
        return answer

    def _drop(self, ident: int) -> None:
        future, *_ = self._asked.pop(ident)
        self._tell(types.CANCEL_REQUEST, types.CancelParams(id=ident))
        if not future.done():
            future.set_result(None)

    def _answered(self, ident: int, done: Future[Any]) -> None:
        entry = self._asked.pop(ident, None)
        if entry is None:
            return  # cancelled: that it came proves nothing
        self.answers += 1
        self._waiting_since = monotonic() if self._asked else None
        self.suspect = next((about for _, _, about in self._asked.values()), None)
        if not entry[0].done():
            entry[0].set_result(None if done.exception() is not None else done.result())

    # Documents

    def uri(self, path: str) -> str:
        """The address of a guest path."""
        return self.root.joinpath(*path.split("/")[1:]).as_uri()

    def document(self, path: str) -> types.TextDocumentIdentifier:
        """The guest path as requests name it."""
        return types.TextDocumentIdentifier(uri=self.uri(path))

    def show(self, path: str, text: str) -> None:
        """Make `text` what the editor has at `path`; it is the only document that is open."""
        if self.opened == (path, text):
            return
        self._version += 1
        uri = self.uri(path)
        if self.opened is not None and self.opened[0] == path:
            change = types.TextDocumentContentChangeWholeDocument(text=text)
            document = types.VersionedTextDocumentIdentifier(uri=uri, version=self._version)
            parameters = types.DidChangeTextDocumentParams(text_document=document, content_changes=[change])
            self._tell(types.TEXT_DOCUMENT_DID_CHANGE, parameters)
        else:
            if self.opened is not None:
                self._tell(
                    types.TEXT_DOCUMENT_DID_CLOSE,
                    types.DidCloseTextDocumentParams(text_document=self.document(self.opened[0])),
                )
            item = types.TextDocumentItem(
                uri=uri, language_id=_language(path), version=self._version, text=text
            )
            self._tell(types.TEXT_DOCUMENT_DID_OPEN, types.DidOpenTextDocumentParams(text_document=item))
        self.opened = (path, text)

    def changed(self, changes: Iterable[Change]) -> None:
        """Say which files on the disk are not what they were."""
        events = [types.FileEvent(uri=self.uri(path), type=_CHANGES[what]) for path, what in changes]
        if events:
            parameters = types.DidChangeWatchedFilesParams(changes=events)
            self._tell(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, parameters)

    def asset(self, address: str) -> asyncio.Future[Any]:
        """The text of one of the server's own declaration files."""
        parameters = {"textDocument": {"uri": address}}
        return self.ask("deno/virtualTextDocument", parameters)

    # Questions about the open document, or one on the disk

    def symbols(self, path: str) -> asyncio.Future[Any]:
        """The names that the file at `path` declares."""
        parameters = types.DocumentSymbolParams(text_document=self.document(path))
        return self.ask(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, parameters)

    def diagnostics(self, path: str, instead_of: object = None) -> asyncio.Future[Any]:
        """What is wrong with the file at `path`."""
        parameters = types.DocumentDiagnosticParams(text_document=self.document(path))
        return self.ask(types.TEXT_DOCUMENT_DIAGNOSTIC, parameters, instead_of=instead_of)

    def completion(self, path: str, place: types.Position) -> asyncio.Future[Any]:
        """What can stand at `place`."""
        context = types.CompletionContext(trigger_kind=types.CompletionTriggerKind.Invoked)
        parameters = types.CompletionParams(
            text_document=self.document(path), position=place, context=context
        )
        return self.ask(types.TEXT_DOCUMENT_COMPLETION, parameters, instead_of=("completion", path))

    def resolve(self, item: Mapping[str, Any]) -> asyncio.Future[Any]:
        """More about an item that `completion` answered with."""
        wanted = types.CompletionItem(label=item["label"], data=item.get("data"))
        return self.ask(types.COMPLETION_ITEM_RESOLVE, wanted)

    def hover(self, path: str, place: types.Position) -> asyncio.Future[Any]:
        """What is known of the thing at `place`."""
        parameters = types.HoverParams(text_document=self.document(path), position=place)
        return self.ask(types.TEXT_DOCUMENT_HOVER, parameters, instead_of=("hover", path))

    def signature(self, path: str, place: types.Position) -> asyncio.Future[Any]:
        """The call that `place` is in."""
        parameters = types.SignatureHelpParams(text_document=self.document(path), position=place)
        return self.ask(types.TEXT_DOCUMENT_SIGNATURE_HELP, parameters, instead_of=("signature", path))

    def fixes(self, path: str, span: types.Range, code: int, message: str) -> asyncio.Future[Any]:
        """Suggestions for a problem of TypeScript's at `span`."""
        problem = types.Diagnostic(
            range=span, message=message, severity=types.DiagnosticSeverity.Error, code=code, source="deno-ts"
        )
        context = types.CodeActionContext(diagnostics=[problem], only=[types.CodeActionKind.QuickFix])
        parameters = types.CodeActionParams(text_document=self.document(path), range=span, context=context)
        return self.ask(types.TEXT_DOCUMENT_CODE_ACTION, parameters)


def position(lines: Lines, offset: int) -> types.Position:
    """Where code point `offset` is, for a server."""
    line, column = lines.position(offset)
    return types.Position(line=line, character=column)


def span(lines: Lines, start: int, end: int) -> types.Range:
    """The code points from `start` to `end`, for a server."""
    return types.Range(start=position(lines, start), end=position(lines, end))


def _language(path: str) -> str:
    ending = path.rpartition(".")[2]
    react = "react" if ending.endswith("x") else ""
    return f"{'javascript' if ending.startswith(('js', 'mjs', 'cjs')) else 'typescript'}{react}"


def _capabilities() -> types.ClientCapabilities:
    markup = [types.MarkupKind.Markdown, types.MarkupKind.PlainText]
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf16]),
        text_document=types.TextDocumentClientCapabilities(
            completion=types.CompletionClientCapabilities(
                completion_item=types.ClientCompletionItemOptions(
                    snippet_support=False,
                    documentation_format=markup,
                    insert_replace_support=False,
                    label_details_support=True,
                    resolve_support=types.ClientCompletionItemResolveOptions(
                        properties=["documentation", "detail"]
                    ),
                ),
                completion_list=types.CompletionListCapabilities(item_defaults=["editRange", "data"]),
            ),
            hover=types.HoverClientCapabilities(content_format=markup),
            signature_help=types.SignatureHelpClientCapabilities(
                signature_information=types.ClientSignatureInformationOptions(
                    documentation_format=markup,
                    parameter_information=types.ClientSignatureParameterInformationOptions(
                        label_offset_support=True
                    ),
                    active_parameter_support=True,
                )
            ),
            code_action=types.CodeActionClientCapabilities(
                code_action_literal_support=types.ClientCodeActionLiteralOptions(
                    code_action_kind=types.ClientCodeActionKindOptions(
                        value_set=[types.CodeActionKind.QuickFix]
                    )
                ),
            ),
            diagnostic=types.DiagnosticClientCapabilities(),
            document_symbol=types.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True),
        ),
        workspace=types.WorkspaceClientCapabilities(
            configuration=True,
            workspace_folders=True,
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        ),
    )
