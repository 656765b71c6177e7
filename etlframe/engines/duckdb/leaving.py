"""How rows leave DuckDB: as a DataFrame with pandas' dtypes, or into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.engines.base import Written
from etlframe.engines.duckdb import checking, sequence, text
from etlframe.engines.leaving import aside_of, to_dataframe
from etlframe.engines.pandas import PandasRows
from etlframe.expressions.kinds import Kind, Schema

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.duckdb.frame import DuckDBFrame


def to_pandas(frame: DuckDBFrame) -> pd.DataFrame:
    """Compute a frame's rows as a DataFrame."""
    checking.before(frame)
    df = _dataframe(frame)
    checking.after(frame, len(df))
    return df


def _dataframe(frame: DuckDBFrame) -> pd.DataFrame:
    statement = _with_days(_with_digits(frame), frame.schema)
    return to_dataframe(frame.engine.arrow(statement), frame.shape, frame.engine)


def _with_digits(frame: DuckDBFrame) -> str:
    """Return the SELECT with decimals of the types that Arrow gives, which DuckDB's may not be."""
    types = {
        name: text.decimal_type(digits)
        for name in frame.columns
        if (digits := frame.shape.digits(name)) is not None
    }
    if not types:
        return frame.statement()
    cast = [f"{text.name(name)}::{type_} AS {text.name(name)}" for name, type_ in types.items()]
    return f"SELECT * REPLACE ({', '.join(cast)}) FROM ({frame.statement()})"


def count(frame: DuckDBFrame) -> int:
    """Compute the number of a frame's rows."""
    checking.before(frame)
    table = frame.engine.arrow(f"SELECT count(*) AS n FROM ({frame.sql})")
    rows = int(table["n"][0].as_py())
    checking.after(frame, rows)
    return rows


def _with_days(statement: str, schema: Schema) -> str:
    """Return the SELECT with spans of time as days and what is beyond a day.

    Arrow counts what is no whole day in nanoseconds, and three centuries are too many of those.
    """
    spans = [text.name(name) for name, kind in schema.items() if kind is Kind.TIMEDELTA]
    if not spans:
        return statement
    days = [
        f"to_days((epoch_us({span}) // {_DAY})::INTEGER) + "
        f"to_microseconds(epoch_us({span}) % {_DAY}) AS {span}"
        for span in spans
    ]
    return f"SELECT * REPLACE ({', '.join(days)}) FROM ({statement})"


_DAY = 86_400_000_000


def write(frame: DuckDBFrame, path: str, format: str, options: Mapping[str, Any]) -> Written:  # noqa: A002 - the field's word
    """Write a frame's rows to one file."""
    if aside_of(frame.shape, frame.engine):
        rows = PandasRows(to_pandas(frame), frame.schema)
        return replace(rows.write(path, format, options), rows_scanned=None)
    checking.before(frame)
    written = _written(frame, path, format, options)
    scanned = frame.engine.rows_scanned
    checking.after(frame, written)
    return Written(written, scanned)


def _written(frame: DuckDBFrame, path: str, format: str, options: Mapping[str, Any]) -> int:  # noqa: A002 - the field's word
    """Write the rows as they come, where they come in order by themselves; else sorted."""
    engine = frame.engine
    if sequence.is_worth_watching(frame, engine.source):
        numbers = [term.column for term in frame.order]
        statement = f"SELECT {text.names([*frame.columns, *numbers])} FROM ({frame.sql})"
        try:
            return engine.write_in_sequence(
                statement, len(numbers), frame.schema, path, format, options
            )
        except sequence.OutOfSequence:
            pass
    options = {**options, "few": frame.is_grouped}
    return engine.write(_with_digits(frame), frame.schema, path, format, options)
