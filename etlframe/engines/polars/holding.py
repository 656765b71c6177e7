"""What Polars can hold of Arrow without a change: the types are listed, all others are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl  # the engine imports this module once the number of threads is set

from etlframe.expressions.tree import NotPortable

if TYPE_CHECKING:
    import pyarrow as pa


def held(table: pa.Table) -> pl.DataFrame:
    """Return an Arrow table as a frame of Polars.

    Raises:
        NotPortable: A column has a type that would come back as another.
    """
    for field in table.schema:
        if not _is_held(field.type):
            raise NotPortable(f"column {field.name!r} of type {field.type} is held by pandas only")
    return pl.DataFrame(table)


def _is_held(type_: pa.DataType) -> bool:
    import pyarrow as pa

    of = pa.types
    if of.is_timestamp(type_):
        # Seconds would come back as milliseconds.
        return type_.unit != "s" and type_.tz in (None, "UTC")
    if of.is_duration(type_):
        return bool(type_.unit != "s")
    if of.is_list(type_) or of.is_large_list(type_):
        return _is_held(type_.value_type)
    if of.is_struct(type_):
        return type_.num_fields > 0 and all(_is_held(each.type) for each in type_)
    return any(
        test(type_)
        for test in (
            of.is_boolean, of.is_integer, of.is_float32, of.is_float64, of.is_string,
            of.is_large_string, of.is_date32, of.is_decimal128, of.is_binary, of.is_large_binary,
        )
    )  # fmt: skip
