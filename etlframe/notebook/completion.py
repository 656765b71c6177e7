"""What TAB offers after ``%etl``: subcommands, flags, their values, and pipelines' names."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from etlframe.notebook.arguments import HELP_FLAGS, KINDS, STATUSES, SUBCOMMANDS
from etlframe.options import ENGINES

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.completer import CompletionContext, SimpleMatcherResult

LINE = re.compile(r"^[^#'\"]*%etl(?:\s+(?P<words>.*))?$")
VALUES = {"--engine": ENGINES, "--status": STATUSES, "--kind": KINDS}
NUMBERED = ("--retries", "--limit", "-n")


def offers(line: str, names: Callable[[], list[str]]) -> tuple[str, list[str]] | None:
    """Return the word being typed and what it may become, or None where ``%etl`` is not typed.

    Args:
        line: The line up to the cursor.
        names: Gives the names that pipelines answer to; called only where one may stand.

    >>> offers("r = %etl run delays --re", lambda: ["delays"])
    ('--re', ['--retries'])
    """
    typed = LINE.match(line)
    if typed is None or typed["words"] is None:
        return None
    *before, word = typed["words"].split(" ")
    before = [each for each in before if each]
    return word, [each for each in _candidates(before, word, names) if each.startswith(word)]


def _candidates(before: list[str], word: str, names: Callable[[], list[str]]) -> list[str]:
    if not before:
        return [*SUBCOMMANDS, *HELP_FLAGS] if word.startswith("-") else [*SUBCOMMANDS]
    subcommand, last = SUBCOMMANDS.get(before[0]), before[-1]
    if subcommand is None or last in NUMBERED:
        return []
    if last in VALUES:
        return [*VALUES[last]]
    flags = [each for each in subcommand.parser.flags() if each not in before]
    if word.startswith("-"):
        return flags
    return [*(shlex.quote(each) for each in names()), *flags] if subcommand.names else flags


def matcher_for(names: Callable[[], list[str]]) -> Callable[..., SimpleMatcherResult]:
    """Return a matcher to append to IPython's ``Completer.custom_matchers``.

    Args:
        names: Gives the names that pipelines answer to.
    """
    from IPython.core.completer import SimpleCompletion, context_matcher

    @context_matcher(identifier="etlframe")  # type: ignore[untyped-decorator]  # IPython leaves it untyped
    def complete_etl(context: CompletionContext) -> SimpleMatcherResult:
        offered = offers(context.text_until_cursor, names)
        if offered is None:
            return {"completions": [], "suppress": False}
        completions = [SimpleCompletion(each, type="magic") for each in offered[1]]
        # Nothing else makes sense here: a file's name or a Python word would be an error.
        return {
            "completions": completions,
            "matched_fragment": offered[0],
            "suppress": True,
            "ordered": True,
        }

    return complete_etl  # type: ignore[no-any-return]  # as its decorator is untyped
