"""Numbers of large CSV files, read as float64 by DuckDB itself, without text in between.

What a column of text costs is not its cast but the tests that the cast may be believed. Read as
DOUBLE, a cell that is no number fails by itself, and a column of integers stays one as long as
every value is whole and below 2^53. Three forms deceive: DuckDB reads ``2024_01`` as 202401,
``007`` as 7 and ``+-5`` as -5. So the bytes of the file are looked at for those first, which takes
a tenth of the reading: a ``_`` between digits, and a zero before a digit where a field begins.

Where a number is not as its column's beginning, the whole file is sniffed, and read as text. What
cannot be seen any more: a later whole number written ``1.0`` or ``1e3``, or one with a space or a
sign before its leading zeros, is the number that it equals. So a file below :data:`LEAST` bytes,
where nothing is gained (measured), is never read so.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from etlframe.engines.base import Scan
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.reader_cells import Cell, is_exact
from etlframe.engines.duckdb.sniff_rules import Cells
from etlframe.expressions.kinds import Kind
from etlframe.storage.opening import BLOCK, identity

if TYPE_CHECKING:
    import numpy as np

    Codes: TypeAlias = np.ndarray[tuple[int], np.dtype[np.uint8]]

LEAST = 128 << 20
"""From this size on, in bytes, text costs more than the look and the import of numpy for it."""

_PART = 64 << 20
_BLOCK = 1 << 18  # what is compared stays in the processor's cache
_MOST_THREADS = 4
READ_AGAIN = "etlframe-again"
"""What the error of a cell begins with that cannot be read in the quick way: then come the name of
that way, and the path."""


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
    files = {path: identity(path) for path in scan.files}
    if sum(size for _, size, _ in files.values()) < LEAST:
        return frozenset()
    separators: str = scan.options["delimiter"] + scan.options["quote"]
    if next(iter(scan.columns)) in numbers:
        separators += "\r\n"
    for path, file in files.items():
        if (NUMBERS, file) in _distrusted or _deceives(path, separators.encode(), file):
            return frozenset()
    return numbers


NUMBERS = "numbers"
"""The quick way that reads numbers as DOUBLE."""


def again(path: str, way: str) -> str:
    """Return the error, as a literal, by which a file is read anew and not in a quick way."""
    return text.value(f"{READ_AGAIN}|{way}|{path}|")


def distrust(path: str, way: str = NUMBERS) -> None:
    """Have a file not read in a quick way any more, as long as it does not change."""
    _distrusted.add((way, identity(path)))


def is_distrusted(paths: Collection[str], way: str) -> bool:
    """Return whether one of some files shall not be read in a quick way."""
    return bool(_distrusted) and any((way, identity(path)) in _distrusted for path in paths)


_distrusted: set[tuple[str, tuple[int, int, int]]] = set()


def number(cell: Cell, kind: Kind, path: str) -> str:
    """Return the SQL of the checked number in a cell that is read as DOUBLE.

    Args:
        cell: The number.
        kind: ``Kind.INT`` or ``Kind.FLOAT``.
        path: The file, which is read as text where a cell says that it is no number: of ``nan`` and
            ``NAN`` one only is a word for a missing value.
    """
    value = cell.text
    exact = is_exact(value)
    nan = f"WHEN isnan({value}) THEN error({again(path, NUMBERS)})"
    missing = f"WHEN {value} IS NULL THEN NULL {nan}"
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
        separators: The bytes that a number begins after.
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
        look = partial(_part_deceives, path, separators, size)
        return any(pool.map(look, range(begins, size, _PART)))
    finally:
        pool.shutdown(cancel_futures=True)


def _part_deceives(path: str, separators: bytes, size: int, begins: int) -> bool:
    """Return whether a form that deceives begins in a part of a file."""
    block = _Block(separators)
    at = begins - 1  # where the separator before the first field is
    with Path(path).open("rb", buffering=0) as file:
        while at < min(begins + _PART, size - 2):
            file.seek(at)
            count = file.readinto(block.bytes)
            if count < _BLOCK:
                block.bytes[count:] = bytes(_BLOCK - count)
            if block.deceives():
                return True
            at += max(count - 2, 1)  # a form that the block's end cuts is in the next one
    return False


class _Block:
    """A piece of a file, in memory that is used again: to make it takes longer than a look.

    To compare all bytes with one takes 0.06 s of CPU a GB. So what is quickly found not to be there
    is asked first: a byte that only a form has, and a zero after any byte up to the highest
    separator, which is one comparison for all separators.

    Args:
        separators: The bytes that a number begins after.

    Attributes:
        bytes: The piece, to be filled.
    """

    def __init__(self, separators: bytes) -> None:
        import numpy as np

        self.bytes = bytearray(_BLOCK)
        self._separators = separators
        self._is_rough = True
        codes = np.frombuffer(self.bytes, np.uint8)
        self._before, self._here, self._after = codes[:-2], codes[1:-1], codes[2:]
        self._found, self._other = np.empty((2, _BLOCK - 2), np.bool_)
        self._next = np.empty(_BLOCK - 2, np.uint8)
        self._equal, self._greater, self._less = np.equal, np.greater, np.less
        self._up_to, self._times = np.less_equal, np.multiply
        self._and, self._or = np.logical_and, np.logical_or

    def deceives(self) -> bool:
        """Return whether a form that deceives is in the piece."""
        return self._has_sign_of_sign() or self._has_underscore() or self._has_leading_zero()

    def _has_sign_of_sign(self) -> bool:
        """Return whether there is a ``+-5``, which DuckDB reads as -5."""
        return self._are(self._before, b"+") and self._found_with((self._equal, self._here, b"-"))

    def _has_underscore(self) -> bool:
        digits = [
            (compare, codes, limit)
            for codes in (self._before, self._after)
            for compare, limit in ((self._greater, b"/"), (self._less, b":"))
        ]
        return self._are(self._here, b"_") and self._found_with(*digits)

    def _has_leading_zero(self) -> bool:
        """Return whether a field begins with a zero before a digit.

        Where the rough test is wrong once, as it is of the times ``2024-01-02 03:04``, it would be
        again and again, and is not asked any more.
        """
        if self._is_rough:
            self._up_to(self._before, max(self._separators), out=self._found)
            if not self._is_zero_before_more():
                return False
            self._is_rough = False
        if not self._are(self._before, self._separators) or not self._is_zero_before_more():
            return False
        tests = (self._greater, self._next, b"/"), (self._less, self._next, b":")
        return self._found_with(*tests)

    def _is_zero_before_more(self) -> bool:
        """Return whether a zero is after a place that was found, and before a digit or beyond."""
        self._equal(self._here, b"0"[0], out=self._other)
        self._and(self._found, self._other, out=self._found)
        self._times(self._found.view(self._next.dtype), self._after, out=self._next)
        return bool(self._next.max() > b"/"[0])

    def _are(self, codes: Codes, among: bytes) -> bool:
        """Find where one of some bytes is, and return whether there is any."""
        there = [each for each in among if each in self.bytes]
        if not there:
            return False
        self._equal(codes, there[0], out=self._found)
        for each in there[1:]:
            self._equal(codes, each, out=self._other)
            self._or(self._found, self._other, out=self._found)
        return True

    def _found_with(self, *tests: tuple[np.ufunc, Codes, bytes]) -> bool:
        """Return whether any of the places found passes comparisons with a byte, too."""
        for compare, codes, limit in tests:
            compare(codes, limit[0], out=self._other)
            self._and(self._found, self._other, out=self._found)
        return bool(self._found.any())
