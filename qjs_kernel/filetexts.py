"""Files of a sandbox as texts: what a notebook's commands write into them and show of them."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Final

from qjs_kernel.display import safe_text
from qjs_kernel.errors import FsError, MountError
from qjs_kernel.limits import MIB
from qjs_kernel.vfs import MountReport, VirtualFS

__all__ = ["drawn_tree", "matching", "mount_texts", "report_text", "shown_text", "source_text"]

_SHOWN_SKIPS = 20
_SHOWN_SOURCE_BYTES: Final = 4 * MIB


def mount_texts(fs: VirtualFS, files: Mapping[str, str], *, read_only: bool, append: bool) -> None:
    """Make every path of `files` a file with that text.

    With `append` the text goes to the end of a file that is there, on a line of its own.
    """
    for path, text in files.items():
        if append and fs.exists(path):
            old = fs.read_text(path)
            text = old + ("" if not old or old.endswith("\n") else "\n") + text
        fs.mount(path, text, read_only=read_only)


def report_text(report: MountReport) -> str:
    """What a mount of host files did, with the first of those that were left out."""
    lines = [str(report)]
    lines += [f"  skipped {name}: {reason}" for name, reason in report.skipped[:_SHOWN_SKIPS]]
    if len(report.skipped) > _SHOWN_SKIPS:
        lines.append(f"  … {len(report.skipped) - _SHOWN_SKIPS} more skipped")
    return safe_text("\n".join(lines), colours=False)


def drawn_tree(fs: VirtualFS, path: str) -> str:
    """The files below `path` as a drawing in text."""
    return safe_text(fs.tree(path), colours=False)


def shown_text(fs: VirtualFS, path: str) -> str:
    """A file as text, with control characters escaped. MountError for one that is not UTF-8."""
    try:
        text = fs.read_text(path)
    except UnicodeDecodeError:
        size = fs.stat(path).size
        raise MountError(f"{path!r} is not a UTF-8 text ({size:,} bytes)") from None
    return safe_text(text)


def source_text(fs: VirtualFS, path: str) -> str | None:
    """A file as it is, for code frames; None when it is not there, no text, or larger than 4 MiB."""
    try:
        if fs.stat(path).size > _SHOWN_SOURCE_BYTES:
            return None
        return fs.read_text(path)
    except (FsError, MountError, UnicodeDecodeError):
        return None


def matching(fs: VirtualFS, pattern: str) -> list[str]:
    """The files that match `pattern`, in which `*` and `?` stop at no slash and begin at "/"."""
    rooted = pattern if pattern.startswith("/") else f"/{pattern}"
    return [path for path, stat in fs.walk("/") if stat.kind == "file" and fnmatchcase(path, rooted)]
