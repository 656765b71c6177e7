"""What another program sees in a database, and does to it: by its own library, and its own way."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from typing import Any

import duckdb
import pandas as pd
from adbc_driver_postgresql import dbapi

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
    return to.load_frame(PandasRows(df), load_of(run_id, **cursors))


def connected(url: str) -> Any:
    address = address_of(url)
    if address.database == "postgresql":
        return dbapi.connect(address.url)
    if address.database == "duckdb":
        return duckdb.connect(str(address.path))
    assert address.path is not None
    return sqlite3.connect(address.path, timeout=0, isolation_level=None)


def run(url: str, *statements: str) -> None:
    with closing(connected(url)) as connection, closing(connection.cursor()) as cursor:
        for each in statements:
            cursor.execute(each)
        if database_of(url) == "postgresql":
            connection.commit()


def rows(url: str, sql: str = "SELECT * FROM t ORDER BY 1") -> list[tuple[Any, ...]]:
    with closing(connected(url)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(sql)
        return [tuple(each) for each in cursor.fetchall()]


def people(*ids: int, name: str = "n") -> pd.DataFrame:
    return pd.DataFrame({"id": list(ids), "name": [f"{name}{each}" for each in ids]})
