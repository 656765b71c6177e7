"""One computation while it runs: what it read, what failed in it, and how to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etlframe.control import Advance
from etlframe.errors import ETLError, SourceError

if TYPE_CHECKING:
    from etlframe.engines.base import Scan
    from etlframe.engines.duckdb.streaming import Streams


class Computation:
    """What Polars' threads and the thread that waits for them share."""

    def __init__(self, streams: Streams) -> None:
        self._scanned: dict[int, set[int | None]] = {}
        self._so_far: dict[int, int] = {}
        self._streams = streams
        self._fault: BaseException | None = None
        self._stopped = False

    def read(self, place: int, rows: int) -> None:
        """Note how many rows the newest scan of a part of the source gave until now."""
        self._so_far[place] = rows

    def scanned(self, place: int, rows: int | None) -> None:
        """Note how many rows a scan of a part of the source gave; None if it was cut short."""
        self._scanned.setdefault(place, set()).add(rows)

    def rows_scanned(self, parts: int) -> int | None:
        """Return the rows that the source's parts gave; None where one was not read to its end."""
        counts = [self._scanned.get(place, {None}) for place in range(parts)]
        found = [each for count in counts if len(count) == 1 for each in count if each is not None]
        return sum(found) if len(found) == parts else None

    def failed(self, error: BaseException) -> None:
        """Remember the first error of what runs inside: outer layers wrap it, or forget it."""
        if self._fault is None:
            self._fault = error

    def advance(self) -> Advance:
        """Return how far the reading is: the rest of the work goes on along with it."""
        rows = sum(self._so_far.values()) if self._so_far else None
        return Advance(self._streams.fraction(), rows)

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

        # Let go of: an error holds the frames that raised it, and those what Polars holds.
        cause, self._fault = self._fault or error, None
        if not isinstance(cause, pl.exceptions.PolarsError | pl.exceptions.PanicException):
            return cause
        first, *_ = str(cause).strip().splitlines() or [""]
        if scan is not None and "parquet" in str(cause).lower():
            file = next((each for each in scan.each() if each.path in str(cause)), scan)
            return SourceError(f"{file.options.get('shown', file.path)} cannot be read: {first}")
        return ETLError(f"Polars: {first}")
