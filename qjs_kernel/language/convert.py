"""The answers of a language server, as JSON, made into our values. What does not look as it should is left out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal

from qjs_kernel.language.lines import Lines
from qjs_kernel.language.mirror import RESERVED
from qjs_kernel.language.model import Completion, Completions, Edit, Fix, Hover, Problem, Signature
from qjs_kernel.modules import BUILTINS
from qjs_kernel.modules.tables import PREFIX_ONLY, REFUSED

__all__ = ["Reader", "quick_fixes", "symbol_names", "ts_errors"]

MOST_COMPLETIONS: Final = 200
_LONGEST_MESSAGE = 2_000
_LONGEST_TEXT = 20_000
_KINDS: Final[Mapping[int, str]] = {
    1: "text", 2: "method", 3: "function", 4: "constructor", 5: "property", 6: "variable", 7: "class",
    8: "interface", 9: "module", 10: "property", 11: "unit", 12: "value", 13: "enum", 14: "keyword", 15: "snippet",
    16: "color", 17: "file", 18: "reference", 19: "folder", 20: "enum member", 21: "constant", 22: "struct",
    23: "event", 24: "operator", 25: "type parameter",
}  # fmt: skip
_INSIDE = 2  # 0: begins with what is typed; 1: does so in another case
_WORD_BEFORE = re.compile(r"#?[\w$]*$")
_ELSEWHERE = ("npm:", "jsr:", "http:", "https:", "deno:", "data:")
# deno's own findings that say: this import leads nowhere.
_UNRESOLVED = re.compile(
    r"^(no-cache|not-installed|no-local|resolver-error|no-jsr|invalid-|import-map-error)"
)
# What to do about it in a project of Deno's or Node's.
_ADVICE = re.compile(
    r" (?:Do you need to|Try) (?:change your target library|install type definitions|changing the).*$", re.S
)
_LINK = re.compile(r"\[([^\]\n]*)\]\((?:deno|file|vscode|command):[^)\n]*\)")
_FENCE = re.compile(r"^```.*\n?", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*])\*{1,3}(?=\S)([^*\n]+?)\*{1,3}(?![\w*])")
_SPECIFIER = re.compile(r"""(\b(?:from|import|require\()\s*)(['"])([^'"\\\n]+)\2""")
_DEFAULT_IMPORT = re.compile(r"\s*import [\w$]+ from\b")
_FIRST_FIXES = ("Add import", "Update import", "Change spelling", "Did you mean")
_LAST_FIXES = ("Add missing function", "Declare ", "Infer ", "Remove ")


class Reader:
    """Reads answers about `text`, a guest's file at `path`, from a server that knows the guest's root as `root`."""

    def __init__(self, root: Path, path: str, lines: Lines) -> None:
        self._root = root
        self._path = path
        self._lines = lines
        self._text = lines.text

    def clean(self, text: str) -> str:
        """`text` without the host's paths."""
        text = text.replace(self._root.as_uri(), "").replace(str(self._root), "")
        text = re.sub(r"\(([\"'][^\"']*[\"']), \{ with: \{ [^{}]* \} \}\)", r"(\1)", text)
        text = re.sub(r"([\"'])~{1,2}(?:node:)?([\w/]+)(?=[\"'])", r"\1node:\2", text)
        return re.sub(
            rf"(?:\.{{0,2}}/)?{re.escape(RESERVED)}/node/([\w/]+?)(?:\.d\.ts)?(?=[\"'\s)]|$)",
            r"node:\1",
            text,
        )

    def _span(self, where: Any) -> tuple[int, int] | None:
        try:
            start, end = where["start"], where["end"]
            return (
                self._lines.offset(start["line"], start["character"]),
                self._lines.offset(end["line"], end["character"]),
            )
        except (KeyError, TypeError):
            return None

    # Completion

    def completions(
        self, answer: Any, offset: int, ours: frozenset[str]
    ) -> tuple[Completions, list[Mapping[str, Any]]]:
        """The proposals at `offset`, best first, and beside each the item it came from.

        ours  names that earlier cells declare: they come before all other globals
        """
        if isinstance(answer, Mapping):
            items, defaults = answer.get("items") or [], answer.get("itemDefaults") or {}
        else:
            items, defaults = answer or [], {}
        before = _WORD_BEFORE.search(self._text[max(0, offset - 500) : offset])
        word = before[0] if before else ""
        found: list[tuple[Any, Completion, Mapping[str, Any]]] = []
        for item in items:
            if not isinstance(item, Mapping) or not _wanted(item):
                continue
            completion = self._completion(item, defaults, offset, word)
            rank = _rank(completion, item, self._text[completion.start : offset], ours)
            if rank is not None:
                found.append((rank, completion, item))
        found.sort(key=lambda entry: entry[0])
        if found and found[0][0][0] < _INSIDE:
            # What merely has the typed text somewhere in it is better than nothing, but not than what begins with it.
            found = [entry for entry in found if entry[0][0] < _INSIDE]
        # `[Symbol.iterator]` and its like also replace the dot: for their sake all others would have to begin with it.
        found = [entry for entry in found if not _in_brackets(entry[1], offset - len(word))] or found
        del found[MOST_COMPLETIONS:]
        start = min((entry[1].start for entry in found), default=offset - len(word))
        end = max((entry[1].end for entry in found), default=offset)
        widened = tuple(
            replace(
                completion,
                insert=self._text[start : completion.start]
                + completion.insert
                + self._text[completion.end : end],
                start=start,
                end=end,
                sort=f"{index:04}",
            )
            for index, (_, completion, _) in enumerate(found)
        )
        return Completions(widened, start, end), [item for _, _, item in found]

    def _completion(self, item: Mapping[str, Any], defaults: Any, offset: int, word: str) -> Completion:
        label = str(item["label"])
        edit = item.get("textEdit")
        insert, where = str(item.get("insertText") or label), None
        if isinstance(edit, Mapping):
            insert = str(edit.get("newText", insert))
            where = self._span(edit.get("range") or edit.get("insert"))
        elif isinstance(defaults, Mapping) and defaults.get("editRange"):
            insert = str(item.get("textEditText") or insert)
            where = self._span(defaults["editRange"].get("insert") or defaults["editRange"])
        if where is None:
            typed = word
            # A string's text is completed as a whole: 'be-ta' has more than one word.
            if item.get("kind") in (17, 19, 21) and (back := _common(insert, self._text[:offset])) > len(
                typed
            ):
                typed = insert[:back]
            where = (offset - len(typed), offset)
        kind = _KINDS.get(item.get("kind", 0), "")
        return Completion(
            self.clean(label), insert, where[0], where[1], kind, self.clean(str(item.get("detail") or ""))
        )

    def detail(self, answer: Any) -> str:
        """Type or signature of a resolved item, on one line."""
        text = answer.get("detail") if isinstance(answer, Mapping) else None
        return _one_line(_unalias(self.clean(str(text or ""))))

    # Hover and signature

    def hover(self, answer: Any, offset: int) -> Hover | None:
        """What is known at `offset`."""
        if not isinstance(answer, Mapping):
            return None
        parts = answer.get("contents")
        listed = parts if isinstance(parts, list) else [parts]
        markdown = "\n\n".join(filter(None, map(_markup, listed))).strip()
        start, end = self._span(answer.get("range")) or (offset, offset)
        if "**Resolved Dependency**" in markdown:
            markdown = f"```ts\nmodule {self._text[start:end]}\n```"
        markdown = self.clean(_LINK.sub(r"\1", _unalias(markdown)))[:_LONGEST_TEXT]
        markdown = re.sub(r"^```tsx?$", "```ts", markdown, flags=re.MULTILINE)
        markdown = re.sub(r"\n{3,}", "\n\n", markdown).strip()
        return Hover(markdown, _plain(markdown), start, end) if markdown else None

    def signature(self, answer: Any) -> Signature | None:
        """The call, the overload that the server holds for the right one."""
        signatures = answer.get("signatures") if isinstance(answer, Mapping) else None
        if not isinstance(signatures, list) or not signatures:
            return None
        chosen = signatures[min(max(answer.get("activeSignature") or 0, 0), len(signatures) - 1)]
        label = str(chosen.get("label", ""))
        given = [entry for entry in chosen.get("parameters") or [] if isinstance(entry, Mapping)]
        names = tuple(_parameter(entry.get("label"), label) for entry in given)
        active = chosen.get("activeParameter")
        active = active if active is not None else answer.get("activeParameter")
        active = active if isinstance(active, int) and 0 <= active < len(names) else -1
        if names and active < 0 and names[-1].startswith("..."):
            active = len(names) - 1
        texts = [
            _markup(chosen.get("documentation")),
            _markup(given[active].get("documentation")) if active >= 0 else "",
        ]
        texts = [_LINK.sub(r"\1", self.clean(text)).strip() for text in texts]
        return Signature(self.clean(label), names, active, "\n\n".join(filter(None, texts)))

    # Problems

    def problems(self, answer: Any, mounted: frozenset[str], ours: frozenset[str]) -> tuple[Problem, ...]:
        """Errors and warnings, in the order of the text.

        mounted  the guest paths that exist
        ours     names that earlier cells declare
        """
        items = answer.get("items") if isinstance(answer, Mapping) else None
        found = []
        for item in items or []:
            if isinstance(item, Mapping) and item.get("severity", 1) in (1, 2):
                problem = self._problem(item, mounted, ours)
                if problem is not None and problem not in found:
                    found.append(problem)
        return tuple(sorted(found, key=lambda problem: (problem.line, problem.column)))

    def _problem(
        self, item: Mapping[str, Any], mounted: frozenset[str], ours: frozenset[str]
    ) -> Problem | None:
        where = self._span(item.get("range"))
        if where is None:
            return None
        code, message = str(item.get("code", "")), self.clean(str(item.get("message", "")))
        severity: Literal["error", "warning"] = "error" if item.get("severity", 1) == 1 else "warning"
        there = self._text[where[0] : where[1]]
        if code.isdigit():
            code, message = f"TS{code}", _ADVICE.sub("", message)
            if code in ("TS2591", "TS2307") and there.startswith(("'", '"')):
                code, message = "TS2307", _cannot_find(there.strip("'\""))
            elif code == "TS2632" and there in ours:
                code, message = "TS2588", f"Cannot assign to '{there}' because it is a constant."
        elif item.get("source") == "deno":
            if not _UNRESOLVED.match(code):
                return None  # advice on how to write for Deno
            if any(path in mounted for path in re.findall(r"/[^\s'\"]+", message)):
                return None  # it is there, but was of no use to the server, or too large
            code, severity, message = "TS2307", "error", _cannot_find(there.strip("'\"`"))
        line, column = self._lines.line_column(where[0])
        end_line, end_column = self._lines.line_column(max(where))
        return Problem(
            line, column, end_line, end_column, severity, code, message[:_LONGEST_MESSAGE], self._path
        )

    # Fixes

    def fixes(self, answer: Any, uri: str) -> tuple[Fix, ...]:
        """Suggestions that change nothing but the text itself, imports first."""
        found = []
        for action in quick_fixes(answer):
            edits = self._edits(action.get("edit"), uri)
            title = self._as_written(self.clean(str(action.get("title", ""))))
            if edits and not title.startswith("Fix all"):
                found.append(Fix(title, edits))
        return tuple(sorted(dict.fromkeys(found), key=_fix_rank))

    def _as_written(self, text: str) -> str:
        """`text` with imports as one writes them here: "node:path", and mounted files from where this one is."""

        def named(match: re.Match[str]) -> str:
            head, quote, name = match[1], match[2], match[3]
            if name.startswith("/"):
                name = posixpath.relpath(name, posixpath.dirname(self._path))
                name = name if name.startswith(".") else f"./{name}"
            elif name in BUILTINS and name not in PREFIX_ONLY:
                name = f"node:{name}"
            return f"{head}{quote}{name}{quote}"

        return _SPECIFIER.sub(named, text)

    def _edits(self, edit: Any, uri: str) -> tuple[Edit, ...]:
        if not isinstance(edit, Mapping):
            return ()
        changes = dict(edit.get("changes") or {})
        for change in edit.get("documentChanges") or []:
            if "textDocument" not in change:
                return ()  # makes, renames or removes a file
            changes.setdefault(change["textDocument"].get("uri"), []).extend(change.get("edits") or [])
        if set(changes) != {uri}:
            return ()
        edits = []
        for entry in changes[uri]:
            where = self._span(entry.get("range"))
            if where is None:
                return ()
            edits.append(Edit(*where, self._as_written(self.clean(str(entry.get("newText", ""))))))
        edits.sort(key=lambda entry: (entry.start, entry.end))
        overlap = any(after.start < before.end for before, after in pairwise(edits))
        return () if overlap else tuple(edits)


def quick_fixes(answer: Any) -> Iterator[Mapping[str, Any]]:
    """The code actions that are quick fixes with edits of their own: no commands, which somebody would have to run."""
    for action in answer if isinstance(answer, list) else []:
        if not isinstance(action, Mapping) or action.get("command"):
            continue
        if action.get("edit") and str(action.get("kind", "")).startswith("quickfix"):
            yield action


def symbol_names(answer: Any) -> list[str]:
    """The names in an answer about the symbols of a file, those of the outermost level."""
    items = answer if isinstance(answer, list) else []
    return [str(item["name"]) for item in items if isinstance(item, Mapping) and "name" in item]


def ts_errors(answer: Any) -> list[tuple[int, str]]:
    """Line (from 0) and code of every error in an answer about problems."""
    items = answer.get("items") if isinstance(answer, Mapping) else None
    found = []
    for item in items or []:
        if (
            isinstance(item, Mapping)
            and item.get("severity", 1) == 1
            and isinstance(item.get("range"), Mapping)
        ):
            found.append((int(item["range"]["start"]["line"]), str(item.get("code", ""))))
    return found


def _wanted(item: Mapping[str, Any]) -> bool:
    label = item.get("label")
    if not isinstance(label, str) or label.startswith((*_ELSEWHERE, "__cell_")) or RESERVED in label:
        return False
    # An import would have to be added elsewhere in the text, which Jupyter has no way to say: `fixes` proposes it.
    data = item.get("data")
    inner = next(iter(data.values()), None) if isinstance(data, Mapping) and data else None
    return not item.get("additionalTextEdits") and not (isinstance(inner, Mapping) and inner.get("source"))


def _rank(completion: Completion, item: Mapping[str, Any], typed: str, ours: frozenset[str]) -> Any:
    """Where it comes in the list; None: it does not fit what is typed."""
    name = completion.insert
    typed_word = typed.lstrip("?.[\"'") if not name.startswith(typed) else typed
    shown = (
        name if name.startswith(typed) else str(item.get("filterText") or completion.label).lstrip("?.[\"'")
    )
    if shown.startswith(typed_word):
        fit = 0
    elif shown.lower().startswith(typed_word.lower()):
        fit = 1
    elif len(typed_word) >= 2 and typed_word.lower() in shown.lower():
        fit = _INSIDE
    else:
        return None
    bare = shown.strip("\"'").lower()
    # What its author calls private or internal comes last, unless it is asked for.
    hidden = bare.startswith("_") and not typed_word
    return fit, hidden, 0 if completion.label in ours else 1, str(item.get("sortText") or ""), bare, shown


def _in_brackets(completion: Completion, word_start: int) -> bool:
    return completion.start < word_start and completion.insert.lstrip("?.").startswith("[")


def _common(insert: str, before: str) -> int:
    """The length of the longest start of `insert` that `before` ends with."""
    return next(
        (size for size in range(min(len(insert), len(before)), 0, -1) if before.endswith(insert[:size])), 0
    )


def _markup(part: Any) -> str:
    if isinstance(part, Mapping):
        value = str(part.get("value", ""))
        return f"```{part['language']}\n{value}\n```" if "language" in part else value
    return part if isinstance(part, str) else ""


def _unalias(text: str) -> str:
    """An imported name is shown as what it is: TypeScript adds "(alias)" and the line of the import."""
    text = re.sub(r"^\(alias\) ", "", text, flags=re.MULTILINE)
    return re.sub(r"\nimport [\w$]+(?: = c\d+\.\w+)?(?=\n|$)", "", text)


def _plain(markdown: str) -> str:
    text = _FENCE.sub("", markdown)
    text = _EMPHASIS.sub(r"\1", text)
    text = re.sub(r"`([^`\n]+)`", r"\1", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _one_line(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= 300 else f"{shown[:299]}…"


def _parameter(label: Any, signature: str) -> str:
    if isinstance(label, Sequence) and not isinstance(label, str) and len(label) == 2:
        units = signature.encode("utf-16-le")
        return units[label[0] * 2 : label[1] * 2].decode("utf-16-le", "replace")
    return str(label or "")


def _cannot_find(specifier: str) -> str:
    name = specifier.removeprefix("node:")
    if name in REFUSED and (specifier.startswith("node:") or name == specifier):
        return f"'{specifier}' is not available in the sandbox: {REFUSED[name][0]}"
    if specifier.startswith(_ELSEWHERE):
        return (
            f"Cannot import '{specifier}': only mounted files, packages in /node_modules and node: modules."
        )
    return f"Cannot find module '{specifier}'."


def _fix_rank(fix: Fix) -> tuple[int, bool]:
    def among(starts: Iterable[str]) -> bool:
        return fix.title.startswith(tuple(starts))

    # A default export has whatever name its file has: what is really called so comes first.
    default = any(_DEFAULT_IMPORT.match(edit.text) for edit in fix.edits)
    return 0 if among(_FIRST_FIXES) else 2 if among(_LAST_FIXES) else 1, default
