"""Words that see other rows: aggregates of a column, its row order, and groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from etlframe.expressions.tree import Call, Literal, Node, NotPortable
from etlframe.expressions.words_values import is_missing, literal

_METHODS = ("average", "min", "max", "first", "dense")
Window = Callable[[str, tuple[Any, ...]], Node]
"""Builds the window of a word with its parameters, over the frame or within groups."""


def over_frame(node: Node) -> Window:
    """Return the builder of windows over all rows."""
    return lambda word, params: Call(f"order_{word}", (node,), params)


def over_groups(node: Node, keys: tuple[Node, ...]) -> Window:
    """Return the builder of windows within groups."""
    return lambda word, params: Call(f"group_{word}", (node, *keys), params)


def _aggregate(word: str) -> Callable[..., Node]:
    return lambda node: Call(f"frame_{word}", (node,))


def _quantile(node: Node, q: float = 0.5) -> Node:
    value = literal(q).value
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise NotPortable("quantile of anything but one number between 0 and 1 runs in pandas")
    return Call("frame_quantile", (node,), (float(value),))


def _cumulative(word: str) -> Callable[..., Node]:
    return lambda window: window(word, ())


def _shift(window: Window, periods: int = 1, *, fill_value: Any = None) -> Node:
    if type(periods) is not int or periods == 0:
        raise NotPortable(f"shift by {periods!r} runs in pandas")
    fill = None if is_missing(fill_value) else literal(fill_value).value
    return window("shift", (periods, fill))


def _rank(
    window: Window,
    method: str = "average",
    *,
    ascending: bool = True,
    pct: bool = False,
    na_option: str = "keep",
) -> Node:
    if method not in _METHODS or na_option != "keep" or not type(ascending) is type(pct) is bool:
        raise NotPortable("rank with these arguments runs in pandas")
    return window("rank", (method, ascending, pct))


WINDOW_WORDS: dict[str, Callable[..., Node]] = {
    **{
        word: _cumulative(word)
        for word in ("cumsum", "cumprod", "cummax", "cummin", "ffill", "bfill")
    },
    "shift": _shift,
    "rank": _rank,
}
"""Words of the row order: each takes the builder of its window."""


def _over_frame(word: Callable[..., Node]) -> Callable[..., Node]:
    return lambda node, *args, **kwargs: word(over_frame(node), *args, **kwargs)


def _rank_of_frame(node: Node, **options: Any) -> Node:
    return _rank(over_frame(node), **options)  # the first argument by place is pandas' axis


def _diff(node: Node, periods: int = 1) -> Node:
    return Call("sub", (node, _shift(over_frame(node), periods)))


def _pct_change(node: Node, periods: int = 1) -> Node:
    change = Call("truediv", (node, _shift(over_frame(node), periods)))
    return Call("sub", (change, Literal(1)))


WINDOW_METHODS: dict[str, Callable[..., Node]] = {
    **{
        word: _aggregate(word)
        for word in (
            "count", "nunique", "sum", "mean", "median", "std", "var", "min", "max", "any", "all",
        )
    },
    "quantile": _quantile,
    **{word: _over_frame(build) for word, build in WINDOW_WORDS.items()},
    "rank": _rank_of_frame,
    "diff": _diff,
    "pct_change": _pct_change,
}  # fmt: skip
"""Words of a Series that see other rows."""

_TRANSFORMS = (
    "count", "nunique", "sum", "mean", "median", "std", "var", "min", "max", "any", "all", "size",
    "first", "last",
)  # fmt: skip


def _transform(node: Node, keys: tuple[Node, ...], func: Any) -> Node:
    if type(func) is not str:
        raise NotPortable("groupby().transform of a function of yours runs in pandas")
    if func in _TRANSFORMS:
        return over_groups(node, keys)(func, ())
    if func in ("cumsum", "cumprod", "cummax", "cummin", "shift", "rank", "ffill", "bfill"):
        return WINDOW_WORDS[func](over_groups(node, keys))
    raise NotPortable(f"groupby().transform({func!r}) runs in pandas")


def _over_groups(word: Callable[..., Node]) -> Callable[..., Node]:
    return lambda node, keys, *args, **kwargs: word(over_groups(node, keys), *args, **kwargs)


def _group_diff(node: Node, keys: tuple[Node, ...], periods: int = 1) -> Node:
    return Call("sub", (node, _shift(over_groups(node, keys), periods)))


def _group_pct_change(node: Node, keys: tuple[Node, ...], periods: int = 1) -> Node:
    change = Call("truediv", (node, _shift(over_groups(node, keys), periods)))
    return Call("sub", (change, Literal(1)))


def cumcount(_node: Node | None, keys: tuple[Node, ...]) -> Node:
    """Return ``groupby().cumcount()``."""
    return Call("group_cumcount", keys)


GROUP_METHODS: dict[str, Callable[..., Node]] = {
    "transform": _transform,
    **{word: _over_groups(build) for word, build in WINDOW_WORDS.items()},
    "diff": _group_diff,
    "pct_change": _group_pct_change,
    "cumcount": cumcount,
}
"""Words of ``d.groupby(keys)[column]``."""
