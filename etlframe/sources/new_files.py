"""Incremental reading of files: those that a destination does not remember yet."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etlframe.errors import PlanError, SourceNotFoundError
from etlframe.redaction import redact
from etlframe.sources.base import DataSource, NothingNew
from etlframe.sources.file_paths import FoundFile, roots_are_there
from etlframe.wording import plural

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import Scan
    from etlframe.sources.file import FileSource
    from etlframe.sources.file_several import SeveralFiles

Mark = Mapping[str, Any]
"""What tells a file from what it was: ``size``, ``mtime_ns`` and, if asked, ``checksum``."""

_DIGEST = 16  # bytes


class NewFiles(DataSource):
    """The files of a source that are new since a position; read as natively as all of them.

    Args:
        files: What reads them.
        told: What people read of it.
        before: The position after the last load, as a destination remembers it; None for none.
        position: The position after these are loaded.
    """

    def __init__(
        self,
        files: SeveralFiles,
        told: str,
        before: Mapping[str, Any] | None,
        position: Mapping[str, Any],
    ) -> None:
        self._files = files
        self._told = told
        self.before = before
        self.position = position

    def extract(self) -> pd.DataFrame:
        """Read the new files, as ``FileSource.extract`` does."""
        return self._files.extract()

    def scan(self, *, whole: bool = False) -> Scan | None:
        """Return how an engine can read them."""
        return self._files.scan(whole=whole)

    def columns(self) -> list[str] | None:
        """Return their columns."""
        return self._files.columns()

    def read_notes(self) -> Sequence[str]:
        """Return what a person should know of the newest extract."""
        return self._files.notes

    def describe(self) -> str:
        """Return how many files of which source."""
        return self._told


def new_files(
    source: FileSource,
    before: Mapping[str, Any] | None,
    *,
    again: bool = False,
    everything: bool = False,
) -> NewFiles:
    """Return the files of a source that are new since a position.

    What is noted of a file is taken before it is read: one that changes meanwhile is seen to have
    changed by the next run.

    Args:
        source: The source.
        before: The position after the last load; None for none.
        again: Read a file anew that has changed since it was loaded: its rows replace those that
            are there.
        everything: Read all files if there is a new one: groups need all of their rows.

    Raises:
        NothingNew: There is no new file.
        PlanError: A file has changed, and its rows would be there twice; or the position is not one
            of files.
        SourceNotFoundError: There are no files, and never were.
    """
    known = _known(source, before)
    found = _found(source, known)
    marks = {_key(each): _mark(each.path, source.incremental == "checksum") for each in found}
    new = [each for each in found if not _is_known(known, marks, _key(each))]
    changed = [each for each in new if _key(each) in known]
    if changed and not again:
        raise PlanError(_changed(changed))
    if not new:
        raise NothingNew
    read = found if everything else new
    position = {"files": {**known, **{_key(each): marks[_key(each)] for each in read}}}
    told = f"{plural(len(new), 'new file')} of {source.describe()}"
    return NewFiles(source.several().of(read), told, before, position)


def _known(source: FileSource, before: Mapping[str, Any] | None) -> Mapping[str, Mark]:
    if before is None:
        return {}
    if "files" not in before:
        raise PlanError(
            f"The destination remembers how far another source was read, and not which files of "
            f"{source.describe()} were. Have it forget that: pipeline.reset() - the next run then "
            "reads all files."
        )
    known: Mapping[str, Mark] = before["files"]
    return known


def _found(source: FileSource, known: Mapping[str, Mark]) -> Sequence[FoundFile]:
    """Return the files that are there; none where all that were loaded were taken away."""
    try:
        return source.find()
    except SourceNotFoundError:
        if known and roots_are_there(source.places):
            return []
        raise


def _key(file: FoundFile) -> str:
    """Return what a file is remembered by, wherever a run is started, and by whatever glob."""
    return os.path.abspath(file.path)  # noqa: PTH100 - Path would not take ".." away


def _mark(path: str, checksum: bool) -> Mark:  # noqa: FBT001 - the option, handed on
    found = Path(path).stat()
    mark = {"size": found.st_size, "mtime_ns": found.st_mtime_ns}
    return {**mark, "checksum": _checksum(path)} if checksum else mark


def _checksum(path: str) -> str:
    with Path(path).open("rb") as file:
        made = hashlib.file_digest(file, partial(hashlib.blake2b, digest_size=_DIGEST))
    return made.hexdigest()


def _is_known(known: Mapping[str, Mark], marks: Mapping[str, Mark], key: str) -> bool:
    """Return whether a file is as it was loaded: by its content, if that is known of both."""
    if key not in known:
        return False
    old, new = known[key], marks[key]
    if "checksum" in old and "checksum" in new:
        return bool(old["checksum"] == new["checksum"])
    return all(old[each] == new[each] for each in ("size", "mtime_ns"))


def _changed(files: Sequence[FoundFile]) -> str:
    more = f" (and {len(files) - 1} more)" if len(files) > 1 else ""
    return (
        f'{redact(files[0].path)}{more} has changed since it was loaded, and mode="append" would '
        'load its rows a second time. Write what is new to a file of its own; or use mode="upsert" '
        "with key=, which replaces the rows that are there; or begin anew with pipeline.reset(), "
        "which loads all files again. If it was only touched or copied, "
        'incremental="checksum" tells by its content.'
    )
