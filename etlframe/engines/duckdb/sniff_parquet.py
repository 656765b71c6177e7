"""The sniff of a Parquet file: its footer tells columns, types, rows and missing values."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.engines.base import Scan
from etlframe.engines.duckdb.reader_source import file_name, parquet_source
from etlframe.engines.duckdb.sniff_rules import GIVEN_TYPES, Given
from etlframe.engines.duckdb.sniff_types import rows
from etlframe.expressions.kinds import Kind
from etlframe.expressions.typed import Digits
from etlframe.frozen import frozen
from etlframe.storage.opening import check_readable

if TYPE_CHECKING:
    import duckdb

# DuckDB's type -> the kind, and the type that it is read as where that is another.
_TYPES: dict[str, tuple[Kind, str | None]] = {
    "BOOLEAN": (Kind.BOOL, None),
    "BIGINT": (Kind.INT, None),
    "DOUBLE": (Kind.FLOAT, None),
    "VARCHAR": (Kind.STR, None),
    "TIMESTAMP": (Kind.DATETIME, None),
    "TIMESTAMP_S": (Kind.DATETIME, None),
    "TIMESTAMP_MS": (Kind.DATETIME, None),
    "TIMESTAMP_NS": (Kind.DATETIME, None),
    "TIMESTAMP WITH TIME ZONE": (Kind.DATETIME_TZ, None),
    "DATE": (Kind.DATE, "TIMESTAMP"),
    "FLOAT": (Kind.FLOAT, "DOUBLE"),
    "UUID": (Kind.STR, "VARCHAR"),
    "JSON": (Kind.STR, "VARCHAR"),
    '"NULL"': (Kind.FLOAT, "DOUBLE"),
    **dict.fromkeys(
        ("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"),
        (Kind.INT, "BIGINT"),
    ),
}
_MOST_IN_BIGINT = 2**63 - 1
_UNNAMED_INDEX = re.compile(r"__index_level_\d+__")
_DIGITS = re.compile(r"\d+")
_MOST_DIGITS = 38  # of a decimal in DuckDB


@frozen
class _Column:
    """What the footer tells of a column.

    Attributes:
        name: Its name.
        field: The name that DuckDB gives it.
        type: Its type in DuckDB.
        nulls: How many of its values are missing, or None where the footer does not tell.
        is_double: Whether the footer says that its values are floats of 64 bits.
        most: Its greatest value as text, or None where the footer does not tell; asked where the
            type does not say whether values fit.
        digits: The digits of the value that needs most, if they are decimals; None likewise.
    """

    name: str
    field: str
    type: str
    nulls: int | None
    is_double: bool
    most: str | None = None
    digits: int | None = None

    @property
    def is_decimal(self) -> bool:
        """Whether its values are decimals, which more digits than needed make wide."""
        return self.type.startswith("DECIMAL") and not self.type.endswith("]")

    @property
    def is_inexact(self) -> bool:
        """Whether DuckDB may read floats where the file has something else, also in lists."""
        return "DOUBLE" in self.type and not self.is_double


def sniff_parquet(connection: duckdb.DuckDBPyConnection, start: Scan, given: Given) -> Scan:
    """Return how to read a Parquet file.

    Integers are read as 64 bits and floats as 64 bits, dates as timestamps. Unsigned integers of 64
    bits are integers where the footer says that they fit, else decimals. What DuckDB would read as
    something else (time spans, decimals of more than 38 digits) is read by Arrow.
    """
    check_readable(start.path)
    metadata = _pandas_metadata(connection, start)
    dropped = {name for name in _index_names(metadata) if _UNNAMED_INDEX.fullmatch(name)}
    found, rows_in_file = _columns(connection, start)
    columns = [each for each in found if each.name not in dropped]
    decided = {each.name: _decided(each, given) for each in columns}
    kept = _time_spans(metadata)
    if any(each.is_inexact for each in found):
        kept |= _long_decimals(connection, start)
    options = {
        **start.options,
        "fields": tuple(each.field for each in columns),
        "cast": frozenset(name for name, (_, type_) in decided.items() if type_ is not None),
        "stored": tuple(each.type for each in columns),
        "by_arrow": bool(kept),
    }
    return replace(
        start,
        columns={name: kept.get(name, kind) for name, (kind, _) in decided.items()},
        types={each.name: decided[each.name][1] or each.type for each in columns},
        options=options,
        missing=_missing(columns, decided),
        digits=_digits(columns, decided),
        rows=rows_in_file,
        whole=True,
    )


def _decided(column: _Column, given: Given) -> tuple[Kind, str | None]:
    """Return a column's kind, and the type to cast it to, if any."""
    asked = given.kinds.get(column.name)
    kind, type_ = _found(column)
    if asked is None or asked is kind:
        return kind, type_
    return asked, GIVEN_TYPES[asked]


def _found(column: _Column) -> tuple[Kind, str | None]:
    if column.type == "UBIGINT":
        fits = column.most is not None and int(column.most) <= _MOST_IN_BIGINT
        return (Kind.INT, "BIGINT") if fits else (Kind.DECIMAL, "DECIMAL(20,0)")
    if column.is_decimal:
        return Kind.DECIMAL, None
    if column.type.startswith("ENUM"):
        return Kind.STR, "VARCHAR"
    return _TYPES.get(column.type, (Kind.OTHER, None))


