"""``np.where``, ``np.select`` and the other numpy functions that are no ufuncs."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from etlframe.expressions.tree import Call, Literal, Node, NotPortable
from etlframe.expressions.words_numbers import UFUNCS
from etlframe.expressions.words_values import operand, operand_or_missing


def _np_where(condition: Any, x: Any, y: Any) -> Node:
    return _chosen([(operand(condition), _choice(x))], _choice(y))


def _np_select(condlist: Any, choicelist: Any, default: Any = 0) -> Node:
    if type(condlist) is not list or type(choicelist) is not list or not condlist:
        raise NotPortable("np.select with anything but lists runs in pandas")
    if len(condlist) != len(choicelist):
        raise NotPortable("np.select with lists of different lengths runs in pandas")
    conditions = [operand(each) for each in condlist]
    if any(isinstance(each, Literal) for each in conditions):
        raise NotPortable("np.select with a condition that is no column runs in pandas")
    return _chosen(list(zip(conditions, map(_choice, choicelist), strict=True)), _choice(default))


def _choice(value: Any) -> Node:
    if value is None:
        raise NotPortable("np.where with None, which makes objects, runs in pandas")
    return operand_or_missing(value)


def _chosen(pairs: list[tuple[Node, Node]], default: Node) -> Node:
    plain = all(isinstance(each, Literal) for each in (default, *(value for _, value in pairs)))
    return reduce(
        lambda no, pair: Call("np_where", (pair[0], pair[1], no), (plain,)),
        reversed(pairs),
        default,
    )


ARRAY_FUNCTIONS: dict[str, Callable[..., Node]] = {
    "where": _np_where,
    "select": _np_select,
    "round": UFUNCS["round"],
    "around": UFUNCS["round"],
}
"""numpy's functions that are no ufuncs."""
