"""The rule about indexes: frames have a RangeIndex, and a name makes an index level a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etlframe.errors import PlanError

if TYPE_CHECKING:
    import pandas as pd


def with_range_index(df: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with a RangeIndex: named index levels are columns, unnamed ones dropped.

    A frame that has a plain RangeIndex already is returned itself.

    Args:
        df: Any DataFrame, such as what ``groupby("k").sum()`` leaves.

    Raises:
        PlanError: A level has the name of a column and other values.

    >>> import pandas as pd
    >>> sums = pd.DataFrame({"k": ["a", "b", "a"], "v": [1, 2, 3]}).groupby("k").sum()
    >>> list(with_range_index(sums).columns)
    ['k', 'v']
    """
    import pandas as pd

    names = list(df.index.names)
    if names == [None] and df.index.equals(pd.RangeIndex(len(df))):
        return df if isinstance(df.index, pd.RangeIndex) else df.reset_index(drop=True)
    repeated = [name for name in names if name is not None and name in df.columns]
    for name in repeated:
        _check_same(df, name)
    unwanted = [at for at, name in enumerate(names) if name is None or name in repeated]
    if len(unwanted) == len(names):
        return df.reset_index(drop=True)
    return df.reset_index(level=unwanted, drop=True).reset_index() if unwanted else df.reset_index()


def _check_same(df: pd.DataFrame, name: Any) -> None:
    import pandas as pd

    level = pd.Series(df.index.get_level_values(name), index=df.index)
    if not level.equals(df[name].set_axis(df.index)):
        raise PlanError(
            f"The index and a column are both named {name!r}, with other values: rename one, for "
            f"example df.rename_axis(index={{{name!r}: 'row'}})"
        )
