"""The linear memory of a guest: everything read out of it or written into it goes through here, within its bounds."""

from __future__ import annotations

import ctypes
import os
from typing import Final

import wasmtime

__all__ = ["LinearMemory"]

PAGE: Final = 65_536
_PIECE: Final = 64 << 20  # bytes in one call of the operating system


class LinearMemory:
    """The memory of the instance in `store`, which may grow to `limit` bytes. Pointers and lengths are the guest's."""

    def __init__(self, store: wasmtime.Store, memory: wasmtime.Memory, limit: int) -> None:
        self._store = store
        self._memory = memory
        self.limit = limit
        self._length = 0
        self._base = 0
        self._refresh()

    @property
    def size(self) -> int:
        """Bytes; it never shrinks."""
        self._refresh()
        return self._length

    def _refresh(self) -> None:
        self._length = self._memory.data_len(self._store)
        self._base = ctypes.addressof(self._memory.data_ptr(self._store).contents)

    def read(self, pointer: int, length: int) -> bytes:
        """`length` bytes; IndexError when they are not all inside it."""
        pointer &= 0xFFFF_FFFF
        length &= 0xFFFF_FFFF
        if pointer + length > self._length:
            self._refresh()
            if pointer + length > self._length:
                raise IndexError(f"guest memory {pointer}+{length} is out of bounds ({self._length})")
        return ctypes.string_at(self._base + pointer, length)

    def write(self, pointer: int, data: bytes) -> None:
        """Copy `data` to `pointer`; IndexError when it is not all inside."""
        pointer &= 0xFFFF_FFFF
        if pointer + len(data) > self._length:
            self._refresh()
            if pointer + len(data) > self._length:
                raise IndexError(f"guest memory {pointer}+{len(data)} is out of bounds ({self._length})")
        ctypes.memmove(self._base + pointer, data, len(data))

    # The whole of it

    def image(self) -> bytes:
        """A copy."""
        self._refresh()
        return self.read(0, self._length)

    def fill(self, image: bytes) -> None:
        """Replace it by `image`; OSError when that does not fit."""
        self._resize(len(image))
        self.write(0, image)

    def save(self, file: int) -> int:
        """Write it to the open file `file`, from its beginning; returns the bytes."""
        self._refresh()
        view = memoryview((ctypes.c_char * self._length).from_address(self._base)).cast("B")
        os.lseek(file, 0, os.SEEK_SET)
        done = 0
        while done < self._length:
            done += os.write(file, view[done : done + _PIECE])
        return self._length

    def restore(self, file: int, size: int) -> None:
        """Replace it by the image of `size` bytes in the open file `file`; OSError when there is no such image."""
        self._resize(size)
        view = memoryview((ctypes.c_char * size).from_address(self._base)).cast("B")
        os.lseek(file, 0, os.SEEK_SET)
        done = 0
        while done < size:
            part = _read_into(file, view[done : done + _PIECE])
            if not part:
                raise OSError(f"a checkpoint ends after {done} of {size} bytes")
            done += part

    def _resize(self, size: int) -> None:
        if size % PAGE or not self._length <= size <= self.limit:
            raise OSError(f"a checkpoint of {size} bytes does not fit this guest")
        if size > self._length:
            self._memory.grow(self._store, (size - self._length) // PAGE)
            self._refresh()


def _read_into(file: int, view: memoryview) -> int:
    if hasattr(os, "readv"):
        return os.readv(file, [view])
    data = os.read(file, min(len(view), 1 << 20))  # Windows has no readv
    view[: len(data)] = data
    return len(data)
