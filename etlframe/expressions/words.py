"""pandas' words -> operation trees: one function a word, shared by strings, ``pd.col`` and lambdas.

Each function has the signature of pandas' own method as far as it is portable; any other argument
does not fit, and the step runs in pandas.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection
from typing import Any, NoReturn

from etlframe.expressions.tree import Call, Column, Literal, Node, NotPortable

_REGEX_CHARACTERS = frozenset(".^$*+?{}[]\\|()")
_MOST_DIGITS = 15


def literal(value: Any) -> Literal:
    """Return a literal of a plain value, or raise ``NotPortable``.

    numpy scalars become Python's; whole numbers must fit 64 bits.
    """
    if isinstance(value, Literal):
        return value
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        value = value.item()
    if isinstance(value, bool):
        return Literal(value)
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return Literal(int(value))
    if isinstance(value, float) and not math.isnan(value):
        return Literal(float(value))
    if type(value) is str and "\x00" not in value:
        return Literal(value)
    if isinstance(value, dt.datetime):
        return _moment(value)
    raise NotPortable(f"the value {_shown(value)} is not one that every engine has")


def _moment(value: Any) -> Literal:
    if value.tzinfo is not None or (hasattr(value, "nanosecond") and value.nanosecond):
        raise NotPortable("a timestamp with a time zone or nanoseconds runs in pandas")
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime(warn=False)
    if type(value) is not dt.datetime:
        raise NotPortable("a missing timestamp runs in pandas")
    return Literal(value)


def _shown(value: Any) -> str:
    text = type(value).__name__
    return f"of type {text}"


def membership(node: Node, values: Any) -> Node:
    """Return ``isin``: is the operand one of ``values``, a list, tuple, set or other collection?"""
    if isinstance(values, str | bytes) or not isinstance(values, Collection):
        values = _as_list(values)
    plain = tuple(None if _is_missing(value) else literal(value).value for value in values)
    if any(isinstance(value, bool | dt.datetime) for value in plain):
        raise NotPortable("isin with booleans or timestamps runs in pandas")
    return Call("isin", (node,), (plain,))


def _as_list(values: Any) -> Any:
    to_list = getattr(values, "tolist", None)
    if to_list is None or isinstance(values, str | bytes):
        raise NotPortable("isin takes a list of values here")
    return to_list()


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _operand(value: Any) -> Node:
    """A tree stays a tree; anything else must be a plain value."""
    return value if isinstance(value, Column | Call) else literal(value)


def _between(node: Node, left: Any, right: Any, inclusive: str = "both") -> Node:
    if inclusive not in ("both", "left", "right", "neither"):
        raise NotPortable(f"between with inclusive={inclusive!r} runs in pandas")
    low = "ge" if inclusive in ("both", "left") else "gt"
    high = "le" if inclusive in ("both", "right") else "lt"
    return Call("and", (Call(low, (node, _operand(left))), Call(high, (node, _operand(right)))))


def _clip(node: Node, lower: Any = None, upper: Any = None) -> Node:
    clipped = node
    if upper is not None:
        clipped = Call("where", (Call("gt", (clipped, literal(upper))), literal(upper), clipped))
    if lower is not None:
        clipped = Call("where", (Call("lt", (clipped, literal(lower))), literal(lower), clipped))
    return clipped


def _round(node: Node, decimals: int = 0) -> Node:
    if type(decimals) is not int or not 0 <= decimals <= _MOST_DIGITS:
        raise NotPortable(f"round to {decimals!r} decimals runs in pandas")
    return Call("round", (node,), (decimals,))


def _astype(node: Node, dtype: Any) -> Node:
    if dtype in (float, "float", "float64"):
        return Call("to_float", (node,))
    raise NotPortable("astype inside an expression runs in pandas, but for float")


def _where(node: Node, cond: Any, other: Any) -> Node:
    return Call("where", (_operand(cond), node, _operand(other)))


def _mask(node: Node, cond: Any, other: Any) -> Node:
    return Call("where", (_operand(cond), _operand(other), node))


def _fillna(node: Node, value: Any) -> Node:
    return Call("fillna", (node, literal(value)))


def _contains(node: Node, pat: Any, *, case: bool = True, regex: bool = True) -> Node:
    if case is not True:
        raise NotPortable("str.contains with case=False runs in pandas")
    text = _pattern(pat)
    if regex and _REGEX_CHARACTERS & set(text):
        raise NotPortable("str.contains with a regular expression runs in pandas")
    return Call("contains", (node, Literal(text)))


def _pattern(pat: Any) -> str:
    if type(pat) is not str or not pat or "\x00" in pat:
        raise NotPortable("a pattern that is not plain text runs in pandas")
    return pat


def _replace_text(node: Node, pat: Any, repl: Any, *, regex: bool = False) -> Node:
    if regex or type(repl) is not str or "\x00" in repl:
        raise NotPortable("str.replace with a regular expression or a function runs in pandas")
    return Call("replace", (node, Literal(_pattern(pat)), Literal(repl)))


def _slice(node: Node, start: int | None = None, stop: int | None = None) -> Node:
    first = 0 if start is None else start
    if (
        type(first) is not int
        or first < 0
        or (stop is not None and (type(stop) is not int or stop < 0))
    ):
        raise NotPortable("str.slice from the end runs in pandas")
    return Call("slice", (node,), (first, stop))


def text_item(node: Node, item: Any) -> Node:
    """Return ``.str[start:stop]``."""
    if not isinstance(item, slice) or item.step is not None:
        raise NotPortable(".str[i] runs in pandas; .str[:n] is portable")
    return _slice(node, item.start, item.stop)


def _simple(op: str) -> Callable[..., Node]:
    return lambda node: Call(op, (node,))


def _with_text(op: str) -> Callable[..., Node]:
    return lambda node, pat: Call(op, (node, Literal(_pattern(pat))))


def _comparison(op: str) -> Callable[..., Node]:
    return lambda node, other: Call(op, (node, _operand(other)))


METHODS: dict[str, Callable[..., Node]] = {
    **{word: _simple("isna") for word in ("isna", "isnull")},
    **{word: _simple("notna") for word in ("notna", "notnull")},
    **{
        word: _comparison(word)
        for word in ("eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul")
    },
    "div": _comparison("truediv"),
    "truediv": _comparison("truediv"),
    "abs": _simple("abs"),
    "isin": membership,
    "fillna": _fillna,
    "between": _between,
    "clip": _clip,
    "round": _round,
    "astype": _astype,
    "where": _where,
    "mask": _mask,
}
"""Words of a Series."""

TEXT_METHODS: dict[str, Callable[..., Node]] = {
    **{word: _simple(word) for word in ("upper", "lower", "strip", "lstrip", "rstrip", "len")},
    **{word: _with_text(word) for word in ("startswith", "endswith")},
    "contains": _contains,
    "replace": _replace_text,
    "slice": _slice,
}
"""Words of ``.str``."""

TIME_PARTS: dict[str, Callable[..., Node]] = {
    **{
        word: _simple(word)
        for word in (
            "year", "month", "day", "hour", "minute", "second",
            "dayofweek", "dayofyear", "quarter",
        )
    },
    "weekday": _simple("dayofweek"),
    "day_of_week": _simple("dayofweek"),
    "day_of_year": _simple("dayofyear"),
}  # fmt: skip
"""Attributes of ``.dt``."""

FUNCTIONS: dict[str, Callable[..., Node]] = {
    **{word: _simple(word) for word in ("abs", "sqrt", "exp", "log", "floor", "ceil")},
    "absolute": _simple("abs"),
    "fabs": _simple("abs"),
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


def power(node: Node, exponent: Any) -> Node:
    """Return ``x ** 2``; other powers run in pandas (1 ** nan is 1 there, integers wrap)."""
    if type(exponent) is int and exponent == 2:  # noqa: PLR2004 - the square is the one that is portable
        return Call("square", (node,))
    raise NotPortable("** runs in pandas, but for ** 2")


def refuse(what: str) -> NoReturn:
    """Raise ``NotPortable`` for something that has no tree."""
    raise NotPortable(f"{what} runs in pandas")
