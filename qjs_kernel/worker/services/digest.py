"""Hashes, HMAC and key derivation for guests, through hashlib. One call has all the input: nothing is kept here."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from qjs_kernel.worker.services import Op, ServiceError

__all__ = ["OPS"]

_MOST_OUTPUT: Final = 64 * 2**20  # bytes of a derived key or of an extendable digest
# Bytes of memory: enough for the costliest parameters that are recommended (N = 2**17, r = 8). The time of a call
# is bounded by the run's deadline.
_MOST_SCRYPT: Final = 136 * 2**20
_FIXED: Final = {
    "md5": "md5",
    "md5-sha1": "md5-sha1",
    "sha1": "sha1",
    "sha224": "sha224",
    "sha256": "sha256",
    "sha384": "sha384",
    "sha512": "sha512",
    "sha512-224": "sha512_224",
    "sha512-256": "sha512_256",
    "sha3-224": "sha3_224",
    "sha3-256": "sha3_256",
    "sha3-384": "sha3_384",
    "sha3-512": "sha3_512",
    "blake2b512": "blake2b",
    "blake2s256": "blake2s",
    "ripemd160": "ripemd160",
    "sm3": "sm3",
}
_EXTENDABLE: Final = {"shake128": ("shake_128", 16), "shake256": ("shake_256", 32)}


@cache
def _available(name: str) -> bool:
    """Whether this Python's OpenSSL has it: ripemd160, sm3 and md5-sha1 may be switched off."""
    try:
        hashlib.new(name, usedforsecurity=False)
    except ValueError:
        return False
    return True


def _python_name(name: Any, *, keyed: bool = False) -> str:
    known = _FIXED.get(name) if isinstance(name, str) else None
    if known is None or not _available(known):
        code = "ERR_CRYPTO_INVALID_DIGEST" if keyed else None
        raise ServiceError("TypeError" if keyed else "Error", "Digest method not supported", code=code)
    return known


def _whole(args: list[Any], at: int, least: int, most: int) -> int:
    value = args[at] if at < len(args) else None
    if type(value) is not int or not least <= value <= most:
        raise ServiceError("RangeError", f"argument {at} must be a whole number from {least} to {most}")
    return value


def _split(data: bytes | None, *lengths: int) -> list[bytes]:
    """The parts of `data`, which were joined for the way; the last is what remains."""
    rest = data or b""
    parts = []
    for length in lengths:
        parts.append(rest[:length])
        rest = rest[length:]
    return [*parts, rest]


def _sizes(_: list[Any], __: bytes | None) -> dict[str, int]:
    """[] → the digests there are, with the bytes of each."""
    sizes = {
        name: hashlib.new(known, usedforsecurity=False).digest_size
        for name, known in _FIXED.items()
        if _available(known)
    }
    return sizes | {name: size for name, (_, size) in _EXTENDABLE.items()}


def _hash(args: list[Any], data: bytes | None) -> str | bytes:
    """[name, length or null] → the digest; `length` counts for extendable ones. Short ones as hexadecimal digits."""
    name = args[0] if args else None
    if isinstance(name, str) and name in _EXTENDABLE:
        known, size = _EXTENDABLE[name]
        length = size if len(args) < 2 or args[1] is None else _whole(args, 1, 0, _MOST_OUTPUT)
        digest = hashlib.shake_128 if known == "shake_128" else hashlib.shake_256
        made = digest(data or b"").digest(length)
        return made.hex() if length <= 64 else made
    return hashlib.new(_python_name(name), data or b"", usedforsecurity=False).hexdigest()


def _hmac(args: list[Any], data: bytes | None) -> str:
    """[name, bytes of the key], key + message → the code, as hexadecimal digits."""
    name = _python_name(args[0] if args else None, keyed=True)
    key, message = _split(data, _whole(args, 1, 0, len(data or b"")))
    return hmac.digest(key, message, name).hex()


def _pbkdf2(args: list[Any], data: bytes | None) -> bytes:
    """[digest, bytes of the password, iterations, bytes wanted], password + salt → the key."""
    name = _python_name(args[0] if args else None, keyed=True)
    password, salt = _split(data, _whole(args, 1, 0, len(data or b"")))
    length = _whole(args, 3, 0, _MOST_OUTPUT)
    if length == 0:
        return b""
    return hashlib.pbkdf2_hmac(name, password, salt, _whole(args, 2, 1, 2**31 - 1), length)


def _scrypt(args: list[Any], data: bytes | None) -> bytes:
    """[bytes of the password, N, r, p, maxmem, bytes wanted], password + salt → the key."""
    password, salt = _split(data, _whole(args, 0, 0, len(data or b"")))
    cost, block, lanes = (_whole(args, at, 1, 2**32 - 1) for at in (1, 2, 3))
    wanted = _whole(args, 4, 0, 2**53)
    length = _whole(args, 5, 0, _MOST_OUTPUT)
    code = "ERR_CRYPTO_INVALID_SCRYPT_PARAMS"
    if cost < 2 or cost & (cost - 1) or block * lanes > 2**30 - 1:
        raise ServiceError("RangeError", "Invalid scrypt params", code=code)
    # What OpenSSL will take: the table, the blocks of the lanes, one to work on.
    needed = 128 * block * (lanes + cost + 2)
    if needed > wanted:
        why = "error:030000AC:digital envelope routines::memory limit exceeded"
        raise ServiceError("RangeError", f"Invalid scrypt params: {why}", code=code)
    if needed > _MOST_SCRYPT:
        why = f"{needed} bytes of memory; the sandbox gives {_MOST_SCRYPT}"
        raise ServiceError("RangeError", f"Invalid scrypt params: {why}", code=code)
    if length == 0:
        return b""
    if not hasattr(hashlib, "scrypt"):
        raise ServiceError("Error", "this Python's OpenSSL has no scrypt", code=code)
    try:
        return hashlib.scrypt(
            password, salt=salt, n=cost, r=block, p=lanes, maxmem=needed + 4096, dklen=length
        )
    except ValueError:
        raise ServiceError("RangeError", "Invalid scrypt params", code=code) from None


def _hkdf(args: list[Any], data: bytes | None) -> bytes:
    """[digest, bytes of the key, bytes of the salt, bytes wanted], key + salt + info → the key (RFC 5869)."""
    name = _python_name(args[0] if args else None, keyed=True)
    limit = len(data or b"")
    key, salt, info = _split(data, _whole(args, 1, 0, limit), _whole(args, 2, 0, limit))
    size = hashlib.new(name).digest_size
    length = _whole(args, 3, 0, 2**32)
    if length > 255 * size:
        raise ServiceError("RangeError", "Invalid key length", code="ERR_CRYPTO_INVALID_KEYLEN")
    secret = hmac.digest(salt or bytes(size), key, name)
    made = last = b""
    for number in range(1, -(-length // size) + 1):
        last = hmac.digest(secret, last + info + bytes([number]), name)
        made += last
    return made[:length]


OPS: Final[Mapping[str, Op]] = {
    "hash": _hash,
    "hkdf": _hkdf,
    "hmac": _hmac,
    "pbkdf2": _pbkdf2,
    "scrypt": _scrypt,
    "sizes": _sizes,
}
