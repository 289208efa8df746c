"""What may be asked of npm: names, with versions, ranges or tags, of packages of the registry.

npm takes far more: paths, URLs, git repositories, aliases. They are refused here, before anything reaches a
command line, because each of them would read or fetch something else than a package that was published.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qjs_kernel.npm.errors import NpmError, shown

__all__ = ["Spec", "check_name", "parse_spec"]

# npm's rule for names, with the capitals that old packages may have (JSONStream), without a leading dot, dash or
# underscore. 214 characters is npm's own limit.
_NAME = re.compile(r"(?:@[A-Za-z0-9~][A-Za-z0-9._~-]*/)?[A-Za-z0-9~][A-Za-z0-9._~-]*")
_LONGEST_NAME = 214
# Versions, ranges ("^1.2 || >=3 <4", "1 - 2", "*", "1.x") and tags ("latest"): no slash, colon, @ or %, so nothing
# that could name a file, a host or another package.
_RANGE = re.compile(r"[A-Za-z0-9.*^~<>=|+ -]+")
_LONGEST_RANGE = 100
# What npm takes for a file in the present directory, whatever else it looks like.
_ARCHIVE = re.compile(r"\.(?:tgz|tar\.gz|tar)\Z", re.IGNORECASE)
_NEVER = frozenset({"node_modules", "favicon.ico"})
_EXAMPLES = "write packages as zod, zod@3, 'date-fns@^4' or @scope/name"


@dataclass(frozen=True, slots=True)
class Spec:
    """One package to install; `range` is "" for the newest."""

    name: str
    range: str = ""

    def __str__(self) -> str:
        return f"{self.name}@{self.range}" if self.range else self.name


def check_name(name: str) -> str:
    """`name` itself; NpmError when no package of the registry can have it."""
    if (
        len(name) > _LONGEST_NAME
        or _NAME.fullmatch(name) is None
        or _ARCHIVE.search(name)
        or name.lower() in _NEVER
    ):
        raise NpmError(f"{_quoted(name)} is not the name of a package: {_EXAMPLES}{_kind(name)}")
    return name


def parse_spec(text: str) -> Spec:
    """NAME, NAME@RANGE, @SCOPE/NAME or @SCOPE/NAME@RANGE; NpmError for anything else npm might understand."""
    at = text.find("@", 1)
    name, wanted = (text, "") if at < 0 else (text[:at], text[at + 1 :].strip(" "))
    check_name(name)
    if at >= 0 and (
        len(wanted) > _LONGEST_RANGE
        or _RANGE.fullmatch(wanted) is None
        or wanted.startswith("-")
        or _ARCHIVE.search(wanted)
    ):
        raise NpmError(f"{_quoted(wanted)} is no version, range or tag of {name}: {_EXAMPLES}{_kind(wanted)}")
    return Spec(name, wanted)


def _kind(text: str) -> str:
    if _ARCHIVE.search(text) or text.startswith((".", "/", "~", "file:", "\\")):
        return "; a package that lies on this machine is mounted: %mount path/to/NAME /node_modules/NAME"
    if ":" in text or "/" in text:
        return "; only packages of the registry can be added, no URLs and no git repositories"
    return ""


def _quoted(text: str) -> str:
    return repr(shown(text if len(text) <= 80 else text[:80] + "…"))
