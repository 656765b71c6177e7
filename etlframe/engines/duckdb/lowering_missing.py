"""Conditions, missing values, choice and casts -> SQL with pandas' meaning."""

from __future__ import annotations

from typing import Any

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.operand import Build, Operands, infix
from etlframe.expressions.kinds import Kind


def _comparison(sign: str) -> Build:
    def build(args: Operands, _params: tuple[Any, ...]) -> str:
        left, right = args
        if sign in (">", ">=") and left.kind is Kind.FLOAT and right.literal:
            # NaN is greatest in DuckDB; kept apart from the comparison so that it can be pushed.
            return f"({left.sql} {sign} {right.sql} AND NOT isnan({left.sql}))"
        if sign in ("<", "<=") and right.literal:
            return f"({left.sql} {sign} {right.sql})"
        return f"({left.present} {sign} {right.present})"

    return build


def _isin(args: Operands, params: tuple[Any, ...]) -> str:
    listed = [value for value in params[0] if value is not None]
    written = args[0].sql
    found = "FALSE"
    if listed:
        found = f"{written} IN ({', '.join(text.value(value) for value in listed)})"
    missing = f" OR {args[0].missing}" if None in params[0] else ""
    return f"({found}{missing})"


def _fillna(args: Operands, _params: tuple[Any, ...]) -> str:
    return f"coalesce({args[0].present}, {args[1].of(args[0].kind)})"


def _where(args: Operands, _params: tuple[Any, ...]) -> str:
    asked, yes, no = args
    kind = Kind.FLOAT if Kind.FLOAT in (yes.kind, no.kind) else yes.kind
    return f"CASE WHEN {asked.sql} THEN {yes.of(kind)} ELSE {no.of(kind)} END"


COMPARISONS: dict[str, Build] = {
    "eq": _comparison("="),
    "ne": _comparison("<>"),
    "lt": _comparison("<"),
    "le": _comparison("<="),
    "gt": _comparison(">"),
    "ge": _comparison(">="),
    "isin": _isin,
}
"""Operation -> its lowering, NULL where an operand is, and then meaning False (True for ``ne``)."""

MISSING: dict[str, Build] = {
    "and": infix("AND"),
    "or": infix("OR"),
    "not": lambda args, _params: f"(NOT {args[0].sql})",
    "isna": lambda args, _params: args[0].missing,
    "notna": lambda args, _params: f"(NOT {args[0].missing})",
    "fillna": _fillna,
    "where": _where,
    "np_where": _where,
    "to_float": lambda args, _params: f"{args[0].sql}::DOUBLE",
}
"""Operation -> its lowering."""
