"""Moves a frame through steps: on an engine as long as it gives pandas' answer, then in pandas."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from etlframe.control import stoppable
from etlframe.engines.base import Engine, EngineFrame, Rows, Scan
from etlframe.engines.pandas import PandasRows
from etlframe.engines.registry import AUTO, READER, open_engine
from etlframe.errors import FallbackError
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable
from etlframe.options import get_options
from etlframe.plan.blame import blamed, checked_frame
from etlframe.plan.records import StepRecord
from etlframe.plan.staging import for_engines
from etlframe.sources.base import scan_of
from etlframe.steps.base import Step
from etlframe.storage.spill import spilling
from etlframe.timing import phase

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.sources.base import DataSource


class Mover:
    """A frame on its way through a plan's steps.

    It starts on an engine where the source can be scanned by it (or where the engine was asked
    for by name), and crosses to pandas at the first step that the engine is not known to answer as
    pandas does. An engine asked for by name gets the frame back at the next step it can run.

    Args:
        source: Where rows come from.
        engine: ``"auto"``, or an engine's name.
        whole: Sniff the whole source.
        exact: Look for missing values elsewhere in the source, where a dtype depends on them.
        beside: A file beside which an engine spills; None for the folder for temporary files.
        refused: An engine refused rows that a schema holds: pandas tells what is wrong with them.
        on_step: Called with the name of each step before it.

    Attributes:
        records: A record of extract and of each step.
        df: The DataFrame, while the frame is in pandas.
        frame: The engine's frame, while it is there.
    """

    def __init__(
        self,
        source: DataSource,
        engine: str,
        *,
        whole: bool = False,
        exact: bool = True,
        beside: Path | None = None,
        refused: bool = False,
        on_step: Callable[[str], None] | None = None,
    ) -> None:
        self.records: list[StepRecord] = []
        self.warnings: list[str] = []
        self.df: pd.DataFrame | None = None
        self.frame: EngineFrame | None = None
        self.writer = "pandas"
        self._source = source
        self._asked = engine
        self._whole = whole
        self._exact = exact
        self._beside = beside
        self._refused = refused
        self._open_until_exit = ExitStack()
        self._on_step = on_step or (lambda _name: None)
        self._engine: Engine | None = None
        self._kinds: dict[str, Kind] = {}
        self._rows: int | None = None
        self._used: dict[str, None] = {}

    def __enter__(self) -> Self:
        self._open_until_exit.enter_context(spilling(self._beside))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open_until_exit.close()

    @property
    def engine_label(self) -> str:
        """The engines that were used, in order: ``"duckdb+pandas"``."""
        return "+".join(self._used) or ("pandas" if self._asked == "auto" else self._asked)

    @property
    def _name(self) -> str:
        return self._engine.name if self._engine else "pandas"

    @property
    def rows_extracted(self) -> int | None:
        """Rows read from the source, as far as the engine tells."""
        if self._rows is None and self._engine is not None:
            return self._engine.rows_scanned
        return self._rows

    # -- moving ------------------------------------------------------------------------------------

    def extract(self) -> None:
        """Open the source: lazily on an engine, or as a DataFrame."""
        self._on_step("extract")
        if self._asked != "pandas":
            self._source = for_engines(self._source)
        scan = None if self._asked == "pandas" else self._scan()
        name = AUTO if self._asked == "auto" else self._asked
        if scan is not None:
            try:
                with phase("open the engine", engine=name):
                    self.frame = self._open(name).over(scan)
            except NotPortable as refused:
                self._extract_frame(str(refused))
            else:
                self._note(scan)
                self._record("extract", name)
        else:
            self._extract_frame("")
            if self._asked not in ("auto", "pandas"):
                self._open(name)

    def _scan(self) -> Scan | None:
        """Return how an engine can read the source; a file is sniffed for that."""
        with phase("sniff the source"):
            return scan_of(self._source, whole=self._whole)

    def _open(self, name: str) -> Engine:
        engine = open_engine(name)
        self.warnings += engine.warnings
        engine.looks_for_missing = engine.reads_in_full = self._exact
        self._open_until_exit.callback(engine.close)
        engine.guards = not self._refused
        self._engine = engine
        return engine

    def _extract_frame(self, reason: str) -> None:
        started = perf_counter()
        with phase("extract", engine="pandas") as noted, blamed("extract", None):
            self.df = checked_frame(stoppable(self._read), "extract")
            noted.rows = len(self.df)
        self._rows = len(self.df)
        self._record("extract", "pandas", len(self.df), perf_counter() - started, reason)

    def _read(self) -> pd.DataFrame:
        """Read the source into pandas; a file with the one reader, whose warnings are recorded."""
        scan = self._scan() if self._asked == "pandas" else None
        if scan is None:
            return self._extracted()
        reader = open_engine(READER)
        reader.looks_for_missing = False  # all rows are there: their dtypes tell already
        try:
            df = reader.over(scan).to_pandas()
        except NotPortable:
            return self._extracted()
        finally:
            reader.close()
        self._note(scan)
        return df

    def _extracted(self) -> pd.DataFrame:
        df = self._source.extract()
        self.warnings += self._source.read_notes()
        return df

    def _note(self, scan: Scan) -> None:
        self._kinds = dict(scan.columns)
        self.warnings += scan.notes

    def advance(self, step: Step) -> None:
        """Move through one step."""
        self._on_step(step.name)
        if self.df is not None and self._engine is not None and self._asked != "auto":
            self._enter()
        reason = ""
        if self.frame is not None:
            try:
                with phase("plan the steps", engine=self._name), blamed(step.name, None):
                    self.frame = step.lower(self.frame, *self._inputs(step))
            except NotPortable as refused:
                reason = str(refused)
                if get_options().fallback == "error" and not self._refused:
                    message = f"Step {step.name!r} would fall back to pandas: {reason}."
                    raise FallbackError(message) from None
                self._cross()
            else:
                self._record(step.name, self._name)
                return
        self._advance_in_pandas(step, reason)

    def _cross(self) -> None:
        """Leave the engine for pandas; an explanation only notes that it would."""
        self.to_pandas()

    def _advance_in_pandas(self, step: Step, reason: str) -> None:
        df = self.to_pandas()
        self._used["pandas"] = None
        started = perf_counter()
        with phase(step.name, engine="pandas", step=step.name) as noted, blamed(step.name, df):
            step.columns_after([str(name) for name in df.columns])
            self.df = checked_frame(stoppable(lambda: step(df)), step.name)
            noted.rows = len(self.df)
        self.frame = None
        self._record(step.name, "pandas", len(self.df), perf_counter() - started, reason)

    def _enter(self) -> None:
        """Give the DataFrame to the engine that was asked for, if it can hold it."""
        if self.df is None or self._engine is None:
            return
        try:
            self.frame = self._engine.from_pandas(self.df)
        except (NotPortable, TypeError, ValueError, OSError):
            self.frame = None
        else:
            self.df = None

    def _inputs(self, step: Step) -> list[EngineFrame]:
        return [self._input(each) for each in step.inputs]

    def _input(self, given: Any) -> EngineFrame:
        """Return what a step reads besides its frame, on the same engine."""
        engine = self._engine
        if engine is None:
            raise NotPortable("there is no engine")
        if hasattr(given, "steps") and hasattr(given, "source"):
            return self._plan_input(given)
        if hasattr(given, "scan"):
            given = for_engines(self._as_read(given))
            scan = scan_of(given, whole=self._whole)
            return engine.from_pandas(given.extract()) if scan is None else engine.over(scan)
        return engine.from_pandas(given)

    def _as_read(self, source: DataSource) -> DataSource:
        """Return a source as it is to be read; an explanation reads its first rows alone."""
        return source

    def _plan_input(self, plan: Any) -> EngineFrame:
        frame = self._input(plan.source)
        for step in plan.steps:
            frame = step.lower(frame, *self._inputs(step))
        return frame

    # -- leaving -----------------------------------------------------------------------------------

    def to_pandas(self) -> pd.DataFrame:
        """Return the frame as a DataFrame, computing it on its engine first if it is there."""
        if self.df is None:
            if self.frame is None:
                raise RuntimeError("to_pandas before extract")
            started = perf_counter()
            self._kinds = dict(self.frame.schema)
            with phase("go over to pandas", engine=self._name) as noted:
                self.df = self.frame.to_pandas()
                noted.rows = len(self.df)
            self.frame = None
            self.wrote(len(self.df), perf_counter() - started)
            self._rows = self._engine.rows_scanned if self._engine else self._rows
        return self.df

    def rows(self) -> Rows:
        """Return the frame as it is, for a loader."""
        if self.frame is not None:
            self.writer = self._name
            return self.frame
        return PandasRows(self.to_pandas(), self._kinds)

    def wrote(self, rows: int, seconds: float | None = None) -> None:
        """Note how many rows left the last step that was fused, and how long it took."""
        last = self.records[-1]
        if last.rows is None:
            last.rows = rows
            last.seconds = seconds
        first = self.records[0]
        if first.rows is None and self._engine is not None:
            first.rows = self._engine.rows_scanned

    def _record(
        self,
        name: str,
        engine: str,
        rows: int | None = None,
        seconds: float | None = None,
        reason: str = "",
    ) -> None:
        self._used[engine] = None
        self.records.append(StepRecord(name, rows, seconds, engine, reason))
