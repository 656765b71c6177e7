"""Typed trees -> Polars' expressions with pandas' meaning.

Polars was measured to differ from pandas on comparisons with null, on NaN (greatest, equal to
itself, and not null), on times of different units (it cuts the finer ones) and on white space.
Each difference is made good where a value is used, so that filters can still be pushed into scans.
"""

from __future__ import annotations

import polars as pl  # the engine imports this room once the number of threads is set

from etlframe.engines.polars.lowering_decimals import DECIMALS
from etlframe.engines.polars.lowering_missing import COMPARISONS, MISSING
from etlframe.engines.polars.lowering_numbers import NUMBERS
from etlframe.engines.polars.lowering_text import SEARCHES, TEXT
from etlframe.engines.polars.lowering_time import TIME
from etlframe.engines.polars.lowering_windows import LOWERED_WINDOWS
from etlframe.engines.polars.operand import NO_LITERAL, Build, Operand, Operands, literal
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import Call, Column, Literal, NotPortable
from etlframe.expressions.typed import Typed
from etlframe.expressions.vocabulary import OPERATIONS
from etlframe.expressions.vocabulary_windows import WINDOWS

_BOOLEAN: dict[str, Build] = {**COMPARISONS, **SEARCHES}
_VALUES: dict[str, Build] = {**NUMBERS, **MISSING, **TEXT, **TIME}
_CONDITIONS = (Kind.BOOL, Kind.TERNARY)
_WINDOWS = frozenset(op for op in WINDOWS if op.partition("_")[2] in LOWERED_WINDOWS)
LOWERED = frozenset(_BOOLEAN) | frozenset(_VALUES) | _WINDOWS
"""The operations that Polars computes; the others run in pandas."""


def expr(typed: Typed, lazy: pl.LazyFrame) -> pl.Expr:
    """Return a typed tree as an expression; a boolean one is never null.

    Args:
        typed: The tree.
        lazy: The frame that it is computed on.

    Raises:
        NotPortable: Polars does not know an operation of it.
    """
    node = typed.node
    if isinstance(node, Column):
        return pl.col(node.name)
    if isinstance(node, Literal):
        return literal(node.value)
    if node.op in _BOOLEAN:
        made = _boolean(typed, node, lazy)
        # One of decimals may be missing.
        return made.fill_null(value=node.op == "ne") if typed.kind is Kind.BOOL else made
    if node.op in DECIMALS and _has_decimals(typed):
        return DECIMALS[node.op](_operands(typed, lazy), node.params)
    if node.op not in _VALUES:
        raise NotPortable(f"{OPERATIONS[node.op].words} runs in pandas, not on Polars")
    return _VALUES[node.op](_operands(typed, lazy), node.params)


def _boolean(typed: Typed, node: Call, lazy: pl.LazyFrame) -> pl.Expr:
    build = DECIMALS[node.op] if _has_decimals(typed) else _BOOLEAN[node.op]
    return build(_operands(typed, lazy), node.params)


def _has_decimals(typed: Typed) -> bool:
    return any(each.kind in (Kind.DECIMAL, Kind.DECIMAL_FLOAT) for each in typed.args)


def _operands(typed: Typed, lazy: pl.LazyFrame) -> Operands:
    return tuple(operand(each, lazy) for each in typed.args)


def operand(typed: Typed, lazy: pl.LazyFrame) -> Operand:
    """Return a typed tree as an operand."""
    value = typed.node.value if isinstance(typed.node, Literal) else NO_LITERAL
    return Operand(expr(typed, lazy), typed.kind, lazy, value, typed.digits)


def condition(typed: Typed, lazy: pl.LazyFrame) -> pl.Expr:
    """Return a boolean tree for a filter, where null drops a row as False does.

    Bare comparisons can be pushed into a scan, and are looked up in a file's statistics.
    """
    node = typed.node
    if isinstance(node, Column | Literal):
        return expr(typed, lazy)
    if node.op in ("and", "or") and all(each.kind in _CONDITIONS for each in typed.args):
        left, right = (condition(each, lazy) for each in typed.args)
        return left & right if node.op == "and" else left | right
    if node.op in _BOOLEAN and node.op != "ne":
        return _boolean(typed, node, lazy)
    return expr(typed, lazy)


def column(name: str, kind: Kind) -> pl.Expr:
    """Return a column with its NaN as null."""
    return pl.col(name).fill_nan(None) if kind is Kind.FLOAT else pl.col(name)
