"""What the parts of a dataset hold, and the columns that the names of their folders tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from etlframe.engines.base import EngineFrame, Scan
from etlframe.errors import SourceNotFoundError
from etlframe.expressions.kinds import Kind, Schema
from etlframe.expressions.tree import Literal
from etlframe.loaders.partitions import told_kind, typed
from etlframe.storage.formats import FileFormat
from etlframe.storage.parts import listing_of, values_of

if TYPE_CHECKING:
    import pandas as pd

PARQUET = FileFormat("parquet")

_DTYPES = {Kind.STR: "str", Kind.DATETIME: "datetime64[us]"}
_MISSING = {Kind.INT: "float64", Kind.BOOL: "object", **_DTYPES}


def partitions_in(target: Path) -> tuple[str, ...] | None:
    """Return the columns that name the folders of the parts; None where there are no parts."""
    first = next(iter(listing_of(target)), None)
    return None if first is None else tuple(values_of(first))


def schema_of_parts(target: Path) -> Mapping[str, Kind]:
    """Return the columns of the newest part, and those that name folders.

    Text in the name of a folder may look like a number, so such a column may be anything (OTHER); a
    number cannot look like text.
    """
    listing = listing_of(target)
    newest = max(listing, key=lambda part: (listing[part][2], part))
    kinds = _partition_kinds(target).items()
    named = {name: kind if kind is Kind.STR else Kind.OTHER for name, kind in kinds}
    return {**scan_of_part(target / newest).columns, **named}


def scan_of_part(path: Path) -> Scan:
    """Return how an engine reads a part file."""
    from etlframe.engines.duckdb.sniff import sniff

    return sniff(str(path), PARQUET)


def read_parts(target: Path) -> pd.DataFrame:
    """Read all parts, in the order of their paths, one below the other.

    Raises:
        SourceNotFoundError: There is none.
    """
    import pandas as pd

    kinds = _partition_kinds(target)
    frames = [_read_part(target, part, kinds) for part in listing_of(target)]
    if not frames:
        raise SourceNotFoundError(f"There is no Parquet file in {target}.")
    return pd.concat(frames, ignore_index=True)


def with_partitions(
    frame: EngineFrame, part: str, schema: Schema, names: Sequence[str]
) -> EngineFrame | None:
    """Return the rows of a part with columns that its folders name; None where one is missing."""
    values = values_of(part)
    told = {name: typed(values[name], schema[name]) for name in names if name in values}
    if any(value is None for value in told.values()):
        return None
    return frame.assign({name: Literal(value) for name, value in told.items()})


def _partition_kinds(target: Path) -> dict[str, Kind]:
    told: dict[str, list[str | None]] = {}
    for part in listing_of(target):
        for name, value in values_of(part).items():
            told.setdefault(name, []).append(value)
    return {name: told_kind(values) for name, values in told.items()}


def _read_part(target: Path, part: str, kinds: Mapping[str, Kind]) -> pd.DataFrame:
    import pandas as pd

    from etlframe.engines.duckdb.reader import read_arrow
    from etlframe.engines.exchange import from_arrow

    scan = scan_of_part(target / part)
    df = from_arrow(read_arrow(scan), scan.columns)
    for name, value in values_of(part).items():
        kind = kinds[name]
        told = [None if value is None else typed(value, kind)] * len(df)
        df[name] = pd.Series(told, dtype=_DTYPES.get(kind) if value is not None else _MISSING[kind])
    return df
