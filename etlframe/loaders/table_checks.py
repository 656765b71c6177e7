"""Whether rows, and the options of a load, can be those of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from etlframe.engines.base import Rows
from etlframe.errors import ColumnNotFoundError, LoadError, OptionError
from etlframe.expressions.kinds import Kind


def check_rows(frame: Rows, key: Sequence[str]) -> None:
    """Raise where rows cannot be those of a table.

    Raises:
        ColumnNotFoundError: They have no such key.
        LoadError: A name of a column is none in a database.
    """
    names = list(frame.schema)
    for name in key:
        if name not in names:
            raise ColumnNotFoundError(name, names)
    folded = [name.casefold() for name in names]
    for name in names:
        if not name:
            raise LoadError("A column of a table needs a name, and one of these has none.")
        if folded.count(name.casefold()) > 1:
            raise LoadError(
                f"Columns of a table need names that differ in more than their case: rename "
                f"{name!r}."
            )
    if not names:
        raise LoadError("There is nothing to load: the rows have no columns.")


def checked_key(key: str | Sequence[str] | None, mode: str) -> tuple[str, ...]:
    """Return the columns that tell a row, which an upsert needs and nothing else takes."""
    keys = (key,) if isinstance(key, str) else tuple(key or ())
    if not all(isinstance(each, str) and each for each in keys) or len(set(keys)) < len(keys):
        raise OptionError(f"key is a column, or a list of columns, not {key!r}.")
    if mode == "upsert" and not keys:
        raise OptionError('mode="upsert" needs the columns that tell a row: key="id".')
    if mode != "upsert" and keys:
        raise OptionError(f'key= is for mode="upsert", and mode is {mode!r}.')
    return keys


def of_time_spans(frame: Rows) -> Iterator[str]:
    """Yield what people should know of columns of time spans."""
    for name, kind in frame.schema.items():
        if kind is Kind.TIMEDELTA:
            yield (
                f"Column {name!r} holds time spans: they are written as ISO 8601 text, which "
                "pd.to_timedelta reads."
            )
