"""Verbs that need the order of rows: sorting, and keeping those that come first or last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeVar

from etlframe.engines import guarding
from etlframe.engines.base import Groups
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.aggregating import in_a_group
from etlframe.engines.duckdb.lowering import column
from etlframe.engines.duckdb.ordering import ROW, Term, one_of_equal

if TYPE_CHECKING:
    from etlframe.engines.duckdb.frame import DuckDBFrame

Frame = TypeVar("Frame", bound="DuckDBFrame")


def head(frame: Frame, n: int) -> Frame:
    """Keep the first rows, or leave out the last."""
    if n >= 0:
        frame.engine.note_limit()
        sql = f"SELECT * FROM ({frame.sql}){frame.order_by()} LIMIT {int(n)}"
        return replace(frame, sql=sql, checks=guarding.limited(frame.checks))
    frame, first = frame.numbered(), f"{text.name(ROW)} <= count(*) OVER () - {-int(n)}"
    return frame.reordered(f"SELECT * FROM ({frame.sql}) QUALIFY {first}")


def tail(frame: Frame, n: int) -> Frame:
    """Keep the last rows, or leave out the first."""
    frame, row = frame.numbered(), text.name(ROW)
    last = f"WHERE {row} > {-int(n)}" if n < 0 else f"ORDER BY {row} DESC LIMIT {int(n)}"
    return frame.reordered(f"SELECT * FROM ({frame.sql}) {last}")


def ordered(
    frame: Frame, by: Sequence[str], ascending: Sequence[bool], *, missing_first: bool
) -> Frame:
    """Sort stably, missing values last or first both ways."""
    frame.shape.sortable(by)
    frame = replace(frame.with_row(), is_sequential=False)
    keys = tuple(Term(name, up, missing_first) for name, up in zip(by, ascending, strict=True))
    return replace(frame, order=(*keys, *frame.order), checks=guarding.gathered(frame.checks))


def distinct(
    frame: Frame, subset: Sequence[str] | None, keep: Literal["first", "last", False]
) -> Frame:
    """Keep the first or the last of equal rows, or none."""
    columns = list(frame.schema) if subset is None else list(subset)
    frame.shape.comparable(columns)
    frame = frame.numbered() if keep == "last" else frame.with_row()
    keys = [column(name, frame.schema[name]) for name in columns]
    chosen = one_of_equal(keys, keep, frame.order_by())
    made = frame.reordered(f"SELECT * FROM ({frame.sql}) QUALIFY {chosen}")
    return replace(made, is_by_rows=False)


def head_of_groups(frame: Frame, groups: Groups, n: int) -> Frame:
    """Keep the first rows of each group."""
    frame.shape.sortable(groups.keys)
    frame = frame.with_row()
    keys = [column(key, frame.schema[key]) for key in groups.keys]
    place = f"row_number() OVER (PARTITION BY {', '.join(keys)}{frame.order_by()})"
    sql = (
        f"SELECT * FROM ({frame.sql}){in_a_group(keys) if groups.dropna else ''} "
        f"QUALIFY {place} <= {n}"
    )
    checks = guarding.gathered(frame.checks)
    return replace(frame.reordered(sql), checks=checks, is_by_rows=False)
