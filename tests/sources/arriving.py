"""Files that arrive in a folder, and pipelines that load the new ones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import etlframe as etl
from etlframe.runs.result import JobResult
from etlframe.sources.file import FileSource

NOTHING = ("COMPLETED", 0, 0)


def write(name: str, *ids: int, v: int = 0) -> None:
    """Write a file of ids that certainly has another time than what was there."""
    path = Path("in", name)
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text("id,v\n" + "".join(f"{each},{v}\n" for each in ids))
    if path.stat().st_mtime_ns == before:
        os.utime(path, ns=(before + 1, before + 1))


def pipeline(
    path: Any = "in/*.csv", to: str = "out.csv", mode: str = "append", **incremental: Any
) -> etl.Pipeline:
    """Return a pipeline that loads the new files."""
    options = {"key": "id"} if mode == "upsert" else {}
    options |= {"table": "t"} if "://" in to else {}
    source = FileSource(path, **{"incremental": True, **incremental})
    return etl.Pipeline("new", source).to(to, mode=mode, **options)


def loaded(to: str = "out.csv") -> list[int]:
    """Return the column ``id`` of what is loaded."""
    return [int(each) for each in etl.DataLoader(to).read()["id"]]


def counts(result: JobResult) -> tuple[str, int | None, int]:
    """Return how a run ended, and how many rows it read and loaded."""
    return result.status, result.rows_extracted, result.rows_loaded


def message(result: JobResult) -> str:
    """Return why a run failed."""
    assert result.status == "FAILED"
    return str(result.errors[0]["message"])
