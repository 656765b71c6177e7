"""``concat`` and ``melt`` as SQL: frames below each other, in the order of their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.ordering import ROW, Relation, Term
from etlframe.engines.shape import Shape
from etlframe.engines.stacked import melted_shape, stacked_shape
from etlframe.expressions.kinds import Kind, Schema

if TYPE_CHECKING:
    from etlframe.engines.duckdb.frame import DuckDBFrame

_PART = "__etl_part"

Part = tuple["DuckDBFrame", Mapping[str, str]]
"""A frame, and every column of the answer as SQL, in the answer's order."""


def concatenated(frames: Sequence[DuckDBFrame]) -> Relation:
    """Return the rows of frames below each other, by column names."""
    shape = stacked_shape([frame.shape for frame in frames], "concat")
    parts = [
        (frame, {name: _value(name, frame.schema, kind) for name, kind in shape.schema.items()})
        for frame in frames
    ]
    return _stacked(parts, shape)


def melted(
    frame: DuckDBFrame,
    id_vars: Sequence[str],
    value_vars: Sequence[str],
    *,
    var_name: str,
    value_name: str,
) -> Relation:
    """Return columns of a frame below each other."""
    frame.shape.need([*id_vars, *value_vars])
    shape = melted_shape(frame.shape, id_vars, value_vars, var_name, value_name)
    ids = {name: text.name(name) for name in id_vars}
    kind = shape.schema[value_name]
    parts = [
        (frame, {**ids, var_name: text.value(each), value_name: _value(each, frame.schema, kind)})
        for each in value_vars
    ]
    return _stacked(parts, shape)


def _value(name: str, schema: Schema, kind: Kind) -> str:
    """A column of a part in the kind of the whole; NULL where the part lacks it."""
    if name not in schema:
        return "NULL"
    wide = kind is Kind.FLOAT and schema[name] is Kind.INT
    return f"{text.name(name)}::DOUBLE" if wide else text.name(name)


def _stacked(parts: Sequence[Part], shape: Shape) -> Relation:
    """Put parts below each other.

    DuckDB keeps the order of UNION ALL; only a part that has to leave in an order of its own needs
    its rows numbered.
    """
    if not any(frame.order for frame, _ in parts):
        selects = [_select(values, frame.sql) for frame, values in parts]
        return Relation(" UNION ALL ".join(selects), shape)
    selects = [
        _select({**values, _PART: str(at), ROW: text.name(ROW)}, frame.numbered().sql)
        for at, (frame, values) in enumerate(parts)
    ]
    order = (Term(_PART), Term(ROW))
    return Relation(" UNION ALL ".join(selects), shape, order, (_PART, ROW))


def _select(values: Mapping[str, str], sql: str) -> str:
    written = ", ".join(f"{value} AS {text.name(name)}" for name, value in values.items())
    return f"SELECT {written} FROM ({sql})"
