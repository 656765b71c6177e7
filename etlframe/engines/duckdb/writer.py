"""The one writer of files: every engine's rows go through DuckDB's ``COPY``.

It writes to the path it is given; staging and committing are the loader's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.connection import connect
from etlframe.engines.duckdb.core import register
from etlframe.engines.duckdb.faults import translate
from etlframe.engines.duckdb.writer_copy import copy, told
from etlframe.engines.duckdb.writer_lines import LINE_END, write_lines
from etlframe.engines.duckdb.writer_types import types_of
from etlframe.engines.duckdb.writer_values import (
    csv_text,
    json_object,
    json_text,
    parquet_value,
)
from etlframe.engines.object_columns import unwritable
from etlframe.errors import LoadError
from etlframe.expressions.kinds import Kind, Schema
from etlframe.frozen import frozen

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa
    from duckdb.sqltypes import DuckDBPyType

_ZSTD_LEVEL = 1
"""As pandas and pyarrow have it. DuckDB's own, 3, was measured to make files an eighth smaller, for
a fifth more of the processor's time."""

# A record is one column of a CSV without quotes: DuckDB's own JSON rounds decimals and floats.
_JSON_LINES = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER ''"
_JSON_ARRAY = f"{_JSON_LINES}, PREFIX '[\n', SUFFIX '\n]\n', NEW_LINE ',\n'"


@frozen
class _Column:
    """A column to write: the SQL of its value, and what it is."""

    name: str
    value: str
    type: DuckDBPyType
    kind: Kind


def write_query(  # noqa: PLR0917 - what, as what, and where to
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
            ``after``, a file whose rows are written first and are not counted, and ``once``, for a
            query that cannot be run twice; for JSON Lines ``few``, for rows that are likely to be
            so few that a stream of them is not worth the import of pyarrow.

    Returns:
        The number of rows written, as the writer counted them.

    Raises:
        LoadError: The file could not be written, or the format cannot hold a value.
    """
    types = types_of(connection, sql)
    columns = [
        _Column(name, f"c{at}", types[at], kind) for at, (name, kind) in enumerate(schema.items())
    ]
    # By position: names that differ in case only are one name to DuckDB.
    rows = f"({sql}) AS written({', '.join(each.value for each in columns)})"
    if format == "parquet":
        return _write_parquet(connection, rows, columns, path, options)
    compression = options.get("compression") or "none"
    if format == "jsonl" and compression == "none" and not options.get("few"):
        query = f"SELECT {_json(columns, end=LINE_END)} FROM {rows}"
        return told(path, lambda: write_lines(connection, query, path))
    if format in ("jsonl", "json"):
        layout = _JSON_LINES if format == "jsonl" else _JSON_ARRAY
        layout += f", COMPRESSION {compression}"
        return copy(connection, f"SELECT {_json(columns)} FROM {rows}", path, layout)
    return _write_csv(connection, rows, columns, path, _csv_layout(format, options))


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
    from etlframe.engines.duckdb.core import duckdb
    from etlframe.engines.exchange import to_arrow

    table = _in_microseconds(to_arrow(df, schema))
    if not table.num_columns:
        raise LoadError("There is nothing to write: the frame has no columns.")
    known = schema or {}
    try:
        return _write_table(table, known, path, format, options)
    except duckdb.IOException as error:
        cause = str(error).partition("\n")[0]
        raise LoadError(f"{path} cannot be written: {cause}") from error
    except (duckdb.OutOfMemoryException, duckdb.InterruptException) as error:
        raise translate(error, None) from error
    except duckdb.Error as error:
        # A value that DuckDB does not know: written alone, its column fails too.
        for at, name in enumerate(table.column_names):
            try:
                _write_table(table.select([at]), known, path, format, options)
            except duckdb.Error:
                raise unwritable(name, f"a value of type {df.dtypes.iloc[at]}") from error
        raise translate(error, None) from error


def _write_table(
    table: pa.Table,
    schema: Schema,
    path: str,
    format: str,  # noqa: A002 - the field's word
    options: Mapping[str, Any],
) -> int:
    kinds = {name: schema.get(name, Kind.OTHER) for name in table.column_names}
    with connect() as connection:
        numbered = table.rename_columns([f"c{at}" for at in range(table.num_columns)])
        register(connection, "frame", numbered)
        return write_query(connection, "SELECT * FROM frame", kinds, path, format, options)


def _in_microseconds(table: pa.Table) -> pa.Table:
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


# -- the formats -----------------------------------------------------------------------------------


def _write_parquet(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    columns: list[_Column],
    path: str,
    options: Mapping[str, Any],
) -> int:
    _check_names([each.name for each in columns])
    values = [
        f"{parquet_value(each.value, each.type, each.kind, column=each.name)} "
        f"AS {text.name(each.name)}"
        for each in columns
    ]
    sql, before = f"SELECT {', '.join(values)} FROM {rows}", 0
    if options.get("after") is not None:
        from etlframe.engines.duckdb.writer_append import appended

        sql, before = appended(connection, options["after"], sql, once=options.get("once", False))
    compression = options.get("compression") or "zstd"
    layout = f"FORMAT parquet, COMPRESSION {compression}"
    if compression == "zstd":
        layout += f", COMPRESSION_LEVEL {_ZSTD_LEVEL}"
    return copy(connection, sql, path, layout) - before


def _json(columns: list[_Column], *, end: str = "") -> str:
    fields = {
        each.name: json_text(each.value, each.type, each.kind, column=each.name) for each in columns
    }
    return json_object(fields, end=end)


def _write_csv(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    columns: list[_Column],
    path: str,
    layout: Mapping[str, str],
) -> int:
    names = [each.name for each in columns]
    texts = [csv_text(each.value, each.type, each.kind) for each in columns]
    if len(texts) == 1:
        texts = [f"coalesce({texts[0]}, '')"]  # a blank line would be no row to most readers
    named = [
        f"{made} AS {text.name(name)}" for made, name in zip(texts, names, strict=True) if name
    ]
    with_header = layout["HEADER"] == "true"
    if not with_header or _are_kept(names):
        values = named if with_header else texts
        return copy(connection, f"SELECT {', '.join(values)} FROM {rows}", path, _listed(layout))
    # Names that DuckDB would change: the header is the first row instead.
    header = ", ".join(text.value(name) for name in names)
    sql = f"SELECT {header} UNION ALL SELECT {', '.join(texts)} FROM {rows}"
    return copy(connection, sql, path, _listed({**layout, "HEADER": "false"})) - 1


def _csv_layout(format: str, options: Mapping[str, Any]) -> dict[str, str]:  # noqa: A002 - the field's word
    delimiter = options.get("delimiter") or ("\t" if format == "tsv" else ",")
    layout = {
        "FORMAT": "csv",
        "HEADER": "false" if options.get("header") is False else "true",
        "DELIMITER": text.value(delimiter),
        "COMPRESSION": options.get("compression") or "none",
    }
    new_line = options.get("new_line")
    return {**layout, "NEW_LINE": text.value(new_line)} if new_line else layout


def _listed(layout: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in layout.items())


def _are_kept(names: list[str]) -> bool:
    """Return whether DuckDB keeps the names as they are."""
    return all(names) and len({name.casefold() for name in names}) == len(names)


def _check_names(names: list[str]) -> None:
    if _are_kept(names):
        return
    folded = [name.casefold() for name in names]
    same = [name for name in names if not name or folded.count(name.casefold()) > 1]
    raise LoadError(
        "The columns of a Parquet file need names that differ in more than their case: rename one "
        f"of {', '.join(map(repr, same))}, or write CSV or JSON."
    )
