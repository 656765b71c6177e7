"""DuckDB's errors as etlframe's, wherever it runs; what is wrong with a file, others tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etlframe.engines.base import RowsRefused, Scan
from etlframe.engines.duckdb.faults_memory import first_line, of_memory
from etlframe.errors import ETLError

if TYPE_CHECKING:
    import duckdb

REFUSED = "etlframe-refused"
"""In the error of a row that a guard does not let through."""


def translate(error: duckdb.Error, scan: Scan | None) -> Exception:
    """Return etlframe's error for DuckDB's.

    Args:
        error: What DuckDB raised.
        scan: The file that was being read, or None where no file was.

    Returns:
        A ``SourceError`` for what is wrong with the file; ``ScanMismatch`` where the file is only
        not what its beginning told, so that a whole sniff helps; ``RowsRefused`` where rows do not
        keep what a guard asks; a ``SpillError`` where the disk did not take what memory does not
        hold; an ``ETLError`` for all else.
    """
    from etlframe.engines.duckdb.core import duckdb

    if isinstance(error, duckdb.InterruptException):
        return ETLError("The computation was interrupted.")
    if REFUSED in str(error):
        return RowsRefused()
    return (
        of_memory(error)
        or (None if scan is None else _of_file(error, scan))
        or ETLError(f"DuckDB: {first_line(error)}")
    )


def _of_file(error: duckdb.Error, scan: Scan) -> Exception | None:
    from etlframe.engines.duckdb.faults_patterns import of_file  # a job without faults needs none

    return of_file(error, scan)


def of_arrow(error: OSError) -> duckdb.Error:
    """Return DuckDB's error for what Arrow makes of it between two batches of a stream."""
    from etlframe.engines.duckdb.core import duckdb

    said = str(error)
    kinds: dict[str, type[duckdb.Error]] = {
        "IO Error": duckdb.IOException,
        "INTERRUPT Error": duckdb.InterruptException,
        "Out of Memory Error": duckdb.OutOfMemoryException,
    }
    kind = kinds.get(said.partition(":")[0], duckdb.InvalidInputException)
    return kind(said)
