"""Small CSV files: every cell was looked at by the sniff, so none is when the rows are read.

To plan the tests of a cell takes DuckDB ten times as long as to read a hundred rows. What a look at
all rows told holds as long as the file is the same one, which is asked before and after a read. A
file that changed in between is read anew, and from then on with all tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from etlframe.engines.base import Scan
from etlframe.engines.duckdb.sniff_rules import Cells
from etlframe.expressions.kinds import Kind
from etlframe.storage.identity import identity_of

SEEN = "seen"
"""The option of a scan that says which file its sniff looked at."""

_unsettled: set[str] = set()


def settled_columns(scan: Scan) -> frozenset[str]:
    """Return the columns of a CSV file whose cells were all seen to be of the column's type.

    Not one whose type or whose words for missing values were given, nor one with such a word.
    """
    options = scan.options
    if not _is_settled(scan) or options["nulls_first"] or not _is_as_seen(scan):
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


def have_changed(scans: Iterable[Scan]) -> bool:
    """Return whether a file whose cells were settled is not what it was, and settle it no more."""
    changed = [each.path for scan in scans for each in scan.parts or (scan,) if _has_changed(each)]
    _unsettled.update(changed)
    return bool(changed)


def _has_changed(scan: Scan) -> bool:
    return _is_settled(scan) and not _is_as_seen(scan)


def _is_settled(scan: Scan) -> bool:
    """Return whether all rows of a scan, which is of one file, were looked at by its sniff."""
    one = scan.whole and SEEN in scan.options and not scan.paths
    return one and scan.path not in _unsettled


def _is_as_seen(scan: Scan) -> bool:
    return bool(scan.options[SEEN] == identity_of(Path(scan.path)))
