"""Comparisons, logic, missing values and choices -> Polars' expressions with pandas' meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl  # the engine imports this room once the number of threads is set

from etlframe.engines.polars.operand import (
    Build,
    Operand,
    Operands,
    Params,
    binary,
    literal,
    unary,
)
from etlframe.engines.polars.units import alike, compared, counts_time, moments
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable


def _comparison(op: str) -> Build:
    compare: Callable[[pl.Expr, pl.Expr], pl.Expr] = getattr(pl.Expr, op)

    def build(args: Operands, _params: Params) -> pl.Expr:
        left, right = args
        if left.kind.is_time and right.kind.is_time:
            return compare(*compared(left, right))
        if left.kind is Kind.FLOAT and right.literal:
            # NaN is greatest in Polars, and equal to no literal; kept apart from the comparison
            # so that this can be pushed into a scan.
            plain = compare(left.expr, right.expr)
            return plain & left.expr.is_not_nan() if op in ("gt", "ge") else plain
        return compare(left.present, right.present)

    return build


def _isin(args: Operands, params: Params) -> pl.Expr:
    (values,) = params
    listed = [value for value in values if value is not None]
    if args[0].kind is Kind.FLOAT:
        listed = [float(value) for value in listed]
    if args[0].kind.is_time:
        found = _any([args[0].expr == moment for moment in moments(listed, args[0].unit)])
    else:
        found = _among(args[0].expr, listed)
    return found.fill_null(value=False) | args[0].missing if None in values else found


def _any(conditions: list[pl.Expr]) -> pl.Expr:
    return pl.any_horizontal(conditions) if conditions else pl.lit(value=False)


def _among(expr: pl.Expr, values: list[Any]) -> pl.Expr:
    if not values:
        return pl.lit(value=False)
    # One value is compared, which can be pushed into a scan.
    return expr == literal(values[0]) if len(values) == 1 else expr.is_in(values)


def _or(args: Operands, _params: Params) -> pl.Expr:
    left, right = map(_never_missing, args)
    if args[0].kind is Kind.MAYBE_BOOL:
        # As pandas has it: missing | True is False, though True | missing is True.
        return ~args[0].missing & (left | right)
    return left | right


def _never_missing(asked: Operand) -> pl.Expr:
    return asked.expr.fill_null(value=False) if asked.kind is Kind.MAYBE_BOOL else asked.expr


def _fillna(args: Operands, _params: Params) -> pl.Expr:
    if counts_time(args[0].kind):
        column, value = alike(*args)
        return column.fill_null(value)
    return args[0].present.fill_null(args[1].of(args[0].kind))


def _where(args: Operands, _params: Params) -> pl.Expr:
    asked, yes, no = args
    if counts_time(yes.kind):
        one, other = alike(yes, no)
        return pl.when(asked.expr).then(one).otherwise(other)
    kind = Kind.FLOAT if Kind.FLOAT in (yes.kind, no.kind) else yes.kind
    return pl.when(asked.expr).then(yes.of(kind)).otherwise(no.of(kind))


def _map(args: Operands, params: Params) -> pl.Expr:
    keys, values = params
    old = _series(keys, wide=args[0].kind is Kind.FLOAT)
    new = _series(values, wide=float in map(type, values))
    return args[0].expr.replace_strict(old, new, default=None, return_dtype=new.dtype)


def _replace(args: Operands, params: Params) -> pl.Expr:
    keys, values = params
    if len(set(keys)) < len(keys):
        raise NotPortable("replace of one value twice runs in pandas")
    wide = args[0].kind is Kind.FLOAT
    dtype = _series(keys, wide=wide).dtype
    return args[0].expr.replace(_series(keys, wide=wide), _series(values, wide=wide).cast(dtype))


def _series(values: Sequence[Any], *, wide: bool) -> pl.Series:
    if wide:
        return pl.Series([None if value is None else float(value) for value in values])
    return pl.Series(list(values))


def _to_int(args: Operands, _params: Params) -> pl.Expr:
    (a,) = args
    if a.kind is Kind.BOOL:
        return a.expr.cast(pl.Int64)
    # A text that is no number cannot be cast: that is how an expression raises.
    refused = pl.when(a.missing).then(pl.lit(_NO_INTEGER)).cast(pl.Int64).fill_null(0)
    return (
        a.expr.fill_nan(None).cast(pl.Int64) + refused
        if a.kind is Kind.FLOAT
        else (a.expr + refused)
    )


_NO_INTEGER = "Cannot convert a missing value to an integer"


def _to_bool(args: Operands, _params: Params) -> pl.Expr:
    (a,) = args
    if a.kind is Kind.BOOL:
        return a.expr
    none = literal("") if a.kind is Kind.STR else literal(0)
    return (a.expr != none).fill_null(value=True)


def _to_str(args: Operands, _params: Params) -> pl.Expr:
    (a,) = args
    if a.kind is Kind.BOOL:
        return pl.when(a.expr).then(pl.lit("True")).otherwise(pl.lit("False"))
    return a.expr.cast(pl.String)


COMPARISONS: dict[str, Build] = {
    **{op: _comparison(op) for op in ("eq", "ne", "lt", "le", "gt", "ge")},
    "isin": _isin,
}
"""Operation -> its lowering, null where an operand is, and then meaning False (True for ``ne``)."""

MISSING: dict[str, Build] = {
    "and": lambda args, _params: _never_missing(args[0]) & _never_missing(args[1]),
    "or": _or,
    "xor": binary(lambda a, b: a ^ b),
    "not": unary(lambda a: ~a),
    "isna": lambda args, _params: args[0].missing,
    "notna": lambda args, _params: ~args[0].missing,
    "fillna": _fillna,
    "where": _where,
    "np_where": _where,
    "isnan": lambda args, _params: args[0].missing,
    "keep": lambda args, _params: pl.when(args[0].expr).then(args[1].expr),
    "map": _map,
    "replace_values": _replace,
    "to_int": _to_int,
    "to_bool": _to_bool,
    "to_str": _to_str,
    "to_float": lambda args, _params: args[0].expr.cast(pl.Float64),
}
"""Operation -> its lowering."""
