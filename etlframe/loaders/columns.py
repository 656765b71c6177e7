"""What appending changed in the columns of a Parquet file, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from etlframe.engines.base import Rows


def changes(path: Path, stage: Path, rows: Rows) -> Iterator[str]:
    """Say which columns one side of an appended file lacks, and which are no integers any more.

    Nothing of this is an error, as tables grow; but a misspelt column looks the same.

    Args:
        path: The file as it was.
        stage: The file as it will be.
        rows: The rows that were appended.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    before, after = pq.read_schema(path), pq.read_schema(stage)
    added = set(rows.schema)
    for name in after.names:
        if name not in before.names:
            yield f"Column {name!r} is new in {path.name}: it is missing in the rows before."
        elif name not in added:
            yield f"Column {name!r} of {path.name} is missing in the rows that were appended."
        elif pa.types.is_integer(before.field(name).type) and pa.types.is_floating(
            after.field(name).type
        ):
            yield f"Column {name!r} of {path.name} held integers and holds floats now."
