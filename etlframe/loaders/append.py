"""Append to a file: the old bytes are copied, the new rows put behind them, and both swapped in."""

from __future__ import annotations

import gzip
import os
import shutil
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from etlframe.engines.base import Rows, Written
from etlframe.errors import LoadError
from etlframe.loaders.base import Loaded
from etlframe.loaders.columns import changes
from etlframe.loaders.header import Header, read_header
from etlframe.loaders.whole import compressed, is_nothing, is_without_rows, write_whole
from etlframe.storage.commit import Entry, staged
from etlframe.storage.copying import copy_bytes
from etlframe.storage.formats import FileFormat
from etlframe.storage.locks import locked, resolved
from etlframe.storage.stages import scratch

_TAIL = 1 << 16
_WHITE_SPACE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"


def append_rows(
    rows: Rows,
    target: Path,
    kind: FileFormat,
    options: Mapping[str, Any],
    *,
    timeout: float,
    entry: Entry | None = None,
) -> Loaded:
    """Append rows to a file, under its lock; a file that is not there or is empty is written.

    Args:
        rows: The rows to add.
        target: The file.
        kind: What it is.
        options: The writer's options.
        timeout: Seconds to wait for the lock.
        entry: What the file's ledger shall remember of it.

    Returns:
        What was added, as the writer counted it; and what that changed in a Parquet file's columns.

    Raises:
        LoadError: The lock was not to be had, or the file cannot take these rows; it is as it was.
    """
    path = resolved(target)
    if path.exists() and is_nothing(rows):
        return Loaded(0)
    changed: tuple[str, ...] = ()
    with locked(path, timeout=timeout), staged(path, entry=entry, extends=True) as stage:
        if is_without_rows(path, kind):
            written = write_whole(rows, stage, kind, options)
        elif kind.name == "parquet":
            written = rows.write(str(stage), kind.name, {**options, "after": str(path)})
            changed = tuple(changes(path, stage, rows))
        elif kind.name == "json":
            written = _append_array(rows, path, stage, kind, options)
        else:
            written = _append_lines(rows, path, stage, kind, options)
        if entry is not None:
            entry.rows = written.rows
    return Loaded(written.rows, written.rows_scanned, changed)


# -- lines: CSV, TSV, JSON Lines -------------------------------------------------------------------


def _append_lines(
    rows: Rows,
    path: Path,
    stage: Path,
    kind: FileFormat,
    options: Mapping[str, Any],
) -> Written:
    rows, told, new_line = as_lines_of(rows, path, kind, options)
    with scratch(path) as part:
        written = rows.write(str(part), kind.name, told)
        with path.open("rb") as old, stage.open("wb") as out, part.open("rb") as new:
            copy_bytes(old, out, path.stat().st_size)
            if not ends_with_line(path, kind.compression):
                out.write(compressed(new_line.encode(), kind.compression))
            copy_bytes(new, out, part.stat().st_size)
    return written


def as_lines_of(
    rows: Rows, path: Path, kind: FileFormat, options: Mapping[str, Any]
) -> tuple[Rows, Mapping[str, Any], str]:
    """Return rows and options to write as further lines of a file, and how its lines end."""
    if kind.name == "jsonl":
        return rows, options, "\n"
    header = _header(path, kind, list(rows.schema), options)
    told = {"header": False, "delimiter": header.delimiter, "new_line": header.new_line}
    return rows.select(header.columns), {**options, **told}, header.new_line


def _header(
    path: Path,
    kind: FileFormat,
    columns: list[str],
    options: Mapping[str, Any],
) -> Header:
    """Return a file's header, which holds exactly the new rows' columns, in any order."""
    expected = options.get("delimiter") or ("\t" if kind.name == "tsv" else ",")
    with _decompressed(path, kind.compression) as file:
        header = read_header(file, path, columns, expected)
    old, new = set(header.columns), set(columns)
    if old != new or len(header.columns) != len(columns):
        told = [
            f"{what}: {', '.join(map(repr, names))}"
            for what, names in (
                ("Missing in the new rows", [c for c in header.columns if c not in new]),
                ("Not in the file", [c for c in columns if c not in old]),
            )
            if names
        ]
        raise LoadError(
            f"{path} has other columns than the rows to append. "
            f"{'. '.join(told) or 'Its header repeats a name'}."
        )
    return header


