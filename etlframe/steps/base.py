"""What a step is: a DataFrame function that may also be lowered onto an engine's frame."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from etlframe.errors import ColumnNotFoundError
from etlframe.expressions.tree import NotPortable

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame

_LONGEST_NAME = 72


class Step(ABC):
    """One step of a plan. ``step(df)`` is plain pandas, and that is what the step means."""

    needs_all_rows: ClassVar[bool] = False
    """Whether it makes something else of a part of the rows than that part of its answer."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The verb and what it does, on one line, for people and logs."""

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The other frames, sources or plans that the step reads."""
        return ()

    @abstractmethod
    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run the step in pandas and return a new DataFrame."""

    def lower(self, frame: EngineFrame, *inputs: EngineFrame) -> EngineFrame:  # noqa: ARG002 - a contract for children
        """Move the step onto an engine's frame.

        Raises:
            NotPortable: It runs in pandas instead; the message says why.
        """
        raise NotPortable("a function of yours runs in pandas")

    def columns_after(self, columns: Sequence[str]) -> list[str] | None:  # noqa: ARG002 - a contract for children
        """Return the column names after the step, or None where only running it can tell.

        Raises:
            ColumnNotFoundError: The step names a column that is not there.
        """
        return None

    def foresee(self, columns: Sequence[str]) -> list[str] | None:
        """Return the column names after the step, looking into the user's functions too.

        It calls them with a stand-in for the frame, so it is for ``explain``, never for a run.

        Raises:
            ColumnNotFoundError: The step names a column that is not there.
        """
        return self.columns_after(columns)

    def __repr__(self) -> str:
        return f"<{self.name}>"


def shortened(text: str) -> str:
    r"""Return a name that fits one line.

    >>> shortened("query  a\n > 1")
    'query a > 1'
    """
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 3] + "..."


def need_columns(named: Sequence[str], columns: Sequence[str]) -> None:
    """Raise ``ColumnNotFoundError`` for the first name that is not among the columns."""
    for name in named:
        if name not in columns:
            raise ColumnNotFoundError(name, list(columns))


def as_names(names: str | Sequence[str]) -> list[str]:
    """Return one name or several as a list."""
    return [names] if isinstance(names, str) else list(names)
