"""Numbers of large CSV files, read as float64 by DuckDB itself: a quarter of the time of text.

What a column of text costs is not its cast but the tests that the cast may be believed. Read as
DOUBLE, a cell that is no number fails by itself, and a column of integers stays one as long as
every value is whole and below 2^53. Two forms deceive: DuckDB reads ``2024_01`` as 202401, and
``007`` as 7. So the bytes of the file are looked at for a ``_`` between digits and for fields that
begin with a zero before a digit, which takes a tenth of the reading.

Where a number is not as its column's beginning, the whole file is sniffed, and read as text. What
cannot be seen any more: a later whole number written ``1.0`` or ``1e3``, or one with a space or a
sign before its leading zeros, is the number that it equals. A file below
:data:`~etlframe.engines.duckdb.sniff_rules.SAMPLE_ROWS` rows is sniffed whole, and never read so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from functools import lru_cache, partial
from pathlib import Path

from etlframe.engines.base import Scan
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.reader_cells import Cell, is_exact
from etlframe.engines.duckdb.sniff_rules import Cells
from etlframe.expressions.kinds import Kind
from etlframe.storage.opening import BLOCK, identity

_PART = 64 << 20
_BLOCK = 1 << 19
_MOST_THREADS = 4
READ_AGAIN = "etlframe-again"
"""What the error of a cell begins with that only text can tell: then comes the path."""

_BETWEEN_DIGITS = re.compile(rb"_(?<=[0-9]_)[0-9]")
_ZERO, _NINE = b"09"


def plain_numbers(scan: Scan, cells: Mapping[str, Cells]) -> frozenset[str]:
    """Return the columns of a sniffed CSV file that may be read as DOUBLE.

    Args:
        scan: What the sniff found.
        cells: What the cells of each column were seen to be.
    """
    options = scan.options
    if scan.whole or options["nulls_first"] or options["compression"] or len(scan.columns) == 1:
        return frozenset()
    deceives = Cells.WIDE | Cells.FAR | Cells.WORD
    return frozenset(
        name
        for name, kind in scan.columns.items()
        if kind in (Kind.INT, Kind.FLOAT)
        and name not in options["given"]
        and not cells[name] & deceives
    )


def numbers_to_read(scan: Scan, used: Collection[str]) -> frozenset[str]:
    """Return which of the used columns to read as DOUBLE, after a look at the file's bytes."""
    numbers: frozenset[str] = scan.options["numbers"].intersection(used)
    if not numbers:
        return numbers
    separators = f"{scan.options['delimiter']}{scan.options['quote']}\r\n".encode()
    for path in scan.files:
        file = identity(path)
        if file in _distrusted or _deceives(path, separators, file):
            return frozenset()
    return numbers


def distrust(path: str) -> None:
    """Have the numbers of a file read as text, as long as it does not change."""
    _distrusted.add(identity(path))


_distrusted: set[tuple[int, int, int]] = set()


def number(cell: Cell, kind: Kind, path: str) -> str:
    """Return the SQL of the checked number in a cell that is read as DOUBLE.

    Args:
        cell: The number.
        kind: ``Kind.INT`` or ``Kind.FLOAT``.
        path: The file, which is read as text where a cell says that it is no number: of ``nan`` and
            ``NAN`` one only is a word for a missing value.
    """
    again = f"error({text.value(f'{READ_AGAIN}|{path}|')})"
    value = cell.text
    exact = is_exact(value)
    missing = f"WHEN {value} IS NULL THEN NULL WHEN isnan({value}) THEN {again}"
    infinite = f"WHEN isinf({value}) THEN {value}"
    if kind is Kind.FLOAT:
        return f"CASE WHEN {exact} THEN {value} {missing} {infinite} ELSE {cell.fault} END"
    whole = f"{exact} AND {value} = trunc({value})"
    return f"CASE WHEN {whole} THEN CAST({value} AS BIGINT) {missing} ELSE {cell.fault} END"


# -- the bytes -------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _deceives(path: str, separators: bytes, file: tuple[int, int, int]) -> bool:
    """Return whether a number in a file may be read as another one.

    Args:
        path: The file.
        separators: The bytes that a field begins after.
        file: Which one it is: another one is looked at again.
    """
    from concurrent.futures import ThreadPoolExecutor

    _, size, _ = file
    with Path(path).open("rb") as opened:
        head = opened.read(BLOCK)
    ends = [at for at in (head.find(b"\n"), head.find(b"\r")) if at >= 0]
    begins = min(ends, default=0) + 1  # names may be anything
    pool = ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_THREADS))
    try:
        look = partial(_part_deceives, path, separators)
        return any(pool.map(look, range(begins, size, _PART)))
    finally:
        pool.shutdown(cancel_futures=True)


def _part_deceives(path: str, separators: bytes, begins: int) -> bool:
    """Return whether a form that deceives begins in a part of a file."""
    import numpy as np

    block = bytearray(_BLOCK)
    codes = np.frombuffer(block, np.uint8)
    is_there, other = np.empty((2, _BLOCK - 2), np.bool_)  # made once: it takes longer than a look
    at = begins - 1  # where the separator before the first field is
    with Path(path).open("rb", buffering=0) as file:
        while at < begins + _PART:
            file.seek(at)
            count = file.readinto(block)
            if count < _BLOCK:
                block[count:] = bytes(_BLOCK - count)
            if _has_sign_or_underscore(block):
                return True
            is_there[:] = False
            for separator in separators:
                if separator in block:
                    np.equal(codes[:-2], separator, out=other)
                    np.logical_or(is_there, other, out=is_there)
            np.equal(codes[1:-1], _ZERO, out=other)
            np.logical_and(is_there, other, out=is_there)
            np.greater_equal(codes[2:], _ZERO, out=other)
            np.logical_and(is_there, other, out=is_there)
            np.less_equal(codes[2:], _NINE, out=other)
            if np.logical_and(is_there, other, out=is_there).any():
                return True
            at += _BLOCK - 2  # a form that the block's end cuts is in the next one
    return False


def _has_sign_or_underscore(block: bytearray) -> bool:
    if b"+-" in block:  # DuckDB reads +-5 as -5
        return True
    first = block.find(b"_")
    return first >= 0 and _BETWEEN_DIGITS.search(block, max(first - 1, 0)) is not None
