"""Completion of guest code: the language service first, the guest's present values where it has nothing to say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qjs_kernel.assist.places import GuestText
from qjs_kernel.assist.suggestions import KEYWORDS, Suggestion, fitting
from qjs_kernel.assist.values import look, path_before, shown
from qjs_kernel.glance import declared_names, in_code
from qjs_kernel.session import Session

if TYPE_CHECKING:
    from qjs_kernel.language import LanguageService

__all__ = ["complete_code"]

_SECONDS = 0.65
_SPACES = re.compile(r"\s+")


async def complete_code(
    session: Session, service: LanguageService | None, source: GuestText, offset: int
) -> list[Suggestion]:
    """Suggestions for `offset` of the text, with offsets in it; at most about 0.9 s."""
    found = await _from_service(service, source, offset) if service is not None else []
    if not found and in_code(source.text[:offset]):
        found = await _from_values(session, source, offset)
    return found


async def _from_service(service: LanguageService, source: GuestText, offset: int) -> list[Suggestion]:
    answer = await service.complete(source.path, source.text, offset, timeout=_SECONDS)
    found = []
    for item in answer.items:
        if item.start < answer.start or item.end != answer.end:
            continue  # all suggestions of a reply take the place of the same text
        text = source.text[answer.start : item.start] + item.insert
        found.append(Suggestion(text, answer.start, answer.end, item.kind, _SPACES.sub(" ", item.detail)))
    return fitting(found, source.text[answer.start : offset])


async def _from_values(session: Session, source: GuestText, offset: int) -> list[Suggestion]:
    path = path_before(source.text[:offset])
    if path is None or not (path.word or path.member):
        return []
    start, end = offset - len(path.word), offset
    asked = await look(session, path.names, path.word)
    present = [
        Suggestion(name, start, end, kind, _SPACES.sub(" ", shown(signature)))
        for name, kind, signature in (asked.names if asked is not None else ())
    ]
    if path.member:
        return fitting(present, path.word)
    here = [
        Suggestion(name, start, end, _kind(kind))
        for name, kind in declared_names(source.text).items()
        if name != path.word
    ]
    earlier = [Suggestion(name, start, end, "variable") for name in session.names()]
    words = [Suggestion(word, start, end, "keyword") for word in KEYWORDS]
    return fitting([*here, *present, *earlier, *words], path.word)


def _kind(declared: str) -> str:
    return {"function": "function", "function*": "function", "class": "class"}.get(declared, "variable")
