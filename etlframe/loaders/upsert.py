"""Upsert into a file: rows whose key is there replace those, the others are put behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etlframe.engines.base import EngineFrame, ReadAgain, Rows, Scan, ScanMismatch
from etlframe.engines.duckdb.sniff_rules import Given
from etlframe.engines.pandas import PandasRows
from etlframe.engines.registry import open_engine
from etlframe.errors import LoadError
from etlframe.expressions.kinds import Kind, Schema
from etlframe.expressions.tree import NotPortable
from etlframe.frozen import frozen
from etlframe.loaders.base import Loaded
from etlframe.loaders.fitting import is_without_values, misfit, misfits
from etlframe.loaders.whole import is_nothing, is_without_rows, write_whole
from etlframe.storage.commit import Entry, staged
from etlframe.storage.formats import FileFormat
from etlframe.storage.locks import locked, resolved
from etlframe.storage.stages import scratch

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import Engine

_PARQUET = FileFormat("parquet")
_MOST_SHOWN = 3


@frozen
class _Upsert:
    """Where rows go, and by which columns they are told.

    Attributes:
        path: The file.
        kind: What it is.
        key: Columns whose values together are a row's own.
        delimiter: What separates the fields of a CSV file, where that was given.
    """

    path: Path
    kind: FileFormat
    key: Sequence[str]
    delimiter: str | None

    def merged(self, engine: Engine, new: EngineFrame, *, whole: bool) -> Rows:
        """Return the file's rows that are not replaced, in their order, and then the new ones."""
        if is_without_rows(self.path, self.kind):
            return new
        old = engine.from_scan(self._scan(new.schema, whole=whole))
        self._check_columns(old, new)
        try:
            return held_against(old, new, self.key, "left_anti").select(old.columns).concat([new])
        except NotPortable:
            return self._merged_in_pandas(old, new)

    def _scan(self, schema: Schema, *, whole: bool) -> Scan:
        """Return how to read the file: what is text in the new rows may only look like numbers."""
        scan = _sniffed(self.path, self.kind, Given(delimiter=self.delimiter), whole=whole)
        texts = {
            name: Kind.STR
            for name, kind in schema.items()
            if kind is Kind.STR and scan.columns.get(name, kind) is not kind
        }
        if not texts or not self.kind.is_text:
            return scan
        given = Given(delimiter=self.delimiter, kinds=texts)
        return _sniffed(self.path, self.kind, given, whole=whole)

    def _merged_in_pandas(self, old: EngineFrame, new: EngineFrame) -> Rows:
        import pandas as pd

        kinds = {**new.schema, **old.schema}
        after = new.to_pandas()
        kept = not_replaced(old.to_pandas(), after, self.key)
        return PandasRows(pd.concat([kept, after], ignore_index=True), kinds)

    def _check_columns(self, old: EngineFrame, new: EngineFrame) -> None:
        for name in self.key:
            if name not in old.schema:
                raise LoadError(f"{self.path} has no column {name!r}, which is a key.")
        for name in misfits(old.schema, new):
            if {old.schema[name], new.schema[name]} == {Kind.INT, Kind.FLOAT} and self.kind.is_text:
                continue
            if not is_without_values(new, name):
                raise misfit(self.path, name, old.schema, new.schema)


_THERE = "__etl_there"


def held_against(rows: EngineFrame, new: EngineFrame, key: Sequence[str], how: str) -> EngineFrame:
    """Return the rows that have the key of a new one (``left_semi``), or not (``left_anti``)."""
    return rows.join(new.select(key), how=how, left_on=key, right_on=key, suffixes=("", "_new"))


def not_replaced(before: pd.DataFrame, new: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Return the rows that have the key of no new row, in their order."""
    keys = new[list(key)].assign(**{_THERE: True})
    is_replaced = before.merge(keys, how="left", on=list(key))[_THERE].notna()
    return before[~is_replaced.to_numpy()]


def upsert_rows(
    rows: Rows,
    target: Path,
    kind: FileFormat,
    options: Mapping[str, Any],
    key: Sequence[str],
    *,
    timeout: float,
    entry: Entry | None = None,
) -> Loaded:
    """Replace the rows of a file that have the key of a new one, and append the others.

    Args:
        rows: The new rows; no two may have one key.
        target: The file; it is made where it is not there.
        kind: What it is.
        options: The writer's options.
        key: Columns whose values together are a row's own.
        timeout: Seconds to wait for the lock.
        entry: What the file's ledger shall remember of it.

    Raises:
        LoadError: A key is missing or is there twice, a column has another type in the file, or
            the lock was not to be had; the file is as it was.
    """
    path = resolved(target)
    if is_nothing(rows) and path.exists():
        return Loaded(0)
    with (
        locked(path, timeout=timeout),
        staged(path, entry=entry, extends=True) as stage,
        scratch(path) as part,
    ):
        brought = rows.write(str(part), "parquet", {})
        if entry is not None:
            entry.rows = brought.rows
        upsert = _Upsert(path, kind, key, options.get("delimiter"))
        _write(upsert, part, stage, options)
    return Loaded(brought.rows, brought.rows_scanned)


def _write(upsert: _Upsert, part: Path, stage: Path, options: Mapping[str, Any]) -> None:
    whole = False
    while True:
        engine = open_engine("duckdb")
        try:
            new = engine.from_scan(_sniffed(part, _PARQUET))
            check_keys(new, upsert.key)
            merged = upsert.merged(engine, new, whole=whole)
            write_whole(merged, stage, upsert.kind, options)
        except ReadAgain:
            continue
        except ScanMismatch:
            if whole:
                raise
            whole = True
        else:
            return
        finally:
            engine.close()


def _sniffed(
    path: Path, kind: FileFormat, given: Given | None = None, *, whole: bool = False
) -> Scan:
    from etlframe.engines.duckdb.sniff import sniff

    return sniff(str(path), kind, given, whole=whole)


def check_keys(new: EngineFrame, key: Sequence[str]) -> None:
    """Raise ``LoadError`` where a key is missing, or is there twice."""
    count = new.count()
    if new.drop_missing(key, "any").distinct(key).count() == count:
        return
    keys = new.select(key).to_pandas()
    missing, twice = keys.isna().any(axis=1), keys.duplicated(keep=False)
    named = ", ".join(key)
    if missing.any():
        raise LoadError(f"The key ({named}) is missing in {missing.sum():,} of {count:,} rows.")
    examples = keys[twice].drop_duplicates().head(_MOST_SHOWN).itertuples(index=False, name=None)
    shown = ", ".join(repr(each[0] if len(each) == 1 else each) for each in examples)
    raise LoadError(
        f"The key ({named}) is there more than once in {twice.sum():,} of {count:,} rows, such as "
        f"{shown}: which of them would stay? Keep one, with .drop_duplicates({list(key)!r})."
    )
