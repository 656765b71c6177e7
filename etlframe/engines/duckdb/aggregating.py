"""Groups and their aggregates as SQL with pandas' meaning; all but ``size`` skip missing values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.lowering import column
from etlframe.engines.duckdb.ordering import ROW, Relation, Term
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import Aggregate

if TYPE_CHECKING:
    from etlframe.engines.duckdb.frame import DuckDBFrame

FIRST_ROW = "__etl_first"
"""The hidden column that numbers the first row of each group."""


def grouped(
    frame: DuckDBFrame,
    keys: Sequence[str],
    aggregates: Mapping[str, Aggregate],
    *,
    dropna: bool,
    sort: bool,
) -> Relation:
    """Return groups and their named aggregates, ordered by key or by their first row."""
    shape = frame.shape.aggregate(keys, aggregates)
    if not sort or any(each.function in ("first", "last") for each in aggregates.values()):
        frame = frame.numbered()
    values = {key: column(key, frame.schema[key]) for key in keys}
    written = [f"{value} AS {text.name(key)}" for key, value in values.items()]
    written += [
        f"{aggregate(each.function, each.column, frame.schema[each.column], ROW)} "
        f"AS {text.name(name)}"
        for name, each in aggregates.items()
    ]
    order: tuple[Term, ...] = tuple(Term(key) for key in keys)
    hidden: tuple[str, ...] = ()
    if not sort:
        written.append(f"min({text.name(ROW)}) AS {text.name(FIRST_ROW)}")
        order, hidden = (Term(FIRST_ROW),), (FIRST_ROW,)
    sql = (
        f"SELECT {', '.join(written)} FROM ({frame.sql})"
        f"{in_a_group(values.values()) if dropna else ''} GROUP BY {', '.join(values.values())}"
    )
    return Relation(sql, shape, order, hidden)


def in_a_group(keys: Iterable[str]) -> str:
    """Return the WHERE clause of the rows whose keys, as SQL, are all there."""
    return " WHERE " + " AND ".join(f"{key} IS NOT NULL" for key in keys)


def aggregate(function: str, name: str, kind: Kind, row: str | None) -> str:
    """Return an aggregate of a column as SQL.

    Args:
        function: pandas' word; missing values are skipped by all but ``size``.
        name: The column.
        kind: The column's kind.
        row: The column that holds the row order, for ``first`` and ``last``.
    """
    value = column(name, kind)
    number = f"{value}::BIGINT" if kind is Kind.BOOL else value
    written = {
        "count": f"count({value})",
        "size": "count(*)",
        "nunique": f"count(DISTINCT {value})",
        "any": f"coalesce(bool_or({_truth(value, kind)}), FALSE)",
        "all": f"coalesce(bool_and({_truth(value, kind)}), TRUE)",
        "sum": _sum(number, kind),
        "mean": f"avg({number})",
        "median": f"median({_float(number, kind)})",
        "quantile": _quantile(value),
        "std": f"stddev_samp({number})",
        "var": f"var_samp({number})",
        "min": f"min({value})",
        "max": f"max({value})",
        "first": f"arg_min({value}, {row})",
        "last": f"arg_max({value}, {row})",
    }
    return written[function]


def _float(number: str, kind: Kind) -> str:
    return f"{number}::DOUBLE" if kind is Kind.DECIMAL else number


def _truth(value: str, kind: Kind) -> str:
    """Python's truth of a value: zero and the empty text are false."""
    if kind.is_boolean:
        return value
    return f"{value} <> ''" if kind is Kind.STR else f"{value} <> 0"


def _sum(number: str, kind: Kind) -> str:
    if kind is Kind.DECIMAL:
        return f"coalesce(sum({number}), 0)"
    wide = "::DOUBLE" if kind is Kind.FLOAT else "::BIGINT"
    return f"coalesce(sum({number}), 0){wide}"


def _quantile(value: str) -> str:
    """The half quantile as pandas interpolates it: between two infinities it is missing."""
    low = f"quantile_disc({value}::DOUBLE, 0.5)"
    high = f"(-quantile_disc(-({value}::DOUBLE), 0.5))"
    return f"CASE WHEN count({value}) % 2 = 1 THEN {low} ELSE {low} + ({high} - {low}) / 2 END"
