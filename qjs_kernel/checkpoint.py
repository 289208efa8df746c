"""`Checkpoint`: the state of a sandbox at one moment, to go back to."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from qjs_kernel.answers import FileState
from qjs_kernel.protocol import Restored

__all__ = ["Checkpoint"]


class Checkpoint:
    """The state of a sandbox at one moment: guest and files.

    copied   its file is its own, and goes with the object; else it is one the worker will use again
    """

    def __init__(self, image: Restored | None, files: FileState, owner: object, *, copied: bool) -> None:
        self._image = image
        self.copied = copied
        self._closed = False
        self.files = files
        self.owner = owner

    @property
    def image(self) -> Restored | None:
        """Where the guest's memory lies; None: the guest had not been started. ValueError once closed."""
        if self._closed:
            raise ValueError("this checkpoint is closed")
        return self._image

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self._image.size if self._image is not None else 0

    def copy(self) -> Checkpoint:
        """One with a file of its own; itself where there is no file, or no room for another."""
        image = self.image
        if image is None:
            return self
        handle, name = tempfile.mkstemp(prefix="qjs-checkpoint-")
        os.close(handle)
        made = Checkpoint(
            Restored(name, image.size, image.stack_pointer), self.files, self.owner, copied=True
        )
        try:
            shutil.copyfile(image.file, name)
            os.truncate(name, image.size)
        except OSError:
            made.close()
            return self
        return made

    def close(self) -> None:
        """Remove the copy on disk. Idempotent; the checkpoint cannot be restored any more."""
        self._closed = True
        image, self._image = self._image, None
        if image is not None and self.copied:
            Path(image.file).unlink(missing_ok=True)

    def __del__(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            self.close()
