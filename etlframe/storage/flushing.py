"""Files and folders flushed to the disk, so that a power cut cannot take them away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

_PIECE = 64 << 20  # bytes
_LOOKS = 0.05  # seconds between two looks at how large a file has become


def flush(path: Path) -> None:
    """Flush a file."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def flushed_meanwhile(path: Path) -> Iterator[None]:
    """Flush a file piece by piece as it is written, so that little is left to wait for at the end.

    The system leaves what is written in memory for long, also while the disk has nothing to do.

    Raises:
        OSError: The disk did not take a piece. The system tells so once: who flushes the file
            afterwards would not hear of it any more.
    """
    if not hasattr(os, "fdatasync"):  # pragma: no cover - not on macOS and Windows
        yield
        return
    ended, failed = Event(), list[OSError]()
    thread = Thread(target=_flush_pieces, args=(path, ended, failed), name="etlframe-flush")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    if failed:
        raise failed[0]


def _flush_pieces(path: Path, ended: Event, failed: list[OSError]) -> None:
    flushed = 0
    while not ended.wait(_LOOKS):
        try:
            size = path.stat().st_size
            opened = os.open(path, os.O_RDONLY) if size - flushed >= _PIECE else None
        except OSError:  # it is not there yet, or not any more
            continue
        if opened is None:
            continue
        try:
            os.fdatasync(opened)
        except OSError as error:
            failed.append(error)
            return
        finally:
            os.close(opened)
        flushed = size


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
