"""The rules of inference: what a cell of text can be, and which type a column of such cells has.

One set of rules for all text formats and for both looks at a file: the sniff classifies cells with
these patterns, and the reader checks every cell against the type that came of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import IntFlag

from etlframe.expressions.kinds import Kind
from etlframe.frozen import frozen

SAMPLE_ROWS = 20_480
"""Rows that a sniff looks at, unless it looks at the whole file."""

EXACT_IN_FLOAT = 2**53 - 1
"""Up to here, both signs, a float64 is one whole number and no other."""

MISSING_WORDS = (
    "#N/A",
    "#N/A N/A",
    "#NA",
    "-1.#IND",
    "-1.#QNAN",
    "-NaN",
    "-nan",
    "1.#IND",
    "1.#QNAN",
    "<NA>",
    "N/A",
    "NA",
    "NULL",
    "NaN",
    "None",
    "n/a",
    "nan",
    "null",
)
"""What means a missing value in CSV, beside an empty field: pandas' list."""

TRUE_WORDS = ("True", "true", "TRUE")
FALSE_WORDS = ("False", "false", "FALSE")

# Leading zeros are no number: 007 is an identifier. RE2 syntax, matched in full.
INTEGER = r" *[-+]?(0|[1-9][0-9]*) *"
FLOAT = (
    r" *[-+]?((0|[1-9][0-9]*)(\.[0-9]*)([eE][-+]?[0-9]+)?|(0|[1-9][0-9]*)[eE][-+]?[0-9]+"
    r"|\.[0-9]+([eE][-+]?[0-9]+)?|(?i:inf|infinity)) *"
)
# What `dtypes` may make a number of: leading zeros are what the user asked to drop.
GIVEN_INTEGER = r" *[-+]?[0-9]+ *"
GIVEN_FLOAT = r" *[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)? *| *[-+]?(?i:inf|infinity) *"

DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
TIMESTAMP = rf"{DATE}[ T]{_CLOCK}"
TIMESTAMP_TZ = rf"{DATE}[ T]{_CLOCK}(Z|[-+][0-9]{{2}}(:?[0-9]{{2}})?)"
FIRST_DATE = "0001"
"""Years before 1 have no date in Python; as text, since ISO dates sort as text does."""


class Cells(IntFlag):
    """What the cells of a column were seen to be, together."""

    MISSING = 1
    INTEGER = 2
    WIDE = 4  # an integer beyond 2^53, which no float holds exactly
    HUGE = 8  # an integer beyond 64 bits
    FLOAT = 16
    BOOLEAN = 32
    DATE = 64
    TIMESTAMP = 128
    TIMESTAMP_TZ = 256
    TEXT = 512
    NESTED = 1024
    WORD = 2048  # a word for a missing value, such as "NA"; MISSING comes with it
    FAR = 4096  # a float beyond 2^53 or an infinity; FLOAT comes with it


_TYPES: tuple[tuple[Cells, Kind, str], ...] = (
    (Cells(0), Kind.FLOAT, "DOUBLE"),  # nothing but missing values
    (Cells.INTEGER | Cells.WIDE, Kind.INT, "BIGINT"),
    (Cells.INTEGER | Cells.FLOAT, Kind.FLOAT, "DOUBLE"),
    (Cells.BOOLEAN, Kind.BOOL, "BOOLEAN"),
    (Cells.DATE, Kind.DATE, "TIMESTAMP"),
    (Cells.DATE | Cells.TIMESTAMP, Kind.DATETIME, "TIMESTAMP"),
    (Cells.TIMESTAMP_TZ, Kind.DATETIME_TZ, "TIMESTAMP WITH TIME ZONE"),
    (Cells.NESTED, Kind.OTHER, "JSON"),
)


def column_type(cells: Cells) -> tuple[Kind, str]:
    """Return the kind and storage type of a column: the first that holds all cells exactly.

    >>> column_type(Cells.INTEGER | Cells.FLOAT | Cells.MISSING)
    (<Kind.FLOAT: 'float'>, 'DOUBLE')
    >>> column_type(Cells.WIDE | Cells.FLOAT)  # as a float, an integer would change
    (<Kind.STR: 'str'>, 'VARCHAR')
    """
    present = cells & ~(Cells.MISSING | Cells.WORD | Cells.FAR)
    for allowed, kind, type_ in _TYPES:
        if not present & ~allowed:
            return kind, type_
    return Kind.STR, "VARCHAR"


GIVEN_TYPES = {
    Kind.BOOL: "BOOLEAN",
    Kind.INT: "BIGINT",
    Kind.FLOAT: "DOUBLE",
    Kind.STR: "VARCHAR",
    Kind.DATE: "TIMESTAMP",
    Kind.DATETIME: "TIMESTAMP",
    Kind.DATETIME_TZ: "TIMESTAMP WITH TIME ZONE",
}
"""The storage types of the kinds that ``dtypes`` can ask for."""


@frozen
class Given:
    """What the user said about a file, and so is not sniffed.

    Attributes:
        kinds: Kinds of columns, by name.
        null_values: Words for a missing value in CSV, instead of :data:`MISSING_WORDS`.
        delimiter: What separates CSV fields; None to tell it by the header.
        quote: What quotes CSV fields; an empty string for nothing.
        encoding: The encoding of a CSV file, as Python names it: UTF-8 or Latin-1.
        columns: The names of a CSV file's columns; the file has no header then.
        shown: The path that errors name, where it is not the one that is read.
    """

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    null_values: Sequence[str] | None = None
    delimiter: str | None = None
    quote: str = '"'
    encoding: str = "utf-8"
    columns: Sequence[str] | None = None
    shown: str | None = None
