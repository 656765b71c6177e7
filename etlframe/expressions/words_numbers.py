"""Words of numbers, and the functions of numpy and of query strings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from etlframe.expressions.tree import Call, Node, NotPortable
from etlframe.expressions.words_values import simple, with_other

_MOST_DIGITS = 15


def _round(node: Node, decimals: int = 0) -> Node:
    if type(decimals) is not int or not 0 <= decimals <= _MOST_DIGITS:
        raise NotPortable(f"round to {decimals!r} decimals runs in pandas")
    return Call("round", (node,), (decimals,))


def power(node: Node, exponent: Any) -> Node:
    """Return ``x ** 2``; other powers run in pandas (1 ** nan is 1 there, integers wrap)."""
    if type(exponent) is int and exponent == 2:  # noqa: PLR2004 - the square is the one that is portable
        return Call("square", (node,))
    raise NotPortable("** runs in pandas, but for ** 2")


NUMBER_METHODS: dict[str, Callable[..., Node]] = {
    **{word: with_other(word) for word in ("add", "sub", "mul")},
    "div": with_other("truediv"),
    "truediv": with_other("truediv"),
    "abs": simple("abs"),
    "round": _round,
}
"""Words of a Series of numbers."""

FUNCTIONS: dict[str, Callable[..., Node]] = {
    **{word: simple(word) for word in ("abs", "sqrt", "exp", "log", "floor", "ceil")},
    "absolute": simple("abs"),
    "fabs": simple("abs"),
}
"""numpy's ufuncs, and the functions of ``query`` strings."""

BINARY: dict[str, str] = {
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "truediv",
    "true_divide": "truediv",
    "floor_divide": "floordiv",
    "remainder": "mod",
    "equal": "eq",
    "not_equal": "ne",
    "less": "lt",
    "less_equal": "le",
    "greater": "gt",
    "greater_equal": "ge",
}
"""numpy's ufuncs of two operands -> operations."""
