"""The lock of a file, which every change of it takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2s
from pathlib import Path

from etlframe.errors import LoadError

LOCK_TIMEOUT = 300.0
"""Seconds to wait for another process that changes the same file."""

_LONGEST_LABEL = 160  # file systems take 255 bytes a name; the rest is for host, pid and token


@contextmanager
def locked(target: str | os.PathLike[str], *, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
    """Hold the target's lock, which every change of it takes; the same thread may take it again.

    Raises:
        LoadError: Another process, or thread, held it for longer than ``timeout`` seconds.
    """
    from filelock import FileLock, Timeout

    path = resolved(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(f".{label_of(path)}.lock"), is_singleton=True)
    try:
        lock.acquire(timeout=timeout)
    except Timeout:
        raise LoadError(
            f"{path} is being changed by another process, and was not free within {timeout:g} "
            f"seconds. Run again when that one has finished; its lock is {lock.lock_file}."
        ) from None
    try:
        yield
    finally:
        if lock.lock_counter == 1:
            # Safe while it is held: who waits for this file sees that it is gone, and tries anew.
            with suppress(OSError):  # Windows removes it by itself, after the release
                Path(lock.lock_file).unlink()
        lock.release()


def resolved(target: str | os.PathLike[str]) -> Path:
    """Return the file that the target means: absolute, with symbolic links followed."""
    return Path(os.path.realpath(target))


def label_of(path: Path) -> str:
    """Return what hidden files beside a file are named after: its name, or a digest of it."""
    name = path.name
    if len(os.fsencode(name)) <= _LONGEST_LABEL:
        return name
    return blake2s(os.fsencode(name), digest_size=16).hexdigest()
