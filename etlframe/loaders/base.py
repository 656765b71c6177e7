"""What a destination is: something that a frame is loaded into, whole or not at all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from etlframe.errors import LoadError
from etlframe.frozen import frozen
from etlframe.storage.records import Load, LoadRecord, State

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import Rows


@frozen
class Loaded:
    """What a load did.

    Attributes:
        rows: Rows that the destination gained, as its writer counted them.
        rows_scanned: Rows that the engine read from files meanwhile, or None where unknown.
        warnings: What a person should know, in sentences.
    """

    rows: int
    rows_scanned: int | None = None
    warnings: tuple[str, ...] = ()


class Destination(ABC):
    """Where rows go. ``etl.DataLoader(path)`` makes the right one.

    Attributes:
        mode: What becomes of what is there: ``"write"`` replaces, ``"append"`` adds.
        path: The file, where the destination is one; what memory does not hold goes beside it.
        add_run_id: Whether rows get the columns ``_run_id`` and ``_loaded_at``.
    """

    mode: str
    path: Path | None = None
    add_run_id: bool = False

    @abstractmethod
    def check(self) -> None:
        """Raise ``LoadError`` or ``OptionError`` now if the destination could never take a load."""

    @abstractmethod
    def load_frame(self, frame: Rows, load: Load | None = None) -> Loaded:
        """Load rows of any engine: whole, or the destination stays as it was.

        Args:
            frame: The rows.
            load: The load of a run, which the destination remembers with the rows; None for rows
                that no run brought.
        """

    def state(self) -> State:
        """Return what the destination remembers of its loads: nothing, unless it can."""
        return State()

    def remember(self, load: Load) -> None:  # noqa: B027 - not every destination can
        """Remember a load that has no rows, so that a second run of its name does nothing."""

    def forget(self, name: str) -> None:
        """Forget how far a source was read, by the job's name; nothing else changes."""
        raise LoadError(f"{self.describe()} does not remember how far {name!r} was read.")

    def rollback(self, run_id: str) -> LoadRecord:
        """Undo the newest load, if it is that of a run, and return what it was."""
        raise LoadError(f"{self.describe()} cannot undo the load of run {run_id!r}.")

    @abstractmethod
    def load(self, df: pd.DataFrame) -> int:
        """Load a DataFrame and return the number of rows loaded."""

    @contextmanager
    def rehearsal(self) -> Iterator[Destination | None]:
        """Give a destination that takes a load as this one does, and throws it away in the end.

        None is given where there is no such, and then a profile has no load in it.
        """
        yield None

    @abstractmethod
    def read(self) -> pd.DataFrame:
        """Read the destination back as a DataFrame."""

    @abstractmethod
    def describe(self) -> str:
        """Return one short line for people and logs, without secrets."""
