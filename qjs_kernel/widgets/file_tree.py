"""The virtual filesystem as rows: what is shown of it, as text and as a table.

File names are the guest's: they are made harmless and cut here, and only the unfolded directories are looked at.
"""

from __future__ import annotations

import html
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from qjs_kernel.display import cell_width, safe_text
from qjs_kernel.errors import FsError, MountError
from qjs_kernel.magics.grammar import show_size
from qjs_kernel.vfs import Stat, VirtualFS

__all__ = ["Row", "columns", "cut_cells", "origin_of", "package_of", "rows_of", "tree_html", "tree_text"]

ROWS: Final = 500
_IN_A_FOLDER = 200
_NAME_CELLS = 32
_SIZE_CELLS = 9
_MOST_INDENT = 12
_UNFOLDED_DEPTH = 3
_UNFOLDED_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the tree.

    kind     "file", "dir", "symlink"; "more" stands for `count` entries that are not shown
    count    entries of a directory
    open     whether the directory is unfolded
    mode     "r" or "rw", as the guest may use it
    origin   where it came from, in a word or two
    about    the same at length
    """

    path: str
    name: str
    depth: int
    kind: str
    size: int = 0
    count: int = 0
    open: bool = False
    mode: str = ""
    origin: str = ""
    about: str = ""

    @property
    def key(self) -> tuple[str, bool]:
        """Unlike that of all other rows; a path alone might be a file's that is named "…"."""
        return self.path, self.kind == "more"

    @property
    def title(self) -> str:
        """The name with its sign and indentation, cut to the width of its column."""
        sign = ("▾ " if self.open else "▸ ") if self.kind == "dir" else "  "
        return cut_cells("  " * min(self.depth, _MOST_INDENT) + sign + self.name, _NAME_CELLS)

    @property
    def amount(self) -> str:
        """The size of a file, the number of entries of a folded directory."""
        if self.kind == "file":
            return show_size(self.size)
        if self.kind == "dir" and not self.open:
            return f"({self.count:,})"
        return ""


def cut_cells(text: str, width: int) -> str:
    """As much of `text` as fits into `width` character cells, with an ellipsis where something is missing."""
    if len(text) <= width and cell_width(text) <= width:
        return text
    kept = text[: width - 1]
    while cell_width(kept) > width - 1:
        kept = kept[:-1]
    return kept + "…"


def _shown(name: str) -> str:
    return safe_text(name[:300], colours=False).replace("\n", "\\n").replace("\t", "\\t")


def origin_of(path: str, stat: Stat, packages: Collection[str]) -> tuple[str, str]:
    """Where a file came from: in a word, and at length. `packages` are the names of those that %npm has mounted."""
    name = package_of(path)
    if name in packages:
        return "npm", f"of the npm package {name}"
    if stat.origin.startswith("host:"):
        return "host", f"copied from {_shown(stat.origin[5:])}"
    if stat.origin == "mount":
        return "mounted", "mounted by a cell"
    if stat.origin == "guest":
        return "guest", "written by the guest"
    # The folders that a sandbox begins with are nobody's.
    return ("", "a folder") if stat.kind == "dir" else ("you", "written by you")


def package_of(path: str) -> str:
    """The npm package that a path would be in, "" outside of /node_modules."""
    if not path.startswith("/node_modules/"):
        return ""
    parts = path.split("/", 4)[2:4]
    return "/".join(parts if parts[0].startswith("@") else parts[:1])


