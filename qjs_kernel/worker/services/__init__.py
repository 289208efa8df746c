"""What guest modules leave to Python: parsing URLs, hashing, compressing. Behind the wall, under the same kill.

A service keeps nothing between calls: state would not follow the guest's checkpoints. The modules are imported
when the guest first asks for them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, TypeAlias

__all__ = ["NAMES", "Op", "ServiceError", "serve"]

# What the guest sent (JSON, of any shape) and the bytes with it → text, bytes, or what JSON can say.
Op: TypeAlias = Callable[[list[Any], bytes | None], Any]

NAMES: Final = frozenset({"chance", "digest", "intl", "text", "urls", "zipped"})
_SHORT: Final = 4_096  # characters; longer text is cheaper to fetch than to quote


class ServiceError(Exception):
    """Becomes an error of class `name` in the guest, with `props` as its own properties."""

    def __init__(self, name: str, message: str, **props: str | int | float | bool | None) -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.props = props


def serve(op: str, arguments: str, data: bytes | None) -> tuple[str, bytes]:
    """Answer `op` ("digest.hash") with a reply as bridge.js reads it, and the bytes to fetch for it."""
    try:
        name, _, function = op.partition(".")
        if name not in NAMES:
            raise ServiceError("Error", f"there is no service {op[:100]!r}")
        table = import_module(f"{__name__}.{name}").OPS
        if function not in table:
            raise ServiceError("Error", f"there is no service {op[:100]!r}")
        values = json.loads(arguments)
        if not isinstance(values, list):
            raise ServiceError("TypeError", "a list of arguments is expected")
        answer = table[function](values, data)
    except ServiceError as error:
        return _failure(error.name, error.message, error.props), b""
    except (
        ArithmeticError,
        LookupError,
        MemoryError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        # A guest can call with anything: what a service did not foresee is an error of that call.
        return _failure("Error", f"{op[:100]}: {type(error).__name__}", {}), b""
    if isinstance(answer, (bytes, bytearray, memoryview)):
        return "@", bytes(answer)
    if isinstance(answer, str) and len(answer) > _SHORT:
        return "$", answer.encode("utf-8", "replace")
    return "j" + json.dumps(answer), b""


def _failure(name: str, message: str, props: Any) -> str:
    return "!" + json.dumps({"name": name, "message": message, "id": 0, "props": props})
