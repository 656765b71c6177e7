"""The dashboard's parts as escaped HTML: the same in a live notebook and in a saved one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from etlframe.html import STATUS_COLORS, Html, badge, details, escape, join, table
from etlframe.notebook.charts import draw_charts
from etlframe.wording import count_text, duration_text, moment_text, plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from etlframe.notebook.charts import Picture
    from etlframe.notebook.view import Tile, View

Show: TypeAlias = "Callable[[dict[str, Any]], str]"

LINE = "1px solid rgba(128,128,128,.35)"
FONT = "font-family:system-ui,sans-serif;font-size:13px;line-height:1.45;color:inherit"
QUIET = "opacity:.75;font-size:12px"
ROW = f"display:flex;flex-wrap:wrap;gap:12px;margin:0 0 12px;{FONT}"
CARD = f"border:{LINE};border-radius:8px;padding:10px 14px;box-sizing:border-box"
OVERCOME = "rgba(128,128,128,.5)"
LONGEST = 140


def overview_html(view: View) -> Html:
    """Return the tiles and the charts, or what to do next where there are no runs at all."""
    if view.runs.empty:
        return join([_warning(view), _invitation(view)])
    tiles = join(_tile(each) for each in view.tiles)
    charts = join(_chart(each) for each in draw_charts(view.of_job))
    return join(
        [
            _warning(view),
            Html(f'<div style="{ROW}">{tiles}</div><div style="{ROW}">{charts}</div>'),
        ]
    )


def runs_html(view: View) -> Html:
    """Return the table of runs, newest first, with their errors."""
    if view.runs.empty:
        return Html("")
    columns = [_column(view.listed, *each) for each in COLUMNS]
    shown = [each for each in columns if any(each[1:])]
    rows = table([each[0] for each in shown], zip(*(each[1:] for each in shown), strict=True))
    more = view.not_listed
    said = f"{plural(more, 'older run')} not shown; service.history() has all." if more else ""
    note = Html(f'<div style="{FONT};{QUIET}">{escape(said)}</div>' if said else "")
    return Html(f'<div style="overflow-x:auto">{rows}</div>{note}')


def static_html(view: View) -> Html:
    """Return the whole dashboard without its widgets, for notebooks that are read, not run."""
    heading = f'<div style="{FONT};margin-bottom:10px"><strong>etlframe dashboard</strong> '
    note = Html(f'{heading}<span style="{QUIET}">{escape(view.news)}</span></div>')
    return join([Html("<div>"), note, overview_html(view), runs_html(view), Html("</div>")])


def news_html(view: View) -> Html:
    """Return when the log was read, and what was new."""
    return Html(f'<span style="{FONT};{QUIET}">{escape(view.news)}</span>')


def cancelling_html(jobs: list[str]) -> Html:
    """Return which runs were told to stop."""
    told = f"{', '.join(jobs)}: told to stop." if jobs else "Nothing is running here any more."
    return Html(f'<span style="{FONT};{QUIET}">{escape(f"{told} Refresh shows it.")}</span>')


def trouble_html(error: Exception) -> Html:
    """Return why the log could not be read."""
    return Html(f'<span style="{FONT}">{badge("FAILED")} {escape(error)}</span>')


def _tile(tile: Tile) -> Html:
    big = "font-size:22px;font-weight:600;line-height:1.3;font-variant-numeric:tabular-nums"
    return Html(
        f'<div style="{CARD};flex:1 1 150px;min-width:130px">'
        f'<div style="{QUIET}">{escape(tile.label)}</div>'
        f'<div style="{big}">{escape(tile.value)}</div>'
        f'<div style="{QUIET}">{escape(tile.note)}</div></div>'
    )


def _chart(picture: Picture) -> Html:
    title = escape(picture.title)
    return Html(
        f'<div style="{CARD};flex:1 1 380px;min-width:0"><div style="font-weight:600;'
        f'margin-bottom:4px">{title}</div><img alt="{title}" src="{escape(picture.address)}" '
        'style="width:100%;max-width:640px;height:auto;display:block"></div>'
    )


def _column(runs: list[dict[str, Any]], title: str, show: Show, box: str) -> list[Html]:
    """Return a column's title and cells; empty cells alone make a column that is not needed."""
    cells = [show(run) for run in runs]
    return [_boxed(title, box), *(_boxed(each, box) if each else Html("") for each in cells)]


def _boxed(content: object, box: str) -> Html:
    return Html(f'<div style="{box}">{escape(content)}</div>')


def _job(run: dict[str, Any]) -> Html:
    """Return the job's name, and below it what went wrong: there is room for a sentence."""
    if not run["errors"]:
        return escape(run["job_id"])
    # A run that completed in the end has overcome its error.
    color = OVERCOME if run["status"] == "COMPLETED" else STATUS_COLORS["FAILED"]
    style = f"border-left:3px solid {color};padding-left:8px;margin:2px 0 4px"
    return join([run["job_id"], Html(f'<div style="{style}">{_error(run["errors"])}</div>')])


def _count_if_any(count: int | None) -> str:
    return count_text(count) if count else ""


def _error(text: str) -> Html:
    if len(text) <= LONGEST:
        return escape(text)
    return details(f"{text[:LONGEST].rstrip()}…", text)


def _warning(view: View) -> Html:
    if not view.warning:
        return Html("")
    color = "border-left:4px solid #E69F00"
    return Html(f'<div style="{CARD};{color};{FONT};margin:0 0 12px">{escape(view.warning)}</div>')


def _invitation(view: View) -> Html:
    return Html(
        f'<div style="{CARD};{FONT};margin:0 0 12px"><strong>No runs yet.</strong> '
        f"The log is {escape(view.log_path)}. Run a pipeline with <code>p.run()</code> or "
        "<code>%etl run NAME</code>, then press Refresh.</div>"
    )


WHOLE = "white-space:nowrap"
RIGHT = f"{WHOLE};text-align:right"
WORDS = "overflow-wrap:break-word;max-width:44em;min-width:14em"
COLUMNS: tuple[tuple[str, Show, str], ...] = (
    ("Status", lambda run: badge(run["status"]), WHOLE),
    ("Job", _job, WORDS),
    ("Started (UTC)", lambda run: moment_text(run["started_at"]), WHOLE),
    ("Took", lambda run: duration_text(run["duration"]), RIGHT),
    ("Tries", lambda run: count_text(run["attempts"]), RIGHT),
    ("Read", lambda run: count_text(run["rows_extracted"]), RIGHT),
    ("Loaded", lambda run: count_text(run["rows_loaded"]), RIGHT),
    ("Rejected", lambda run: _count_if_any(run["rows_rejected"]), RIGHT),
)
