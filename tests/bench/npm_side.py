"""The npm library of the log-alert example, measured on the same programs: only with --npm, needs node and npm."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.seed_example import programs

FOLDER = Path(__file__).parent / "seed_library"


def measure() -> dict[str, float]:
    """Medians in seconds by figure; empty, with a word on stderr, where node or npm is missing or fails."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        print("--npm: node or npm not found, left out", file=sys.stderr)
        return {}
    with tempfile.TemporaryDirectory(prefix="qjs-bench-") as name:
        folder = Path(name)
        for file in FOLDER.iterdir():
            shutil.copy(file, folder)
        (folder / "programs.json").write_text(json.dumps(programs()), encoding="utf-8")
        try:
            subprocess.run(
                [npm, "install", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True, timeout=300
            )
            run = subprocess.run(
                [node, "measure.mjs", "programs.json"],
                cwd=folder,
                check=True,
                timeout=300,
                stdout=subprocess.PIPE,
                text=True,
            )
        except (subprocess.SubprocessError, OSError) as error:
            print(f"--npm: left out: {error}", file=sys.stderr)
            return {}
        figures: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
        return figures
