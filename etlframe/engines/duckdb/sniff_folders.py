"""Columns that the folders of files tell: their types, by the same rules as cells of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from etlframe.engines.base import Scan
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.reader_cells import Cell
from etlframe.engines.duckdb.sniff_cells import classified
from etlframe.engines.duckdb.sniff_rules import GIVEN_TYPES, Cells, Given, column_type
from etlframe.expressions.kinds import Kind

if TYPE_CHECKING:
    import duckdb


def with_folders(
    scans: Sequence[Scan],
    folders: Sequence[Mapping[str, str | None]],
    given: Given,
    connection: duckdb.DuckDBPyConnection,
) -> list[Scan]:
    """Return files with the columns that their folders tell; one that a file has itself is its.

    Args:
        scans: Each file alone.
        folders: Columns with their text, or None where it is missing, for each file.
        given: Kinds that are not told by the text.
        connection: The connection to look at the text with.
    """
    names = dict.fromkeys(name for each in folders for name in each)
    types = {
        name: _type([each.get(name) for each in folders], given.kinds.get(name), connection)
        for name in names
    }
    return [_with(scan, each, types) for scan, each in zip(scans, folders, strict=True)]


def _type(
    values: Sequence[str | None], asked: Kind | None, connection: duckdb.DuckDBPyConnection
) -> tuple[Kind, str]:
    if asked is not None:
        return asked, GIVEN_TYPES[asked]
    listed = ", ".join({text.value(value) for value in values if value is not None})
    if not listed:
        return Kind.STR, "VARCHAR"
    look = classified(Cell("cell", 0))
    query = f"SELECT bit_or({look}) FROM (SELECT unnest([{listed}]) AS cell)"
    (found,) = connection.execute(query).fetchall()
    kind, type_ = column_type(Cells(found[0]))
    # Folders are not named by fractions: 1.10 is a version, and would be 1.1.
    return (Kind.STR, "VARCHAR") if kind is Kind.FLOAT else (kind, type_)


def _with(
    scan: Scan, folders: Mapping[str, str | None], types: Mapping[str, tuple[Kind, str]]
) -> Scan:
    told = {name: (value,) for name, value in folders.items() if name not in scan.columns}
    if not told:
        return scan
    return replace(
        scan,
        columns={**scan.columns, **{name: types[name][0] for name in told}},
        types={**scan.types, **{name: types[name][1] for name in told}},
        missing={**scan.missing, **{name: value is None for name, (value,) in told.items()}},
        folders=told,
    )
