"""`python -m qjs_kernel install|uninstall`: tell Jupyter that this kernel is there, and which Python runs it."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["KERNEL_NAME", "InstallError", "install", "main", "spec_source", "uninstall"]

KERNEL_NAME = "qjs"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")


class InstallError(Exception):
    """The kernel cannot be installed or removed as asked; the message says why."""


def spec_source() -> Path:
    """The folder with kernel.json and the logos: inside the wheel, or beside the package in a checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package / "kernelspec", package.parent / "kernelspec"):
        if (folder / "kernel.json").is_file():
            return folder
    raise InstallError(f"no kernel.json in {package / 'kernelspec'} nor in {package.parent / 'kernelspec'}")


def _checked_name(name: str) -> str:
    if not _NAME.match(name):
        raise InstallError(f"a kernel name has letters, digits, '.', '_' and '-' only, not {name!r}")
    return name


def _spec(display_name: str | None, env: dict[str, str]) -> dict[str, Any]:
    spec: dict[str, Any] = json.loads((spec_source() / "kernel.json").read_text(encoding="utf-8"))
    # "python" in the packaged file is whatever comes first on PATH; installed by hand it is this very one.
    spec["argv"] = [sys.executable, *spec["argv"][1:]]
    if display_name is not None:
        spec["display_name"] = display_name
    if env:
        spec["env"] = {**spec.get("env", {}), **env}
    return spec


def _folder(name: str, user: bool, prefix: str | None) -> Path:
    from jupyter_core.paths import SYSTEM_JUPYTER_PATH, jupyter_data_dir

    if user:
        base = Path(jupyter_data_dir())
    elif prefix is not None:
        base = Path(prefix) / "share" / "jupyter"
    else:
        base = Path(SYSTEM_JUPYTER_PATH[0])
    return base / "kernels" / name


def install(
    *,
    user: bool = False,
    prefix: str | None = None,
    name: str = KERNEL_NAME,
    display_name: str | None = None,
    env: dict[str, str] | None = None,
) -> Path:
    """Write the kernelspec and return its folder; an earlier one of that name is replaced.

    user    for this user; else below `prefix`, else for the whole system
    env     environment variables that the kernel is started with
    """
    target = _folder(_checked_name(name), user, prefix)
    spec = _spec(display_name, dict(env or {}))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Built beside it and moved, so that a reader never meets half a kernelspec.
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".qjs-") as scratch:
            new = Path(scratch) / "new"
            # copyfile, not copy2: a read-only installation must not give a kernelspec nobody can replace.
            shutil.copytree(spec_source(), new, copy_function=shutil.copyfile)
            new.chmod(0o755)
            text = json.dumps(spec, indent=1, ensure_ascii=False)
            (new / "kernel.json").write_text(f"{text}\n", encoding="utf-8")
            if target.exists():
                target.rename(Path(scratch) / "old")
            new.rename(target)
    except OSError as error:
        raise InstallError(f"cannot write {target}: {error.strerror or error}") from error
    return target


def uninstall(*, user: bool = False, prefix: str | None = None, name: str = KERNEL_NAME) -> Path:
    """Remove the kernelspec that `install` with the same arguments wrote; returns its folder."""
    target = _folder(_checked_name(name), user, prefix)
    if not (target / "kernel.json").is_file():
        raise InstallError(f"no kernel named {name!r} in {target.parent}")
    try:
        shutil.rmtree(target)
    except OSError as error:
        raise InstallError(f"cannot remove {target}: {error.strerror or error}") from error
    return target


def _key_value(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise argparse.ArgumentTypeError(f"write KEY=VALUE, not {text!r}")
    return key, value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m qjs_kernel",
        description="The Jupyter kernel for sandboxed TypeScript. Called with -f FILE, it runs as a kernel.",
    )
    actions = parser.add_subparsers(dest="action", required=True)
    for action, summary in (
        ("install", "tell Jupyter of this kernel"),
        ("uninstall", "remove it from Jupyter"),
    ):
        sub = actions.add_parser(action, help=summary, description=summary)
        place = sub.add_mutually_exclusive_group()
        place.add_argument("--user", action="store_true", help="for this user")
        place.add_argument("--sys-prefix", action="store_true", help=f"for this environment ({sys.prefix})")
        place.add_argument("--prefix", metavar="DIR", help="below DIR/share/jupyter/kernels")
        sub.add_argument("--name", default=KERNEL_NAME, help="the kernel's name (default: %(default)s)")
        if action == "install":
            sub.add_argument("--display-name", metavar="TEXT", help="what the launcher shows")
            sub.add_argument(
                "--env",
                metavar="KEY=VALUE",
                type=_key_value,
                action="append",
                default=[],
                help="for the kernel",
            )
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run `install` or `uninstall`; returns the exit status."""
    options = _parser().parse_args(argv)
    where: dict[str, Any] = {
        "user": options.user,
        "prefix": sys.prefix if options.sys_prefix else options.prefix,
        "name": options.name,
    }
    try:
        if options.action == "install":
            folder = install(**where, display_name=options.display_name, env=dict(options.env))
            sys.stdout.write(f"installed {options.name} in {folder}\n")
        else:
            folder = uninstall(**where)
            sys.stdout.write(f"removed {options.name} from {folder.parent}\n")
    except InstallError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0
