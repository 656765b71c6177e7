"""Load into a dataset: a folder of Parquet files, which changes whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etlframe.engines.base import EngineFrame, Rows
from etlframe.engines.registry import open_engine
from etlframe.errors import ColumnNotFoundError, LoadError
from etlframe.expressions.kinds import Kind, Schema
from etlframe.loaders.base import Destination, Loaded
from etlframe.loaders.dataset_parts import (
    PARQUET,
    partitions_in,
    read_parts,
    scan_of_part,
    schema_of_parts,
)
from etlframe.loaders.file import DataLoader
from etlframe.loaders.fitting import is_without_values, misfit, misfits
from etlframe.loaders.partitions import (
    check_partitioned,
    checked_partitions,
    split_file,
)
from etlframe.loaders.place import check_folder, told_of
from etlframe.storage.commit import Entry, remember
from etlframe.storage.commit_parts import (
    roll_back_parts,
    staged_parts,
)
from etlframe.storage.locks import locked, resolved
from etlframe.storage.opening import read_steadily
from etlframe.storage.parts import check_is_dataset, link_parts, listing_of, new_stem
from etlframe.storage.records import Load, LoadRecord
from etlframe.storage.spill import spilling
from etlframe.storage.stages import scratch
from etlframe.storage.swapping import is_away, put_back

if TYPE_CHECKING:
    import pandas as pd


class DatasetLoader(DataLoader):
    """Loads rows into a folder of Parquet files; ``etl.DataLoader("out/flights/")`` makes one.

    A load writes new part files and leaves the others as they are: an append costs what the new
    rows cost. The folder is made anew beside the old one, of links, and the two change places: who
    reads it sees all parts of one load or none. What else the folder may hold is an error, as it
    would be gone.

    Args:
        path: The folder; it is made. Its name ends with a slash, or it holds Parquet files
            already, or ``partition_by`` is given.
        mode: ``"write"`` replaces all parts, ``"append"`` adds some; ``"upsert"`` writes those
            anew that have rows with the ``key`` of a new one, and adds the new rows.
        partition_by: Columns whose values name folders, ``carrier=AA/``, in which the parts are;
            in the parts they are not. Readers tell their types by the values, as in CSV. A dataset
            that is there keeps its own.
        key: For ``"upsert"``: the columns whose values are a row's own.
        compression: Of the parts: ``"zstd"`` unless given.
        **options: Those of :class:`etlframe.loaders.file.DataLoader`.

    Raises:
        OptionError: An option has a value that it cannot have.
        UnknownNameError: An option of that name is not known.

    >>> import pandas as pd
    >>> folder = getfixture("tmp_path") / "flights"
    >>> loader = DataLoader(folder, mode="append", partition_by="dest")
    >>> loader.load(pd.DataFrame({"dest": ["SFO", "JFK", "SFO"], "delay": [4, -2, 6]}))
    3
    >>> sorted(each.name for each in folder.iterdir())
    ['dest=JFK', 'dest=SFO']
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        mode: str = "write",
        *,
        partition_by: str | Sequence[str] | None = None,
        format: str | None = None,  # noqa: A002 - the field's word
        **options: Any,
    ) -> None:
        self.partition_by = checked_partitions(partition_by)
        super().__init__(path, mode, format=format or "parquet", **options)
        if self.format != PARQUET:
            raise LoadError(f"A folder of part files holds Parquet, not {self.format.name}.")

    def check(self) -> None:
        """Raise ``LoadError`` if the folder could never take a load: before anything runs."""
        check_folder(self.path)
        target = resolved(self.path)
        check_is_dataset(target, str(self.path))
        there = partitions_in(target)
        if there is not None and self.partition_by not in ((), there) and self.mode != "write":
            named = ", ".join(there) or "no column"
            raise LoadError(
                f"{self.path} is partitioned by {named}, and not by "
                f'{", ".join(self.partition_by)}: leave partition_by out, or use mode="write".'
            )

    def load_frame(self, frame: Rows, load: Load | None = None) -> Loaded:
        """Load rows of any engine: whole, or the dataset stays as it was.

        Raises:
            LoadError: The folder could not be written, or cannot take these rows.
            LoadedBefore: The dataset took a load of this run already.
            ColumnNotFoundError: The rows have no such key, or no column to partition by.
        """
        self.check()
        entry = self.entry(load)
        for name in self.key:
            if name not in frame.schema:
                raise ColumnNotFoundError(name, list(frame.schema))
        with told_of(self.path), spilling(self.path), scratch(self.path) as file:
            written = frame.write(str(file), "parquet", self.options)
            if entry is not None:
                entry.rows = written.rows
            warnings = self._put(file, frame.schema, entry, rows=written.rows)
        return Loaded(
            written.rows, written.rows_scanned, (*warnings, *self._warnings(frame.schema))
        )

    def read(self) -> pd.DataFrame:
        """Read the dataset back: its parts in the order of their paths, one below the other.

        Raises:
            SourceError: The folder is not there, or holds what is no Parquet file.
        """
        target = resolved(self.path)
        if is_away(target):
            with locked(target, timeout=self.lock_timeout):
                put_back(target)
        return read_steadily(str(self.path), lambda: read_parts(target))

    def rollback(self, run_id: str) -> LoadRecord:
        """Undo the newest load: the folder is what it was before, or gone if it was not there.

        Raises:
            LoadError: As :meth:`etlframe.loaders.file.DataLoader.rollback`.
        """
        with told_of(self.path):
            return roll_back_parts(self.path, run_id, timeout=self.lock_timeout)

    @contextmanager
    def rehearsal(self) -> Iterator[Destination | None]:
        """Give a loader into a hidden folder beside the dataset, which is gone at the end."""
        target = resolved(self.path)
        with spilling(target) as folder:
            folder.mkdir(exist_ok=True)
            other = copy(self)
            other.path = folder / target.name
            if self.mode != "write":
                link_parts(target, other.path)
            yield other

    def describe(self) -> str:
        """Return the path without secrets, with what it is partitioned by, and the mode."""
        shown = super().describe()
        if not self.partition_by:
            return shown
        return f"{shown} by {', '.join(self.partition_by)}"

    def __repr__(self) -> str:
        by = f", partition_by={list(self.partition_by)!r}" if self.partition_by else ""
        return f"{super().__repr__()[:-1]}{by})"

    # -- putting parts in place --------------------------------------------------------------------

    def _put(self, file: Path, schema: Schema, entry: Entry | None, *, rows: int) -> Sequence[str]:
        """Put the rows of a Parquet file into the dataset, and return what people should know."""
        target = resolved(self.path)
        with ExitStack() as stack:
            if self.mode != "write":  # what is there must not change once it was looked at
                stack.enter_context(locked(target, timeout=self.lock_timeout))
                put_back(target)
            if self.mode == "write" or not listing_of(target):
                check_partitioned(schema, self.partition_by)
                with staged_parts(target, timeout=self.lock_timeout, entry=entry) as stage:
                    self.add(file, stage.path, self.partition_by)
                return ()
            if not rows:
                if entry is not None:
                    remember(target, entry, timeout=self.lock_timeout)
                return ()
            by = partitions_in(target) or ()
            check_partitioned(schema, by)
            if self.mode == "upsert":
                from etlframe.loaders.dataset_upsert import upsert_parts

                return upsert_parts(self, file, by, entry)
            return self._append_parts(file, by, entry)

    def _append_parts(self, file: Path, by: Sequence[str], entry: Entry | None) -> list[str]:
        timeout = self.lock_timeout
        with self.fitted(file) as (fitted, told):
            with staged_parts(self.path, timeout=timeout, entry=entry, keeps=True) as stage:
                self.add(fitted, stage.path, by)
            return told

    def add(self, file: Path, folder: Path, by: Sequence[str]) -> None:
        """Put a file of new rows into a folder of parts, split where that is partitioned."""
        stem = new_stem(listing_of(resolved(self.path)))
        if by:
            split_file(file, folder, by, stem, self.options.get("compression", "zstd"))
            file.unlink()
        else:
            file.rename(folder / f"{stem}-0.parquet")

    @contextmanager
    def fitted(self, file: Path) -> Iterator[tuple[Path, list[str]]]:
        """Give a file of new rows whose columns have the types of the dataset's.

        Raises:
            LoadError: A column has another type in the dataset, which would change values.
        """
        target = resolved(self.path)
        old, engine = schema_of_parts(target), open_engine("duckdb")
        try:
            new = engine.from_scan(scan_of_part(file))
            told = list(self._changes(old, new.schema))
            frame = self._fitting(old, new)
            if frame is new:
                yield file, told
                return
            with scratch(target) as other:
                frame.write(str(other), "parquet", self.options)
                yield other, told
        finally:
            engine.close()

    def _fitting(self, old: Schema, new: EngineFrame) -> EngineFrame:
        """Return new rows as the dataset's: integers as floats, and no column without values."""
        frame = new
        for name in list(misfits(old, new)):
            if is_without_values(new, name):
                frame = frame.select([each for each in frame.columns if each != name])
            elif (old[name], new.schema[name]) == (Kind.FLOAT, Kind.INT):
                frame = frame.cast({name: Kind.FLOAT})
            else:
                raise misfit(self.path, name, old, new.schema)
        return frame

    def _changes(self, old: Schema, new: Schema) -> Iterator[str]:
        where = self.path.name
        for name in new:
            if name not in old:
                yield f"Column {name!r} is new in {where}: it is missing in the rows before."
        for name in old:
            if name not in new:
                yield f"Column {name!r} of {where} is missing in the rows that were loaded."
