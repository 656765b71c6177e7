"""Several files as one scan: types by the values of all, and runs of files that are alike.

DuckDB reads two hundred files in one call in less time than it plans a call for each of ten; so
files of one dialect and the same columns that follow each other are one part of the scan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from etlframe.engines.base import Scan
from etlframe.engines.duckdb.reader_folders import file_columns
from etlframe.engines.duckdb.reader_numbers import plain_numbers
from etlframe.engines.duckdb.reader_settled import SEEN
from etlframe.engines.duckdb.sniff_folders import with_folders
from etlframe.engines.duckdb.sniff_rules import GIVEN_TYPES, Cells, Given, column_type
from etlframe.engines.duckdb.sniff_types import NO_ROWS
from etlframe.engines.stacked import stacked_kind
from etlframe.expressions.kinds import Kind, Schema
from etlframe.expressions.tree import NotPortable
from etlframe.storage.formats import TEXT_FORMATS

if TYPE_CHECKING:
    import duckdb

_MOST_SHOWN = 3
_OF_ONE_FILE = ("cells", SEEN, "shown", "numbers", "sample", "structures", "all_fields_known")

Folders = Mapping[str, str | None]
"""Columns that the folders of a file tell, with their text."""


def together(
    scans: Sequence[Scan],
    folders: Sequence[Folders],
    given: Given,
    connection: duckdb.DuckDBPyConnection,
) -> Scan:
    """Return one scan of several files, whose rows are below each other.

    Args:
        scans: Each file alone.
        folders: What the folders of each file tell.
        given: What need not be told by the values; ``shown`` is what errors call all files.
        connection: The connection to look at the folders' text with.
    """
    shown = given.shown or scans[0].path
    notes = _notes(scans)
    if scans[0].format in TEXT_FORMATS:
        scans = _typed_alike(scans)
    told = with_folders(scans, folders, given, connection)
    runs = [_as_one(list(run), shown) for _, run in groupby(told, key=_likeness)]
    if len(runs) == 1:
        return replace(runs[0], notes=notes)
    counts = [run.rows for run in runs]
    return replace(
        runs[0],
        columns=_columns_of_all(runs),
        options={**runs[0].options, SEEN: None, "shown": shown},
        rows=sum(each or 0 for each in counts) if None not in counts else None,
        whole=all(run.whole for run in runs),
        parts=tuple(runs),
        notes=notes,
    )


def _columns_of_all(runs: Sequence[Scan]) -> Schema:
    """Return the columns of all, in order of appearance, and folders' columns last."""
    names = dict.fromkeys(name for run in runs for name in file_columns(run))
    names |= dict.fromkeys(name for run in runs for name in run.folders)
    return {
        name: _kind(name, [run.columns[name] for run in runs if name in run.columns])
        for name in names
    }


def _kind(name: str, kinds: Sequence[Kind]) -> Kind:
    try:
        return stacked_kind(name, kinds)
    except NotPortable:
        return Kind.OTHER


# -- types by the values of all --------------------------------------------------------------------


def _typed_alike(scans: Sequence[Scan]) -> list[Scan]:
    """Return text files whose columns have the type that the values of all files tell."""
    kinds: dict[str, Kind] = {}
    types: dict[str, str] = {}
    for name in dict.fromkeys(name for scan in scans for name in scan.columns):
        kinds[name], types[name] = _type_in_all(name, [s for s in scans if name in s.columns])
    structures = {
        name: text for scan in scans for name, text in scan.options.get("structures", {}).items()
    }
    fields = _fields_of_all(scans)
    return [_retyped(scan, kinds, types, structures, fields) for scan in scans]


def _type_in_all(name: str, having: Sequence[Scan]) -> tuple[Kind, str]:
    given = [scan for scan in having if name in scan.options["given"]]
    if given:
        kind = given[0].columns[name]
        return kind, GIVEN_TYPES[kind]
    with_rows = [scan for scan in having if (scan.columns[name], scan.types[name]) != NO_ROWS]
    if not with_rows:
        return NO_ROWS
    cells = Cells(0)
    for scan in with_rows:
        cells |= scan.options["cells"][name]
    kind, type_ = column_type(cells)
    if type_ != "JSON":
        return kind, type_
    nested = {
        (scan.columns[name], scan.types[name])
        for scan in with_rows
        if scan.options["cells"][name] & Cells.NESTED
    }
    return nested.pop() if len(nested) == 1 else (Kind.OTHER, "JSON")


def _fields_of_all(scans: Sequence[Scan]) -> tuple[str, ...] | None:
    """Return the fields of JSON files, where all of each file's are known; else None.

    One that a record lacks is missing there, and so is one that all records of a file lack.
    """
    if not all(scan.options.get("all_fields_known") for scan in scans):
        return None
    return tuple(dict.fromkeys(name for scan in scans for name in scan.options["fields"]))


