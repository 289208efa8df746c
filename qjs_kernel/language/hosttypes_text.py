"""TypeScript written from foreign names and texts: always one valid token or comment, whatever came in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

__all__ = [
    "ANY", "UNKNOWN", "Ts", "array", "jsdoc", "literal", "optional_name", "parameter", "property_name", "type_name",
    "union",
]  # fmt: skip

_MOST_DOC: Final = 4000
_IDENTIFIER: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
# As a parameter's name; strict mode, modules and async functions included.
_RESERVED: Final = frozenset(
    re.findall(
        r"\w+",
        """arguments await break case catch class const continue debugger default delete do else enum eval export
        extends false finally for function if implements import in instanceof interface let new null package private
        protected public return static super switch this throw true try typeof var void while with yield""",
    )
)
_TYPES: Final = frozenset(
    re.findall(
        r"\w+",
        """Array Boolean Date Error Float64Array Function Map Number Object Promise Record RegExp Set String Symbol
        Uint8Array any asserts bigint boolean infer is keyof never number object readonly string symbol undefined
        unique unknown type declare namespace module abstract""",
    )
)
_SECTIONS: Final = {
    "args": "@param", "arguments": "@param", "parameters": "@param", "params": "@param", "other parameters": "@param",
    "returns": "@returns", "return": "@returns", "raises": "@throws", "throws": "@throws", "yields": "",
    "examples": "", "example": "", "notes": "", "note": "", "see also": "", "attributes": "", "warnings": "",
}  # fmt: skip
_SPHINX: Final = re.compile(r":(param|returns?|raises)\b[ ]*(?:[\w.\[\], |]*?[ ])?(\w*)[ ]*:[ ]*(.*)")


class Ts(NamedTuple):
    """A type as text. `atomic`: it can stand before `[]` or in a union without parentheses."""

    text: str
    atomic: bool = True

    @property
    def inner(self) -> str:
        return self.text if self.atomic else f"({self.text})"


ANY: Final = Ts("any")
UNKNOWN: Final = Ts("unknown")


def array(item: Ts) -> Ts:
    return Ts(f"{item.inner}[]")


def union(parts: Iterable[Ts]) -> Ts:
    """The parts in their order, each once; `any` and `unknown` swallow the rest, null and undefined go last."""
    found = dict.fromkeys(parts)
    for swallower in (ANY, UNKNOWN):
        if swallower in found:
            return swallower
    if not found:
        return Ts("never")
    if len(found) == 1:
        return next(iter(found))
    ordered = sorted(found, key=lambda each: (each.text == "null") + 2 * (each.text == "undefined"))
    texts = dict.fromkeys(each.inner for each in ordered)
    return Ts(" | ".join(texts), len(texts) == 1)


def literal(text: str) -> str:
    """A string literal. Non-ASCII is escaped: lone surrogates and line separators are no trouble then."""
    return json.dumps(text)


def property_name(name: str) -> str:
    # A method that is called `new` would be read as a constructor.
    return name if _IDENTIFIER.fullmatch(name) and name != "new" else literal(name)


def type_name(name: str) -> str:
    """A name for an interface or a type variable: not one that TypeScript or JavaScript needs for itself."""
    if not _IDENTIFIER.fullmatch(name):
        return "Type"
    return f"{name}_" if name in _RESERVED or name in _TYPES else name


def parameter(name: str, used: set[str], index: int) -> str:
    """A name for a parameter: the Python one where JavaScript allows it. Adds it to `used`."""
    if not _IDENTIFIER.fullmatch(name):
        # Letters beyond ASCII: TypeScript's tables may be older than Python's.
        name = (
            name
            if name.isidentifier() and all("\u00bf" < each < "\ud800" or each.isascii() for each in name)
            else f"arg{index}"
        )
    if name in _RESERVED:
        name += "_"
    while name in used:
        name += "_"
    used.add(name)
    return name


def optional_name(name: str, optional: bool) -> str:
    return f"{name}?" if optional else name


def jsdoc(
    text: str, names: Iterable[tuple[str, str]] = (), notes: Iterable[str] = (), indent: str = ""
) -> str:
    """A docstring (cleaned by inspect.cleandoc) as a comment and a line break; "" when there is nothing to say.

    `names`: Python's parameter names and those that they got. Sections of the Google, numpy and Sphinx styles become
    `@param`, `@returns` and `@throws`; any other form stays as it is.
    """
    text = text[:_MOST_DOC].encode("utf-8", "replace").decode("utf-8")
    lines = [*_tags(text, dict(names)), *notes]
    lines = [
        "".join(char if char.isprintable() or char == "\t" else " " for char in each).rstrip()
        for each in lines
    ]
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        return ""
    safe = [each.replace("*/", "*\\/") for each in lines]
    if len(safe) == 1:
        return f"{indent}/** {safe[0].lstrip()} */\n"
    body = "".join(f"{indent} * {each}".rstrip() + "\n" for each in safe)
    return f"{indent}/**\n{body}{indent} */\n"


def _tags(text: str, names: dict[str, str]) -> list[str]:
    lines = text.splitlines()
    out: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        underlined = index + 1 < len(lines) and re.fullmatch(r"\s*-{3,}\s*", lines[index + 1]) is not None
        head = line.strip().lower()
        key = head.removesuffix(":")
        if key in _SECTIONS and (underlined or (head.endswith(":") and line[:1].strip())):
            index += 2 if underlined else 1
            body: list[str] = []
            while index < len(lines) and not _starts_section(lines, index, underlined):
                body.append(lines[index])
                index += 1
            out += _section(_SECTIONS[key], line.strip(), body, underlined, names)
            continue
        sphinx = _SPHINX.fullmatch(line.strip())
        if sphinx is not None:
            tag = {"param": "@param", "raises": "@throws"}.get(sphinx[1], "@returns")
            who = names.get(sphinx[2], sphinx[2])
            out.append(" ".join(part for part in (tag, who, sphinx[3]) if part))
        else:
            # A word like "@decorator" at the start of a line would be taken for a tag.
            out.append(re.sub(r"^(\s*)@", r"\1\\@", line))
        index += 1
    return out


def _starts_section(lines: list[str], index: int, underlined: bool) -> bool:
    line = lines[index]
    if underlined:
        return index + 1 < len(lines) and re.fullmatch(r"\s*-{3,}\s*", lines[index + 1]) is not None
    return bool(line[:1].strip())


def _section(tag: str, title: str, body: list[str], underlined: bool, names: dict[str, str]) -> list[str]:
    """The lines of one section: entries begin at its own indentation, what stands deeper goes on with the entry."""
    body = [each for each in body if each.strip()]
    if not tag:
        return [title, *body]
    least = min((len(each) - len(each.lstrip()) for each in body), default=0)
    entries: list[list[str]] = []
    for each in body:
        deeper = len(each) - len(each.lstrip()) > least
        # In Google's style what is returned is a text of several lines, not a list.
        if entries and (deeper or (tag == "@returns" and not underlined)):
            entries[-1].append(each.strip())
        else:
            entries.append([each.strip()])
    return [line for entry in entries if (line := _entry(tag, entry, underlined, names))]


def _entry(tag: str, entry: list[str], underlined: bool, names: dict[str, str]) -> str:
    head, rest = entry[0], entry[1:]
    if underlined:
        name = head.partition(":")[0].strip() if tag == "@param" else head
        text = " ".join(rest)
    else:
        name, _, first = head.partition(":")
        name = re.sub(r"\s*\(.*\)\s*$", "", name).strip()
        if tag == "@returns":
            # "Returns:\n  dict: the row" and "Returns:\n  The row: as it is" look the same; the type is known anyway.
            name, first = "", head
        text = " ".join([first.strip(), *rest])
    if tag == "@param":
        asked = [each.strip("* ") for each in name.split(",")]
        # What JavaScript cannot give (by keyword) is not spoken of.
        known = [names.get(each, each) for each in asked if not names or each in names]
        if not known:
            return ""
        name = ", ".join(known)
    dash = "- " if tag == "@param" and text else ""
    return " ".join(part for part in (tag, name, f"{dash}{text}".strip()) if part)
