"""An operand of an operation, already a Polars expression: what a word's lowering is made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl  # the engine imports this room once the number of threads is set

from etlframe.expressions.kinds import Kind
from etlframe.expressions.typed import Digits
from etlframe.frozen import frozen

NO_LITERAL: Any = object()
FLOATS = (Kind.FLOAT, Kind.DECIMAL_FLOAT)


@frozen
class Operand:
    """One operand.

    Attributes:
        expr: It, as an expression; a boolean one is never null.
        kind: What it holds.
        lazy: The frame that it is computed on.
        value: The plain value that it is, or ``NO_LITERAL``.
        digits: How many digits it has, where it holds decimals.
    """

    expr: pl.Expr
    kind: Kind
    lazy: pl.LazyFrame
    value: Any = NO_LITERAL
    digits: Digits | None = None

    @property
    def literal(self) -> bool:
        """Whether it is a plain value."""
        return self.value is not NO_LITERAL

    @property
    def present(self) -> pl.Expr:
        """An expression whose NaN, if it is a float, is null: the two are one in pandas."""
        if self.kind not in FLOATS or self.literal:
            return self.expr
        return self.expr.fill_nan(None)

    @property
    def missing(self) -> pl.Expr:
        """Whether it is missing, never null."""
        return self.present.is_null()

    @property
    def unit(self) -> str:
        """The unit that a time is counted in: ``"ms"``, ``"us"`` or ``"ns"``."""
        dtype = self.lazy.select(self.expr.alias("t")).collect_schema()["t"]
        return str(getattr(dtype, "time_unit", "us"))

    def of(self, kind: Kind) -> pl.Expr:
        """Return it as a number of a kind: whole numbers among floats are floats."""
        whole = (kind, self.kind) == (Kind.FLOAT, Kind.INT)
        return self.expr.cast(pl.Float64) if whole else self.expr


Operands = tuple[Operand, ...]
Params = tuple[Any, ...]
Build = Callable[[Operands, Params], pl.Expr]


def literal(value: Any) -> pl.Expr:
    """Return a plain value as a literal of the type that pandas would compute with."""
    if type(value) is int:
        return pl.lit(value, dtype=pl.Int64)
    if type(value) is float:
        return pl.lit(value, dtype=pl.Float64)
    return pl.lit(value)


def binary(function: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Build:
    """Return the lowering to a function of two operands."""
    return lambda args, _params: function(args[0].expr, args[1].expr)


def unary(function: Callable[[pl.Expr], pl.Expr]) -> Build:
    """Return the lowering to a function of one operand."""
    return lambda args, _params: function(args[0].expr)


def whole(function: Callable[[pl.Expr], pl.Expr]) -> Build:
    """Return the lowering to a function whose answer is a whole number, of any width."""
    return lambda args, _params: function(args[0].expr).cast(pl.Int64)
