"""Upsert into a dataset: parts with rows that are replaced are written anew, without them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from etlframe.engines.base import Engine, EngineFrame, Rows
from etlframe.engines.pandas import PandasRows
from etlframe.engines.registry import open_engine
from etlframe.errors import LoadError
from etlframe.expressions.tree import NotPortable
from etlframe.loaders.dataset_parts import scan_of_part, with_partitions
from etlframe.loaders.upsert import check_keys, held_against, not_replaced
from etlframe.storage.commit import Entry
from etlframe.storage.commit_parts import staged_parts
from etlframe.storage.locks import resolved
from etlframe.storage.parts import link_part, listing_of, renewed

if TYPE_CHECKING:
    from etlframe.loaders.dataset import DatasetLoader


def upsert_parts(
    loader: DatasetLoader, file: Path, by: Sequence[str], entry: Entry | None
) -> list[str]:
    """Replace the rows of a dataset that have the key of a new one, and add the others.

    The caller holds the dataset's lock.

    Args:
        loader: Where to.
        file: The new rows, in Parquet.
        by: What the dataset is partitioned by.
        entry: What its ledger shall remember of the load.

    Returns:
        What people should know, in sentences.

    Raises:
        LoadError: A key is missing or there twice, or a column has another type in the dataset.
    """
    target = resolved(loader.path)
    with loader.fitted(file) as (fitted, told):
        engine = open_engine("duckdb")
        try:
            new = engine.from_scan(scan_of_part(fitted))
            check_keys(new, loader.key)
            with staged_parts(target, timeout=loader.lock_timeout, entry=entry) as stage:
                stage.taken = listing_of(target)
                for part in stage.taken:
                    kept = _Part(engine, target / part, part, new, loader.key).kept()
                    if kept is None:
                        link_part(target / part, stage.path / part)
                    elif isinstance(kept, EngineFrame) or len(kept.to_pandas()):
                        place = stage.path / renewed(part)
                        place.parent.mkdir(parents=True, exist_ok=True)
                        kept.write(str(place), "parquet", loader.options)
                loader.add(fitted, stage.path, by)
        finally:
            engine.close()
    return told


class _Part:
    """A part, held against the keys of new rows."""

    def __init__(
        self, engine: Engine, path: Path, part: str, new: EngineFrame, key: Sequence[str]
    ) -> None:
        self._rows = engine.from_scan(scan_of_part(path))
        self._columns = self._rows.columns
        self._part, self._new, self._key, self._path = part, new, key, path

    def kept(self) -> Rows | None:
        """Return the rows that stay; None where all of them do."""
        rows = with_partitions(self._rows, self._part, self._new.schema, self._key)
        if rows is None:
            return None
        for name in self._key:
            if name not in rows.schema:
                raise LoadError(f"{self._path} has no column {name!r}, which is a key.")
        try:
            if not held_against(rows, self._new, self._key, "left_semi").count():
                return None
            kept = held_against(rows, self._new, self._key, "left_anti")
            return kept.select(self._columns)
        except NotPortable:
            return self._kept_in_pandas(rows)

    def _kept_in_pandas(self, rows: EngineFrame) -> Rows | None:
        before = rows.to_pandas()
        kept = not_replaced(before, self._new.select(self._key).to_pandas(), self._key)
        if len(kept) == len(before):
            return None
        return PandasRows(kept[self._columns], self._rows.schema)
