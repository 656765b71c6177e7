"""Names and plain values as DuckDB's SQL, quoted so that no text of a user is ever read as SQL."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from etlframe.expressions.decimals import digits_of_value
from etlframe.expressions.typed import Digits

LONGEST = 200_000
"""Characters of one expression, at most: each use of a tree is written out."""


def name(identifier: str) -> str:
    """Return a quoted identifier.

    >>> name('a "b" c')
    '"a ""b"" c"'
    """
    return '"' + identifier.replace('"', '""') + '"'


def names(identifiers: list[str]) -> str:
    """Return quoted identifiers with commas between them."""
    return ", ".join(name(each) for each in identifiers)


def value(plain: Any) -> str:
    """Return a plain value as a literal of the type that pandas would compute with.

    Floats are bound as DOUBLE (a bare ``0.1`` is a decimal in DuckDB, and 0.1 + 0.2 == 0.3 there).

    >>> value(1.5), value(3), value("it's")
    ("'1.5'::DOUBLE", '3::BIGINT', "'it''s'")
    """
    if isinstance(plain, bool | int | float | Decimal):
        return _number(plain)
    if isinstance(plain, dt.timedelta):
        return f"to_microseconds('{plain // dt.timedelta(microseconds=1)}'::BIGINT)"
    if isinstance(plain, dt.datetime):
        return f"TIMESTAMP '{plain.isoformat(sep=' ')}'"
    return "'" + str(plain).replace("'", "''") + "'"


def _number(plain: float | Decimal) -> str:
    if isinstance(plain, bool):
        return "TRUE" if plain else "FALSE"
    if isinstance(plain, int):
        return f"{plain}::BIGINT" if plain >= 0 else f"'{plain}'::BIGINT"
    return f"'{plain!r}'::DOUBLE" if isinstance(plain, float) else decimal(plain)


def decimal(plain: int | Decimal, digits: Digits | None = None) -> str:
    """Return a number as a literal of a decimal, as narrow as it may be where no type is given.

    >>> decimal(1), decimal(Decimal("-0.07"))
    ("'1'::DECIMAL(1,0)", "'-0.07'::DECIMAL(2,2)")
    """
    own = digits_of_value(plain)
    if digits is None and own is not None:
        digits = Digits(own.most, own.scale, own.most)
    if digits is None:
        raise ValueError(plain)
    return f"'{Decimal(plain):f}'::{decimal_type(digits)}"


def decimal_type(digits: Digits) -> str:
    """Return the type of decimals of so many digits."""
    return f"DECIMAL({digits.precision},{digits.scale})"
