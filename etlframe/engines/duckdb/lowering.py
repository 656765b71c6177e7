"""Typed trees -> DuckDB's SQL with pandas' meaning.

DuckDB was measured to differ from pandas on NaN (greatest, and equal to itself, where pandas skips
it), on comparisons with NULL, on ``//`` and ``%`` of negative numbers, and on rounding halves. Each
difference is made good here, where a value is used, so that filters can still be pushed into scans.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from etlframe.engines.duckdb import text
from etlframe.expressions.annotate import Typed
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import Column, Literal

_NAN = "'nan'::DOUBLE"
_WHITE_SPACE = "".join(
    chr(code)
    for code in (
        *range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B),
        0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
    )
)  # fmt: skip
"""What ``str.strip`` strips; DuckDB's own ``trim`` leaves tabs and newlines."""


def sql(typed: Typed) -> str:
    """Return a typed tree as an SQL expression; a boolean one is never NULL."""
    if isinstance(typed.node, Column):
        return text.name(typed.node.name)
    if isinstance(typed.node, Literal):
        return text.value(typed.node.value)
    op, params = typed.node.op, typed.node.params
    if op in _BOOLEAN:
        if_missing = "TRUE" if op == "ne" else "FALSE"
        return f"coalesce({_BOOLEAN[op](typed.args, params)}, {if_missing})"
    return _VALUES[op](typed.args, params)


def condition(typed: Typed) -> str:
    """Return a boolean tree for WHERE, where NULL drops a row as False does.

    Without ``coalesce`` around comparisons DuckDB can push them into a scan.
    """
    node = typed.node
    if isinstance(node, Column | Literal):
        return sql(typed)
    if node.op in ("and", "or"):
        return f"({condition(typed.args[0])} {node.op.upper()} {condition(typed.args[1])})"
    if node.op in _BOOLEAN and node.op != "ne":
        return _BOOLEAN[node.op](typed.args, node.params)
    return sql(typed)


def present(typed: Typed) -> str:
    """Return an expression whose NaN, if it is a float, is NULL: the two are one in pandas."""
    written = sql(typed)
    if typed.kind is not Kind.FLOAT or isinstance(typed.node, Literal):
        return written
    return f"nullif({written}, {_NAN})"


def column(name: str, kind: Kind) -> str:
    """Return a column with its NaN as NULL."""
    return present(Typed(Column(name), kind))


def is_missing(typed: Typed) -> str:
    """Return whether a value is missing, never NULL."""
    written = sql(typed)
    if typed.kind is Kind.FLOAT:
        return f"({written} IS NULL OR isnan({written}))"
    return f"({written} IS NULL)"


Args = tuple[Typed, ...]
Build = Callable[[Args, tuple[Any, ...]], str]


def _infix(sign: str) -> Build:
    return lambda args, _params: f"({sql(args[0])} {sign} {sql(args[1])})"


def _function(function: str) -> Build:
    return lambda args, _params: f"{function}({', '.join(sql(each) for each in args)})"


def _comparison(sign: str) -> Build:
    def build(args: Args, _params: tuple[Any, ...]) -> str:
        left, right = args
        if sign in (">", ">=") and left.kind is Kind.FLOAT and isinstance(right.node, Literal):
            # NaN is greatest in DuckDB; kept apart from the comparison so that it can be pushed.
            return f"({sql(left)} {sign} {sql(right)} AND NOT isnan({sql(left)}))"
        if sign in ("<", "<=") and isinstance(right.node, Literal):
            return f"({sql(left)} {sign} {sql(right)})"
        return f"({present(left)} {sign} {present(right)})"

    return build


def _isin(args: Args, params: tuple[Any, ...]) -> str:
    listed = [value for value in params[0] if value is not None]
    written = sql(args[0])
    found = "FALSE"
    if listed:
        found = f"{written} IN ({', '.join(text.value(value) for value in listed)})"
    missing = f" OR {is_missing(args[0])}" if None in params[0] else ""
    return f"({found}{missing})"


_BOOLEAN: dict[str, Build] = {
    "eq": _comparison("="),
    "ne": _comparison("<>"),
    "lt": _comparison("<"),
    "le": _comparison("<="),
    "gt": _comparison(">"),
    "ge": _comparison(">="),
    "isin": _isin,
    "contains": _function("contains"),
    "startswith": _function("starts_with"),
    "endswith": _function("ends_with"),
}
"""What may be NULL where an operand is, and then means False (True for ``ne``)."""


def _floordiv(args: Args, _params: tuple[Any, ...]) -> str:
    a, b = sql(args[0]), sql(args[1])
    return f"(({a} // {b}) - CASE WHEN {a} % {b} <> 0 AND ({a} < 0) <> ({b} < 0) THEN 1 ELSE 0 END)"


def _mod(args: Args, _params: tuple[Any, ...]) -> str:
    a, b = sql(args[0]), sql(args[1])
    return f"({a} % {b} + CASE WHEN {a} % {b} <> 0 AND ({a} < 0) <> ({b} < 0) THEN {b} ELSE 0 END)"


def _square(args: Args, _params: tuple[Any, ...]) -> str:
    return f"({sql(args[0])} * {sql(args[0])})"


def _round(args: Args, params: tuple[Any, ...]) -> str:
    (digits,) = params
    written = sql(args[0])
    if args[0].kind is Kind.INT:
        return written
    if digits == 0:
        return f"round_even({written}, 0)"
    scale = text.value(10.0**digits)  # as numpy does it: scale, round half to even, scale back
    return f"(round_even({written} * {scale}, 0) / {scale})"


def _fillna(args: Args, _params: tuple[Any, ...]) -> str:
    return f"coalesce({present(args[0])}, {_as(args[1], args[0].kind)})"


def _where(args: Args, _params: tuple[Any, ...]) -> str:
    asked, yes, no = args
    kind = Kind.FLOAT if Kind.FLOAT in (yes.kind, no.kind) else yes.kind
    return f"CASE WHEN {condition(asked)} THEN {_as(yes, kind)} ELSE {_as(no, kind)} END"


def _as(typed: Typed, kind: Kind) -> str:
    written = sql(typed)
    return f"{written}::DOUBLE" if kind is Kind.FLOAT and typed.kind is Kind.INT else written


def _trim(function: str) -> Build:
    return lambda args, _params: f"{function}({sql(args[0])}, {text.value(_WHITE_SPACE)})"


def _slice(args: Args, params: tuple[Any, ...]) -> str:
    first, stop = params
    length = "" if stop is None else f", {max(stop - first, 0)}"
    return f"substring({sql(args[0])}, {first + 1}{length})"


_VALUES: dict[str, Build] = {
    "add": lambda args, _params: _plus(args),
    "sub": _infix("-"),
    "mul": _infix("*"),
    "truediv": _infix("/"),
    "floordiv": _floordiv,
    "mod": _mod,
    "square": _square,
    "neg": lambda args, _params: f"(-{sql(args[0])})",
    "abs": _function("abs"),
    "round": _round,
    "sqrt": _function("sqrt"),
    "exp": _function("exp"),
    "log": _function("ln"),
    "floor": lambda args, _params: _whole("floor", args[0]),
    "ceil": lambda args, _params: _whole("ceil", args[0]),
    "to_float": lambda args, _params: f"{sql(args[0])}::DOUBLE",
    "and": _infix("AND"),
    "or": _infix("OR"),
    "not": lambda args, _params: f"(NOT {sql(args[0])})",
    "isna": lambda args, _params: is_missing(args[0]),
    "notna": lambda args, _params: f"(NOT {is_missing(args[0])})",
    "fillna": _fillna,
    "where": _where,
    "np_where": _where,
    "upper": _function("upper"),
    "lower": _function("lower"),
    "strip": _trim("trim"),
    "lstrip": _trim("ltrim"),
    "rstrip": _trim("rtrim"),
    "len": _function("length"),
    "replace": _function("replace"),
    "slice": _slice,
    **{
        part: _function(part)
        for part in ("year", "month", "day", "hour", "minute", "second", "dayofyear", "quarter")
    },
    "dayofweek": lambda args, _params: f"(isodow({sql(args[0])}) - 1)",
}


def _whole(function: str, typed: Typed) -> str:
    return sql(typed) if typed.kind is Kind.INT else f"{function}({sql(typed)})"


def _plus(args: Args) -> str:
    sign = "||" if args[0].kind is Kind.STR else "+"
    return f"({sql(args[0])} {sign} {sql(args[1])})"
