"""``merge`` as SQL: pandas' columns, suffixes and row order; missing keys match each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from etlframe.engines.base import Suffixes
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.ordering import ROW, Relation, Term
from etlframe.engines.joined import MOMENTS, JoinedColumn, joined_columns, joined_shape
from etlframe.expressions.kinds import Kind

if TYPE_CHECKING:
    from etlframe.engines.duckdb.frame import DuckDBFrame

Frame = TypeVar("Frame", bound="DuckDBFrame")
_LEFT_ROW, _RIGHT_ROW, _KEY = f"{ROW}_left", f"{ROW}_right", "__etl_join"
_BY_LEFT = frozenset(("inner", "left", "left_anti", "left_semi", "cross"))
"""The joins whose rows leave in the order of the left's."""
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


def _ordered_left(left: Frame, how: str) -> Frame:
    """Return the left side of a join with its order in hidden columns.

    Rows that leave in its order need no number of their own beside such columns: to number the
    rows of a join again would sort them twice.
    """
    frame = left.with_row()
    carries = how in _BY_LEFT and all(term.column in frame.hidden for term in frame.order)
    if not carries:
        return left.numbered()
    return replace(frame, is_sequential=_is_sequential(left))


def _is_sequential(frame: DuckDBFrame) -> bool:
    return frame.is_sequential or not frame.order


def join_sql(
    left: DuckDBFrame,
    right: DuckDBFrame,
    *,
    how: str,
    left_on: Sequence[str],
    right_on: Sequence[str],
    suffixes: Suffixes,
) -> Relation:
    """Return a join of two frames, of any kind but a semi join."""
    left, right = _ordered_left(left, how), right.numbered()
    columns = joined_columns(
        left.shape, right.shape, how=how, left_on=left_on, right_on=right_on, suffixes=suffixes
    )
    values = {each.name: _value(each, left, right) for each in columns}
    keys = list(zip(left_on, right_on, strict=True)) if how == "outer" else []
    values |= {
        f"{_KEY}_{at}": f"coalesce({_key('l', one, left)}, {_key('r', other, right)})"
        for at, (one, other) in enumerate(keys)
    }
    of_left = [
        replace(term, column=f"{_LEFT_ROW}_{at}" if at else _LEFT_ROW)
        for at, term in enumerate(left.order)
    ]
    values |= {
        row.column: f"l.{text.name(term.column)}"
        for row, term in zip(of_left, left.order, strict=True)
    }
    values[_RIGHT_ROW] = f"r.{text.name(ROW)}"
    hidden = tuple(name for name in values if name not in {each.name for each in columns})
    written = ", ".join(f"{value} AS {text.name(name)}" for name, value in values.items())
    sql = (
        f"SELECT {written} FROM ({left.sql}) AS l "
        f"{_JOINS[how]} JOIN ({right.sql}) AS r{_on(left, right, left_on, right_on)}"
    )
    if how in _UNMATCHED:
        sql += f" WHERE {_UNMATCHED[how]}.{text.name(ROW)} IS NULL"
    rows = (*of_left, Term(_RIGHT_ROW))
    if how.startswith("right"):
        rows = (Term(_RIGHT_ROW), *of_left)
    by_key = tuple(
        # pandas sorts the keys of an outer merge as numbers, where a missing moment is the least.
        Term(f"{_KEY}_{at}", missing_first=left.schema[one] in MOMENTS)
        for at, (one, _) in enumerate(keys)
    )
    shape = joined_shape(left.shape, right.shape, columns, how=how, relation=sql)
    is_sequential = how in _BY_LEFT and left.is_sequential
    return Relation(sql, shape, (*by_key, *rows), hidden, is_sequential)


def semi_join(
    left: Frame, right: DuckDBFrame, left_on: Sequence[str], right_on: Sequence[str]
) -> Frame:
    """Return the left's rows that have a match, each once."""
    joined_columns(
        left.shape,
        right.shape,
        how="left_semi",
        left_on=left_on,
        right_on=right_on,
        suffixes=(None, None),
    )
    frame, on = left.with_row(), _on(left, right, left_on, right_on)
    sql = f"SELECT l.* FROM ({frame.sql}) AS l SEMI JOIN ({right.sql}) AS r{on}"
    return replace(frame, sql=sql, is_sequential=_is_sequential(left), is_by_rows=False)


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
