"""``merge``: join with another frame, source or plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

from etlframe.engines.base import Suffixes
from etlframe.engines.joined import VALIDATIONS, keys_message, unique_sides
from etlframe.errors import KeysNotUniqueError, PlanError
from etlframe.expressions.tree import NotPortable
from etlframe.frozen import frozen
from etlframe.steps.base import Step, as_names, need_columns, shortened
from etlframe.steps.inputs import as_frame, as_input

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame

How = Literal["inner", "left", "right", "outer", "cross", "left_anti", "right_anti", "left_semi"]
HOWS = get_args(How)
_PAIR = 2


@frozen(repr=False)
class Merge(Step):
    """Join as ``DataFrame.merge`` does.

    Attributes:
        right: A DataFrame, or anything with ``extract()`` or ``collect()``.
        how: As in pandas; ``"left_semi"`` keeps the left's rows that have a match, as they are.
        left_on: The keys on the left.
        right_on: The keys on the right.
        suffixes: What is added to a name that both sides have.
        validate: pandas' check of the keys, such as ``"many_to_one"``.
        indicator: Whether, or in which column, pandas tells where each row is from.
    """

    right: Any
    how: How
    left_on: tuple[str, ...]
    right_on: tuple[str, ...]
    suffixes: Suffixes = ("_x", "_y")
    validate: str | None = None
    indicator: bool | str = False

    @property
    def name(self) -> str:
        """The verb, the keys and how."""
        keys = f" on {', '.join(self.left_on)}" if self.left_on else ""
        return shortened(f"merge {self.how}{keys}")

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The right side."""
        return (self.right,)

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.merge``."""
        right = as_frame(self.right)
        need_columns(self.right_on, [str(name) for name in right.columns])
        if self.how == "left_semi":
            return self._matched(df, right)
        keys: dict[str, Any] = {"left_on": list(self.left_on), "right_on": list(self.right_on)}
        if self.how == "cross":
            keys = {}
        elif self.left_on == self.right_on:
            keys = {"on": list(self.left_on)}
        self._check_keys(df, right)
        merged: pd.DataFrame = df.merge(
            right, how=self.how, suffixes=self.suffixes, indicator=self.indicator, **keys
        )
        return merged.reset_index(drop=True)  # an anti join of pandas leaves gaps

    def _matched(self, df: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
        """Return the rows that have a match, each once: an inner merge with the distinct keys."""
        self._check_keys(df, right)
        keys = right[list(self.right_on)].set_axis(list(self.left_on), axis=1)
        return df.merge(keys.drop_duplicates(), on=list(self.left_on))

    def _check_keys(self, df: pd.DataFrame, right: pd.DataFrame) -> None:
        sides = {"left": (df, self.left_on), "right": (right, self.right_on)}
        for side in unique_sides(self.validate):
            frame, keys = sides[side]
            if frame.duplicated(list(keys)).any():
                raise KeysNotUniqueError(keys_message(side, keys, self.validate))

    def lower(self, frame: EngineFrame, *inputs: EngineFrame) -> EngineFrame:
        """Join in the engine."""
        if self.indicator:
            raise NotPortable("the category of merge(indicator=) is made in pandas")
        (right,) = inputs
        return frame.join(
            right,
            how=self.how,
            left_on=self.left_on,
            right_on=self.right_on,
            suffixes=self.suffixes,
            validate=self.validate,
        )

    def columns_after(self, columns: Sequence[str]) -> list[str] | None:
        """Check the left keys; the right side's columns are known when it is read."""
        need_columns(self.left_on, columns)
        return list(columns) if self.how == "left_semi" else None


def merge(
    right: Any,
    how: How = "inner",
    on: str | Sequence[str] | None = None,
    *,
    left_on: str | Sequence[str] | None = None,
    right_on: str | Sequence[str] | None = None,
    suffixes: Suffixes = ("_x", "_y"),
    validate: str | None = None,
    indicator: bool | str = False,
) -> Merge:
    """Join with another frame, as ``DataFrame.merge`` does; missing keys match each other.

    Args:
        right: A DataFrame (remembered as it is now), a source, or another pipeline.
        how: ``"inner"``, ``"left"``, ``"right"``, ``"outer"`` (sorted by key), ``"cross"``,
            ``"left_anti"`` or ``"right_anti"`` (the rows of one side without a match), as in
            pandas; or ``"left_semi"``: the left's rows that have a match, each once, with the
            left's columns alone.
        on: The key columns, where both sides call them the same.
        left_on: The keys on the left, with ``right_on``.
        right_on: The keys on the right.
        suffixes: What is added to a name that both sides have; None for nothing.
        validate: ``"one_to_one"``, ``"many_to_one"`` ...: an error where it is not so.
        indicator: Add a column, ``_merge`` or of this name, that tells where each row is from.

    Raises:
        PlanError: The keys are not given, or ``right`` is not a frame, source or pipeline.

    >>> import pandas as pd
    >>> left, right = pd.DataFrame({"k": [1, 2]}), pd.DataFrame({"k": [2], "v": ["b"]})
    >>> merge(right, on="k")(left)["v"].tolist()
    ['b']
    """
    if how not in HOWS:
        raise PlanError(f"merge how={how!r} is not one of {', '.join(HOWS)}.")
    if validate is not None and validate not in VALIDATIONS:
        raise PlanError(f"merge validate={validate!r} is not one of {', '.join(VALIDATIONS)}.")
    if validate is not None and how == "cross":
        raise PlanError("merge how='cross' has no keys that validate= could look at.")
    if indicator and how == "left_semi":
        raise PlanError("merge how='left_semi' keeps the left's columns alone: no indicator=.")
    left_keys, right_keys = _keys(how, on, left_on, right_on)
    return Merge(
        as_input("merge", right),
        how,
        left_keys,
        right_keys,
        _suffixes(suffixes),
        validate,
        indicator,
    )


def _suffixes(suffixes: Any) -> Suffixes:
    pair = tuple(suffixes) if isinstance(suffixes, list | tuple) else ()
    if len(pair) != _PAIR or not all(each is None or isinstance(each, str) for each in pair):
        raise PlanError(f"merge takes two suffixes, such as ('_x', '_y'), not {suffixes!r}.")
    first, second = pair
    return first, second


def _keys(
    how: str,
    on: str | Sequence[str] | None,
    left_on: str | Sequence[str] | None,
    right_on: str | Sequence[str] | None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if how == "cross":
        if (on, left_on, right_on) != (None, None, None):
            raise PlanError("merge how='cross' pairs every row with every other: it has no keys.")
        return (), ()
    if on is not None:
        if left_on is not None or right_on is not None:
            raise PlanError("merge takes on=, or left_on= and right_on=, not both.")
        left_on = right_on = on
    if left_on is None or right_on is None:
        raise PlanError("merge needs its keys: on='carrier', or left_on= and right_on=.")
    left, right = tuple(as_names(left_on)), tuple(as_names(right_on))
    if not left:
        raise PlanError("merge needs at least one key.")
    if len(left) != len(right):
        raise PlanError(f"merge has {len(left)} keys on the left and {len(right)} on the right.")
    return left, right
