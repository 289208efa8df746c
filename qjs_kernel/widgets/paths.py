"""Paths into values of the guest: what people write (`state.users[3]`), the worker's steps, and JavaScript for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from qjs_kernel.errors import QjsError
from qjs_kernel.protocol import Step

__all__ = ["expression_below", "expression_of", "parse_path"]

_LONGEST = 2_000  # characters of a path
_MOST = 100  # steps
_WRITTEN = 20_000  # characters of an expression, which ends there
# One step: a name behind a dot, a number, a quoted key, or a key whose quotation marks the command line has taken.
_STEP = re.compile(
    r"""\s*(?:\?\.)?\s*\[\s*(?:(?P<index>\d{1,15})\s*|(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*|(?P<bare>[^\]"'\s][^\]"']*))\]"""
    r"""|\s*\??\.\s*(?P<name>[^\s.?\[\](){}"'`,;]+)\s*"""
)
_FIRST = re.compile(r"""\s*([^\s.?\[\](){}"'`,;]+)\s*""")
# Keys of a Map as they are written, whole, in the label of an entry.
_LITERAL = re.compile(
    r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?n?|-?Infinity|NaN|true|false|null|undefined"""
)
_ESCAPE = re.compile(r"\\(?:u(?P<four>[0-9a-fA-F]{4})|x(?P<two>[0-9a-fA-F]{2})|(?P<other>.))", re.DOTALL)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def parse_path(text: str) -> tuple[Step, ...]:
    """The steps of a path as people write it: `a.b[3]["c d"]`; () for an empty one. QjsError says where that ends."""
    if not text.strip():
        return ()
    if len(text) > _LONGEST:
        raise QjsError(f"a path of {len(text):,} characters is too long ({_LONGEST:,} at most)")
    first = _FIRST.match(text)
    if first is None or not _is_name(first[1]):
        raise QjsError(f"{text!r} is no path: it begins with a name, as in state.users[3]")
    steps: list[Step] = [("n", first[1])]
    at = first.end()
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None or (found["name"] and not _is_name(found["name"])):
            raise QjsError(
                f"{text!r} is no path: cannot read {text[at:]!r}; write it as in state.users[3].name"
            )
        if found["index"] is not None:
            steps.append(("i", int(found["index"])))
        elif found["quoted"] is not None:
            steps.append(("n", _unquoted(found["quoted"])))
        else:
            steps.append(("n", (found["bare"] or found["name"]).rstrip()))
        at = found.end()
    if len(steps) > _MOST:
        raise QjsError(f"a path of {len(steps)} steps is too long ({_MOST} at most)")
    return tuple(steps)


def expression_below(above: str, step: Step, label: str = "") -> str:
    """JavaScript for what lies at `step` below what `above` gives ("" for the global names).

    label   of the entry: that of an entry of a Map may hold its key
    """
    if len(above) > _WRITTEN:
        return above if above.endswith("…") else f"{above}…"
    kind, name = step
    if kind == "n" and isinstance(name, str):
        if _is_name(name):
            return f"{above}.{name}" if above else name
        return f"{above or 'globalThis'}[{json.dumps(name)}]"
    if kind == "v" and label.endswith(" =>") and _LITERAL.fullmatch(key := label.removesuffix(" =>")):
        return f"{above}.get({key})"
    if kind in ("k", "v"):
        return f"[...{above}.{'keys' if kind == 'k' else 'values'}()][{name}]"
    if kind == "y":
        # `above` once only: with each symbol on the way the text would be twice as long.
        return f"((it) => it[Object.getOwnPropertySymbols(it)[{name}]])({above or 'globalThis'})"
    if kind == "p":
        return f"Object.getPrototypeOf({above})"
    return f"{above}[{name}]"


def expression_of(steps: Iterable[Step]) -> str:
    """JavaScript for what lies at `steps`, where no labels are at hand."""
    made = ""
    for step in steps:
        made = expression_below(made, step)
    return made


def _is_name(word: str) -> bool:
    return word.replace("$", "_").isidentifier()


def _unquoted(word: str) -> str:
    text = _ESCAPE.sub(_character, word[1:-1])
    # Two escapes may be the halves of one character; half of one is in no name that could be asked for.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _character(found: re.Match[str]) -> str:
    code, other = found["four"] or found["two"], found["other"]
    return chr(int(code, 16)) if code else _SHORT.get(other, other)
