"""`python -m tests.bench`: one table of medians, with ratios where there is something to compare with.

It asserts nothing about speed; a section that fails says so and the others go on. Machines are noisy: quote ratios.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
import traceback

import psutil

from tests.bench import display_side, kernel_side, language_side, npm_side, sandbox_side
from tests.bench.table import Row, render

SECTIONS = {
    **kernel_side.SECTIONS,
    **sandbox_side.SECTIONS,
    **language_side.SECTIONS,
    **display_side.SECTIONS,
}


def sections(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in SECTIONS:
            raise argparse.ArgumentTypeError(f"unknown section {name!r}; there are {', '.join(SECTIONS)}")
    return names


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure qjs_kernel.")
    parser.add_argument("--only", type=sections, default=list(SECTIONS), help=f"some of {','.join(SECTIONS)}")
    parser.add_argument(
        "--npm", action="store_true", help="compare with the npm library too (needs node and npm)"
    )
    options = parser.parse_args()

    npm = npm_side.measure() if options.npm else {}
    rows: list[Row] = []
    failed = []
    with kernel_side.installed():
        for name in options.only:
            start = time.perf_counter()
            try:
                rows.extend(SECTIONS[name](npm))
            except Exception:
                failed.append(name)
                traceback.print_exc()
            print(f"{name}: {time.perf_counter() - start:.1f} s", file=sys.stderr)
    print(
        f"Python {platform.python_version()}, {psutil.cpu_count()} cores, {platform.system()} {platform.machine()}\n"
    )
    print(render(rows))
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
