"""Rows of a summary as tables of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.records import Record

Cell = tuple[str, str, str]
NOTHING = "–"


def only(rows: Iterable[Record], **wanted: Any) -> list[Record]:
    """Return the rows that have the wanted values."""
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def by_cell(rows: Iterable[Record]) -> dict[Cell, dict[str, Record]]:
    """Return for each cell its contenders' rows, by their names."""
    cells: dict[Cell, dict[str, Record]] = {}
    for row in rows:
        found = cells.setdefault((row["job"], row["from"], row["to"]), {})
        found[row["contender"]] = row
    return cells


def table(heads: Sequence[str], lines: Iterable[Sequence[str]], left: int = 1) -> str:
    """Return a table whose first columns are flush left, the others right."""
    rule = ["---"] * left + ["---:"] * (len(heads) - left)
    written = [f"| {' | '.join(line)} |" for line in (heads, rule, *lines)]
    return "\n".join(written) if len(written) > len((heads, rule)) else "Not measured yet."


def number(value: float | None, digits: int = 2) -> str:
    """Return a number, or a dash for none."""
    return NOTHING if value is None else f"{value:,.{digits}f}"


def times(value: float | None) -> str:
    """Return how many times, with as many digits as matter.

    >>> times(1.234), times(12.34)
    ('1.23', '12')
    """
    return number(value, 0 if value is not None and value >= 10 else 2)  # noqa: PLR2004


def verdict(met: bool | None) -> str:  # noqa: FBT001 - a value of a row
    """Return whether a target is met, for a table."""
    return {True: "yes", False: "**no**", None: NOTHING}[met]


def over(one: Record | None, other: Record | None, name: str) -> float | None:
    """Return how many times one row's figure is the other's."""
    if one is None or other is None or not one[name] or not other[name]:
        return None
    return float(one[name] / other[name])
