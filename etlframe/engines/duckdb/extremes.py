"""The largest and smallest values of groups as SQL with pandas' meaning.

Equal values cannot be told apart, so the order of rows, for which a window would sort them all,
does not matter. Missing values fill what a group has too few others for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etlframe.engines.base import Groups
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.aggregating import FIRST_ROW, in_a_group
from etlframe.engines.duckdb.lowering import column
from etlframe.engines.duckdb.ordering import ROW, Relation, Term
from etlframe.expressions.tree import Aggregate

if TYPE_CHECKING:
    from etlframe.engines.duckdb.frame import DuckDBFrame

_MOST_HELD = 10
"""Values of each group, at most, that an aggregate finds.

Measured: it takes 60% of a window's time, but has room in memory for all of them from the first row
of a group on, which cannot be spilled.
"""


def extremes(frame: DuckDBFrame, groups: Groups, name: str, n: int, *, largest: bool) -> Relation:
    """Return the most extreme values of each group, from the outermost on."""
    shape = frame.shape.aggregate(groups.keys, {name: Aggregate(name, "max")})
    frame = frame if groups.sort else frame.numbered()
    keys = [column(key, frame.schema[key]) for key in groups.keys]
    value, over = column(name, frame.schema[name]), f" OVER (PARTITION BY {', '.join(keys)})"
    if n <= _MOST_HELD:
        found = f"coalesce({'max' if largest else 'min'}({value}, {n}), [])"
        value, over = f"unnest(list_resize({found}, least(count(*), {n})))", ""
        chosen = f"GROUP BY {', '.join(keys)}"
    else:
        ranked = f"PARTITION BY {', '.join(keys)} ORDER BY {value} {'DESC' if largest else 'ASC'}"
        chosen = f"QUALIFY row_number() OVER ({ranked} NULLS LAST) <= {n}"
    written = [f"{each} AS {text.name(key)}" for key, each in zip(groups.keys, keys, strict=True)]
    written.append(f"{value} AS {text.name(name)}")
    order = tuple(map(Term, groups.keys))
    hidden: tuple[str, ...] = ()
    if not groups.sort:
        written.append(f"min({text.name(ROW)}){over} AS {text.name(FIRST_ROW)}")
        order, hidden = (Term(FIRST_ROW),), (FIRST_ROW,)
    sql = (
        f"SELECT {', '.join(written)} FROM ({frame.sql})"
        f"{in_a_group(keys) if groups.dropna else ''} {chosen}"
    )
    return Relation(sql, shape, (*order, Term(name, ascending=not largest)), hidden)
