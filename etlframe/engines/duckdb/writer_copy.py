"""DuckDB's ``COPY`` into one file, and what its errors say of the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.connection import interruptible
from etlframe.engines.duckdb.writer_values import REFUSED
from etlframe.errors import LoadError

if TYPE_CHECKING:
    import duckdb

Answer = TypeVar("Answer")


def copy(connection: duckdb.DuckDBPyConnection, sql: str, path: str, layout: str) -> int:
    """Write what a query gives by a ``COPY``, and return the number of rows.

    Args:
        connection: Where the query runs.
        sql: The query.
        path: The file, which is replaced.
        layout: The options of the ``COPY``.

    Raises:
        LoadError: The file could not be written, or a value not be held.
    """
    command = f"COPY ({sql}) TO {text.value(path)} ({layout}, USE_TMP_FILE false)"
    counted = told(
        path,
        lambda: interruptible(connection, lambda: connection.execute(command).fetchone()),
    )
    return int(counted[0]) if counted else 0


def told(path: str, work: Callable[[], Answer]) -> Answer:
    """Run what writes a file; say which file could not be written, and why."""
    from etlframe.engines.duckdb.core import duckdb

    try:
        return work()
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        refused = _refused(str(error), path)
        if refused is None:
            raise
        raise LoadError(refused) from error


def _refused(message: str, path: str) -> str | None:
    """Return why the file could not be written, or None where that was not what failed."""
    if REFUSED in message:
        return message.partition(REFUSED)[2].strip()
    if path not in message:
        return None
    inner = re.search(r'"exception_message":"((?:[^"\\]|\\.)*)"', message)
    cause = inner[1] if inner else message
    return f"{path} cannot be written: {cause.rpartition(': ')[2]}"
