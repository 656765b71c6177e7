"""Words of ``.str``."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from etlframe.expressions.dialect import only_group, portable
from etlframe.expressions.tree import Call, Literal, Node, NotPortable
from etlframe.expressions.words_values import operand, simple

_REGEX_CHARACTERS = frozenset(".^$*+?{}[]\\|()")
_YES, _NO = True, False
_SIDES = {"left": "lpad", "right": "rpad", "both": "center"}


def _pattern(pat: Any) -> str:
    if type(pat) is not str or not pat or "\x00" in pat:
        raise NotPortable("a pattern that is not plain text runs in pandas")
    return pat


def _contains(node: Node, pat: Any, case: Any = _YES, *, na: Any = _NO, regex: Any = _YES) -> Node:
    text = _pattern(pat)
    _check_missing(na)
    plain = not regex or not _REGEX_CHARACTERS & set(text)
    if plain and case is True:
        return Call("contains", (node, Literal(text)))
    if type(case) is not bool:
        raise NotPortable(f"str.contains with case={case!r} runs in pandas")
    return _matches(node, text if regex else _escaped(text), case=case)


def _check_missing(na: Any) -> None:
    if na is not False:
        raise NotPortable(f"a search with na={na!r} runs in pandas")


def _escaped(text: str) -> str:
    return "".join(f"\\{each}" if each in _REGEX_CHARACTERS else each for each in text)


def _matches(node: Node, pattern: str, *, case: bool, frame: str = "{}") -> Node:
    return Call("matches", (node,), (frame.format(portable(pattern, case=case)),))


def _match(node: Node, pat: Any, case: Any = _YES, *, na: Any = _NO) -> Node:
    _check_missing(na)
    return _anchored(node, pat, case, r"\A(?:{})")


def _fullmatch(node: Node, pat: Any, case: Any = _YES, *, na: Any = _NO) -> Node:
    text = _pattern(pat)
    _check_missing(na)
    if text.startswith("^") or text.endswith("$"):
        raise NotPortable("str.fullmatch of a pattern with ^ or $ runs in pandas")
    return _anchored(node, text, case, r"\A(?:{})\z")


def _anchored(node: Node, pat: Any, case: Any, frame: str) -> Node:
    text = _pattern(pat)
    if type(case) is not bool:
        raise NotPortable(f"a match with case={case!r} runs in pandas")
    return Call("matches", (node,), (frame.format(portable(text, case=case)),))


def _extract(node: Node, pat: Any, *, expand: bool = True) -> Node:
    text = _pattern(pat)
    if expand is not False:
        raise NotPortable("str.extract into a frame runs in pandas; expand=False gives a column")
    pattern = portable(text)
    if not only_group(text):
        raise NotPortable("str.extract of several groups, or of one that may miss, runs in pandas")
    return Call("extract", (node,), (pattern,))


def _count(node: Node, pat: Any) -> Node:
    return Call("count_matches", (node,), (portable(_pattern(pat), consumed=True),))


def _replace(node: Node, pat: Any, repl: Any, n: Any = -1, *, regex: bool = False) -> Node:
    if type(repl) is not str or "\x00" in repl or n != -1:
        raise NotPortable("str.replace by a function, or of the first ones only, runs in pandas")
    text = _pattern(pat)
    if not regex:
        return Call("replace", (node, Literal(text), Literal(repl)))
    if "\\" in repl:
        raise NotPortable("str.replace by the groups of a match runs in pandas")
    return Call("replace_matches", (node,), (portable(text, consumed=True), repl))


def _slice(node: Node, start: Any = None, stop: Any = None, step: Any = None) -> Node:
    bounds = (start, stop)
    if step not in (None, 1) or any(type(each) not in (int, type(None)) for each in bounds):
        raise NotPortable("str.slice with a step runs in pandas")
    first = 0 if start is None else start
    op = "slice" if first >= 0 and (stop is None or stop >= 0) else "slice_from_end"
    return Call(op, (node,), (first, stop))


def _get(node: Node, i: Any) -> Node:
    if type(i) is not int:
        raise NotPortable("str.get of anything but a whole number runs in pandas")
    return Call("get", (node,), (i,))


def text_item(node: Node, item: Any) -> Node:
    """Return ``.str[i]`` or ``.str[start:stop]``."""
    if not isinstance(item, slice):
        return _get(node, item)
    return _slice(node, item.start, item.stop, item.step)


def _split(_node: Node, *_arguments: Any, **_options: Any) -> Node:
    # An item of the lists has dtype object, or float64 where no list has one: the data tells.
    raise NotPortable(".str.split makes lists and objects, and runs in pandas")


def _stripped(word: str) -> Callable[..., Node]:
    def build(node: Node, to_strip: Any = None) -> Node:
        if to_strip is None:
            return Call(word, (node,))
        return Call(f"{word}_characters", (node,), (_pattern(to_strip),))

    return build


def _edge(word: str) -> Callable[..., Node]:
    def build(node: Node, pat: Any, na: Any = _NO) -> Node:
        _check_missing(na)
        if type(pat) is not tuple:
            return Call(word, (node, Literal(_pattern(pat))))
        if not pat:
            raise NotPortable(f"str.{word} of an empty tuple runs in pandas")
        each = [Call(word, (node, Literal(_pattern(one)))) for one in pat]
        return reduce(lambda one, other: Call("or", (one, other)), each)

    return build


def _pad(node: Node, width: Any, side: Any = "left", fillchar: Any = " ") -> Node:
    if type(width) is not int or type(fillchar) is not str or len(fillchar) != 1:
        raise NotPortable("padding to anything but a width, by one character, runs in pandas")
    if side not in _SIDES or fillchar == "\x00":
        raise NotPortable(f"padding at side={side!r} runs in pandas")
    return Call(_SIDES[side], (node,), (width, fillchar))


def _padded(side: str) -> Callable[..., Node]:
    return lambda node, width, fillchar=" ": _pad(node, width, side, fillchar)


def _whole(op: str) -> Callable[..., Node]:
    def build(node: Node, number: Any) -> Node:
        if type(number) is not int or number < 0:
            raise NotPortable(f"str.{op} by anything but a whole number runs in pandas")
        return Call(op, (node,), (number,))

    return build


def _with_text(op: str) -> Callable[..., Node]:
    return lambda node, text: Call(op, (node,), (_pattern(text),))


def _cat(node: Node, others: Any, sep: Any = "", na_rep: Any = None) -> Node:
    listed = others if type(others) is list else [others]
    if type(sep) is not str or not listed or (na_rep is not None and type(na_rep) is not str):
        raise NotPortable("str.cat of one column, or with another separator, runs in pandas")
    nodes = [node, *map(operand, listed)]
    if any(isinstance(each, Literal) for each in nodes):
        raise NotPortable("str.cat with anything but columns runs in pandas")
    if na_rep is not None:
        nodes = [Call("fillna", (each, Literal(na_rep))) for each in nodes]
    first, *rest = nodes
    for each in rest:
        first = Call("add", (Call("add", (first, Literal(sep))) if sep else first, each))
    return first


TEXT_METHODS: dict[str, Callable[..., Node]] = {
    **{
        word: simple(word)
        for word in (
            "upper", "lower", "len", "capitalize", "title", "isalpha", "isdecimal", "isdigit",
            "isnumeric", "isalnum", "isspace",
        )
    },
    **{word: _stripped(word) for word in ("strip", "lstrip", "rstrip")},
    **{word: _edge(word) for word in ("startswith", "endswith")},
    **{word: _with_text(word) for word in ("removeprefix", "removesuffix", "find")},
    **{word: _whole(word) for word in ("zfill", "repeat")},
    "contains": _contains,
    "match": _match,
    "fullmatch": _fullmatch,
    "extract": _extract,
    "count": _count,
    "replace": _replace,
    "slice": _slice,
    "get": _get,
    "split": _split,
    "pad": _pad,
    "rjust": _padded("left"),
    "ljust": _padded("right"),
    "center": _padded("both"),
    "cat": _cat,
}  # fmt: skip
"""Words of ``.str``."""
