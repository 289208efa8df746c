"""A kernel process and a client for it, for tests."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty
from typing import Any

from jupyter_client.manager import KernelManager

# Not a measurement: how long a message may take before the test is given up.
PATIENCE = 30.0


@dataclass
class Ran:
    """What one execute request brought: the reply, and its messages on iopub in order."""

    ident: str
    reply: dict[str, Any]
    messages: list[dict[str, Any]] = field(default_factory=list)

    def contents(self, kind: str) -> list[dict[str, Any]]:
        return [message["content"] for message in self.messages if message["msg_type"] == kind]

    def stream(self, name: str = "stdout") -> str:
        return "".join(content["text"] for content in self.contents("stream") if content["name"] == name)

    @property
    def text(self) -> str | None:
        results = self.contents("execute_result")
        return results[-1]["data"]["text/plain"] if results else None

    @property
    def ok(self) -> bool:
        return bool(self.reply["status"] == "ok")

    @property
    def traceback(self) -> str:
        return "\n".join("\n".join(content["traceback"]) for content in self.contents("error"))


class Wire:
    """One kernel process and a client; messages of other requests are kept for whoever asks for them."""

    def __init__(self, kernel_name: str = "qjs") -> None:
        self.manager = KernelManager(kernel_name=kernel_name)
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)
        self._early: list[dict[str, Any]] = []

    def send(self, code: str, **options: Any) -> str:
        return str(self.client.execute(code, **options))

    def _next(self, deadline: float) -> dict[str, Any]:
        message: dict[str, Any] = self.client.get_iopub_msg(timeout=max(0.0, deadline - time.monotonic()))
        return message

    def until(self, ident: str, done: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        """Messages of request `ident`, up to and with the first that is `done`."""
        deadline = time.monotonic() + PATIENCE
        found: list[dict[str, Any]] = []
        waiting, self._early = self._early, []
        while True:
            message = waiting.pop(0) if waiting else self._next(deadline)
            if message["parent_header"].get("msg_id") != ident:
                self._early.append(message)
                continue
            found.append(message)
            if done(message):
                self._early += waiting
                return found

    def stream_of(self, ident: str, text: str) -> list[dict[str, Any]]:
        """Wait for stream output of `ident` that contains `text`; also output that comes late."""
        return self.until(ident, lambda message: text in message["content"].get("text", ""))

    def busy(self, ident: str) -> None:
        """Wait until the kernel works on `ident` and has echoed it."""
        self.until(ident, lambda message: message["msg_type"] == "execute_input")

    def finish(self, ident: str) -> Ran:
        messages = self.until(ident, lambda message: message["content"].get("execution_state") == "idle")
        deadline = time.monotonic() + PATIENCE
        while True:
            reply = self.client.get_shell_msg(timeout=max(0.0, deadline - time.monotonic()))
            if reply["parent_header"].get("msg_id") == ident:
                return Ran(ident, reply["content"], messages)

    def run(self, code: str, **options: Any) -> Ran:
        return self.finish(self.send(code, **options))

    def value(self, code: str) -> str | None:
        ran = self.run(code)
        assert ran.ok, ran.traceback or ran.reply
        return ran.text

    def ask(self, method: str, *args: Any) -> dict[str, Any]:
        return self.reply(getattr(self.client, method)(*args))

    def reply(self, ident: str) -> dict[str, Any]:
        while True:
            reply = self.client.get_shell_msg(timeout=PATIENCE)
            if reply["parent_header"].get("msg_id") == ident:
                return dict(reply["content"])

    def sigint(self) -> None:
        os.kill(self.pid, 2)

    def interrupt_message(self) -> None:
        message = self.client.session.msg("interrupt_request", {})
        self.client.control_channel.send(message)
        while True:
            reply = self.client.control_channel.get_msg(timeout=PATIENCE)
            if reply["msg_type"] == "interrupt_reply":
                return

    @property
    def pid(self) -> int:
        return int(self.manager.provisioner.pid)

    def close(self) -> None:
        try:
            self.client.stop_channels()
        finally:
            if self.manager.has_kernel:
                self.manager.shutdown_kernel(now=False)
            self.manager.cleanup_resources()

    def silent(self) -> bool:
        """Whether nothing waits on iopub."""
        try:
            self.client.get_iopub_msg(timeout=0.0)
        except Empty:
            return True
        return False
