"""Numbers -> Polars' expressions with pandas' meaning; whole numbers wrap around as pandas' do."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce

import polars as pl  # the engine imports this room once the number of threads is set

from etlframe.engines.polars.operand import Build, Operands, Params, binary, literal, unary
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable


def _of_float(function: Callable[[pl.Expr], pl.Expr]) -> Build:
    return lambda args, _params: function(args[0].of(Kind.FLOAT))


def _unless_whole(function: Callable[[pl.Expr], pl.Expr]) -> Build:
    """A function that leaves whole numbers as they are."""
    return lambda args, _params: (
        args[0].expr if args[0].kind is Kind.INT else function(args[0].expr)
    )


def _pair(args: Operands) -> tuple[pl.Expr, pl.Expr]:
    kind = Kind.FLOAT if Kind.FLOAT in (args[0].kind, args[1].kind) else Kind.INT
    return args[0].of(kind), args[1].of(kind)


def _of_whole(function: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Build:
    """A division with a remainder, which Polars rounds where numpy's of floats is exact."""

    def build(args: Operands, _params: Params) -> pl.Expr:
        if Kind.FLOAT in (args[0].kind, args[1].kind):
            raise NotPortable("// and % of floats run in pandas, not on Polars")
        return function(args[0].expr, args[1].expr)

    return build


def _divide(args: Operands, _params: Params) -> pl.Expr:
    if args[0].kind is Kind.TIMEDELTA:  # counts in nanoseconds on the way, and they end
        raise NotPortable("/ of durations runs in pandas, not on Polars")
    return args[0].of(Kind.FLOAT) / args[1].of(Kind.FLOAT)


def _pow(args: Operands, params: Params) -> pl.Expr:
    a, b = args
    (exponent,) = params
    if a.kind is b.kind is Kind.INT:
        return reduce(operator.mul, [a.expr] * exponent) if exponent else literal(1)
    base, raised = a.of(Kind.FLOAT), b.of(Kind.FLOAT)
    # 1 ** missing and missing ** 0 are 1.
    return pl.when((base == 1.0) | (raised == 0.0)).then(1.0).otherwise(base.pow(raised))


def _either(function: Callable[[list[pl.Expr]], pl.Expr]) -> Build:
    def build(args: Operands, _params: Params) -> pl.Expr:
        some = args[0].missing | args[1].missing
        return pl.when(~some).then(function(list(_pair(args))))

    return build


def _snapped(function: Callable[[pl.Expr], pl.Expr], back: Callable[[pl.Expr], pl.Expr]) -> Build:
    """A function that Polars misses by a digit, exact where its answer is a whole number."""

    def build(args: Operands, _params: Params) -> pl.Expr:
        x = args[0].of(Kind.FLOAT)
        near = function(x).round(0, mode="half_to_even")
        return pl.when(back(near) == x).then(near).otherwise(function(x))

    return build


def _expm1(x: pl.Expr) -> pl.Expr:
    # Exact for small numbers too: the error of exp(x) - 1 is divided out again.
    up = x.exp()
    small = (up - 1.0) * (x / up.log())
    return pl.when(up == 1.0).then(x).when(x.abs() > 1.0).then(up - 1.0).otherwise(small)


def _trunc(x: pl.Expr) -> pl.Expr:
    return pl.when(x < 0.0).then(x.ceil()).otherwise(x.floor())


def _round(args: Operands, params: Params) -> pl.Expr:
    (digits,) = params
    expr = args[0].expr
    if args[0].kind is Kind.INT:
        return expr
    scale = 10.0**digits  # as numpy does it: scale, round half to even, scale back
    scaled = expr if digits == 0 else expr * scale
    rounded = scaled.round(0, mode="half_to_even")
    return rounded if digits == 0 else rounded / scale


NUMBERS: dict[str, Build] = {
    "add": binary(lambda a, b: a + b),
    "sub": binary(lambda a, b: a - b),
    "mul": binary(lambda a, b: a * b),
    "truediv": _divide,
    "floordiv": _of_whole(lambda a, b: a // b),
    "mod": _of_whole(lambda a, b: a % b),
    "pow": _pow,
    "neg": unary(lambda a: -a),
    "abs": unary(lambda a: a.abs()),
    "round": _round,
    "sqrt": _of_float(lambda a: a.sqrt()),
    "exp": _of_float(lambda a: a.exp()),
    "expm1": _of_float(_expm1),
    "sin": _of_float(lambda a: a.sin()),
    "cos": _of_float(lambda a: a.cos()),
    "tan": _of_float(lambda a: a.tan()),
    "cbrt": _snapped(lambda a: a.cbrt(), lambda root: root.pow(3)),
    "log": _of_float(lambda a: a.log()),
    "log2": _snapped(lambda a: a.log(2.0), lambda power: pl.lit(2.0).pow(power)),
    "log10": _snapped(lambda a: a.log10(), lambda power: pl.lit(10.0).pow(power)),
    "log1p": _of_float(lambda a: a.log1p()),
    "sign": unary(lambda a: a.sign()),
    "minimum": _either(pl.min_horizontal),
    "maximum": _either(pl.max_horizontal),
    "isinf": lambda args, _params: args[0].of(Kind.FLOAT).is_infinite().fill_null(value=False),
    "isfinite": lambda args, _params: args[0].of(Kind.FLOAT).is_finite().fill_null(value=False),
    "trunc": _unless_whole(_trunc),
    "floor": _unless_whole(lambda a: a.floor()),
    "ceil": _unless_whole(lambda a: a.ceil()),
}
"""Operation -> its lowering."""
