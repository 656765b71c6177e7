"""Files that change whole or not at all: staged beside the target, flushed, then put in its place.

Readers see the old file or the new one, never half of one.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from etlframe.storage.failpoints import reach
from etlframe.storage.flushing import flush, flush_folder
from etlframe.storage.ledger import ledger_of
from etlframe.storage.locks import LOCK_TIMEOUT, locked, resolved
from etlframe.storage.records import Load
from etlframe.storage.stages import scratch
from etlframe.timing import phase


@dataclass
class Entry:
    """A load to be remembered with what it puts in place.

    Attributes:
        load: The load.
        mode: How it is made.
        rows: Rows that it adds, known once they are staged.
    """

    load: Load
    mode: str
    rows: int = 0


@contextmanager
def staged(
    target: str | os.PathLike[str],
    *,
    timeout: float = LOCK_TIMEOUT,
    entry: Entry | None = None,
) -> Iterator[Path]:
    """Give a path to write to, and put what was written in the target's place at the end.

    Parent folders are made; the permissions of a file that is replaced are kept; a symbolic link
    is followed, not replaced. On an error, or when the process is killed, the target stays as it
    was. Writers without a lock of their own are last come, last served.

    Args:
        target: The file to replace or to make.
        timeout: Seconds to wait for a process that holds the target's lock.
        entry: What the target's ledger shall remember of it.

    Raises:
        LoadError: The lock was not to be had in time.
        LoadedBefore: The target took a load of that run already.
        OSError: The file system refused; the target is as it was.

    >>> folder = getfixture("tmp_path")
    >>> with staged(folder / "out" / "greeting.txt") as stage:
    ...     _ = stage.write_text("hello")
    >>> (folder / "out" / "greeting.txt").read_text()
    'hello'
    """
    path = resolved(target)
    with scratch(path) as stage:
        yield stage
        reach("file:staged")
        with phase("flush to the disk"):
            flush(stage)
        reach("file:flushed")
        with phase("put in place"), locked(path, timeout=timeout):
            reach("file:locked")
            _keep_permissions(path, stage)
            with _announced(path, stage, entry):
                stage.replace(path)
            reach("file:put in place")
            flush_folder(path.parent)
            reach("file:folder flushed")
    reach("file:loaded")


@contextmanager
def _announced(path: Path, stage: Path, entry: Entry | None) -> Iterator[None]:
    """Write down, around the act that puts a stage in place, which load that is."""
    ledger = ledger_of(path)
    if ledger.exists() and not path.exists():
        ledger.path.unlink()  # what it tells of is gone
    if entry is None or not (entry.load.is_kept or ledger.exists()):
        yield
        return
    try:
        ledger.announce(stage, entry.load, entry.mode, entry.rows)
        flush_folder(path.parent)
        reach("file:announced")
        yield
    except BaseException:
        ledger.withdraw(stage)
        raise


def _keep_permissions(path: Path, stage: Path) -> None:
    try:
        old = path.stat()
    except FileNotFoundError:
        return
    if hasattr(os, "chown"):
        with suppress(PermissionError):  # only the superuser may give a file to another
            os.chown(stage, old.st_uid, old.st_gid)
    stage.chmod(stat.S_IMODE(old.st_mode))
