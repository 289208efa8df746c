"""Names and paths: what is allowed, and how a path falls apart into names. Lengths are in UTF-8 bytes."""

from __future__ import annotations

from typing import Final

__all__ = ["MAX_NAME", "MAX_PATH", "BadPath", "normalize", "split_path"]

MAX_PATH: Final = 4096
MAX_NAME: Final = 255


class BadPath(ValueError):
    """A path that no file can have. `code` is the errno name the guest gets, `reason` says why."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def split_path(path: str) -> tuple[list[str], bool]:
    """The names in `path` ("." and empty ones left out, ".." kept), and whether it can only name a directory.

    Relative paths start at "/", the guest's working directory. Raises `BadPath`.
    """
    if not path:
        raise BadPath("ENOENT", "is empty")
    if "\0" in path:
        raise BadPath("EINVAL", "contains a NUL character")
    size = len(path)
    # The length is tested before encoding: an absurd one must not cost a copy of itself.
    if size <= MAX_PATH and not path.isascii():
        try:
            size = len(path.encode())
        except UnicodeEncodeError:
            raise BadPath("EINVAL", "contains a lone surrogate") from None
    if size > MAX_PATH:
        raise BadPath("ENAMETOOLONG", f"is longer than {MAX_PATH} bytes")
    parts = path.split("/")
    names = [part for part in parts if part and part != "."]
    for name in names:
        if len(name) * 4 > MAX_NAME and len(name.encode()) > MAX_NAME:
            raise BadPath("ENAMETOOLONG", f"has a name longer than {MAX_NAME} bytes")
    return names, parts[-1] in ("", ".", "..")


def normalize(path: str, cwd: str = "/") -> str:
    """`path` as an absolute path without ".", ".." and doubled slashes, by its text alone (links not followed).

    A relative path starts at `cwd`; ".." at the root stays there, so the result never leaves "/".
    Raises `BadPath` (a ValueError) for a path that no file can have.
    """
    names, _ = split_path(path)
    kept: list[str] = []
    if not path.startswith("/") and cwd != "/":
        names = split_path(cwd)[0] + names
    for name in names:
        if name != "..":
            kept.append(name)
        elif kept:
            kept.pop()
    return "/" + "/".join(kept)
