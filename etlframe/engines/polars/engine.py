"""Polars as an engine: lazy frames over files and DataFrames, run by its streaming engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from etlframe.control import RunCancelled
from etlframe.engines.aside import Aside, put_aside
from etlframe.engines.base import Engine, Scan, Written
from etlframe.engines.duckdb.connection import interruptible
from etlframe.engines.duckdb.streaming import Streams
from etlframe.engines.polars import library
from etlframe.engines.polars.computation import Computation
from etlframe.engines.shape import of_frame, of_scan
from etlframe.expressions.typed import Origin
from etlframe.timing import phase

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from etlframe.engines.polars.frame import PolarsFrame

Answer = TypeVar("Answer")
Assumed = set[tuple[str, str]]
"""Columns of a file, and what is assumed of every value: ``"present"`` or ``"exact"``."""


class PolarsEngine(Engine):
    """Runs lazy frames.

    Attributes:
        streams: Reads and writes files, on a DuckDB of its own.
        aside: Columns of frames that stay in pandas.
        computation: What the newest computation reads, and what failed in it.
    """

    name = "polars"

    def __init__(self) -> None:
        late = library.load()
        self.warnings = [] if late is None else [late]
        self.streams = Streams()
        self.computation = Computation(self.streams)
        self.aside: Aside = {}
        self._frames = 0
        self._files: set[str] = set()
        self._limited = False
        self._rows_scanned: int | None = None
        self._relations: dict[str, pl.LazyFrame] = {}
        self._missing: dict[Origin, bool] = {}
        self._assumed: dict[str, Assumed] = {}

    @property
    def rows_scanned(self) -> int | None:
        """Rows of the source that the newest computation read; None where it cannot tell."""
        return self._rows_scanned

    def place_in_source(self, scan: Scan) -> int | None:
        """Return which part of the source a scan is, whose rows are counted; None if it is none."""
        parts = () if self.source is None else self.source.parts or (self.source,)
        return next((at for at, part in enumerate(parts) if part is scan), None)

    def from_scan(self, scan: Scan) -> PolarsFrame:
        """Return a lazy frame over a file, or over files that are read as one."""
        # Not above: Polars may be imported only once the number of threads is set.
        from etlframe.engines.polars.frame import PolarsFrame
        from etlframe.engines.polars.reading import lazy_frame

        self.source = self.source or scan
        assumed: Assumed = set()
        lazy, is_held = lazy_frame(scan, self, assumed)
        relation = self.name_of(lazy)
        if is_held:
            self._assumed[relation] = assumed
        self._files.add(relation)
        return PolarsFrame(self, lazy, of_scan(scan, relation))

    def from_pandas(self, df: pd.DataFrame) -> PolarsFrame:
        """Return a frame over a DataFrame, which is not copied where Arrow can share it."""
        from etlframe.engines.exchange import schema_of, to_arrow
        from etlframe.engines.polars.frame import PolarsFrame
        from etlframe.engines.polars.holding import held

        schema = schema_of(df)
        self._frames += 1
        relation = f"frame {self._frames}"  # nobody looks there: what is missing is known
        plain, aside = put_aside(df, schema, relation)
        shape = of_frame(df, schema, relation, aside)
        self.aside |= aside
        return PolarsFrame(self, held(to_arrow(plain, schema)).lazy(), shape)

    def name_of(self, lazy: pl.LazyFrame) -> str:
        """Return a name for a lazy frame, by which an origin can tell where to look."""
        name = f"polars {id(lazy)}"
        self._relations[name] = lazy  # kept, and so no other frame gets its id
        return name

    def note_limit(self) -> None:
        """Remember that a limit stops scans early: their row counts are not the source's then."""
        self._limited = True

    def arrow(self, lazy: pl.LazyFrame) -> pa.Table:
        """Compute a lazy frame and return its rows.

        Raises:
            SourceError: A file is not what its format says.
            ScanMismatch: A file is not what its sniff said.
        """
        return self._run("compute", lambda: lazy.collect(engine="streaming").to_arrow())

    def write(
        self,
        frame: PolarsFrame,
        path: str,
        format: str,  # noqa: A002 - the field's word
        options: Mapping[str, Any],
    ) -> Written:
        """Compute a frame into a file and return what was written."""
        from etlframe.engines.polars.writing import stream

        def work() -> int:
            rows = stream(frame.lazy, self.computation)
            return self.streams.write(rows, frame.schema, path, format, options)

        self.streams.open()
        rows = self._run("compute and write", work)
        return Written(rows, self._rows_scanned)

    def is_of_file(self, origin: Origin) -> bool:
        """Return whether an origin is a column of a file, not what a verb made of one."""
        return origin.relation in self._files

    def can_assume(self, origin: Origin) -> bool:
        """Return whether an origin is a column of a file, whose rows can be held to assumptions."""
        return origin.relation in self._assumed and origin.value is None

    def assume(self, origin: Origin, what: str) -> None:
        """Hold every value of a file's column to be present, or exact as a float."""
        self._assumed[origin.relation].add((origin.column, what))

    def has_missing(self, origin: Origin) -> bool:
        """Look whether a column of a relation holds a missing value, once."""
        if not self.looks_for_missing:
            return False
        if origin.known is not None:
            return origin.known
        if origin not in self._missing:
            from etlframe.engines.polars.reading import any_missing

            found = self.look(any_missing(self._relations[origin.relation], origin))
            self._missing[origin] = bool(found[0][0].as_py())
        return self._missing[origin]

    def look(self, lazy: pl.LazyFrame) -> pa.Table:
        """Compute a lazy frame that is not the run's: the rows it scans are not counted."""
        scanned = self._rows_scanned
        with phase("look for missing values", engine=self.name):
            table = self.arrow(lazy)
        self._rows_scanned = scanned
        return table

    def close(self) -> None:
        """Stop what still reads, close the connection, and let go of frames."""
        self.computation.interrupt()
        self.streams.close()
        # A scan holds this engine, through Polars, where Python's collector cannot see it.
        self._relations.clear()

    def _run(self, what: str, work: Callable[[], Answer]) -> Answer:
        self.computation = Computation(self.streams)
        try:
            with phase(what, engine=self.name):
                answer = interruptible(self.computation, work)
        except (KeyboardInterrupt, RunCancelled):
            raise
        except BaseException as error:
            explained = self.computation.explained(error, self.source)
            if explained is error:
                raise
            raise explained from error
        self._rows_scanned = self._count_scanned()
        return answer

    def _count_scanned(self) -> int | None:
        if self.source is None or self._limited:
            return None
        if self.source.rows is not None:
            return self.source.rows
        return self.computation.rows_scanned(len(self.source.parts) or 1)
