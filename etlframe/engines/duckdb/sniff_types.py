"""A scan's columns and types, from what its cells were seen to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.engines.base import Scan
from etlframe.engines.duckdb.connection import interruptible
from etlframe.engines.duckdb.faults import translate
from etlframe.engines.duckdb.sniff_rules import (
    GIVEN_TYPES,
    SAMPLE_ROWS,
    Cells,
    Given,
    column_type,
)
from etlframe.expressions.kinds import Kind

if TYPE_CHECKING:
    import duckdb

NO_ROWS = (Kind.OTHER, "VARCHAR")
"""The type of a column without any rows: pandas has object there, which every operation takes."""


def rows(connection: duckdb.DuckDBPyConnection, query: str, scan: Scan) -> list[Any]:
    """Run a query over a file that is being sniffed, and return its rows.

    Raises:
        SourceError: The file is not what its format says.
    """
    from etlframe.engines.duckdb.core import duckdb

    try:
        return interruptible(connection, lambda: connection.execute(query).fetchall())
    except duckdb.Error as error:
        raise translate(error, replace(scan, whole=True)) from error


def looked_at(
    connection: duckdb.DuckDBPyConnection,
    scan: Scan,
    cells: Sequence[str],
    look: str,
    source: str,
) -> list[int]:
    """Return the number of rows of a source, then what each column's cells are.

    Args:
        connection: The connection to look with.
        scan: The file.
        cells: The SQL of each column's cell of text.
        look: The SQL of what the text ``cell`` is; one for all columns, since to plan one for each
            takes longer than to look.
        source: The SQL of the rows.
    """
    columns = f"unnest([{', '.join(cells)}]) AS cell, unnest(range({len(cells)})) AS place"
    found = rows(
        connection,
        f"SELECT place, count(*), bit_or({look}) FROM (SELECT {columns} FROM {source})"
        " GROUP BY place ORDER BY place",
        scan,
    )
    return [found[0][1], *(each[2] for each in found)] if found else [0] * (len(cells) + 1)


def typed(scan: Scan, names: Sequence[str], given: Given, looked: Sequence[Any]) -> Scan:
    """Return the scan with the columns that its cells tell.

    Args:
        scan: The scan so far; its ``whole`` says whether all rows were asked for.
        names: The columns' names.
        given: What the user said.
        looked: The number of rows that were looked at, then one value of :class:`Cells` a column.
    """
    count, *values = looked
    cells = {name: Cells(value or 0) for name, value in zip(names, values, strict=True)}
    decided = {name: NO_ROWS if not count else column_type(each) for name, each in cells.items()}
    decided |= {
        name: (kind, GIVEN_TYPES[kind]) for name, kind in given.kinds.items() if name in decided
    }
    whole = scan.whole or count < SAMPLE_ROWS
    return replace(
        scan,
        columns={name: kind for name, (kind, _) in decided.items()},
        types={name: type_ for name, (_, type_) in decided.items()},
        options={**scan.options, "cells": cells},
        missing=_missing(cells, whole=whole),
        whole=whole,
    )


def _missing(cells: Mapping[str, Cells], *, whole: bool) -> dict[str, bool]:
    """Return which columns have missing values; only a look at all rows can say that none has."""
    return {
        name: bool(each & Cells.MISSING)
        for name, each in cells.items()
        if whole or each & Cells.MISSING
    }
