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
    return _arithmetic(kinds, params)


def _divide(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.FLOAT if all(kind.is_number for kind in kinds) else None


def _of_ints(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.INT if all(kind is Kind.INT for kind in kinds) else None


def _of_floats(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.FLOAT if all(kind.is_number for kind in kinds) else None


def _same_number(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return kinds[0] if kinds[0].is_number else None


NUMBERS: dict[str, Operation] = table(
    Operation("add", "+", f"sum, or text put together; {EITHER}", _add),
    Operation("sub", "-", f"difference; {EITHER}", _arithmetic),
    Operation("mul", "*", f"product; {EITHER}", _arithmetic),
    Operation("truediv", "/", "quotient; x / 0 is inf, 0 / 0 is missing", _divide),
    Operation("floordiv", "//", "rounded down; i // 0 is missing (departure)", _of_ints),
    Operation("mod", "%", "the divisor's sign; i % 0 is missing (departure)", _of_ints),
    Operation("square", "** 2", "the number times itself", _same_number),
    Operation("neg", "-x", KEPT, _same_number),
    Operation("abs", "abs", f"absolute value; {KEPT}", _same_number),
    Operation("round", "round", "half to even", _same_number),
    Operation("sqrt", "sqrt", "of a negative number: missing", _of_floats),
    Operation("exp", "exp", KEPT, _of_floats),
    Operation("log", "log", "natural; of 0 -inf, of a negative number missing", _of_floats),
    Operation("floor", "floor", KEPT, _same_number),
    Operation("ceil", "ceil", KEPT, _same_number),
)
