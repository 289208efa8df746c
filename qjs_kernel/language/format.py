"""Formatting with the binary of the language server: `deno fmt`, which reads a text and writes a text."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from qjs_kernel.errors import QjsError
from qjs_kernel.language.server import find_command

__all__ = ["EXTENSIONS", "CannotFormat", "format_text"]

# What `deno fmt --ext` takes of what a sandbox holds.
EXTENSIONS: Final = frozenset(
    {
        "ts",
        "tsx",
        "mts",
        "cts",
        "js",
        "jsx",
        "mjs",
        "cjs",
        "json",
        "jsonc",
        "md",
        "css",
        "html",
        "yaml",
        "yml",
    }
)
_SECONDS = 10.0
_LONGEST_TEXT = 2_000_000
_KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class CannotFormat(QjsError):
    """A text that cannot be formatted (the message says where it goes wrong), or nothing that could do it."""


def _binary(command: Sequence[str] | None) -> str:
    try:
        first = (command or find_command())[0]
    except FileNotFoundError:
        first = ""
    if "deno" not in os.path.basename(first):
        # The server may be another one: formatting is this binary's alone.
        first = shutil.which("deno") or ""
    if not first:
        raise CannotFormat(
            "formatting needs deno: `pip install deno` brings it, where there is a wheel of it"
        )
    return first


def format_text(text: str, path: str, *, command: Sequence[str] | None = None) -> str:
    """`text`, which is a file of the name `path`, as `deno fmt` writes it; CannotFormat says what is wrong.

    The text goes in and out by pipe; the program gets an empty directory, no network and at most 10 s.
    """
    extension = PurePosixPath(path).suffix.removeprefix(".")
    if extension not in EXTENSIONS:
        raise CannotFormat(f"{path} is of no kind that can be formatted ({', '.join(sorted(EXTENSIONS))})")
    if len(text) > _LONGEST_TEXT:
        raise CannotFormat(f"{path} is longer than the {_LONGEST_TEXT:,} characters that are formatted")
    binary = _binary(command)
    with tempfile.TemporaryDirectory(prefix="qjs-format-") as place:
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        environment |= {"DENO_DIR": place, "HOME": place, "DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
        try:
            done = subprocess.run(
                [binary, "fmt", "--no-config", "--ext", extension, "-"],
                input=text.encode("utf-8", "replace"),
                capture_output=True,
                env=environment,
                cwd=place,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise CannotFormat(f"formatting {path} took longer than {_SECONDS:g} s") from None
        except OSError as error:
            raise CannotFormat(f"deno cannot be started: {error.strerror}") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("error: ")
        said = said.replace(f"{Path(place).resolve().as_uri()}/_stdin.{extension}", path)
        raise CannotFormat(
            f"{path} cannot be formatted: {said[:1_000] or f'deno ended with {done.returncode}'}"
        )
    return done.stdout.decode("utf-8", "replace")