def rows_of(
    fs: VirtualFS,
    toggled: Mapping[str, bool],
    packages: Collection[str] = (),
    *,
    limit: int = ROWS,
) -> list[Row]:
    """The tree from the top, names sorted, at most `limit` rows.

    toggled   directories that somebody has unfolded (True) or folded (False); the others are unfolded near the top
              while they are small, /node_modules never
    """
    found: list[Row] = []
    pending: list[tuple[int, str, str | int]] = []

    def unfold(folder: str, depth: int) -> None:
        try:
            names = fs.listdir(folder)
        except (FsError, MountError):
            return  # gone since its name was read
        if len(names) > _IN_A_FOLDER:
            pending.append((depth, folder, len(names) - _IN_A_FOLDER))
        base = folder.rstrip("/")
        pending.extend((depth, f"{base}/{name}", name) for name in reversed(names[:_IN_A_FOLDER]))

    unfold("/", 0)
    while pending and len(found) < limit - 1:
        depth, path, name = pending.pop()
        if isinstance(name, int):
            found.append(Row(f"{path}/…", f"… {name:,} more", depth, "more"))
            continue
        row = _row(fs, path, name, depth, toggled, packages)
        if row is not None:
            found.append(row)
            if row.open:
                unfold(path, depth + 1)
    if pending:
        more = sum(each[2] if isinstance(each[2], int) else 1 for each in pending)
        found.append(Row("/…", f"… {more:,} more: fold a folder to see them", 0, "more"))
    return found


def _row(
    fs: VirtualFS,
    path: str,
    name: str,
    depth: int,
    toggled: Mapping[str, bool],
    packages: Collection[str],
) -> Row | None:
    try:
        stat = fs.stat(path, follow=False, digest=False)
        count = len(fs.listdir(path)) if stat.kind == "dir" else 0
        target = fs.readlink(path) if stat.kind == "symlink" else ""
    except (FsError, MountError):
        return None
    shown = _shown(name)
    if stat.kind == "symlink":
        shown += f" → {_shown(target)}"
    origin, about = origin_of(path, stat, packages)
    mode = "r" if stat.read_only or not stat.mode & 0o200 else "rw"
    is_open = False
    if stat.kind == "dir":
        near = depth < _UNFOLDED_DEPTH and count <= _UNFOLDED_ENTRIES and path != "/node_modules"
        is_open = toggled.get(path, near and count > 0)
    return Row(path, shown, depth, stat.kind, stat.size, count, is_open, mode, origin, about)


def columns(row: Row, mark: str = " ") -> str:
    """One line of monospaced text: mark, name, size, mode, origin."""
    if row.kind == "more":
        return f"{mark} {row.title}"
    padding = " " * (_NAME_CELLS - cell_width(row.title))
    return f"{mark} {row.title}{padding} {row.amount:>{_SIZE_CELLS}}  {row.mode:<2}  {row.origin}".rstrip()


def tree_text(rows: list[Row]) -> str:
    """All rows in text."""
    return "\n".join(columns(row).removeprefix("  ") for row in rows)


def tree_html(rows: list[Row]) -> str:
    """All rows as a table, everything in it escaped."""
    cell = "text-align:left;padding:0 12px 0 0;white-space:pre;border:0;"
    number = cell.replace("left", "right", 1)
    lines = []
    for row in rows:
        if row.kind == "more":
            lines.append(f'<tr><td colspan="4" style="{cell}opacity:.75">{html.escape(row.title)}</td></tr>')
            continue
        lines.append(
            f'<tr><th scope="row" title="{html.escape(_shown(row.path))}" style="{cell}font-weight:normal">'
            f"{html.escape(row.title)}</th>"
            f'<td style="{number}">{html.escape(row.amount)}</td><td style="{cell}opacity:.75">{row.mode}</td>'
            f'<td style="{cell}opacity:.75" title="{html.escape(row.about)}">{html.escape(row.origin)}</td></tr>'
        )
    heads = "".join(
        f'<th scope="col" style="{number if title == "Size" else cell}font-weight:normal;opacity:.75">{title}</th>'
        for title in ("Name", "Size", "Mode", "From")
    )
    return (
        '<table style="border-collapse:collapse;margin:0;font-family:var(--jp-code-font-family,monospace);'
        'font-size:var(--jp-code-font-size,13px);color:inherit;background:transparent">'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )
