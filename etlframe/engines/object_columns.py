"""Object columns of pandas in Arrow: one type a column, or a clear error that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etlframe.errors import LoadError
from etlframe.expressions.kinds import Kind

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def from_objects(column: pd.Series[Any], name: str, kind: Kind | None) -> pa.Array:
    """Return an object column as an Arrow array of the one type that its values have.

    Raises:
        LoadError: The values are of several types, or of one that no file format holds.
    """
    import pyarrow as pa

    present = column.dropna()
    types = set(map(type, present))
    families = {_FAMILIES.get(each.__name__, each.__name__) for each in types}
    if not families:
        return pa.nulls(len(column), _arrow_type(kind))
    if len(families) > 1 and families not in _MIXABLE:
        raise LoadError(
            f"Column {name!r} mixes {' and '.join(sorted(families))}: a file's column has one "
            f"type. Convert it, for example: .assign({_keyword(name)}=lambda d: "
            f"d[{name!r}].astype(str))"
        )
    return converted(column, name)


_FAMILIES = {
    "str_": "str",
    "bool_": "bool",
    "float64": "float",
    "float32": "float",
    "int64": "int",
    "int32": "int",
    "Timestamp": "datetime",
    "Timedelta": "timedelta",
    "tuple": "list",
    "ndarray": "list",
}
_MIXABLE = ({"int", "float"}, {"int", "Decimal"})


def _keyword(name: str) -> str:
    return name if name.isidentifier() else "x"


def converted(column: pd.Series[Any], name: str) -> pa.Array | pa.ChunkedArray:
    """Return what pyarrow makes of a column, missing values as nulls.

    Raises:
        LoadError: Arrow has no type for it.
    """
    import pyarrow as pa

    try:
        return pa.array(column, from_pandas=True)
    except OverflowError:
        return _wide_integers(column, name)
    except UnicodeEncodeError as error:
        raise unwritable(name, "text with half a character (a surrogate)") from error
    except pa.ArrowException as error:
        raise unwritable(name, _what(column)) from error


def _wide_integers(column: pd.Series[Any], name: str) -> pa.Array:
    """Convert Python integers beyond 64 bits exactly."""
    from decimal import Decimal

    import pyarrow as pa

    try:
        values = [
            None if missing else Decimal(value)
            for value, missing in zip(column, column.isna(), strict=True)
        ]
        return pa.array(values, pa.decimal128(38, 0))
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise unwritable(name, "integers of more than 38 digits") from error


def _what(column: pd.Series[Any]) -> str:
    import pandas as pd

    kind = (
        pd.api.types.infer_dtype(column, skipna=True)
        if column.dtype == "object"
        else str(column.dtype)
    )
    return (
        f"values of type {kind}"
        if kind != "mixed"
        else f"values of type {type(column.dropna().iloc[0]).__name__}"
    )


def unwritable(name: str, what: str) -> LoadError:
    """Return the error for a column that holds ``what``."""
    return LoadError(
        f"Column {name!r} holds {what}, which cannot be written or handed to an engine; "
        "convert it first, for example with .astype(str)."
    )


def _arrow_type(kind: Kind | None) -> pa.DataType:
    """Return the type of a column of missing values: float64 where its kind is not known."""
    import pyarrow as pa

    return {
        Kind.BOOL: pa.bool_(),
        Kind.INT: pa.int64(),
        Kind.STR: pa.string(),
        Kind.DATE: pa.timestamp("us"),
        Kind.DATETIME: pa.timestamp("us"),
        Kind.DATETIME_TZ: pa.timestamp("us", tz="UTC"),
        Kind.TIMEDELTA: pa.duration("us"),
    }.get(kind or Kind.OTHER, pa.float64())
