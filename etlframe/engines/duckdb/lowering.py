"""Typed trees -> DuckDB's SQL with pandas' meaning.

DuckDB was measured to differ from pandas on NaN (greatest, and equal to itself, where pandas skips
it), on comparisons with NULL, on ``//`` and ``%`` of negative numbers, and on rounding halves. Each
difference is made good here, where a value is used, so that filters can still be pushed into scans.
"""

from __future__ import annotations

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.lowering_decimals import DECIMALS
from etlframe.engines.duckdb.lowering_missing import COMPARISONS, MISSING
from etlframe.engines.duckdb.lowering_numbers import NUMBERS
from etlframe.engines.duckdb.lowering_text import SEARCHES, TEXT
from etlframe.engines.duckdb.lowering_time import QUESTIONS, TIME
from etlframe.engines.duckdb.lowering_windows import LOWERED_WINDOWS
from etlframe.engines.duckdb.operand import Build, Operand, Operands
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import Call, Column, Literal, NotPortable
from etlframe.expressions.typed import Typed
from etlframe.expressions.vocabulary import OPERATIONS
from etlframe.expressions.vocabulary_windows import WINDOWS

_BOOLEAN: dict[str, Build] = {**COMPARISONS, **SEARCHES, **QUESTIONS}
_VALUES: dict[str, Build] = {**NUMBERS, **MISSING, **TEXT, **TIME}
_CONDITIONS = (Kind.BOOL, Kind.TERNARY)
_WINDOWS = frozenset(op for op in WINDOWS if op.partition("_")[2] in LOWERED_WINDOWS)
LOWERED = frozenset(_BOOLEAN) | frozenset(_VALUES) | _WINDOWS
"""The operations that DuckDB computes; the others run in pandas."""


def sql(typed: Typed) -> str:
    """Return a typed tree as an SQL expression; a boolean one is never NULL.

    Raises:
        NotPortable: DuckDB does not know an operation of it.
    """
    node = typed.node
    if isinstance(node, Column):
        return text.name(node.name)
    if isinstance(node, Literal):
        return text.value(node.value)
    if node.op in _BOOLEAN and typed.kind is not Kind.BOOL:  # of decimals: it may be missing
        return _boolean(typed, node)
    if node.op in _BOOLEAN:
        if_missing = "TRUE" if node.op == "ne" else "FALSE"
        return f"coalesce({_boolean(typed, node)}, {if_missing})"
    return _lowering(typed, node)(_operands(typed), node.params)


def _boolean(typed: Typed, node: Call) -> str:
    build = DECIMALS[node.op] if _has_decimals(typed) else _BOOLEAN[node.op]
    return build(_operands(typed), node.params)


def _has_decimals(typed: Typed) -> bool:
    return any(each.kind in (Kind.DECIMAL, Kind.DECIMAL_FLOAT) for each in typed.args)


def _lowering(typed: Typed, node: Call) -> Build:
    if node.op in DECIMALS and _has_decimals(typed):
        return DECIMALS[node.op]
    if node.op not in _VALUES:
        raise NotPortable(f"{OPERATIONS[node.op].words} runs in pandas, not on DuckDB")
    return _VALUES[node.op]


def _operands(typed: Typed) -> Operands:
    return tuple(map(operand, typed.args))


def operand(typed: Typed) -> Operand:
    """Return a typed tree as an operand, written as SQL."""
    literal = isinstance(typed.node, Literal)
    value = typed.node.value if isinstance(typed.node, Literal) else None
    return Operand(sql(typed), typed.kind, literal, typed.digits, value)


def condition(typed: Typed) -> str:
    """Return a boolean tree for WHERE, where NULL drops a row as False does.

    Without ``coalesce`` around comparisons DuckDB can push them into a scan.
    """
    node = typed.node
    if isinstance(node, Column | Literal):
        return sql(typed)
    if node.op in ("and", "or") and all(each.kind in _CONDITIONS for each in typed.args):
        return f"({condition(typed.args[0])} {node.op.upper()} {condition(typed.args[1])})"
    if node.op in _BOOLEAN and node.op != "ne":
        return _boolean(typed, node)
    return sql(typed)


def present(typed: Typed) -> str:
    """Return an expression whose NaN, if it is a float, is NULL: the two are one in pandas."""
    return operand(typed).present


def column(name: str, kind: Kind) -> str:
    """Return a column with its NaN as NULL."""
    return present(Typed(Column(name), kind))


def is_missing(typed: Typed) -> str:
    """Return whether a value is missing, never NULL."""
    return operand(typed).missing
