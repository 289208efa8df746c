"""What is known of the place in the code: type, call, documentation, the present value, where it was declared."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qjs_kernel.assist.places import GuestText
from qjs_kernel.assist.values import look, path_at, shown
from qjs_kernel.display import safe_text, shorten
from qjs_kernel.glance import declaration_of, declared_names, in_code
from qjs_kernel.protocol import Looked
from qjs_kernel.session import Session

if TYPE_CHECKING:
    from qjs_kernel.language import Hover, LanguageService, Signature

__all__ = ["Page", "inspect_code", "inspect_name"]

_SECONDS = 0.65
_SOURCE_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Page:
    """The same text for both kinds of reader."""

    markdown: str
    plain: str


def _join(pages: list[Page]) -> Page | None:
    if not pages:
        return None
    return Page("\n\n".join(p.markdown for p in pages), "\n\n".join(p.plain for p in pages))


def fenced(code: str) -> str:
    """`code` as a block of Markdown that no backticks in it can end."""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}ts\n{code}\n{fence}"


def _inline(code: str) -> str:
    """`code` as a stretch of Markdown's code."""
    mark = "`"
    while mark in code:
        mark += "`"
    room = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{mark}{room}{code}{room}{mark}"


_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_JOINER = "\u2060"


def _prose(markdown: str) -> str:
    """Markdown somebody unknown wrote, with its pictures and tags turned into text.

    Front ends show pictures of Markdown, and so would ask any address for one as soon as a tooltip opens: of this,
    nobody but the writer of the comment knows. A word joiner takes "![" and "<img" apart, also where it would not
    be needed: which stretches are code is a question that Markdown parsers answer differently.
    """
    return _TAG.sub(f"<{_JOINER}", markdown).replace("![", f"!{_JOINER}[")


def _hovered(markdown: str) -> str:
    """The type, in the block that begins the text, as it is; all below it is documentation."""
    lines = markdown.split("\n")
    end = 0
    if lines[0].startswith("```"):
        end = next(
            (at for at, line in enumerate(lines) if at and line.lstrip().startswith("```")), len(lines) - 1
        )
        end += 1
    return "\n".join([*lines[:end], _prose("\n".join(lines[end:]))]) if end < len(lines) else markdown


async def inspect_code(
    session: Session, service: LanguageService | None, source: GuestText, offset: int, *, with_source: bool
) -> Page | None:
    """What stands at `offset` of the text, and the call around it; None when nothing is known. At most about 0.9 s."""
    hover: Hover | None = None
    signature: Signature | None = None
    if service is not None:
        hover, signature = await asyncio.gather(
            service.hover(source.path, source.text, offset, timeout=_SECONDS),
            service.signature(source.path, source.text, offset, timeout=_SECONDS),
        )
    names = path_at(source.text, offset) if in_code(source.text[:offset]) else ()
    pages = []
    if hover is not None:
        pages.append(Page(_hovered(hover.markdown), hover.plain))
    if signature is not None and (hover is None or not names):
        pages.append(_call(signature))
    if names:
        pages += await _present(session, names, known=hover is not None)
    if with_source and len(names) == 1:
        pages += _source(session, names[0], source.text)
    return _join(pages)


async def inspect_name(
    session: Session, service: LanguageService | None, path: str, name: str, *, with_source: bool
) -> Page | None:
    """What `name` (perhaps `a.b`) means in the notebook, as if it stood in a cell at `path`; None for nothing.

    A name that the guest does not have is not the guest's, whatever a checker may say of it.
    """
    names = tuple(name.split("."))
    asked = await look(session, names)
    declared = any(
        names[0] in declared_names(code) or declaration_of(code, names[0]) for _, code in session.cells()
    )
    if not declared and (asked is None or not asked.kind):
        return None
    source = GuestText(path, name, 0, name, 0)
    return await inspect_code(session, service, source, len(name), with_source=with_source)


def _call(signature: Signature) -> Page:
    plain, markdown = [signature.label], [fenced(signature.label)]
    if 0 <= signature.active < len(signature.parameters):
        active = signature.parameters[signature.active]
        count = f"parameter {signature.active + 1} of {len(signature.parameters)}"
        plain.append(f"{count}: {active}")
        markdown.append(f"{count}: **{_inline(active)}**")
    if signature.documentation:
        plain.append(signature.documentation)
        markdown.append(_prose(signature.documentation))
    return Page("\n\n".join(markdown), "\n\n".join(plain))


async def _present(session: Session, names: tuple[str, ...], *, known: bool) -> list[Page]:
    found = await look(session, names)
    if found is None or not found.kind:
        return []
    if found.kind in ("function", "class"):
        # Its type says it all; without one, what is known of it comes from its own text.
        return [] if known else [await _callable(session, names, found)]
    text = shown(found.text)
    kind = "" if known else f"{'.'.join(names)}: {found.kind}\n"
    value = f"now: {text}"
    head = f"{fenced(kind.strip())}\n\n" if kind else ""
    return [Page(f"{head}now: {_inline(text)}", kind + value)]


async def _callable(session: Session, names: tuple[str, ...], found: Looked) -> Page:
    *owner, name = names
    below = await look(session, tuple(owner), name)
    rows = below.names if below is not None else ()
    signature = next((each[2] for each in rows if each[0] == name), "")
    text = f"{found.kind} {name}{' '.join(shown(signature).split())}"
    return Page(fenced(text), text)


def _source(session: Session, name: str, here: str) -> list[Page]:
    """The declaration of `name`, in this text or in the newest cell that has one."""
    for text in [here, *(code for _, code in reversed(session.cells()))]:
        declared = declared_names(text)
        if name not in declared:
            continue
        code = text.strip("\n") if declared[name] == "import" else declaration_of(text, name)
        if code:
            return [_source_page(code)]
    # Not at the beginning of a line: the cell as a whole.
    declares = re.compile(rf"\b(?:let|const|var|function\*?|class|enum)\s+{re.escape(name)}(?![\w$])")
    for _, text in reversed(session.cells()):
        if declares.search(text):
            return [_source_page(text.strip("\n"))]
    return []


def _source_page(code: str) -> Page:
    code = shorten(safe_text(code), _SOURCE_CHARACTERS)
    return Page(f"Source:\n\n{fenced(code)}", f"Source:\n{code}")
