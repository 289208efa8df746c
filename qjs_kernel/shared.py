"""`SharedDirectory`: what a sandbox and its worker have in common on disk: the stop word and the checkpoints."""

from __future__ import annotations

import mmap
import os
import shutil
import tempfile
from pathlib import Path

from qjs_kernel.protocol import BETWEEN_RUNS, Restored

__all__ = ["SharedDirectory", "copied"]


class SharedDirectory:
    """A directory private to one sandbox, made when it is first asked for. `close` removes it."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._stop_word: mmap.mmap | None = None
        self._serials: dict[str, int] = {}

    @property
    def path(self) -> Path:
        """Where it is; it is there from now on."""
        if self._path is None:
            self._path = Path(tempfile.mkdtemp(prefix="qjs-sandbox-"))
            with open(self._path / "stop", "w+b") as file:
                file.write(bytes(8))
                file.flush()
                self._stop_word = mmap.mmap(file.fileno(), 8)
        return self._path

    def close(self) -> None:
        """Remove it. Idempotent."""
        if self._stop_word is not None:
            self._stop_word.close()
            self._stop_word = None
        if self._path is not None:
            shutil.rmtree(self._path, ignore_errors=True)
            self._path = None

    # The stop word, which running guest code polls

    @property
    def can_stop(self) -> bool:
        """Whether there is a stop word: not before a worker has been opened."""
        return self._stop_word is not None

    def stop(self, run: int) -> None:
        """Tell the worker to stop `run`; 0: the work between runs. Any thread."""
        word = self._stop_word
        if word is not None:
            word[:4] = run.to_bytes(4, "little") if run else BETWEEN_RUNS

    def turn_ended(self) -> None:
        """Work between runs is over: what was to stop it must not stop the next."""
        word = self._stop_word
        if word is not None and word[:4] == BETWEEN_RUNS:
            word[:4] = bytes(4)

    # Checkpoints: the worker uses its files in turn

    def saved(self, image: Restored) -> None:
        """The worker has written `image` into its file, over what was there."""
        self._serials[image.file] = image.serial

    def still_there(self, image: Restored) -> bool:
        """Whether the file of `image` still holds it."""
        return self._serials.get(image.file, image.serial) == image.serial


def copied(image: Restored, target: Path) -> Restored:
    """A copy of the checkpoint at `target`."""
    shutil.copyfile(image.file, target)
    os.truncate(target, image.size)
    return Restored(str(target), image.size, image.stack_pointer)
