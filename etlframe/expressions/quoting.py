r"""What pandas changes in a query string before Python's grammar reads it.

``&`` and ``|`` become ``and`` and ``or``, so that they bind as those do; `` `a name` `` becomes a
placeholder of a column and ``@name`` one of a variable. Lines are joined and comments dropped.
Text in quotes stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

_STRING = (
    r"'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\""
)
_TOKENS = rf"""(?sx)
    (?P<prefix>(?<!\w)(?:[rR][bBfF]?|[bBfF][rR]?|[uU]))?(?P<string>{_STRING})
    |`(?P<quoted>(?:``|[^`])+)`
    |@(?P<variable>[^\W\d]\w*)
    |(?P<sign>[&|])
    |(?P<blank>\#[^\r\n]*|\\\r?\n|[\r\n]+)"""
_ESCAPE = r"(?s)\\(.)"
_SIGNS = frozenset("'\"`@&|#\\\r\n")
"""Each token has one of these: a text without any is not read for tokens."""
_ESCAPES = frozenset("\n\\'\"abfnrtvxuUN01234567")


@dataclass(repr=False, eq=False)
class Rewritten:
    """A query string in Python's grammar.

    Attributes:
        source: The Python expression, on one line but for text in three quotes.
        quoted: Placeholder -> the column name that stood in backticks.
        variables: Placeholder -> the variable that was written with ``@``.
    """

    source: str = ""
    quoted: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)


def rewrite(text: str) -> Rewritten:
    """Return a query string in Python's grammar; it need not be grammatical.

    >>> rewrite("`a b` > 1 & c < @low").source
    '__etl_column_0  > 1  and  c <  __etl_variable_0'
    """
    answer = Rewritten()

    def rewritten(match: re.Match[str]) -> str:
        if match["string"] is not None:
            return _plain_escapes(match["prefix"] or "", match["string"])
        if match["quoted"] is not None:
            return _placeholder(answer.quoted, "column", match["quoted"].replace("``", "`"))
        if match["variable"] is not None:
            # Python reads every name in this form: a variable is found under it.
            name = unicodedata.normalize("NFKC", match["variable"])
            return _placeholder(answer.variables, "variable", name)
        return {"&": " and ", "|": " or "}.get(match["sign"], " ")

    answer.source = _with_tokens(rewritten, text).strip()
    return answer


def _with_tokens(replacement: Callable[[re.Match[str]], str], text: str) -> str:
    return text if _SIGNS.isdisjoint(text) else re.sub(_TOKENS, replacement, text)


def _placeholder(names: dict[str, str], what: str, name: str) -> str:
    placeholder = f"__etl_{what}_{len(names)}"
    names[placeholder] = name
    return f" {placeholder} "


def _plain_escapes(prefix: str, string: str) -> str:
    r"""Write ``'\d'``, which Python warns of, as ``'\\d'``, which it takes it for."""
    if "r" not in prefix.lower():
        string = re.sub(
            _ESCAPE,
            lambda match: match[0] if match[1] in _ESCAPES else "\\" + match[0],
            string,
        )
    return prefix + string


def one_line(text: str) -> str:
    r"""Return a query string on one line, without its comments.

    >>> one_line("a > 1  # large\n  and b")
    'a > 1 and b'
    """
    joined = _with_tokens(lambda match: " " if match["blank"] is not None else match[0], text)
    return " ".join(joined.split()) if "\n" in text else joined.strip()
