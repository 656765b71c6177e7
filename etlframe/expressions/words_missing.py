"""Words of conditions: comparison, missing values, membership, choice; and casts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from etlframe.expressions.tree import Call, Node, NotPortable
from etlframe.expressions.words_values import literal, membership, operand, simple, with_other


def _between(node: Node, left: Any, right: Any, inclusive: str = "both") -> Node:
    if inclusive not in ("both", "left", "right", "neither"):
        raise NotPortable(f"between with inclusive={inclusive!r} runs in pandas")
    low = "ge" if inclusive in ("both", "left") else "gt"
    high = "le" if inclusive in ("both", "right") else "lt"
    return Call("and", (Call(low, (node, operand(left))), Call(high, (node, operand(right)))))


def _clip(node: Node, lower: Any = None, upper: Any = None) -> Node:
    clipped = node
    if upper is not None:
        clipped = Call("where", (Call("gt", (clipped, literal(upper))), literal(upper), clipped))
    if lower is not None:
        clipped = Call("where", (Call("lt", (clipped, literal(lower))), literal(lower), clipped))
    return clipped


def _astype(node: Node, dtype: Any) -> Node:
    if dtype in (float, "float", "float64"):
        return Call("to_float", (node,))
    raise NotPortable("astype inside an expression runs in pandas, but for float")


def _where(node: Node, cond: Any, other: Any) -> Node:
    return Call("where", (operand(cond), node, operand(other)))


def _mask(node: Node, cond: Any, other: Any) -> Node:
    return Call("where", (operand(cond), operand(other), node))


def _fillna(node: Node, value: Any) -> Node:
    return Call("fillna", (node, literal(value)))


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
}
"""Words of a Series of any kind."""
