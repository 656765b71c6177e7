"""The operations of numbers: arithmetic, and the functions of mathematics."""

from __future__ import annotations

from typing import Any

from etlframe.expressions.kinds import Kind
from etlframe.expressions.operation import EITHER, KEPT, Kinds, Operation, table


def _arithmetic(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    if all(kind is Kind.INT for kind in kinds):
        return Kind.INT
    return Kind.FLOAT if all(kind.is_number for kind in kinds) else None


def _add(kinds: Kinds, params: tuple[Any, ...]) -> Kind | None:
    if all(kind is Kind.STR for kind in kinds):
        return Kind.STR
    return _moved(kinds) or _moved(kinds[::-1]) or _arithmetic(kinds, params)


def _moved(kinds: Kinds) -> Kind | None:
    """The kind of a time, or of a duration, with a duration added or taken away."""
    one, other = kinds
    if other is not Kind.TIMEDELTA:
        return None
    if one.is_time:
        return Kind.DATETIME
    return one if one in (Kind.TIMEDELTA, Kind.DATETIME_TZ) else None


def _subtract(kinds: Kinds, params: tuple[Any, ...]) -> Kind | None:
    one, other = kinds
    if (one.is_time and other.is_time) or (one is other is Kind.DATETIME_TZ):
        return Kind.TIMEDELTA
    return _moved(kinds) or _arithmetic(kinds, params)


def _divide(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    if all(kind is Kind.TIMEDELTA for kind in kinds):
        return Kind.FLOAT
    return Kind.FLOAT if all(kind.is_number for kind in kinds) else None


def _negated(kinds: Kinds, params: tuple[Any, ...]) -> Kind | None:
    return Kind.TIMEDELTA if kinds[0] is Kind.TIMEDELTA else _same_number(kinds, params)


def _power(kinds: Kinds, params: tuple[Any, ...]) -> Kind | None:
    """Whole numbers stay whole, for the small exponents that are written out as products."""
    if all(kind is Kind.INT for kind in kinds):
        (exponent,) = params
        return Kind.INT if exponent is not None else None
    return _of_floats(kinds, params)


def _of_floats(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.FLOAT if all(kind.is_number for kind in kinds) else None


def _same_number(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return kinds[0] if kinds[0].is_number else None


def _numbers_to_bool(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.BOOL if all(kind.is_number for kind in kinds) else None


NUMBERS: dict[str, Operation] = table(
    Operation("add", "+", f"sum, or text put together; {EITHER}", _add, in_microseconds=True),
    Operation("sub", "-", f"difference; {EITHER}", _subtract, in_microseconds=True),
    Operation("mul", "*", f"product; {EITHER}", _arithmetic),
    Operation(
        "truediv", "/", "quotient; x / 0 is inf, 0 / 0 is missing", _divide, in_microseconds=True
    ),
    Operation("floordiv", "//", "rounded down; i // 0 is missing (departure)", _arithmetic),
    Operation("mod", "%", "the divisor's sign; i % 0 is missing (departure)", _arithmetic),
    Operation("pow", "**", "1 ** x and x ** 0 are 1, also of a missing x", _power),
    Operation("neg", "-x", KEPT, _negated),
    Operation("abs", "abs", f"absolute value; {KEPT}", _same_number),
    Operation("round", "round", "half to even", _same_number),
    Operation("sign", "np.sign", f"-1, 0 or 1; {KEPT}", _same_number),
    Operation("minimum", "np.minimum", EITHER, _arithmetic),
    Operation("maximum", "np.maximum", EITHER, _arithmetic),
    Operation(
        "isinf", "np.isinf", "False of a missing value", _numbers_to_bool, keeps_missing=False
    ),
    Operation(
        "isfinite", "np.isfinite", "False of a missing value", _numbers_to_bool, keeps_missing=False
    ),
    Operation("sqrt", "sqrt", "of a negative number: missing", _of_floats),
    *(
        Operation(name, name, KEPT, _of_floats)
        for name in ("exp", "expm1", "sin", "cos", "tan", "cbrt")
    ),
    *(
        Operation(name, name, "of 0 -inf, of a negative number missing", _of_floats)
        for name in ("log", "log2", "log10")
    ),
    Operation("log1p", "log1p", "of -1 -inf, of less missing", _of_floats),
    Operation("trunc", "np.trunc", KEPT, _same_number),
    Operation("floor", "floor", KEPT, _same_number),
    Operation("ceil", "ceil", KEPT, _same_number),
)
