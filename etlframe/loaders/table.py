"""Load into a table of a database, in one transaction."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from etlframe.engines.base import Rows
from etlframe.engines.sql import connect, read_table, said_by
from etlframe.errors import (
    LoadError,
    OptionError,
    SourceNotFoundError,
    UnknownNameError,
    did_you_mean,
)
from etlframe.loaders.base import Destination, Loaded
from etlframe.loaders.file import DataLoader
from etlframe.loaders.options import check_mode
from etlframe.loaders.table_checks import check_rows, checked_key, of_time_spans
from etlframe.loaders.table_columns import StagedRows
from etlframe.loaders.table_load import TableLoad
from etlframe.loaders.table_records import add_load, forget_cursor, read_state
from etlframe.loaders.table_undo import is_own, undo_load
from etlframe.storage.database import address_of, table_name
from etlframe.storage.failpoints import reach
from etlframe.storage.locks import LOCK_TIMEOUT
from etlframe.storage.records import Load, LoadRecord, State
from etlframe.storage.sessions import DatabaseFailed, Session
from etlframe.storage.spill import spilling

if TYPE_CHECKING:
    import pandas as pd

_OPTIONS = (
    "table",
    "mode",
    "key",
    "on_new_columns",
    "lock_timeout",
    "add_run_id",
    "keep_previous",
)
ON_NEW_COLUMNS = ("add", "refuse", "ignore")


class TableLoader(DataLoader):
    """Loads rows into a table; ``etl.DataLoader(url, table=...)`` makes one.

    A load is one transaction: readers see the old rows or the new ones, never an empty table. The
    table is made if it is not there, with types of the frame's; one that is there keeps its types,
    indices and grants, and a value that does not fit one is an error that names the column.

    Args:
        path: The database: ``sqlite:///path.db``, ``duckdb:///path.duckdb`` (four slashes before an
            absolute path) or ``postgresql://user:password@host:port/db``.
        mode: ``"write"`` replaces the rows of the table, ``"append"`` adds to them; ``"upsert"``
            changes the rows that have the keys of new ones, and adds the others.
        table: The table; in PostgreSQL it may be ``"schema.table"``.
        key: For upserts, the column or columns that tell a row. A key that is missing, or repeats
            in the new rows, is an error.
        on_new_columns: What becomes of columns that the table lacks: ``"add"`` adds them, with a
            warning; ``"refuse"`` is an error; ``"ignore"`` leaves them out, with a warning.
        lock_timeout: Seconds to wait for another process that changes the table.
        add_run_id: Write beside each row which run loaded it, and when that run started (in UTC),
            in the columns ``_run_id`` and ``_loaded_at``.
        keep_previous: Keep the rows of before in a table beside (``_etlframe_before_...``), so that
            :meth:`rollback` can undo the newest run. That takes as long as a copy of the table. A
            load into an empty table, and one that appends with ``add_run_id``, need none.
        **options: None: a misspelt one is told.

    Raises:
        OptionError: An option has a value that it cannot have.
        UnknownNameError: An option of that name is not known.

    >>> import pandas as pd
    >>> url = f"duckdb:///{getfixture('tmp_path')}/flights.duckdb"
    >>> loader = DataLoader(url, table="flights", mode="upsert", key="id")
    >>> loader.load(pd.DataFrame({"id": [1, 2], "dest": ["SFO", "JFK"]}))
    2
    >>> loader.load(pd.DataFrame({"id": [2, 3], "dest": ["LAX", "BOS"]}))
    2
    >>> loader.read().sort_values("id")["dest"].tolist()
    ['SFO', 'LAX', 'BOS']
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        mode: str = "write",
        *,
        table: str | None = None,
        key: str | Sequence[str] | None = None,
        on_new_columns: str = "add",
        lock_timeout: float = LOCK_TIMEOUT,
        add_run_id: bool = False,
        keep_previous: bool = False,
        **options: Any,
    ) -> None:
        self.address = address_of(os.fspath(path))
        self.path: Path | None = self.address.path  # type: ignore[assignment] # a server has none
        if options:
            raise UnknownNameError("option of tables", next(iter(options)), _OPTIONS)
        check_mode(mode)
        if on_new_columns not in ON_NEW_COLUMNS:
            raise OptionError(f"on_new_columns is one of {ON_NEW_COLUMNS}, not {on_new_columns!r}.")
        if table is None:
            raise OptionError(f'Which table of {self.address}? Name it: table="flights".')
        self.table = table_name(table, self.address)
        if is_own(self.table.name):
            raise OptionError(
                f"{self.table.name} is where etlframe remembers loads; name another table."
            )
        self.mode = mode
        self.key = checked_key(key, mode)
        self.on_new_columns = on_new_columns
        self.lock_timeout = lock_timeout
        self.add_run_id = add_run_id
        self.keep_previous = keep_previous

    def check(self) -> None:
        """Raise ``LoadError`` now if the database could never be written: before anything runs.

        Raises:
            LoadError: The file or its folder cannot be written, or the server cannot be reached.
            MissingDependencyError: The driver is not installed.
        """
        if self.path is not None:
            super().check()
        if self.address.database != "duckdb":
            with self._told(), suppress(FileNotFoundError), self._look():
                pass

    def load_frame(self, frame: Rows, load: Load | None = None) -> Loaded:
        """Load rows of any engine in one transaction, or the table stays as it was.

        The rows are written to a temporary file first: the source has been read to its end when the
        transaction begins.

        Raises:
            LoadError: The database refused the rows.
            LoadedBefore: The table took a load of this run already.
            ColumnNotFoundError: The rows have no such key.
        """
        check_rows(frame, self.key)
        with spilling(self.path) as folder:
            folder.mkdir(parents=True, exist_ok=True)
            stage = folder / f"load-{uuid4().hex[:12]}.parquet"
            try:
                written = frame.write(str(stage), "parquet", {"compression": "snappy"})
                reach("sql:staged")
                loaded = self._load(stage, frame, load)
            finally:
                stage.unlink(missing_ok=True)
        return replace(
            loaded,
            rows_scanned=written.rows_scanned,
            warnings=(*loaded.warnings, *of_time_spans(frame)),
        )

    def _load(self, stage: Path, frame: Rows, load: Load | None) -> Loaded:
        doing = TableLoad(
            self.table,
            self.mode,
            self.key,
            self.on_new_columns,
            self.lock_timeout,
            load,
            keeps_previous=self.keep_previous,
            marks=self.add_run_id,
        )
        with self._told(), StagedRows(stage, frame.schema) as rows:
            if self.path is not None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            session = connect(self.address, timeout=self.lock_timeout)
            with session, said_by(self.address):
                return doing.into(session, rows)

    def read(self) -> pd.DataFrame:
        """Read the table back.

        Raises:
            SourceNotFoundError: There is no such table.
            LoadError: The database cannot be read.
        """
        from etlframe.engines.exchange import from_arrow

        try:
            with self._told(), self._look() as session, said_by(self.address):
                if session.columns(self.table):
                    return from_arrow(read_table(session, self.table))
                near = did_you_mean(str(self.table), session.tables())
        except FileNotFoundError:
            near = ""
        raise SourceNotFoundError(f"There is no table {self.table} in {self.address}.{near}")

    def state(self) -> State:
        """Return the loads that the table took, and how far sources were read.

        Raises:
            LoadError: The database cannot be read.
        """
        try:
            with self._told(), self._look() as session, said_by(self.address):
                return read_state(session, self.table)
        except FileNotFoundError:
            return State()

    def remember(self, load: Load) -> None:
        """Remember a load that has no rows, so that a second run of its name does nothing."""
        if self.path is not None and not self.path.exists():
            return
        session = connect(self.address, timeout=self.lock_timeout)
        with self._told(), session, said_by(self.address):
            session.begin(self.table, timeout=self.lock_timeout)
            read_state(session, self.table).check(load)
            if session.columns(self.table):
                add_load(session, self.table, load, mode=self.mode, rows=0)
            session.commit()

    def forget(self, name: str) -> None:
        """Forget how far a source was read, by the job's name; the rows stay.

        Raises:
            LoadError: The database cannot be written.
        """
        if self.path is not None and not self.path.exists():
            return
        session = connect(self.address, timeout=self.lock_timeout)
        with self._told(), session, said_by(self.address):
            session.begin(self.table, timeout=self.lock_timeout)
            forget_cursor(session, self.table, name)
            session.commit()

    def rollback(self, run_id: str) -> LoadRecord:
        """Undo the newest load in one transaction: the rows are what they were before.

        Raises:
            LoadError: The run's load is not the newest one, the rows before it were not kept, or
                another program has changed the table since.
        """
        if self.path is not None and not self.path.exists():
            raise LoadError(f"There is no database {self.address}, and so no load to undo.")
        session = connect(self.address, timeout=self.lock_timeout)
        with self._told(), session, said_by(self.address):
            session.begin(self.table, timeout=self.lock_timeout)
            undone = undo_load(session, self.table, run_id)
            reach("undo:of table")
            session.commit()
        return undone

    @contextmanager
    def rehearsal(self) -> Iterator[Destination | None]:
        """Give None: a database is not copied for a rehearsal."""
        yield None

    def describe(self) -> str:
        """Return the database without secrets, the table, and the mode if it is not ``write``."""
        shown = f"{self.address} table {self.table}"
        if self.mode == "upsert":
            return f"{shown} (upsert by {', '.join(self.key)})"
        return shown if self.mode == "write" else f"{shown} ({self.mode})"

    def __repr__(self) -> str:
        """Return the call that makes this loader, without secrets."""
        key = f", key={list(self.key)!r}" if self.key else ""
        return (
            f"DataLoader({str(self.address)!r}, mode={self.mode!r}, table={str(self.table)!r}{key})"
        )

    @contextmanager
    def _look(self) -> Iterator[Session]:
        """Give a connection that changes nothing.

        Raises:
            FileNotFoundError: The database is a file that is not there.
        """
        if self.path is not None and not self.path.exists():
            raise FileNotFoundError(self.path)
        with connect(self.address, timeout=self.lock_timeout, read_only=True) as session:
            yield session

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say where it was that a database refused something."""
        try:
            yield
        except DatabaseFailed as failed:
            raise LoadError(f"{self.address}, table {self.table}: {failed}.") from None