def ends_with_line(path: Path, compression: str | None) -> bool:
    """Return whether a text ends with an end of line, or is empty."""
    with _decompressed(path, compression) as file:
        if compression is None:
            file.seek(-1, os.SEEK_END)
        last = b""
        while block := file.read(1 << 20):
            last = block[-1:]
    return last in (b"", b"\n", b"\r")


# -- one JSON array --------------------------------------------------------------------------------


def _append_array(
    rows: Rows,
    path: Path,
    stage: Path,
    kind: FileFormat,
    options: Mapping[str, Any],
) -> Written:
    plain = {name: value for name, value in options.items() if name != "compression"}
    with ExitStack() as stack:
        part = stack.enter_context(scratch(path))
        written = rows.write(str(part), "json", plain)
        old = stack.enter_context(_seekable(path, kind.compression))
        out = stack.enter_context(_compressing(stage, kind.compression))
        new = stack.enter_context(part.open("rb"))
        end, is_empty = _end_of_array(old, path)
        old.seek(0)
        if written.rows == 0:
            shutil.copyfileobj(old, out)
            return written
        copy_bytes(old, out, end)
        out.write(b"\n" if is_empty else b",\n")
        new.seek(len(b"[\n"))
        copy_bytes(new, out, part.stat().st_size - new.tell())
    return written


def _end_of_array(file: BinaryIO, path: Path) -> tuple[int, bool]:
    """Return where the last element of a JSON array ends, and whether there is none."""
    begins = file.read(_TAIL).removeprefix(_BOM).lstrip(_WHITE_SPACE)[:1] == b"["
    size = file.seek(0, os.SEEK_END)
    start = file.seek(max(0, size - _TAIL))
    tail = file.read().rstrip(_WHITE_SPACE)
    body = tail[:-1].rstrip(_WHITE_SPACE)
    if not begins or tail[-1:] != b"]" or not body:
        raise LoadError(f"{path} cannot be appended to: it is not a JSON array.")
    return start + len(body), body[-1:] == b"["


# -- compression -----------------------------------------------------------------------------------


@contextmanager
def _seekable(path: Path, compression: str | None) -> Iterator[BinaryIO]:
    if compression is None:
        with path.open("rb") as file:
            yield file
        return
    with scratch(path) as plain:
        with _decompressed(path, compression) as file, plain.open("wb") as out:
            shutil.copyfileobj(file, out)
        with plain.open("rb") as file:
            yield file


@contextmanager
def _decompressed(path: Path, compression: str | None) -> Iterator[BinaryIO]:
    try:
        with _opened(path, compression) as file:
            yield file
    except LoadError:
        raise
    except (EOFError, OSError, ValueError, zlib.error) as error:
        if getattr(error, "errno", None) is not None:  # the file system's, not the decompressor's
            raise
        raise LoadError(
            f"{path} cannot be appended to: it is not whole {compression} data ({error})."
        ) from error


@contextmanager
def _opened(path: Path, compression: str | None) -> Iterator[BinaryIO]:
    if compression == "gzip":
        with gzip.open(path) as file:
            yield cast("BinaryIO", file)
    elif compression is not None:
        import pyarrow as pa

        with pa.input_stream(str(path), compression=compression) as file:
            yield cast("BinaryIO", file)
    else:
        with path.open("rb") as file:
            yield file


@contextmanager
def _compressing(path: Path, compression: str | None) -> Iterator[BinaryIO]:
    if compression is None:
        with path.open("wb") as file:
            yield file
        return
    import pyarrow as pa

    with pa.output_stream(str(path), compression=compression) as file:
        yield cast("BinaryIO", file)
