"""An operand of an operation, already written as SQL: what the lowering of a word is made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from etlframe.expressions.kinds import Kind
from etlframe.expressions.typed import Digits
from etlframe.frozen import frozen

_NAN = "'nan'::DOUBLE"
FLOATS = (Kind.FLOAT, Kind.DECIMAL_FLOAT)


@frozen
class Operand:
    """One operand.

    Attributes:
        sql: It, as an SQL expression; a boolean one is never NULL.
        kind: What it holds.
        literal: Whether it is a plain value.
        digits: How many digits it has, where it holds decimals.
        value: The plain value that it is, if it is one.
    """

    sql: str
    kind: Kind
    literal: bool = False
    digits: Digits | None = None
    value: Any = None

    @property
    def present(self) -> str:
        """An expression whose NaN, if it is a float, is NULL: the two are one in pandas."""
        if self.kind not in FLOATS or self.literal:
            return self.sql
        return f"nullif({self.sql}, {_NAN})"

    @property
    def missing(self) -> str:
        """Whether it is missing, never NULL."""
        if self.kind in FLOATS:
            return f"({self.sql} IS NULL OR isnan({self.sql}))"
        return f"({self.sql} IS NULL)"

    def of(self, kind: Kind) -> str:
        """Return it as a number of a kind: whole numbers among floats are floats."""
        return f"{self.sql}::DOUBLE" if (kind, self.kind) == (Kind.FLOAT, Kind.INT) else self.sql


Operands = tuple[Operand, ...]
Build = Callable[[Operands, tuple[Any, ...]], str]

COMPARES = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
"""Comparison -> its sign in SQL."""


def infix(sign: str) -> Build:
    """Return the lowering to a sign between two operands."""
    return lambda args, _params: f"({args[0].sql} {sign} {args[1].sql})"


def function(name: str) -> Build:
    """Return the lowering to a function of the operands."""
    return lambda args, _params: f"{name}({', '.join(each.sql for each in args)})"
