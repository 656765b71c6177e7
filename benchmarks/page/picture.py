"""The picture of the page: every cell's seconds as a ratio to the faster of DuckDB and Polars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.page.markdown import Cell, by_cell
from benchmarks.page.words import FORMATS, JOBS, formats
from benchmarks.records import Record
from benchmarks.table import allowed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEFT = ("q1", "q6", "clean", "checked")  # the panel on the left; the others are on the right
INK, QUIET, BAND = "#222222", "#767676", "#DCE9F2"
_HEADING = 1.25  # rows that a heading takes


@dataclass(frozen=True)
class Look:
    """How a tool's dots look; the marker says again what the colour says."""

    name: str
    color: str
    marker: str
    size: int


LOOKS = {
    "pandas": Look("pandas", "#767676", "X", 46),
    "duckdb": Look("DuckDB", "#D55E00", "s", 30),
    "polars": Look("Polars", "#009E73", "^", 38),
    "etlframe": Look("etlframe", "#0072B2", "o", 74),
}
HEADINGS = {
    "q1": "TPC-H Q1: eight aggregates, four groups",
    "q6": "TPC-H Q6: one sum of few rows",
    "clean": "Clean: all rows written",
    "checked": "Clean, with five checks",
    "g1": "Group-by questions of db-benchmark",
    "join": "Flights with planes and weather",
    "tiny": "A hundred rows",
}


def draw(rows: Sequence[Record], path: Path) -> None:
    """Draw the cells and save the picture."""
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    cells = {key: found for key, found in by_cell(rows).items() if _fastest(found)}
    cells.pop(("warm", "csv", "parquet"), None)  # its target is no ratio
    sides = [
        {key: found for key, found in cells.items() if (key[0] in LEFT) is left}
        for left in (True, False)
    ]
    spaced = ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.08, wspace=0.03)
    most = max(_rows(side) for side in sides)
    with mpl.rc_context({"font.family": "DejaVu Sans", "font.size": 9}):
        figure = Figure(figsize=(14, 1.9 + most * 0.235), layout=spaced, facecolor="white")
        panels = figure.subplots(1, 2)
        limits = _limits(cells)
        for axes, side in zip(panels, sides, strict=True):
            _panel(axes, side, most, limits)
        figure.suptitle(
            "How long each job takes, as a multiple of the faster of DuckDB and Polars\n",
            fontsize=14,
            fontweight="bold",
            color=INK,
        )
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="upper center", ncols=5, frameon=False, bbox_to_anchor=(0.5, 0.965)
        )
        figure.supxlabel(
            "whole processes, medians; further to the left is faster; the scale is logarithmic",
            color=QUIET,
            fontsize=9,
        )
        figure.savefig(path, dpi=130)


def _panel(axes: Axes, cells: dict[Cell, dict[str, Record]], most: float, limits: Any) -> None:
    """Draw a panel: a line of dots for each cell, under the heading of its job."""
    y, before = 0.0, ""
    ticks: list[float] = []
    names: list[str] = []
    for (job, source, target), found in cells.items():
        if job in HEADINGS and job != before:
            y += _HEADING if ticks else 0.6
            axes.text(
                0,
                y,
                HEADINGS[job],
                transform=axes.get_yaxis_transform(),
                fontweight="bold",
                color=INK,
                va="center",
            )
            y += 1
        _line(axes, y, job, found)
        ticks.append(y)
        names.append(_label(job, source, target, again=job == before))
        y, before = y + 1, job
    axes.set(xscale="log", xlim=limits, ylim=(most - 0.3, -0.2))
    axes.set_yticks(ticks, names, color=INK)
    shown = [tick for tick in (1, 1.5, 2, 3, 5, 10, 20, 50) if limits[0] < tick < limits[1]]
    axes.set_xticks(shown, [f"{tick:g}\N{MULTIPLICATION SIGN}" for tick in shown], color=QUIET)
    axes.minorticks_off()
    axes.axvline(1, color=INK, linewidth=0.9, zorder=1)
    axes.grid(axis="x", color="#E6E6E6", linewidth=0.8, zorder=0)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _line(axes: Axes, y: float, job: str, found: dict[str, Record]) -> None:
    """Draw a cell: the range that its target allows, and a dot for each tool."""
    fastest = _fastest(found)
    allowance = allowed(job, fastest) / fastest
    first = not axes.collections
    axes.barh(
        y,
        allowance - 1,
        left=1,
        height=0.72,
        color=BAND,
        zorder=0.5,
        label="within the target" if not axes.patches else None,
    )
    ours = found.get("etlframe")
    if ours and ours["wall"]:
        ends = [1, ours["wall"] / fastest]
        axes.plot(ends, [y, y], color=LOOKS["etlframe"].color, linewidth=1.4, alpha=0.45, zorder=2)
    for tool, look in LOOKS.items():
        row = found.get(tool)
        if row is None or row["wall"] is None:
            continue
        axes.scatter(
            row["wall"] / fastest,
            y,
            s=look.size,
            marker=look.marker,
            color=look.color,
            edgecolors="white",
            linewidths=0.7,
            zorder=4 if tool == "etlframe" else 3,
            label=look.name if first else None,
        )


def _label(job: str, source: str, target: str, *, again: bool) -> str:
    """Return what stands beside a cell; a job's name is told once."""
    if job in LEFT:
        return formats(source, target)
    if again:
        return f"from {FORMATS[source]}"
    if job.startswith("g"):
        return f"{JOBS[job]}, from {FORMATS[source]}"
    return f"{JOBS[job].removeprefix('join, ').removeprefix('tiny, ')}, from {FORMATS[source]}"


def _fastest(found: dict[str, Record]) -> float:
    """Return the seconds of the faster of DuckDB and Polars, or 0 where neither was right."""
    walls = [found[name]["wall"] for name in ("duckdb", "polars") if name in found]
    return min((wall for wall in walls if wall), default=0.0)


def _rows(cells: dict[Cell, Any]) -> float:
    """Return how many rows of the panel cells and their headings take."""
    return len(cells) + len({key[0] for key in cells} & set(HEADINGS)) * (1 + _HEADING)


def _limits(cells: dict[Cell, dict[str, Record]]) -> tuple[float, float]:
    ratios = [
        row["wall"] / _fastest(found)
        for found in cells.values()
        for row in found.values()
        if row["wall"]
    ]
    return min([0.95, *ratios]) * 0.95, max([5, *ratios]) * 1.15
