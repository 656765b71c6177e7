"""What the parts of a dataset hold, and the columns that the names of their folders tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etlframe.engines.base import EngineFrame, Scan
from etlframe.errors import LoadError, SourceNotFoundError
from etlframe.expressions.kinds import Kind, Schema
from etlframe.expressions.tree import Literal
from etlframe.loaders.partitions import told_kind, typed
from etlframe.storage.formats import FileFormat
from etlframe.storage.parts import listing_of, values_of

if TYPE_CHECKING:
    import pandas as pd

PARQUET = FileFormat("parquet")

_DTYPES = {
    Kind.INT: "int64",
    Kind.BOOL: "bool",
    Kind.STR: "str",
    Kind.DATETIME: "datetime64[us]",
}
_MISSING = _DTYPES | {Kind.INT: "float64", Kind.BOOL: "object"}


def partitions_in(target: Path) -> tuple[str, ...] | None:
    """Return the columns that name the folders of the parts; None where there are no parts."""
    first = next(iter(listing_of(target)), None)
    return None if first is None else tuple(values_of(first))


def schema_of_parts(target: Path) -> Mapping[str, Kind]:
    """Return the columns of all parts, the newest first, and those that name folders.

    A column that is whole numbers in one part and floats in another is one of floats. Text in the
    name of a folder may look like a number, so such a column may be anything (OTHER); a number
    cannot look like text.
    """
    import pyarrow.parquet as pq

    listing = listing_of(target)
    found: dict[str, Kind] = {}
    seen: list[object] = []  # parts of one schema need one look
    for part in sorted(listing, key=lambda part: (listing[part][2], part), reverse=True):
        schema = pq.read_schema(target / part).remove_metadata()
        if schema in seen:
            continue
        seen.append(schema)
        for name, kind in scan_of_part(target / part).columns.items():
            is_float = {found.get(name, kind), kind} == {Kind.INT, Kind.FLOAT}
            found[name] = Kind.FLOAT if is_float else found.get(name, kind)
    kinds = _partition_kinds(target).items()
    return found | {name: kind if kind is Kind.STR else Kind.OTHER for name, kind in kinds}


def scan_of_part(path: Path, connection: Any = None) -> Scan:
    """Return how an engine reads a part file, looked at with a connection that is open, or not."""
    from etlframe.engines.duckdb.sniff import sniff

    return sniff(str(path), PARQUET, connection=connection)


def read_parts(target: Path) -> pd.DataFrame:
    """Read all parts, in the order of their paths, one below the other.

    Raises:
        SourceNotFoundError: There is none.
    """
    import pandas as pd

    from etlframe.engines.duckdb.connection import connect

    kinds = _partition_kinds(target)
    with connect() as connection:
        frames = [_read_part(target, part, kinds, connection) for part in listing_of(target)]
    if not frames:
        raise SourceNotFoundError(f"There is no Parquet file in {target}.")
    return pd.concat(frames, ignore_index=True)


def with_partitions(
    frame: EngineFrame, part: str, schema: Schema, names: Sequence[str]
) -> EngineFrame | None:
    """Return the rows of a part with columns that its folders name; None where one is missing."""
    values = values_of(part)
    told: dict[str, Any] = {}
    for name in names:
        if name in values:
            try:
                told[name] = typed(values[name], schema[name])
            except ValueError:
                raise LoadError(
                    f"Column {name!r} is {values[name]!r} in the folder {part}, and {schema[name]} "
                    "in the new rows: give them the dataset's type, with .astype(...)."
                ) from None
    if any(value is None for value in told.values()):
        return None
    return frame.assign({name: Literal(value) for name, value in told.items()})


def _partition_kinds(target: Path) -> dict[str, Kind]:
    told: dict[str, list[str | None]] = {}
    for part in listing_of(target):
        for name, value in values_of(part).items():
            told.setdefault(name, []).append(value)
    return {name: told_kind(values) for name, values in told.items()}


def _read_part(target: Path, part: str, kinds: Mapping[str, Kind], connection: Any) -> pd.DataFrame:
    import pandas as pd

    from etlframe.engines.duckdb.reader import read_arrow
    from etlframe.engines.exchange import from_arrow

    scan = scan_of_part(target / part, connection)
    df = from_arrow(read_arrow(scan, connection), scan.columns)
    for name, value in values_of(part).items():
        kind = kinds[name]
        told = [None if value is None else typed(value, kind)] * len(df)
        dtypes = _MISSING if value is None and len(df) else _DTYPES
        df[name] = pd.Series(told, dtype=dtypes.get(kind, "object"))
    return df
