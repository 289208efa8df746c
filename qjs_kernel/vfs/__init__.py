"""The virtual filesystem: the only files the guest can see. Nothing in here reaches a host file, except
`VirtualFS.mount_host`, which copies regular files in once, when the owner asks for it.

`paths` checks and normalises names, `nodes` holds the data, `tree` the operations with their errors,
`mounts` reads what the owner mounts, `filesystem` is the owner's API.
"""

from __future__ import annotations

from qjs_kernel.vfs.filesystem import VirtualFS
from qjs_kernel.vfs.mounts import MountReport
from qjs_kernel.vfs.nodes import Change, MountInfo, Snapshot, Stat
from qjs_kernel.vfs.paths import MAX_NAME, MAX_PATH, normalize

__all__ = [
    "MAX_NAME",
    "MAX_PATH",
    "Change",
    "MountInfo",
    "MountReport",
    "Snapshot",
    "Stat",
    "VirtualFS",
    "normalize",
]
