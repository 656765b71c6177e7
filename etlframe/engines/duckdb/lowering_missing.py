"""Conditions, missing values, choice and casts -> SQL with pandas' meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.operand import COMPARES, Build, Operand, Operands, infix
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


LONG_LIST = 100
"""A list of more values is looked up by a join, which takes the same time for any number of them
(measured: as long as 100 comparisons of text), and does not keep the order of rows."""


def _isin(args: Operands, params: tuple[Any, ...]) -> str:
    listed = [value for value in params[0] if value is not None]
    written = args[0].sql
    found = "FALSE"
    if listed:
        values = ", ".join(text.value(value) for value in listed)
        among = f"SELECT unnest([{values}])" if len(listed) > LONG_LIST else values
        found = f"{written} IN ({among})"
    missing = f" OR {args[0].missing}" if None in params[0] else ""
    return f"({found}{missing})"


def _or(args: Operands, _params: tuple[Any, ...]) -> str:
    left, right = map(_never_missing, args)
    both = f"({left} OR {right})"
    if args[0].kind is Kind.MAYBE_BOOL:
        # As pandas has it: missing | True is False, though True | missing is True.
        return f"CASE WHEN {args[0].missing} THEN FALSE ELSE {both} END"
    return both


def _never_missing(asked: Operand) -> str:
    return f"coalesce({asked.sql}, FALSE)" if asked.kind is Kind.MAYBE_BOOL else asked.sql


def _fillna(args: Operands, _params: tuple[Any, ...]) -> str:
    return f"coalesce({args[0].present}, {args[1].of(args[0].kind)})"


def _where(args: Operands, _params: tuple[Any, ...]) -> str:
    asked, yes, no = args
    kind = Kind.FLOAT if Kind.FLOAT in (yes.kind, no.kind) else yes.kind
    return f"CASE WHEN {asked.sql} THEN {yes.of(kind)} ELSE {no.of(kind)} END"


def _map(args: Operands, params: tuple[Any, ...]) -> str:
    keys, values = params
    wide = float in map(type, values)
    return f"CASE {_cases(args[0], keys, values, wide=wide)} END"


def _replace(args: Operands, params: tuple[Any, ...]) -> str:
    keys, values = params
    wide = args[0].kind is Kind.FLOAT
    return f"CASE {_cases(args[0], keys, values, wide=wide)} ELSE {args[0].sql} END"


def _cases(asked: Operand, keys: Sequence[Any], values: Sequence[Any], *, wide: bool) -> str:
    return " ".join(
        f"WHEN {asked.sql} = {text.value(key)} THEN {_value(value, wide=wide)}"
        for key, value in zip(keys, values, strict=True)
    )


def _value(value: Any, *, wide: bool) -> str:
    if value is None:
        return "NULL"
    return text.value(float(value) if wide else value)


def _to_int(args: Operands, _params: tuple[Any, ...]) -> str:
    (a,) = args
    if a.kind is Kind.BOOL:
        return f"{a.sql}::BIGINT"
    whole = a.sql if a.kind is Kind.INT else f"trunc({a.sql})::BIGINT"
    return f"CASE WHEN {a.missing} THEN error({text.value(NO_INTEGER)})::BIGINT ELSE {whole} END"


NO_INTEGER = "Cannot convert a missing value to an integer"


def _to_bool(args: Operands, _params: tuple[Any, ...]) -> str:
    (a,) = args
    none = "''" if a.kind is Kind.STR else "0"
    return a.sql if a.kind is Kind.BOOL else f"coalesce({a.sql} <> {none}, TRUE)"


def _to_str(args: Operands, _params: tuple[Any, ...]) -> str:
    (a,) = args
    if a.kind is Kind.BOOL:
        return f"CASE WHEN {a.sql} THEN 'True' ELSE 'False' END"
    return a.sql if a.kind is Kind.STR else f"{a.sql}::VARCHAR"


COMPARISONS: dict[str, Build] = {
    **{op: _comparison(sign) for op, sign in COMPARES.items()},
    "isin": _isin,
}
"""Operation -> its lowering, NULL where an operand is, and then meaning False (True for ``ne``)."""

MISSING: dict[str, Build] = {
    "and": lambda args, _params: f"({_never_missing(args[0])} AND {_never_missing(args[1])})",
    "or": _or,
    "not": lambda args, _params: f"(NOT {args[0].sql})",
    "isna": lambda args, _params: args[0].missing,
    "notna": lambda args, _params: f"(NOT {args[0].missing})",
    "fillna": _fillna,
    "where": _where,
    "np_where": _where,
    "keep": lambda args, _params: f"CASE WHEN {args[0].sql} THEN {args[1].sql} END",
    "map": _map,
    "replace_values": _replace,
    "isnan": lambda args, _params: args[0].missing,
    "xor": infix("<>"),
    "to_int": _to_int,
    "to_bool": _to_bool,
    "to_str": _to_str,
    "to_float": lambda args, _params: f"{args[0].sql}::DOUBLE",
}
"""Operation -> its lowering."""
