"""The order in which rows leave DuckDB, written where they leave it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from etlframe.engines.duckdb import lowering, text
from etlframe.engines.shape import Shape
from etlframe.expressions.kinds import Kind, Schema
from etlframe.frozen import frozen

ROW = "__etl_row"
"""The hidden column that numbers the rows."""


@frozen
class Term:
    """One key of the order that rows have to leave in."""

    column: str
    ascending: bool = True
    missing_first: bool = False


@frozen
class Relation:
    """What a verb makes of frames: a SELECT, its shape, and the order that its rows leave in.

    Attributes:
        sql: The SELECT; its columns are the shape's, and the hidden ones after them.
        shape: Columns, kinds, origins of missing values.
        order: The order; empty where the SELECT has it by itself.
        hidden: Columns of the SELECT that are not the user's.
        is_sequential: Whether rows are likely to come in that order by themselves.
    """

    sql: str
    shape: Shape
    order: tuple[Term, ...] = ()
    hidden: tuple[str, ...] = ()
    is_sequential: bool = False


def order_by(terms: Sequence[Term], schema: Schema) -> str:
    """Return the ORDER BY clause of an order, or nothing where there is none."""
    keys = []
    for term in terms:
        written = lowering.column(term.column, schema.get(term.column, Kind.OTHER))
        way = "ASC" if term.ascending else "DESC"
        keys.append(f"{written} {way} NULLS {'FIRST' if term.missing_first else 'LAST'}")
    return f" ORDER BY {', '.join(keys)}" if keys else ""


def one_of_equal(keys: Sequence[str], keep: Literal["first", "last", False], by: str) -> str:
    """Return the condition that keeps the first or last of rows with equal keys, or none.

    Args:
        keys: SQL of what is compared.
        keep: ``"first"``, ``"last"`` (of rows that are numbered) or False.
        by: The ORDER BY clause of the rows.
    """
    partition = f"PARTITION BY {', '.join(keys)}"
    if keep is False:
        return f"count(*) OVER ({partition}) = 1"
    ordered = f" ORDER BY {text.name(ROW)} DESC" if keep == "last" else by
    return f"row_number() OVER ({partition}{ordered}) = 1"
