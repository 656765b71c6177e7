"""Old rows and new ones in one Parquet file: columns by name, and no value changed by a cast."""

from __future__ import annotations

from collections.abc import Mapping
from glob import escape
from typing import TYPE_CHECKING

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.writer_types import described
from etlframe.engines.duckdb.writer_values import REFUSED
from etlframe.errors import LoadError
from etlframe.frozen import frozen

if TYPE_CHECKING:
    import duckdb
    from duckdb.sqltypes import DuckDBPyType

    Types = Mapping[str, DuckDBPyType]

_INTEGERS = frozenset(
    ("tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger", "ubigint")
)
_FLOATS = frozenset(("float", "double"))
_FAMILIES = (
    _INTEGERS | {"decimal"},
    _INTEGERS | _FLOATS,
    frozenset(("date", "timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns")),
)
"""Types that have one in common, which holds the values of both: all of them, or most."""

_HELD = "__etl_appended"
_MEND = "Convert the new rows first, or load them into another file."


@frozen
class _Column:
    """A column whose types differ, and the type that both would be."""

    name: str
    before: DuckDBPyType
    after: DuckDBPyType
    common: str | None

    @property
    def changes(self) -> bool:
        """Whether the file's column would get another type."""
        return self.common not in (None, str(self.before))


def appended(
    connection: duckdb.DuckDBPyConnection, old: str, sql: str, *, once: bool = False
) -> tuple[str, int]:
    """Return a SELECT of an old Parquet file's rows and then a query's, and the old rows' number.

    Columns are matched by name; one that is on one side only is missing on the other. Where the
    types differ, a value that would have to change is an error, and a side whose values are all
    missing has the other's type.

    Args:
        connection: Where the query will run.
        old: The Parquet file.
        sql: The query for the new rows.
        once: Whether it can be run once only, so that its rows are held to be looked at before.

    Raises:
        LoadError: The file is no Parquet file, or two columns differ in their case only.
    """
    from etlframe.engines.duckdb.core import duckdb

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
    both = [
        _Column(name, before[name], after[name], _common(connection, before[name], after[name]))
        for name in before
        if name in after and str(before[name]) != str(after[name])
    ]
    if once and any(each.changes for each in both):
        connection.execute(f"CREATE TEMP TABLE {_HELD} AS {sql}")
        sql = f"SELECT * FROM {_HELD}"
    olds, news = {}, {}
    for each in both:
        olds[each.name], news[each.name] = _reconciled(connection, file, f"({sql})", each)
    rows = f"{_replaced(file, olds)} UNION ALL BY NAME {_replaced(f'({sql})', news)}"
    return rows, int(counted[0]) if counted else 0


def _types(connection: duckdb.DuckDBPyConnection, sql: str) -> Types:
    return dict(described(connection, sql))


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
    connection: duckdb.DuckDBPyConnection, file: str, rows: str, column: _Column
) -> tuple[str, str]:
    """Return what the old and the new rows give for a column whose types differ."""
    value, before, after = text.name(column.name), column.before, column.after
    differ = f"Column {column.name!r} is {before} in the file and {after} in the new rows"
    if column.common is not None:
        # Looked at only where the file's type would change: it may mean to run the query twice.
        if column.changes and _is_all_missing(connection, rows, value):
            return value, f"CAST(NULL AS {before})"
        old, new = (_exact(value, each, column.common, differ) for each in (before, after))
        return old, new
    if _is_all_missing(connection, file, value):
        return f"CAST(NULL AS {after})", value
    found = _error(f"{differ}. {_MEND}")
    return value, f"CASE WHEN {value} IS NULL THEN CAST(NULL AS {before}) ELSE {found} END"


def _common(
    connection: duckdb.DuckDBPyConnection, before: DuckDBPyType, after: DuckDBPyType
) -> str | None:
    """Return the type of a column whose types differ, or None where they have none in common."""
    ids = {before.id, after.id}
    if not any(ids <= family for family in _FAMILIES):
        return None
    if ids & _FLOATS:
        return "DOUBLE"
    both = f"SELECT CAST(NULL AS {before}) UNION ALL SELECT CAST(NULL AS {after})"
    ((_, wider),) = described(connection, both)
    if wider.id == "hugeint":  # which Parquet has not: DuckDB would round it to a DOUBLE
        return "UBIGINT" if before.id == "ubigint" else "BIGINT"
    scale = max(_scale(before), _scale(after))
    if wider.id == "decimal" and _scale(wider) != scale:
        return f"DECIMAL(38,{scale})"  # DuckDB's own would drop digits behind the point
    return str(wider)


def _scale(kind_of: DuckDBPyType) -> int:
    return int(str(dict(kind_of.children)["scale"])) if kind_of.id == "decimal" else 0


def _exact(value: str, kind_of: DuckDBPyType, common: str, differ: str) -> str:
    """Return a column in the common type, and an error where a value would have to change."""
    if str(kind_of) == common:
        return value
    made = f"TRY_CAST({value} AS {common})"
    same = f"{value} IS NULL OR TRY_CAST({made} AS {kind_of}) = {value}"
    found = _error(
        f"{differ}; together they would be {common}, which cannot hold ",
        value,
        f". {_MEND}",
    )
    return f"CASE WHEN {same} THEN {made} ELSE {found} END"


def _is_all_missing(connection: duckdb.DuckDBPyConnection, rows: str, value: str) -> bool:
    found = connection.execute(f"SELECT 1 FROM {rows} WHERE {value} IS NOT NULL LIMIT 1")
    return found.fetchone() is None


def _error(what: str, value: str = "''", after: str = "") -> str:
    told = f"{text.value(REFUSED + what)} || CAST({value} AS VARCHAR) || {text.value(after)}"
    return f"error({told})"


def _replaced(relation: str, values: Mapping[str, str]) -> str:
    if not values:
        return f"SELECT * FROM {relation}"
    written = ", ".join(f"{value} AS {text.name(name)}" for name, value in values.items())
    return f"SELECT * REPLACE ({written}) FROM {relation}"
