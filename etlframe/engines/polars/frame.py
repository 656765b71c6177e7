"""A frame in Polars: a lazy frame that grows with every verb, and is run once, at the end.

Rows keep the source's order: Polars keeps it through filters and new columns, and is told to in
sorts, joins and duplicates. Groups are sorted by their keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Self

import polars as pl  # the engine imports this module once the number of threads is set

from etlframe.engines import guarding
from etlframe.engines.base import Dtypes, EngineFrame, Groups, Place, Suffixes, Unique, Written
from etlframe.engines.polars import checking, leaving
from etlframe.engines.polars.aggregating import aggregate
from etlframe.engines.polars.joining import joined
from etlframe.engines.polars.lowering import column
from etlframe.engines.polars.lowering_decimals import decimal, dtype_of
from etlframe.engines.polars.operand import literal
from etlframe.engines.polars.stacking import concatenated, melted
from etlframe.engines.polars.windows import assigned, filtered
from etlframe.engines.shape import Shape, need_columns
from etlframe.expressions.kinds import Kind, Schema
from etlframe.expressions.tree import Aggregate, Node, NotPortable
from etlframe.frozen import frozen

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.polars.engine import PolarsEngine

_HIDDEN = "__etl_key_"


@frozen
class PolarsFrame(EngineFrame):
    """A lazy frame with the shape of its answer.

    Attributes:
        engine: The engine, for running it.
        lazy: The lazy frame; its columns are the shape's.
        shape: Columns, kinds, origins of missing values.
        checks: What has to hold before rows are computed.
    """

    engine: PolarsEngine
    lazy: pl.LazyFrame
    shape: Shape
    checks: guarding.Checks = ()

    def __post_init__(self) -> None:
        for name in self.shape.schema:
            if name == "*" or (name.startswith("^") and name.endswith("$")):
                raise NotPortable(f"the column name {name!r} is a pattern to Polars")

    @property
    def schema(self) -> Schema:
        """The kinds of the columns."""
        return self.shape.schema

    # -- row-wise verbs ----------------------------------------------------------------------------

    def filter(self, condition: Node) -> Self:
        """Keep the rows where a condition is true."""
        return filtered(self, condition)

    def assign(self, columns: Mapping[str, Node]) -> Self:
        """Add or replace columns, one after the other."""
        frame = self
        for name, node in columns.items():
            frame = assigned(frame, name, node)
        return frame

    def fill_missing(self, values: Mapping[str, Any]) -> Self:
        """Replace missing values, column by column."""
        filled = [
            column(name, self.schema[name]).fill_null(self._plain(name, value))
            for name, value in self.shape.fill(values).items()
        ]
        return replace(self, lazy=self.lazy.with_columns(filled))

    def _plain(self, name: str, value: Any) -> pl.Expr:
        """A value as a literal of a column's type."""
        digits = self.shape.digits(name)
        if digits is not None:
            return decimal(value).cast(dtype_of(digits))
        return literal(float(value) if self.schema[name] is Kind.FLOAT else value)

    def cast(self, kinds: Mapping[str, Kind]) -> Self:
        """Convert columns to kinds."""
        shape = self.shape.cast(kinds)
        changed = [
            pl.col(name).cast(pl.Float64)
            for name, kind in kinds.items()
            if self.schema[name] is not kind
        ]
        return replace(self, lazy=self.lazy.with_columns(changed), shape=shape)

    def drop_missing(self, subset: Sequence[str], how: str) -> Self:
        """Drop rows with any or all of some columns missing."""
        self.shape.need(subset)
        if not subset:
            return self
        present = [column(name, self.schema[name]).is_not_null() for name in subset]
        together = pl.all_horizontal if how == "any" else pl.any_horizontal
        return replace(self, lazy=self.lazy.filter(together(present)))

    def select(self, columns: Sequence[str]) -> Self:
        """Keep columns, in that order."""
        need_columns(columns)
        shape = self.shape.select(columns)
        return replace(self, lazy=self.lazy.select(list(map(pl.col, columns))), shape=shape)

    def rename(self, names: Mapping[str, str]) -> Self:
        """Rename columns."""
        shape = self.shape.rename(names)
        renamed = [pl.col(name).alias(names.get(name, name)) for name in self.schema]
        return replace(self, lazy=self.lazy.select(renamed), shape=shape)

    # -- verbs that need the order -----------------------------------------------------------------

    def head(self, n: int) -> Self:
        """Keep the first rows, or leave out the last."""
        if n >= 0:
            self.engine.note_limit()
            return replace(self, lazy=self.lazy.head(n), checks=guarding.limited(self.checks))
        first = pl.int_range(pl.len(), dtype=pl.Int64) < pl.len().cast(pl.Int64) + n
        return replace(self, lazy=self.lazy.filter(first))

    def tail(self, n: int) -> Self:
        """Keep the last rows, or leave out the first."""
        return replace(self, lazy=self.lazy.tail(n) if n >= 0 else self.lazy.slice(-n))

    def sort(
        self, by: Sequence[str], ascending: Sequence[bool], *, na_position: Place = "last"
    ) -> Self:
        """Sort stably, missing values last or first both ways."""
        self.shape.sortable(by)
        keys = [column(name, self.schema[name]) for name in by]
        down = [not up for up in ascending]
        lazy = self.lazy.sort(
            keys, descending=down, nulls_last=na_position == "last", maintain_order=True
        )
        return replace(self, lazy=lazy, checks=guarding.gathered(self.checks))

    def distinct(
        self, subset: Sequence[str] | None, *, keep: Place | Literal[False] = "first"
    ) -> Self:
        """Keep the first or the last of equal rows, or none."""
        columns = list(self.schema) if subset is None else list(subset)
        self.shape.comparable(columns)
        # A float may hold NaN beside null: compared by a column in which the two are one.
        floats = [name for name in columns if self.schema[name] is Kind.FLOAT]
        hidden = {name: f"{_HIDDEN}{at}" for at, name in enumerate(floats)}
        added = [column(name, Kind.FLOAT).alias(key) for name, key in hidden.items()]
        lazy = self.lazy.with_columns(added).unique(
            [hidden.get(name, name) for name in columns], keep=keep or "none", maintain_order=True
        )
        return replace(self, lazy=lazy.select(list(map(pl.col, self.schema))))

    def aggregate(
        self,
        keys: Sequence[str],
        aggregates: Mapping[str, Aggregate],
        *,
        dropna: bool = True,
        sort: bool = True,
    ) -> Self:
        """Group by keys and compute named aggregates, ordered by key or by their first row."""
        shape = self.shape.aggregate(keys, aggregates)
        values = [
            aggregate(each.function, each.column, self.schema[each.column]).alias(name)
            for name, each in aggregates.items()
        ]
        lazy = self._grouped(Groups(keys, dropna, sort), values)
        return replace(self, lazy=lazy, shape=shape, checks=guarding.gathered(self.checks))

    def extremes(self, groups: Groups, name: str, n: int, *, largest: bool) -> Self:
        """Keep the largest or smallest values of each group."""
        shape = self.shape.aggregate(groups.keys, {name: Aggregate(name, "max")})
        value = column(name, self.schema[name])
        found = value.sort(descending=largest, nulls_last=True).head(n)
        lazy = self._grouped(groups, [found]).explode(name)
        return replace(self, lazy=lazy, shape=shape, checks=guarding.gathered(self.checks))

    def head_of_groups(self, groups: Groups, n: int) -> Self:
        """Keep the first rows of each group."""
        self.shape.sortable(groups.keys)
        frame = self.drop_missing(groups.keys, "any") if groups.dropna else self
        keys = [column(key, self.schema[key]) for key in groups.keys]
        first = pl.int_range(pl.len(), dtype=pl.Int64).over(keys) < n
        lazy, checks = frame.lazy.filter(first), guarding.gathered(self.checks)
        return replace(self, lazy=lazy, checks=checks)

    def _grouped(self, groups: Groups, values: Sequence[pl.Expr]) -> pl.LazyFrame:
        """Return aggregates of groups, ordered by key or by their first row."""
        lazy = self.drop_missing(groups.keys, "any").lazy if groups.dropna else self.lazy
        by = [column(key, self.schema[key]) for key in groups.keys]
        found = lazy.group_by(by, maintain_order=not groups.sort).agg(values)
        return found.sort(list(map(pl.col, groups.keys)), nulls_last=True) if groups.sort else found

    def join(
        self,
        right: Self,
        *,
        how: str,
        left_on: Sequence[str],
        right_on: Sequence[str],
        suffixes: Suffixes,
        validate: str | None = None,
    ) -> Self:
        """Join as ``DataFrame.merge`` does."""
        keys = checking.key_checks(self, right, left_on, right_on, validate)
        of_left, of_right = guarding.joined_checks(self.checks, right.checks, how)
        lazy, shape = joined(
            self, right, how=how, left_on=left_on, right_on=right_on, suffixes=suffixes
        )
        return replace(self, lazy=lazy, shape=shape, checks=(*of_left, *of_right, *keys))

    def concat(self, others: Sequence[Self]) -> Self:
        """Put the rows of other frames below."""
        frames = [self, *others]
        lazy, shape = concatenated(frames)
        checks = tuple(check for frame in frames for check in guarding.apart(frame.checks))
        return replace(self, lazy=lazy, shape=shape, checks=checks)

    def melt(
        self, id_vars: Sequence[str], value_vars: Sequence[str], *, var_name: str, value_name: str
    ) -> Self:
        """Put columns below each other."""
        lazy, shape = melted(self, id_vars, value_vars, var_name=var_name, value_name=value_name)
        return replace(self, lazy=lazy, shape=shape)

    # -- what has to hold --------------------------------------------------------------------------

    def dtypes(self) -> dict[str, tuple[str, ...]]:
        """Return the dtypes that pandas may have for each column."""
        return guarding.possible_dtypes(self.shape)

    def guard(self, conditions: Sequence[Node], *, dtypes: Dtypes, unique: Unique) -> Self:
        """Hold every row to conditions, on its way."""
        return checking.guarded(self, conditions, dtypes, unique)

    # -- leaving the engine ------------------------------------------------------------------------

    def to_pandas(self) -> pd.DataFrame:
        """Compute, and return a DataFrame with pandas' default dtypes."""
        return leaving.to_pandas(self)

    def count(self) -> int:
        """Compute the number of rows."""
        return leaving.count(self)

    def write(self, path: str, format: str, options: Mapping[str, Any]) -> Written:  # noqa: A002 - the field's word
        """Write to one file and return the rows that the writer counted."""
        return leaving.write(self, path, format, options)
