r"""Regular expressions that mean the same to Python's ``re``, to RE2 and to Rust's ``regex``.

pandas means Python's. A pattern is read by Python's own parser and written anew in the syntax that
all of them share, so that nothing is left to what an engine makes of it: ``\d`` becomes
``\p{Nd}``, as Python's takes the digits of every script; ``$`` also stands before a last newline.
What has no such form (look-around, back-references, ``\b``, flags) runs in pandas.
"""

from __future__ import annotations

import re
from functools import lru_cache
from re import _constants as code  # type: ignore[attr-defined]  # Python's own reading is the point
from re import _parser as parser  # type: ignore[attr-defined]  # as above
from typing import Any

from etlframe.expressions.tree import NotPortable

_LONGEST = 500
_MOST_REPEATS = 1000
_SPACE = "".join(
    f"\\x{{{first:x}}}" if first == last else f"\\x{{{first:x}}}-\\x{{{last:x}}}"
    for first, last in (
        (9, 13), (28, 32), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A),
        (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000),
    )
)  # fmt: skip
_CLASSES = {
    code.CATEGORY_DIGIT: r"\p{Nd}",
    code.CATEGORY_WORD: r"\p{L}\p{N}_",
    code.CATEGORY_SPACE: _SPACE,
}
_OPPOSITES = {
    code.CATEGORY_NOT_DIGIT: code.CATEGORY_DIGIT,
    code.CATEGORY_NOT_WORD: code.CATEGORY_WORD,
    code.CATEGORY_NOT_SPACE: code.CATEGORY_SPACE,
}


@lru_cache(maxsize=256)
def portable(pattern: str, *, case: bool = True, consumed: bool = False) -> str:
    r"""Return a pattern in the syntax that every engine shares.

    Args:
        pattern: A pattern of Python's.
        case: Whether the case of letters matters.
        consumed: Whether it matters which characters are matched, not only if any are: then ``$``
            and matches of nothing have no form that engines share.

    Raises:
        NotPortable: It has no such form; the message says what.

    >>> portable(r"^(\d+)-x")
    '\\A([\\p{Nd}]+)\\-x'
    """
    if len(pattern) > _LONGEST:
        raise NotPortable("a regular expression this long runs in pandas")
    try:
        tree = parser.parse(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise NotPortable(f"the regular expression {pattern!r} is pandas' to refuse") from error
    if tree.state.flags & ~re.UNICODE:
        raise NotPortable("a regular expression with flags in it runs in pandas")
    writer = _Writer(pattern, consumed=consumed)
    written = writer.sequence(tree)
    if consumed and tree.getwidth()[0] == 0:
        writer.refuse("may match nothing")
    if not case and writer.classes:
        writer.refuse("ignores case and has classes")
    return written if case else f"(?i){written}"


def only_group(pattern: str) -> bool:
    """Say whether a pattern has one group, which takes part in every match."""
    tree = parser.parse(pattern)
    groups = [each for each in tree if each[0] is code.SUBPATTERN and each[1][0] == 1]
    return tree.state.groups == _ONE_GROUP and len(groups) == 1


_ONE_GROUP = 2  # the parser counts the whole match as one


class _Writer:
    """Writes a parsed pattern anew."""

    def __init__(self, pattern: str, *, consumed: bool) -> None:
        self._pattern = pattern
        self._consumed = consumed
        self.classes = False

    def refuse(self, what: str) -> Any:
        raise NotPortable(f"the regular expression {self._pattern!r} {what}: it runs in pandas")

    def sequence(self, items: Any) -> str:
        return "".join(self._item(op, argument) for op, argument in items)

    def _item(self, op: Any, argument: Any) -> str:
        write = getattr(self, f"_{str(op).lower()}", None)
        if write is None:
            return str(self.refuse("looks around or back, or is Python's own"))
        return str(write(argument))

    def _literal(self, character: int) -> str:
        if character == 0:
            self.refuse("has a NUL")
        text = chr(character)
        if text.isalnum() or text in " _" or not text.isascii():
            return text
        return f"\\{text}" if text.isprintable() else f"\\x{{{character:x}}}"

    def _not_literal(self, character: int) -> str:
        return f"[^{self._literal(character)}]"

    def _any(self, _argument: None) -> str:
        return "."

    def _at(self, where: Any) -> str:
        if where is code.AT_END and not self._consumed:
            return r"(?:\n?\z)"  # also before a last newline, as Python has it
        known = {
            code.AT_BEGINNING: r"\A",
            code.AT_BEGINNING_STRING: r"\A",
            code.AT_END_STRING: r"\z",
        }
        return known.get(where) or str(self.refuse("has an anchor of Python's own"))

    def _in(self, items: Any) -> str:
        negated = items[0][0] is code.NEGATE
        members = items[1:] if negated else items
        if len(members) == 1 and members[0][0] is code.CATEGORY:
            opposite = members[0][1] in _OPPOSITES
            return f"[{'^' if opposite != negated else ''}{self._category(members[0][1])}]"
        return f"[{'^' if negated else ''}{''.join(map(self._member, members))}]"

    def _member(self, item: Any) -> str:
        op, argument = item
        if op is code.LITERAL:
            return self._literal(argument)
        if op is code.RANGE:
            low, high = argument
            return f"{self._literal(low)}-{self._literal(high)}"
        if op is code.CATEGORY and argument in _CLASSES:
            return self._category(argument)
        return str(self.refuse("has a set of Python's own"))

    def _category(self, name: Any) -> str:
        self.classes = True
        return _CLASSES[_OPPOSITES.get(name, name)]

    def _branch(self, argument: Any) -> str:
        return f"(?:{'|'.join(map(self.sequence, argument[1]))})"

    def _subpattern(self, argument: Any) -> str:
        group, added, taken, items = argument
        if added or taken:
            self.refuse("has flags in it")
        return f"{'(?:' if group is None else '('}{self.sequence(items)})"

    def _max_repeat(self, argument: Any) -> str:
        low, high, items = argument
        sign = self._times(low, high)
        inner = self.sequence(items)
        one = len(items) == 1 and items[0][0] in (
            code.LITERAL, code.NOT_LITERAL, code.ANY, code.IN, code.SUBPATTERN,
        )  # fmt: skip
        return f"{inner if one else f'(?:{inner})'}{sign}"

    def _min_repeat(self, argument: Any) -> str:
        return f"{self._max_repeat(argument)}?"

    def _times(self, low: Any, high: Any) -> str:
        endless = high is code.MAXREPEAT
        if low > _MOST_REPEATS or (not endless and high > _MOST_REPEATS):
            self.refuse("repeats too often")
        signs = {(0, True): "*", (1, True): "+"}
        if endless:
            return signs.get((low, True), f"{{{low},}}")
        return "?" if (low, high) == (0, 1) else f"{{{low},{high}}}"
