"""Datasets that change whole or not at all: a folder is made beside, and changes places with it.

The new folder holds the new parts and, under second names (hard links), the parts that stay, so
that nothing is copied. One exchange of two names puts it in place. A part's name is never used
again: who lists a folder and then opens its parts gets those of one state, or an error.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from etlframe.storage.commit import Entry, announce, forget_older
from etlframe.storage.failpoints import reach
from etlframe.storage.flushing import flush_folder
from etlframe.storage.ledger import ledger_of
from etlframe.storage.locks import LOCK_TIMEOUT, locked, resolved
from etlframe.storage.parts import (
    Listing,
    discard,
    flush_folders,
    flush_parts,
    link_part,
    link_parts,
    listing_of,
)
from etlframe.storage.records import LoadRecord
from etlframe.storage.stages import scratch
from etlframe.storage.swapping import put_back, swap
from etlframe.storage.undo import undo_note_of
from etlframe.timing import phase


@dataclass
class PartsStage:
    """A folder that becomes the dataset.

    Attributes:
        path: The folder, to put part files into.
        taken: The dataset's parts that were looked at, where the stage holds what stays of them.
    """

    path: Path
    taken: Listing | None = None


@contextmanager
def staged_parts(
    target: Path, *, timeout: float = LOCK_TIMEOUT, entry: Entry | None = None, keeps: bool = False
) -> Iterator[PartsStage]:
    """Give a folder to put part files into, and have it be the dataset at the end.

    On an error, or when the process is killed, the dataset stays as it was. A part that another
    program puts into the dataset meanwhile stays in it, unless all parts are replaced.

    Args:
        target: The dataset's folder; made if it is not there.
        timeout: Seconds to wait for a process that holds its lock.
        entry: What the dataset's ledger shall remember of it.
        keeps: Whether the parts that are there stay.

    Raises:
        LoadError: The lock was not to be had in time.
        LoadedBefore: The dataset took a load of that run already.
        OSError: The file system refused; the dataset is as it was.
    """
    path = resolved(target)
    with scratch(path) as folder:
        folder.mkdir()
        stage = PartsStage(folder)
        yield stage
        reach("tree:staged")
        with phase("flush to the disk"):
            flush_parts(folder)
        reach("tree:flushed")
        with phase("put in place"), locked(path, timeout=timeout):
            reach("tree:locked")
            put_back(path)
            _put_in_place(path, stage, entry, keeps=keeps)
            reach("tree:folder flushed")
            ledger_of(path).settle()
            forget_older(path)
    reach("tree:loaded")


def _put_in_place(path: Path, stage: PartsStage, entry: Entry | None, *, keeps: bool) -> None:
    there = listing_of(path)
    new = next((part for part in listing_of(stage.path) if part not in there), None)
    if new is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(stage.path))
    if keeps:
        stage.taken = link_parts(path, stage.path)
    flush_folders(stage.path)
    reach("tree:linked")
    if path.exists():
        shutil.copymode(path, stage.path)
    if announce(path, {"part": new}, entry):
        reach("tree:announced")
    note = undo_note_of(path)
    other = note.new_place()
    if entry is not None and entry.keeps_previous:
        previous = other if path.exists() else None
        cursors = ledger_of(path).cursors_before()
        note.write_down(stage.path, entry.record(), previous, cursors)
    reach("tree:kept")
    if not path.exists():
        stage.path.rename(path)
    else:
        stage.path.rename(other)
        try:
            swap(path, other)
        except OSError:
            other.rename(stage.path)
            raise
    reach("tree:put in place")
    flush_folder(path.parent)
    if stage.taken is not None and other.exists():
        _carry_over(other, path, stage.taken)
    if entry is None or not entry.keeps_previous:
        discard(other)


def _carry_over(old: Path, path: Path, taken: Listing) -> None:
    """Bring along the parts that another program put into the dataset at the last moment."""
    for name in listing_of(old):
        if name not in taken:
            link_part(old / name, path / name)


def roll_back_parts(target: Path, run_id: str, *, timeout: float) -> LoadRecord:
    """Undo the newest load of a dataset: the folder as it was takes its place.

    Raises:
        LoadError: As ``etlframe.storage.commit.roll_back``.
    """
    path = resolved(target)
    with locked(path, timeout=timeout):
        put_back(path)
        undo, ledger = undo_note_of(path).find(run_id, os.fspath(target)), ledger_of(path)
        if undo.previous is None:
            doomed = undo_note_of(path).new_place()
            path.rename(doomed)
            ledger.path.unlink(missing_ok=True)
        else:
            doomed = path.with_name(undo.previous)
            before = listing_of(doomed)
            gone = next(each for each in listing_of(path) if each not in before)
            if ledger.exists():
                ledger.take_back({"part gone": gone}, undo.load, undo.cursors)
            reach("undo:announced")
            swap(path, doomed)
        reach("undo:done")
        flush_folder(path.parent)
        ledger.settle()
        discard(doomed)
        forget_older(path)
    return undo.load
