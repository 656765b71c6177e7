"""Files and folders flushed to the disk, so that a power cut cannot take them away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from etlframe.timing import phase

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
    After an error nothing is waited for: what is left of the file is of no use.

    Raises:
        OSError: The disk did not take a piece. Who opens the file afterwards to flush it would not
            hear of that any more.
    """
    if not hasattr(os, "fdatasync"):  # macOS and Windows
        yield
        return
    ended, flushed = Event(), Future[None]()
    name = "etlframe-flush"
    thread = Thread(target=_settle, args=(flushed, path, ended), name=name, daemon=True)
    try:
        thread.start()
        yield
    finally:
        ended.set()
    with phase("flush to the disk"):
        while not wait([flushed], timeout=_LOOKS).done:  # in short steps, for Ctrl-C to be heard
            pass
        flushed.result()


def _settle(flushed: Future[None], path: Path, ended: Event) -> None:
    try:
        _flush_pieces(path, ended)
        flushed.set_result(None)
    except BaseException as error:  # noqa: BLE001 - raised again where the file is written
        flushed.set_exception(error)


def _flush_pieces(path: Path, ended: Event) -> None:
    flushed = 0
    while not ended.wait(_LOOKS):
        try:
            size = path.stat().st_size
            flushed = min(flushed, size)  # it may be written anew
            if size - flushed < _PIECE:
                continue
            opened = os.open(path, os.O_RDONLY)
        except OSError:  # it is not there yet, or not any more
            continue
        try:
            os.fdatasync(opened)
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
