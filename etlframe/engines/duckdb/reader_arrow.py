"""Parquet files that DuckDB would read as something else, read by Arrow to the same types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etlframe.engines.duckdb.reader_folders import file_columns
from etlframe.errors import MalformedSourceError

if TYPE_CHECKING:
    import pyarrow as pa

    from etlframe.engines.base import Scan


def parquet_table(scan: Scan) -> pa.Table:
    """Return a Parquet file's own columns, integers and floats as 64 bits, categories as values.

    Raises:
        MalformedSourceError: The file is no Parquet file, or a column cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(scan.path).read(columns=list(file_columns(scan)))
        fields = [pa.field(each.name, _widened(each.type)) for each in table.schema]
        return table.cast(pa.schema(fields)).select(list(file_columns(scan)))
    except pa.ArrowException as error:
        shown = scan.options["shown"]
        raise MalformedSourceError(
            f"{shown} cannot be read as Parquet: {error}", path=shown
        ) from error


def _widened(type_: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    if pa.types.is_uint64(type_):
        return pa.decimal128(20, 0)
    if pa.types.is_integer(type_):
        return pa.int64()
    if pa.types.is_floating(type_):
        return pa.float64()
    if pa.types.is_dictionary(type_):
        return _widened(type_.value_type)
    if pa.types.is_date(type_):
        return pa.timestamp("us")
    return type_
