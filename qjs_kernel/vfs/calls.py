"""How an operation is named, and how it fails: Node's syscall names, codes, numbers and texts."""

from __future__ import annotations

from typing import Final, NamedTuple, NoReturn

from qjs_kernel.errors import FsError

__all__ = ["ERRORS", "Call", "system_error"]

# Linux numbers and libuv's texts, whatever the host is: the guest sees one platform.
ERRORS: Final[dict[str, tuple[int, str]]] = {
    "EACCES": (-13, "permission denied"),
    "EBADF": (-9, "bad file descriptor"),
    "EBUSY": (-16, "resource busy or locked"),
    "EEXIST": (-17, "file already exists"),
    "EINVAL": (-22, "invalid argument"),
    "EISDIR": (-21, "illegal operation on a directory"),
    "ELOOP": (-40, "too many symbolic links encountered"),
    "EMFILE": (-24, "too many open files"),
    "EMLINK": (-31, "too many links"),
    "ENAMETOOLONG": (-36, "name too long"),
    "ENOENT": (-2, "no such file or directory"),
    "ENOSPC": (-28, "no space left on device"),
    "ENOSYS": (-38, "function not implemented"),
    "ENOTDIR": (-20, "not a directory"),
    "ENOTEMPTY": (-39, "directory not empty"),
    "EPERM": (-1, "operation not permitted"),
    "EROFS": (-30, "read-only file system"),
}


class Call(NamedTuple):
    """What the caller asked for, as errors name it: Node's syscall and the paths as they were given."""

    syscall: str
    path: str = ""
    dest: str | None = None

    def error(self, code: str, detail: str = "") -> FsError:
        number, text = ERRORS[code]
        return FsError(
            code, number, f"{text} ({detail})" if detail else text, self.syscall, self.path, self.dest
        )

    def fail(self, code: str, detail: str = "") -> NoReturn:
        raise self.error(code, detail)


def system_error(code: str, text: str, name: str, number: int, why: str, syscall: str, path: str) -> FsError:
    """Node's SystemError of `rm` and `cp`, which reads unlike the others and has a positive errno."""
    error = FsError(code, number, text, syscall, path)
    error.text = f"{text}: {syscall} returned {name} ({why}) {path}"
    return error
