"""Destinations of every kind for a model of loads, and how another program changes each."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import pandas as pd

import etlframe as etl
from etlframe.storage.failpoints import FAILPOINTS

Row = tuple[int, str]
Rows = Counter[Row]


class Place:
    """A destination, as a model sees it.

    Args:
        folder: Where it is.

    Attributes:
        to: What a pipeline is told.
        options: Options that are always given.
        points: Where a load may be killed.
    """

    modes: tuple[str, ...] = ("write", "append", "upsert")
    begins: tuple[str, ...] = ("file:", "ledger:")

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.to = self.name()
        self.options: dict[str, Any] = {}
        self.points = [each for each in FAILPOINTS if each.startswith(self.begins)]

    def name(self) -> str:
        return str(self.folder / "out.csv")

    def given(self, mode: str) -> Mapping[str, Any]:
        """Return the options of a load."""
        return {**self.options, "mode": mode, **({"key": "id"} if mode == "upsert" else {})}

    @property
    def loader(self) -> etl.DataLoader:
        return etl.DataLoader(self.to, **self.options)

    def rows(self) -> Rows:
        """Return the rows that are there."""
        try:
            df = self.loader.read()
        except etl.errors.SourceNotFoundError:
            return Rows()
        return Rows(zip(df["id"].tolist(), df["v"].tolist(), strict=True))

    def edit(self, row: Row) -> None:
        """Add a row as another program would."""
        with Path(self.to).open("a", encoding="utf-8") as file:
            file.write(f"{row[0]},{row[1]}\n")


class Lines(Place):
    """JSON Lines that grow in place, unless they are replaced."""

    begins = ("growth:", "file:", "ledger:")

    def name(self) -> str:
        return str(self.folder / "out.jsonl")

    def given(self, mode: str) -> Mapping[str, Any]:
        return {**super().given(mode), **({"append": "in_place"} if mode == "append" else {})}

    def edit(self, row: Row) -> None:
        with Path(self.to).open("a", encoding="utf-8") as file:
            file.write(f'{{"id": {row[0]}, "v": "{row[1]}"}}\n')


class Parquet(Place):
    """A Parquet file, which other programs replace."""

    def name(self) -> str:
        return str(self.folder / "out.parquet")

    def edit(self, row: Row) -> None:
        df = pd.concat([pd.read_parquet(self.to), pd.DataFrame([row], columns=["id", "v"])])
        stage = self.folder / "other program"
        df.to_parquet(stage, index=False)
        stage.replace(self.to)


class Dataset(Place):
    """A dataset in folders, to which other programs add parts."""

    begins = ("tree:", "ledger:")

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.options = {"partition_by": "v"}

    def name(self) -> str:
        return str(self.folder / "out") + "/"

    def edit(self, row: Row) -> None:
        folder = Path(self.to) / f"v={row[1]}"
        folder.mkdir(parents=True, exist_ok=True)
        stage = self.folder / "other program"
        pd.DataFrame({"id": [row[0]]}).to_parquet(stage, index=False)
        stage.rename(folder / f"other-{uuid4().hex}.parquet")


class Table(Place):
    """A table, into which other programs insert."""

    begins = ("sql:",)
    database = "duckdb"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.options = {"table": "t", "keep_previous": True}

    def name(self) -> str:
        return f"{self.database}:///{self.folder / 'base'}"

    def edit(self, row: Row) -> None:
        with duckdb.connect(str(self.folder / "base")) as connection:
            connection.execute("INSERT INTO t VALUES (?, ?)", list(row))


class SQLiteTable(Table):
    """The same in SQLite."""

    database = "sqlite"

    def edit(self, row: Row) -> None:
        with closing(sqlite3.connect(self.folder / "base")) as connection, connection:
            connection.execute("INSERT INTO t VALUES (?, ?)", row)
