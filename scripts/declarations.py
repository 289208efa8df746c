"""Write qjs_kernel/language/types/names.json: the names that a guest really has, for the language server.

`python scripts/declarations.py` asks a guest and writes the file, `--check` only says whether it is up to date. The
question is the one of `compatibility.py`; a test asks it again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import compatibility  # type: ignore[import-not-found]  # beside this script

__all__ = ["document", "main"]

TARGET = Path(__file__).parent.parent / "qjs_kernel" / "language" / "types" / "names.json"


def document() -> str:
    """The text of names.json."""
    found = compatibility._measured()
    names = {
        "globals": found["globals"],
        "modules": {name: each["names"] for name, each in found["modules"].items()},
    }
    return json.dumps(names, indent=1, sort_keys=True) + "\n"


def main() -> int:
    """Write or check the file; 1 when it is out of date."""
    text = document()
    if "--check" in sys.argv[1:]:
        same = TARGET.exists() and TARGET.read_text("utf-8") == text
        sys.stdout.write(
            "up to date\n" if same else f"{TARGET} is out of date: python scripts/declarations.py\n"
        )
        return 0 if same else 1
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text, "utf-8")
    sys.stdout.write(f"{TARGET}: {len(text)} characters\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
