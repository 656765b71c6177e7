"""``concat`` and ``melt`` on Polars: frames below each other, in the order of their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl  # the engine imports this room once the number of threads is set

from etlframe.engines.shape import Shape
from etlframe.engines.stacked import melted_shape, stacked_shape
from etlframe.expressions.kinds import Kind, Schema
from etlframe.expressions.tree import NotPortable

if TYPE_CHECKING:
    from etlframe.engines.polars.frame import PolarsFrame


def concatenated(frames: Sequence[PolarsFrame]) -> tuple[pl.LazyFrame, Shape]:
    """Return the rows of frames below each other, by column names."""
    shape = stacked_shape([frame.shape for frame in frames], "concat")
    schemas = [frame.lazy.collect_schema() for frame in frames]
    dtypes = {name: _common(name, kind, schemas) for name, kind in shape.schema.items()}
    parts = [
        frame.lazy.select(
            [_value(name, frame.schema, dtype).alias(name) for name, dtype in dtypes.items()]
        )
        for frame in frames
    ]
    return pl.concat(parts), shape


def melted(
    frame: PolarsFrame,
    id_vars: Sequence[str],
    value_vars: Sequence[str],
    *,
    var_name: str,
    value_name: str,
) -> tuple[pl.LazyFrame, Shape]:
    """Return columns of a frame below each other."""
    frame.shape.need([*id_vars, *value_vars])
    shape = melted_shape(frame.shape, id_vars, value_vars, var_name, value_name)
    schema = frame.lazy.collect_schema()
    values = [{"": schema[name]} for name in value_vars]
    dtype = _common("", shape.schema[value_name], values)
    parts = [
        frame.lazy.select(
            [
                *map(pl.col, id_vars),
                pl.lit(each).alias(var_name),
                _value(each, frame.schema, dtype).alias(value_name),
            ]
        )
        for each in value_vars
    ]
    return pl.concat(parts), shape


def _common(name: str, kind: Kind, schemas: Sequence[Mapping[str, pl.DataType]]) -> pl.DataType:
    """The one type of a column's parts."""
    if kind is Kind.FLOAT:
        return pl.Float64()
    found = {schema[name] for schema in schemas if name in schema}
    if len(found) > 1:
        raise NotPortable("columns of different types below each other run in pandas")
    return found.pop()


def _value(name: str, schema: Schema, dtype: pl.DataType) -> pl.Expr:
    """A column of a part in the type of the whole; null where the part lacks it."""
    return pl.col(name).cast(dtype) if name in schema else pl.lit(None, dtype=dtype)
