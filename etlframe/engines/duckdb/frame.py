"""A frame in DuckDB: a SELECT that grows with every verb, and is run once, at the end.

Rows keep the source's order. DuckDB keeps it through scans, filters, projections and LIMIT, but
not through joins, windows and groups: those put a row number beside the data first, and the frame
carries an ORDER BY that is written where rows leave it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Self

from etlframe.engines import aside
from etlframe.engines.base import EngineFrame, Place, Suffixes, Written
from etlframe.engines.duckdb import aggregating, lowering, text
from etlframe.engines.duckdb.joining import join_sql
from etlframe.engines.pandas import PandasRows
from etlframe.engines.shape import Shape
from etlframe.expressions.annotate import Typed
from etlframe.expressions.kinds import Kind, Schema
from etlframe.expressions.tree import Aggregate, Column, Node, NotPortable

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.duckdb.engine import DuckDBEngine

ROW = "__etl_row"
HIDDEN = "__etl_"


@dataclass(frozen=True)
class Term:
    """One key of the order that rows have to leave in."""

    column: str
    ascending: bool = True


@dataclass(frozen=True)
class DuckDBFrame(EngineFrame):
    """A SELECT with the shape of its answer.

    Attributes:
        engine: The engine, for running it.
        sql: The SELECT; its columns are the shape's, and hidden ones after them.
        shape: Columns, kinds, origins of missing values.
        order: The order rows have to leave in; empty where the SELECT has it by itself.
        hidden: Columns of the SELECT that are not the user's.
    """

    engine: DuckDBEngine
    sql: str
    shape: Shape
    order: tuple[Term, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def schema(self) -> Schema:
        """The kinds of the columns."""
        return self.shape.schema

    # -- row-wise verbs ----------------------------------------------------------------------------

    def filter(self, condition: Node) -> Self:
        """Keep the rows where a condition is true."""
        typed = self.shape.condition(condition)
        return self._where(lowering.condition(typed))

    def assign(self, columns: Mapping[str, Node]) -> Self:
        """Add or replace columns, one after the other."""
        frame = self
        for column, node in columns.items():
            typed = frame.shape.typed(node, frame.sql)
            frame = frame._with(column, lowering.sql(typed), typed)
        return frame

    def fill_missing(self, values: Mapping[str, Any]) -> Self:
        """Replace missing values, column by column."""
        frame = self
        for column, value in self.shape.fill(values).items():
            kind = self.schema[column]
            typed = Typed(Column(column), kind, self.shape.origins.get(column, frozenset()))
            plain = float(value) if kind is Kind.FLOAT else value
            filled = f"coalesce({lowering.present(typed)}, {text.value(plain)})"
            frame = frame._with(column, filled, typed)
        return frame

    def cast(self, kinds: Mapping[str, Kind]) -> Self:
        """Convert columns to kinds."""
        shape = self.shape.cast(kinds)
        frame = self
        for column, kind in kinds.items():
            if self.schema[column] is not kind:
                typed = Typed(Column(column), kind)
                frame = frame._with(column, f"{text.name(column)}::DOUBLE", typed)
        return replace(frame, shape=shape)

    def drop_missing(self, subset: Sequence[str], how: str) -> Self:
        """Drop rows with any or all of some columns missing."""
        self.shape.need(subset)
        missing = [lowering.is_missing(Typed(Column(name), self.schema[name])) for name in subset]
        joined = (" OR " if how == "any" else " AND ").join(missing)
        return self._where(f"NOT ({joined})") if missing else self

    def select(self, columns: Sequence[str]) -> Self:
        """Keep columns, in that order."""
        shape = self.shape.select(columns)
        frame = self._sheltered([name for name in self.schema if name not in set(columns)])
        return frame.project({name: text.name(name) for name in columns}, shape)

    def rename(self, names: Mapping[str, str]) -> Self:
        """Rename columns."""
        shape = self.shape.rename(names)
        renamed = {names.get(name, name): text.name(name) for name in self.schema}
        order = tuple(
            replace(term, column=names.get(term.column, term.column)) for term in self.order
        )
        return replace(self.project(renamed, shape), order=order)

    def head(self, n: int) -> Self:
        """Keep the first rows."""
        if n < 0:
            raise NotPortable("head with a negative number runs in pandas")
        self.engine.note_limit()
        return replace(self, sql=f"SELECT * FROM ({self.sql}){self.order_by()} LIMIT {int(n)}")

    # -- verbs that need the order -----------------------------------------------------------------

    def sort(
        self, by: Sequence[str], ascending: Sequence[bool], *, na_position: Place = "last"
    ) -> Self:
        """Sort stably, missing values last both ways."""
        if na_position != "last":
            raise NotPortable("sort_values with na_position='first' runs in pandas")
        self.shape.sortable(by)
        frame = self._with_row()
        keys = tuple(Term(name, up) for name, up in zip(by, ascending, strict=True))
        return replace(frame, order=(*keys, *frame.order))

    def distinct(
        self, subset: Sequence[str] | None, *, keep: Place | Literal[False] = "first"
    ) -> Self:
        """Keep the first of equal rows."""
        if keep != "first":
            raise NotPortable(f"drop_duplicates with keep={keep!r} runs in pandas")
        columns = list(self.schema) if subset is None else list(subset)
        self.shape.sortable(columns)
        frame = self._with_row()
        keys = ", ".join(lowering.column(name, self.schema[name]) for name in columns)
        first = f"row_number() OVER (PARTITION BY {keys}{frame.order_by()}) = 1"
        return replace(frame, sql=f"SELECT * FROM ({frame.sql}) QUALIFY {first}")

    def aggregate(
        self,
        keys: Sequence[str],
        aggregates: Mapping[str, Aggregate],
        *,
        dropna: bool = True,
        sort: bool = True,
    ) -> Self:
        """Group by keys and compute named aggregates, ordered by key."""
        if not (dropna and sort):
            raise NotPortable("groupby with dropna=False or sort=False runs in pandas")
        shape = self.shape.aggregate(keys, aggregates)
        ordered = any(each.function in ("first", "last") for each in aggregates.values())
        frame = self._numbered() if ordered else self
        values = {key: lowering.column(key, self.schema[key]) for key in keys}
        present = " AND ".join(f"{written} IS NOT NULL" for written in values.values())
        written = [f"{value} AS {text.name(key)}" for key, value in values.items()]
        written += [
            f"{aggregating.aggregate(each.function, each.column, self.schema[each.column], ROW)} "
            f"AS {text.name(name)}"
            for name, each in aggregates.items()
        ]
        grouped = (
            f"SELECT {', '.join(written)} FROM ({frame.sql}) WHERE {present} "
            f"GROUP BY {', '.join(values.values())}"
        )
        order = tuple(Term(key) for key in keys)
        return replace(self, sql=grouped, shape=shape, order=order, hidden=())

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
        if validate is not None:
            raise NotPortable("merge with validate= runs in pandas")
        left_frame, right_frame = self._numbered(), right._numbered()
        sql, shape, hidden = join_sql(
            left_frame, right_frame, how=how, left_on=left_on, right_on=right_on, suffixes=suffixes
        )
        return replace(self, sql=sql, shape=shape, order=tuple(map(Term, hidden)), hidden=hidden)

    # -- leaving the engine ------------------------------------------------------------------------

    def to_pandas(self) -> pd.DataFrame:
        """Compute, and return a DataFrame with pandas' default dtypes."""
        from etlframe.engines.exchange import from_arrow

        table, held = self.engine.arrow(self.statement()), self._aside()
        df = from_arrow(aside.without(table, held), self.schema)
        dtypes = self.shape.dtypes_of_missing(self.engine.has_missing)
        plain = ("int64", "bool")
        df = df.astype({name: to for name, to in dtypes.items() if df[name].dtype in plain})
        return aside.brought_back(df, table, held) if held else df

    def count(self) -> int:
        """Compute the number of rows."""
        table = self.engine.arrow(f"SELECT count(*) AS n FROM ({self.sql})")
        return int(table["n"][0].as_py())

    def write(self, path: str, format: str, options: Mapping[str, Any]) -> Written:  # noqa: A002 - the field's word
        """Write to one file and return the rows that the writer counted."""
        if self._aside():
            rows_of = PandasRows(self.to_pandas(), self.schema)
            return replace(rows_of.write(path, format, options), rows_scanned=None)
        rows = self.engine.write(self.statement(), self.schema, path, format, options)
        return Written(rows, self.engine.rows_scanned)

    def statement(self) -> str:
        """Return the SELECT with the user's columns only, in the order rows have to leave in."""
        if not self.order and not self.hidden:
            return self.sql
        return f"SELECT {text.names(self.columns)} FROM ({self.sql}){self.order_by()}"

    def _aside(self) -> dict[str, Any]:
        return aside.of_frame(self.engine.aside, self.schema, self.shape.origins)

    # -- building blocks ---------------------------------------------------------------------------

    def _where(self, condition: str) -> Self:
        return replace(self, sql=f"SELECT * FROM ({self.sql}) WHERE {condition}")

    def _with(self, column: str, expression: str, typed: Typed) -> Self:
        """Add or replace one column; a replaced one stays in its place."""
        frame = self._sheltered([column])
        shape = frame.shape.with_column(column, typed)
        values = {name: text.name(name) for name in shape.schema}
        values[column] = expression
        return frame.project(values, shape)

    def project(self, values: Mapping[str, str], shape: Shape) -> Self:
        """Compute columns, name -> SQL, and keep the hidden ones."""
        visible = [
            written if written == text.name(name) else f"{written} AS {text.name(name)}"
            for name, written in values.items()
        ]
        hidden = [text.name(name) for name in self.hidden]
        return replace(
            self, sql=f"SELECT {', '.join([*visible, *hidden])} FROM ({self.sql})", shape=shape
        )

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

    def _with_row(self) -> Self:
        """Make the present order explicit: by a row number, unless keys already tell it."""
        if self.order:
            return self
        sql = f"SELECT *, row_number() OVER () AS {text.name(ROW)} FROM ({self.sql})"
        return replace(self, sql=sql, order=(Term(ROW),), hidden=(*self.hidden, ROW))

    def _numbered(self) -> Self:
        """Number the rows in their present order, by one hidden column."""
        if not self.order:
            return self._with_row()
        sql = (
            f"SELECT {text.names(self.columns)}, "
            f"row_number() OVER ({self.order_by().strip()}) AS {text.name(ROW)} FROM ({self.sql})"
        )
        return replace(self, sql=sql, order=(Term(ROW),), hidden=(ROW,))

    def order_by(self) -> str:
        """Return the ORDER BY clause that the rows have to leave by, or nothing."""
        if not self.order:
            return ""
        keys = []
        for term in self.order:
            kind = self.schema.get(term.column, Kind.OTHER)
            written = lowering.column(term.column, kind)
            keys.append(f"{written} {'ASC' if term.ascending else 'DESC'} NULLS LAST")
        return f" ORDER BY {', '.join(keys)}"
