"""Files and folders flushed to the disk, so that a power cut cannot take them away."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def flush(path: Path) -> None:
    """Flush a file."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder, where the platform has that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with suppress(OSError):  # the file is in place already; some network folders cannot do this
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def cut(path: Path, size: int) -> None:
    """Cut a file to a size in bytes, and flush it."""
    with path.open("rb+") as file:
        file.truncate(size)
        os.fsync(file.fileno())
