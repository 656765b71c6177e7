"""Write a frame or a query, and give back what the file then holds."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from etlframe.engines.duckdb.writer import write_frame, write_query
from etlframe.expressions.kinds import Kind, Schema

TEXT = ("csv", "tsv", "jsonl", "json")
FORMATS = (*TEXT, "parquet")


def written(
    df: pd.DataFrame,
    path: Path,
    format: str = "csv",
    schema: Schema | None = None,
    **options: Any,
) -> str:
    """Write a frame and return the file's text."""
    assert write_frame(df, schema, str(path), format, options) == len(df)
    return path.read_text("utf-8")


def in_json(df: pd.DataFrame, path: Path, schema: Schema | None = None) -> list[dict[str, Any]]:
    """Write a frame as JSON Lines and return what Python reads."""
    lines = written(df, path, "jsonl", schema).split("\n")
    return [json.loads(line, parse_float=Decimal) for line in lines[:-1]]


def queried(
    connection: duckdb.DuckDBPyConnection, sql: str, path: Path, format: str, **kinds: Kind
) -> str:
    """Write a query and return the file's text."""
    names = connection.sql(sql).columns
    schema = {name: kinds.get(name, Kind.OTHER) for name in names}
    write_query(connection, sql, schema, str(path), format, {})
    return path.read_text("utf-8")
