"""Fields of JSON as typed values, in SQL that checks every one of them.

A field is read as JSON text, as text (VARCHAR), or as a number (DOUBLE); :mod:`.reader_json` tells
when. Read as JSON text, a string has its quotes, and its escapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from etlframe.engines.base import Scan
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.reader_cells import (
    NOT_A_NUMBER,
    Cell,
    between_quotes,
    checked,
    unmoved,
)
from etlframe.engines.duckdb.reader_folders import file_columns
from etlframe.engines.duckdb.reader_json_complete import COMPLETE, first_of, string
from etlframe.engines.duckdb.reader_json_numbers import json_number
from etlframe.engines.duckdb.reader_numbers import again
from etlframe.expressions.kinds import Kind
from etlframe.frozen import frozen

TEXT = "text"
"""The quick way that reads text as VARCHAR."""

_DATED = (Kind.DATE, Kind.DATETIME, Kind.DATETIME_TZ)
_WITH_EXPONENT = r"-?[0-9]+(\.[0-9]+)?e[-+][0-9]+"
"""Numbers that are not as VARCHAR what they are in JSON: DuckDB writes ``1e-07`` and ``1e+22``."""


@frozen
class JsonField:
    """A field of a file, as SQL.

    Attributes:
        name: Its name in the file.
        type: The type that it is read as.
        read: What is read of it, by the name of the column.
        casts: What is computed once of that, by name.
        value: The value.
    """

    name: str
    type: str
    read: Mapping[str, str]
    casts: Mapping[str, str]
    value: str


def json_text(field: str) -> str:
    """Return the SQL of a field's JSON text; NULL where it is missing, null or NaN."""
    return f"nullif(CAST({text.name(field)} AS VARCHAR), '{NOT_A_NUMBER}')"


def json_field(scan: Scan, name: str, at: int, *, as_text: bool, as_number: bool) -> JsonField:
    """Return the field of a column.

    Args:
        scan: How to read the file.
        name: The column.
        at: Its position.
        as_text: Whether text may be read as VARCHAR.
        as_number: Whether to read the field as DOUBLE.
    """
    kind, given = file_columns(scan)[name], name in scan.options["given"]
    field, structure = scan.options["fields"][at], scan.options["structures"].get(name)
    quoted, cell = text.name(field), Cell(f"t{at}", at, given=given)
    if as_number:
        return JsonField(
            field, "DOUBLE", {cell.text: quoted}, {}, json_number(cell, kind, scan.path)
        )
    if structure is None and as_text and (given or kind is Kind.STR or kind in _DATED):
        cell = replace(cell, again=again(scan.path, TEXT))
        cast, value = (None, _text(cell)) if kind is Kind.STR else checked(cell, kind, f"v{at}")
        return JsonField(field, "VARCHAR", {cell.text: quoted}, _cast(cast, at), value)
    read = {cell.text: f"CAST({quoted} AS VARCHAR)"}
    if given:
        is_nan = f"CAST({quoted} AS VARCHAR) = '{NOT_A_NUMBER}'"
        read = {cell.text: f"CASE WHEN {is_nan} THEN NULL ELSE {quoted} ->> '$' END"}
    else:
        cell = replace(cell, nulls=(NOT_A_NUMBER,), is_json=True, quoted=kind in _DATED)
    if structure is not None:
        cast, value = None, unmoved(cell, f"json_transform(j{at}, {text.value(structure)})")
    elif kind is Kind.STR and not given:
        cast, value = None, _string(cell, f"j{at}")
    else:
        cast, value = checked(cell, kind, f"v{at}")
    if f"j{at}" in value:
        read[f"j{at}"] = quoted
    return JsonField(field, "JSON", read, _cast(cast, at), value)


def json_field_of_complete(scan: Scan, name: str, at: int) -> JsonField:
    """Return the field of a column whose values have to be there, and text to be strings.

    Such a file has the columns that it has fields, by the same names.
    """
    kind, error = scan.columns[name], again(scan.path, COMPLETE)
    cell = Cell(f"t{at}", at, again=error, missing=f"error({error})")
    read = {cell.text: text.name(name)}
    if kind in (Kind.INT, Kind.FLOAT):
        return JsonField(name, "DOUBLE", read, {}, json_number(cell, kind, scan.path))
    if kind is Kind.STR:
        first = f"u{at}"
        casts = {first: first_of(cell)}
        return JsonField(name, "VARCHAR", read, casts, string(cell, first))
    cast, value = checked(cell, kind, f"v{at}")
    return JsonField(name, "VARCHAR", read, _cast(cast, at), value)


def _cast(cast: str | None, at: int) -> dict[str, str]:
    return {} if cast is None else {f"v{at}": cast}


def _text(cell: Cell) -> str:
    """Return the SQL of a field read as VARCHAR; most text begins with a letter."""
    t = cell.text
    number = f"(contains({t}, 'e+') OR contains({t}, 'e-')) AND {cell.matches(_WITH_EXPONENT)}"
    return (
        f"CASE WHEN {t} >= ':' AND {t} <> '{NOT_A_NUMBER}' THEN {t} WHEN {t} IS NULL THEN NULL"
        f" WHEN {t} = '{NOT_A_NUMBER}' OR {number} THEN error({cell.again}) ELSE {t} END"
    )


def _string(cell: Cell, json: str) -> str:
    """Return the SQL of a JSON value as text; most strings have nothing to be unescaped."""
    plain = f"{cell.text} >= '\"' AND {cell.text} < '#' AND NOT contains({cell.text}, '\\')"
    return (
        f"CASE WHEN {plain} THEN {between_quotes(cell.text)} WHEN {cell.is_null} THEN NULL "
        f"WHEN strlen({cell.text}) < 0 THEN {cell.fault} ELSE {json} ->> '$' END"
    )
