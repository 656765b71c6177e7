"""How a status looks in a plot: the colour that it has in tables, a marker and a hatch.

The marker and the hatch say again what the colour says, for print in grey.
"""

from __future__ import annotations

from etlframe.frozen import frozen
from etlframe.html import STATUS_COLORS

# Grey that keeps a contrast of 4.5 on white and of 4 on JupyterLab's dark background.
QUIET = "#767676"
LINE = "#0072B2"


@frozen
class Look:
    """The looks of one status."""

    color: str
    marker: str
    hatch: str = ""


LOOKS = {
    "COMPLETED": Look(STATUS_COLORS["COMPLETED"], "o"),
    "FAILED": Look(STATUS_COLORS["FAILED"], "X", "///"),
    "CANCELLED": Look(STATUS_COLORS["CANCELLED"], "s", "..."),
    "INTERRUPTED": Look(STATUS_COLORS["INTERRUPTED"], "P", "xxx"),
    "SKIPPED": Look(STATUS_COLORS["SKIPPED"], "v", "---"),
    "RUNNING": Look(STATUS_COLORS["RUNNING"], "^", "|||"),
    "PENDING": Look(STATUS_COLORS["PENDING"], "D", "+++"),
}
UNKNOWN = Look("#999999", "d", "ooo")


def look(status: str) -> Look:
    """Return the looks of a status; one that a newer etlframe wrote is grey.

    >>> look("FAILED").color
    '#D55E00'
    """
    return LOOKS.get(status, UNKNOWN)


def in_order(statuses: set[str]) -> list[str]:
    """Return statuses in the order in which every screen shows them.

    >>> in_order({"FAILED", "NEW", "COMPLETED"})
    ['COMPLETED', 'FAILED', 'NEW']
    """
    known = [each for each in LOOKS if each in statuses]
    return known + sorted(statuses - set(known))
