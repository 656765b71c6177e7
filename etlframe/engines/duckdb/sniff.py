"""What a file is: its dialect, columns and types, decided once for every engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from etlframe.engines.base import Scan
from etlframe.engines.duckdb.connection import connect
from etlframe.engines.duckdb.reader_settled import SEEN, seen_now
from etlframe.engines.duckdb.sniff_rules import Given
from etlframe.errors import ColumnNotFoundError

if TYPE_CHECKING:
    import duckdb

    from etlframe.storage.formats import FileFormat


def sniff(
    path: str,
    file_format: FileFormat,
    given: Given | None = None,
    *,
    whole: bool = False,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> Scan:
    """Return how to read a file.

    Args:
        path: The file.
        file_format: Its format and compression.
        given: What need not be sniffed.
        whole: Look at all rows, instead of the first 20,480.
        connection: The connection to look with; one is opened unless given.

    Raises:
        SourceError: The file cannot be read, or is not what its format says.
        ColumnNotFoundError: ``given.kinds`` names a column that is not there.
    """
    given = given or Given()
    scan = sniffed(path, file_format, given, whole=whole, connection=connection)
    check_given(scan, given)
    return scan


def check_given(scan: Scan, given: Given) -> None:
    """Raise ``ColumnNotFoundError`` unless the columns whose kinds were given are there."""
    for name in given.kinds:
        if name not in scan.columns:
            raise ColumnNotFoundError(name, list(scan.columns))


def sniffed(
    path: str,
    file_format: FileFormat,
    given: Given,
    *,
    whole: bool = False,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> Scan:
    """Return how to read a file, as :func:`sniff` does, whichever columns were given.

    Raises:
        SourceError: The file cannot be read, or is not what its format says.
    """
    look = _look_at(file_format.name)
    start = _start(path, file_format, given, whole=whole)
    with nullcontext(connection) if connection is not None else connect() as opened:
        return look(opened, start, given)


def sniffed_small(
    paths: Sequence[str],
    file_format: FileFormat,
    given: Given,
    connection: duckdb.DuckDBPyConnection,
) -> list[Scan]:
    """Return how to read small files of plain text in all of their rows, each by itself.

    Args:
        paths: The files; each is what errors call it.
        file_format: What they are: CSV or TSV.
        given: What need not be sniffed.
        connection: The connection to look with.

    Raises:
        SourceError: As :func:`sniffed`.
    """
    from etlframe.engines.duckdb.sniff_small import sniff_small

    starts = [_start(path, file_format, replace(given, shown=path), whole=True) for path in paths]
    return sniff_small(connection, starts, given)


def _start(path: str, file_format: FileFormat, given: Given, *, whole: bool) -> Scan:
    shown = given.shown or path
    options = {"compression": file_format.compression, "shown": shown, SEEN: seen_now(path)}
    return Scan(path, file_format.name, {}, {}, options, whole=whole)


def _look_at(format: str) -> Callable[[duckdb.DuckDBPyConnection, Scan, Given], Scan]:  # noqa: A002 - the field's word
    if format == "parquet":
        from etlframe.engines.duckdb.sniff_parquet import sniff_parquet

        return sniff_parquet
    if format in ("json", "jsonl"):
        from etlframe.engines.duckdb.sniff_json import sniff_json

        return sniff_json
    from etlframe.engines.duckdb.sniff_csv import sniff_csv

    return sniff_csv
