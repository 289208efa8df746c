"""Random bytes for guests: asked for each time, never kept, so that no checkpoint can bring them back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

from qjs_kernel.worker.services import Op, ServiceError

__all__ = ["OPS"]

_MOST: Final = 64 * 2**20  # bytes a call; a guest has no room for many more


def _bytes(args: list[Any], _: bytes | None) -> bytes:
    """[count] → that many bytes."""
    count = args[0] if args else None
    if type(count) is not int or count < 0:
        raise ServiceError("TypeError", "a number of bytes is expected")
    if count > _MOST:
        raise ServiceError(
            "RangeError", f"the sandbox gives at most {_MOST} random bytes at once", code="ERR_OUT_OF_RANGE"
        )
    return os.urandom(count)


def _hex(args: list[Any], _: bytes | None) -> str:
    """[count], at most 64 → hexadecimal digits: for a few bytes one message cheaper than bytes."""
    count = args[0] if args else None
    if type(count) is not int or not 0 <= count <= 64:
        raise ServiceError("TypeError", "a small number of bytes is expected")
    return os.urandom(count).hex()


OPS: Final[Mapping[str, Op]] = {"bytes": _bytes, "hex": _hex}
