"""Numbers -> SQL with pandas' meaning."""

from __future__ import annotations

from typing import Any

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.operand import Build, Operand, Operands, function, infix
from etlframe.expressions.kinds import Kind


def _floordiv(args: Operands, _params: tuple[Any, ...]) -> str:
    a, b = _pair(args)
    if args[0].kind is args[1].kind is Kind.INT:
        down = f"{a} % {b} <> 0 AND ({a} < 0) <> ({b} < 0)"
        return f"(({a} // {b}) - CASE WHEN {down} THEN 1 ELSE 0 END)"
    # As numpy does it: the remainder goes off first, then the quotient is whole but for its error.
    whole = f"(({a} - {_remainder(a, b)}) / {b})"
    return (
        f"CASE WHEN {b} = 0 THEN {a} / {b} WHEN isinf({b}) AND NOT isinf({a}) "
        f"THEN CASE WHEN {a} = 0 OR ({a} < 0) = ({b} < 0) THEN 0.0 ELSE -1.0 END "
        f"ELSE round_even({whole}, 0) END"
    )


def _mod(args: Operands, _params: tuple[Any, ...]) -> str:
    a, b = _pair(args)
    return _remainder(a, b)


def _remainder(a: str, b: str) -> str:
    return f"({a} % {b} + CASE WHEN {a} % {b} <> 0 AND ({a} < 0) <> ({b} < 0) THEN {b} ELSE 0 END)"


def _pair(args: Operands) -> tuple[str, str]:
    kind = Kind.FLOAT if Kind.FLOAT in (args[0].kind, args[1].kind) else Kind.INT
    return args[0].of(kind), args[1].of(kind)


def _pow(args: Operands, params: tuple[Any, ...]) -> str:
    a, b = args
    (exponent,) = params
    if a.kind is b.kind is Kind.INT:
        return f"({' * '.join([a.sql] * exponent)})" if exponent else "1::BIGINT"
    if b.literal and b.sql in (text.value(0), text.value(0.0)):
        return "1.0::DOUBLE"
    raised = f"pow({a.of(Kind.FLOAT)}, {b.of(Kind.FLOAT)})"
    # 1 ** missing and missing ** 0 are 1; a literal tells which of them can be.
    ones = [f"{a.sql} = 1"] if not a.literal or a.sql == text.value(1) else []
    ones += [f"{b.sql} = 0"] if not b.literal else []
    return f"CASE WHEN {' OR '.join(ones)} THEN 1.0::DOUBLE ELSE {raised} END" if ones else raised


def _either(function: str) -> Build:
    def build(args: Operands, _params: tuple[Any, ...]) -> str:
        a, b = _pair(args)
        some = " OR ".join(each.missing for each in args)
        return f"CASE WHEN {some} THEN NULL ELSE {function}({a}, {b}) END"

    return build


def _sign(args: Operands, _params: tuple[Any, ...]) -> str:
    (a,) = args
    kind = "BIGINT" if a.kind is Kind.INT else "DOUBLE"
    return f"sign({a.present})::{kind}"


def _log1p(args: Operands, _params: tuple[Any, ...]) -> str:
    # Exact for small numbers too: the error of 1 + x is divided out again.
    x = args[0].of(Kind.FLOAT)
    return (
        f"CASE WHEN 1.0::DOUBLE + {x} = 1 OR isinf({x}) AND {x} > 0 THEN {x} "
        f"ELSE ln(1.0::DOUBLE + {x}) * ({x} / ((1.0::DOUBLE + {x}) - 1.0::DOUBLE)) END"
    )


def _expm1(args: Operands, _params: tuple[Any, ...]) -> str:
    x = args[0].of(Kind.FLOAT)
    return (
        f"CASE WHEN exp({x}) = 1 THEN {x} WHEN abs({x}) > 1 THEN exp({x}) - 1.0::DOUBLE "
        f"ELSE (exp({x}) - 1.0::DOUBLE) * ({x} / ln(exp({x}))) END"
    )


def _round(args: Operands, params: tuple[Any, ...]) -> str:
    (digits,) = params
    written = args[0].sql
    if args[0].kind is Kind.INT:
        return written
    if digits == 0:
        return f"round_even({written}, 0)"
    scale = text.value(10.0**digits)  # as numpy does it: scale, round half to even, scale back
    return f"(round_even({written} * {scale}, 0) / {scale})"


def _divide(args: Operands, _params: tuple[Any, ...]) -> str:
    if args[0].kind is Kind.TIMEDELTA:
        return f"(epoch_us({args[0].sql})::DOUBLE / epoch_us({args[1].sql})::DOUBLE)"
    return f"({args[0].sql} / {args[1].sql})"


def _whole(function: str, operand: Operand) -> str:
    return operand.sql if operand.kind is Kind.INT else f"{function}({operand.sql})"


def _plus(args: Operands) -> str:
    sign = "||" if args[0].kind is Kind.STR else "+"
    return f"({args[0].sql} {sign} {args[1].sql})"


NUMBERS: dict[str, Build] = {
    "add": lambda args, _params: _plus(args),
    "sub": infix("-"),
    "mul": infix("*"),
    "truediv": _divide,
    "floordiv": _floordiv,
    "mod": _mod,
    "pow": _pow,
    "neg": lambda args, _params: f"(-{args[0].sql})",
    "abs": function("abs"),
    "round": _round,
    "sqrt": function("sqrt"),
    "log": function("ln"),
    **{name: function(name) for name in ("exp", "sin", "cos", "tan", "cbrt", "log2", "log10")},
    "log1p": _log1p,
    "expm1": _expm1,
    "sign": _sign,
    "minimum": _either("least"),
    "maximum": _either("greatest"),
    "isinf": lambda args, _params: f"coalesce(isinf({args[0].of(Kind.FLOAT)}), FALSE)",
    "isfinite": lambda args, _params: f"coalesce(isfinite({args[0].of(Kind.FLOAT)}), FALSE)",
    "trunc": lambda args, _params: _whole("trunc", args[0]),
    "floor": lambda args, _params: _whole("floor", args[0]),
    "ceil": lambda args, _params: _whole("ceil", args[0]),
}
"""Operation -> its lowering."""
