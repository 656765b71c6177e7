"""Plain data to escaped HTML: badges, tables, cards and whole documents.

Every function takes plain values, escapes them, and returns :class:`Html`; text that is already
``Html`` is not escaped again, so fragments nest. Colours are inherited or half transparent, so a
fragment looks right on a light page and on a dark one.
"""

from __future__ import annotations

import html as _html
from collections.abc import Iterable, Sequence
from datetime import datetime
from numbers import Integral, Real
from typing import TypeAlias

Row: TypeAlias = Sequence[object]

# Okabe and Ito's colours: people with any common colour blindness tell them apart. The status'
# word stands beside the colour, in the page's own text colour, so contrast is the page's.
STATUS_COLORS = {
    "COMPLETED": "#009E73",
    "FAILED": "#D55E00",
    "CANCELLED": "#E69F00",
    "INTERRUPTED": "#CC79A7",
    "SKIPPED": "#999999",
    "RUNNING": "#56B4E9",
    "PENDING": "#BBBBBB",
}
MISSING = "–"

_LINE = "1px solid rgba(128,128,128,.35)"
_FONT = "font-family:system-ui,sans-serif;font-size:13px;line-height:1.45;color:inherit"
_CELL = "padding:2px 10px;vertical-align:top;white-space:pre-wrap;overflow-wrap:anywhere"
_PAGE = (
    ":root{color-scheme:light dark}"
    "body{margin:2em auto;max-width:72em;padding:0 1em;background:Canvas;color:CanvasText;"
    "font:13px/1.45 system-ui,sans-serif}"
)


class Html(str):
    """Text that is HTML already: escaped, safe to show, and shown as HTML by a notebook."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


def escape(value: object) -> Html:
    """Return ``value`` as text that HTML shows as it is; a missing value is a dash.

    Whole numbers get thousands separators, times are shown to the second, with their zone.

    >>> escape("<b> & 'c'")
    '&lt;b&gt; &amp; &#x27;c&#x27;'
    >>> escape(27004), escape(None), escape(Html("<b>bold</b>"))
    ('27,004', '–', '<b>bold</b>')
    """
    return value if isinstance(value, Html) else Html(_html.escape(_plain(value), quote=True))


def join(fragments: Iterable[object], separator: str = "") -> Html:
    """Join values into one fragment, each escaped.

    >>> join(["a<b", Html("<hr>")])
    'a&lt;b<hr>'
    """
    return Html(escape(separator).join(escape(each) for each in fragments))


def badge(status: object) -> Html:
    """Return a status as a word in a coloured frame with a dot of that colour.

    Args:
        status: One of ``STATUS_COLORS``; any other text is grey.
    """
    color = STATUS_COLORS.get(str(status), "#999999")
    style = f"border:1px solid {color};border-radius:9px;padding:0 8px;white-space:nowrap"
    dot = f'<span style="color:{color}" aria-hidden="true">●</span>'
    return Html(f'<span style="{style}">{dot} {escape(status)}</span>')


def table(headers: Row, rows: Iterable[Row], *, caption: object = None) -> Html:
    """Return a table with a line of headers; numbers are aligned to the right.

    Args:
        headers: The columns' names.
        rows: One sequence of cells a row, as long as ``headers``.
        caption: A heading above the table, or None.
    """
    rows = [tuple(row) for row in rows]
    sides = [_side(column) for column in zip(*rows, strict=True)] or ["left"] * len(headers)
    head = join(_cell("th", each, side) for each, side in zip(headers, sides, strict=True))
    body = join(_line(row, sides) for row in rows)
    title = "" if caption is None else _caption(caption)
    style = f"border-collapse:collapse;{_FONT};margin:6px 0"
    return Html(
        f'<table style="{style}">{title}<thead><tr style="border-bottom:{_LINE}">{head}</tr>'
        f"</thead><tbody>{body}</tbody></table>"
    )


def facts(rows: Iterable[Row]) -> Html:
    """Return names and values side by side, as a table without headers.

    >>> "<th" in facts([("Rows", 14)]), "14" in facts([("Rows", 14)])
    (True, True)
    """
    lines = join(Html(f"<tr>{_cell('th', name)}{_cell('td', value)}</tr>") for name, value in rows)
    return Html(f'<table style="border-collapse:collapse;{_FONT}"><tbody>{lines}</tbody></table>')


def details(summary: object, body: object, *, is_open: bool = False) -> Html:
    """Return a part that unfolds at a click on ``summary``."""
    attribute = " open" if is_open else ""
    style = "cursor:pointer;padding:3px 10px"
    return Html(
        f'<details style="{_FONT}"{attribute}><summary style="{style}">{escape(summary)}</summary>'
        f"{escape(body)}</details>"
    )


def card(
    title: object,
    rows: Iterable[Row] = (),
    *,
    status: object = None,
    body: object = "",
) -> Html:
    """Return a framed card: a title, a status badge, facts, and more below.

    Args:
        title: The card's heading.
        rows: Names and values, shown side by side.
        status: A status for a badge beside the title, or None.
        body: What comes below the facts: a fragment of this module's, or text.
    """
    mark = "" if status is None else badge(status)
    heading = (
        f'<div style="padding:2px 10px 6px"><strong>{escape(title)}</strong>&ensp;{mark}</div>'
    )
    rows = list(rows)
    style = f"border:{_LINE};border-radius:6px;padding:8px 4px;margin:4px 0;max-width:60em;{_FONT}"
    return Html(f'<div style="{style}">{heading}{facts(rows) if rows else ""}{escape(body)}</div>')


def document(title: object, body: object) -> Html:
    """Return a whole page that stands alone, in the reader's light or dark colours."""
    return Html(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_PAGE}</style></head>\n"
        f"<body>{escape(body)}</body></html>\n"
    )


def _plain(value: object) -> str:
    if _is_missing(value):
        return MISSING
    if not isinstance(value, bool) and isinstance(value, Integral):
        return f"{int(value):,}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S %Z").strip()
    return str(value)


def _is_missing(value: object) -> bool:
    try:
        return value is None or bool(value != value)  # noqa: PLR0124 - only NaN and NaT differ from themselves
    except (TypeError, ValueError):
        # Arrays have no one truth, and pd.NA has none at all.
        return type(value).__name__ == "NAType"


def _side(column: Row) -> str:
    numbers = [each for each in column if not _is_missing(each)]
    numeric = all(not isinstance(each, bool) and isinstance(each, Real) for each in numbers)
    return "right" if numbers and numeric else "left"


def _line(row: Row, sides: Sequence[str]) -> Html:
    cells = (_cell("td", each, side) for each, side in zip(row, sides, strict=True))
    return Html(f"<tr>{join(cells)}</tr>")


def _cell(tag: str, value: object, align: str = "left") -> Html:
    weight = ";font-weight:600" if tag == "th" else ""
    return Html(f'<{tag} style="text-align:{align};{_CELL}{weight}">{escape(value)}</{tag}>')


def _caption(text: object) -> Html:
    style = "text-align:left;font-weight:600;padding:3px 10px;color:inherit"
    return Html(f'<caption style="{style}">{escape(text)}</caption>')
