"""Files as SQL: the one reader, for every engine, of what was sniffed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

from etlframe.engines.base import ReadAgain, Scan
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.connection import connect, interruptible
from etlframe.engines.duckdb.core import relation_of
from etlframe.engines.duckdb.faults_files import fault
from etlframe.engines.duckdb.reader_folders import (
    file_columns,
    folder_columns,
    has_folders_by_name,
)
from etlframe.engines.duckdb.reader_source import parquet_source

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MOST_PARTS = 40
"""Parts of a scan that an engine reads; more are put together before."""


def read_sql(
    scan: Scan,
    columns: Collection[str] | None = None,
    *,
    in_full: bool = False,
    is_closed: bool = False,
    known: Collection[str] = (),
) -> str:
    """Return a SELECT of a scan's columns with the scan's types, rows in file order.

    Args:
        scan: How to read the file.
        columns: The columns that are in use, in any order; None for all. Every column takes time
            to plan, also where DuckDB then sees that nobody needs it.
        in_full: Whether rows are read to the end: then a look at the file beforehand pays.
        is_closed: Whether a field that no record had would make no difference.
        known: Columns of a CSV file whose cells need no test, if who reads asks afterwards whether
            the file is still the one that was sniffed: see :mod:`.reader_settled`.

    What is not as it was sniffed raises when the SELECT runs: a line with another number of
    fields, a field that no record had, a cell of a column in use that is not of its type.
    :func:`etlframe.engines.duckdb.faults.translate` tells which it was.
    """
    used = [name for name in scan.columns if columns is None or name in columns]
    names = {name: text.name(name) for name in used or list(scan.columns)[:1]}
    return _select(scan, names, in_full=in_full, is_closed=is_closed, known=known)


def read_arrow(scan: Scan, connection: duckdb.DuckDBPyConnection | None = None) -> pa.Table:
    """Return a file's rows as an Arrow table, also where names differ by case only.

    Args:
        scan: How to read the file.
        connection: The connection to read with; one is opened unless given.

    Raises:
        SourceError: The file is not what its format says.
        ScanMismatch: The file is not what its sniff said.
    """
    if scan.options.get("by_arrow"):
        from etlframe.engines.duckdb.reader_arrow import parquet_table

        return _with_folders(parquet_table(scan), scan, connection)
    if not scan.columns:
        import pyarrow as pa

        return pa.table({})
    return _read(scan, list(scan.columns), connection)


def _with_folders(
    table: pa.Table, scan: Scan, connection: duckdb.DuckDBPyConnection | None
) -> pa.Table:
    """Return a table with the columns that folders tell, which Arrow does not read."""
    if scan.folders:
        told = _read(scan, list(scan.folders), connection)
        for name in told.column_names:
            table = table.append_column(name, told[name])
    return table


def _read(
    scan: Scan, columns: Sequence[str], connection: duckdb.DuckDBPyConnection | None
) -> pa.Table:
    from etlframe.engines.duckdb.core import duckdb

    inner = {name: f"c{at}" for at, name in enumerate(columns)}
    with nullcontext(connection) if connection is not None else connect() as opened:
        try:
            query = _select(scan, inner, in_full=True)
            table = interruptible(opened, lambda: relation_of(opened, query).to_arrow_table())
        except duckdb.Error as error:
            found = fault(error, [scan])
            if isinstance(found, ReadAgain):
                return _read(scan, columns, opened)
            raise found from error
    return table.rename_columns(list(columns))


def is_for_engines(scan: Scan) -> bool:
    """Return whether an engine can read the scan by itself, by :func:`read_sql`.

    Not one without columns, one whose columns differ by case only (one column to an engine), one
    with types that DuckDB would read as others, and not more than a few parts, since to plan each
    takes as long as to read a small file.
    """
    if scan.parts:
        parts = len(scan.parts) <= MOST_PARTS and all(map(is_for_engines, scan.parts))
        return parts and len({name.casefold() for name in scan.columns}) == len(scan.columns)
    if "JSON" in scan.types.values():
        return False
    folded = {name.casefold() for name in scan.columns}
    one_each = len(folded) == len(scan.columns) > 0
    return one_each and all(scan.columns) and not scan.options.get("by_arrow")


def _select(
    scan: Scan,
    names: Mapping[str, str],
    *,
    in_full: bool,
    is_closed: bool = False,
    known: Collection[str] = (),
) -> str:
    """Return a SELECT of columns, column -> the name in SQL that it gets."""
    if scan.format == "parquet":
        return _parquet_select(scan, names)
    if scan.format in ("json", "jsonl"):
        from etlframe.engines.duckdb.reader_json import json_select

        return json_select(scan, names, in_full=in_full, is_closed=is_closed)
    from etlframe.engines.duckdb.reader_csv import csv_select

    return csv_select(scan, names, in_full=in_full, known=known)


def _parquet_select(scan: Scan, names: Mapping[str, str]) -> str:
    fields = dict(zip(file_columns(scan), scan.options["fields"], strict=True))
    values = [
        f"{_widened(text.name(fields[name]), name, scan)} AS {as_}"
        for name, as_ in names.items()
        if name in fields
    ]
    by_name = has_folders_by_name(scan)
    values += [
        f"{value} AS {names[name]}" for name, value in folder_columns(scan, names, by_name=by_name)
    ]
    folders = list(scan.folders) if by_name else ()
    return f"SELECT {', '.join(values)} FROM {parquet_source(scan.files, folders)}"


def _widened(field: str, name: str, scan: Scan) -> str:
    """Return a column in its type; one that has it already stays bare, so that filters reach it."""
    return f"CAST({field} AS {scan.types[name]})" if name in scan.options["cast"] else field
