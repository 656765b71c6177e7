"""Rows put into folders by the values of columns, as Hive, Spark and all readers of Parquet do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from etlframe.errors import ColumnNotFoundError, LoadError, OptionError
from etlframe.expressions.kinds import Kind, Schema
from etlframe.storage.parts import MISSING

_KINDS = (
    Kind.STR,
    Kind.INT,
    Kind.BOOL,
    Kind.MAYBE_BOOL,
    Kind.DATE,
    Kind.DATETIME,
)
_GROUP_ROWS = 122_880  # rows of a row group: what DuckDB writes
_SMALLEST_GROUP = 32_768
_MOST_PARTITIONS = 10_000


def checked_partitions(partition_by: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns whose values name folders.

    Raises:
        OptionError: They are no names of columns, or repeat one.
    """
    names = (partition_by,) if isinstance(partition_by, str) else tuple(partition_by or ())
    if not all(isinstance(each, str) and each for each in names) or len(set(names)) < len(names):
        raise OptionError(f"partition_by is a column, or a list of columns, not {partition_by!r}.")
    return names


def check_partitioned(schema: Schema, by: Sequence[str]) -> None:
    """Raise where rows cannot be put into folders by columns.

    Raises:
        ColumnNotFoundError: There is no such column.
        LoadError: A column holds values that name no folder, or no other column is left.
    """
    for name in by:
        if name not in schema:
            raise ColumnNotFoundError(name, list(schema))
        if name.startswith((".", "_")) or any(each in name for each in "/=\0"):
            raise LoadError(
                f"Column {name!r} cannot name a folder: readers of Parquet take one that begins "
                "with '.' or '_' for hidden, and '/' and '=' for its end. Rename it first."
            )
        if schema[name] not in _KINDS:
            raise LoadError(
                f"Column {name!r} is {schema[name]}, which names no folder: partition_by takes "
                "text, whole numbers, booleans and times. Make a column of such values first, with "
                ".assign(...)."
            )
    if len(by) == len(schema):
        raise LoadError("partition_by names all columns: none is left for the files.")


def split_file(file: Path, folder: Path, by: Sequence[str], stem: str, compression: str) -> None:
    """Write the rows of a Parquet file into folders, each in the order of the file.

    DuckDB's ``PARTITION_BY`` is quicker, and does not keep the order of rows.

    Args:
        file: The rows; a file without any gives one part without rows.
        folder: Where the folders go.
        by: Columns whose values name them; they are not in the parts.
        stem: What the names of the parts begin with.
        compression: Of the parts.

    Raises:
        LoadError: There are more than ten thousand folders.
    """
    import pyarrow as pa
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    rows = ds.dataset(file)
    named = pa.schema([rows.schema.field(name) for name in by])
    kind = ds.ParquetFileFormat()
    if not pq.read_metadata(file).num_rows:
        place = folder.joinpath(*(f"{name}={MISSING}" for name in by))
        place.mkdir(parents=True)
        plain = pa.schema([field for field in rows.schema if field.name not in by])
        pq.write_table(plain.empty_table(), place / f"{stem}-0.parquet")
        return
    try:
        ds.write_dataset(
            rows.scanner(use_threads=False),
            folder,
            format=kind,
            file_options=kind.make_write_options(compression=_arrow_name(compression)),
            partitioning=ds.partitioning(named, flavor="hive"),
            basename_template=f"{stem}-{{i}}.parquet",
            existing_data_behavior="overwrite_or_ignore",
            use_threads=False,
            preserve_order=True,
            min_rows_per_group=_SMALLEST_GROUP,
            max_rows_per_group=_GROUP_ROWS,
            max_partitions=_MOST_PARTITIONS,
        )
    except pa.ArrowInvalid as error:
        if "partitions" not in str(error):
            raise
        raise LoadError(
            f"partition_by={list(by)!r} makes more than {_MOST_PARTITIONS:,} folders: name columns "
            "with fewer values."
        ) from None


def typed(value: str | None, kind: Kind) -> Any:
    """Return the value that the name of a folder stands for in a column of a kind.

    Raises:
        ValueError: It is none.

    >>> typed("7", Kind.INT), typed("007", Kind.STR), typed("true", Kind.BOOL)
    (7, '007', True)
    """
    import pandas as pd

    if value is None or kind is Kind.STR:
        return value
    if kind is Kind.INT:
        return int(value)
    if kind in (Kind.BOOL, Kind.MAYBE_BOOL):
        if value not in ("true", "false"):
            raise ValueError(f"{value!r} is no boolean")
        return value == "true"
    if kind in (Kind.DATE, Kind.DATETIME):
        return pd.Timestamp(value).to_pydatetime()
    raise ValueError(f"{value!r} is no {kind}")


def told_kind(values: Sequence[str | None]) -> Kind:
    """Return the kind that the names of folders tell: text, unless all are numbers or times.

    Where all are missing, nothing is told: that is ``OTHER``.

    >>> told_kind(["1", "2", None]), told_kind(["007", "8"]), told_kind(["2013-01-01"])
    (<Kind.INT: 'int'>, <Kind.STR: 'str'>, <Kind.DATETIME: 'datetime'>)
    """
    there = [each for each in values if each is not None]
    if not there:
        return Kind.OTHER
    for kind, matches in (
        (Kind.INT, _is_whole_number),
        (Kind.DATETIME, _is_time),
        (Kind.BOOL, lambda each: each in ("true", "false")),
    ):
        if there and all(map(matches, there)):
            return kind
    return Kind.STR


def _is_whole_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and str(int(text)) == text


def _is_time(text: str) -> bool:
    from datetime import datetime

    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return text[4:5] == "-" and text[7:8] == "-"


def _arrow_name(compression: str) -> str | None:
    return None if compression == "uncompressed" else compression
