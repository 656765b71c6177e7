"""Plots of the run history: matplotlib axes that a notebook can keep, title and save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etlframe.errors import did_you_mean
from etlframe.notebook.axes import (
    as_days,
    axes_or_new,
    dress,
    dress_dates,
    frame_dates,
    say_nothing_to_show,
    seconds_scale,
)
from etlframe.notebook.palette import LINE, QUIET, in_order, look
from etlframe.notebook.periods import fitting_period, period_starts
from etlframe.notebook.reading import History, read_history
from etlframe.runs.stats import OVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

FEWEST_FOR_TREND = 7
FEWEST_FOR_RATE = 10
MANY = 300
SPARE = 90 / 86_400


def plot_history(
    history: History = None, *, job_id: str | None = None, ax: Axes | None = None
) -> Axes:
    """Plot how many runs there were over time, stacked by status.

    A bar is a minute, an hour, a day, a week, a month or a year: the shortest of which no more
    than 62 span the runs.

    Args:
        history: A history DataFrame, a ``RunLog``, a service, the path of a log, or None for the
            default log.
        job_id: Plot this job alone.
        ax: Draw here; None for a new figure.

    Returns:
        The axes; those of an empty log say so.
    """
    from matplotlib.ticker import MaxNLocator

    ax = axes_or_new(ax)
    runs = _runs(ax, history, job_id, "Runs")
    if runs is None:
        return ax
    period = fitting_period(runs["started_at"])
    starts = period_starts(runs["started_at"], period)
    _draw_bars(ax, _counts(starts, runs["status"]), period.seconds / 86_400)
    dress(ax, _title(f"Runs per {period.word}", job_id))
    ax.yaxis.set_major_locator(MaxNLocator("auto", integer=True))
    ax.set_ylabel("Runs")
    dress_dates(ax)
    return ax


def plot_success_rate(
    history: History = None, *, job_id: str | None = None, ax: Axes | None = None
) -> Axes:
    """Plot the share of the latest runs that completed, and of all runs as a dashed line.

    The latest runs are ten, or a twentieth of all runs where that is more.

    Args:
        history: A history DataFrame, a ``RunLog``, a service, the path of a log, or None for the
            default log.
        job_id: Plot this job alone.
        ax: Draw here; None for a new figure.

    Returns:
        The axes, with the share in per cent; those of an empty log say so.
    """
    ax = axes_or_new(ax)
    runs = _runs(ax, history, job_id, "Success rate", statuses=OVER)
    if runs is None:
        return ax
    completed = 100.0 * runs["status"].eq("COMPLETED")
    window = max(FEWEST_FOR_RATE, len(runs) // 20)
    recent = completed.rolling(window, min_periods=1).mean()
    overall = f"all {len(runs):,}: {completed.mean():.0f}%"
    day = as_days(runs["started_at"])
    ax.axhline(completed.mean(), color=QUIET, linestyle="--", linewidth=1, label=overall)
    marker = "o" if len(runs) < MANY else ""
    ax.plot(day, recent, color=LINE, marker=marker, markersize=4, label=f"last {window} runs")
    dress(ax, _title("Success rate", job_id))
    ax.set(ylim=(-4, 104), ylabel="Completed runs (%)", yticks=range(0, 101, 25))
    frame_dates(ax, day[0], day[-1], margin=SPARE)
    dress_dates(ax)
    return ax


def plot_durations(
    history: History = None, *, job_id: str | None = None, ax: Axes | None = None
) -> Axes:
    """Plot how long each run took, with the running median of the completed ones.

    Args:
        history: A history DataFrame, a ``RunLog``, a service, the path of a log, or None for the
            default log.
        job_id: Plot this job alone.
        ax: Draw here; None for a new figure.

    Returns:
        The axes, in seconds, minutes, hours or days as the longest run needs; those of an empty
        log say so.
    """
    ax = axes_or_new(ax)
    runs = _runs(ax, history, job_id, "Durations", need="duration")
    if runs is None:
        return ax
    by, unit = seconds_scale(float(runs["duration"].max()))
    runs = runs.assign(day=as_days(runs["started_at"]), length=runs["duration"].astype(float) / by)
    _draw_points(ax, runs)
    _draw_trend(ax, runs[runs["status"] == "COMPLETED"])
    dress(ax, _title("Duration of each run", job_id))
    ax.set_ylim(0, max(float(runs["length"].max()) * 1.12, 1e-9))
    ax.set_ylabel(f"Duration ({unit})")
    frame_dates(ax, runs["day"].iloc[0], runs["day"].iloc[-1], margin=SPARE)
    dress_dates(ax)
    return ax


def _runs(
    ax: Axes,
    history: History,
    job_id: str | None,
    title: str,
    *,
    need: str = "started_at",
    statuses: Sequence[str] | None = None,
) -> pd.DataFrame | None:
    """Return the runs to draw, oldest first, or tell the axes why there are none."""
    everything = read_history(history)
    chosen = everything if job_id is None else everything[everything["job_id"] == job_id]
    runs = chosen[chosen["started_at"].notna() & chosen[need].notna()]
    if statuses is not None:
        runs = runs[runs["status"].isin(statuses)]
    if len(runs):
        return runs.sort_values("started_at")
    dress(ax, _title(title, job_id))
    say_nothing_to_show(ax, _why_nothing(everything, job_id))
    return None


def _why_nothing(everything: pd.DataFrame, job_id: str | None) -> str:
    if not len(everything):
        return "No runs yet: run a pipeline, then plot again."
    if job_id is None or (everything["job_id"] == job_id).any():
        return "No finished runs yet."
    return f"No runs of {job_id!r}.{did_you_mean(job_id, set(everything['job_id']))}"


def _title(what: str, job_id: str | None) -> str:
    # A dollar sign would start a formula.
    return what if job_id is None else f"{what}: {job_id}".replace("$", r"\$")


def _counts(starts: pd.Series, status: pd.Series) -> pd.DataFrame:
    import pandas as pd

    counts = pd.crosstab(starts, status)
    return counts[in_order(set(counts.columns))]


def _draw_bars(ax: Axes, counts: pd.DataFrame, days: float) -> None:
    lefts = as_days(counts.index.to_series())
    below = 0 * counts.iloc[:, 0]
    for status in counts.columns:
        looks = look(status)
        ax.bar(
            lefts,
            counts[status],
            width=0.86 * days,
            align="edge",
            bottom=below,
            color=looks.color,
            hatch=looks.hatch,
            edgecolor="#FFFFFF99",
            linewidth=0,
            label=status.lower(),
        )
        below = below + counts[status]
    ax.set_ylim(0, 1.06 * float(below.max()))
    frame_dates(ax, lefts[0], lefts[-1] + days, margin=days)


def _draw_points(ax: Axes, runs: pd.DataFrame) -> None:
    for status in in_order(set(runs["status"])):
        some, looks = runs[runs["status"] == status], look(status)
        ax.scatter(
            some["day"],
            some["length"],
            s=32,
            color=looks.color,
            marker=looks.marker,
            alpha=0.85 if len(runs) < MANY else 0.4,
            linewidths=0,
            label=status.lower(),
            zorder=3,
        )


def _draw_trend(ax: Axes, completed: pd.DataFrame) -> None:
    if len(completed) < FEWEST_FOR_TREND:
        return
    window = max(FEWEST_FOR_TREND, len(completed) // 20)
    median = completed["length"].rolling(window, min_periods=1).median()
    label = f"median of {window} runs"
    ax.plot(completed["day"], median, color=LINE, linewidth=1.8, label=label, zorder=4)
