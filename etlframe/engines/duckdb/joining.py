"""``merge`` as SQL: pandas' columns, suffixes and row order; missing keys match each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from etlframe.engines.base import Suffixes
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.ordering import ROW, Relation, Term
from etlframe.engines.joined import MOMENTS, JoinedColumn, joined_columns, joined_shape
from etlframe.expressions.kinds import Kind

if TYPE_CHECKING:
    from etlframe.engines.duckdb.frame import DuckDBFrame

_LEFT_ROW, _RIGHT_ROW, _KEY = f"{ROW}_left", f"{ROW}_right", "__etl_join"
_JOINS = {
    "inner": "INNER",
    "left": "LEFT",
    "right": "RIGHT",
    "outer": "FULL OUTER",
    "cross": "CROSS",
    "left_anti": "LEFT",
    "right_anti": "RIGHT",
}
_UNMATCHED = {"left_anti": "r", "right_anti": "l"}
"""How a join keeps the rows of one side alone: the other's row number is missing."""


def join_sql(
    left: DuckDBFrame,
    right: DuckDBFrame,
    *,
    how: str,
    left_on: Sequence[str],
    right_on: Sequence[str],
    suffixes: Suffixes,
) -> Relation:
    """Return a join of two frames, which both carry one hidden column, their row number."""
    columns = joined_columns(
        left.shape, right.shape, how=how, left_on=left_on, right_on=right_on, suffixes=suffixes
    )
    values = {each.name: _value(each, left, right) for each in columns}
    keys = zip(left_on, right_on, strict=True) if how == "outer" else ()
    values |= {
        f"{_KEY}_{at}": f"coalesce({_key('l', one, left)}, {_key('r', other, right)})"
        for at, (one, other) in enumerate(keys)
    }
    values |= {_LEFT_ROW: f"l.{text.name(ROW)}", _RIGHT_ROW: f"r.{text.name(ROW)}"}
    hidden = tuple(name for name in values if name not in {each.name for each in columns})
    written = ", ".join(f"{value} AS {text.name(name)}" for name, value in values.items())
    sql = (
        f"SELECT {written} FROM ({left.sql}) AS l "
        f"{_JOINS[how]} JOIN ({right.sql}) AS r{_on(left, right, left_on, right_on)}"
    )
    if how in _UNMATCHED:
        sql += f" WHERE {_UNMATCHED[how]}.{text.name(ROW)} IS NULL"
    rows = (_RIGHT_ROW, _LEFT_ROW) if how.startswith("right") else (_LEFT_ROW, _RIGHT_ROW)
    by_key = tuple(
        # pandas sorts the keys of an outer merge as numbers, where a missing moment is the least.
        Term(name, missing_first=left.schema[one] in MOMENTS)
        for name, one in zip(hidden[:-2], left_on, strict=False)
    )
    shape = joined_shape(left.shape, right.shape, columns, how=how, relation=sql)
    return Relation(sql, shape, (*by_key, *map(Term, rows)), hidden)


def semi_join_sql(
    left: DuckDBFrame, right: DuckDBFrame, left_on: Sequence[str], right_on: Sequence[str]
) -> str:
    """Return the SELECT of the left's rows that have a match, each once."""
    joined_columns(
        left.shape,
        right.shape,
        how="left_semi",
        left_on=left_on,
        right_on=right_on,
        suffixes=(None, None),
    )
    on = _on(left, right, left_on, right_on)
    return f"SELECT l.* FROM ({left.sql}) AS l SEMI JOIN ({right.sql}) AS r{on}"


def _on(
    left: DuckDBFrame, right: DuckDBFrame, left_on: Sequence[str], right_on: Sequence[str]
) -> str:
    matches = [
        f"{_key('l', one, left)} IS NOT DISTINCT FROM {_key('r', other, right)}"
        for one, other in zip(left_on, right_on, strict=True)
    ]
    return f" ON {' AND '.join(matches)}" if matches else ""


def _key(side: str, name: str, frame: DuckDBFrame) -> str:
    """A key with its NaN as NULL, so that missing ones match each other."""
    written = f"{side}.{text.name(name)}"
    return f"nullif({written}, 'nan'::DOUBLE)" if frame.schema[name] is Kind.FLOAT else written


def _value(each: JoinedColumn, left: DuckDBFrame, right: DuckDBFrame) -> str:
    if each.side == "both":
        return f"coalesce({_key('l', each.source, left)}, {_key('r', each.source, right)})"
    return f"{'r' if each.side == 'right' else 'l'}.{text.name(each.source)}"
