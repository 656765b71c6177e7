"""Words of ``.str``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from etlframe.expressions.tree import Call, Literal, Node, NotPortable
from etlframe.expressions.words_values import simple

_REGEX_CHARACTERS = frozenset(".^$*+?{}[]\\|()")


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


def _with_text(op: str) -> Callable[..., Node]:
    return lambda node, pat: Call(op, (node, Literal(_pattern(pat))))


TEXT_METHODS: dict[str, Callable[..., Node]] = {
    **{word: simple(word) for word in ("upper", "lower", "strip", "lstrip", "rstrip", "len")},
    **{word: _with_text(word) for word in ("startswith", "endswith")},
    "contains": _contains,
    "replace": _replace_text,
    "slice": _slice,
}
"""Words of ``.str``."""
