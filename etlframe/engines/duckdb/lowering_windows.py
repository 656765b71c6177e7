"""Windows and aggregates of the frame -> SQL with pandas' meaning.

A window is an expression over the other rows of its relation; a row in no group, as its key is
missing, has no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.operand import Operand, Operands
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable
from etlframe.frozen import frozen

_SO_FAR = " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
_BEFORE = " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
_FROM_HERE = " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"
_ALL = " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
_TYPES = {Kind.INT: "BIGINT", Kind.FLOAT: "DOUBLE"}


@frozen
class Rows:
    """The rows that a window sees.

    Attributes:
        keys: The keys of the groups as SQL; none for the whole frame.
        order: The row order as an ORDER BY clause.
    """

    keys: tuple[str, ...]
    order: str

    def over(self, *more: str) -> str:
        """Return the clause for rows in any order; ``more`` divides them further."""
        by = ", ".join((*self.keys, *more))
        return f"OVER ({f'PARTITION BY {by}' if by else ''})"

    def ordered(self, bounds: str = "", first: str = "") -> str:
        """Return the clause for rows in their order, or by ``first`` and then in their order."""
        by = f"PARTITION BY {', '.join(self.keys)}" if self.keys else ""
        order = self.order.replace(" ORDER BY ", f" ORDER BY {first}, ", 1) if first else self.order
        return f"OVER ({by}{order}{bounds})"

    def ranked(self, key: str) -> str:
        """Return the clause for rows in the order of a value, ties being alike."""
        by = f"PARTITION BY {', '.join(self.keys)} " if self.keys else ""
        return f"OVER ({by}ORDER BY {key})"


Build = Callable[[Operand, Rows, tuple[Any, ...], Kind], str]


def window(op: str, args: Operands, params: tuple[Any, ...], kind: Kind, order: str) -> str:
    """Return a window as SQL.

    Args:
        op: The operation: ``frame_...``, ``order_...`` or ``group_...``.
        args: The value, then the keys of groups.
        params: The operation's parameters.
        kind: The kind of the answer.
        order: The ORDER BY clause of the rows.
    """
    family, _, word = op.partition("_")
    keyed = args if word == "cumcount" else args[1:]
    keys = tuple(key.present for key in keyed) if family == "group" else ()
    written = LOWERED_WINDOWS[word](args[0], Rows(keys, order), params, kind)
    if not keys:
        return written
    some = " OR ".join(f"{key} IS NULL" for key in keys)
    # pandas fills what is shifted out of no group as it does at a group's end.
    none = _fill(params, kind) if word == "shift" else "NULL"
    return f"CASE WHEN {some} THEN {none} ELSE {written} END"


def _fill(params: tuple[Any, ...], kind: Kind) -> str:
    _, fill = params
    return "NULL" if fill is None else text.value(float(fill) if kind is Kind.FLOAT else fill)


def _aggregate(function: str) -> Build:
    return lambda value, rows, _params, _kind: f"{function}({value.present}) {rows.over()}"


def _number(value: Operand) -> str:
    return f"{value.sql}::BIGINT" if value.kind is Kind.BOOL else value.present


def _sum(value: Operand, rows: Rows, _params: tuple[Any, ...], kind: Kind) -> str:
    found = f"coalesce(sum({_number(value)}) {rows.over()}, 0)"
    return found if kind is Kind.DECIMAL else f"{found}::{_TYPES[kind]}"


def _spread(function: str) -> Build:
    def build(value: Operand, rows: Rows, _params: tuple[Any, ...], _kind: Kind) -> str:
        if value.kind is Kind.INT:
            return f"{function}({value.sql}) {rows.over()}"
        # Missing beside an infinity, as numpy has it, where DuckDB stops with an error.
        finite = f"CASE WHEN isfinite({value.sql}) THEN {value.sql} END"
        return (
            f"CASE WHEN bool_or(isinf({value.sql})) {rows.over()} THEN NULL "
            f"ELSE {function}({finite}) {rows.over()} END"
        )

    return build


def _truth(function: str, if_none: str) -> Build:
    def build(value: Operand, rows: Rows, _params: tuple[Any, ...], _kind: Kind) -> str:
        asked = value.sql if value.kind is Kind.BOOL else f"({value.present} <> 0)"
        return f"coalesce({function}({asked}) {rows.over()}, {if_none})"

    return build


def _median(value: Operand, rows: Rows, _params: tuple[Any, ...], _kind: Kind) -> str:
    return f"quantile_cont({value.present}::DOUBLE, 0.5) {rows.over()}"


def _quantile(value: Operand, rows: Rows, params: tuple[Any, ...], _kind: Kind) -> str:
    (q,) = params
    if value.kind is Kind.FLOAT:
        raise NotPortable("a quantile of floats, where infinities may be, runs in pandas")
    return f"quantile_cont({value.present}::DOUBLE, {q!r}) {rows.over()}"


def _cumulative(function: str) -> Build:
    def build(value: Operand, rows: Rows, _params: tuple[Any, ...], kind: Kind) -> str:
        so_far = f"{function}({_number(value)}) {rows.ordered(_SO_FAR)}"
        if kind in _TYPES:
            so_far = f"({so_far})::{_TYPES[kind]}"
        none = value.missing
        if function == "sum" and rows.keys and kind is Kind.FLOAT:
            # As pandas adds up within groups: what comes after an infinity is missing.
            none += f" OR coalesce(bool_or(isinf({value.sql})) {rows.ordered(_BEFORE)}, FALSE)"
        return f"CASE WHEN {none} THEN NULL ELSE {so_far} END"

    return build


def _shift(value: Operand, rows: Rows, params: tuple[Any, ...], kind: Kind) -> str:
    periods, _ = params
    function = "lag" if periods > 0 else "lead"
    return f"{function}({value.sql}, {abs(periods)}, {_fill(params, kind)}) {rows.ordered()}"


def _rank(value: Operand, rows: Rows, params: tuple[Any, ...], _kind: Kind) -> str:
    method, ascending, pct = params
    key = f"{value.present} {'ASC' if ascending else 'DESC'} NULLS LAST"
    ties = f"count(*) {rows.over(value.present)}"
    least = f"rank() {rows.ranked(key)}"
    ranks = {
        "average": f"({least} + ({ties} - 1) / 2.0::DOUBLE)",
        "min": least,
        "max": f"({least} + {ties} - 1)",
        "first": f"row_number() {rows.ordered(first=key)}",
        "dense": f"dense_rank() {rows.ranked(key)}",
    }
    found = f"({ranks[method]})::DOUBLE"
    if pct:
        distinct = "DISTINCT " if method == "dense" else ""
        found = f"{found} / count({distinct}{value.present}) {rows.over()}"
    return f"CASE WHEN {value.missing} THEN NULL ELSE {found} END"


def _nearest(function: str, bounds: str) -> Build:
    return lambda value, rows, _params, _kind: (
        f"{function}({value.present} IGNORE NULLS) {rows.ordered(bounds)}"
    )


LOWERED_WINDOWS: dict[str, Build] = {
    "count": _aggregate("count"),
    "size": lambda _value, rows, _params, _kind: f"count(*) {rows.over()}",
    "nunique": lambda value, rows, _params, _kind: f"count(DISTINCT {value.present}) {rows.over()}",
    "sum": _sum,
    "mean": lambda value, rows, _params, _kind: f"avg({_number(value)}) {rows.over()}",
    "median": _median,
    "quantile": _quantile,
    "std": _spread("stddev_samp"),
    "var": _spread("var_samp"),
    "min": _aggregate("min"),
    "max": _aggregate("max"),
    "any": _truth("bool_or", "FALSE"),
    "all": _truth("bool_and", "TRUE"),
    "cumsum": _cumulative("sum"),
    "cumprod": _cumulative("product"),
    "cummax": _cumulative("max"),
    "cummin": _cumulative("min"),
    "shift": _shift,
    "rank": _rank,
    "ffill": _nearest("last_value", _SO_FAR),
    "bfill": _nearest("first_value", _FROM_HERE),
    "first": _nearest("first_value", _ALL),
    "last": _nearest("last_value", _ALL),
    "cumcount": lambda _value, rows, _params, _kind: f"(row_number() {rows.ordered()} - 1)",
}
"""The word of a window -> its lowering."""