def _missing(
    columns: Sequence[_Column], decided: dict[str, tuple[Kind, str | None]]
) -> dict[str, bool]:
    """Return which columns have missing values; a float that is not null may still be NaN."""
    return {
        each.name: bool(each.nulls)
        for each in columns
        if each.nulls or (each.nulls == 0 and decided[each.name][0] is not Kind.FLOAT)
    }


def _digits(
    columns: Sequence[_Column], decided: dict[str, tuple[Kind, str | None]]
) -> dict[str, Digits]:
    """Return how many digits decimals have, and how many those in the file need."""
    found = {}
    for each in columns:
        kind, type_ = decided[each.name]
        if kind is Kind.DECIMAL:
            precision, scale = map(int, _DIGITS.findall(type_ or each.type))
            most = precision if each.digits is None else min(each.digits, precision)
            found[each.name] = Digits(precision, scale, most)
    return found


# -- the footer ------------------------------------------------------------------------------------


def _columns(connection: duckdb.DuckDBPyConnection, start: Scan) -> tuple[list[_Column], int]:
    """Return the columns, and the number of rows.

    DuckDB reads the whole footer anew for each question, and boxes all that it tells of each column
    in each row group: so as much as can be is asked at once.
    """
    described = rows(connection, f"DESCRIBE FROM {parquet_source(start.files)}", start)
    fields = [str(row[0]) for row in described]
    names = _exact_names(start.path, fields)
    query = (
        "SELECT path_in_schema,"
        " CASE WHEN count(stats_null_count) = count(*) THEN sum(stats_null_count) END,"
        " bool_and(type = 'DOUBLE'), sum(row_group_num_rows) FILTER (column_id = 0)"
        f" FROM parquet_metadata({file_name(start.path)}) GROUP BY path_in_schema"
    )
    told = {row[0]: row[1:] for row in rows(connection, query, start)}
    columns = [
        _Column(name, field, str(row[1]), *told.get(name, (None, False))[:2])
        for name, field, row in zip(names, fields, described, strict=True)
    ]
    rows_in_file = sum(int(row[-1] or 0) for row in told.values())
    return _with_extremes(connection, start, columns), rows_in_file


def _with_extremes(
    connection: duckdb.DuckDBPyConnection, start: Scan, columns: list[_Column]
) -> list[_Column]:
    """Return columns with the extremes of those whose type is wider than their values may be."""
    if not any(each.type == "UBIGINT" or each.is_decimal for each in columns):
        return columns
    query = (
        "SELECT path_in_schema, CASE WHEN bool_and(stats_max_value IS NOT NULL)"
        " THEN max(try_cast(stats_max_value AS HUGEINT))::VARCHAR END,"
        " CASE WHEN bool_and(stats_min_value IS NOT NULL AND stats_max_value IS NOT NULL) THEN"
        " max(greatest(length(translate(stats_min_value, '-.', '')),"
        " length(translate(stats_max_value, '-.', '')))) END"
        f" FROM parquet_metadata({file_name(start.path)}) GROUP BY path_in_schema"
    )
    told = {row[0]: row[1:] for row in rows(connection, query, start)}
    found = []
    for each in columns:
        most, digits = told.get(each.name, (None, None))
        found.append(replace(each, most=most, digits=digits))
    return found


def _exact_names(path: str, fields: list[str]) -> list[str]:
    """Return the columns' own names: DuckDB renames those that differ by case only."""
    if not any(re.search(r"_\d+$", field) for field in fields):
        return fields
    import pyarrow.parquet as pq

    names: list[str] = pq.read_schema(path).names
    return names if len(names) == len(fields) else fields


def _pandas_metadata(connection: duckdb.DuckDBPyConnection, start: Scan) -> dict[str, Any]:
    """Return what pandas wrote beside the data, if it was pandas."""
    source = f"parquet_kv_metadata({file_name(start.path)})"
    found = rows(connection, f"SELECT value FROM {source} WHERE key = 'pandas'", start)
    return dict(json.loads(found[0][0])) if found else {}


def _index_names(metadata: dict[str, Any]) -> list[str]:
    """Return the columns that pandas kept an index in."""
    return [each for each in metadata.get("index_columns", []) if isinstance(each, str)]


def _time_spans(metadata: dict[str, Any]) -> dict[str, Kind]:
    """Return the columns of time spans, which DuckDB would read as numbers."""
    return {
        str(each.get("name")): Kind.TIMEDELTA
        for each in metadata.get("columns", [])
        if str(each.get("numpy_type")).startswith("timedelta64")
    }


def _long_decimals(connection: duckdb.DuckDBPyConnection, start: Scan) -> dict[str, Kind]:
    """Return the columns of decimals that have more digits than DuckDB's, who makes them floats."""
    source = f"parquet_schema({file_name(start.path)})"
    query = f"SELECT name FROM {source} WHERE precision > {_MOST_DIGITS}"
    return {str(row[0]): Kind.OTHER for row in rows(connection, query, start)}
