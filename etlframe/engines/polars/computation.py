"""One computation while it runs: what it read, what failed in it, and how to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etlframe.control import Advance
from etlframe.errors import ETLError, SourceError

if TYPE_CHECKING:
    from etlframe.engines.base import Scan
    from etlframe.engines.duckdb.streaming import Streams


class Computation:
    """What Polars' threads and the thread that waits for them share.

    Attributes:
        scanned: Rows that each scan of the first file gave, None for one that was cut short.
        rows_so_far: Rows that the newest scan of the first file gave until now.
    """

    def __init__(self, streams: Streams) -> None:
        self.scanned: list[int | None] = []
        self.rows_so_far: int | None = None
        self._streams = streams
        self._fault: BaseException | None = None
        self._stopped = False

    @property
    def rows_scanned(self) -> int | None:
        """Rows that the first file gave; None where no scan of it reached its end."""
        counts = set(self.scanned)
        return counts.pop() if len(counts) == 1 else None

    def failed(self, error: BaseException) -> None:
        """Remember the first error of what runs inside: outer layers wrap it, or forget it."""
        if self._fault is None:
            self._fault = error

    def advance(self) -> Advance:
        """Return how far the reading is: the rest of the work goes on along with it."""
        return Advance(self._streams.fraction(), self.rows_so_far)

    def interrupt(self) -> None:
        """Stop everything that reads or writes; Polars hears Ctrl-C by itself."""
        self._stopped = True
        self._streams.interrupt()

    def check(self) -> None:
        """Raise ``KeyboardInterrupt`` if this was stopped: the thread that waits raises it too."""
        if self._stopped:
            raise KeyboardInterrupt

    def explained(self, error: BaseException, scan: Scan | None) -> BaseException:
        """Return etlframe's error for one that came out.

        Args:
            error: What came out.
            scan: The file that was read first, or None.
        """
        import polars as pl

        cause = self._fault or error
        if not isinstance(cause, pl.exceptions.PolarsError | pl.exceptions.PanicException):
            return cause
        first, *_ = str(cause).strip().splitlines() or [""]
        if scan is not None and "parquet" in str(cause).lower():
            return SourceError(f"{scan.options.get('shown', scan.path)} cannot be read: {first}")
        return ETLError(f"Polars: {first}")
