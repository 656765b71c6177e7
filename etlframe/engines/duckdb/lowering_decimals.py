"""Decimals -> SQL with pandas' meaning: exact, and as quick as the digits that they need allow.

DuckDB computes decimals of up to 18 digits in 64 bits, and stops with an error where a product
needs more: so one operand is made wide where the digits of the data do not tell that all fit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.operand import COMPARES, FLOATS, Build, Operand, Operands
from etlframe.expressions.decimals import (
    CLIPPED,
    MOST,
    added,
    is_short,
    known_digits,
    multiplied,
    nearest,
)
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable
from etlframe.expressions.typed import Digits

_MOST_IN_64_BITS = 18


def _digits(operand: Operand) -> Digits:
    found = known_digits(operand.kind, operand.digits, operand.value)
    if found is None:
        raise NotPortable("decimals whose digits are not known run in pandas")
    return found


def _exact(operand: Operand) -> str:
    """An operand as a decimal."""
    if operand.literal:
        return text.decimal(operand.value)
    return operand.sql if operand.kind is Kind.DECIMAL else f"{operand.sql}::DECIMAL(19,0)"


def _float(operand: Operand) -> str:
    """An operand as the float that is nearest to it."""
    return operand.sql if operand.kind in FLOATS else f"{operand.sql}::DOUBLE"


def _arithmetic(sign: str, digits: Callable[[Digits, Digits], Digits | None]) -> Build:
    def build(args: Operands, _params: tuple[Any, ...]) -> str:
        if any(each.kind in FLOATS for each in args):
            return f"({_float(args[0])} {sign} {_float(args[1])})"
        one, other = args
        found = digits(_digits(one), _digits(other))
        left = _exact(one)
        if found is None or found.most > _MOST_IN_64_BITS:
            left = f"{left}::DECIMAL({MOST},{_digits(one).scale})"
        return f"({left} {sign} {_exact(other)})"

    return build


def _comparison(sign: str) -> Build:
    def build(args: Operands, _params: tuple[Any, ...]) -> str:
        if not any(each.kind in FLOATS for each in args):
            written = [_exact(each) for each in args]
        elif all(is_short(each.kind, each.digits, each.value) for each in args):
            # A comparison of decimals alone can be pushed into a scan.
            written = [_exact_float(each) if each.literal else each.sql for each in args]
        else:
            written = [each.present if each.kind in FLOATS else _float(each) for each in args]
        return f"({f' {sign} '.join(written)})"

    return build


def _exact_float(operand: Operand) -> str:
    written = nearest(operand.value)
    return operand.sql if written is None else text.decimal(written)


def _isin(args: Operands, params: tuple[Any, ...]) -> str:
    listed = [nearest(value) for value in params[0] if value is not None]
    values = ", ".join(text.decimal(value) for value in listed if value is not None)
    found = f"{args[0].sql} IN ({values})" if values else "FALSE"
    missing = f" OR {args[0].missing}" if None in params[0] else ""
    return f"({found}{missing})"


def _round(args: Operands, params: tuple[Any, ...]) -> str:
    (column,) = args
    (places,) = params
    digits = _digits(column)
    if places >= digits.scale:
        return column.sql
    return f"round_even({column.sql}, {places})::{text.decimal_type(digits)}"


def _as_column(value: Operand, column: Operand) -> str:
    """A value as one of a column's type."""
    return text.decimal(value.value, column.digits) if value.literal else value.sql


def _fillna(args: Operands, _params: tuple[Any, ...]) -> str:
    column, value = args
    return f"coalesce({column.sql}, {_as_column(value, column)})"


def _where(args: Operands, params: tuple[Any, ...]) -> str:
    asked, column, other = args
    condition = f"coalesce({asked.sql}, TRUE)" if CLIPPED in params else asked.sql
    return f"CASE WHEN {condition} THEN {column.sql} ELSE {_as_column(other, column)} END"


DECIMALS: dict[str, Build] = {
    "add": _arithmetic("+", added),
    "sub": _arithmetic("-", added),
    "mul": _arithmetic("*", multiplied),
    "truediv": lambda args, _params: f"({_float(args[0])} / {_float(args[1])})",
    **{op: _comparison(sign) for op, sign in COMPARES.items()},
    "isin": _isin,
    "round": _round,
    "fillna": _fillna,
    "where": _where,
}
"""Operation -> its lowering, where an operand is a decimal, or a float that one made."""
