"""`FetchError`: what the guest is told when a request is refused or fails. Its words are all ours: nothing of an
exception of Python's or of a library's reaches the guest, nor an address that a name was resolved to."""

from __future__ import annotations

import json

__all__ = ["FetchError"]


class FetchError(Exception):
    """A request that was refused (`refused=True`: the message says all) or that failed (the cause of the guest's
    "fetch failed": `name`, `code` and message as Node and its undici have them, as far as there is such a thing)."""

    def __init__(self, message: str, code: str = "", name: str = "Error", *, refused: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.name = name
        self.refused = refused

    def report(self) -> str:
        """The JSON that bridge.js makes an error of; fetch.js makes the guest's own of that."""
        kind = "refused" if self.refused else "aborted" if self.code == "ABORT_ERR" else "failed"
        props = {"kind": kind, "cause": {"name": self.name, "code": self.code, "message": self.message}}
        return json.dumps({"name": "TypeError", "message": self.message, "id": 0, "props": props})
