"""Plain values -> literals of a tree; the values that a list, a set or a Series holds."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

from etlframe.expressions.decimals import digits_of_value
from etlframe.expressions.tree import Call, Column, Literal, Node, NotPortable

MISSING = Literal(math.nan)
"""A missing number, where a word takes one: a comparison with it has no tree."""


def literal(value: Any) -> Literal:
    """Return a literal of a plain value, or raise ``NotPortable``.

    numpy scalars become Python's; whole numbers must fit 64 bits.
    """
    if isinstance(value, Literal):
        return value
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        value = _plain(value)
    found = _number(value)
    if found is not None:
        return found
    if type(value) is Decimal and digits_of_value(value) is not None:
        return Literal(value)
    if type(value) is str and "\x00" not in value:
        return Literal(value)
    if isinstance(value, dt.datetime):
        return _moment(value)
    if isinstance(value, dt.timedelta):
        return _duration(value)
    raise NotPortable(f"the value {_shown(value)} is not one that every engine has")


def _number(value: Any) -> Literal | None:
    if isinstance(value, bool):
        return Literal(value)
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return Literal(int(value))
    if isinstance(value, float) and not math.isnan(value):
        return Literal(float(value))
    return None


def _moment(value: Any) -> Literal:
    if value.tzinfo is not None or (hasattr(value, "nanosecond") and value.nanosecond):
        raise NotPortable("a timestamp with a time zone or nanoseconds runs in pandas")
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime(warn=False)
    if type(value) is not dt.datetime:
        raise NotPortable("a missing timestamp runs in pandas")
    return Literal(value)


def _plain(scalar: Any) -> Any:
    """A numpy scalar as Python's; its times only in the unit of Python's."""
    kind = scalar.dtype.kind
    if kind in "mM":
        exact = scalar.astype(f"{kind}8[us]")
        if exact != scalar:  # nanoseconds, or a missing time
            raise NotPortable("a time with nanoseconds, or a missing one, runs in pandas")
        return exact.item()
    return scalar.item()


def _duration(value: Any) -> Literal:
    if hasattr(value, "nanoseconds"):
        if value.nanoseconds or (value.unit == "ns" and value.as_unit("us") != value):
            raise NotPortable("a duration with nanoseconds runs in pandas")
        value = value.to_pytimedelta()
    if type(value) is not dt.timedelta:
        raise NotPortable("a missing duration runs in pandas")
    return Literal(value)


def _shown(value: Any) -> str:
    text = type(value).__name__
    return f"of type {text}"


def membership(node: Node, values: Any) -> Node:
    """Return ``isin``: is the operand one of ``values``, a list, tuple, set or other collection?"""
    if isinstance(values, str | bytes) or not isinstance(values, Collection):
        values = _as_list(values)
    plain = tuple(None if is_missing(value) else literal(value).value for value in values)
    if any(isinstance(value, bool | dt.timedelta) for value in plain):
        raise NotPortable("isin with booleans or durations runs in pandas")
    return Call("isin", (node,), (plain,))


def _as_list(values: Any) -> Any:
    to_list = getattr(values, "tolist", None)
    if to_list is None or isinstance(values, str | bytes):
        raise NotPortable("isin takes a list of values here")
    return to_list()


def is_missing(value: Any) -> bool:
    """Say whether a plain value is a missing one: None or NaN."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def operand(value: Any) -> Node:
    """Return a tree as it is; anything else must be a plain value."""
    return value if isinstance(value, Column | Call) else literal(value)


def operand_or_missing(value: Any) -> Node:
    """Return a tree, a plain value, or ``MISSING`` for NaN and None."""
    return MISSING if is_missing(value) else operand(value)


def simple(op: str) -> Callable[..., Node]:
    """Return a word of one operand, without arguments."""
    return lambda node: Call(op, (node,))


def with_other(op: str) -> Callable[..., Node]:
    """Return a word of two operands."""
    return lambda node, other: Call(op, (node, operand(other)))
