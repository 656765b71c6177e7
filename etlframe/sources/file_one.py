"""One file, read: sniffed once as long as it does not change."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.expressions.kinds import Kind
from etlframe.sources.file_options import FileOptions
from etlframe.storage.formats import FileFormat

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import Scan

_DTYPES = {
    Kind.BOOL: "bool",
    Kind.INT: "int64",
    Kind.FLOAT: "float64",
    Kind.STR: "str",
    Kind.DATE: "datetime64[us]",
    Kind.DATETIME: "datetime64[us]",
    Kind.DATETIME_TZ: "datetime64[us, UTC]",
}


class OneFile:
    """Reads a file.

    Args:
        path: The file.
        shown: What errors call it.
        file_format: What it is.
        options: What the user said about it.
    """

    def __init__(
        self, path: str, shown: str, file_format: FileFormat, options: FileOptions
    ) -> None:
        self.path = path
        self._shown = shown
        self._format = file_format
        self._options = options
        self._sniffed: tuple[object, Scan] | None = None

    def extract(self) -> pd.DataFrame:
        """Read it, as ``FileSource.extract`` says."""
        from etlframe.storage.opening import check_readable, read_steadily

        path = self.path
        check_readable(path)
        return read_steadily(path, self._extract_once)

    def _extract_once(self) -> pd.DataFrame:
        from etlframe.engines.base import ScanMismatch
        from etlframe.engines.duckdb.connection import connect
        from etlframe.engines.duckdb.reader import read_arrow
        from etlframe.engines.exchange import from_arrow

        if self._is_without_records():
            return no_rows(self._options.kinds)
        with ExitStack() as stack:
            path = self._recoded(stack)
            connection = stack.enter_context(connect())
            scan = self._sniff(path, connection=connection)
            try:
                table = read_arrow(scan, connection)
            except ScanMismatch as mismatch:
                message = f"{mismatch} The types were told by the whole file instead."
                warnings.warn(message, UserWarning, stacklevel=5)
                scan = self._sniff(path, whole=True, connection=connection)
                table = read_arrow(scan, connection)
        return from_arrow(table, scan.columns)

    def scan(self, *, whole: bool = False) -> Scan | None:
        """Return how an engine can read it, as ``FileSource.scan`` says."""
        from etlframe.engines.duckdb.reader import is_for_engines

        if self._options.recodes or self._is_without_records():
            return None
        scan = self._sniff(self.path, whole=whole)
        return scan if is_for_engines(scan) else None

    def columns(self) -> list[str] | None:
        """Return the column names, or None where they are not known without reading rows."""
        if self._options.recodes:
            return None
        if self._is_without_records():
            return list(self._options.kinds)
        return list(self._sniff(self.path).columns)

    def _is_without_records(self) -> bool:
        from etlframe.storage.opening import check_readable, holds_no_records

        path = self.path
        check_readable(path)
        return holds_no_records(path, self._format)

    def _recoded(self, stack: ExitStack) -> str:
        """Return the path to read: a copy in UTF-8 where DuckDB does not know the encoding."""
        if not self._options.recodes:
            return self.path
        from etlframe.engines.duckdb.reader_recoded import recoded

        path = self.path
        return stack.enter_context(recoded(path, self._format, self._options.encoding))

    def _sniff(
        self,
        path: str,
        *,
        whole: bool = False,
        connection: Any = None,
    ) -> Scan:
        """Sniff the file, once as long as it does not change."""
        from etlframe.engines.duckdb.sniff import sniff
        from etlframe.storage.opening import check_readable, identity

        check_readable(path)
        now = (path, identity(path))
        if self._sniffed is not None:
            before, scan = self._sniffed
            if before == now and (scan.whole or not whole):
                return scan
        copied = path != self.path
        given = replace(self._options.given, shown=self._shown)
        found = FileFormat(self._format.name) if copied else self._format
        scan = sniff(path, found, given, whole=whole, connection=connection)
        self._sniffed = (now, scan)
        return scan


def no_rows(kinds: Mapping[str, Kind]) -> pd.DataFrame:
    """Return a frame without rows that has the columns whose dtypes were given."""
    import pandas as pd

    return pd.DataFrame({name: pd.Series(dtype=_DTYPES[kind]) for name, kind in kinds.items()})
