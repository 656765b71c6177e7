"""A file that was loaded into, read back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from etlframe.engines.base import ScanMismatch
from etlframe.storage.formats import FileFormat
from etlframe.storage.opening import holds_no_records, read_steadily

if TYPE_CHECKING:
    import pandas as pd


def read_file(path: Path, kind: FileFormat, delimiter: str | None) -> pd.DataFrame:
    """Read a file as ``etl.FileSource`` does, also while others replace it.

    Args:
        path: The file.
        kind: What it is.
        delimiter: What separates the fields of CSV, where that was given.

    Raises:
        SourceError: It is not what its format says.
    """
    return read_steadily(str(path), lambda: _read(path, kind, delimiter))


def _read(path: Path, kind: FileFormat, delimiter: str | None) -> pd.DataFrame:
    import pandas as pd

    if holds_no_records(str(path), kind):
        return pd.DataFrame()  # what no rows leave of a frame in JSON
    try:
        return _read_sniffed(path, kind, delimiter, whole=False)
    except ScanMismatch:
        return _read_sniffed(path, kind, delimiter, whole=True)


def _read_sniffed(
    path: Path, kind: FileFormat, delimiter: str | None, *, whole: bool
) -> pd.DataFrame:
    from etlframe.engines.duckdb.reader import read_arrow
    from etlframe.engines.duckdb.sniff import sniff
    from etlframe.engines.duckdb.sniff_rules import Given
    from etlframe.engines.exchange import from_arrow

    scan = sniff(str(path), kind, Given(delimiter=delimiter), whole=whole)
    return from_arrow(read_arrow(scan), scan.columns)
