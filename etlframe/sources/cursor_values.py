"""The values of a cursor: what is compared with them, and what tells one row from others."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import blake2s
from typing import TYPE_CHECKING, Any

from etlframe.errors import ColumnNotFoundError, SourceError

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.sources.base import Cursor

_FRACTION = re.compile(r"-?\d+\.\d+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d")
_DIGEST = 10  # bytes: two of a million rows are taken for one once in 10^12 cases


def values_of(df: pd.DataFrame, cursor: Cursor) -> pd.Series[Any]:
    """Return the cursor's column.

    Raises:
        ColumnNotFoundError: The cursor or a key is no column.
        SourceError: It is missing in a row.
    """
    for name in (cursor.column, *cursor.key):
        if name not in df.columns:
            raise ColumnNotFoundError(name, list(df.columns))
    values = df[cursor.column]
    if (missing := int(values.isna().sum())) > 0:
        raise SourceError(
            f"The cursor {cursor.column!r} is missing in {missing:,} of {len(df):,} rows: they are "
            "neither new nor old. Fill it in, or leave them out at the source."
        )
    return values


def low_of(before: Mapping[str, Any] | None, cursor: Cursor, values: pd.Series[Any]) -> Any:
    """Return the first value to look at; None for all."""
    if before is None:
        return None if cursor.initial is None else like(cursor.initial, values)
    lag = lag_of(cursor, values)
    last = like(before["value"], values)
    low = last if lag is None else last - lag
    return low if cursor.initial is None else max(low, like(cursor.initial, values))


def lowest(before: Mapping[str, Any] | None, cursor: Cursor) -> Any:
    """Return a value that no new row is below, as far as that is known without any; None if not."""
    import pandas as pd

    if before is None:
        return cursor.initial
    last = before["value"]
    if cursor.lag is None:
        return last
    try:
        if isinstance(last, str):
            return pd.Timestamp(last) - pd.Timedelta(cursor.lag)
        return last - cursor.lag
    except (TypeError, ValueError, OverflowError):
        return None


def lag_of(cursor: Cursor, values: pd.Series[Any]) -> Any:
    """Return how far to look back, as what can be taken from a value; None for not at all."""
    import pandas as pd

    if cursor.lag is None or values.dtype.kind != "M":
        return cursor.lag
    return pd.Timedelta(cursor.lag)


def like(value: Any, values: pd.Series[Any]) -> Any:
    """Return a value as one that the column's can be compared with."""
    import pandas as pd

    if values.dtype.kind != "M":
        kind = type(values.iloc[0])
        if isinstance(value, str) and issubclass(kind, date):
            return kind.fromisoformat(value)
        return Decimal(value) if isinstance(value, str) and issubclass(kind, Decimal) else value
    moment = pd.Timestamp(value)
    zone = getattr(values.dtype, "tz", None)
    if zone is None:
        return moment.tz_localize(None) if moment.tzinfo is None else moment.tz_convert(None)
    return moment.tz_localize(zone) if moment.tzinfo is None else moment.tz_convert(zone)


def plain(value: Any) -> Any:
    """Return a value as JSON has it, the same for what pandas may hold in one dtype or another.

    >>> plain(2.0), plain(float("nan")), plain(2.5)
    (2, None, 2.5)
    """
    if hasattr(value, "isoformat"):
        return None if value != value else value.isoformat()  # noqa: PLR0124 - NaT differs from itself
    if hasattr(value, "item") and not getattr(value, "ndim", 0):
        value = value.item()
    if isinstance(value, float):
        return None if value != value else int(value) if value.is_integer() else value  # noqa: PLR0124
    if value is None or isinstance(value, str | int):
        return value
    return None if type(value).__name__ == "NAType" else str(value)


def marks_of(rows: pd.DataFrame, values: pd.Series[Any], cursor: Cursor) -> list[str]:
    """Return what tells each row from others, with the value of its cursor."""
    told = rows[list(cursor.key)] if cursor.key else rows
    marks = []
    for value, row in zip(values, told.itertuples(index=False, name=None), strict=True):
        text = json.dumps([_same(value), *map(_same, row)])
        marks.append(blake2s(text.encode(), digest_size=_DIGEST).hexdigest())
    return marks


def _same(value: Any) -> str | None:
    """Return a value as a text that is the same whatever dtype the other rows give the column.

    >>> [_same(each) for each in (1, 1.0, True, "1", Decimal("1.00"), "2024-01-01 00:00:00", None)]
    ['1', '1', '1', '1', '1', '2024-01-01T00:00:00', None]
    """
    if isinstance(value, Decimal):
        value = format(value, "f")
    told = plain(value)
    if told is None:
        return None
    text = str(int(told) if isinstance(told, bool) else told)
    if _FRACTION.fullmatch(text):
        return text.rstrip("0").rstrip(".")
    if _MOMENT.match(text):
        with suppress(ValueError):
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo is None else moment.astimezone(UTC)).isoformat()
    return text
