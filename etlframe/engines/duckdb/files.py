"""The files that statements read: each by a name, until it is known which columns are in use."""

from __future__ import annotations

import re

from etlframe.engines.base import Scan
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.reader import read_sql

_TOKENS = re.compile(r"""'(?:[^']|'')*'|("(?:[^"]|"")*")""")


class Files:
    """The files of a run. A frame over one reads from its name; what runs reads the file.

    Verbs pass on all columns by ``*``, so a column whose name stands nowhere in a statement is not
    in use: it is not planned, which for a wide file takes longer than a small run.
    """

    def __init__(self) -> None:
        self._scans: dict[str, Scan] = {}

    def add(self, scan: Scan) -> str:
        """Return a SELECT of a file's columns, by name."""
        name = text.name(f"__etl_file_{len(self._scans)}")
        self._scans[name] = scan
        return f"SELECT * FROM {name}"

    def put_into(self, statement: str, *, in_full: bool) -> str:
        """Return a statement that reads the files themselves, and of each what it uses.

        Args:
            statement: What runs.
            in_full: Whether it reads files to their end.
        """
        mentioned = {match[1] for match in _TOKENS.finditer(statement)}
        for name, scan in self._scans.items():
            if name in mentioned:
                used = {column for column in scan.columns if text.name(column) in mentioned}
                statement = statement.replace(name, f"({read_sql(scan, used, in_full=in_full)})")
        return statement
