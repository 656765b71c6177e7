"""Says which step an error belongs to, and that a function returned what a step must return."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from etlframe.engines.base import ReadAgain, RowsRefused, ScanMismatch
from etlframe.engines.index import with_range_index
from etlframe.errors import ColumnNotFoundError, ETLError, StepError
from etlframe.expressions.tree import NotPortable
from etlframe.redaction import redact

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
    except (NotPortable, ScanMismatch, ReadAgain, RowsRefused):
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
    if df is None:
        return None
    name = _named_in(error)
    return name if isinstance(name, str) and name not in _names(df) else None


def _named_in(error: Exception) -> object:
    """The name that pandas says it did not find, in each of its ways to say it."""
    if isinstance(error, AttributeError):  # df.name
        return error.name if type(error.obj).__name__ == "DataFrame" else None
    if type(error).__name__ == "UndefinedVariableError":  # df.query("name > 1")
        found = re.match(r"name '(.+)' is not defined", str(error))
        return found[1] if found else None
    if isinstance(error, ValueError):  # pd.col("name")
        found = re.match(r"Column '(.+)' not found in given DataFrame", str(error))
        return found[1] if found else None
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    inside_pandas = bool(frames) and "pandas" in frames[-1].filename
    return error.args[0] if isinstance(error, KeyError) and inside_pandas and error.args else None


def _names(df: pd.DataFrame) -> list[str]:
    return [str(name) for name in df.columns]


def _sentence(error: Exception) -> str:
    text = redact(str(error).strip()) or "no message"
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
