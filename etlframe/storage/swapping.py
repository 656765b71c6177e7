"""Two folders that change places: in one act where the system has one."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from etlframe.storage.failpoints import reach
from etlframe.storage.locks import label_of

_HERE = -100  # AT_FDCWD of <fcntl.h>: paths are taken from the working folder
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux's renameat2(2), and RENAME_SWAP of macOS' renamex_np(2)
_NOT_HAD = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM)


def swap(target: Path, other: Path) -> None:
    """Have two folders of one parent change their names.

    On Linux and macOS that is one act, which no reader sees half of. Where there is none, the
    target is away for a moment; a process that dies just then leaves it under a hidden name, from
    where :func:`put_back` brings it.

    Raises:
        OSError: The file system refused; both are where they were.
    """
    if _exchanged(target, other):
        return
    away = _away(target)
    target.rename(away)
    reach("tree:moved away")
    try:
        other.rename(target)
    except OSError:
        away.rename(target)
        raise
    away.rename(other)


def put_back(target: Path) -> None:
    """Bring a folder back that a process moved away, and then died; under the target's lock."""
    if not target.exists():
        with suppress(FileNotFoundError):
            _away(target).rename(target)


def is_away(target: Path) -> bool:
    """Return whether a folder is moved away at this moment, or a process that did so died."""
    return not target.exists() and _away(target).exists()


def _away(target: Path) -> Path:
    return target.with_name(f".{label_of(target)}.away")


def _exchanged(target: Path, other: Path) -> bool:
    """Exchange two names, if the system and the file system have that."""
    call = _system_call()
    if call is None:
        return False
    if call(os.fsencode(target), os.fsencode(other)) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NOT_HAD:
        return False
    raise OSError(code, os.strerror(code), str(target))


def _system_call() -> Callable[[bytes, bytes], int] | None:
    if not sys.platform.startswith(("linux", "darwin")):
        return None
    library = ctypes.CDLL(None, use_errno=True)
    names = {"renameat2": (_HERE, _HERE), "renamex_np": ()}
    for name, folders in names.items():
        call: Any = getattr(library, name, None)
        if call is not None:
            return partial(_called, call, folders)
    return None


def _called(call: Any, folders: tuple[int, ...], one: bytes, other: bytes) -> int:
    """Call one of the two: Linux' takes a folder before each path, which macOS' does not."""
    flags = ctypes.c_uint(_EXCHANGE)
    if not folders:
        return int(call(one, other, flags))
    return int(call(folders[0], one, folders[1], other, flags))
