"""The guest and its checkpoints: boot image, slots, restore. What a run may lose comes back from here."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

from qjs_kernel.protocol import Open, Restored, SetEnv
from qjs_kernel.worker.guest import Guest, Image, Imports
from qjs_kernel.worker.images import write_atomically
from qjs_kernel.worker.scripts import boot_script
from qjs_kernel.worker.source.templates import without_templates

__all__ = ["GuestState"]

_BOOT_MEMORY = 64 * 2**20
_HISTORY_BYTES = 256 * 2**20
# Names of limits that the guest's own code enforces; the others are the host's or the worker's business.
_GUEST_LIMITS = ("result_nodes", "result_bytes", "result_depth", "timers", "intervals", "host_calls")


class GuestState:
    """Owns the current `Guest` of a sandbox and can always make one again.

    `image`    the compiled engine
    `opened`   the sandbox's parameters, applied to every new guest
    `last`     the newest complete checkpoint; None: the boot image is what to go back to
    """

    def __init__(self, image: Image, imports: Imports, cache: Path | None) -> None:
        self._image = image
        self._imports = imports
        self._cache = cache
        self._boot = self._boot_image()
        self._opened: Open | None = None
        self._env: SetEnv | None = None
        self._serial = 0
        self.guest: Guest | None = None
        self.last: Restored | None = None
        self.stale = False

    # Opening and closing

    def open(self, message: Open) -> None:
        """Make the guest for a sandbox, from the boot image or from a checkpoint of an earlier worker."""
        self.close()
        self._opened = message
        self._env = SetEnv(message.env_text, message.env_blob, message.process_env)
        self.last = message.restore
        if self.last is not None:
            self._serial = self.last.serial
        self.rollback()

    def close(self) -> None:
        """Drop guest and files. Idempotent."""
        if self.guest is not None:
            self.guest.close()
        self._serial = 0
        self.guest = self.last = self._opened = self._env = None
        self.stale = False

    def set_env(self, message: SetEnv) -> None:
        self._env = message
        if self.guest is not None:
            self._apply_env(self.guest)

    # Checkpoints

    def save(self) -> Restored:
        """Write the guest's memory into the file whose turn it is; the last checkpoint's own stays valid.

        With more than two files older ones stay valid too, as far as the disk space allowed for them goes.
        """
        guest, opened = self.guest, self._opened
        assert guest is not None
        assert opened is not None
        slots = max(2, min(opened.slots, _HISTORY_BYTES // guest.memory_size))
        path = self._slot_path(self._serial % slots)
        if self.last is not None and self.last.file == path:
            path = self._slot_path((self._serial + 1) % slots)
        flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0)
        file = os.open(path, flags, 0o600)
        try:
            size, stack_pointer = guest.save(file)
        finally:
            os.close(file)
        self._serial += 1
        self.last = Restored(path, size, stack_pointer, self._serial)
        self.stale = False
        return self.last

    def restore(self, image: Restored) -> None:
        """Go to a checkpoint in any file; a copy of it becomes the last one."""
        self.last = image
        self.rollback()
        self.save()

    def rollback(self) -> Guest:
        """Discard the guest and make it again from the last checkpoint."""
        opened = self._opened
        assert opened is not None
        if self.guest is not None:
            self.guest.close()
            self.guest = None
        guest = Guest(self._image, self._imports, int(opened.limits["memory"]))
        try:
            if self.last is None:
                guest.fill(self._boot[0], self._boot[2])
            else:
                with _reading(self.last.file) as file:
                    guest.restore(file, self.last.size, self.last.stack_pointer)
            guest.control_handle = self._boot[3]
            limits = {name: opened.limits[name] for name in _GUEST_LIMITS}
            # A fresh seed each time: a restored Math.random would repeat itself.
            seed = hashlib.blake2b(
                f"{opened.seed}{secrets.token_hex(16)}".encode(), digest_size=16
            ).hexdigest()
            now = (monotonic() - opened.epoch) * 1000
            setup = {"limits": limits, "seed": seed, "now": now, "drop": opened.drop_timers}
            guest.control("o", json.dumps(setup))
            self._apply_env(guest)
        except BaseException:
            guest.close()
            raise
        self.guest = guest
        self.stale = False
        return guest

    def _apply_env(self, guest: Guest) -> None:
        env = self._env
        assert env is not None
        guest.control("e", env.env_text.decode("utf-8", "replace"), env.env_blob)
        guest.control("p", json.dumps(env.process_env))

    def _slot_path(self, slot: int) -> str:
        assert self._opened is not None
        return os.path.join(self._opened.directory, f"checkpoint-{slot}")

    # The boot image: the prelude evaluated, once a version of its sources and of the engine

    def _boot_image(self) -> tuple[bytes, int, int, int]:
        source = boot_script()
        key = hashlib.sha256((source + self._image.digest).encode()).hexdigest()[:24]
        path = self._cache / f"boot-{key}.img" if self._cache is not None else None
        if path is not None:
            with contextlib.suppress(OSError, ValueError):
                return _parse_boot(path.read_bytes())
        data = self._make_boot(source)
        if path is not None:
            write_atomically(path, data)
        return _parse_boot(data)

    def _make_boot(self, source: str) -> bytes:
        guest = Guest(self._image, self._imports, _BOOT_MEMORY)
        try:
            guest.install_bridge()
            handle = guest.evaluate(without_templates(source))
            guest.collect_garbage()
            image, stack_pointer = guest.image_bytes()
        finally:
            guest.close()
        header = json.dumps({"size": len(image), "stack_pointer": stack_pointer, "control": handle})
        return header.encode().ljust(256) + image


def _parse_boot(data: bytes) -> tuple[bytes, int, int, int]:
    header = json.loads(data[:256])
    image = data[256:]
    if len(image) != header["size"]:
        raise ValueError("the boot image is not complete")
    return image, header["size"], header["stack_pointer"], header["control"]


@contextlib.contextmanager
def _reading(path: str) -> Iterator[int]:
    file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        yield file
    finally:
        os.close(file)
