"""DuckDB itself, without the part of its package that is written in Python.

``import duckdb`` takes 0.1 s, half of a small job (measured): besides the engine it imports a
relational API, expressions, and readers of other packages' tables and of package metadata. What
runs statements, and the errors of those, is all in the package's extension module ``_duckdb``, so
a job from file to file imports that alone. It is what ``duckdb`` re-exports: a connection and an
error are the same ones to those who import ``duckdb``, before or after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb as duckdb  # noqa: PLC0414 - exported
    import pyarrow as pa
else:
    try:
        import _duckdb as duckdb
        from _duckdb import DuckDBPyConnection, Error, connect  # noqa: F401 - what runs statements
    except ImportError:  # pragma: no cover - DuckDB may name it otherwise one day
        import duckdb  # noqa: TC002 - what there is


def relation_of(
    connection: duckdb.DuckDBPyConnection, sql: str, params: list[Any] | None = None
) -> duckdb.DuckDBPyRelation:
    """Return a query as a relation, which is given out as Arrow tables and batches."""
    import duckdb  # noqa: F401 - gives every connection its relations

    return connection.sql(sql, params=params)


def register(
    connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table | pa.RecordBatchReader
) -> None:
    """Have a connection read rows of Arrow's by a name."""
    import duckdb  # noqa: F401 - tells every connection how Arrow's rows are read

    connection.register(name, rows)
