"""Where a run's time went, as a waterfall: matplotlib axes that a notebook can keep and save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etlframe.notebook.axes import axes_or_new, seconds_scale
from etlframe.notebook.palette import QUIET
from etlframe.runs.profile_display import FAINT, color_of, label_of, shown, time_of
from etlframe.wording import duration_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from etlframe.runs.profile import Line, Profile

HEIGHT_OF_LINE = 0.26
HEIGHT_BESIDE = 0.9
LONGEST_LABEL = 40


def plot_profile(profile: Profile, *, ax: Axes | None = None) -> Axes:
    """Plot the phases of a profile from top to bottom, each from its beginning to its end.

    Args:
        profile: What ``pipeline.profile()`` gives.
        ax: Draw here; None for a new figure, as high as there are phases.

    Returns:
        The axes, in seconds, minutes or hours as the run needs. Faint bars are an engine's
        operators, which work at the same time: they share out its time by their CPU time.
    """
    lines = shown(profile)
    if ax is None:
        ax = axes_or_new(None)
        ax.figure.set_figheight(HEIGHT_BESIDE + HEIGHT_OF_LINE * len(lines))  # type: ignore[union-attr]
    by, unit = seconds_scale(profile.seconds)
    for row, line in enumerate(lines):
        _draw(ax, row, line, by, profile.seconds)
    ax.set_yticks(range(len(lines)), [_label(line) for line in lines], fontsize=9)
    for label, line in zip(ax.get_yticklabels(), lines, strict=True):
        label.set_color(QUIET if line.level else label.get_color())
    ax.set_ylim(len(lines) - 0.4, -0.6)
    ax.set_xlim(0, 1.12 * profile.seconds / by)
    ax.set_xlabel(f"Since the run began ({unit})")
    title = f"{profile.name}: {duration_text(profile.seconds)} on {profile.engine}"
    ax.set_title(title.replace("$", r"\$"), loc="left", fontsize=11, fontweight="bold")
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set_color(QUIET)
    ax.tick_params(length=0)
    ax.grid(axis="x", color=QUIET, alpha=0.25, linewidth=0.8)
    ax.set_axisbelow(True)
    return ax


def _draw(ax: Axes, row: int, line: Line, by: int, total: float) -> None:
    faint = line.cpu is not None
    width = max(line.seconds, total / 400) / by
    alpha = FAINT if faint else 1.0
    ax.barh(row, width, left=line.at / by, height=0.62, color=color_of(line), alpha=alpha)
    end = line.at / by + width
    ax.annotate(
        time_of(line), (end, row), (3, 0), textcoords="offset points", va="center", fontsize=8
    )


def _label(line: Line) -> str:
    label = label_of(line)
    cut = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
    return cut.replace("$", r"\$")
