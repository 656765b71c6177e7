"""How rows fit into a table's columns: which column takes which, and what each value becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from etlframe.errors import LoadError
from etlframe.expressions.kinds import Kind, Schema
from etlframe.storage.column_types import ColumnTypes, family
from etlframe.storage.sessions import BATCH_ROWS

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """A column on its way into a table.

    Attributes:
        source: Its name in the rows.
        name: Its name in the table, where letters may be of another case.
        type: As what its values are sent.
        declared: The type of the table's column.
        is_own: Whether the database casts text to that type.
    """

    source: str
    name: str
    type: pa.DataType
    declared: str
    is_own: bool = False


class StagedRows:
    """Rows in a temporary Parquet file.

    Args:
        path: The file.
        kinds: The kinds of the columns, where they are known.
    """

    def __init__(self, path: Path, kinds: Schema) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._file = pq.ParquetFile(path)
        self.rows: int = self._file.metadata.num_rows
        self.valueless = set(self._valueless())
        self.types: dict[str, pa.DataType] = {
            each.name: pa.null()
            if each.name in self.valueless and kinds.get(each.name, Kind.OTHER) is Kind.OTHER
            else each.type
            for each in self._file.schema_arrow
        }

    def _valueless(self) -> Iterator[str]:
        """Yield the columns of which every value is missing: they fit anywhere."""
        meta = self._file.metadata
        groups = [meta.row_group(at) for at in range(meta.num_row_groups)]
        for at in range(meta.num_columns):
            name = meta.schema.column(at).path
            parts = [group.column(at) for group in groups]
            if all(
                part.is_stats_set
                and part.statistics.has_null_count
                and part.statistics.null_count == part.num_values
                for part in parts
            ):
                yield name

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def reader(self, columns: list[Column], table: str, told: list[LoadError]) -> Any:
        """Return the rows as batches of the types that are sent.

        Args:
            columns: Those to send.
            table: The table, for errors.
            told: Gets the error of a value that does not fit, as a driver tells of it in its own
                words.
        """
        import pyarrow as pa

        schema = pa.schema([(each.name, each.type) for each in columns])

        def fitted() -> Iterator[pa.RecordBatch]:
            names = [each.source for each in columns]
            for batch in self._file.iter_batches(BATCH_ROWS, columns=names):
                try:
                    arrays = [_fitted(batch.column(each.source), each, table) for each in columns]
                except LoadError as error:
                    told.append(error)
                    raise
                yield pa.record_batch(arrays, schema=schema)

        return pa.RecordBatchReader.from_batches(schema, fitted())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def new_columns(rows: StagedRows, names: list[str], types: ColumnTypes) -> list[Column]:
    """Return columns that a table does not have yet.

    Raises:
        LoadError: The database has no type for one.
    """
    made = []
    for name in names:
        of = rows.types[name]
        declared = types.made(of)
        if declared is None:
            raise LoadError(
                f"Column {name!r} holds {of}, for which this database has no type. Make text of it "
                f"first, for example: d[{name!r}].map(json.dumps)"
            )
        made.append(Column(name, name, types.sent(of), declared))
    return made


def known_columns(
    rows: StagedRows, existing: Mapping[str, str], types: ColumnTypes, *, table: str, folds: bool
) -> list[Column]:
    """Return the columns that both the rows and a table have.

    Args:
        rows: The rows.
        existing: The table's columns with their declared types.
        types: The database's types.
        table: The table, for errors.
        folds: Whether names that differ in case only are one name.

    Raises:
        LoadError: A column's values cannot be in the table's column, whatever they are.
    """
    import pyarrow as pa

    by_folded = {name.casefold(): name for name in existing} if folds else {}
    found = []
    for source, of in rows.types.items():
        name = source if source in existing else by_folded.get(source.casefold())
        if name is None:
            continue
        declared = existing[name]
        is_own = types.is_own(declared)
        if source in rows.valueless:
            found.append(
                Column(source, name, types.held(declared) or pa.string(), declared, is_own)
            )
            continue
        target = types.target(of, declared)
        if target is None:
            raise LoadError(
                f"Column {source!r} holds {_words(of)}, and {name!r} of table {table} is "
                f"{declared or 'of another type'}. Convert the column with astype, or change the "
                "table."
            )
        found.append(Column(source, name, target, declared, is_own))
    return found


def _words(of: pa.DataType) -> str:
    return {
        "bool": "booleans",
        "int": "whole numbers",
        "float": "floats",
        "text": "text",
        "date": "dates",
        "time": "times without a time zone",
        "instant": "times with a time zone",
        "clock": "times of day",
        "binary": "bytes",
    }.get(family(of), str(of))


# -- values ----------------------------------------------------------------------------------------


def _fitted(array: pa.Array, column: Column, table: str) -> pa.Array:
    """Return values in the type that is sent; each is the same value there, or an error."""
    import pyarrow as pa

    if array.type == column.type:
        return array
    if array.null_count == len(array):
        return pa.nulls(len(array), column.type)
    try:
        return _cast(array, column.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        shown = _examples(array, column.type)
        raise LoadError(
            f"Column {column.source!r} holds {shown}, which does not fit {column.name!r} of table "
            f"{table}: {column.declared}."
        ) from error


def _cast(array: pa.Array, to: pa.DataType) -> pa.Array:
    import pyarrow as pa

    of = family(array.type)
    if family(to) == "decimal" and of in ("int", "float"):
        return array.cast(pa.string()).cast(to)  # digits as they are written, not of the binary
    cast = array.cast(to)
    if (of, family(to)) == ("time", "date") and not cast.cast(array.type).equals(array):
        raise pa.ArrowInvalid("There is a time of day.")
    return cast


def _examples(array: pa.Array, to: pa.DataType) -> str:
    import pyarrow as pa

    for at in range(len(array)):
        try:
            _cast(array.slice(at, 1), to)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            value = array[at].as_py()
            return repr(value) if isinstance(value, int | float | str) else str(value)
    return "values"
