"""Which of several files a fault is in: looked for once there is a fault to find."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from etlframe.engines.base import Scan
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.connection import connect, interruptible
from etlframe.engines.duckdb.faults import translate
from etlframe.engines.duckdb.reader_cells import CELL_FAULT

if TYPE_CHECKING:
    import duckdb

_CELL = re.compile(rf"{CELL_FAULT}\|(\d+)\|.*", re.DOTALL)


def fault(error: duckdb.Error, scans: Sequence[Scan]) -> Exception:
    """Return etlframe's error for DuckDB's, about the file that it is in.

    Args:
        error: What DuckDB raised.
        scans: What was being read; the first is the one where nothing tells.
    """
    files = [file for scan in scans for file in scan.each()]
    return translate(error, files[0] if len(files) == 1 else _found(error, files))


def _found(error: duckdb.Error, files: Sequence[Scan]) -> Scan | None:
    from etlframe.engines.duckdb.core import duckdb

    if not files or isinstance(error, duckdb.InterruptException | duckdb.OutOfMemoryException):
        return next(iter(files), None)
    return _named(error, files) or _failing(error, files) or files[0]


def _named(error: duckdb.Error, files: Sequence[Scan]) -> Scan | None:
    """Return the file whose path the error names, if it names one."""
    said = str(error)
    # The path of one file may begin with that of another.
    named = [file for file in files if _full(file.path) in said]
    longest = max(named, key=lambda file: len(_full(file.path)), default=None)
    if longest is None or any(_full(each.path) not in _full(longest.path) for each in named):
        return None
    return longest


def _full(path: str) -> str:
    return os.path.join(Path.cwd(), path)  # noqa: PTH118 - as DuckDB was given it


def _failing(error: duckdb.Error, files: Sequence[Scan]) -> Scan | None:
    """Return the first file that fails in this way when it is read alone."""
    cell = _CELL.search(str(error))
    with connect() as connection:
        for file in files:
            columns = list(file.columns)
            if cell is not None and int(cell[1]) >= len(columns):
                continue
            read = columns if cell is None else [columns[int(cell[1])]]
            said = _said_alone(connection, file, read)
            if said is not None and (cell is None or cell[0].splitlines()[0] in said):
                return file
    return None


def _said_alone(
    connection: duckdb.DuckDBPyConnection, file: Scan, columns: Sequence[str]
) -> str | None:
    """Return what DuckDB says where a file cannot be read alone, or None where it can."""
    from etlframe.engines.duckdb.core import duckdb
    from etlframe.engines.duckdb.reader import read_sql  # which reports its faults by this module

    counted = ", ".join(f"count({text.name(name)})" for name in columns)
    query = f"SELECT {counted} FROM ({read_sql(file, columns, in_full=True)})"
    with suppress(OSError):  # gone meanwhile
        try:
            interruptible(connection, lambda: connection.execute(query).fetchall())
        except duckdb.Error as error:
            return str(error)
    return None
