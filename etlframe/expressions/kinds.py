"""The kinds of column that engines agree about, and the schema of a frame in those kinds.

A kind is coarser than a dtype: what matters is which meaning an operation has. ``INT`` is a
64-bit whole number that may be missing (float64 in a pandas frame then, as pandas has it).
``OTHER`` (nested values, categories, bytes, mixed objects) is carried along untouched; an
operation on it falls back to pandas.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds."""

    BOOL = "bool"  # never missing: what a comparison gives
    MAYBE_BOOL = "bool or missing"  # a file's booleans; object dtype in pandas where one is missing
    INT = "int"
    FLOAT = "float"
    STR = "str"
    DATE = "date"  # midnight timestamps that a file wrote as dates; computes as DATETIME
    DATETIME = "datetime"
    DATETIME_TZ = "datetime_tz"
    TIMEDELTA = "timedelta"
    DECIMAL = "decimal"
    DECIMAL_FLOAT = "float of decimals"  # in an expression alone: FLOAT where it becomes a column
    TERNARY = "comparison of decimals"  # in an expression alone: true, false or missing, as in SQL
    OTHER = "other"

    @property
    def is_number(self) -> bool:
        """Whether arithmetic with floats has pandas' meaning on it."""
        return self in (Kind.INT, Kind.FLOAT)

    @property
    def is_boolean(self) -> bool:
        """Whether it holds True and False."""
        return self in (Kind.BOOL, Kind.MAYBE_BOOL)

    @property
    def is_time(self) -> bool:
        """Whether it is a point in time without a time zone."""
        return self in (Kind.DATE, Kind.DATETIME)


Schema = Mapping[str, Kind]
"""Column names, in order, with their kinds."""
