"""DuckDB as an engine: one connection a run, frames over files and DataFrames."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeVar

from etlframe.engines.aside import Aside, put_aside
from etlframe.engines.base import Engine, ReadAgain, Scan
from etlframe.engines.duckdb import lowering, text
from etlframe.engines.duckdb.checking import guard
from etlframe.engines.duckdb.connection import connect, interruptible
from etlframe.engines.duckdb.core import register, relation_of
from etlframe.engines.duckdb.faults_files import fault
from etlframe.engines.duckdb.files import Files
from etlframe.engines.duckdb.frame import DuckDBFrame
from etlframe.engines.duckdb.operand import Operand
from etlframe.engines.duckdb.profile import note_profile, read_profile, rows_of_scans
from etlframe.engines.duckdb.reader_settled import have_changed
from etlframe.engines.exchange import EXACT_IN_FLOAT
from etlframe.engines.shape import of_frame, of_scan
from etlframe.expressions.kinds import Kind, Schema
from etlframe.expressions.typed import Origin
from etlframe.timing import is_timed, phase

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

    from etlframe.engines.duckdb.sequence import Watched

Answer = TypeVar("Answer")


class DuckDBEngine(Engine):
    """Runs frames on one in-memory DuckDB, opened at the first use."""

    name = "duckdb"

    def __init__(self) -> None:
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._scans: list[Scan] = []
        self._files = Files()
        self._reads: set[str] = set()
        self._limited = False
        self._rows_scanned: int | None = None
        self._missing: dict[Origin, bool] = {}
        self._assumed: dict[str, dict[str, None]] = {}
        self._registered = 0
        self.aside: Aside = {}

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection, opened now if it is not yet."""
        if self._connection is None:
            with phase("connect", engine=self.name):
                self._connection = connect()
                self._connection.execute("PRAGMA enable_profiling='no_output'")
        return self._connection

    @property
    def rows_scanned(self) -> int | None:
        """Rows of the source that the newest computation read; None where it cannot tell."""
        return self._rows_scanned

    def from_scan(self, scan: Scan) -> DuckDBFrame:
        """Return a lazy frame over a file, or over files that are read as one."""
        self.source = self.source or scan
        sql = self._files.add(scan)
        self._scans.append(scan)
        self._reads.add(sql)
        return DuckDBFrame(self, sql, of_scan(scan, sql))

    def from_pandas(self, df: pd.DataFrame) -> DuckDBFrame:
        """Return a frame over a DataFrame, which is not copied where Arrow can share it."""
        from etlframe.engines.exchange import schema_of, to_arrow

        schema = schema_of(df)
        relation = f"__etl_frame_{self._registered}"
        plain, aside = put_aside(df, schema, relation)
        shape = of_frame(df, schema, relation, aside)
        register(self.connection, relation, to_arrow(plain, schema))
        self.aside |= aside
        self._registered += 1
        return DuckDBFrame(self, f"SELECT * FROM {text.name(relation)}", shape)

    def note_limit(self) -> None:
        """Remember that a LIMIT stops scans early: their row counts are not the source's then."""
        self._limited = True

    def arrow(self, statement: str) -> pa.Table:
        """Run a SELECT and return its rows.

        Raises:
            SourceError: A file is not what its format says.
            ScanMismatch: A file is not what its sniff said.
        """
        assured = self._assured(statement)
        return self._run(
            "compute", lambda connection: relation_of(connection, assured).to_arrow_table()
        )

    def write(
        self,
        statement: str,
        schema: Schema,
        path: str,
        format: str,  # noqa: A002 - the field's word
        options: Mapping[str, Any],
    ) -> int:
        """Run a SELECT into a file and return the number of rows written."""
        from etlframe.engines.duckdb.writer import write_query

        assured = self._assured(statement)
        return self._run(
            "compute and write",
            lambda connection: write_query(connection, assured, schema, path, format, options),
        )

    def write_in_sequence(  # noqa: PLR0917 - what, as what, and where to
        self,
        statement: str,
        numbers: int,
        schema: Schema,
        path: str,
        format: str,  # noqa: A002 - the field's word
        options: Mapping[str, Any],
    ) -> int:
        """Run a SELECT into a file, its rows as they come, and return the number of rows written.

        Args:
            statement: The SELECT: the columns to write, and after them the numbers of the rows.
            numbers: How many columns number the rows.
            schema: The columns to write.
            path: The file.
            format: The name of a format.
            options: As for ``write``.

        Raises:
            OutOfSequence: The numbers do not grow: the rows have to be sorted.
        """
        from etlframe.engines.duckdb.sequence import Watched

        with closing(Watched(self.connection, self._assured(statement), numbers)) as watched:
            return self._run(
                "compute and write",
                lambda _: watched.write(schema, path, format, options),
                watched,
            )

    def is_of_file(self, origin: Origin) -> bool:
        """Return whether an origin is a column of a file, not what a verb made of one."""
        return origin.relation in self._reads

    def has_missing(self, origin: Origin) -> bool:
        """Look whether a column of a relation holds a missing value, once."""
        if not self.looks_for_missing:
            return False
        if origin.known is not None:
            return origin.known
        if origin not in self._missing:
            looked = Operand(text.name(origin.column), Kind.STR)
            if origin.value is not None:
                looked = lowering.operand(origin.value)
            query = (
                f"SELECT coalesce(bool_or({looked.missing}), FALSE) AS found "
                f"FROM ({self.closed(origin.relation)})"
            )
            self._missing[origin] = bool(self.look(query)["found"][0].as_py())
        return self._missing[origin]

    def can_assume(self, origin: Origin) -> bool:
        """Return whether an origin is a column of a file, whose rows can be held to assumptions."""
        return self.is_of_file(origin) and origin.value is None

    def assume(self, origin: Origin, what: str) -> None:
        """Hold every value of a file's column to be present, or exact as a float."""
        column = text.name(origin.column)
        told = f"{column} IS NOT NULL" if what == "present" else _exact(column)
        self._assumed.setdefault(origin.relation, {})[told] = None

    def _assured(self, statement: str) -> str:
        """Return a SELECT that reads files, with what is assumed of them held on the way."""
        for relation, told in self._assumed.items():
            held = guard(relation, list(told))
            # Names and values have their quotes doubled: only a relation itself reads like this.
            statement = statement.replace(f"({relation})", f"({held})")
            closed = self._files.closed(relation)
            statement = statement.replace(f"({closed})", f"({self._files.closed(held)})")
        in_full = self.reads_in_full and not self._limited
        return self._files.put_into(statement, in_full=in_full)

    def closed(self, sql: str) -> str:
        """Return a SELECT whose answer needs no column of its files but those it names."""
        return self._files.closed(sql)

    def gives_rows(self, statement: str) -> bool:
        """Look whether a SELECT gives any row."""
        return bool(self.look(statement).num_rows)

    def look(self, statement: str) -> pa.Table:
        """Run a SELECT that is not the frame's: the rows it scans are not counted."""
        scanned = self._rows_scanned
        with phase("look for missing values", engine=self.name):
            table = self.arrow(statement)
        self._rows_scanned = scanned
        return table

    def close(self) -> None:
        """Close the connection; its spilled files go with it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(
        self,
        what: str,
        work: Callable[[duckdb.DuckDBPyConnection], Answer],
        watched: Watched | None = None,
    ) -> Answer:
        from etlframe.engines.duckdb.core import duckdb

        relied_on = self._files.relied_on
        try:
            connection = self.connection
            with phase(what, engine=self.name) as noted:
                answer = interruptible(watched or connection, lambda: work(connection))
            if is_timed():
                writing = [watched.cursor] if watched else []
                note_profile(noted, *map(read_profile, [*writing, connection]))
        except duckdb.Error as error:
            if have_changed(relied_on):
                raise ReadAgain from error
            raise fault(error, self._scans) from error
        if have_changed(relied_on):
            raise ReadAgain
        self._rows_scanned = self._count_scanned()
        return answer

    def _count_scanned(self) -> int | None:
        source = self.source
        if source is None or self._limited:
            return None
        if source.rows is not None:
            return source.rows
        paths = [part.path for part in source.parts or (source,)]
        return rows_of_scans(read_profile(self.connection), paths)


def _exact(column: str) -> str:
    held = f"({column} BETWEEN {-EXACT_IN_FLOAT} AND {EXACT_IN_FLOAT})"
    return f"({column} IS NULL OR {held})"
