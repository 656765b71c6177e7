r"""Large JSON Lines files whose records all have the same fields, told by counting quotes.

Where a new field would matter, DuckDB can look for one only while it reads all fields as JSON text
(see :mod:`.reader_json`), which costs more than to read their types. But of K fields, S of them
strings, without a missing value, each record has 2 (K + S) quotes. So a file of L lines has

    quotes = 2 (K + S) L

and nothing else has: with all K fields present and all S of them strings, which is checked of every
record while it is read, a field more in a record is a name more, and a string where a number should
be is a value more, and nothing is there to make up for it: a record has no fewer than its 2 (K + S)
quotes, and the file no fewer records than lines, if every line begins with ``{`` (no blank lines)
and is read without an error (no line without a record). Two records on a line, or a field that is
there twice, have quotes too many as well. White space between them has none, and a quote in a
string is ``\"`` (then the count tells nothing, and the file is read as JSON text) or ``\u0022``.

That all S are strings is told by their text: one that could be a number, true, false, a list or a
dict has the file read again, as JSON text, and so has a missing value. What has no quotes is not
counted: true and false among numbers are looked for in pieces of the file alone, as in
:mod:`.reader_json_numbers`.

The count takes up to a tenth of the reading. It is made once, as long as the file does not change.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from functools import lru_cache, partial
from pathlib import Path

from etlframe.engines.base import Scan
from etlframe.engines.duckdb.reader_cells import Cell
from etlframe.engines.duckdb.reader_json_numbers import is_large, json_numbers_to_read
from etlframe.engines.duckdb.reader_numbers import is_distrusted
from etlframe.engines.duckdb.sniff_rules import Cells
from etlframe.expressions.kinds import Kind
from etlframe.storage.opening import identity

COMPLETE = "complete"
"""The quick way that reads a file of which this is known."""

_NUMBERS = (Kind.INT, Kind.FLOAT)
_STRINGS = (Kind.STR, Kind.DATE, Kind.DATETIME, Kind.DATETIME_TZ)
_WORDS = ("true", "false", "nan", "inf", "infinity")
_OF_STRINGS = Cells.TEXT | Cells.DATE | Cells.TIMESTAMP | Cells.TIMESTAMP_TZ
_BLOCK = 1 << 20  # with fewer, threads take turns at Python's lock more often: a quarter more CPU
_BLOCKS = 64  # counted by one thread at a time
_FIRST = 1 << 16
_MOST_THREADS = 4
_QUOTE, _LINE_END, _BRACE = b'"\n{'


def is_complete(scan: Scan) -> bool:
    """Return whether all fields of a file may be read as their types, without one being lost."""
    columns, options = scan.columns, scan.options
    if scan.format != "jsonl" or scan.whole or options["compression"] or not is_large(scan):
        return False
    is_plain = len(scan.files) == 1 and not scan.folders and not options["given"]
    if not is_plain or list(columns) != list(options["fields"]):
        return False
    if is_distrusted(scan.files, COMPLETE) or not _has_plain_beginning(scan):
        return False
    numbers = frozenset(name for name, kind in columns.items() if kind in _NUMBERS)
    if json_numbers_to_read(scan, numbers) != numbers:
        return False
    strings = len(columns) - len(numbers)
    return _has_quotes(scan.path, len(columns) + strings, identity(scan.path))


def _has_plain_beginning(scan: Scan) -> bool:
    """Return whether the first records miss nothing, and strings look like nothing else there."""
    for name, kind in scan.columns.items():
        cells = scan.options["cells"][name]
        if kind not in _NUMBERS + _STRINGS or cells & Cells.MISSING:
            return False
        if kind in _STRINGS and cells & ~_OF_STRINGS:
            return False
    with Path(scan.path).open("rb") as file:
        lines = file.read(_FIRST).splitlines()[:-1]
    records = [json.loads(line) for line in lines if line.strip()]
    texts = [name for name, kind in scan.columns.items() if kind is Kind.STR]
    return all(_is_text(str(record.get(name, ""))) for record in records for name in texts)


def _is_text(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return not value.startswith(("[", "{")) and value.lower() not in _WORDS
    return False


def string(cell: Cell, first: str) -> str:
    """Return the SQL of text that can be nothing but a string, or else raises the cell's error.

    Args:
        cell: The text.
        first: The SQL of its first code point: numbers are compared in less time than text.
    """
    t = cell.text
    letters = {letter for word in _WORDS for letter in (word[0], word[0].upper())}
    words = ", ".join(f"'{word}'" for word in _WORDS)
    is_plain = f"{first} > {ord('9')} AND {first} NOT IN ({_codes('[{')}, {_codes(letters)})"
    is_none = f"strlen({t}) NOT BETWEEN 3 AND 8 OR lower({t}) NOT IN ({words})"
    is_no_word = f"{first} IN ({_codes(letters)}) AND ({is_none})"
    return (
        f"CASE WHEN {is_plain} THEN {t} WHEN {is_no_word} THEN {t}"
        # No value without quotes begins so, and a cast that fails takes ten times as long.
        f" WHEN {t} < '+' THEN {t}"
        f" WHEN {t} < ':' AND try_cast({t} AS DOUBLE) IS NULL THEN {t} ELSE error({cell.again}) END"
    )


def first_of(cell: Cell) -> str:
    """Return the SQL of the first code point of a text: -1 if it is empty, NULL if missing."""
    return f"unicode({cell.text})"


def _codes(characters: Iterable[str]) -> str:
    return ", ".join(str(ord(each)) for each in sorted(characters))


# -- the bytes -------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _has_quotes(path: str, pairs: int, file: tuple[int, int, int]) -> bool:
    """Return whether a file has a number of pairs of quotes a line, none of which is escaped.

    Args:
        path: The file.
        pairs: The number.
        file: Which one it is: another one is looked at again.
    """
    from concurrent.futures import ThreadPoolExecutor

    _, size, _ = file
    with Path(path).open("rb") as opened:
        begins = opened.read(1) == b"{"
        opened.seek(size - 1)
        is_open = opened.read(1) != b"\n"
    if not begins:
        return False
    pool = ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_THREADS))
    quotes, lines = 0, int(is_open)
    try:
        for counted in pool.map(partial(_counted, path, size), range(0, size, _BLOCKS * _BLOCK)):
            if counted is None:
                return False
            quotes, lines = quotes + counted[0], lines + counted[1]
    finally:
        pool.shutdown(cancel_futures=True)
    return quotes == 2 * pairs * lines


def _counted(path: str, size: int, begins: int) -> tuple[int, int] | None:
    """Return the quotes and the line ends in a part of a file.

    Returns:
        None where a quote is escaped, or a line does not begin with a brace.
    """
    import numpy as np

    block = bytearray(_BLOCK + 1)  # the last byte is that after the ones that are counted
    codes = np.frombuffer(block, np.uint8)
    found, ends = np.empty((2, _BLOCK), np.bool_)
    quotes = lines = 0
    with Path(path).open("rb", buffering=0) as file:
        for at in range(begins, min(begins + _BLOCKS * _BLOCK, size), _BLOCK):
            file.seek(at)
            count = file.readinto(block)
            block[count:] = bytes(len(block) - count)
            if b"\\" in block and b'\\"' in block:
                return None
            quotes += int(np.count_nonzero(np.equal(codes[:-1], _QUOTE, out=found)))
            lines += int(np.count_nonzero(np.equal(codes[:-1], _LINE_END, out=ends)))
            lone = np.greater(ends, np.equal(codes[1:], _BRACE, out=found), out=found)
            if size - at <= _BLOCK:
                lone[size - at - 1] = False  # nothing is after the last line
            if lone.any():
                return None
    return quotes, lines
