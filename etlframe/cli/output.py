"""Text for a terminal or a pipe: aligned tables, colours where they are wanted, plain errors."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import traceback
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from etlframe.errors import ETLError
from etlframe.redaction import redact

COLORS = {
    "COMPLETED": "32",
    "FAILED": "31",
    "CANCELLED": "33",
    "INTERRUPTED": "35",
    "RUNNING": "36",
}
WIDEST = 100
NARROWEST = 8


def say(text: str = "") -> None:
    """Write a line to standard output."""
    sys.stdout.write(f"{text}\n")


def complain(text: str) -> None:
    """Write an error to standard error, as one line that says who speaks."""
    sys.stdout.flush()  # where both go into one file, in the order of speaking
    sys.stderr.write(f"etlframe: {printable(' '.join(text.split()))}\n")


@contextmanager
def tracing(*, wanted: bool) -> Iterator[None]:
    """Show the traceback of an error that passes, if that is wanted."""
    try:
        yield
    except ETLError as error:
        if wanted:
            show_traceback(error)
        raise


def show_traceback(error: BaseException) -> None:
    """Write a traceback to standard error, without the secrets in what a driver said."""
    sys.stderr.write(redact("".join(traceback.format_exception(error))))


def printable(text: str) -> str:
    r"""Return text that cannot move a terminal's cursor or change its colours.

    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def colored(text: str, status: str, stream: TextIO | None = None) -> str:
    """Return text in the colour of a status, where the stream is a terminal that wants colours."""
    stream = sys.stdout if stream is None else stream
    if status not in COLORS or os.environ.get("NO_COLOR") or not stream.isatty():
        return text
    return f"\x1b[{COLORS[status]}m{text}\x1b[0m"


def columns() -> int:
    """Return how wide a line may be: the terminal's width up to 100, or 80 in a pipe."""
    return min(shutil.get_terminal_size((80, 24)).columns, WIDEST)


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    >>> width("abc"), width("日本")
    (3, 4)
    """
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(unicodedata.combining(each) > 0 for each in text)


def clip(text: str, most: int) -> str:
    """Return text that takes no more columns than ``most``; an ellipsis tells that it was cut.

    >>> clip("carriers", 5)
    'carr…'
    """
    if width(text) <= most:
        return text
    while width(text) > most - 1:
        text = text[:-1]
    return f"{text}…"


def wrapped(text: str, indent: str) -> str:
    """Return a text broken into indented lines, three at most; an ellipsis tells of more."""
    return textwrap.fill(
        printable(text),
        width=columns(),
        initial_indent=indent,
        subsequent_indent=indent,
        max_lines=3,
        placeholder=" …",
        break_long_words=False,
        break_on_hyphens=False,
    )


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[str] = (), give: str
) -> list[str]:
    """Return the lines of an aligned table, without its colours.

    Args:
        head: The columns' titles.
        rows: The cells.
        right: The columns to align on the right.
        give: The column that gives way where a line would be too long.
    """
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(width(cell) for cell in column) for column in zip(head, *cells, strict=True)]
    giving, over = list(head).index(give), sum(widths) + 2 * (len(head) - 1) - columns()
    if over > 0:
        widths[giving] = min(widths[giving], max(widths[giving] - over, len(give), NARROWEST))
    to_right = {list(head).index(each) for each in right}
    return [_line(row, widths, to_right) for row in [list(head), *cells]]


def _line(cells: Sequence[str], widths: Sequence[int], right: set[int]) -> str:
    placed = []
    for number, (cell, wide) in enumerate(zip(cells, widths, strict=True)):
        shown = clip(cell, wide)
        spaces = " " * (wide - width(shown))
        placed.append(spaces + shown if number in right else shown + spaces)
    return "  ".join(placed).rstrip()
