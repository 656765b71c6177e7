"""Steps that turn columns into rows and rows into columns: ``melt``, ``pivot``, ``explode``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from etlframe.errors import PlanError
from etlframe.expressions.tree import NotPortable
from etlframe.frozen import frozen
from etlframe.steps.base import Step, as_names, need_columns, shortened

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame


@frozen(repr=False)
class Melt(Step):
    """Put columns below each other, as ``DataFrame.melt`` does.

    Attributes:
        id_vars: The columns that stay beside them.
        value_vars: The columns, or None for all others.
        var_name: The new column that names the old one.
        value_name: The new column with the values.
    """

    id_vars: tuple[str, ...]
    value_vars: tuple[str, ...] | None
    var_name: str = "variable"
    value_name: str = "value"

    @property
    def name(self) -> str:
        """The verb and the columns."""
        return shortened(f"melt {', '.join(self.value_vars or ())}")

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.melt``."""
        return df.melt(
            id_vars=list(self.id_vars),
            value_vars=self._values([str(name) for name in df.columns]),
            var_name=self.var_name,
            value_name=self.value_name,
        )

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Melt in the engine."""
        self.columns_after(frame.columns)
        return frame.melt(
            self.id_vars,
            self._values(frame.columns),
            var_name=self.var_name,
            value_name=self.value_name,
        )

    def columns_after(self, columns: Sequence[str]) -> list[str]:
        """Return the columns that stay, the names and the values."""
        need_columns([*self.id_vars, *(self.value_vars or ())], columns)
        if self.value_name in columns:
            raise PlanError(
                f"melt value_name={self.value_name!r} is a column of the frame; call it otherwise."
            )
        if self.var_name in self.id_vars:
            raise PlanError(
                f"melt var_name={self.var_name!r} is one of id_vars; call it otherwise."
            )
        return [*self.id_vars, self.var_name, self.value_name]

    def _values(self, columns: Sequence[str]) -> list[str]:
        """The columns to put below each other; pandas leaves out those that stay."""
        chosen = dict.fromkeys(self.value_vars or columns)
        return [name for name in chosen if name not in self.id_vars]


def melt(
    id_vars: str | Sequence[str] = (),
    value_vars: str | Sequence[str] | None = None,
    *,
    var_name: str = "variable",
    value_name: str = "value",
) -> Melt:
    """Put columns below each other, as ``DataFrame.melt`` does.

    Args:
        id_vars: The columns that stay beside them.
        value_vars: The columns to put below each other; all others where None.
        var_name: The new column that names the old one.
        value_name: The new column with the values.

    >>> import pandas as pd
    >>> melt("k", ["a", "b"])(pd.DataFrame({"k": [1], "a": [2], "b": [3]}))["value"].tolist()
    [2, 3]
    """
    if var_name == value_name:
        raise PlanError(f"melt calls two columns {var_name!r}: give another var_name=.")
    values = None if value_vars is None else tuple(as_names(value_vars))
    return Melt(tuple(as_names(id_vars)), values, var_name, value_name)


@frozen(repr=False)
class Pivot(Step):
    """Make columns of a column's values, as ``DataFrame.pivot`` does, with flat names.

    Attributes:
        columns: The columns whose values name the new ones.
        index: The columns that stay, or None.
        values: The columns whose values go into the new ones.
    """

    needs_all_rows: ClassVar[bool] = True

    columns: tuple[str, ...]
    index: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def name(self) -> str:
        """The verb and the columns."""
        return shortened(f"pivot {', '.join(self.columns)}")

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.pivot``; the index becomes columns, and the columns have text for names."""
        one = len(self.values) == 1
        wide = df.pivot(  # noqa: PD010 - a pivot_table would average in silence
            index=list(self.index),
            columns=list(self.columns),
            values=self.values[0] if one else list(self.values),
        )
        wide.columns = wide.columns.map(_flat).rename(None)
        return wide.reset_index()

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Run in pandas."""
        need_columns([*self.index, *self.columns, *self.values], frame.columns)
        raise NotPortable("the columns that pivot makes are known when the rows are read")

    def columns_after(self, columns: Sequence[str]) -> None:
        """Check the columns; those after the step depend on the rows."""
        need_columns([*self.index, *self.columns, *self.values], columns)


def _flat(label: object) -> str:
    return "_".join(map(str, label)) if isinstance(label, tuple) else str(label)


def pivot(
    columns: str | Sequence[str],
    *,
    index: str | Sequence[str],
    values: str | Sequence[str],
) -> Pivot:
    """Make columns of a column's values, as ``DataFrame.pivot`` does.

    Args:
        columns: The column whose values name the new columns.
        index: The columns that stay; each of their rows must be there once for each new column.
        values: The column whose values go into the new ones; of several, or with several
            ``columns``, the new names are put together with ``_``.

    >>> import pandas as pd
    >>> long = pd.DataFrame({"k": [1, 1], "year": [2013, 2014], "v": [5, 6]})
    >>> pivot("year", index="k", values="v")(long).to_dict("list")
    {'k': [1], '2013': [5], '2014': [6]}
    """
    parts = [tuple(as_names(each)) for each in (columns, index, values)]
    if not all(parts):
        raise PlanError("pivot needs columns: pivot('month', index='carrier', values='delay').")
    return Pivot(*parts)


@frozen(repr=False)
class Explode(Step):
    """One row for each value of columns of lists."""

    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """The verb and the columns."""
        return shortened(f"explode {', '.join(self.columns)}")

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.explode``."""
        return df.explode(list(self.columns), ignore_index=True)

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Explode in the engine."""
        need_columns(self.columns, frame.columns)
        return frame.explode(self.columns)

    def columns_after(self, columns: Sequence[str]) -> list[str]:
        """Return the same columns."""
        need_columns(self.columns, columns)
        return list(columns)


def explode(columns: str | Sequence[str]) -> Explode:
    """Make one row of each value of columns of lists, as ``DataFrame.explode`` does.

    Args:
        columns: One column, or several whose lists are equally long in each row.
    """
    names = as_names(columns)
    if not names or len(set(names)) != len(names):
        raise PlanError(f"explode takes columns, each once, not {columns!r}.")
    return Explode(tuple(names))
