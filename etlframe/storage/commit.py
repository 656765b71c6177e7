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

from etlframe.errors import LoadError
from etlframe.storage.failpoints import reach
from etlframe.storage.flushing import cut, flush, flush_folder, flushed_meanwhile
from etlframe.storage.identity import identity_of
from etlframe.storage.ledger import Sign, ledger_of
from etlframe.storage.locks import LOCK_TIMEOUT, locked, resolved
from etlframe.storage.parts import discard
from etlframe.storage.records import Load, LoadRecord
from etlframe.storage.stages import scratch
from etlframe.storage.undo import undo_note_of
from etlframe.timing import phase


@dataclass
class Entry:
    """A load to be remembered with what it puts in place.

    Attributes:
        load: The load.
        mode: How it is made.
        rows: Rows that it adds, known once they are staged.
        keeps_previous: Whether the file before it is kept, so that it can be undone.
    """

    load: Load
    mode: str
    rows: int = 0
    keeps_previous: bool = True

    def record(self) -> LoadRecord:
        """Return what is remembered of the load."""
        at = self.load.loaded_at.isoformat()
        return LoadRecord(self.load.run_id, self.load.job_id, at, self.mode, self.rows)


@contextmanager
def staged(
    target: str | os.PathLike[str],
    *,
    timeout: float = LOCK_TIMEOUT,
    entry: Entry | None = None,
    extends: bool = False,
) -> Iterator[Path]:
    """Give a path to write to, and put what was written in the target's place at the end.

    Parent folders are made; the permissions of a file that is replaced are kept; a symbolic link
    is followed, not replaced. On an error, or when the process is killed, the target stays as it
    was. Writers without a lock of their own are last come, last served.

    Args:
        target: The file to replace or to make.
        timeout: Seconds to wait for a process that holds the target's lock.
        entry: What the target's ledger shall remember of it.
        extends: Whether what is written holds what the target held.

    Raises:
        LoadError: The lock was not to be had in time; or the target is to be extended, and was
            changed meanwhile by a program that does not ask for locks.
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
        before = identity_of(path)
        with flushed_meanwhile(stage):
            yield stage
        reach("file:staged")
        with phase("flush to the disk"):
            flush(stage)
        reach("file:flushed")
        with phase("put in place"), locked(path, timeout=timeout):
            reach("file:locked")
            if extends and identity_of(path) != before:
                raise LoadError(
                    f"{target} was changed by another program while rows were put behind its own: "
                    "that change would be lost. Run again."
                )
            _keep_permissions(path, stage)
            with _announced(path, stage, entry):
                _keep_previous(path, stage, entry)
                reach("file:kept")
                stage.replace(path)
            reach("file:put in place")
            flush_folder(path.parent)
            reach("file:folder flushed")
            forget_older(path)
    reach("file:loaded")


@contextmanager
def _announced(path: Path, stage: Path, entry: Entry | None) -> Iterator[None]:
    """Write down, around the act that puts a stage in place, which load that is."""
    try:
        if announce(path, {"stage": stage.name}, entry):
            reach("file:announced")
        yield
    except BaseException:
        ledger_of(path).withdraw(stage)
        raise


def announce(path: Path, sign: Sign, entry: Entry | None) -> bool:
    """Write down which load happens next, if loads are remembered there; under the lock.

    Args:
        path: The file, or the folder of a dataset.
        sign: What tells that it has happened.
        entry: The load; None for one that no run makes.

    Returns:
        Whether it is written down.

    Raises:
        LoadedBefore: A load of that run was taken already.
        LoadError: A cursor was moved by another run since.
    """
    ledger = ledger_of(path)
    if ledger.exists() and not path.exists():
        ledger.path.unlink()  # what it tells of is gone
    if entry is None or not (entry.load.is_kept or ledger.exists()):
        ledger.settle()  # what its sign tells, this act may change
        return False
    ledger.announce(sign, entry.load, entry.record())
    flush_folder(path.parent)
    return True


def remember(target: str | os.PathLike[str], entry: Entry, *, timeout: float) -> None:
    """Remember a load that changes nothing, as it has no rows, if loads are remembered there.

    Args:
        target: The file, or the folder of a dataset.
        entry: The load.
        timeout: Seconds to wait for the lock.

    Raises:
        LoadedBefore: A load of that run was taken already.
        LoadError: The lock was not to be had in time.
    """
    path = resolved(target)
    with locked(path, timeout=timeout):
        ledger = ledger_of(path)
        if path.exists() and (entry.load.is_kept or ledger.exists()):
            ledger.remember(entry.load, entry.record())


def roll_back(target: str | os.PathLike[str], run_id: str, *, timeout: float) -> LoadRecord:
    """Undo the newest load of a file: put what was before in its place, by one rename.

    The ledger says before the rename that the load is forgotten once the kept file is gone from
    under its hidden name; so it is true in the same instant, as for a load.

    Args:
        target: The file.
        run_id: The run whose load it is.
        timeout: Seconds to wait for the lock.

    Returns:
        The load that was undone.

    Raises:
        LoadError: It is not the newest load, what was before is not kept, the file was changed
            since, or the lock was not to be had in time.
    """
    path = resolved(target)
    with locked(path, timeout=timeout):
        note, ledger = undo_note_of(path), ledger_of(path)
        undo = note.find(run_id, os.fspath(target))
        if undo.size is not None:
            ledger.take_back({"cut": undo.size}, undo.load, undo.cursors)
            reach("undo:announced")
            cut(path, undo.size)
        elif undo.previous is None:
            path.unlink()
            ledger.path.unlink(missing_ok=True)
        else:
            kept = path.with_name(undo.previous)
            if ledger.exists():
                ledger.take_back({"stage": kept.name}, undo.load, undo.cursors)
            reach("undo:announced")
            kept.replace(path)
        reach("undo:done")
        flush_folder(path.parent)
        ledger.settle()
        forget_older(path)
    return undo.load


def _keep_previous(path: Path, stage: Path, entry: Entry | None) -> None:
    if entry is not None and entry.keeps_previous:
        undo_note_of(path).keep(stage, entry.record(), ledger_of(path).cursors_before())


def forget_older(path: Path) -> None:
    """Remove what was kept to undo a load that is not the newest one any more."""
    for kept in undo_note_of(path).settle():
        ledger_of(path).withdraw(kept)
        discard(kept)


def _keep_permissions(path: Path, stage: Path) -> None:
    try:
        old = path.stat()
    except FileNotFoundError:
        return
    if hasattr(os, "chown"):
        with suppress(PermissionError):  # only the superuser may give a file to another
            os.chown(stage, old.st_uid, old.st_gid)
    stage.chmod(stat.S_IMODE(old.st_mode))
