"""``merge``: join with another frame, source or plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from etlframe.errors import PlanError
from etlframe.steps.base import Step, as_names, need_columns, shortened

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame

How = Literal["inner", "left", "right", "outer", "cross"]
HOWS = ("inner", "left", "right", "outer", "cross")


@dataclass(frozen=True, repr=False)
class Merge(Step):
    """Join as ``DataFrame.merge`` does.

    Attributes:
        right: A DataFrame, or anything with ``extract()`` or ``collect()``.
        how: As in pandas.
        left_on: The keys on the left.
        right_on: The keys on the right.
        suffixes: What is added to a name that both sides have.
        validate: pandas' check of the keys, such as ``"many_to_one"``.
    """

    right: Any
    how: How
    left_on: tuple[str, ...]
    right_on: tuple[str, ...]
    suffixes: tuple[str, str] = ("_x", "_y")
    validate: Any = None

    @property
    def name(self) -> str:
        """The verb, the keys and how."""
        return shortened(f"merge {self.how} on {', '.join(self.left_on)}")

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The right side."""
        return (self.right,)

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.merge``."""
        right = _frame(self.right)
        need_columns(self.right_on, [str(name) for name in right.columns])
        keys: dict[str, Any] = {"left_on": list(self.left_on), "right_on": list(self.right_on)}
        if self.how == "cross":
            keys = {}
        elif self.left_on == self.right_on:
            keys = {"on": list(self.left_on)}
        merged: pd.DataFrame = df.merge(
            right, how=self.how, suffixes=self.suffixes, validate=self.validate, **keys
        )
        return merged

    def lower(self, frame: EngineFrame, *inputs: EngineFrame) -> EngineFrame:
        """Join in the engine."""
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
        return None


def _frame(right: Any) -> pd.DataFrame:
    for method in ("collect", "extract"):
        if hasattr(right, method):
            frame: pd.DataFrame = getattr(right, method)()
            return frame
    taken: pd.DataFrame = right
    return taken


def merge(
    right: Any,
    how: How = "inner",
    on: str | Sequence[str] | None = None,
    *,
    left_on: str | Sequence[str] | None = None,
    right_on: str | Sequence[str] | None = None,
    suffixes: tuple[str, str] = ("_x", "_y"),
    validate: str | None = None,
) -> Merge:
    """Join with another frame, as ``DataFrame.merge`` does; missing keys match each other.

    Args:
        right: A DataFrame (remembered as it is now), a source, or another pipeline.
        how: ``"inner"``, ``"left"``, ``"right"``, ``"outer"`` or ``"cross"``.
        on: The key columns, where both sides call them the same.
        left_on: The keys on the left, with ``right_on``.
        right_on: The keys on the right.
        suffixes: What is added to a name that both sides have.
        validate: ``"one_to_one"``, ``"many_to_one"`` ...: fail where the keys are not so.

    Raises:
        PlanError: The keys are not given, or ``right`` is not a frame, source or pipeline.

    >>> import pandas as pd
    >>> left, right = pd.DataFrame({"k": [1, 2]}), pd.DataFrame({"k": [2], "v": ["b"]})
    >>> merge(right, on="k")(left)["v"].tolist()
    ['b']
    """
    if how not in HOWS:
        raise PlanError(f"merge how={how!r} is not one of {', '.join(HOWS)}.")
    if type(right).__name__ == "DataFrame" and hasattr(right, "copy"):
        right = right.copy(deep=False)
    elif not hasattr(right, "extract") and not hasattr(right, "collect"):
        kind = type(right).__name__
        raise PlanError(f"merge takes a DataFrame, a source or a pipeline, not {kind}.")
    left_keys, right_keys = _keys(how, on, left_on, right_on)
    return Merge(right, how, left_keys, right_keys, suffixes, validate)


def _keys(
    how: str,
    on: str | Sequence[str] | None,
    left_on: str | Sequence[str] | None,
    right_on: str | Sequence[str] | None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if how == "cross":
        return (), ()
    if on is not None:
        return tuple(as_names(on)), tuple(as_names(on))
    if left_on is None or right_on is None:
        raise PlanError("merge needs its keys: on='carrier', or left_on= and right_on=.")
    left, right = tuple(as_names(left_on)), tuple(as_names(right_on))
    if len(left) != len(right):
        raise PlanError(f"merge has {len(left)} keys on the left and {len(right)} on the right.")
    return left, right
