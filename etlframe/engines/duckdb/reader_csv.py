"""CSV files as SQL: cells of text as their types, or numbers that DuckDB reads itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from etlframe.engines.base import Scan
from etlframe.engines.duckdb.reader_cells import Cell, checked
from etlframe.engines.duckdb.reader_folders import file_columns, folder_columns
from etlframe.engines.duckdb.reader_numbers import number, numbers_to_read
from etlframe.engines.duckdb.reader_settled import settled
from etlframe.engines.duckdb.reader_source import csv_columns, csv_source


def csv_select(
    scan: Scan, names: Mapping[str, str], *, in_full: bool, known: Collection[str] = ()
) -> str:
    """Return a SELECT of a CSV file's columns, column -> the name in SQL that it gets.

    Args:
        scan: How to read it.
        names: The columns that are in use.
        in_full: Whether rows are read to the end: then a look at the file beforehand pays.
        known: Columns whose cells need no test: see :mod:`.reader_settled`.
    """
    numbers = numbers_to_read(scan, names) if in_full else frozenset[str]()
    columns = file_columns(scan)
    fields = dict(zip(columns, csv_columns(len(columns)), strict=True))
    read, values = [], []
    for at, (name, kind) in enumerate(columns.items()):
        if name not in names:
            continue
        cell = Cell(
            fields[name],
            at,
            nulls=scan.options["null_values"],
            nulls_first=scan.options["nulls_first"],
            given=name in scan.options["given"],
        )
        if name in known:
            cast, value = None, settled(cell.text, kind, scan.types[name])
        elif name in numbers:
            cast, value = None, number(cell, kind, scan.path)
        else:
            cast, value = checked(cell, kind, f"v{at}")
        read.append(fields[name])
        if cast is not None:
            read.append(f"{cast} AS v{at}")
        values.append(f"{value} AS {names[name]}")
    for at, (name, value) in enumerate(folder_columns(scan, names)):
        read.append(f"{value} AS f{at}")
        values.append(f"f{at} AS {names[name]}")
    as_numbers = {fields[name] for name in numbers}
    source = csv_source(scan.files, len(fields), scan.options, as_numbers)
    return f"SELECT {', '.join(values)} FROM (SELECT {', '.join(read)} FROM {source})"
