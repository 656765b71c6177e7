"""The errors of etlframe: one base, and each child is also the builtin that a caller would catch.

A message says what happened, where (pipeline, step, column, row, file, line), and the mend.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


_MOST_NAMES = 12


def near_names(name: str, names: Iterable[str], *, most: int = 3) -> list[str]:
    """Return the names that a person may have meant by ``name``, nearest first.

    Case is ignored while comparing (``Dest`` finds ``dest``); similarity is
    :func:`difflib.get_close_matches`' ratio with its default cut-off of 0.6.

    >>> near_names("carier", ["carrier", "flight", "origin"])
    ['carrier']
    """
    from difflib import get_close_matches

    by_folded = {str(known).casefold(): str(known) for known in names}
    found = get_close_matches(str(name).casefold(), by_folded, n=most)
    return [by_folded[folded] for folded in found]


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"``, or the known names where none is near, or nothing.

    >>> did_you_mean("carier", ["carrier", "flight"])
    " Did you mean 'carrier'?"
    >>> did_you_mean("zzz", ["carrier", "flight"])
    ' Known: carrier, flight.'
    """
    known = [str(each) for each in names]
    near = near_names(name, known)
    if near:
        return f" Did you mean {' or '.join(repr(each) for each in near)}?"
    if not known:
        return ""
    shown = ", ".join(known[:_MOST_NAMES]) + (", ..." if len(known) > _MOST_NAMES else "")
    return f" Known: {shown}."


class ETLError(Exception):
    """The base of every error that etlframe raises on purpose."""

    def __str__(self) -> str:
        # KeyError shows the repr of its message; a sentence for people must stay a sentence.
        return str(self.args[0]) if self.args else ""


# -- sources ---------------------------------------------------------------------------------------


class SourceError(ETLError, OSError):
    """A source could not be read."""


class SourceNotFoundError(SourceError, FileNotFoundError):
    """The file or address that a source names is not there."""


class SourceIsDirectoryError(SourceError, IsADirectoryError):
    """A file was expected and a directory was found."""


class EmptySourceError(SourceError, ValueError):
    """The file holds nothing at all, not even a header."""


class MalformedSourceError(SourceError, ValueError):
    """A line or value of the source is not what its format says.

    Attributes:
        path: The file, as text, or None where there is no file.
        line: The line's number, counted from 1, or None where it is not known.
    """

    def __init__(self, message: str, *, path: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.path = path
        self.line = line


class EncodingSourceError(MalformedSourceError):
    """The file is not in the encoding that it was read with (UTF-8 unless given)."""


class UnknownFormatError(ETLError, ValueError):
    """A file's format was neither given nor told by its suffix."""


class HTTPSourceError(SourceError, ConnectionError):
    """An HTTP request failed, or was answered with an error status.

    Attributes:
        status: The HTTP status code, or None where no answer came.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


# -- plans: mistakes in what was written; never retried --------------------------------------------


class PlanError(ETLError, ValueError):
    """The plan as written cannot work, whatever the data: mend the plan; a retry would not help."""


class ColumnNotFoundError(PlanError, KeyError):
    """A step names a column that is not there."""

    def __init__(self, column: str, columns: Sequence[str], *, step: str | None = None) -> None:
        where = f"Step {step!r}: no" if step else "No"
        known = did_you_mean(column, columns) if columns else " There are no columns at all."
        super().__init__(f"{where} column {column!r}.{known}")
        self.column = column
        self.columns = list(columns)
        self.step = step


class ExpressionError(PlanError, SyntaxError):
    """A query string or an expression cannot be understood."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.msg = message


class UnknownNameError(ETLError, KeyError):
    """A pipeline, job, engine or option of that name is not known."""

    def __init__(self, what: str, name: object, names: Iterable[str]) -> None:
        super().__init__(f"No {what} named {name!r}.{did_you_mean(str(name), names)}")
        self.name = name


class AmbiguousNameError(ETLError, LookupError):
    """Several pipelines answer to one name."""


class OptionError(ETLError, ValueError):
    """An option has a value that it cannot have."""


class FallbackError(PlanError):
    """A step would fall back to pandas while ``set_options(fallback="error")`` forbids it."""


# -- steps, schemas, loads, runs -------------------------------------------------------------------


class StepError(ETLError, RuntimeError):
    """A step failed on the data; the error of the user's own function is its ``__cause__``.

    Attributes:
        step: The step's name.
    """

    def __init__(self, message: str, *, step: str) -> None:
        super().__init__(message)
        self.step = step


class KeysNotUniqueError(ETLError, ValueError):
    """The keys of a merge are not what ``validate=`` says; pandas raises its ``MergeError``."""


class ValidationError(ETLError, ValueError):
    """Data does not keep a schema.

    Attributes:
        step: The validating step's name.
        messages: One sentence a failing check and column, with the count and examples.
        failure_cases: Every failure as a DataFrame with the columns ``column`` (str), ``check``
            (str), ``failure_case`` (object) and ``index`` (the row's label, or missing).
    """

    def __init__(
        self, message: str, *, step: str, messages: Sequence[str], failure_cases: pd.DataFrame
    ) -> None:
        super().__init__(message)
        self.step = step
        self.messages = list(messages)
        self.failure_cases = failure_cases


class LoadError(ETLError, OSError):
    """A destination could not be written; it is as it was before."""


class SpillError(ETLError, OSError):
    """What memory does not hold could not be put on the disk either."""


class DestinationChangedError(ETLError, RuntimeError):
    """A destination no longer holds what a run left in it."""


class LogError(ETLError, OSError):
    """The run log could not be written."""


class RunFailedError(ETLError, RuntimeError):
    """A run did not complete; raised by ``result.raise_for_status()``.

    Attributes:
        result: The run's ``JobResult``.
    """

    def __init__(self, message: str, *, result: Any) -> None:
        super().__init__(message)
        self.result = result


class MissingDependencyError(ETLError, ImportError):
    """An optional library is not installed; the message prints the line that installs it."""

    def __init__(self, library: str, *, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs {library}, which is not installed. "
            f'Install it with: pip install "etlframe[{extra}]"'
        )
        self.name = library
