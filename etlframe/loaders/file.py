"""Load into one file: replaced whole, or appended to, and never seen half."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from etlframe.engines.base import Rows
from etlframe.engines.index import with_range_index
from etlframe.engines.pandas import PandasRows
from etlframe.errors import ColumnNotFoundError
from etlframe.expressions.kinds import Kind, Schema
from etlframe.loaders.base import Destination, Loaded
from etlframe.loaders.options import check_mode, check_path, checked_key, checked_options
from etlframe.loaders.place import check_place, is_for_parts, link, told_of
from etlframe.loaders.reading import read_file
from etlframe.loaders.whole import write_whole
from etlframe.redaction import redact
from etlframe.storage.commit import Entry, remember, roll_back, staged
from etlframe.storage.formats import FileFormat, file_format
from etlframe.storage.ledger import ledger_of
from etlframe.storage.locks import LOCK_TIMEOUT, locked, resolved
from etlframe.storage.opening import check_readable
from etlframe.storage.records import Load, LoadRecord, State
from etlframe.storage.spill import spilling

if TYPE_CHECKING:
    import pandas as pd


class DataLoader(Destination):
    """Loads rows into a file: ``write`` replaces it, ``append`` replaces it by itself and more.

    Floats are written with full precision, times in ISO 8601, whole-number columns with missing
    values as integers, NaN as a missing value. CSV has no types: text such as ``NA`` or ``12`` is
    written as it is, and is a missing value or a number to whoever reads it. JSON has no infinity,
    and to write one is an error. No rows are a header alone in CSV, ``[]`` in JSON, and one blank
    line in JSON Lines, which ``etl.FileSource`` reads as no rows.

    The URL of a database (``sqlite:///path.db``, ``duckdb:///path.duckdb``,
    ``postgresql://user:password@host/db``) and ``table=`` make a loader of a table instead, which
    has the options of ``etlframe.loaders.table.TableLoader``. A path that ends with a slash, and
    ``partition_by=``, make one of a folder of Parquet files:
    ``etlframe.loaders.dataset.DatasetLoader``.

    Args:
        path: The file: CSV, TSV, JSON Lines, JSON or Parquet. Its folders are made.
        mode: ``"write"``, ``"append"`` or ``"upsert"``. To CSV, rows with other columns than the
            file's are not appended; in JSON each row has its own; Parquet matches columns by name,
            takes new ones, and the run's warnings tell what is missing where. An upsert takes the
            place of the rows that have the ``key`` of a new one: those that stay keep their order,
            and all new ones come after them.
        format: The format's name, where the suffix does not tell it.
        key: For ``"upsert"``: the column, or columns, whose values are a row's own. No two of the
            new rows may have one key, and none may miss it.
        lock_timeout: Seconds to wait for another process that changes the file.
        add_run_id: Write beside each row which run loaded it, and when that run started (in UTC),
            as columns ``_run_id`` and ``_loaded_at``.
        keep_previous: Keep what the file was before the newest run, hidden beside it, so that
            :meth:`rollback` can undo that run. It takes no time, and as much space as the file.
        append: How rows come behind those of a file: ``"copy"`` copies the file first and replaces
            it, so that readers see all new rows or none; ``"in_place"`` writes them at the end of
            CSV, TSV or JSON Lines, where a reader may meanwhile see some of them. What a killed
            process leaves of them is cut off by the next load.
        **options: ``delimiter`` (or ``sep``) for CSV and TSV; ``compression`` for Parquet
            (``"zstd"`` unless given). Text formats are compressed when the path ends in ``.gz`` or
            ``.zst``.

    Raises:
        OptionError: The mode or an option's value is not possible, or the path is an address
            (``s3://``) that cannot be loaded into yet.
        UnknownNameError: An option of that name is not known.
        UnknownFormatError: Neither the suffix nor ``format`` tells the format.

    >>> import pandas as pd
    >>> loader = DataLoader(getfixture("tmp_path") / "out" / "numbers.csv", mode="append")
    >>> loader.load(pd.DataFrame({"n": [1, 2, 3]})), loader.load(pd.DataFrame({"n": [4]}))
    (3, 1)
    """

    path: Path

    def __new__(cls, path: str | os.PathLike[str] = "", *_: Any, **options: Any) -> Self:
        """Make a loader of a table for a database's URL, and of a dataset for a folder."""
        if cls is DataLoader and "://" in os.fspath(path):
            from etlframe.storage.database import is_database

            if is_database(path):
                from etlframe.loaders.table import TableLoader

                return cast("Self", object.__new__(TableLoader))
        elif cls is DataLoader and path and is_for_parts(path, options):  # none: it is copied
            from etlframe.loaders.dataset import DatasetLoader

            return cast("Self", object.__new__(DatasetLoader))
        return object.__new__(cls)

    def __init__(
        self,
        path: str | os.PathLike[str],
        mode: str = "write",
        *,
        format: str | None = None,  # noqa: A002 - the field's word
        key: str | Sequence[str] | None = None,
        lock_timeout: float = LOCK_TIMEOUT,
        add_run_id: bool = False,
        keep_previous: bool = True,
        append: str = "copy",
        **options: Any,
    ) -> None:
        check_mode(mode)
        check_path(path)
        self.path = Path(path)
        self.mode = mode
        self.key = checked_key(key, mode)
        self.format: FileFormat = file_format(path, format)
        self.lock_timeout = lock_timeout
        self.add_run_id = add_run_id
        self.keep_previous = keep_previous
        self.append = append
        if append != "copy":
            from etlframe.loaders.append_in_place import check_append

            check_append(append, mode, self.format)
        self.options = checked_options(options, self.format)

    def check(self) -> None:
        """Raise ``LoadError`` if the file could never be written: called before anything runs."""
        check_place(self.path)

    def load_frame(self, frame: Rows, load: Load | None = None) -> Loaded:
        """Load rows of any engine: whole, or the file stays as it was.

        Raises:
            LoadError: The file could not be written, or cannot take these rows.
        """
        self.check()
        with told_of(self.path), spilling(self.path):
            self._recover()
            entry = self.entry(load)
            put = {"append": self._append, "upsert": self._upsert}.get(self.mode, self._write)
            loaded = put(frame, entry)
        return replace(loaded, warnings=(*loaded.warnings, *self._warnings(frame.schema)))

    @contextmanager
    def rehearsal(self) -> Iterator[Destination | None]:
        """Give a loader into a hidden folder beside the file, which is gone at the end."""
        target = resolved(self.path)
        with spilling(target) as folder:
            folder.mkdir(exist_ok=True)
            other = copy(self)
            other.path = folder / target.name
            if self.append == "in_place" and target.exists():
                shutil.copyfile(target, other.path)
            elif self.mode != "write" and target.exists():
                link(target, other.path)
            yield other

    def load(self, df: pd.DataFrame) -> int:
        """Load a DataFrame and return the number of rows loaded.

        A named index becomes columns, an unnamed one is dropped.

        Raises:
            LoadError: The file could not be written, or cannot take these rows.
        """
        flat = with_range_index(df)
        if flat.columns.nlevels == 1:
            flat = flat.rename(columns=str)
        return self.load_frame(PandasRows(flat)).rows

    def read(self) -> pd.DataFrame:
        """Read the file back, as ``etl.FileSource`` reads it.

        Raises:
            SourceError: The file is not there, or not what its format says.
        """
        check_readable(str(self.path))
        self._recover()
        return read_file(self.path, self.format, self.options.get("delimiter"))

    def state(self) -> State:
        """Return what the file remembers of its loads.

        A file remembers them from the first run on that was given a ``run_id``.

        Raises:
            LoadError: The ledger beside the file is not one.
        """
        return ledger_of(self.path).state()

    def remember(self, load: Load) -> None:
        """Remember a load that has no rows, so that a second run of its name does nothing."""
        remember(self.path, Entry(load, self.mode), timeout=self.lock_timeout)

    def forget(self, name: str) -> None:
        """Forget how far a source was read, by the job's name; the rows stay.

        Raises:
            LoadError: The lock was not to be had in time, or the ledger is not one.
        """
        with locked(self.path, timeout=self.lock_timeout):
            ledger_of(self.path).forget(name)

    def rollback(self, run_id: str) -> LoadRecord:
        """Undo the newest load: the file is what it was before, or gone if it was not there.

        What the file remembers of runs and of cursors is what it remembered then.

        Raises:
            LoadError: The run's load is not the newest one, what was before it is not kept, or the
                file was changed since by another program.
        """
        with told_of(self.path):
            self._recover()
            return roll_back(self.path, run_id, timeout=self.lock_timeout)

    def describe(self) -> str:
        """Return the path without secrets, and the mode where it is not ``write``."""
        path = redact(str(self.path))
        return path if self.mode == "write" else f"{path} ({self.mode})"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({redact(str(self.path))!r}, mode={self.mode!r})"

    def _write(self, rows: Rows, entry: Entry | None) -> Loaded:
        with staged(self.path, timeout=self.lock_timeout, entry=entry) as stage:
            written = write_whole(rows, stage, self.format, self.options)
            if entry is not None:
                entry.rows = written.rows
        return Loaded(written.rows, written.rows_scanned)

    def entry(self, load: Load | None) -> Entry | None:
        """Return what the destination shall remember of a load."""
        if load is None:
            return None
        return Entry(load, self.mode, keeps_previous=self.keep_previous)

    def _recover(self) -> None:
        """Cut off what a process left that died while it appended in place."""
        if ledger_of(self.path).exists():
            from etlframe.storage.growing import recover

            recover(self.path, timeout=self.lock_timeout)

    def _append(self, rows: Rows, entry: Entry | None) -> Loaded:
        from etlframe.loaders.append import append_rows

        put = append_rows
        if self.append == "in_place":
            from etlframe.loaders.append_in_place import append_in_place as put

        return put(
            rows, self.path, self.format, self.options, timeout=self.lock_timeout, entry=entry
        )

    def _upsert(self, rows: Rows, entry: Entry | None) -> Loaded:
        from etlframe.loaders.upsert import upsert_rows

        for name in self.key:
            if name not in rows.schema:
                raise ColumnNotFoundError(name, list(rows.schema))
        return upsert_rows(
            rows,
            self.path,
            self.format,
            self.options,
            self.key,
            timeout=self.lock_timeout,
            entry=entry,
        )

    def _warnings(self, schema: Schema) -> Iterator[str]:
        if self.format.name == "parquet":
            for name, kind in schema.items():
                if kind is Kind.TIMEDELTA:
                    yield (
                        f"Column {name!r} holds time spans, which Parquet has not: they are "
                        "written as ISO 8601 text, which pd.to_timedelta reads."
                    )
