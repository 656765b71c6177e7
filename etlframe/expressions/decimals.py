"""The digits of decimals: of plain values, of columns, and of what ``+`` and ``*`` give.

pandas holds decimals as Arrow does: ``+ - *`` are exact, with a type that is wide enough for every
answer.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext
from typing import Any

from etlframe.expressions.kinds import Kind
from etlframe.expressions.typed import NOWHERE, Digits, Origins, of_digits

MOST = 38
"""So many digits has a decimal of 128 bits."""
EXACT_IN_FLOAT = 15
"""So many digits of a decimal are the same digits again after a float."""
QUOTIENT = "quotient"
"""The parameter of a ``/`` in a string, which gives floats; pandas' own cuts decimals off."""
CLIPPED = "clipped"
"""The parameter of a choice that ``clip`` makes: where the column is missing, it stays."""
_WHOLE = Digits(19, 0, 19)  # Arrow's digits of int64


def digits_of_value(value: Any) -> Digits | None:
    """Return the digits of a plain value, or None where it is no whole number or decimal.

    >>> digits_of_value(Decimal("0.07"))
    Digits(precision=2, scale=2, most=2)
    """
    if type(value) is int:
        return Digits(_WHOLE.precision, 0, len(str(abs(value))))
    if type(value) is not Decimal or not value.is_finite():
        return None
    _, digits, exponent = value.as_tuple()
    scale = -int(exponent)
    precision = max(len(digits), scale)
    return Digits(precision, scale, precision) if scale >= 0 and precision <= MOST else None


def nearest(value: Any) -> Decimal | None:
    """Return the decimal that a plain number is written as, or None where no column holds it.

    >>> nearest(0.07), nearest(3), nearest(Decimal("1.500")), nearest(float("inf"))
    (Decimal('0.07'), Decimal('3'), Decimal('1.5'), None)
    """
    written = Decimal(repr(value)) if type(value) is float else Decimal(value)
    if not written.is_finite():
        return None
    with localcontext(prec=MOST):
        written = Decimal(int(written)) if written == int(written) else written.normalize()
    return None if digits_of_value(written) is None else written


def known_digits(kind: Kind, digits: Digits | None, value: Any) -> Digits | None:
    """Return the digits of an operand: a decimal's, a plain value's, or those of whole numbers."""
    if digits is not None or kind is not Kind.INT:
        return digits
    return _WHOLE if value is None else digits_of_value(value)


def is_short(kind: Kind, digits: Digits | None, value: Any) -> bool:
    """Say whether a number's digits are the same after a float, so that they compare alike.

    Args:
        kind: Its kind.
        digits: Its digits, if it is a column of decimals.
        value: The plain value that it is, or None.
    """
    if kind is Kind.DECIMAL:
        return digits is not None and digits.precision <= EXACT_IN_FLOAT
    written = None if value is None else nearest(value)
    own = None if written is None else digits_of_value(written)
    return own is not None and own.most <= EXACT_IN_FLOAT


def literal_origins(value: Any) -> Origins:
    """Return what goes with a literal of a decimal."""
    digits = digits_of_value(value) if type(value) is Decimal else None
    return NOWHERE if digits is None else of_digits(digits)


def added(one: Digits, other: Digits) -> Digits:
    """Return the digits of a sum, as Arrow counts them."""
    scale = max(one.scale, other.scale)
    whole = max(one.precision - one.scale, other.precision - other.scale)
    most = max(one.most + scale - one.scale, other.most + scale - other.scale) + 1
    return _capped(whole + scale + 1, scale, most)


def multiplied(one: Digits, other: Digits) -> Digits | None:
    """Return the digits of a product, as Arrow counts them; None where no type holds them."""
    scale = one.scale + other.scale
    if scale > MOST:
        return None
    return _capped(one.precision + other.precision + 1, scale, one.most + other.most)


def _capped(precision: int, scale: int, most: int) -> Digits:
    return Digits(min(precision, MOST), scale, min(most, MOST))


def summed(origins: Origins) -> Origins:
    """Return the origins of a sum of decimals, for which Arrow takes all digits that it has."""
    return frozenset(
        origin
        if origin.digits is None
        else replace(origin, digits=Digits(MOST, origin.digits.scale, MOST))
        for origin in origins
    )


def fits(value: Any, digits: Digits) -> bool:
    """Return whether a column of decimals can hold a plain value."""
    own = digits_of_value(value)
    if own is None or own.scale > digits.scale:
        return False
    return own.most + digits.scale - own.scale <= digits.precision
