"""The sniff of many small CSV files: those of one dialect and the same columns in one look.

To plan a look takes longer than to look at a small file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from etlframe.engines.base import Scan
from etlframe.engines.duckdb.connection import interruptible
from etlframe.engines.duckdb.reader_cells import Cell
from etlframe.engines.duckdb.reader_source import csv_columns, csv_source
from etlframe.engines.duckdb.sniff_cells import classified
from etlframe.engines.duckdb.sniff_csv import sniff_csv, with_cells, with_header
from etlframe.engines.duckdb.sniff_files import shared_options
from etlframe.engines.duckdb.sniff_rules import Given

if TYPE_CHECKING:
    import duckdb


def sniff_small(
    connection: duckdb.DuckDBPyConnection, starts: Sequence[Scan], given: Given
) -> list[Scan]:
    """Return how to read each of some files, which are looked at in all of their rows."""
    from etlframe.engines.duckdb.core import duckdb

    alike: dict[object, list[Scan]] = defaultdict(list)
    for start in starts:
        scan = with_header(start, given)
        alike[str([shared_options(scan), list(scan.columns)])].append(scan)
    found: dict[str, Scan] = {}
    for scans in alike.values():
        with suppress(duckdb.Error):  # one of them is broken: which one is told below
            looked = interruptible(connection, partial(_cells, connection, scans))
            found |= {s.path: with_cells(s, given, c) for s, c in zip(scans, looked, strict=True)}
    return [found.get(each.path) or sniff_csv(connection, each, given) for each in starts]


def _cells(connection: duckdb.DuckDBPyConnection, scans: Sequence[Scan]) -> list[list[Any]]:
    """Return for each file the number of its rows, then what each column's cells are."""
    first, count = scans[0], len(scans[0].columns)
    source = csv_source([scan.path for scan in scans], count, first.options)
    look = classified(Cell("cell", 0, first.options["null_values"]))
    cells = f"unnest([{', '.join(csv_columns(count))}]) AS cell, unnest(range({count})) AS place"
    rows = connection.execute(
        f"SELECT file, place, count(*), bit_or({look})"
        f" FROM (SELECT file_index AS file, {cells} FROM {source}) GROUP BY file, place"
    ).fetchall()
    looked: list[list[Any]] = [[0] * (count + 1) for _ in scans]
    for file, place, number, told in rows:
        looked[file][0] = number
        looked[file][place + 1] = told
    return looked
