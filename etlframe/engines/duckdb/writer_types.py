"""The types of a query that is about to be written, planned once where its text tells them."""

from __future__ import annotations

import atexit
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    from duckdb.sqltypes import DuckDBPyType

_OVER_TEXT_FILES = r"FROM read_(csv|json)\("
_OVER_OTHERS = r"read_parquet\(|FROM \"?(frame|__etl_(frame_|rows))"
_MOST_KNOWN = 256
_known_types: dict[str, list[DuckDBPyType]] = {}
atexit.register(_known_types.clear)  # else DuckDB complains at the end of those that are kept


def types_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[DuckDBPyType]:
    """Return the types of a query's columns.

    To plan a query takes longer than a small one runs. Over text files its text says all, as every
    cell is cast there; over Parquet files and registered frames it does not.
    """
    known = _known_types.get(sql)
    if known is not None:
        return known
    types = [type_ for _, type_ in described(connection, sql)]
    if (
        re.search(_OVER_TEXT_FILES, sql)
        and not re.search(_OVER_OTHERS, sql)
        and len(_known_types) < _MOST_KNOWN
    ):
        _known_types[sql] = types
    return types


def described(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[str, DuckDBPyType]]:
    """Return the names and types of a query's columns; the query is planned, and does not run."""
    found = connection.execute(f"DESCRIBE {sql}").fetchall()
    return [(name, connection.sqltype(type_)) for name, type_, *_ in found]
