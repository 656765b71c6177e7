"""Regular expressions that cannot run for ever.

pandas gives a pattern to RE2, whose time is linear, or to Python's ``re``, which tries every way to
match: ``(a+)+$`` on thirty letters takes longer than anybody waits. Which one depends on the dtype
and on the data. So a query string takes only patterns where both are quick: no repeat inside a
repeat, and no more than two repeats in a row that could take each other's characters.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from etlframe.frozen import frozen

MOST_CHARACTERS = 500
_MOST_REPEATS = 1_000
_MOST_IN_A_ROW = 2

_SAMPLE = frozenset(map(chr, range(9, 127))) | frozenset("\x85\xa0ßÀé\u0130日٣")
_PIECES = r"""(?sx)
    (?P<escape>\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|0[0-7]{0,2}|.))
    |(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
    |(?P<flags>\(\?[aimsu]+\))
    |(?P<open>\((?:\?(?:P<\w+>|[aimsu]*(?:-[ims]+)?:))?)(?!\?)
    |(?P<close>\))
    |(?P<repeat>(?:[*+?]|\{(?P<low>\d*)(?P<comma>,?)(?P<high>\d*)\})[?+]?)
    |(?P<other>.)"""


@frozen
class _Piece:
    """A part of a pattern: the characters it may take, and how."""

    characters: frozenset[str]
    varies: bool = False
    needed: bool = True


class _Refused(Exception):  # noqa: N818 - a way out of the reading, turned into a sentence
    pass


@lru_cache(maxsize=256)
def why_slow(pattern: str) -> str | None:
    r"""Return why a pattern is not taken, or None where its time is known to be bounded.

    >>> why_slow("(a+)+$")
    'repeats what repeats itself'
    >>> why_slow(r"^(\d+)-(\w+)$") is None
    True
    """
    if len(pattern) > MOST_CHARACTERS:
        return f"has more than {MOST_CHARACTERS} characters"
    try:
        re.compile(pattern)
    except (re.error, Warning, OverflowError, RecursionError) as error:
        return f"is not understood: {error}"
    try:
        for branch in _branches(pattern):
            _check_rows(branch)
    except _Refused as refused:
        return str(refused)
    return None


def _branches(pattern: str) -> list[list[_Piece]]:
    """The pattern's outermost alternatives, as pieces."""
    open_groups: list[list[list[_Piece]]] = [[[]]]
    last: list[_Piece] = []  # what a repeat would repeat; it already stands in its sequence
    for match in re.finditer(_PIECES, pattern):
        kind, text = match.lastgroup or "", match[0]
        if kind in ("low", "comma", "high"):
            kind = "repeat"
        if kind == "open":
            open_groups.append([[]])
            continue
        sequence = open_groups[-1][-1]
        if kind == "close" and len(open_groups) > 1:
            last = _group(open_groups.pop())
            sequence = open_groups[-1][-1]
        elif kind == "repeat" and last:
            del sequence[-len(last) :]
            last = _repeated(last, match)
        elif text == "|":
            open_groups[-1].append([])
            continue
        else:
            last = _atom(kind, text)
        sequence.extend(last)
    return open_groups[0]


def _atom(kind: str, text: str) -> list[_Piece]:
    if kind == "flags" or text in ("^", "$", r"\b", r"\B", r"\A", r"\Z", r"\z"):
        return []
    if text.startswith("(") or (kind == "escape" and text[1] in "123456789"):
        raise _Refused("looks around or back, which only Python's own engine can")
    return [_Piece(_characters(text))]


@lru_cache(maxsize=512)
def _characters(atom: str) -> frozenset[str]:
    if len(atom) == 1 and atom != ".":
        return frozenset((atom.lower(), atom.upper()))
    taken = re.compile(atom, re.DOTALL | re.IGNORECASE)
    return frozenset(each for each in _SAMPLE if taken.fullmatch(each)) or frozenset((atom,))


def _group(branches: list[list[_Piece]]) -> list[_Piece]:
    pieces = [piece for branch in branches for piece in branch]
    if len(branches) == 1 or not pieces:
        return pieces
    # Which branch was taken is one more thing that can be tried again.
    chosen = _Piece(_all_characters(pieces), varies=True, needed=False)
    return [*(replace(piece, needed=False) for piece in pieces), chosen]


def _all_characters(pieces: list[_Piece]) -> frozenset[str]:
    return frozenset().union(*(piece.characters for piece in pieces))


def _repeated(pieces: list[_Piece], match: re.Match[str]) -> list[_Piece]:
    low, high = _bounds(match)
    if low == high:
        needed = [replace(piece, needed=piece.needed and low > 0) for piece in pieces]
        if high > 1 and any(piece.varies for piece in pieces):
            raise _Refused("repeats what repeats itself")
        return needed
    if high > 1 and any(piece.varies for piece in pieces):
        raise _Refused("repeats what repeats itself")
    whole = _Piece(_all_characters(pieces), varies=True, needed=low > 0)
    if any(piece.varies for piece in pieces):
        return [*(replace(piece, needed=False) for piece in pieces), replace(whole, needed=False)]
    return [whole]


def _bounds(match: re.Match[str]) -> tuple[int, float]:
    sign = match["repeat"][0]
    if sign != "{":
        return {"*": (0, float("inf")), "+": (1, float("inf")), "?": (0, 1.0)}[sign]
    low = int(match["low"] or 0)
    high = float(match["high"] or "inf") if match["comma"] else float(low)
    if low > _MOST_REPEATS or (match["high"] and high > _MOST_REPEATS):
        raise _Refused(f"repeats more than {_MOST_REPEATS} times")
    return low, high


def _check_rows(pieces: list[_Piece]) -> None:
    """Refuse too many repeats that could take each other's characters, with nothing between."""
    row: list[frozenset[str]] = []
    for piece in pieces:
        if piece.needed:
            row = [taken for taken in row if taken & piece.characters]
        if not piece.varies:
            continue
        rivals = sum(bool(taken & piece.characters) for taken in row)
        if rivals >= _MOST_IN_A_ROW:
            raise _Refused("has several repeats in a row that could take the same characters")
        row.append(piece.characters)