def _retyped(
    scan: Scan,
    kinds: Mapping[str, Kind],
    types: Mapping[str, str],
    structures: Mapping[str, str],
    fields: tuple[str, ...] | None,
) -> Scan:
    names = list(scan.columns) if fields is None else list(fields)
    lacking = dict.fromkeys((name for name in names if name not in scan.columns), True)
    made = replace(
        scan,
        columns={name: kinds[name] for name in names},
        types={name: types[name] for name in names},
        missing={**lacking, **scan.missing},
    )
    changed: dict[str, object] = {} if fields is None else {"fields": fields}
    if "structures" in scan.options:
        kept = {name: text for name, text in structures.items() if kinds[name] is Kind.OTHER}
        changed["structures"] = {name: kept[name] for name in names if name in kept}
    if "numbers" in scan.options:
        changed["numbers"] = plain_numbers(made, scan.options["cells"])
    return replace(made, options={**scan.options, **changed})


def is_read_as_typed(scan: Scan) -> bool:
    """Return whether each column has a type: nested values of JSON files may be of several."""
    return all("JSON" not in part.types.values() for part in scan.parts or (scan,))


# -- files that are read as one --------------------------------------------------------------------


def shared_options(scan: Scan) -> list[tuple[str, object]]:
    """Return the options that files have in common if DuckDB reads them in one call."""
    return [(name, value) for name, value in scan.options.items() if name not in _OF_ONE_FILE]


def _likeness(scan: Scan) -> tuple[object, ...]:
    """Return what two files have in common that DuckDB reads in one call."""
    options = scan.options
    alone = options.get("by_arrow") or options.get("all_fields_known") is False
    return (
        scan.path if alone else None,
        shared_options(scan),
        list(scan.columns.items()),
        list(scan.types.items()),
        sorted(options.get("structures", {}).items()),
        [(name, each.precision, each.scale) for name, each in scan.digits.items()],
        list(scan.folders),
    )


def _as_one(run: Sequence[Scan], shown: str) -> Scan:
    """Return files that are alike as one scan."""
    first, *others = run
    if not others:
        return first
    counts = [each.rows for each in run]
    digits = {
        name: replace(each, most=max(scan.digits[name].most for scan in run))
        for name, each in first.digits.items()
    }
    return replace(
        first,
        options={
            **first.options,
            **_plain_numbers(run),
            SEEN: None,  # which is known of one file alone
            "shown": shown,
            "shown_as": {each.path: each.options["shown"] for each in run},
        },
        missing=_missing(run),
        digits=digits,
        rows=sum(each or 0 for each in counts) if None not in counts else None,
        whole=all(each.whole for each in run),
        paths=tuple(each.path for each in run),
        folders={name: tuple(each.folders[name][0] for each in run) for name in first.folders},
    )


def _plain_numbers(run: Sequence[Scan]) -> dict[str, frozenset[str]]:
    """Return the columns of CSV files that may be read as DOUBLE in all of them."""
    if "numbers" not in run[0].options or all(scan.whole for scan in run):
        return {}
    parts = [plain_numbers(replace(scan, whole=False), scan.options["cells"]) for scan in run]
    return {"numbers": parts[0].intersection(*parts)}


def _missing(run: Sequence[Scan]) -> dict[str, bool]:
    """Return which columns miss values in one of the files, or in none."""
    found = {}
    for name in run[0].columns:
        known = [each.missing.get(name) for each in run]
        if True in known:
            found[name] = True
        elif None not in known:
            found[name] = False
    return found


# -- what people should know -----------------------------------------------------------------------


def _notes(scans: Sequence[Scan]) -> tuple[str, ...]:
    """Return which files lack which columns; a field that a record of JSON lacks is as usual."""
    if scans[0].format in ("json", "jsonl"):
        return ()
    names = dict.fromkeys(name for scan in scans for name in scan.columns)
    lacking: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        without = tuple(str(scan.options["shown"]) for scan in scans if name not in scan.columns)
        if without:
            lacking.setdefault(without, []).append(name)
    return tuple(_note(files, columns) for files, columns in lacking.items())


def _note(files: Sequence[str], columns: Sequence[str]) -> str:
    more = "" if len(files) <= _MOST_SHOWN else f" and {len(files) - _MOST_SHOWN} more files"
    shown = ", ".join(files[:_MOST_SHOWN]) + more
    have = "has" if len(files) == 1 else "have"
    what = "column" if len(columns) == 1 else "columns"
    listed = ", ".join(map(repr, columns))
    return f"{shown} {have} no {what} {listed}: the values are missing in those rows."
