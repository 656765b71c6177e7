"""Words of conditions: comparison, missing values, membership, choice; and casts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from etlframe.expressions.decimals import CLIPPED
from etlframe.expressions.tree import Call, Literal, Node, NotPortable
from etlframe.expressions.words_values import (
    is_missing,
    literal,
    membership,
    operand,
    simple,
    with_other,
)


def _between(node: Node, left: Any, right: Any, inclusive: str = "both") -> Node:
    if inclusive not in ("both", "left", "right", "neither"):
        raise NotPortable(f"between with inclusive={inclusive!r} runs in pandas")
    low = "ge" if inclusive in ("both", "left") else "gt"
    high = "le" if inclusive in ("both", "right") else "lt"
    return Call("and", (Call(low, (node, operand(left))), Call(high, (node, operand(right)))))


def _clip(node: Node, lower: Any = None, upper: Any = None) -> Node:
    low, high = (None if is_missing(bound) else operand(bound) for bound in (lower, upper))
    if isinstance(low, Literal) and isinstance(high, Literal) and low.value > high.value:
        low, high = high, low  # as pandas does
    clipped = node
    if low is not None:
        clipped = _clipped("lt", clipped, low)
    if high is not None:
        clipped = _clipped("gt", clipped, high)
    return clipped


def _clipped(beyond: str, node: Node, bound: Node) -> Node:
    inside = Call("not", (Call(beyond, (node, bound)),))
    return Call("where", (inside, node, bound), (CLIPPED,))


_CASTS: dict[Any, str] = {
    **dict.fromkeys((float, "float", "float64"), "to_float"),
    **dict.fromkeys((int, "int", "int64"), "to_int"),
    **dict.fromkeys((bool, "bool"), "to_bool"),
    **dict.fromkeys((str, "str"), "to_str"),
}


def _astype(node: Node, dtype: Any) -> Node:
    try:
        op = _CASTS.get(dtype)
    except TypeError:
        op = None
    if op is None:
        op = _CASTS.get(getattr(dtype, "__name__", None) if isinstance(dtype, type) else None)
    if op is None:
        raise NotPortable(f"astype({dtype!r}) inside an expression runs in pandas")
    return Call(op, (node,))


def _where(node: Node, cond: Any, other: Any = None) -> Node:
    asked = operand(cond)
    if is_missing(other):
        return Call("keep", (asked, node))
    return Call("where", (asked, node, operand(other)))


def _mask(node: Node, cond: Any, other: Any = None) -> Node:
    return _where(node, Call("not", (operand(cond),)), other)


def _fillna(node: Node, value: Any) -> Node:
    return Call("fillna", (node, operand(value)))


def _map(node: Node, func: Any, na_action: Any = None) -> Node:
    if type(func) is not dict or na_action not in (None, "ignore"):
        raise NotPortable("map with a function runs in pandas; with a dict it is portable")
    if not func or any(is_missing(each) for each in (*func, *func.values())):
        raise NotPortable("map with an empty dict or with missing values in it runs in pandas")
    keys = tuple(literal(key).value for key in func)
    return Call("map", (node,), (keys, tuple(literal(each).value for each in func.values())))


_NOT_GIVEN: Any = object()


def _replace(node: Node, to_replace: Any, value: Any = _NOT_GIVEN) -> Node:
    if type(to_replace) is dict and value is _NOT_GIVEN:
        pairs = list(to_replace.items())
    elif type(to_replace) is list and value is not _NOT_GIVEN:
        new = value if type(value) is list else [value] * len(to_replace)
        if len(new) != len(to_replace):
            raise NotPortable("replace with lists of different lengths runs in pandas")
        pairs = list(zip(to_replace, new, strict=True))
    elif value is not _NOT_GIVEN:
        pairs = [(to_replace, value)]
    else:
        raise NotPortable("replace without a value runs in pandas")
    if not pairs or any(is_missing(old) for old, _ in pairs):
        raise NotPortable("replace of missing values runs in pandas; fillna is portable")
    new_values = tuple(None if is_missing(new) else literal(new).value for _, new in pairs)
    return Call(
        "replace_values", (node,), (tuple(literal(old).value for old, _ in pairs), new_values)
    )


MISSING_METHODS: dict[str, Callable[..., Node]] = {
    **{word: simple("isna") for word in ("isna", "isnull")},
    **{word: simple("notna") for word in ("notna", "notnull")},
    **{word: with_other(word) for word in ("eq", "ne", "lt", "le", "gt", "ge")},
    "isin": membership,
    "fillna": _fillna,
    "between": _between,
    "clip": _clip,
    "astype": _astype,
    "where": _where,
    "mask": _mask,
    "map": _map,
    "replace": _replace,
}
"""Words of a Series of any kind."""
