"""A profile for people: a table with bars, as text and as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from etlframe.html import Html, card, escape, table
from etlframe.wording import NOTHING, count_text, duration_text, rate_text, size_text

if TYPE_CHECKING:
    from etlframe.runs.profile import Line, Profile

# Okabe and Ito's colours; the engine's name stands in the row, so nothing hangs on them alone.
COLORS = {"duckdb": "#56B4E9", "polars": "#CC79A7", "pandas": "#E69F00", "": "#009E73"}
OTHER_COLOR = "#999999"
FAINT = 0.5
"""How opaque the bars of operators are, which work at the same time."""

REST = "everything else"
"""What is in no phase."""

LEAST_SHARE = 0.001
"""Lines below a thousandth of the time are left out of pictures; ``frame()`` has them."""

LEAST_SECONDS = 0.0005

WIDTH_OF_BARS = 32
WIDTH_OF_NAMES = 44
NOTE = "operators work at the same time; they share out the engine's time by their CPU time."


def shown(profile: Profile) -> list[Line]:
    """Return the lines that are worth a look."""
    return [line for line in profile.lines if line.seconds >= LEAST_SHARE * profile.seconds]


def color_of(line: Line) -> str:
    """Return the colour of a line's bar."""
    return OTHER_COLOR if line.name == REST else COLORS.get(line.engine, OTHER_COLOR)


def label_of(line: Line) -> str:
    """Return what a line says: what was done, and for which step where it does not say so itself.

    >>> from etlframe.runs.profile import Line
    >>> label_of(Line("aggregate", 2, "duckdb", "groupby carrier", 14, 0.0, 0.1, 0.2))
    'aggregate (groupby carrier)'
    """
    return line.name if line.step in {"", line.name} else f"{line.name} ({line.step})"


def time_of(line: Line) -> str:
    """Return how long a line took; what took some time did not take none."""
    return duration_text(line.seconds) if line.seconds >= LEAST_SECONDS else "<1 ms"


def profile_text(profile: Profile) -> str:
    """Return a profile as lines of text with bars."""
    lines = shown(profile)
    labels = [_cut("  " * (line.level + 1) + label_of(line)) for line in lines]
    names, engines = _width(labels), _width([line.engine for line in lines])
    took = [time_of(line) for line in lines]
    times = _width(took)
    told = [f"{profile.name}: {_summary(profile)}"]
    for line, label, time in zip(lines, labels, took, strict=True):
        columns = (label.ljust(names), line.engine.ljust(engines), time.rjust(times))
        told.append(f"{'  '.join(columns)}  {_text_bar(line, profile.seconds)}".rstrip())
    if any(line.cpu is not None for line in lines):
        told.append(f"  ░ {NOTE}")
    return "\n".join(told)


def profile_card(profile: Profile) -> Html:
    """Return a profile as a card: its figures, and its phases with a waterfall beside them."""
    facts = [
        ("Took", duration_text(profile.seconds)),
        ("Rows", _rows(profile)),
        ("Engine", profile.engine),
        ("Memory", _memory(profile) or None),
        ("To", profile.destination and f"{profile.destination} (nothing was loaded)"),
    ]
    rows = [_html_row(line, profile.seconds) for line in shown(profile)]
    headers = ("Phase", "On", _right("Rows"), _right("Time"), _right("Share"), "")
    note = f'<div style="opacity:.75;font-size:12px;padding:2px 10px">Faint: {escape(NOTE)}</div>'
    parts = any(line.cpu is not None for line in profile.lines)
    scrolled = f'<div style="overflow-x:auto">{table(headers, rows)}</div>'
    body = Html(scrolled + (note if parts else ""))
    told = [(name, value) for name, value in facts if value is not None]
    return card(f"Profile of {profile.name}", told, body=body)


def _summary(profile: Profile) -> str:
    memory = _memory(profile)
    parts = [duration_text(profile.seconds), f"engine {profile.engine}", _rows(profile)]
    return ", ".join([*parts, *([memory] if memory else [])])


def _rows(profile: Profile) -> str:
    read = f"{count_text(profile.rows_extracted)} rows read"
    return read if profile.destination is None else f"{read}, {profile.rows_loaded:,} to load"


def _memory(profile: Profile) -> str:
    return ", ".join(_told_of_memory(profile))


def _told_of_memory(profile: Profile) -> Iterator[str]:
    if profile.memory:
        yield f"{size_text(profile.memory)} held by DuckDB"
    if profile.spilled:
        yield f"{size_text(profile.spilled)} spilled to the disk"


def _html_row(line: Line, total: float) -> tuple[object, ...]:
    indent = f"min-width:17em;padding-left:{1.2 * line.level:.1f}em;box-sizing:border-box"
    weight = ";opacity:.75" if line.cpu is not None else ""
    return (
        Html(f'<div style="{indent}{weight}">{escape(label_of(line))}</div>'),
        _whole(line.engine),
        _right("" if line.rows is None else count_text(line.rows)),
        _right(time_of(line)),
        _right(rate_text(line.seconds / total if total else 0.0)),
        _html_bar(line, total),
    )


def _whole(text: str) -> Html:
    return Html(f'<span style="white-space:nowrap">{escape(text)}</span>')


def _right(text: str) -> Html:
    return Html(f'<div style="text-align:right;white-space:nowrap">{escape(text)}</div>')


def _html_bar(line: Line, total: float) -> Html:
    left = 100 * line.at / total if total else 0.0
    width = 100 * line.seconds / total if total else 0.0
    opacity = FAINT if line.cpu is not None else 1
    style = (
        f"position:absolute;top:0;bottom:0;left:{left:.2f}%;width:{width:.2f}%;min-width:2px;"
        f"background:{color_of(line)};opacity:{opacity};border-radius:2px"
    )
    frame = (
        "position:relative;width:14em;height:1em;margin:2px 0;background:rgba(128,128,128,.13);"
        "border-radius:2px;overflow:hidden"
    )
    return Html(f'<div style="{frame}" aria-hidden="true"><div style="{style}"></div></div>')


def _text_bar(line: Line, total: float) -> str:
    if not total:
        return ""
    start = min(int(WIDTH_OF_BARS * line.at / total), WIDTH_OF_BARS - 1)
    length = max(round(WIDTH_OF_BARS * line.seconds / total), 1)
    mark = "░" if line.cpu is not None else "█"
    return " " * start + mark * min(length, WIDTH_OF_BARS - start)


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH_OF_NAMES else f"{text[: WIDTH_OF_NAMES - 1]}…"


def _width(texts: list[str]) -> int:
    return max(map(len, texts), default=len(NOTHING))
