"""JSON files as SQL: no field is dropped, and every value is what it was sniffed to be.

DuckDB drops a field that is not in ``columns``, and in its own detection too, unless all columns
are in use: then an unknown one is an error. So the fields are left to its detection, and all of
them are kept in use, unless the answer has columns of its own (groups, a selection). Read as values
of their types they would cost half, but in a column of integers 1.5 would be 2, and true would be
1.
"""

from __future__ import annotations

from collections.abc import Mapping

from etlframe.engines.base import Scan
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.reader_cells import Cell, between_quotes, checked, unmoved
from etlframe.engines.duckdb.reader_folders import file_columns, folder_columns
from etlframe.engines.duckdb.reader_source import json_source
from etlframe.expressions.kinds import Kind

NOT_A_NUMBER = "NaN"
"""JSON has no word for it, but Python writes this one."""

_DATED = (Kind.DATE, Kind.DATETIME, Kind.DATETIME_TZ)


def json_text(field: str) -> str:
    """Return the SQL of a field's JSON text; NULL where it is missing, null or NaN."""
    return f"nullif(CAST({text.name(field)} AS VARCHAR), '{NOT_A_NUMBER}')"


def json_select(scan: Scan, names: Mapping[str, str], *, is_closed: bool = False) -> str:
    """Return a SELECT of a JSON file's columns, typed as the scan says.

    Args:
        scan: How to read the file.
        names: Column -> the name in SQL that it gets.
        is_closed: Whether a field that no record had would make no difference.
    """
    fields, columns = scan.options["fields"], file_columns(scan)
    if is_closed:
        used = [field for field, name in zip(fields, columns, strict=True) if name in names]
        level = json_source(scan.files, scan.format, scan.options, fields=used)
    else:
        level = f"{_source(scan)}{_all_in_use(scan)}"
    read, casts, values = [], [], []
    for at, (field, (name, kind)) in enumerate(zip(fields, columns.items(), strict=True)):
        if name not in names:
            continue
        given = name in scan.options["given"]
        read.append(f"{_text(field, given=given)} AS t{at}, {text.name(field)} AS j{at}")
        structure = scan.options["structures"].get(name)
        cast, value = _typed(at, kind, structure, given=given)
        casts.append(f"t{at}, j{at}, {cast} AS v{at}")
        values.append(f"{value} AS {names[name]}")
    for at, (name, value) in enumerate(folder_columns(scan, names)):
        read.append(f"{value} AS f{at}")
        casts.append(f"f{at}")
        values.append(f"f{at} AS {names[name]}")
    for selected in (read, casts):
        level = f"(SELECT {', '.join(selected)} FROM {level})"
    return f"SELECT {', '.join(values)} FROM {level}"


def _text(field: str, *, given: bool) -> str:
    """Return the SQL of the text that is read: the value's JSON, or what it says for a given."""
    as_json = f"CAST({text.name(field)} AS VARCHAR)"
    if given:
        return (
            f"CASE WHEN {as_json} = '{NOT_A_NUMBER}' THEN NULL ELSE {text.name(field)} ->> '$' END"
        )
    return as_json


def _typed(at: int, kind: Kind, structure: str | None, *, given: bool) -> tuple[str, str]:
    """Return the SQL of the cast, and of the value."""
    cell = Cell(
        f"t{at}",
        at,
        nulls=() if given else (NOT_A_NUMBER,),
        given=given,
        is_json=not given,
        quoted=kind in _DATED and not given,
    )
    if structure is not None:
        return "NULL", unmoved(cell, f"json_transform(j{at}, {text.value(structure)})")
    if kind is Kind.STR and not given:
        return "NULL", _string(cell, f"j{at}")
    cast, value = checked(cell, kind, f"v{at}")
    return cast or "NULL", value


def _string(cell: Cell, json: str) -> str:
    """Return the SQL of a JSON value as text; most strings have nothing to be unescaped."""
    plain = f"{cell.text} >= '\"' AND {cell.text} < '#' AND NOT contains({cell.text}, '\\')"
    return (
        f"CASE WHEN {plain} THEN {between_quotes(cell.text)} WHEN {cell.is_null} THEN NULL "
        f"WHEN strlen({cell.text}) < 0 THEN {cell.fault} ELSE {json} ->> '$' END"
    )


def _source(scan: Scan) -> str:
    known = scan.options["fields"] if scan.options["all_fields_known"] else None
    return json_source(
        scan.files, scan.format, scan.options, fields=known, sample=scan.options["sample"]
    )


def _all_in_use(scan: Scan) -> str:
    """Return the condition that is true of every row, and that needs every field.

    No optimizer can tell that it is always true, and no field but the first is looked at where
    that is there.
    """
    if scan.options["all_fields_known"]:
        return ""
    fields = [f"{text.name(field)} IS NOT NULL" for field in scan.options["fields"]]
    return f" WHERE {' OR '.join(fields)} OR random() >= 0"
