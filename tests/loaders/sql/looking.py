"""What another program sees in a database, and does to it: by its own library, and its own way."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from typing import Any

import duckdb
import pandas as pd
from adbc_driver_postgresql import dbapi as postgresql
from adbc_driver_sqlite import dbapi as sqlite

from etlframe.engines.pandas import PandasRows
from etlframe.loaders.base import Destination, Loaded
from etlframe.loaders.file import DataLoader
from etlframe.storage.database import address_of
from etlframe.storage.records import Load


def database_of(url: str) -> str:
    return address_of(url).database


def loader(url: str, table: str = "t", **options: Any) -> DataLoader:
    return DataLoader(url, table=table, **options)


def load_of(run_id: str = "run-1", **cursors: Any) -> Load:
    return Load(run_id, "job", dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC), cursors)


def load_run(to: Destination, df: pd.DataFrame, run_id: str = "run-1", **cursors: Any) -> Loaded:
    load = load_of(run_id, **cursors)._replace(since=to.state().cursors)
    return to.load_frame(PandasRows(df), load)


def connected(url: str) -> Any:
    address = address_of(url)
    if address.database == "postgresql":
        return postgresql.connect(address.url)
    if address.database == "duckdb":
        return duckdb.connect(str(address.path))
    # Two libraries of SQLite in one process would not see each other's locks.
    return sqlite.connect(str(address.path))


def run(url: str, *statements: str) -> None:
    with closing(connected(url)) as connection, closing(connection.cursor()) as cursor:
        for each in statements:
            cursor.execute(each)
        if database_of(url) != "duckdb":
            connection.commit()


def rows(url: str, sql: str = "SELECT * FROM t ORDER BY 1") -> list[tuple[Any, ...]]:
    with closing(connected(url)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(sql)
        return [tuple(each) for each in cursor.fetchall()]


def people(*ids: int, name: str = "n") -> pd.DataFrame:
    return pd.DataFrame({"id": list(ids), "name": [f"{name}{each}" for each in ids]})
