"""``assign``: add or replace columns by strings, ``pd.col``, lambdas or constants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from etlframe.errors import ColumnNotFoundError, PlanError
from etlframe.expressions import text, text_tree, words
from etlframe.expressions.binding import Bound, bind
from etlframe.expressions.capture import caller_variables, snapshot
from etlframe.expressions.tree import Node, NotPortable, columns_of
from etlframe.frozen import frozen
from etlframe.steps.base import Step, need_columns, shortened
from etlframe.steps.filter import need_expression_columns

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame


@frozen
class Lit:
    """A constant, where a bare string would be read as an expression."""

    value: Any

    def __repr__(self) -> str:
        return f"lit({self.value!r})"


def lit(value: Any) -> Lit:
    """Return a constant for ``assign``.

    Args:
        value: Any plain value; a string is the case that needs it.

    >>> import pandas as pd
    >>> assign(country=lit("US"))(pd.DataFrame({"a": [1]}))["country"].tolist()
    ['US']
    """
    return Lit(value)


def _is_pandas_expression(value: Any) -> bool:
    return type(value).__name__ == "Expression" and type(value).__module__.startswith("pandas.")


@frozen(repr=False)
class Assign(Step):
    """Add or replace columns, one after the other: each sees those before it.

    Attributes:
        values: Column name -> a bound string, ``Lit``, a ``pd.col`` expression, a function of the
            frame, or a plain value.
    """

    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The verb and the new columns."""
        return shortened(f"assign {', '.join(self.values)}")

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.assign`` with the values as they were written."""
        from etlframe.expressions.decimals_pandas import with_defaults

        for name, value in self.values.items():
            df = with_defaults(df, df.assign(**{name: _for_pandas(value)}))
        return df

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Add each column's tree to the engine's frame."""
        for name, value in self.values.items():
            frame = frame.assign({name: _tree(value, frame.columns)})
        return frame

    def columns_after(self, columns: Sequence[str]) -> list[str]:
        """Return the columns with the new ones at the end."""
        after = list(columns)
        for name, value in self.values.items():
            if isinstance(value, Bound):
                _need_columns(name, value, after)
            if name not in after:
                after.append(name)
        return after

    def foresee(self, columns: Sequence[str]) -> list[str]:
        """Return the columns with the new ones at the end, looking into lambdas and ``pd.col``."""
        seen = list(columns)
        for name, value in self.values.items():
            with suppress(NotPortable):
                need_columns(columns_of(_tree(value, seen)), seen)
            if name not in seen:
                seen.append(name)
        return self.columns_after(columns)


def _need_columns(name: str, value: Bound, columns: Sequence[str]) -> None:
    try:
        need_expression_columns(value.parsed, columns)
    except ColumnNotFoundError as missing:
        if value.parsed.text != missing.column:
            raise
        hint = f" For a constant write {name}=etl.lit({missing.column!r})."
        error = ColumnNotFoundError(missing.column, missing.columns)
        error.args = (f"{error.args[0]}{hint}",)
        raise error from None


def _for_pandas(value: Any) -> Any:
    if isinstance(value, Bound):
        from etlframe.expressions import text_pandas

        return lambda df: text_pandas.evaluate(value, df)
    return value.value if isinstance(value, Lit) else value


def _tree(value: Any, columns: Sequence[str]) -> Node:
    if isinstance(value, Bound):
        return text_tree.to_tree(value, columns)
    if isinstance(value, Lit):
        return words.literal(value.value)
    if not _is_pandas_expression(value) and not callable(value):
        return words.literal(value)
    from etlframe.expressions import traced

    trace = traced.trace_col if _is_pandas_expression(value) else traced.trace
    return trace(value, columns)


def assign(**columns: Any) -> Assign:
    """Add or replace columns, as ``DataFrame.assign`` does, strings being expressions.

    Args:
        **columns: An expression string (``"a + b"``: one expression, where ``DataFrame.eval``
            would take ``"c = a + b"`` and several lines), a ``pd.col`` expression, a function of
            the DataFrame, a number, or ``etl.lit("text")`` for a constant string. Each sees the
            columns before it. What a lambda or ``@name`` reads is remembered now.

    Returns:
        A step: ``step(df)`` returns the new DataFrame, and it goes into a plan.

    Raises:
        ExpressionError: A string cannot be parsed, or names a variable that is not there.
        PlanError: There is nothing to assign.

    >>> import pandas as pd
    >>> assign(b="a * 2", c=lambda d: d["b"] + 1)(pd.DataFrame({"a": [1, 2]}))["c"].tolist()
    [3, 5]
    """
    if not columns:
        raise PlanError("assign needs at least one column: assign(total='price * quantity').")
    return Assign({name: _remembered(value) for name, value in columns.items()})


def _remembered(value: Any) -> Any:
    if isinstance(value, str):
        parsed = text.parse(value)
        return bind(parsed, caller_variables(parsed.variables, parsed.text))
    return snapshot(value) if callable(value) and not _is_pandas_expression(value) else value
