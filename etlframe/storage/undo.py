"""What undoes the newest load of a file: the file as it was before, kept beside it under a name.

A file that is replaced is not copied for that: it only keeps a second, hidden name (a hard link).
A note beside it says which run the new file is of, and by which number, size and time the new file
is known; where these do not fit any more, somebody else has changed it, and nothing is undone.

The note is written before the act, and holds those before it as well, as the act may not come:
which of them is true is told by the file. Of a dataset, the folder is kept that it was.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from etlframe.errors import LoadError
from etlframe.storage.identity import Identity, identity_of
from etlframe.storage.locks import label_of, resolved
from etlframe.storage.parts import identity_of_parts
from etlframe.storage.records import LoadRecord

_VERSION = 1


class Undo(NamedTuple):
    """How a load is undone.

    Attributes:
        load: The load.
        identity: That of the file that it put in place.
        previous: The name of the file before it, in the same folder; None where there was none.
        cursors: How far sources were read before it.
        size: Where the file only grew, its size in bytes before.
    """

    load: LoadRecord
    identity: Identity | None
    previous: str | None
    cursors: Mapping[str, Any]
    size: int | None = None


def undo_note_of(target: str | os.PathLike[str]) -> UndoNote:
    """Return the note of a file."""
    path = resolved(target)
    return UndoNote(path, label_of(path))


class UndoNote:
    """The note of one file. It is used under the file's lock.

    Args:
        target: The file, or the folder of a dataset, with links followed.
        label: What hidden files beside it are named after.
    """

    def __init__(self, target: Path, label: str) -> None:
        self._target = target
        self._label = label
        self.path = target.with_name(f".{label}.undo.json")

    def keep(self, stage: Path, load: LoadRecord, cursors: Mapping[str, Any]) -> None:
        """Keep the file as it is, and note what will be true once a stage is in its place.

        Where the file system has no second names, nothing is noted, and nothing can be undone.

        Args:
            stage: The file that is put in place next.
            load: The load that it is of.
            cursors: How far sources were read before it.
        """
        previous: Path | None = self.new_place()
        try:
            os.link(self._target, str(previous))
        except FileNotFoundError:
            previous = None
        except OSError:
            return
        self.write_down(stage, load, previous, cursors)

    def new_place(self) -> Path:
        """Return a path beside the target, to keep there what it is now."""
        return self._target.with_name(f".{self._label}.{uuid4().hex[:12]}.before")

    def write_down(
        self,
        stage: Path,
        load: LoadRecord,
        previous: Path | None,
        cursors: Mapping[str, Any],
        *,
        size: int | None = None,
    ) -> None:
        """Note what will be true once a stage is in the target's place; see :meth:`keep`."""
        kept = None if previous is None else previous.name
        self._write([*self._read(), Undo(load, _identity(stage), kept, cursors, size)])

    def settle(self) -> list[Path]:
        """Forget what is no longer the newest load; return the kept files that nothing needs."""
        if not self.path.exists():
            return []
        now, noted = self._fitting(), self._read()
        if now is None:
            self.path.unlink(missing_ok=True)
        elif len(noted) > 1:
            self._write([now])
        kept = None if now is None else now.previous
        return [
            self._target.with_name(each.previous)
            for each in noted
            if each.previous not in (None, kept)
        ]

    def strays(self, names: Sequence[str]) -> list[Path]:
        """Return those of the folder's names that are kept files which no note tells of.

        A killed process leaves such.
        """
        of_this = re.compile(rf"\.{re.escape(self._label)}\.[0-9a-f]{{12}}\.before")
        there = [name for name in names if of_this.fullmatch(name)]
        noted = {each.previous for each in self._read()} if there else set()
        return [self._target.with_name(name) for name in there if name not in noted]

    def find(self, run_id: str, shown: str) -> Undo:
        """Return how the load of a run is undone.

        Args:
            run_id: The run.
            shown: The file, as people call it.

        Raises:
            LoadError: It is not the newest load of the file, or the file was changed since.
        """
        noted, now = self._read(), self._fitting()
        if now is not None and now.load.run_id == run_id:
            if now.previous is None or self._target.with_name(now.previous).exists():
                return now
            raise LoadError(
                f"The load of run {run_id!r} cannot be undone: what {shown} was before, "
                f"{now.previous}, was removed from its folder."
            )
        if any(each.load.run_id == run_id for each in noted[-1:]) and now is None:
            raise LoadError(
                f"The load of run {run_id!r} cannot be undone: {shown} was changed since by "
                "another program, and that change would be lost."
            )
        newest = f" It is that of run {now.load.run_id!r}." if now is not None else ""
        raise LoadError(
            f"The load of run {run_id!r} cannot be undone: it is not the newest one of {shown} "
            f"that can be.{newest} What was before a run is kept until the next load, unless "
            "keep_previous=False."
        )

    def _fitting(self) -> Undo | None:
        """Return the note that tells of the file as it is."""
        identity = _identity(self._target)
        return next((each for each in self._read() if each.identity == identity), None)

    def _read(self) -> list[Undo]:
        try:
            content = json.loads(self.path.read_bytes())
            return [
                Undo(LoadRecord(**load), tuple(identity), *rest)
                for load, identity, *rest in content["undo"]
                if content["version"] == _VERSION
            ]
        except (OSError, ValueError, KeyError, TypeError):
            return []  # never flushed: a power cut may have cut it short

    def _write(self, notes: list[Undo]) -> None:
        told = [(each.load._asdict(), *each[1:]) for each in notes]
        stage = self.path.with_name(f"{self.path.name}.new")
        with suppress(OSError):  # the load matters more than that it can be undone
            stage.write_text(json.dumps({"version": _VERSION, "undo": told}), encoding="utf-8")
            stage.replace(self.path)
        stage.unlink(missing_ok=True)


def _identity(path: Path) -> Identity | None:
    return identity_of_parts(path) if path.is_dir() else identity_of(path)
