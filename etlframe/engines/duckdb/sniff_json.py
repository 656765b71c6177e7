"""The sniff of a JSON file: the fields of its records, and what their values are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.engines.base import Scan
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.reader_cells import Cell, between_quotes
from etlframe.engines.duckdb.reader_json_cells import json_text
from etlframe.engines.duckdb.reader_source import file_name, json_source
from etlframe.engines.duckdb.sniff_cells import classified_json
from etlframe.engines.duckdb.sniff_rules import SAMPLE_ROWS, Given
from etlframe.engines.duckdb.sniff_types import looked_at, rows, typed
from etlframe.errors import EncodingSourceError, MalformedSourceError
from etlframe.expressions.kinds import Kind
from etlframe.storage.formats import FileFormat
from etlframe.storage.opening import first_block

if TYPE_CHECKING:
    import duckdb

_EMPTY_ARRAY = re.compile(rb"\s*\[\s*\]\s*")


def sniff_json(connection: duckdb.DuckDBPyConnection, start: Scan, given: Given) -> Scan:
    """Return how to read a JSON file; one without any records, ``[]``, has no columns."""
    block = first_block(start.path, FileFormat(start.format, start.options["compression"]))
    _check_beginning(block, start)
    base = {
        **start.options,
        "given": frozenset(given.kinds),
        "all_fields_known": False,
        "structures": {},
    }
    if start.format == "json" and _EMPTY_ARRAY.fullmatch(block):
        return replace(start, options={**base, "fields": (), "sample": -1}, whole=True)
    sample = -1 if start.whole else SAMPLE_ROWS
    fields, names = _fields(connection, start, sample)
    # Fields that differ by case only can be read by DuckDB's own detection alone.
    scan = replace(start, options={**base, "fields": tuple(fields), "sample": sample})
    plain = names == fields
    scan = typed(scan, names, given, _cells(connection, scan, plain=plain))
    options = {**scan.options, "all_fields_known": scan.whole and plain}
    return _with_structures(connection, replace(scan, options=options))


def _check_beginning(block: bytes, start: Scan) -> None:
    shown = start.options["shown"]
    if block.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-8-sig" if block.startswith(b"\xef") else "utf-16"
        raise EncodingSourceError(
            f"{shown} begins with a byte order mark, which JSON may not have; "
            f'read it with encoding="{encoding}".',
            path=shown,
            line=1,
        )
    first = block.lstrip()[:1]
    if start.format == "json" and first != b"[":
        raise MalformedSourceError(_not_an_array(block, shown), path=shown, line=1)
    if start.format == "jsonl" and first == b"[":
        raise MalformedSourceError(
            f"{shown} begins with '[': JSON Lines has one object a line. "
            'If the file is one array of objects, read it with format="json".',
            path=shown,
            line=1,
        )


def _not_an_array(block: bytes, shown: str) -> str:
    lines = [line for line in block.splitlines() if line.strip()][:2]
    if len(lines) == 2 and all(line.lstrip().startswith(b"{") for line in lines):  # noqa: PLR2004 - the first two
        return f'{shown} is not one array: it looks like JSON Lines; read it with format="jsonl".'
    what = "an object" if block.lstrip()[:1] == b"{" else "a single value"
    return f"{shown} holds {what} at the top, and a list of objects is needed: [{{...}}, ...]."


def _fields(
    connection: duckdb.DuckDBPyConnection, start: Scan, sample: int
) -> tuple[list[str], list[str]]:
    """Return the names that DuckDB gives the fields, and their own."""
    if sample != -1:
        keys = _keys(connection, start, sample)
        if keys:
            return keys, keys
    source = json_source(start.files, start.format, start.options, sample=sample)
    fields = [str(row[0]) for row in rows(connection, f"DESCRIBE FROM {source}", start)]
    return fields, _exact_names(connection, start, fields)


def _keys(connection: duckdb.DuckDBPyConnection, start: Scan, sample: int) -> list[str]:
    """Return the fields of the first records in their order, where each can be read by its name.

    DuckDB's own detection tells the types of their values, too, and takes twice as long.

    Returns:
        Nothing where two names differ by case only, or a record has no field or is no object.
    """
    query = (
        "SELECT keys FROM (SELECT json_keys(json) AS keys, row_number() OVER () AS place"
        f" FROM (FROM {_objects(start)} LIMIT {sample})) GROUP BY keys ORDER BY min(place)"
    )
    of_records = [row[0] for row in rows(connection, query, start)]
    keys = list(dict.fromkeys(key for record in of_records for key in record))
    can_be_told = len({key.casefold() for key in keys}) == len(keys) and all(keys)
    return keys if can_be_told and all(of_records) else []


def _objects(start: Scan) -> str:
    """Return the call that reads each record as its text, in the column ``json``."""
    layout = "array" if start.format == "json" else "newline_delimited"
    compression = start.options["compression"] or "none"
    return (
        f"read_json_objects({file_name(start.path)}, format = '{layout}',"
        f" compression = '{compression}')"
    )


def _exact_names(
    connection: duckdb.DuckDBPyConnection, start: Scan, fields: list[str]
) -> list[str]:
    """Return the fields' own names: DuckDB renames those that differ by case only."""
    folded = {field.casefold() for field in fields}
    renamed = [re.sub(r"(_\d+)+$", "", field) for field in fields]
    if not any(
        name != field and name.casefold() in folded
        for name, field in zip(renamed, fields, strict=True)
    ):
        return fields
    limit = "" if start.whole else f" LIMIT {SAMPLE_ROWS}"
    query = f"SELECT json_group_structure(json) FROM (FROM {_objects(start)}{limit})"
    exact = list(json.loads(rows(connection, query, start)[0][0]))
    return _paired(fields, exact) if len(exact) == len(fields) else fields


