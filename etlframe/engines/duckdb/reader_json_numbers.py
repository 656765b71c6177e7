"""Numbers of large JSON files, read as float64 by DuckDB itself, without text in between.

Read as DOUBLE, what is no number fails by itself, and a column of integers stays one as long as
every value is whole and below 2^53. But DuckDB also takes ``"5"`` and true for numbers (pandas'
``read_json`` does too), while fields that have such values in their beginning are text. So pieces
spread over the whole file are looked at for those first, which takes a hundredth of the reading.

What cannot be seen: a later whole number written ``1.0`` or ``1e3``, as everywhere in JSON; and
quoted numbers or true and false in a field of numbers that are neither in the first 20,480 records
nor in one of the pieces. So a file below :data:`.reader_numbers.LEAST` bytes is never read so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path

from etlframe.engines.base import Scan
from etlframe.engines.duckdb import reader_numbers
from etlframe.engines.duckdb.reader_cells import Cell, is_exact
from etlframe.engines.duckdb.reader_folders import file_columns
from etlframe.engines.duckdb.reader_numbers import NUMBERS, again, is_distrusted
from etlframe.engines.duckdb.sniff_rules import Cells
from etlframe.expressions.kinds import Kind
from etlframe.storage.opening import identity

_PIECES = 128
_PIECE = 64 << 10


def json_numbers_to_read(scan: Scan, used: Collection[str]) -> frozenset[str]:
    """Return which of the used columns to read as DOUBLE, after a look at pieces of the files."""
    numbers = _numbers(scan).intersection(used)
    if not numbers or is_distrusted(scan.files, NUMBERS):
        return frozenset()
    if not is_large(scan):
        return frozenset()
    files = {path: identity(path) for path in scan.files}
    total = sum(size for _, size, _ in files.values())
    fields = zip(file_columns(scan), scan.options["fields"], strict=True)
    keys = frozenset(field for name, field in fields if name in numbers)
    deceive = any(
        _deceives(path, keys, max(_PIECES * file[1] // total, 2), file)
        for path, file in files.items()
    )
    return frozenset() if deceive else numbers


def is_large(scan: Scan) -> bool:
    """Return whether a look at files before they are read takes far less than it saves."""
    return sum(identity(path)[1] for path in scan.files) >= reader_numbers.LEAST


def _numbers(scan: Scan) -> frozenset[str]:
    if scan.whole or scan.options["compression"]:
        return frozenset()
    cells = scan.options["cells"]
    return frozenset(
        name
        for name, kind in file_columns(scan).items()
        if kind in (Kind.INT, Kind.FLOAT)
        and name not in scan.options["given"]
        and not cells[name] & (Cells.WIDE | Cells.FAR)
    )


def json_number(cell: Cell, kind: Kind, path: str) -> str:
    """Return the SQL of the checked number in a field that is read as DOUBLE.

    Args:
        cell: The number.
        kind: ``Kind.INT`` or ``Kind.FLOAT``.
        path: The file, whose numbers are read as text where one is beyond 2^53 or NaN: of those
            only the text tells what they were.
    """
    value = cell.text
    exact = is_exact(value)
    rest = f"WHEN {value} IS NULL THEN {cell.missing}"
    unknown = f"error({again(path, NUMBERS)})"
    if kind is Kind.FLOAT:
        return f"CASE WHEN {exact} THEN {value} {rest} ELSE {unknown} END"
    whole = f"{exact} AND {value} = trunc({value})"
    rest = f"{rest} WHEN {exact} THEN {cell.fault} ELSE {unknown}"
    return f"CASE WHEN {whole} THEN CAST({value} AS BIGINT) {rest} END"


# -- the bytes -------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _deceives(path: str, fields: frozenset[str], pieces: int, file: tuple[int, int, int]) -> bool:
    """Return whether a quoted number, true or false is seen in a field of numbers.

    Args:
        path: The file.
        fields: The fields of numbers.
        pieces: How many pieces of the file to look at, the first and the last among them.
        file: Which one it is: another one is looked at again.
    """
    keys = b"|".join(re.escape(key) for field in fields for key in _keys(field))
    pattern = re.compile(rb"(?:" + keys + rb')\s*:\s*["tf]')
    return any(pattern.search(piece) for piece in _pieces(path, pieces, file[1]))


def _keys(field: str) -> set[bytes]:
    r"""Return a field's name as JSON writes it: with letters beyond ASCII as they are, or escaped.

    >>> sorted(_keys("é"))
    [b'"\\u00e9"', b'"\xc3\xa9"']
    """
    return {json.dumps(field, ensure_ascii=ascii_).encode() for ascii_ in (True, False)}


def _pieces(path: str, count: int, size: int) -> Iterator[bytes]:
    last = max(size - _PIECE, 0)
    with Path(path).open("rb", buffering=0) as file:
        for nth in range(count):
            file.seek(last * nth // (count - 1))
            yield file.read(_PIECE)
