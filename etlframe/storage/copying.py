"""Bytes of one file copied into another, by the kernel where it can."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import BinaryIO


def copy_bytes(source: BinaryIO, destination: BinaryIO, count: int) -> None:
    """Copy the next ``count`` bytes, in the kernel (sharing blocks if it can) where it has that.

    Raises:
        OSError: The file system refused, or the source is shorter than ``count`` bytes.
    """
    destination.flush()
    left = count - _copied_by_kernel(source, destination, count)
    while left:
        block = source.read(min(left, 1 << 20))
        if not block:
            raise OSError(f"The file became {left} bytes shorter while it was copied.")
        destination.write(block)
        left -= len(block)


def _copied_by_kernel(source: BinaryIO, destination: BinaryIO, count: int) -> int:
    copied = 0
    if not hasattr(os, "copy_file_range"):
        return copied
    start, end = source.tell(), destination.tell()
    with suppress(OSError):  # not on this file system, or full: the plain copy tells which
        while copied < count:
            done = os.copy_file_range(
                source.fileno(), destination.fileno(), count - copied, start + copied, end + copied
            )
            if not done:
                break
            copied += done
    if copied:
        source.seek(start + copied)
        destination.seek(end + copied)
    return copied
