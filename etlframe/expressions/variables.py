"""What ``@name`` may stand for in a query string: plain data, as it was when it was written."""

from __future__ import annotations

import copy
import datetime as dt
import decimal
import numbers
import uuid
from typing import Any

_SCALARS = (
    bool, int, float, str, bytes, type(None), dt.date, dt.time, dt.timedelta, decimal.Decimal,
    uuid.UUID, numbers.Real,
)  # fmt: skip
_COLLECTIONS = (list, tuple, set, frozenset, range)
_LIBRARIES = ("numpy", "pandas", "pyarrow")
_SCALARS_OF_LIBRARIES = frozenset(
    (
        "Timestamp", "Timedelta", "Period", "Interval", "NaTType", "NAType", "datetime64",
        "timedelta64", "str_", "bytes_",
    )
)  # fmt: skip


def why_not_plain(value: Any) -> str | None:
    """Return why a value is not plain data, or None where it is.

    A value is plain where using it runs nobody's code: numbers, texts, dates, collections and
    arrays of them, Series and Index.

    >>> why_not_plain([1, "a"]), why_not_plain(len)
    (None, 'a builtin_function_or_method')
    """
    kind = type(value)
    if isinstance(value, type) or callable(value):
        return f"a {kind.__name__}" if not isinstance(value, type) else "a class"
    if isinstance(value, _SCALARS):
        return None
    if isinstance(value, _COLLECTIONS):
        return _within(value)
    if isinstance(value, dict):
        return _within(value) or _within(value.values())
    if kind.__module__.partition(".")[0] in _LIBRARIES:
        return _of_library(value)
    article = "an" if kind.__name__[0] in "aeiouAEIOU" else "a"
    return f"{article} {kind.__name__}"


def _within(values: Any) -> str | None:
    if isinstance(values, range):
        return None
    inner = (why_not_plain(each) for each in values if type(each) not in (int, float, str, bool))
    found = next((reason for reason in inner if reason is not None), None)
    return f"a collection that holds {found}" if found else None


def _of_library(value: Any) -> str | None:
    """Series, Index, arrays and numpy's scalars are plain; a frame is not one column."""
    name = type(value).__name__
    if name == "DataFrame":
        return "a DataFrame; take the column before, in a variable of its own"
    if name in _SCALARS_OF_LIBRARIES:
        return None
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        return f"a {name}"
    # What has a dtype is one of their columns or scalars; only object can hide anything else.
    return _within(value) if str(dtype) == "object" else None


def remembered(value: Any) -> Any:
    """Return a copy that later changes of the original do not reach, or the value itself."""
    name, library = type(value).__name__, type(value).__module__.partition(".")[0]
    if library == "pandas" and name == "Series":
        return value.copy(deep=False)  # lazy: pandas copies on write
    if library == "numpy" and name == "ndarray":
        return value.copy()
    return copy.copy(value) if isinstance(value, list | dict | set) else value
