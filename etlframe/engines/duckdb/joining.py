"""``merge`` as SQL: pandas' columns, suffixes and row order; missing keys match each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from etlframe.engines.base import Suffixes
from etlframe.engines.duckdb import text
from etlframe.engines.shape import Shape
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable

if TYPE_CHECKING:
    from etlframe.engines.duckdb.frame import DuckDBFrame

_KEYS = (Kind.INT, Kind.STR, Kind.DATE, Kind.DATETIME)


def join_sql(
    left: DuckDBFrame,
    right: DuckDBFrame,
    *,
    how: str,
    left_on: Sequence[str],
    right_on: Sequence[str],
    suffixes: Suffixes,
) -> tuple[str, Shape, tuple[str, ...]]:
    """Return the SELECT, the shape and the hidden order columns of a join.

    Both frames carry one hidden column, their row number.
    """
    if how not in ("inner", "left"):
        raise NotPortable(f"a merge with how={how!r} runs in pandas")
    _check_keys(left, right, left_on, right_on)
    names = _column_names(left, right, left_on, right_on, suffixes)
    (left_row,), (right_row,) = left.hidden, right.hidden
    hidden = (f"{left_row}_left", f"{left_row}_right")
    written = [f"{side}.{text.name(old)} AS {text.name(new)}" for side, old, new in names]
    written += [
        f"l.{text.name(left_row)} AS {text.name(hidden[0])}",
        f"r.{text.name(right_row)} AS {text.name(hidden[1])}",
    ]
    matches = " AND ".join(
        f"l.{text.name(one)} IS NOT DISTINCT FROM r.{text.name(other)}"
        for one, other in zip(left_on, right_on, strict=True)
    )
    sql = (
        f"SELECT {', '.join(written)} FROM ({left.sql}) AS l "
        f"{how.upper()} JOIN ({right.sql}) AS r ON {matches}"
    )
    return sql, _shape(left, right, names, how, sql), hidden


def _check_keys(
    left: DuckDBFrame, right: DuckDBFrame, left_on: Sequence[str], right_on: Sequence[str]
) -> None:
    left.shape.need(left_on)
    right.shape.need(right_on)
    for one, other in zip(left_on, right_on, strict=True):
        kinds = left.schema[one], right.schema[other]
        if kinds[0] not in _KEYS or kinds[1] is not kinds[0]:
            raise NotPortable(f"a merge of keys of {kinds[0]} and {kinds[1]} runs in pandas")


def _column_names(
    left: DuckDBFrame,
    right: DuckDBFrame,
    left_on: Sequence[str],
    right_on: Sequence[str],
    suffixes: Suffixes,
) -> list[tuple[str, str, str]]:
    """Return (side, old name, new name) in pandas' order: the left's columns, then the right's."""
    shared = {one for one, other in zip(left_on, right_on, strict=True) if one == other}
    both = (set(left.schema) & set(right.schema)) - shared
    on_left, on_right = suffixes[0] or "", suffixes[1] or ""
    names = [("l", name, name + on_left if name in both else name) for name in left.schema]
    names += [
        ("r", name, name + on_right if name in both else name)
        for name in right.schema
        if name not in shared
    ]
    new = [each[2] for each in names]
    if len(set(new)) != len(new):
        raise NotPortable("a merge that gives two columns one name runs in pandas")
    return names


def _shape(
    left: DuckDBFrame,
    right: DuckDBFrame,
    names: Sequence[tuple[str, str, str]],
    how: str,
    sql: str,
) -> Shape:
    shapes = {"l": left.shape, "r": right.shape}
    shape = Shape(
        {new: shapes[side].schema[old] for side, old, new in names},
        {new: shapes[side].origins.get(old, frozenset()) for side, old, new in names},
    )
    unmatched = [new for side, _, new in names if side == "r"] if how == "left" else []
    return shape.maybe_missing(sql, unmatched)
