"""Missing values, replaced or left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from etlframe.engines.duckdb import lowering, text
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import Column
from etlframe.expressions.typed import Typed

if TYPE_CHECKING:
    from etlframe.engines.duckdb.frame import DuckDBFrame

Frame = TypeVar("Frame", bound="DuckDBFrame")


def filled(frame: Frame, values: Mapping[str, Any]) -> Frame:
    """Return a frame with other values where columns have none."""
    shape = frame.shape
    for column, value in shape.fill(values).items():
        kind = shape.schema[column]
        typed = Typed(Column(column), kind, shape.origins.get(column, frozenset()))
        plain = text.value(float(value) if kind is Kind.FLOAT else value)
        plain = text.decimal(value, typed.digits) if kind is Kind.DECIMAL else plain
        frame = frame.compute(column, f"coalesce({lowering.present(typed)}, {plain})", typed)
    return frame


def without_missing(frame: Frame, subset: Sequence[str], how: str) -> Frame:
    """Return a frame without the rows where any or all of some columns are missing."""
    frame.shape.need(subset)
    each = [lowering.is_missing(Typed(Column(name), frame.schema[name])) for name in subset]
    missing = (" OR " if how == "any" else " AND ").join(each)
    return replace(frame.keep(f"NOT ({missing})") if each else frame, is_by_rows=False)
