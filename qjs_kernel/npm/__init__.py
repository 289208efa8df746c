"""Packages of the npm registry, for the sandbox: installed by the machine's npm, then plain files.

`install` gives mounts for `Sandbox`; a notebook has `%npm`. `specs` checks what is asked for, `client` runs npm,
`packages` makes values of what it installed, `shelf` mounts them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qjs_kernel.limits import Limits
from qjs_kernel.npm.client import Npm
from qjs_kernel.npm.errors import NpmError, NpmMissing, RegistryUnreachable
from qjs_kernel.npm.packages import Package, PackageSet, add_packages, room_in
from qjs_kernel.npm.shelf import Added, Shelf
from qjs_kernel.npm.specs import Spec, parse_spec

__all__ = [
    "Added",
    "Npm",
    "NpmError",
    "NpmMissing",
    "Package",
    "PackageSet",
    "RegistryUnreachable",
    "Shelf",
    "Spec",
    "install",
    "parse_spec",
]


def install(
    specs: Iterable[str],
    *,
    limits: Limits | None = None,
    timeout: float | None = None,
    npm: Npm | None = None,
) -> dict[str, Any]:
    """Install packages and return them as mounts: `Sandbox(mounts={**install(["zod@3"]), "src": {…}})`.

    specs    names of the registry, with a version, range or tag: "zod", "zod@3", "@scope/name@^1.2"
    limits   those of the sandbox: what does not fit into its files is an NpmError that says what to raise
    timeout  seconds that npm may take, 120 by default
    npm      which npm to run; the machine's by default

    NpmMissing, RegistryUnreachable or another NpmError; nothing stays on disk but npm's downloads.
    """
    wanted = [specs] if isinstance(specs, str) else list(specs)
    parsed = [parse_spec(spec) for spec in wanted]
    if not parsed:
        raise NpmError("no package is named")
    # The directory node_modules itself is the one that is taken.
    room = room_in(limits or Limits(), 1)
    _, trees = add_packages(PackageSet(), parsed, npm or Npm.find(), room, timeout=timeout)
    return {"node_modules": trees}
