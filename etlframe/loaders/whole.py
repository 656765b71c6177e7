"""Write a whole file; one of no rows can be told from one that was cut to nothing."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from etlframe.engines.base import Rows, Written
from etlframe.errors import SourceError
from etlframe.storage.formats import FileFormat
from etlframe.storage.opening import holds_no_records

_NO_RECORDS = {"json": b"[]\n", "jsonl": b"\n"}
"""JSON of no rows. Readers skip a blank line, and many take a file of no bytes for a broken one."""


def write_whole(rows: Rows, stage: Path, kind: FileFormat, options: Mapping[str, Any]) -> Written:
    """Write rows to a file of their own; no rows are ``[]`` in JSON, one blank line in JSON Lines.

    Args:
        rows: The rows.
        stage: The file, which is replaced if it exists.
        kind: What it is.
        options: The writer's options.

    Returns:
        What was written, as the writer counted it.

    Raises:
        LoadError: There are no columns, and the format needs some.
    """
    says = _NO_RECORDS.get(kind.name)
    is_bare = says is not None and is_nothing(rows)
    written = Written(0) if is_bare else rows.write(str(stage), kind.name, options)
    if says is not None and not written.rows:
        stage.write_bytes(compressed(says, kind.compression))
    return written


def is_nothing(rows: Rows) -> bool:
    """Return whether there are neither rows nor columns: what JSON without records reads as."""
    return not rows.schema and not len(rows.to_pandas())


def is_without_rows(path: Path, kind: FileFormat) -> bool:
    """Return whether a file has nothing that rows could be put behind."""
    if not path.exists() or path.stat().st_size == 0:
        return True
    try:
        return kind.name == "jsonl" and holds_no_records(str(path), kind)
    except SourceError:  # what it is instead, who appends to it will find out
        return False


def compressed(data: bytes, compression: str | None) -> bytes:
    """Return data as a member of its own; members behind each other read as one text."""
    if compression == "gzip":
        return gzip.compress(data)
    if compression is None:
        return data
    import pyarrow as pa

    member: bytes = pa.Codec(compression).compress(data, asbytes=True)
    return member
