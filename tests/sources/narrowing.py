"""Tables with a column that grows, and how many rows of them leave a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pandas as pd
import pytest

import etlframe as etl
from etlframe.engines.sql import connect
from etlframe.sources.base import Cursor
from etlframe.sources.cursor import NewRows, RowsBetween
from etlframe.storage.database import address_of
from tests.loaders.sql.looking import database_of

WORDS = {
    "int": ("INTEGER", "BIGINT", "BIGINT"),
    "float": ("REAL", "DOUBLE", "DOUBLE PRECISION"),
    "single": ("REAL", "FLOAT", "REAL"),
    "decimal": ("TEXT", "DECIMAL(18,3)", "NUMERIC(18,3)"),
    "numeric": ("NUMERIC", "DECIMAL(20,2)", "NUMERIC"),
    "text": ("TEXT", "VARCHAR", "TEXT"),
    "date": ("DATE", "DATE", "DATE"),
    "time": ("TIMESTAMP", "TIMESTAMP", "TIMESTAMP"),
    "instant": ("TIMESTAMPTZ", "TIMESTAMPTZ", "TIMESTAMPTZ"),
}
"""What a column is, in SQLite's, DuckDB's and PostgreSQL's words."""

DATABASES = ("sqlite", "duckdb", "postgresql")


def make(url: str, kind: str, literals: Sequence[str], extra: str = "") -> str:
    """Make a table of ids with a cursor ``at``, and return its name."""
    name = f"t_{uuid4().hex[:8]}"
    word = WORDS[kind][DATABASES.index(database_of(url))] if kind in WORDS else kind
    rows = ", ".join(f"({i}, {each})" for i, each in enumerate(literals))
    with connect(address_of(url)) as session:
        session.execute(f'CREATE TABLE {name} (id INTEGER, "at" {word}{extra})')
        if rows:
            session.execute(f"INSERT INTO {name} VALUES {rows}")
        if database_of(url) != "duckdb":
            session.commit()
    return name


def position(value: Any) -> dict[str, Any]:
    """Return what a destination remembers where nothing at the boundary is known."""
    return {"value": value, "seen": []}


def ids(reader: NewRows | RowsBetween) -> list[int] | str:
    """Return which rows there are, or what kind of error."""
    try:
        return sorted(int(each) for each in reader.extract()["id"])
    except (etl.errors.ETLError, TypeError, ValueError) as error:
        return type(error).__name__


def new(url: str, what: str, before: Any = None, **cursor: Any) -> NewRows:
    source = etl.SQLSource(url, what, cursor="at", **cursor)
    assert source.cursor is not None
    return NewRows(source, source.cursor, before)


def between(url: str, what: str, start: Any, end: Any) -> RowsBetween:
    return RowsBetween(etl.SQLSource(url, what), Cursor("at"), start, end)


@contextmanager
def reading_all(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have sources read all rows, and Python alone look for those that are wanted."""
    with patch.context() as within:
        within.setattr(etl.SQLSource, "between", lambda self, *_: self)
        yield


@contextmanager
def counting(url: str, patch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Give how many rows each reading took out of the database."""
    with connect(address_of(url), read_only=database_of(url) != "postgresql") as session:
        home: Any = type(session)
    read: Callable[..., Any] = home.decoded
    counts: list[int] = []

    def decoded(self: Any, batch: Any, columns: Any) -> Any:
        counts.append(batch.num_rows)
        return read(self, batch, columns)

    with patch.context() as within:
        within.setattr(home, "decoded", decoded)
        yield counts


def frame(url: str, what: str) -> pd.DataFrame:
    return etl.SQLSource(url, what).extract()
