"""`Checkpoint`: the state of a sandbox at one moment, to go back to."""

from __future__ import annotations

import contextlib
from pathlib import Path

from qjs_kernel.answers import FileState
from qjs_kernel.protocol import Restored

__all__ = ["Checkpoint"]


class Checkpoint:
    """The state of a sandbox at one moment: guest and files. Its copy on disk goes with the object."""

    def __init__(self, image: Restored | None, files: FileState, owner: object) -> None:
        self._image = image
        self.files = files
        self.owner = owner

    @property
    def image(self) -> Restored | None:
        """Where the guest's memory lies; None: the guest had not been started."""
        return self._image

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self._image.size if self._image is not None else 0

    def close(self) -> None:
        """Remove the copy on disk. Idempotent; the checkpoint cannot be restored any more."""
        image, self._image = self._image, None
        if image is not None:
            Path(image.file).unlink(missing_ok=True)

    def __del__(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            self.close()
