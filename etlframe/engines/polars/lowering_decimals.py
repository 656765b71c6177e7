"""Decimals -> Polars' expressions with pandas' meaning.

A product has the greater of two scales in Polars, and is rounded to it: so both operands get the
scale of the exact product first, which rounds nothing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl  # the engine imports this room once the number of threads is set

from etlframe.engines.polars.operand import FLOATS, Build, Operand, Operands, Params
from etlframe.expressions.decimals import (
    CLIPPED,
    MOST,
    added,
    digits_of_value,
    fits,
    is_short,
    known_digits,
    multiplied,
    nearest,
)
from etlframe.expressions.tree import NotPortable
from etlframe.expressions.typed import Digits

Operator = Callable[[pl.Expr, pl.Expr], pl.Expr]


def dtype_of(digits: Digits) -> pl.Decimal:
    """Return the type of decimals of so many digits."""
    return pl.Decimal(digits.precision, digits.scale)


def decimal(value: int | Decimal) -> pl.Expr:
    """Return a number as a literal of a decimal."""
    own = digits_of_value(value)
    if own is None:
        raise ValueError(value)
    return pl.lit(Decimal(value), dtype=pl.Decimal(MOST, own.scale))


def _digits(operand: Operand) -> Digits:
    found = known_digits(operand.kind, operand.digits, operand.value if operand.literal else None)
    if found is None:
        raise NotPortable("decimals whose digits are not known run in pandas")
    return found


def _exact(operand: Operand) -> pl.Expr:
    """An operand as a decimal."""
    return decimal(operand.value) if operand.literal else operand.expr


def _float(operand: Operand) -> pl.Expr:
    """An operand as the float that is nearest to it."""
    return operand.expr if operand.kind in FLOATS else operand.expr.cast(pl.Float64)


def _arithmetic(operate: Operator) -> Build:
    def build(args: Operands, _params: Params) -> pl.Expr:
        if any(each.kind in FLOATS for each in args):
            return operate(*map(_float, args))
        scale = added(*map(_digits, args)).scale
        return operate(*(_scaled(each, scale) for each in args))

    return build


def _multiply(args: Operands, params: Params) -> pl.Expr:
    if any(each.kind in FLOATS for each in args):
        return _arithmetic(operator.mul)(args, params)
    found = multiplied(*map(_digits, args))
    if found is None:
        raise NotPortable("a product of so many digits runs in pandas")
    return _scaled(args[0], found.scale) * _scaled(args[1], found.scale)


def _scaled(operand: Operand, scale: int) -> pl.Expr:
    digits = _digits(operand)
    if digits.most + scale - digits.scale > MOST:
        raise NotPortable("decimals that may need more than 38 digits run in pandas, not on Polars")
    return _exact(operand).cast(pl.Decimal(MOST, scale))


def _comparison(op: str) -> Build:
    compare: Callable[[pl.Expr, pl.Expr], pl.Expr] = getattr(pl.Expr, op)

    def build(args: Operands, _params: Params) -> pl.Expr:
        if not any(each.kind in FLOATS for each in args):
            return compare(*map(_exact, args))
        if all(is_short(each.kind, each.digits, _value(each)) for each in args):
            return compare(*map(_written, args))
        return compare(*(each.present if each.kind in FLOATS else _float(each) for each in args))

    return build


def _value(operand: Operand) -> Any:
    return operand.value if operand.literal else None


def _written(operand: Operand) -> pl.Expr:
    written = nearest(operand.value) if operand.literal else None
    return operand.expr if written is None else decimal(written)


def _isin(args: Operands, params: Params) -> pl.Expr:
    column, digits = args[0], _digits(args[0])
    listed = [nearest(value) for value in params[0] if value is not None]
    held = [value for value in listed if value is not None and fits(value, digits)]
    found = column.expr.is_in(_listed(held, digits)) if held else pl.lit(None)
    found = found.fill_null(value=False)
    return found | column.missing if None in params[0] else found


def _listed(values: list[Decimal], digits: Digits) -> pl.Expr:
    return pl.lit(pl.Series(values, dtype=dtype_of(digits))).implode()


def _round(args: Operands, params: Params) -> pl.Expr:
    (places,) = params
    digits = _digits(args[0])
    return args[0].expr if places >= digits.scale else args[0].expr.round(places)


def _as_column(value: Operand, column: Operand) -> pl.Expr:
    """A value as one of a column's type."""
    return _exact(value).cast(dtype_of(_digits(column)))


def _fillna(args: Operands, _params: Params) -> pl.Expr:
    return args[0].expr.fill_null(_as_column(args[1], args[0]))


def _where(args: Operands, params: Params) -> pl.Expr:
    asked, column, other = args
    condition = asked.expr.fill_null(value=True) if CLIPPED in params else asked.expr
    return pl.when(condition).then(column.expr).otherwise(_as_column(other, column))


DECIMALS: dict[str, Build] = {
    "add": _arithmetic(operator.add),
    "sub": _arithmetic(operator.sub),
    "mul": _multiply,
    "truediv": lambda args, _params: _float(args[0]) / _float(args[1]),
    **{op: _comparison(op) for op in ("eq", "ne", "lt", "le", "gt", "ge")},
    "isin": _isin,
    "round": _round,
    "fillna": _fillna,
    "where": _where,
}
"""Operation -> its lowering, where an operand is a decimal, or a float that one made."""
