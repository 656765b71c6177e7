"""Query strings: parsed with :mod:`ast`, held to what a string may say, and never evaluated by us.

The grammar is that of ``DataFrame.query``: ``&`` and ``|`` bind as ``and`` and ``or`` (pandas
rewrites them before it parses), backticks quote column names, ``@name`` is a variable, and ``==``
with a list is ``isin``. What pandas would also run, but is more than a computation on columns, is
refused: see :mod:`~etlframe.expressions.grammar`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import field

from etlframe.errors import ExpressionError
from etlframe.expressions import grammar, harmless
from etlframe.expressions.quoting import Rewritten, one_line, rewrite
from etlframe.expressions.syntax import shown
from etlframe.frozen import frozen

MOST_CHARACTERS = 10_000


@frozen
class Parsed:
    """A query string that is grammatical and harmless, before it meets columns.

    Attributes:
        text: The text as written, on one line and without comments.
        body: Its syntax tree, with placeholders for quoted names and variables.
        quoted: Placeholder -> the column name in backticks.
        placeholders: Placeholder -> the name written with ``@``.
    """

    text: str
    body: ast.expr
    quoted: Mapping[str, str] = field(default_factory=dict)
    placeholders: Mapping[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> frozenset[str]:
        """The names written with ``@``."""
        return frozenset(self.placeholders.values())


def parse(text: str) -> Parsed:
    """Parse a query string.

    Args:
        text: A boolean condition or an arithmetic expression over columns.

    Raises:
        ExpressionError: It is not grammatical, or says more than a string may say.

    >>> parse("a > @low").variables
    frozenset({'low'})
    """
    if not isinstance(text, str) or not text.strip():
        raise ExpressionError(f"An expression is a string that is not empty, not {text!r}.")
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(
            f"The expression {shown(text)} has {len(text)} characters; "
            f"{MOST_CHARACTERS} is the most. Put a long list into a variable: k in @wanted."
        )
    found = rewrite(text)
    body = _syntax(text, found)
    grammar.check(body, text, found)
    return Parsed(one_line(text), body, found.quoted, found.variables)


def _syntax(text: str, found: Rewritten) -> ast.expr:
    try:
        return ast.parse(found.source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(_syntax_message(text, error)) from None


def _syntax_message(text: str, error: Exception) -> str:
    reason = error.msg if isinstance(error, SyntaxError) else "it cannot be read"
    if isinstance(error, RecursionError | MemoryError):
        reason = "it is nested too deeply"
    hint = ""
    if re.search(r"(?<![=<>!])=(?!=)", text):
        hint = (
            " Compare with ==, not =. A new column is an argument of assign: assign(total='a + b')."
        )
    # Python shows its own reading of the text, which holds placeholders.
    reason = re.sub(r"__etl_\w+", "...", reason)
    return f"The expression {shown(text)} cannot be parsed: {reason}.{hint}"


def column_names(parsed: Parsed) -> list[str]:
    """Return the names that can only be columns, each once: not functions, nor variables."""
    called = {id(node.func) for node in ast.walk(parsed.body) if isinstance(node, ast.Call)}
    names: dict[str, None] = {}
    for node in ast.walk(parsed.body):
        if isinstance(node, ast.Name) and id(node) not in called:
            name = column_of(node, parsed)
            if name is not None:
                names[name] = None
    return list(names)


def column_of(node: ast.Name, parsed: Parsed) -> str | None:
    """Return the column that a name in the syntax tree means, or None for a variable or number."""
    if node.id in parsed.placeholders:
        return None
    name = parsed.quoted.get(node.id, node.id)
    return None if name in harmless.CONSTANTS else name
