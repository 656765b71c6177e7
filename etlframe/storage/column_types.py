"""Which type a column gets in a database, and as what a value is sent into one that is there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


class ColumnTypes(ABC):
    """The types of one database. Arrow's types stand for what the rows hold."""

    @abstractmethod
    def made(self, of: pa.DataType) -> str | None:
        """Return the type of a new column, or None where the database has none for it."""

    @abstractmethod
    def held(self, declared: str) -> pa.DataType | None:
        """Return what a column of this declared type holds, or None where it is another type."""

    def target(self, of: pa.DataType, declared: str) -> pa.DataType | None:
        """Return as what values are sent into a column that is there, or None if they are not.

        A text type for a column of a type of the database's own means: cast there.
        """
        import pyarrow as pa

        held = self.held(declared)
        if held is None:
            is_plain = family(of) in ("text", "int", "float", "decimal")
            return pa.string() if is_plain else None
        if family(held) == "binary" and family(of) == "binary":
            return held
        return held if family(held) in _TAKEN_BY.get(family(of), ()) or held == of else None

    def sent(self, of: pa.DataType) -> pa.DataType:
        """Return as what values are sent into a new column."""
        return widest(of)

    def is_own(self, declared: str) -> bool:
        """Return whether text is cast into a column of this type by the database."""
        return self.held(declared) is None


_TAKEN_BY = {
    "bool": ("bool",),
    "int": ("int", "float", "decimal"),
    "float": ("float", "int", "decimal"),
    "decimal": ("decimal", "int", "float"),
    "text": ("text",),
    "date": ("date", "time"),
    "time": ("time", "date"),
    "instant": ("instant",),
    "clock": ("clock",),
}
"""Families of values, with the families of columns that may take them if each value fits."""


def family(of: pa.DataType) -> str:
    """Return what an Arrow type is one of: ``"int"``, ``"text"``, ``"instant"`` (with a zone) ...

    >>> import pyarrow as pa
    >>> family(pa.int16()), family(pa.timestamp("us")), family(pa.timestamp("us", "UTC"))
    ('int', 'time', 'instant')
    """
    import pyarrow as pa

    for name, is_one in (
        ("bool", pa.types.is_boolean),
        ("int", pa.types.is_integer),
        ("float", pa.types.is_floating),
        ("decimal", pa.types.is_decimal),
        ("date", pa.types.is_date),
        ("clock", pa.types.is_time),
        ("null", pa.types.is_null),
    ):
        if is_one(of):
            return name
    if pa.types.is_timestamp(of):
        return "time" if of.tz is None else "instant"
    if pa.types.is_string(of) or pa.types.is_large_string(of) or pa.types.is_string_view(of):
        return "text"
    if pa.types.is_binary(of) or pa.types.is_large_binary(of) or pa.types.is_fixed_size_binary(of):
        return "binary"
    return "other"


def widest(of: pa.DataType) -> pa.DataType:
    """Return the type that takes every value of a family: one for all sizes of integers."""
    import pyarrow as pa

    plain = {
        "int": pa.int64(),
        "float": pa.float64(),
        "text": pa.string(),
        "binary": pa.binary(),
        "date": pa.date32(),
        "time": pa.timestamp("us"),
        "instant": pa.timestamp("us", "UTC"),
        "clock": pa.time64("us"),
        "null": pa.string(),
    }
    if of == pa.uint64():
        return pa.decimal128(20, 0)
    return plain.get(family(of), of)
