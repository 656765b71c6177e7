"""Words of numbers, and the functions of numpy and of query strings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from etlframe.expressions.tree import Call, Literal, Node, NotPortable
from etlframe.expressions.words_values import operand, simple, with_other

_MOST_DIGITS = 15
_MOST_PRODUCTS = 4
"""Up to this exponent a power of whole numbers is written out as a product."""


def _round(node: Node, decimals: int = 0) -> Node:
    if type(decimals) is not int or not 0 <= decimals <= _MOST_DIGITS:
        raise NotPortable(f"round to {decimals!r} decimals runs in pandas")
    return Call("round", (node,), (decimals,))


def power(node: Node, exponent: Any) -> Node:
    """Return ``x ** exponent``."""
    return _raised(node, operand(exponent))


def power_of(base: Any, node: Node) -> Node:
    """Return ``base ** x``."""
    return _raised(operand(base), node)


def _raised(base: Node, exponent: Node) -> Node:
    value = exponent.value if isinstance(exponent, Literal) else None
    small = type(value) is int and 0 <= value <= _MOST_PRODUCTS
    return Call("pow", (base, exponent), (value if small else None,))


def _swapped(op: str) -> Callable[..., Node]:
    return lambda node, other: Call(op, (operand(other), node))


def _rounded_float(node: Node) -> Node:
    return Call("round", (Call("to_float", (node,)),), (0,))


def _absolute_float(node: Node) -> Node:
    return Call("abs", (Call("to_float", (node,)),))


def _square(node: Node) -> Node:
    return _raised(node, Literal(2))


NUMBER_METHODS: dict[str, Callable[..., Node]] = {
    **{word: with_other(word) for word in ("add", "sub", "mul", "truediv", "floordiv", "mod")},
    **{f"r{word}": _swapped(word) for word in ("add", "sub", "mul", "truediv", "floordiv", "mod")},
    "div": with_other("truediv"),
    "rdiv": _swapped("truediv"),
    "pow": power,
    "abs": simple("abs"),
    "round": _round,
}
"""Words of a Series of numbers."""

FUNCTIONS: dict[str, Callable[..., Node]] = {
    word: simple(word)
    for word in (
        "abs", "sqrt", "exp", "expm1", "log", "log10", "log1p", "sin", "cos", "tan",
        "floor", "ceil",
    )
}  # fmt: skip
"""The functions of ``query`` strings."""

UFUNCS: dict[str, Callable[..., Node]] = {
    **FUNCTIONS,
    **{word: simple(word) for word in ("log2", "cbrt", "sign", "trunc", "isinf", "isfinite")},
    "absolute": simple("abs"),
    "fabs": _absolute_float,
    "rint": _rounded_float,
    "square": _square,
    "negative": simple("neg"),
    "isnan": simple("isnan"),
    "logical_not": simple("not"),
    "invert": simple("not"),
    "round": _round,
    "around": _round,
}
"""numpy's functions of one operand; ``np.round`` takes decimals too."""

BINARY: dict[str, Callable[..., Node]] = {
    **{
        function: with_other(op)
        for function, op in (
            ("add", "add"), ("subtract", "sub"), ("multiply", "mul"), ("divide", "truediv"),
            ("true_divide", "truediv"), ("floor_divide", "floordiv"), ("remainder", "mod"),
            ("mod", "mod"), ("minimum", "minimum"), ("maximum", "maximum"),
            ("equal", "eq"), ("not_equal", "ne"), ("less", "lt"), ("less_equal", "le"),
            ("greater", "gt"), ("greater_equal", "ge"),
            ("logical_and", "and"), ("logical_or", "or"), ("logical_xor", "xor"),
            ("bitwise_and", "and"), ("bitwise_or", "or"), ("bitwise_xor", "xor"),
        )
    },
    "power": power,
}  # fmt: skip
"""numpy's functions of two operands."""
