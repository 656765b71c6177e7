"""The header of a CSV file that rows are appended to: its columns and how it is written."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from etlframe.errors import LoadError
from etlframe.frozen import frozen

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = 1 << 20  # a header is shorter
_DELIMITERS = (",", "\t", ";", "|")


@frozen
class Header:
    r"""The first record of a CSV file.

    Attributes:
        columns: The names, in file order.
        delimiter: What separates them.
        new_line: What ends a line: ``"\n"`` or ``"\r\n"``.
    """

    columns: list[str]
    delimiter: str
    new_line: str


def read_header(file: BinaryIO, path: Path, columns: Sequence[str], expected: str) -> Header:
    r"""Read the header, with the delimiter that gives the most of the columns.

    Args:
        file: The file, at its beginning, decompressed.
        path: Its name, for errors.
        columns: The columns that are hoped for.
        expected: The delimiter to prefer.

    Raises:
        LoadError: The file is not UTF-8 text.

    >>> from io import BytesIO
    >>> read_header(BytesIO(b"a;b\r\n1;2\r\n"), "x.csv", ["b", "a"], ",")
    Header(columns=['a', 'b'], delimiter=';', new_line='\r\n')
    """
    text = _text(file.read(_BLOCK), path)
    wanted = set(columns)
    best = max(
        (expected, *_DELIMITERS),  # the first of equals
        key=lambda delimiter: len(wanted & set(_first_record(text, delimiter))),
    )
    return Header(_first_record(text, best), best, _new_line(text))


def _text(block: bytes, path: Path) -> str:
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(block)
    except UnicodeDecodeError as error:
        raise LoadError(
            f"{path} cannot be appended to: it is not UTF-8 ({error.reason})."
        ) from error


def _first_record(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []


def _new_line(text: str) -> str:
    end = text.find("\n")
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"
