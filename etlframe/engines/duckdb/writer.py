"""The one writer of files: every engine's rows go through DuckDB's ``COPY``.

It writes to the path it is given; staging and committing are the loader's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.writer_append import appended
from etlframe.engines.duckdb.writer_values import (
    REFUSED,
    csv_text,
    json_object,
    json_text,
    parquet_value,
)
from etlframe.errors import LoadError
from etlframe.expressions.kinds import Kind, Schema

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

_JSON_LINES = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER ''"
_JSON_ARRAY = f"{_JSON_LINES}, PREFIX '[\n', SUFFIX '\n]\n', NEW_LINE ',\n'"


def write_query(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    schema: Schema,
    path: str,
    format: str,  # noqa: A002 - the field's word
    options: Mapping[str, Any],
) -> int:
    """Write what a query gives to one file, in the query's order.

    Args:
        connection: Where the query runs.
        sql: A ``SELECT`` whose columns are the schema's, in its order.
        schema: The names to write, with their kinds.
        path: The file, which is replaced if it exists.
        format: ``"csv"``, ``"tsv"``, ``"jsonl"``, ``"json"`` or ``"parquet"``.
        options: ``compression`` (of the text, or inside Parquet: zstd unless given); for CSV and
            TSV ``delimiter``, ``header`` (True unless given) and ``new_line``; for Parquet
            ``after``, a file whose rows are written first and are not counted.

    Returns:
        The number of rows written, as the writer counted them.

    Raises:
        LoadError: The file could not be written, or the format cannot hold a value.
    """
    if not schema:
        raise LoadError("There is nothing to write: the frame has no columns.")
    names = list(schema)
    rows = f"({sql}) AS written({', '.join(f'c{at}' for at in range(len(names)))})"
    types = dict(zip(names, connection.sql(sql).types, strict=True))
    if format == "parquet":
        return _write_parquet(connection, _parquet(rows, schema, types), path, options)
    if format in ("jsonl", "json"):
        layout = _JSON_LINES if format == "jsonl" else _JSON_ARRAY
        return _copy(connection, _json(rows, schema, types), path, layout + _compressed(options))
    return _write_csv(connection, rows, schema, types, path, _csv_options(format, options))


def write_frame(
    df: pd.DataFrame,
    schema: Schema | None,
    path: str,
    format: str,  # noqa: A002 - the field's word
    options: Mapping[str, Any],
) -> int:
    """Write a DataFrame, without its index, to one file; as :func:`write_query` does.

    Args:
        df: The frame; NaN and NaT are missing values.
        schema: The kinds of its columns, where they are known: a float64 column of kind ``INT``
            is written as integers. A column of unknown kind is, if it holds missing values and
            else only whole numbers.
        path: The file, which is replaced if it exists.
        format: The name of a format.
        options: As for :func:`write_query`.

    Returns:
        The number of rows written, as the writer counted them.

    Raises:
        LoadError: The file could not be written, or a column cannot be held.
    """
    from etlframe.engines.duckdb.connection import connect
    from etlframe.engines.exchange import to_arrow

    table = _exact_spans(to_arrow(df, schema))
    kinds = {name: (schema or {}).get(name, Kind.OTHER) for name in table.column_names}
    with connect() as connection:
        # Names that differ in case only are one name to DuckDB: positions instead.
        numbered = table.rename_columns([f"c{at}" for at in range(table.num_columns)])
        connection.register("frame", numbered)
        return write_query(connection, "SELECT * FROM frame", kinds, path, format, options)


def _exact_spans(table: pa.Table) -> pa.Table:
    """Return the table with time spans in microseconds, which is what DuckDB counts in."""
    import pyarrow as pa

    for at, field in enumerate(table.schema):
        if pa.types.is_duration(field.type):
            try:
                spans = table[field.name].cast(pa.duration("us"))
            except pa.ArrowInvalid as error:
                raise LoadError(
                    f"Column {field.name!r} holds time spans with nanoseconds; round them first: "
                    f"d[{field.name!r}].dt.round('us')"
                ) from error
            table = table.set_column(at, field.name, spans)
    return table


def _parquet(rows: str, schema: Schema, types: Mapping[str, duckdb.DuckDBPyType]) -> str:
    _check_case(list(schema))
    values = [
        f"{parquet_value(f'c{at}', types[name], kind, column=name)} AS {text.name(name)}"
        for at, (name, kind) in enumerate(schema.items())
    ]
    return f"SELECT {', '.join(values)} FROM {rows}"


def _write_parquet(
    connection: duckdb.DuckDBPyConnection, sql: str, path: str, options: Mapping[str, Any]
) -> int:
    layout = f"FORMAT parquet, COMPRESSION {options.get('compression') or 'zstd'}"
    if options.get("after") is None:
        return _copy(connection, sql, path, layout)
    both, before = appended(connection, options["after"], sql)
    return _copy(connection, both, path, layout) - before


def _json(rows: str, schema: Schema, types: Mapping[str, duckdb.DuckDBPyType]) -> str:
    fields = {
        name: json_text(f"c{at}", types[name], kind, column=name)
        for at, (name, kind) in enumerate(schema.items())
    }
    return f"SELECT {json_object(fields)} FROM {rows}"


def _write_csv(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    schema: Schema,
    types: Mapping[str, duckdb.DuckDBPyType],
    path: str,
    options: dict[str, str],
) -> int:
    names = list(schema)
    texts = [
        csv_text(f"c{at}", types[name], kind) for at, (name, kind) in enumerate(schema.items())
    ]
    if len(texts) == 1:
        texts = [f"coalesce({texts[0]}, '')"]  # a blank line would be no row to most readers
    with_header = options["HEADER"] == "true"
    if with_header and _are_columns(names):
        aliased = [f"{t} AS {text.name(n)}" for t, n in zip(texts, names, strict=True)]
        return _copy(connection, f"SELECT {', '.join(aliased)} FROM {rows}", path, _listed(options))
    sql = f"SELECT {', '.join(texts)} FROM {rows}"
    if with_header:  # names that DuckDB would change: the header is the first row instead
        sql = f"SELECT {', '.join(map(text.value, names))} UNION ALL {sql}"
    layout = _listed(options | {"HEADER": "false"})
    return _copy(connection, sql, path, layout) - with_header


def _are_columns(names: list[str]) -> bool:
    """Return whether DuckDB keeps the names as they are."""
    return all(names) and len({name.casefold() for name in names}) == len(names)


def _check_case(names: list[str]) -> None:
    if not _are_columns(names):
        folded = [name.casefold() for name in names]
        same = [name for name in names if not name or folded.count(name.casefold()) > 1]
        raise LoadError(
            f"Parquet columns need names that differ in more than their case: rename one of "
            f"{', '.join(map(repr, same))}, or write CSV or JSON."
        )


def _csv_options(format: str, options: Mapping[str, Any]) -> dict[str, str]:  # noqa: A002 - the field's word
    delimiter = options.get("delimiter") or ("\t" if format == "tsv" else ",")
    made = {
        "FORMAT": "csv",
        "HEADER": "false" if options.get("header") is False else "true",
        "DELIMITER": text.value(delimiter),
        "COMPRESSION": options.get("compression") or "none",
    }
    if options.get("new_line"):
        made["NEW_LINE"] = text.value(options["new_line"])
    return made


def _compressed(options: Mapping[str, Any]) -> str:
    return f", COMPRESSION {options.get('compression') or 'none'}"


def _listed(options: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in options.items())


def _copy(connection: duckdb.DuckDBPyConnection, sql: str, path: str, options: str) -> int:
    import duckdb

    command = f"COPY ({sql}) TO {text.value(path)} ({options}, USE_TMP_FILE false)"
    try:
        counted = connection.execute(command).fetchone()
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        refused = _refused(str(error), path)
        if refused is None:
            raise
        raise LoadError(refused) from error
    return int(counted[0]) if counted else 0


def _refused(message: str, path: str) -> str | None:
    """Return why the file could not be written, or None where that was not what failed."""
    if REFUSED in message:
        return message.partition(REFUSED)[2].strip()
    if path not in message:
        return None
    inner = re.search(r'"exception_message":"((?:[^"\\]|\\.)*)"', message)
    cause = inner[1].replace('\\"', '"') if inner else message.removeprefix("IO Error: ")
    return f"{path} cannot be written: {cause.rpartition(': ')[2]}"
