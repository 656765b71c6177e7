"""Old rows and new ones in one Parquet file: columns by name, and no value changed by a cast."""

from __future__ import annotations

from collections.abc import Mapping
from glob import escape
from typing import TYPE_CHECKING

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.writer_values import REFUSED
from etlframe.errors import LoadError

if TYPE_CHECKING:
    import duckdb
    from duckdb.sqltypes import DuckDBPyType

    Types = Mapping[str, DuckDBPyType]

_EXACT_IN_DOUBLE = 2**53
_INTEGERS = frozenset(
    ("tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger", "ubigint")
)
_FLOATS = frozenset(("float", "double"))
_FAMILIES = (
    _INTEGERS | {"hugeint", "decimal"},
    _FLOATS,
    frozenset(("date", "timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns")),
)
"""Types that hold each other's values in the wider one of two, which DuckDB finds by itself."""


def appended(connection: duckdb.DuckDBPyConnection, old: str, sql: str) -> tuple[str, int]:
    """Return a SELECT of an old Parquet file's rows and then a query's, and the old rows' number.

    Columns are matched by name; one that is on one side only is missing on the other. A column
    that is text here and a number there is an error as soon as a value would have to change.

    Args:
        connection: Where the query will run.
        old: The Parquet file.
        sql: The query for the new rows.

    Raises:
        LoadError: The file is no Parquet file, or two columns differ in their case only.
    """
    import duckdb

    named = text.value(escape(old))
    file = f"read_parquet({named})"
    try:
        counted = connection.execute(
            f"SELECT num_rows FROM parquet_file_metadata({named})"
        ).fetchone()
        before = _types(connection, f"FROM {file}")
    except duckdb.Error as error:
        raise LoadError(f"{old} cannot be appended to: it is not a Parquet file.") from error
    after = _types(connection, sql)
    _check_case(old, before, after)
    olds, news = {}, {}
    for name in before:
        if name in after and str(before[name]) != str(after[name]):
            olds[name], news[name] = _reconciled(connection, file, name, before[name], after[name])
    both = f"{_replaced(file, olds)} UNION ALL BY NAME {_replaced(f'({sql})', news)}"
    return both, int(counted[0]) if counted else 0


def _types(connection: duckdb.DuckDBPyConnection, sql: str) -> Types:
    relation = connection.sql(sql)
    return dict(zip(relation.columns, relation.types, strict=True))


def _check_case(old: str, before: Types, after: Types) -> None:
    folded = {name.casefold(): name for name in before}
    for name in after:
        known = folded.get(name.casefold(), name)
        if known != name:
            raise LoadError(
                f"{old} has the column {known!r}, and the new rows have {name!r}: rename one, "
                "for example .rename({" + f"{name!r}: {known!r}" + "})"
            )


def _reconciled(
    connection: duckdb.DuckDBPyConnection,
    file: str,
    name: str,
    before: DuckDBPyType,
    after: DuckDBPyType,
) -> tuple[str, str]:
    """Return what the old and the new rows give for a column whose types differ."""
    value = text.name(name)
    if any({before.id, after.id} <= family for family in _FAMILIES):
        return value, value
    if {before.id, after.id} <= _INTEGERS | _FLOATS:
        return _as_double(name, before), _as_double(name, after)
    if _is_all_missing(connection, file, value):
        return f"CAST(NULL AS {after})", value
    found = _error(f"Column {name!r} is {before} in the file and {after} in the new rows.")
    return value, f"CASE WHEN {value} IS NULL THEN CAST(NULL AS {before}) ELSE {found} END"


def _as_double(name: str, kind_of: DuckDBPyType) -> str:
    value = text.name(name)
    if kind_of.id not in _INTEGERS:
        return value
    found = _error(
        f"Column {name!r} holds integers beyond 2^53 and would have to become float64, "
        "which cannot hold them exactly."
    )
    exact = f"{value} IS NULL OR {value} BETWEEN -{_EXACT_IN_DOUBLE} AND {_EXACT_IN_DOUBLE}"
    return f"CASE WHEN {exact} THEN CAST({value} AS DOUBLE) ELSE {found} END"


def _is_all_missing(connection: duckdb.DuckDBPyConnection, file: str, value: str) -> bool:
    counted = connection.execute(f"SELECT count({value}) FROM {file}").fetchone()
    return counted == (0,)


def _error(what: str) -> str:
    return f"error({text.value(REFUSED + what)})"


def _replaced(relation: str, values: Mapping[str, str]) -> str:
    if not values:
        return f"SELECT * FROM {relation}"
    written = ", ".join(f"{value} AS {text.name(name)}" for name, value in values.items())
    return f"SELECT * REPLACE ({written}) FROM {relation}"
