"""Aggregates of groups as SQL with pandas' meaning; all but ``size`` skip missing values."""

from __future__ import annotations

from etlframe.engines.duckdb.lowering import column
from etlframe.expressions.kinds import Kind


def aggregate(function: str, name: str, kind: Kind, row: str | None) -> str:
    """Return an aggregate of a column as SQL.

    Args:
        function: pandas' word; missing values are skipped by all but ``size``.
        name: The column.
        kind: The column's kind.
        row: The column that holds the row order, for ``first`` and ``last``.
    """
    value = column(name, kind)
    written = {
        "count": f"count({value})",
        "size": "count(*)",
        "nunique": f"count(DISTINCT {value})",
        "mean": f"avg({value}{'::BIGINT' if kind is Kind.BOOL else ''})",
        "median": f"median({value})",
        "std": f"stddev_samp({value})",
        "var": f"var_samp({value})",
        "min": f"min({value})",
        "max": f"max({value})",
        "first": f"arg_min({value}, {row})",
        "last": f"arg_max({value}, {row})",
    }
    if function == "sum":
        wide = "::DOUBLE" if kind is Kind.FLOAT else "::BIGINT"
        return f"coalesce(sum({value}{wide if kind is Kind.BOOL else ''}), 0){wide}"
    return written[function]
