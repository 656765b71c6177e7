"""The sniff of a CSV file: its header, read here, and its columns' types, told by its cells."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.engines.base import Scan
from etlframe.engines.duckdb.faults_patterns import encoding_fault
from etlframe.engines.duckdb.reader_cells import Cell
from etlframe.engines.duckdb.reader_numbers import plain_numbers
from etlframe.engines.duckdb.reader_source import csv_columns, csv_source
from etlframe.engines.duckdb.sniff_cells import classified
from etlframe.engines.duckdb.sniff_rules import MISSING_WORDS, SAMPLE_ROWS, Cells, Given
from etlframe.engines.duckdb.sniff_types import looked_at, typed
from etlframe.errors import EmptySourceError
from etlframe.expressions.kinds import Kind
from etlframe.frozen import frozen
from etlframe.storage.formats import FileFormat
from etlframe.storage.opening import BLOCK, first_block

if TYPE_CHECKING:
    import duckdb

_DELIMITERS = (",", ";", "\t", "|")
_RECORDS = 20  # that have to agree on a delimiter


@frozen
class _Header:
    """The first record of a file.

    Attributes:
        names: Its fields.
        blank: The number of blank lines before it.
        delimiter: What separates its fields.
    """

    names: list[str]
    blank: int
    delimiter: str


def sniff_csv(connection: duckdb.DuckDBPyConnection, start: Scan, given: Given) -> Scan:
    """Return how to read a CSV or TSV file."""
    scan = with_header(start, given)
    return with_cells(scan, given, _cells(connection, scan, len(scan.columns)))


def with_header(start: Scan, given: Given) -> Scan:
    """Return a scan with the dialect and the columns, all of text, that the first records tell."""
    header = _header(_text(start, given), start, given)
    names = list(given.columns) if given.columns is not None else column_names(header.names)
    nulls = MISSING_WORDS if given.null_values is None else tuple(given.null_values)
    options = {
        **start.options,
        "delimiter": header.delimiter,
        "quote": given.quote,
        "encoding": _duckdb_encoding(given.encoding),
        "header": given.columns is None,
        "skip": header.blank,
        # An empty field is always missing; DuckDB makes it NULL unless there is one column.
        "null_values": (*(word for word in nulls if word), *(() if len(names) > 1 else ("",))),
        "nulls_first": given.null_values is not None,
        "given": frozenset(given.kinds),
    }
    return replace(start, options=options, columns=dict.fromkeys(names, Kind.STR))


def with_cells(scan: Scan, given: Given, looked: Sequence[Any]) -> Scan:
    """Return a scan with the types of its columns.

    Args:
        scan: The scan with its columns.
        given: What the user said.
        looked: The number of rows that were looked at, then what each column's cells are.
    """
    names = list(scan.columns)
    told = typed(scan, names, given, looked)
    numbers = plain_numbers(told, dict(zip(names, map(Cells, looked[1:]), strict=True)))
    return replace(told, options={**told.options, "numbers": numbers})


def _cells(connection: duckdb.DuckDBPyConnection, scan: Scan, count: int) -> Sequence[Any]:
    """Return the number of rows that were looked at, and what each column's cells are."""
    limit = "" if scan.whole else f" LIMIT {SAMPLE_ROWS}"
    source = f"(SELECT * FROM {csv_source(scan.files, count, scan.options)}{limit})"
    look = classified(Cell("cell", 0, scan.options["null_values"]))
    return looked_at(connection, scan, csv_columns(count), look, source)


# -- the header ------------------------------------------------------------------------------------


def _text(start: Scan, given: Given) -> str:
    file_format = FileFormat(start.format, start.options["compression"])
    block = first_block(start.path, file_format)
    encoding = "utf-8-sig" if _duckdb_encoding(given.encoding) == "utf-8" else given.encoding
    try:
        # A character that the block's end cuts is no fault.
        return codecs.getincrementaldecoder(encoding)().decode(block, final=len(block) < BLOCK)
    except UnicodeDecodeError as error:
        raise encoding_fault(start, given.encoding) from error


def _header(text: str, start: Scan, given: Given) -> _Header:
    delimiter = given.delimiter or (
        "\t" if start.format == "tsv" else _delimiter(text, given.quote)
    )
    lines = _records(text, delimiter, given.quote)
    for record, line in lines:
        if len(record) > 1 or (record and record[0].strip()):
            return _Header(record, line - 1, delimiter)
    raise EmptySourceError(f"{start.options['shown']} is empty: it has no header.")


def _records(text: str, delimiter: str, quote: str) -> list[tuple[list[str], int]]:
    """Return the first records, with the number of the line that each begins at, from 1."""
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    found: list[tuple[list[str], int]] = []
    begins = 1
    try:
        for record in reader:
            found.append((record, begins))
            begins = reader.line_num + 1
            if sum(1 for fields, _ in found if fields) > _RECORDS:
                break
    except csv.Error:  # a field beyond csv's limit; what came before tells enough
        pass
    return found


def _delimiter(text: str, quote: str) -> str:
    """Return the delimiter that gives the first records most fields, all the same number."""
    best, most = ",", 1
    for delimiter in _DELIMITERS:
        records = [fields for fields, _ in _records(text, delimiter, quote)[:_RECORDS] if fields]
        # The last one may be cut by the end of what was read.
        counts = {len(fields) for fields in (records[:-1] if len(records) > 1 else records)}
        if len(counts) == 1 and max(counts) > most:
            best, most = delimiter, max(counts)
    return best


def column_names(header: Sequence[str]) -> list[str]:
    """Return a header's names as pandas makes them different from each other.

    >>> column_names(["a", "a", "", "a.1", ""])
    ['a', 'a.2', 'Unnamed: 2', 'a.1', 'Unnamed: 4']
    """
    names = [name or f"Unnamed: {at}" for at, name in enumerate(header)]
    taken, counts = set(names), Counter[str]()
    for at, name in enumerate(names):
        made = name
        while counts[made]:
            made = f"{name}.{counts[name]}"
            counts[name] += 1
            if made in taken:
                made = name
        counts[made] += 1
        taken.add(made)
        names[at] = made
    return names


def _duckdb_encoding(encoding: str) -> str:
    """Return an encoding as DuckDB names it.

    >>> _duckdb_encoding("UTF8"), _duckdb_encoding("latin1")
    ('utf-8', 'latin-1')
    """
    return {"utf-8": "utf-8", "utf-8-sig": "utf-8", "ascii": "utf-8"}.get(
        codecs.lookup(encoding).name, "latin-1"
    )
