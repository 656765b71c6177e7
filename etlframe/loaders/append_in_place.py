"""Append at the end of a file, which is not copied: for large files of lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from etlframe.engines.base import Rows
from etlframe.errors import OptionError
from etlframe.loaders.append import append_rows, as_lines_of, ends_with_line
from etlframe.loaders.base import Loaded
from etlframe.loaders.whole import is_nothing, is_without_rows
from etlframe.storage.commit import Entry
from etlframe.storage.formats import FileFormat
from etlframe.storage.growing import grow
from etlframe.storage.locks import locked, resolved
from etlframe.storage.stages import scratch

APPENDS = ("copy", "in_place")


def check_append(append: str, mode: str, kind: FileFormat) -> None:
    """Raise ``OptionError`` for a way of appending that a file cannot be appended to in."""
    if append not in APPENDS:
        raise OptionError(f"append is 'copy' or 'in_place', not {append!r}.")
    if append == "copy":
        return
    if mode != "append":
        raise OptionError(f'append="in_place" is for mode="append", and mode is {mode!r}.')
    if kind.name not in ("csv", "tsv", "jsonl") or kind.compression is not None:
        what = f"{kind.compression} data" if kind.compression else kind.name
        raise OptionError(
            f'append="in_place" writes behind the last line of CSV, TSV or JSON Lines; {what} has '
            'to be copied: append="copy".'
        )


def append_in_place(
    rows: Rows,
    target: Path,
    kind: FileFormat,
    options: Mapping[str, Any],
    *,
    timeout: float,
    entry: Entry | None = None,
) -> Loaded:
    """Append rows to a file of lines, under its lock, without copying what is there.

    Args:
        rows: The rows to add.
        target: The file; one that is not there or has no rows is written.
        kind: What it is.
        options: The writer's options.
        timeout: Seconds to wait for the lock.
        entry: What the file's ledger shall remember of it.

    Raises:
        LoadError: The lock was not to be had, or the file cannot take these rows; it is as it was.
    """
    path = resolved(target)
    if path.exists() and is_nothing(rows):
        return Loaded(0)
    with locked(path, timeout=timeout):
        if is_without_rows(path, kind):
            return append_rows(rows, target, kind, options, timeout=timeout, entry=entry)
        rows, told, new_line = as_lines_of(rows, path, kind, options)
        with scratch(path) as part:
            written = rows.write(str(part), kind.name, told)
            if entry is not None:
                entry.rows = written.rows
            is_whole = ends_with_line(path, None)
            grow(path, part, b"" if is_whole else new_line.encode(), entry)
    return Loaded(written.rows, written.rows_scanned)
