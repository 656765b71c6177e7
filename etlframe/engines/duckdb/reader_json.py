"""JSON files as SQL: no field is dropped, and every value is what it was sniffed to be.

DuckDB drops a field that is not in ``columns``, and in its own detection too, unless all columns
are in use: then an unknown one is an error. So the fields are left to its detection, which reads
all of them as JSON text, and all are kept in use. Only where no other field could make a difference
(all are known, or the answer has columns of its own, as groups and selections do) are there types,
and where no other can be there, which :mod:`.reader_json_complete` tells of some large files:

- Text, and dates and times, are VARCHAR. As such DuckDB gives a number, ``true`` and a nested value
  the text that they have in JSON, and a string without its quotes and escapes. Two things cannot be
  told from strings any more, and have the file read again, as JSON text: Python's bare ``NaN``,
  which is a missing value, and numbers that VARCHAR writes otherwise than JSON (``1e+22``).
- Numbers are JSON text that is cast: as integers, 1.5 would be 2, and ``"5"`` and true would be
  numbers. In large files they may be float64, see :mod:`.reader_json_numbers`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from etlframe.engines.base import Scan
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.reader_folders import file_columns, folder_columns
from etlframe.engines.duckdb.reader_json_cells import (
    TEXT,
    JsonField,
    json_field,
    json_field_of_complete,
)
from etlframe.engines.duckdb.reader_json_complete import is_complete
from etlframe.engines.duckdb.reader_json_numbers import json_numbers_to_read
from etlframe.engines.duckdb.reader_numbers import is_distrusted
from etlframe.engines.duckdb.reader_source import json_source


def json_select(
    scan: Scan, names: Mapping[str, str], *, in_full: bool = False, is_closed: bool = False
) -> str:
    """Return a SELECT of a JSON file's columns, typed as the scan says.

    Args:
        scan: How to read the file.
        names: Column -> the name in SQL that it gets.
        in_full: Whether rows are read to the end: then a look at the file beforehand pays.
        is_closed: Whether a field that no record had would make no difference.
    """
    if in_full and not is_closed and not scan.options["all_fields_known"] and is_complete(scan):
        return _complete_select(scan, names)
    fields = _fields(scan, names, in_full=in_full, is_closed=is_closed)
    told = is_closed or scan.options["all_fields_known"]
    if told:
        level = _typed_source(scan, fields.values())
    else:
        level = f"{_source(scan)} WHERE {_in_use(map(text.name, scan.options['fields']))}"
    read, casts, values = [], [], []
    for name, field in fields.items():
        if name in names:
            read += [f"{value} AS {as_}" for as_, value in field.read.items()]
            casts += [*field.read, *(f"{value} AS {as_}" for as_, value in field.casts.items())]
            values.append(f"{field.value} AS {names[name]}")
    for at, (name, value) in enumerate(folder_columns(scan, names)):
        read.append(f"{value} AS f{at}")
        casts.append(f"f{at}")
        values.append(f"f{at} AS {names[name]}")
    for selected in (read, casts):
        level = f"(SELECT {', '.join(selected)} FROM {level})"
    return f"SELECT {', '.join(values)} FROM {level}"


def _complete_select(scan: Scan, names: Mapping[str, str]) -> str:
    """Return a SELECT that holds every record to be complete, whichever columns are in use."""
    fields = [json_field_of_complete(scan, name, at) for at, name in enumerate(scan.columns)]
    inner = {name: f"x{at}" for at, name in enumerate(scan.columns)}
    read = [f"{value} AS {as_}" for field in fields for as_, value in field.read.items()]
    casts = [f"{value} AS {as_}" for field in fields for as_, value in field.casts.items()]
    values = [f"{field.value} AS {as_}" for field, as_ in zip(fields, inner.values(), strict=True)]
    level = _typed_source(scan, fields)
    for selected in (read, ["*", *casts], values):
        level = f"(SELECT {', '.join(selected)} FROM {level})"
    used = [f"{inner[name]} AS {as_}" for name, as_ in names.items()]
    return f"SELECT {', '.join(used)} FROM {level} WHERE {_in_use(inner.values())}"


def _fields(
    scan: Scan, names: Collection[str], *, in_full: bool, is_closed: bool
) -> dict[str, JsonField]:
    """Return the fields of all columns, or of those with a name where no other matters."""
    numbers = json_numbers_to_read(scan, names) if in_full and is_closed else frozenset[str]()
    told = is_closed or scan.options["all_fields_known"]
    as_text = told and not is_distrusted(scan.files, TEXT)
    return {
        name: json_field(scan, name, at, as_text=as_text, as_number=name in numbers)
        for at, name in enumerate(file_columns(scan))
        if not is_closed or name in names
    }


def _typed_source(scan: Scan, fields: Collection[JsonField]) -> str:
    types = {field.name: field.type for field in fields}
    return json_source(scan.files, scan.format, scan.options, types=types)


def _source(scan: Scan) -> str:
    return json_source(scan.files, scan.format, scan.options, sample=scan.options["sample"])


def _in_use(columns: Iterable[str]) -> str:
    """Return the condition that is true of every row, and that needs all of some columns.

    No optimizer can tell that it is always true, and no column but the first is looked at where
    that is there.
    """
    return " OR ".join([*(f"{column} IS NOT NULL" for column in columns), "random() >= 0"])
