"""One hash function for names and seals, without the library that `hashlib` would load for many others."""

from __future__ import annotations

try:
    from _blake2 import blake2b  # the very same object as hashlib's; hashlib loads OpenSSL first, which takes 6 ms
except ImportError:  # a Python that builds it another way
    from hashlib import blake2b

__all__ = ["blake2b", "digest"]


def digest(data: bytes) -> bytes:
    """Sixteen bytes that stand for some content."""
    return blake2b(data, digest_size=16).digest()
