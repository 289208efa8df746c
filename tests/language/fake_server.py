"""A language server that knows nothing: it speaks just enough LSP, and fails as the open text tells it to.

Started as a script, it uses the standard library only. Arguments: a file to which it adds a line when it starts,
and "dead" for one that ends at once, "silent" for one that never answers.

A document with HANG in it makes it answer nothing more; with CRASH in it makes it end at the next question;
with MUTE makes it leave questions about completion unanswered, and go on.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any


def read() -> dict[str, Any] | None:
    length = 0
    while True:
        line = sys.stdin.buffer.readline()
        if not line:
            return None
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
        if not line.strip() and length:
            message: dict[str, Any] = json.loads(sys.stdin.buffer.read(length))
            return message


def send(message: dict[str, Any]) -> None:
    data = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
    sys.stdout.buffer.flush()


def main() -> None:
    with open(sys.argv[1], "a") as log:
        log.write(f"{os.getpid()}\n")
    if "dead" in sys.argv:
        sys.stderr.write("no such flag\n")
        sys.exit(7)
    text = ""
    while (message := read()) is not None:
        method, parameters = message.get("method"), message.get("params") or {}
        if method == "textDocument/didOpen":
            text = parameters["textDocument"]["text"]
        elif method == "textDocument/didChange":
            text = parameters["contentChanges"][0]["text"]
        if "id" not in message or method is None:
            continue
        result: Any = None
        if "silent" in sys.argv or "HANG" in text:
            time.sleep(3600)
        if "CRASH" in text:
            os._exit(3)
        if method == "initialize":
            result = {"capabilities": {}}
        elif method == "textDocument/completion":
            if "MUTE" in text:
                continue
            names = sorted(os.environ) if "ENVIRON" in text else ["first", "second"]
            result = {"isIncomplete": False, "items": [{"label": name, "kind": 6} for name in names]}
        elif method == "textDocument/diagnostic":
            place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 3}}
            item = {"range": place, "severity": 1, "code": 2304, "source": "deno-ts", "message": text}
            result = {"kind": "full", "items": [item] if "WRONG" in text else []}
        elif method == "textDocument/documentSymbol":
            result = []
        send({"id": message["id"], "result": result})


if __name__ == "__main__":
    main()
