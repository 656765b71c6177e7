"""A frame in DuckDB: a SELECT that grows with every verb, and is run once, at the end.

Rows keep the source's order. DuckDB keeps it through scans, filters, projections and LIMIT; joins
and windows put a row number beside the data first, and an ORDER BY is written where rows leave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Self

from etlframe.engines import guarding
from etlframe.engines.base import Dtypes, EngineFrame, Groups, Place, Suffixes, Unique, Written
from etlframe.engines.duckdb import checking, leaving, rows, text
from etlframe.engines.duckdb.ordering import ROW, Relation, Term, order_by
from etlframe.engines.duckdb.stacking import concatenated, melted
from etlframe.engines.shape import Shape, need_columns
from etlframe.expressions.kinds import Kind, Schema
from etlframe.expressions.tree import Aggregate, Column, Node
from etlframe.expressions.typed import Typed
from etlframe.frozen import frozen

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.duckdb.engine import DuckDBEngine

HIDDEN = "__etl_"


@frozen
class DuckDBFrame(EngineFrame):
    """A SELECT with the shape of its answer.

    Attributes:
        engine: The engine, for running it.
        sql: The SELECT; its columns are the shape's, and hidden ones after them.
        shape: Columns, kinds, origins of missing values.
        order: The order rows have to leave in; empty where the SELECT has it by itself.
        hidden: Columns of the SELECT that are not the user's.
        is_sequential: Whether rows are likely to come in that order by themselves.
        checks: What has to hold before rows are computed.
        is_by_rows: Whether its rows are some of one file's: no verb has looked at all columns.
        is_grouped: Whether its rows are groups, which are likely to be few.
    """

    engine: DuckDBEngine
    sql: str
    shape: Shape
    order: tuple[Term, ...] = ()
    hidden: tuple[str, ...] = ()
    is_sequential: bool = False
    checks: guarding.Checks = ()
    is_by_rows: bool = True
    is_grouped: bool = False

    @property
    def schema(self) -> Schema:
        """The kinds of the columns."""
        return self.shape.schema

    # -- row-wise verbs ----------------------------------------------------------------------------

    def filter(self, condition: Node) -> Self:
        """Keep the rows where a condition is true."""
        from etlframe.engines.duckdb.windows import filtered

        return filtered(self, condition)

    def assign(self, columns: Mapping[str, Node]) -> Self:
        """Add or replace columns, one after the other."""
        from etlframe.engines.duckdb.windows import assigned

        frame = self
        for column, node in columns.items():
            frame = assigned(frame, column, node)
        return frame

    def fill_missing(self, values: Mapping[str, Any]) -> Self:
        """Replace missing values, column by column."""
        from etlframe.engines.duckdb.filling import filled

        return filled(self, values)

    def cast(self, kinds: Mapping[str, Kind]) -> Self:
        """Convert columns to kinds."""
        shape = self.shape.cast(kinds)
        frame = self
        for column, kind in kinds.items():
            if self.schema[column] is not kind:
                typed = Typed(Column(column), kind)
                frame = frame.compute(column, f"{text.name(column)}::DOUBLE", typed)
        return replace(frame, shape=shape)

    def drop_missing(self, subset: Sequence[str], how: str) -> Self:
        """Drop rows with any or all of some columns missing."""
        from etlframe.engines.duckdb.filling import without_missing

        return without_missing(self, subset, how)

    def select(self, columns: Sequence[str]) -> Self:
        """Keep columns, in that order."""
        need_columns(columns)
        shape = self.shape.select(columns)
        frame = self._sheltered([name for name in self.schema if name not in set(columns)])
        return frame.project({name: text.name(name) for name in columns}, shape)

    def closed(self) -> Self:
        """Need no column of the file but the known ones, if nothing has looked at all of them."""
        is_open = self.checks or not self.is_by_rows
        return self if is_open else replace(self, sql=self.engine.closed(self.sql))

    def rename(self, names: Mapping[str, str]) -> Self:
        """Rename columns."""
        shape = self.shape.rename(names)
        renamed = {names.get(name, name): text.name(name) for name in self.schema}
        order = tuple(
            replace(term, column=names.get(term.column, term.column)) for term in self.order
        )
        return replace(self.project(renamed, shape), order=order, is_by_rows=False)

    # -- verbs that need the order -----------------------------------------------------------------

    def head(self, n: int) -> Self:
        """Keep the first rows, or leave out the last."""
        return rows.head(self, n)

    def tail(self, n: int) -> Self:
        """Keep the last rows, or leave out the first."""
        return rows.tail(self, n)

    def sort(
        self, by: Sequence[str], ascending: Sequence[bool], *, na_position: Place = "last"
    ) -> Self:
        """Sort stably, missing values last or first both ways."""
        return rows.ordered(self, by, ascending, missing_first=na_position == "first")

    def distinct(
        self, subset: Sequence[str] | None, *, keep: Place | Literal[False] = "first"
    ) -> Self:
        """Keep the first or the last of equal rows, or none."""
        return rows.distinct(self, subset, keep)

    # -- groups ------------------------------------------------------------------------------------

    def aggregate(
        self,
        keys: Sequence[str],
        aggregates: Mapping[str, Aggregate],
        *,
        dropna: bool = True,
        sort: bool = True,
    ) -> Self:
        """Group by keys and compute named aggregates."""
        from etlframe.engines.duckdb.aggregating import grouped

        return self._gathered(grouped(self, keys, aggregates, dropna=dropna, sort=sort))

    def extremes(self, groups: Groups, name: str, n: int, *, largest: bool) -> Self:
        """Keep the largest or smallest values of each group."""
        from etlframe.engines.duckdb.extremes import extremes

        return self._gathered(extremes(self, groups, name, n, largest=largest))

    def head_of_groups(self, groups: Groups, n: int) -> Self:
        """Keep the first rows of each group."""
        return rows.head_of_groups(self, groups, n)

    def _gathered(self, made: Relation) -> Self:
        """Return the frame of groups, which name all that they need of a file's columns."""
        frame = self._made(made, guarding.gathered(self.checks))
        return replace(frame, is_by_rows=self.is_by_rows, is_grouped=True).closed()

    # -- several frames ----------------------------------------------------------------------------

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
        from etlframe.engines.duckdb.joining import join_sql, semi_join

        keys = checking.key_checks(self, right, left_on, right_on, validate)
        of_left, of_right = guarding.joined_checks(self.checks, right.checks, how)
        checks = (*of_left, *of_right, *keys)
        if how == "left_semi":
            return replace(semi_join(self, right, left_on, right_on), checks=checks)
        on = {"left_on": left_on, "right_on": right_on}
        return self._made(join_sql(self, right, how=how, **on, suffixes=suffixes), checks)

    def concat(self, others: Sequence[Self]) -> Self:
        """Put the rows of other frames below."""
        frames = (self, *others)
        checks = tuple(check for frame in frames for check in guarding.apart(frame.checks))
        return self._made(concatenated(frames), checks)

    def melt(
        self, id_vars: Sequence[str], value_vars: Sequence[str], *, var_name: str, value_name: str
    ) -> Self:
        """Put columns below each other."""
        made = melted(self, id_vars, value_vars, var_name=var_name, value_name=value_name)
        return self._made(made, self.checks)

    def _made(self, relation: Relation, checks: guarding.Checks) -> Self:
        """Return the frame of a relation that was made of this one."""
        return replace(self, **vars(relation), checks=checks, is_by_rows=False)

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

    def statement(self) -> str:
        """Return the SELECT with the user's columns only, in the order rows have to leave in."""
        return f"SELECT {text.names(self.columns)} FROM ({self.sql}){self.order_by()}"

    # -- building blocks ---------------------------------------------------------------------------

    def keep(self, condition: str) -> Self:
        """Keep the rows where SQL is true."""
        return replace(self, sql=f"SELECT * FROM ({self.sql}) WHERE {condition}")

    def compute(self, column: str, expression: str, typed: Typed) -> Self:
        """Add or replace one column; a replaced one stays in its place."""
        frame = self._sheltered([column])
        computed = f"{expression} AS {text.name(column)}"
        columns = f"* REPLACE ({computed})" if column in frame.schema else f"*, {computed}"
        shape = frame.shape.with_column(column, typed)
        return replace(frame, sql=f"SELECT {columns} FROM ({frame.sql})", shape=shape)

    def project(self, values: Mapping[str, str], shape: Shape) -> Self:
        """Compute columns, name -> SQL, and keep the hidden ones."""
        visible = [
            written if written == text.name(name) else f"{written} AS {text.name(name)}"
            for name, written in values.items()
        ]
        selected = ", ".join([*visible, *map(text.name, self.hidden)])
        return replace(self, sql=f"SELECT {selected} FROM ({self.sql})", shape=shape)

    def _sheltered(self, columns: Sequence[str]) -> Self:
        """Keep the order's keys under hidden names before a verb replaces or drops them."""
        frame = self
        for at, term in enumerate(self.order):
            if term.column in columns and term.column in self.schema:
                kept = f"{HIDDEN}key_{len(frame.hidden)}"
                sql = f"SELECT *, {text.name(term.column)} AS {text.name(kept)} FROM ({frame.sql})"
                order = (*frame.order[:at], replace(term, column=kept), *frame.order[at + 1 :])
                frame = replace(frame, sql=sql, order=order, hidden=(*frame.hidden, kept))
        return frame

    def with_row(self) -> Self:
        """Make the present order explicit: by a row number, unless keys already tell it."""
        if self.order:
            return self
        sql = f"SELECT *, row_number() OVER () AS {text.name(ROW)} FROM ({self.sql})"
        return replace(self, sql=sql, order=(Term(ROW),), hidden=(*self.hidden, ROW))

    def numbered(self) -> Self:
        """Number the rows in their present order, by one hidden column."""
        if not self.order:
            return self.with_row()
        sql = (
            f"SELECT {text.names(self.columns)}, "
            f"row_number() OVER ({self.order_by().strip()}) AS {text.name(ROW)} FROM ({self.sql})"
        )
        return replace(self, sql=sql, order=(Term(ROW),), hidden=(ROW,), is_sequential=False)

    def reordered(self, sql: str) -> Self:
        """Return the frame of another SELECT, whose rows do not come in the order of this one's."""
        return replace(self, sql=sql, is_sequential=False)

    def order_by(self) -> str:
        """Return the ORDER BY clause that the rows have to leave by, or nothing."""
        return order_by(self.order, self.schema)
