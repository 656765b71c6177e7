"""``query``: keep the rows where a condition holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from etlframe.errors import ExpressionError
from etlframe.expressions import text, text_tree
from etlframe.expressions.binding import Bound, bind
from etlframe.expressions.capture import caller_variables
from etlframe.frozen import frozen
from etlframe.steps.base import Step, need_columns, shortened

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame


@frozen(repr=False)
class Query(Step):
    """Keep the rows where a query string is true.

    Attributes:
        bound: The string, parsed, with the values that ``@name`` had when the step was written.
    """

    bound: Bound

    @property
    def name(self) -> str:
        """The verb and its condition."""
        return shortened(f"query {self.bound.parsed.text}")

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Keep the rows that ``df.query`` keeps."""
        from etlframe.expressions import text_pandas

        found = text_pandas.mask(self.bound, df)
        kept: pd.DataFrame = df.loc[found]
        return kept.reset_index(drop=True)

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Filter the engine's frame by the string's tree."""
        return frame.filter(text_tree.to_tree(self.bound, frame.columns))

    def columns_after(self, columns: Sequence[str]) -> list[str]:
        """Return the same columns."""
        need_expression_columns(self.bound.parsed, columns)
        return list(columns)


def need_expression_columns(parsed: text.Parsed, columns: Sequence[str]) -> None:
    """Raise ``ColumnNotFoundError`` for a name that is no column, nor the index."""
    need_columns(
        [name for name in text.column_names(parsed) if name != "index" or name in columns],
        columns,
    )


def query(condition: str) -> Query:
    """Keep the rows where a condition holds, as ``DataFrame.query`` does.

    Args:
        condition: A string such as ``"dep_delay > 0 and carrier in @carriers"``. The values of
            ``@names`` are read where the step is written, now.

    Returns:
        A step: ``step(df)`` returns the rows kept, and it goes into a plan.

    Raises:
        ExpressionError: The string cannot be parsed, says more than a string may say, names a
            variable that is not there, or has one answer for all rows.

    >>> import pandas as pd
    >>> query("v > 1")(pd.DataFrame({"v": [1, 2, 3]}))["v"].tolist()
    [2, 3]
    """
    parsed = text.parse(condition)
    bound = bind(parsed, caller_variables(parsed.variables, parsed.text))
    if not bound.reads_rows:
        raise ExpressionError(
            f"The condition {condition!r} has one answer for all rows. Compare a column."
        )
    return Query(bound)
