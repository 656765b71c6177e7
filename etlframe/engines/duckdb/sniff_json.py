"""The sniff of a JSON file: the fields of its records, and what their values are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.engines.base import Scan
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.reader_cells import Cell, classified_json
from etlframe.engines.duckdb.reader_json import between_quotes, json_text
from etlframe.engines.duckdb.reader_source import file_name, json_source
from etlframe.engines.duckdb.sniff_rules import SAMPLE_ROWS, Given
from etlframe.engines.duckdb.sniff_types import typed
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
    base = {**start.options, "given": frozenset(given.kinds), "all_fields_known": False}
    if start.format == "json" and _EMPTY_ARRAY.fullmatch(block):
        return replace(start, options={**base, "fields": (), "sample": -1}, whole=True)
    sample = -1 if start.whole else SAMPLE_ROWS
    fields = _fields(connection, start, sample)
    names = _exact_names(connection, start, fields)
    # Fields that differ by case only can be read by DuckDB's own detection alone.
    scan = replace(start, options={**base, "fields": tuple(fields), "sample": sample})
    plain = names == fields
    scan = typed(scan, names, given, _cells(connection, scan, plain=plain))
    options = {**scan.options, "all_fields_known": scan.whole and plain}
    return _with_structures(connection, replace(scan, options=options))


def _check_beginning(block: bytes, start: Scan) -> None:
    shown = start.options["shown"]
    if block.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise EncodingSourceError(
            f"{shown} begins with a byte order mark, which JSON may not have; "
            f'read it with encoding="{"utf-8-sig" if block[:1] == b"\xef" else "utf-16"}".',
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


def _fields(connection: duckdb.DuckDBPyConnection, start: Scan, sample: int) -> list[str]:
    source = json_source(start.path, start.format, start.options, sample=sample)
    return [str(row[0]) for row in connection.execute(f"DESCRIBE FROM {source}").fetchall()]


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
    layout = "array" if start.format == "json" else "newline_delimited"
    compression = start.options["compression"] or "none"
    source = (
        f"read_json_objects({file_name(start.path)}, format = '{layout}',"
        f" compression = '{compression}')"
    )
    query = f"SELECT json_group_structure(json) FROM (SELECT json FROM {source}{limit})"
    exact = list(json.loads(_only(connection, query)))
    return exact if len(exact) == len(fields) else fields


def _cells(connection: duckdb.DuckDBPyConnection, scan: Scan, *, plain: bool) -> Sequence[Any]:
    """Return the number of records that were looked at, and what each field's values are."""
    fields = scan.options["fields"]
    limit = "" if scan.whole else f" LIMIT {SAMPLE_ROWS}"
    source = json_source(
        scan.path,
        scan.format,
        scan.options,
        fields=fields if plain else None,
        sample=scan.options["sample"],
    )
    texts = ", ".join(f"{json_text(field)} AS x{at}" for at, field in enumerate(fields))
    strings = ", ".join(f"x{at}, {between_quotes(f'x{at}')} AS s{at}" for at in range(len(fields)))
    looks = [
        f"bit_or({classified_json(Cell(f'x{at}', at), Cell(f's{at}', at))})"
        for at in range(len(fields))
    ]
    query = (
        f"SELECT count(*), {', '.join(looks)} FROM (SELECT {strings} FROM"
        f" (SELECT {texts} FROM {source}{limit}))"
    )
    return connection.execute(query).fetchone() or ()


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
    known = scan.options["fields"] if scan.options["all_fields_known"] else None
    source = json_source(
        scan.path, scan.format, scan.options, fields=known, sample=scan.options["sample"]
    )
    looks = ", ".join(f"json_group_structure({text.name(fields[name])})" for name in nested)
    row = connection.execute(f"SELECT {looks} FROM {source}").fetchone() or ()
    types = {name: _storage(json.loads(each)) for name, each in zip(nested, row, strict=True)}
    kinds = {name: Kind.STR for name, type_ in types.items() if type_ == "VARCHAR"}
    return replace(scan, types={**scan.types, **types}, columns={**scan.columns, **kinds})


_PLAIN_STORAGE = {"UBIGINT": "BIGINT", "BIGINT": "BIGINT", "DOUBLE": "DOUBLE", "BOOLEAN": "BOOLEAN"}


def _storage(structure: Any) -> str:
    """Return a structure of JSON as a type; what has no one type stays its JSON text.

    >>> _storage({"a": "UBIGINT", "b": ["VARCHAR"]})
    'STRUCT("a" BIGINT, "b" VARCHAR[])'
    """
    if isinstance(structure, list):
        return f"{_storage(structure[0])}[]"
    if isinstance(structure, Mapping):
        if not structure or len({key.casefold() for key in structure}) < len(structure):
            return "VARCHAR"
        entries = (f"{text.name(key)} {_storage(value)}" for key, value in structure.items())
        return f"STRUCT({', '.join(entries)})"
    return _PLAIN_STORAGE.get(str(structure), "VARCHAR")


def _only(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    row = connection.execute(query).fetchone()
    return str(row[0]) if row else "{}"
