"""Says which step an error belongs to, and that a function returned what a step must return."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from etlframe.engines.base import ScanMismatch
from etlframe.engines.index import with_range_index
from etlframe.errors import ColumnNotFoundError, ETLError, StepError
from etlframe.expressions.tree import NotPortable

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def blamed(step: str, df: pd.DataFrame | None) -> Iterator[None]:
    """Raise what happens inside as an error of etlframe's that names the step.

    Args:
        step: The step's name.
        df: The frame that the step was given, for the names of its columns.
    """
    try:
        yield
    except (NotPortable, ScanMismatch):
        raise
    except ColumnNotFoundError as error:
        raise _with_step(error, step) from None
    except ETLError:
        raise
    except Exception as error:
        column = _missing_column(error, df)
        if df is not None and column is not None:
            raise ColumnNotFoundError(column, _names(df), step=step) from error
        raise StepError(f"Step {step!r} failed: {_sentence(error)}", step=step) from error


def _with_step(error: ColumnNotFoundError, step: str) -> ColumnNotFoundError:
    if error.step is not None:
        return error
    located = ColumnNotFoundError(error.column, error.columns, step=step)
    plain = ColumnNotFoundError(error.column, error.columns)
    located.args = (f"{located.args[0]}{str(error).removeprefix(str(plain))}",)
    return located


def _missing_column(error: Exception, df: pd.DataFrame | None) -> str | None:
    """The column that pandas did not find, where that is what the error says."""
    if df is None or not isinstance(error, KeyError) or not error.args:
        return None
    frames = traceback.extract_tb(error.__traceback__)
    name = error.args[0]
    inside_pandas = bool(frames) and "pandas" in frames[-1].filename
    return name if inside_pandas and isinstance(name, str) and name not in _names(df) else None


def _names(df: pd.DataFrame) -> list[str]:
    return [str(name) for name in df.columns]


def _sentence(error: Exception) -> str:
    text = str(error).strip() or "no message"
    return f"{type(error).__name__}: {text}"


def checked_frame(answer: Any, step: str) -> pd.DataFrame:
    """Return what a step gave as a frame with a RangeIndex.

    Raises:
        StepError: It is not a DataFrame.
    """
    import pandas as pd

    if not isinstance(answer, pd.DataFrame):
        kind = "None" if answer is None else f"a {type(answer).__name__}"
        hint = " Does the function return its result?" if answer is None else ""
        raise StepError(f"Step {step!r} returned {kind}, not a DataFrame.{hint}", step=step)
    return with_range_index(answer)
