"""Windows and aggregates of the frame -> Polars' expressions with pandas' meaning.

Rows are in their order already. A row in no group, as its key is missing, has no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import polars as pl  # the engine imports this room once the number of threads is set

from etlframe.engines.polars.operand import Operand, Operands, literal
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable

Params = tuple[Any, ...]
Build = Callable[[Operand, Params, Kind], pl.Expr]
Method = Literal["average", "min", "max", "ordinal", "dense"]
_METHODS: dict[str, Method] = {
    "average": "average", "min": "min", "max": "max", "first": "ordinal", "dense": "dense",
}  # fmt: skip
_HALF = 0.5


def window(op: str, args: Operands, params: Params, kind: Kind) -> pl.Expr:
    """Return a window as an expression.

    Args:
        op: The operation: ``frame_...``, ``order_...`` or ``group_...``.
        args: The value, then the keys of groups.
        params: The operation's parameters.
        kind: The kind of the answer.

    Raises:
        NotPortable: A plain value is no column of rows to Polars.
    """
    if any(each.literal for each in args):
        raise NotPortable("a window over one plain value runs in pandas, not on Polars")
    family, _, word = op.partition("_")
    keyed = args if word == "cumcount" else args[1:]
    build = _sum_of_group if op == "group_cumsum" else LOWERED_WINDOWS[word]
    made = build(args[0], params, kind)
    if family != "group":
        return made
    keys = [key.present for key in keyed]
    # pandas fills what is shifted out of no group as it does at a group's end.
    none = _fill(params, kind) if word == "shift" else None
    some = pl.all_horizontal([key.is_not_null() for key in keys])
    return pl.when(some).then(made.over(keys)).otherwise(none)


def _fill(params: Params, kind: Kind) -> pl.Expr | None:
    _, fill = params
    if fill is None:
        return None
    return literal(float(fill) if kind is Kind.FLOAT else fill)


def _aggregate(function: Callable[[pl.Expr], pl.Expr]) -> Build:
    return lambda value, _params, _kind: function(value.present)


def _of_numbers(function: Callable[[pl.Expr], pl.Expr]) -> Build:
    return lambda value, _params, _kind: function(_number(value))


def _number(value: Operand) -> pl.Expr:
    return value.expr.cast(pl.Int64) if value.kind is Kind.BOOL else value.present


def _truth(function: Callable[[pl.Expr], pl.Expr]) -> Build:
    return lambda value, _params, _kind: function(
        value.expr if value.kind is Kind.BOOL else value.present != 0
    )


def _quantile(value: Operand, params: Params, _kind: Kind) -> pl.Expr:
    """As numpy interpolates: from the nearer of two values, so missing beside most infinities."""
    (q,) = params
    found = value.present.drop_nulls().sort().cast(pl.Float64)
    last = found.len().cast(pl.Int64) - 1
    place = last * (q * 100.0 / 100.0)  # as pandas and numpy hand it on
    at = place.floor().cast(pl.Int64)
    low = found.get(at, null_on_oob=True)
    high = found.get(pl.min_horizontal(at + 1, last), null_on_oob=True)
    part = place - at
    nearer = pl.when(part < _HALF).then(low + (high - low) * part)
    return nearer.otherwise(high - (high - low) * (1.0 - part))


def _sum_of_group(value: Operand, _params: Params, kind: Kind) -> pl.Expr:
    """As pandas adds up within groups: what comes after an infinity is missing."""
    so_far = _number(value).cum_sum()
    if kind is not Kind.FLOAT:
        return so_far
    before = so_far.forward_fill().shift(1)
    return pl.when(before.is_finite() | before.is_null()).then(so_far)


def median(value: pl.Expr) -> pl.Expr:
    """The mean of the middle values; Polars' own is missing where one is minus infinity."""
    low, high = (value.quantile(_HALF, interpolation=way) for way in ("lower", "higher"))
    return (low + high) / 2.0


def _shift(value: Operand, params: Params, kind: Kind) -> pl.Expr:
    periods, _ = params
    return value.expr.shift(periods, fill_value=_fill(params, kind))


def _rank(value: Operand, params: Params, _kind: Kind) -> pl.Expr:
    method, ascending, pct = params
    found = value.present.rank(_METHODS[method], descending=not ascending).cast(pl.Float64)
    if not pct:
        return found
    present = value.present.drop_nulls()
    return found / (present.n_unique() if method == "dense" else present.len())


LOWERED_WINDOWS: dict[str, Build] = {
    "count": _aggregate(lambda value: value.count().cast(pl.Int64)),
    "size": lambda _value, _params, _kind: pl.len().cast(pl.Int64),
    "nunique": _aggregate(lambda value: value.drop_nulls().n_unique().cast(pl.Int64)),
    "sum": _of_numbers(lambda value: value.sum()),
    "mean": _of_numbers(lambda value: value.mean()),
    "median": _aggregate(median),
    "quantile": _quantile,
    "std": _aggregate(lambda value: value.std()),
    "var": _aggregate(lambda value: value.var()),
    "min": _aggregate(lambda value: value.min()),
    "max": _aggregate(lambda value: value.max()),
    "any": _truth(lambda value: value.any(ignore_nulls=True)),
    "all": _truth(lambda value: value.all(ignore_nulls=True)),
    "cumsum": _of_numbers(lambda value: value.cum_sum()),
    "cumprod": _aggregate(lambda value: value.cum_prod()),
    "cummax": _aggregate(lambda value: value.cum_max()),
    "cummin": _aggregate(lambda value: value.cum_min()),
    "shift": _shift,
    "rank": _rank,
    "ffill": _aggregate(lambda value: value.forward_fill()),
    "bfill": _aggregate(lambda value: value.backward_fill()),
    "first": _aggregate(lambda value: value.first(ignore_nulls=True)),
    "last": _aggregate(lambda value: value.last(ignore_nulls=True)),
    "cumcount": lambda _value, _params, _kind: pl.int_range(pl.len(), dtype=pl.Int64),
}
"""The word of a window -> its lowering, within its group where there are some."""
