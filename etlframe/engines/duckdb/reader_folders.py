"""Columns that the folders of files tell, such as ``carrier=AA/part.parquet``, as SQL."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import unquote

from etlframe.engines.duckdb import text
from etlframe.engines.scan import Scan
from etlframe.errors import SourceError
from etlframe.expressions.kinds import Schema

MISSING = "__HIVE_DEFAULT_PARTITION__"
"""The name of a folder for rows that miss the value."""

_PLAIN = re.compile(r"[\w .:,-]+", re.ASCII)


def file_columns(scan: Scan) -> Schema:
    """Return the columns that the files themselves have."""
    if not scan.folders:
        return scan.columns
    return {name: kind for name, kind in scan.columns.items() if name not in scan.folders}


def folder_columns(
    scan: Scan, used: Collection[str], *, by_name: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield each column in use that folders tell, with its SQL where the files are read.

    Args:
        scan: The files.
        used: The columns that are in use.
        by_name: Whether DuckDB takes the text from the folders' names itself.
    """
    for name, values in scan.folders.items():
        if name in used:
            listed = ", ".join("NULL" if each is None else text.value(each) for each in values)
            nth = f"([{listed}]::VARCHAR[])[{_number_of_file(scan)}]"
            told = text.name(name) if by_name else nth
            stored = scan.types[name]
            yield name, told if stored == "VARCHAR" else f"CAST({told} AS {stored})"


def _number_of_file(scan: Scan) -> str:
    """Return the SQL of which file a row is of, from 1; a field of that name would hide it."""
    fields = {name.casefold() for name in scan.options.get("fields", ())}
    if "file_index" not in fields:
        return "file_index::BIGINT + 1"
    if "filename" not in fields:
        full = [text.value(os.path.join(Path.cwd(), path)) for path in scan.files]  # noqa: PTH118 - as DuckDB was given it
        return f"list_position([{', '.join(full)}], filename)"
    raise SourceError(
        f"{scan.options['shown']}: files with columns 'file_index' and 'filename' cannot have "
        "columns that folders tell. Name the files in a list instead of a folder or a glob."
    )


def has_folders_by_name(scan: Scan) -> bool:
    """Return whether DuckDB takes the same text from the folders as we do.

    It then leaves out files that a filter does not need. It takes every folder of the path, so none
    may have the name of a column, and each file needs the same ones.
    """
    if not scan.folders:
        return False
    told = [_told_by_path(path) for path in scan.files]
    names = [[name.casefold() for name, _ in each] for each in told]
    first = names[0]
    if any(each != first for each in names) or len(set(first)) < len(first):
        return False
    if {name.casefold() for name in scan.options["fields"]}.intersection(first):
        return False
    return all(
        dict(each).get(name) == value and (value is None or _PLAIN.fullmatch(value))
        for name, values in scan.folders.items()
        for each, value in zip(told, values, strict=True)
    )


def _told_by_path(path: str) -> list[tuple[str, str | None]]:
    folders = Path(Path.cwd(), path).parts[:-1]
    return [named for part in folders if (named := folder_value(part))]


def folder_value(folder: str) -> tuple[str, str | None] | None:
    """Return the column that the name of a folder tells, with its text; None if it tells none.

    >>> folder_value("carrier=AA"), folder_value("at=10%3A30"), folder_value("2024")
    (('carrier', 'AA'), ('at', '10:30'), None)
    """
    name, equals, value = folder.partition("=")
    if not equals or not name:
        return None
    return unquote(name), None if value == MISSING else unquote(value)
