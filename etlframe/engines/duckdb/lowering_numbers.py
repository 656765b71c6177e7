"""Numbers -> SQL with pandas' meaning."""

from __future__ import annotations

from typing import Any

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.operand import Build, Operand, Operands, function, infix
from etlframe.expressions.kinds import Kind


def _floordiv(args: Operands, _params: tuple[Any, ...]) -> str:
    a, b = args[0].sql, args[1].sql
    return f"(({a} // {b}) - CASE WHEN {a} % {b} <> 0 AND ({a} < 0) <> ({b} < 0) THEN 1 ELSE 0 END)"


def _mod(args: Operands, _params: tuple[Any, ...]) -> str:
    a, b = args[0].sql, args[1].sql
    return f"({a} % {b} + CASE WHEN {a} % {b} <> 0 AND ({a} < 0) <> ({b} < 0) THEN {b} ELSE 0 END)"


def _square(args: Operands, _params: tuple[Any, ...]) -> str:
    return f"({args[0].sql} * {args[0].sql})"


def _round(args: Operands, params: tuple[Any, ...]) -> str:
    (digits,) = params
    written = args[0].sql
    if args[0].kind is Kind.INT:
        return written
    if digits == 0:
        return f"round_even({written}, 0)"
    scale = text.value(10.0**digits)  # as numpy does it: scale, round half to even, scale back
    return f"(round_even({written} * {scale}, 0) / {scale})"


def _whole(function: str, operand: Operand) -> str:
    return operand.sql if operand.kind is Kind.INT else f"{function}({operand.sql})"


def _plus(args: Operands) -> str:
    sign = "||" if args[0].kind is Kind.STR else "+"
    return f"({args[0].sql} {sign} {args[1].sql})"


NUMBERS: dict[str, Build] = {
    "add": lambda args, _params: _plus(args),
    "sub": infix("-"),
    "mul": infix("*"),
    "truediv": infix("/"),
    "floordiv": _floordiv,
    "mod": _mod,
    "square": _square,
    "neg": lambda args, _params: f"(-{args[0].sql})",
    "abs": function("abs"),
    "round": _round,
    "sqrt": function("sqrt"),
    "exp": function("exp"),
    "log": function("ln"),
    "floor": lambda args, _params: _whole("floor", args[0]),
    "ceil": lambda args, _params: _whole("ceil", args[0]),
}
"""Operation -> its lowering."""