def _paired(fields: Sequence[str], exact: Sequence[str]) -> list[str]:
    """Return the own name of each field: several threads find names in any order.

    >>> _paired(["a", "b", "A_1", "A_1_1"], ["b", "A_1", "A", "a"])
    ['a', 'b', 'A', 'A_1']
    >>> _paired(["x_1", "x", "q", "Q_1"], ["x_1", "x", "q", "Q"])
    ['x_1', 'x', 'q', 'Q']
    """
    left = sorted(exact, key=len)
    names = []
    for field in fields:
        whole = [name for name in left if name == field]
        parts = [name for name in left if re.fullmatch(rf"{re.escape(name)}(_\d+)+", field)]
        renamed = [name for name in parts if name not in fields]
        name = (renamed or whole or parts or left)[0]
        left.remove(name)
        names.append(name)
    return names


def _cells(connection: duckdb.DuckDBPyConnection, scan: Scan, *, plain: bool) -> Sequence[Any]:
    """Return the number of records that were looked at, and what each field's values are."""
    fields = scan.options["fields"]
    limit = "" if scan.whole else f" LIMIT {SAMPLE_ROWS}"
    source = json_source(
        scan.files,
        scan.format,
        scan.options,
        types=dict.fromkeys(fields, "JSON") if plain else None,
        sample=scan.options["sample"],
    )
    texts = [json_text(field) for field in fields]
    look = classified_json(Cell("cell", 0), Cell(between_quotes("cell"), 0))
    return looked_at(connection, scan, texts, look, f"(FROM {source}{limit})")


# -- nested fields ---------------------------------------------------------------------------------


def _with_structures(connection: duckdb.DuckDBPyConnection, scan: Scan) -> Scan:
    """Give nested fields the type that holds all of their values, in the whole of the file.

    A nested value that does not fit a type would be bent to it without an error, so the beginning
    of the file is not enough here.
    """
    fields = dict(zip(scan.columns, scan.options["fields"], strict=True))
    nested = [name for name, type_ in scan.types.items() if type_ == "JSON"]
    if not nested:
        return scan
    all_known = scan.options["all_fields_known"]
    known = dict.fromkeys(scan.options["fields"], "JSON") if all_known else None
    source = json_source(
        scan.files, scan.format, scan.options, types=known, sample=scan.options["sample"]
    )
    looks = [
        f"json_group_structure({text.name(fields[name])}),"
        f" bool_or(regexp_matches({json_text(fields[name])}, '{_MANY_DIGITS}'))"
        for name in nested
    ]
    (row,) = rows(connection, f"SELECT {', '.join(looks)} FROM {source}", scan)
    looked = zip(nested, row[::2], row[1::2], strict=True)
    found = {name: _structure(json.loads(each), wide=wide) for name, each, wide in looked}
    kinds = {name: Kind.STR for name, structure in found.items() if structure == "VARCHAR"}
    kept = {name: json.dumps(each) for name, each in found.items() if name not in kinds}
    return replace(
        scan,
        columns={**scan.columns, **kinds},
        types={**scan.types, **{name: _type(structure) for name, structure in found.items()}},
        options={**scan.options, "structures": kept},
    )


_MANY_DIGITS = r"[\[:,][0-9]{19,}[\],}]"
"""A number in a nested value that may be beyond 63 bits."""


def _structure(found: Any, *, wide: bool) -> Any:
    """Return a structure of JSON as DuckDB can hold it: what has no one type stays its JSON text.

    Args:
        found: What ``json_group_structure`` says.
        wide: Whether a number may be beyond 63 bits.

    >>> _structure({"a": "UBIGINT", "b": ["NULL"], "c": {"X": "DOUBLE", "x": "NULL"}}, wide=False)
    {'a': 'BIGINT', 'b': ['VARCHAR'], 'c': 'VARCHAR'}
    """
    if isinstance(found, list):
        return [_structure(found[0], wide=wide)]
    if isinstance(found, Mapping):
        if not found or len({key.casefold() for key in found}) < len(found):
            return "VARCHAR"
        return {key: _structure(value, wide=wide) for key, value in found.items()}
    if found == "UBIGINT" and not wide:
        return "BIGINT"
    return found if found in ("UBIGINT", "BIGINT", "DOUBLE", "BOOLEAN") else "VARCHAR"


def _type(structure: Any) -> str:
    """Return a structure as a type.

    >>> _type({"a": "BIGINT", "b": ["VARCHAR"]})
    'STRUCT("a" BIGINT, "b" VARCHAR[])'
    """
    if isinstance(structure, list):
        return f"{_type(structure[0])}[]"
    if isinstance(structure, Mapping):
        entries = (f"{text.name(key)} {_type(value)}" for key, value in structure.items())
        return f"STRUCT({', '.join(entries)})"
    return str(structure)
