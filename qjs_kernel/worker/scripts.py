"""The guest's own JavaScript: what the boot image is made of, and what is loaded when a program first asks for it."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files
from pathlib import Path

from qjs_kernel.worker.images import write_atomically
from qjs_kernel.worker.source.templates import without_templates

__all__ = ["LazyScripts", "boot_script"]

_BOOT = (
    "primordials", "codec", "bridge", "text", "kinds", "layout", "stacks", "heads", "contents", "inspect", "format",
    "console", "timers", "process", "jsx", "modules", "fs_arguments", "fs", "control",
)  # fmt: skip
_LAZY_NAME = re.compile(r"(?:internal|node|web)/[a-z_0-9]+")


def _read(name: str) -> str:
    root = files("qjs_kernel.worker").joinpath("js")
    return root.joinpath(*f"{name}.js".split("/")).read_text("utf-8").strip()


def boot_script() -> str:
    """The scripts of the boot image as one, whose value is the control function."""
    *rest, control = (f"({_read(name)})" for name in _BOOT)
    body = ";\n".join(f"{part}(k)" for part in rest)
    return f"(function () {{ const k = {{ __proto__: null }};\n{body};\nreturn {control}(k); }})()"


class LazyScripts:
    """Scripts by name ("node/events"), ready to be evaluated; prepared once a version, kept in `cache`."""

    def __init__(self, cache: Path | None) -> None:
        self._cache = cache
        self._ready: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """The script, None when there is none of that name."""
        script = self._ready.get(name)
        if script is None and _LAZY_NAME.fullmatch(name):
            try:
                source = _read(name)
            except OSError:
                return None
            script = self._ready[name] = self._prepared(f"({source})")
        return script

    def _prepared(self, source: str) -> str:
        if self._cache is None:
            return without_templates(source)
        path = self._cache / f"script-{hashlib.sha256(source.encode()).hexdigest()[:24]}.js"
        try:
            return path.read_text("utf-8")
        except (OSError, ValueError):
            script = without_templates(source)
            write_atomically(path, script.encode())
            return script
