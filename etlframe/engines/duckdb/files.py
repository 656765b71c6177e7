"""The files that statements read: each by a name, until it is known which columns are in use."""

from __future__ import annotations

import re

from etlframe.engines.base import Scan
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.reader import read_sql
from etlframe.engines.duckdb.reader_settled import SEEN, State, settled_columns

_CLOSED = "_closed"
_TOKENS = re.compile(r"""'(?:[^']|'')*'|("(?:[^"]|"")*")""")


class Files:
    """The files of a run. A frame over one reads from its name; what runs reads the file.

    Verbs pass on all columns by ``*``, so a column whose name stands nowhere in a statement is not
    in use: it is not planned, which for a wide file takes longer than a small run.

    Attributes:
        relied_on: The files that the newest statement reads without a test of their cells, with
            what their sniff saw.
    """

    def __init__(self) -> None:
        self._scans: dict[str, Scan] = {}
        self.relied_on: dict[str, State] = {}

    def add(self, scan: Scan) -> str:
        """Return a SELECT of a file's columns, by name."""
        name = f"__etl_file_{len(self._scans)}"
        self._scans[name] = scan
        return f"SELECT * FROM {text.name(name)}"

    def closed(self, statement: str) -> str:
        """Return a statement whose answer no column depends on that its files might have besides.

        Only what passes on all columns would have to hold one that the beginning of a JSON file
        did not show; to look for one takes a third of the reading.
        """
        for name, scan in self._scans.items():
            if scan.format in ("json", "jsonl"):
                statement = statement.replace(text.name(name), text.name(f"{name}{_CLOSED}"))
        return statement

    def put_into(self, statement: str, *, in_full: bool) -> str:
        """Return a statement that reads the files themselves, and of each what it uses.

        Who runs it has to ask afterwards whether the files in ``relied_on`` have changed.

        Args:
            statement: What runs.
            in_full: Whether it reads files to their end.
        """
        mentioned = {match[1] for match in _TOKENS.finditer(statement)}
        self.relied_on = {}
        for name, scan in self._scans.items():
            used = {column for column in scan.columns if text.name(column) in mentioned}
            for ending in ("", _CLOSED):
                file = text.name(f"{name}{ending}")
                if file in mentioned:
                    known = settled_columns(scan)
                    if known:
                        self.relied_on[scan.path] = scan.options[SEEN]
                    closed = bool(ending)
                    read = read_sql(scan, used, in_full=in_full, is_closed=closed, known=known)
                    statement = statement.replace(file, f"({read})")
        return statement
