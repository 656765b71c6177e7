"""The table functions that read files as text: nothing is guessed, every option is given."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from etlframe.engines.duckdb import text

NO_NULL = "\x01no such field\x01"
"""A ``nullstr`` that no field is: with the default of '' blank lines would be rows."""


def file_name(path: str) -> str:
    """Return a path as a literal that names one file, whatever characters it has.

    >>> file_name("/data/it's [1].csv")
    "'/data/it''s [[]1].csv'"
    """
    # In full, since a "~" at the beginning would be the home folder; not normalized, so that the
    # path as it was given is a part of it.
    full = os.path.join(Path.cwd(), path)  # noqa: PTH118 - Path would normalize
    return text.value(re.sub(r"[*?[]", r"[\g<0>]", full))


def file_names(paths: Sequence[str]) -> str:
    """Return paths as a literal that names these files, in their order.

    >>> file_names(["/data/a.csv"]), file_names(["/data/a.csv", "/data/b.csv"])
    ("'/data/a.csv'", "['/data/a.csv', '/data/b.csv']")
    """
    if len(paths) == 1:
        return file_name(paths[0])
    return f"[{', '.join(map(file_name, paths))}]"


def csv_columns(count: int) -> list[str]:
    """Return the names that CSV columns are read under: header names may be anything."""
    return [f"c{at}" for at in range(count)]


def csv_source(
    paths: Sequence[str], count: int, options: Mapping[str, Any], numbers: Collection[str] = ()
) -> str:
    """Return the call that reads CSV files as columns ``c0``, ``c1`` ... of text, or of numbers.

    A wrong number of fields in a line is an error. An empty field is NULL, unless there is one
    column only: a blank line is no row then, and an empty string in quotes is one.
    """
    types = ", ".join(
        f"{name}: '{'DOUBLE' if name in numbers else 'VARCHAR'}'" for name in csv_columns(count)
    )
    arguments = {
        "auto_detect": "false",
        "strict_mode": "true",
        "hive_partitioning": "false",
        "columns": f"{{{types}}}",
        "nullstr": f"[{text.value('' if count > 1 else NO_NULL)}]",
        "header": text.value(bool(options["header"])),
        "skip": str(options["skip"]),
        "delim": text.value(options["delimiter"]),
        "quote": text.value(options["quote"]),
        "escape": text.value(options["quote"]),
        "encoding": text.value(options["encoding"]),
        "compression": text.value(options["compression"] or "none"),
    }
    return f"read_csv({file_names(paths)}, {_listed(arguments)})"


def json_source(
    paths: Sequence[str],
    format: str,  # noqa: A002 - the field's word
    options: Mapping[str, Any],
    *,
    types: Mapping[str, str] | None = None,
    sample: int = -1,
) -> str:
    """Return the call that reads JSON files as columns, one a field of their records.

    Args:
        paths: The files.
        format: ``"json"`` for one array of records, or ``"jsonl"``.
        options: ``compression``.
        types: The fields with their types, where all of the file's are known; any other would be
            dropped.
        sample: Else, how many records DuckDB looks at to find the fields, -1 for all; all are read
            as JSON text. A field that they do not have is an error later, if all columns are in
            use then.
    """
    arguments = {
        "format": "'array'" if format == "json" else "'newline_delimited'",
        "records": "'true'",
        "hive_partitioning": "false",
        "compression": text.value(options["compression"] or "none"),
    }
    if types is not None:
        columns = ", ".join(f"{text.name(name)}: '{type_}'" for name, type_ in types.items())
        arguments |= {"auto_detect": "false", "columns": f"{{{columns}}}"}
    else:
        arguments |= {
            "maximum_depth": "1",
            "sample_size": str(sample),
            "map_inference_threshold": "-1",
            "field_appearance_threshold": "0",
        }
    return f"read_json({file_names(paths)}, {_listed(arguments)})"


def parquet_source(paths: Sequence[str], folders: Sequence[str] = ()) -> str:
    """Return the call that reads Parquet files.

    Args:
        paths: The files.
        folders: Columns whose text DuckDB shall take from the names of folders.
    """
    if not folders:
        return f"read_parquet({file_names(paths)}, hive_partitioning = false)"
    types = ", ".join(f"{text.name(name)}: VARCHAR" for name in folders)
    hive = f"hive_partitioning = true, hive_types = {{{types}}}"
    return f"read_parquet({file_names(paths)}, {hive})"


def _listed(arguments: Mapping[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in arguments.items())
