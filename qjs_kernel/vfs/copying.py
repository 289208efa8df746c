"""Copying a directory with all below it, merging into what is at the destination."""

from __future__ import annotations

import posixpath

from qjs_kernel.vfs.nodes import Dir, File, Link, Node
from qjs_kernel.vfs.tree import Call, Tree

__all__ = ["copy_tree"]


def copy_tree(
    tree: Tree,
    path: str,
    dest: str,
    call: Call,
    *,
    overwrite: bool = True,
    dereference: bool = False,
    verbatim_links: bool = False,
    keep_times: bool = False,
    origin: str = "guest",
    force: bool = False,
) -> None:
    """Copy `path`, whatever it is, to `dest`: all of it or nothing. With `overwrite` false existing files stay.

    A link is copied as a link to the same place (its text unchanged with `verbatim_links`), or with
    `dereference` as what it leads to. FsError as the operations of `Tree`; EINVAL for a copy into itself.
    """
    source, top = tree.existing(path, call, follow=dereference)
    target = tree.find(dest, call, follow=dereference)
    if isinstance(top, Dir) and target.names[: len(source.names)] == source.names:
        call.fail("EINVAL")
    with tree.all_or_nothing():
        # all_or_nothing took a snapshot, so these nodes are frozen: the copy cannot feed on itself.
        pending: list[tuple[Node, str, str]] = [(top, source.path, target.path)]
        while pending:
            node, where, to = pending.pop()
            if dereference and isinstance(node, Link):
                resolved, node = tree.existing(where, call)
                where = resolved.path
                if isinstance(node, Dir) and (to + "/").startswith(where.rstrip("/") + "/"):
                    call.fail("EINVAL")
            there = tree.find(to, call, follow=False).node
            if isinstance(node, Dir):
                if there is None:
                    tree.mkdir(to, call, mode=node.mode, origin=origin, force=force)
                elif not isinstance(there, Dir):
                    call.fail("ENOTDIR")
                base, prefix = where.rstrip("/"), to.rstrip("/")
                # Reversed: a stack takes the last first, and the copy goes in the order of the names.
                for name in sorted(node.children, reverse=True):
                    pending.append((node.children[name], f"{base}/{name}", f"{prefix}/{name}"))
                continue
            if isinstance(there, Dir):
                call.fail("EISDIR")
            if there is not None and (not overwrite or where == to):
                continue
            if isinstance(there, Link) or (there is not None and isinstance(node, Link)):
                tree.remove(to, call, want="file", force=force)
                there = None
            if isinstance(node, Link):
                text = node.target
                if not verbatim_links and not text.startswith("/"):
                    text = posixpath.normpath(posixpath.join(posixpath.dirname(where), text))
                tree.symlink(text, to, call, origin=origin, force=force)
                continue
            assert isinstance(node, File)
            tree.write(to, node.read(), call, origin=origin, force=force)
            if there is None or keep_times:
                tree.set_meta(
                    to,
                    call,
                    mode=node.mode if there is None else None,
                    mtime=node.mtime if keep_times else None,
                    force=force,
                )
