"""Several files to read, in the working folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

import etlframe as etl
from etlframe.sources.file import FileSource

ENGINES = ["duckdb", "polars", "pandas"]
NAN = float("nan")


def write(files: dict[str, str]) -> None:
    """Write files, by name, with their folders."""
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def numbered(*names: str) -> None:
    """Write files that each hold their number."""
    write({name: f"id\n{number}\n" for number, name in enumerate(names, 1)})


def collect(path: Any, engine: str = "duckdb", **options: Any) -> pd.DataFrame:
    """Return what a plan over files gives."""
    return etl.Pipeline("files", FileSource(path, **options)).collect(engine=engine)


def ids(path: Any, **options: Any) -> list[int]:
    """Return the column ``id`` of files."""
    return [int(each) for each in collect(path, **options)["id"]]
