"""What every plot of runs shares: its axes, its dates, its seconds, and its words when empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etlframe.notebook.palette import QUIET

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes

FIGURE_SIZE = (7.2, 3.2)
LEGEND_COLUMNS = 5
SCALES = ((2 * 86_400, 86_400, "days"), (2 * 3_600, 3_600, "h"), (180, 60, "min"))


def axes_or_new(ax: Axes | None) -> Axes:
    """Return ``ax``, or the axes of a new pyplot figure, which a notebook shows by itself."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=FIGURE_SIZE, layout="constrained")[1]


def dress(ax: Axes, title: str) -> None:
    """Give axes their title, a legend below it, and a quiet frame: no box, a light grid."""
    rows = _add_legend(ax)
    ax.set_title(title, loc="left", fontsize=11, fontweight="bold", pad=8 + 16 * rows)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set_color(QUIET)
    ax.tick_params(length=0)
    ax.tick_params(axis="x", pad=6)
    ax.grid(axis="y", color=QUIET, alpha=0.25, linewidth=0.8)
    ax.set_axisbelow(True)


def dress_dates(ax: Axes) -> None:
    """Write the x axis as dates, no longer than they need to be, and say that they are UTC."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=7)
    words = ConciseDateFormatter(locator)
    # Days say their month, so that the corner need not name the one of the last tick alone.
    words.formats[2] = words.zero_formats[2] = "%d %b"
    words.offset_formats[2] = "%Y"
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(words)
    ax.set_xlabel("Started (UTC)")


def frame_dates(ax: Axes, first: float, last: float, *, margin: float) -> None:
    """Show the days from first to last and a little more: a lone bar must not fill the width."""
    beside = max(0.03 * (last - first), margin)
    ax.set_xlim(first - beside, last + beside)


def say_nothing_to_show(ax: Axes, message: str) -> None:
    """Leave the axes blank but for a sentence that says why."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, message, ha="center", va="center", color=QUIET, transform=ax.transAxes)


def as_days(times: pd.Series) -> np.ndarray:
    """Return times as matplotlib has them: days since 1970 (float64), in UTC."""
    from matplotlib.dates import date2num

    naive = times if times.dt.tz is None else times.dt.tz_convert("UTC").dt.tz_localize(None)
    days: np.ndarray = date2num(naive.to_numpy())
    return days


def seconds_scale(longest: float) -> tuple[int, str]:
    """Return by what to divide seconds, and the unit that this gives, for values up to longest.

    >>> seconds_scale(90), seconds_scale(7200)
    ((1, 's'), (3600, 'h'))
    """
    return next(((by, unit) for at, by, unit in SCALES if longest >= at), (1, "s"))


def _add_legend(ax: Axes) -> int:
    """Put the legend between the title and the plot, where it hides no data; return its rows."""
    entries = len(ax.get_legend_handles_labels()[1])
    if not entries:
        return 0
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.0),
        ncols=LEGEND_COLUMNS,
        frameon=False,
        fontsize=9,
        borderaxespad=0.2,
        handlelength=1.2,
        handletextpad=0.5,
        columnspacing=1.4,
    )
    return -(-entries // LEGEND_COLUMNS)
