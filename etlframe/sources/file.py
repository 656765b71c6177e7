"""A file as a source: CSV, TSV, JSON, JSON Lines or Parquet."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.errors import OptionError
from etlframe.expressions.kinds import Kind
from etlframe.redaction import redact
from etlframe.sources.base import DataSource
from etlframe.sources.file_options import FileOptions, file_options
from etlframe.storage.formats import FileFormat, file_format

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


def _one_local_path(path: Any) -> str:
    """Return the path as text, or say what is not available yet."""
    if not isinstance(path, str | os.PathLike):
        kind = type(path).__name__
        raise OptionError(f"FileSource reads one file: a path, not {kind}. Several come later.")
    text = os.fspath(path)
    scheme, found, _ = text.partition("://")
    if found:
        raise OptionError(
            f"FileSource reads files of this machine; {scheme}:// addresses are not available yet. "
            "For JSON over HTTP there is APISource."
        )
    return text


class FileSource(DataSource):
    r"""Rows of one file.

    Types are told by the values: integers and floats are 64 bits in every format; ``007`` and
    ``01.5`` stay text, as do ``03/04/2024`` and whole numbers beyond 64 bits; ISO dates and
    timestamps become datetime64[us], in UTC where they have an offset; a column without any value
    is float64. In CSV, an empty field and pandas' words for it (``NA``, ``null`` ...) are missing,
    quoted or not. Every value is checked as it is read: where the beginning of a file told
    another type than its end, the whole file is looked at, with a warning.

    Args:
        path: The file. The suffix tells the format (``.csv``, ``.tsv``, ``.json`` for one array of
            objects, ``.jsonl`` or ``.ndjson``, ``.parquet`` or ``.pq``), and ``.gz`` or ``.zst``
            after it that it is compressed. It is opened when rows are asked for, not before.
        format: The format's name, where the suffix does not tell it.
        dtypes: Types of columns that shall not be told by the values, such as
            ``{"zip": "str", "day": "datetime64[us]"}``. Leading zeros of numbers are dropped then.
            They are the columns of a JSON file without records (``[]``; in JSON Lines one blank
            line), which has none of its own.
        null_values: Words that mean a missing value in CSV, instead of pandas' list; an empty field
            is missing in any case.
        **reader_options: For CSV ``delimiter`` (or ``sep``; told by the header unless given),
            ``quote`` (``'"'`` unless given, ``""`` for none) and ``columns`` (the names of the
            columns of a file without a header); for any text ``encoding`` (UTF-8 unless given).

    Raises:
        UnknownFormatError: Neither suffix nor ``format`` tells a known format.
        OptionError: An option has a value that it cannot have, or not for this format.
        UnknownNameError: An option of that name is not known.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "visits.csv")
    ...     _ = path.write_text("id,visits,since\n007,3,2024-01-02\n008,,2024-02-03\n")
    ...     FileSource(path).extract().dtypes
    id                   str
    visits           float64
    since     datetime64[us]
    dtype: object
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        format: str | None = None,  # noqa: A002 - the field's word
        dtypes: Mapping[str, Any] | None = None,
        null_values: Sequence[str] | None = None,
        **reader_options: Any,
    ) -> None:
        self.path = _one_local_path(path)
        self._format: FileFormat = file_format(self.path, format)
        self._options: FileOptions = file_options(
            self._format, dtypes=dtypes, null_values=null_values, **reader_options
        )
        self._named = format is not None
        self._sniffed: tuple[object, Scan] | None = None

    def extract(self) -> pd.DataFrame:
        """Read the file.

        Returns:
            A DataFrame with a RangeIndex and pandas' default dtypes.

        Raises:
            SourceError: The file is not there, is empty, a directory, not in its encoding, or not
                what its format says (with the number of the line).
            ColumnNotFoundError: ``dtypes`` names a column that the file does not have.
        """
        from etlframe.storage.opening import check_readable, read_steadily

        path = self._resolved()
        check_readable(path)
        return read_steadily(path, self._extract_once)

    def _extract_once(self) -> pd.DataFrame:
        from etlframe.engines.base import ScanMismatch
        from etlframe.engines.duckdb.connection import connect
        from etlframe.engines.duckdb.reader import read_arrow
        from etlframe.engines.exchange import from_arrow

        if self._is_without_records():
            return _no_rows(self._options.kinds)
        with ExitStack() as stack:
            path = self._recoded(stack)
            connection = stack.enter_context(connect())
            scan = self._sniff(path, connection=connection)
            try:
                table = read_arrow(scan, connection)
            except ScanMismatch as mismatch:
                message = f"{mismatch} The types were told by the whole file instead."
                warnings.warn(message, UserWarning, stacklevel=4)
                scan = self._sniff(path, whole=True, connection=connection)
                table = read_arrow(scan, connection)
        return from_arrow(table, scan.columns)

    def scan(self, *, whole: bool = False) -> Scan | None:
        """Return how an engine can read the file, or None where :meth:`extract` alone can.

        Args:
            whole: Look at the whole file, after a look at its beginning proved wrong.

        Raises:
            SourceError: As :meth:`extract`.
        """
        from etlframe.engines.duckdb.reader import is_for_engines

        if self._options.recodes or self._is_without_records():
            return None
        scan = self._sniff(self._resolved(), whole=whole)
        return scan if is_for_engines(scan) else None

    def columns(self) -> list[str] | None:
        """Return the column names, or None where they are not known without reading rows."""
        if self._options.recodes:
            return None
        if self._is_without_records():
            return list(self._options.kinds)
        return list(self._sniff(self._resolved()).columns)

    def describe(self) -> str:
        """Return the path, without secrets."""
        return redact(self.path)

    def __repr__(self) -> str:
        """Return the call that makes this source, without secrets."""
        named = {"format": self._format.name} if self._named else {}
        options = {**named, **self._options.told}.items()
        told = "".join(f", {name}={value!r}" for name, value in options)
        return f"FileSource({redact(self.path)!r}{told})"

    def _resolved(self) -> str:
        return os.path.expanduser(self.path)  # noqa: PTH111 - Path would drop a leading "./"

    def _is_without_records(self) -> bool:
        from etlframe.storage.opening import check_readable, holds_no_records

        path = self._resolved()
        check_readable(path)
        return holds_no_records(path, self._format)

    def _recoded(self, stack: ExitStack) -> str:
        """Return the path to read: a copy in UTF-8 where DuckDB does not know the encoding."""
        if not self._options.recodes:
            return self._resolved()
        from etlframe.engines.duckdb.reader_recoded import recoded

        path = self._resolved()
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
        copied = path != self._resolved()
        given = replace(self._options.given, shown=self.path)
        found = FileFormat(self._format.name) if copied else self._format
        scan = sniff(path, found, given, whole=whole, connection=connection)
        self._sniffed = (now, scan)
        return scan


def _no_rows(kinds: Mapping[str, Kind]) -> pd.DataFrame:
    """Return a frame without rows that has the columns whose dtypes were given."""
    import pandas as pd

    return pd.DataFrame({name: pd.Series(dtype=_DTYPES[kind]) for name, kind in kinds.items()})
