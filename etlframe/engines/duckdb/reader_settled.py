"""Small CSV files: every cell was looked at by the sniff, so none is when the rows are read.

To plan the tests of a cell takes DuckDB ten times as long as to read a hundred rows. What a look at
all rows told holds as long as the file is the same one, which is asked before and after a read. A
file that changed in between is read anew, and from then on with all tests.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from etlframe.engines.base import Scan
from etlframe.engines.duckdb.sniff_rules import Cells
from etlframe.expressions.kinds import Kind

State = tuple[int, int, int, int]
"""A file's number, size and times of change, the last of which no program can set back."""

SEEN = "seen"
"""The option of a scan that says which file its sniff looked at, or None for one not to rely on."""

_TICK = 20_000_000
"""Nanoseconds that two changes of a file may lie apart and have one time (usually 4 ms)."""

_unsettled: set[str] = set()


def seen_now(path: str) -> State | None:
    """Return what changes when a file changes, or None for one that may change without a sign."""
    state = _state_of(path)
    return None if state is None or time.time_ns() - max(state[2:]) < _TICK else state


def settled_columns(scan: Scan) -> frozenset[str]:
    """Return the columns of a CSV file whose cells were all seen to be of the column's type.

    Not one whose type or whose words for missing values were given, nor one with such a word.
    """
    options = scan.options
    if not scan.whole or scan.format not in ("csv", "tsv") or options["nulls_first"]:
        return frozenset()
    seen = options.get(SEEN)
    if seen is None or scan.path in _unsettled or seen != _state_of(scan.path):
        return frozenset()
    return frozenset(
        name
        for name, cells in options["cells"].items()
        if scan.columns.get(name, Kind.OTHER) is not Kind.OTHER
        and name not in options["given"]
        and not cells & Cells.WORD
    )


def settled(cell: str, kind: Kind, type_: str) -> str:
    """Return the SQL of the value of a cell that is known to be of a type."""
    return cell if kind is Kind.STR else f"CAST({cell} AS {type_})"


def have_changed(files: Mapping[str, State]) -> bool:
    """Return whether one of the files that a statement relied on is not what it was any more.

    Args:
        files: Paths, with what their sniff saw. One that changed is not relied on again.
    """
    changed = {path for path, seen in files.items() if seen != _state_of(path)}
    _unsettled.update(changed)
    return bool(changed)


def _state_of(path: str) -> State | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
