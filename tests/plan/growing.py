"""A source that grows, and pipelines that load what is new in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

import etlframe as etl

Rows = list[tuple[int, Any]]


def table(rows: Rows) -> Callable[[], pd.DataFrame]:
    """Return a function that gives the rows that there are when it is called."""
    return lambda: pd.DataFrame({"id": [i for i, _ in rows], "at": [at for _, at in rows]})


def pipeline(
    rows: Rows, mode: str = "append", to: str = "out.jsonl", **cursor: Any
) -> etl.Pipeline:
    source = etl.FrameSource(table(rows), cursor="at", **cursor)
    options = {"key": "id"} if mode == "upsert" else {}
    return etl.Pipeline("new", source).to(to, mode=mode, **options)


def loaded(to: str = "out.jsonl") -> list[int]:
    return [int(each) for each in etl.DataLoader(to).read()["id"]]


def day(number: int) -> pd.Timestamp:
    return pd.Timestamp(2024, 1, number)
