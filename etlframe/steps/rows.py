"""Steps on rows: sorting, dropping, filling, the first ones, and one a list's value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from etlframe.errors import PlanError
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable
from etlframe.frozen import frozen
from etlframe.steps.base import Step, need_columns, shortened

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame


class _SameColumns(Step):
    """A step that leaves the columns as they are, and names some of them."""

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that the step names."""
        return ()

    def columns_after(self, columns: Sequence[str]) -> list[str]:
        """Return the same columns."""
        need_columns(self.named, columns)
        return list(columns)


@frozen(repr=False)
class SortValues(_SameColumns):
    """Sort by columns, stably, missing values last unless ``na_position="first"``."""

    by: tuple[str, ...]
    ascending: tuple[bool, ...]
    na_position: Literal["first", "last"] = "last"

    @property
    def name(self) -> str:
        """The verb and the keys."""
        keys = zip(self.by, self.ascending, strict=True)
        return shortened(
            "sort_values " + ", ".join(k if up else f"{k} descending" for k, up in keys)
        )

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that the step names."""
        return self.by

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.sort_values`` with a stable sort, so that every engine can agree on ties."""
        return df.sort_values(
            list(self.by),
            ascending=list(self.ascending),
            na_position=self.na_position,
            kind="stable",
            ignore_index=True,
        )

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Sort in the engine."""
        floats = [name for name in self.by if frame.schema.get(name) is Kind.FLOAT]
        if floats and len(self.by) > 1 and self.na_position == "first":
            # pandas 3.1 sorts them as minus infinity, and so among those that are.
            raise NotPortable("missing floats before several keys' values are sorted in pandas")
        return frame.sort(self.by, self.ascending, na_position=self.na_position)


@frozen(repr=False)
class DropDuplicates(_SameColumns):
    """Keep one of equal rows: the first, the last, or none (``keep=False``)."""

    needs_all_rows: ClassVar[bool] = True

    subset: tuple[str, ...] | None
    keep: Literal["first", "last", False] = "first"

    @property
    def name(self) -> str:
        """The verb and the columns compared."""
        return shortened(f"drop_duplicates {', '.join(self.named)}")

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that the step names."""
        return self.subset or ()

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.drop_duplicates``."""
        subset = None if self.subset is None else list(self.subset)
        return df.drop_duplicates(subset=subset, keep=self.keep, ignore_index=True)

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Keep them in the engine."""
        return frame.distinct(self.subset, keep=self.keep)


@frozen(repr=False)
class Dropna(_SameColumns):
    """Drop rows with missing values: in any or all of some columns."""

    subset: tuple[str, ...] | None
    how: Literal["any", "all"] = "any"

    @property
    def name(self) -> str:
        """The verb and the columns looked at."""
        return shortened(f"dropna {', '.join(self.named)}")

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that the step names."""
        return self.subset or ()

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.dropna``."""
        subset = None if self.subset is None else list(self.subset)
        return df.dropna(subset=subset, how=self.how, ignore_index=True)

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Filter in the engine."""
        return frame.drop_missing(self.subset or frame.columns, self.how)


@frozen(repr=False)
class Fillna(_SameColumns):
    """Replace missing values by one value, or by one a column."""

    value: Any

    @property
    def name(self) -> str:
        """The verb and the values."""
        return shortened(f"fillna {self.value!r}")

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that the step names."""
        return tuple(self.value) if isinstance(self.value, Mapping) else ()

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.fillna``."""
        return df.fillna(self.value)

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Fill in the engine, where each column is named."""
        if not isinstance(self.value, Mapping):
            raise NotPortable("fillna of all columns at once runs in pandas; name the columns")
        return frame.fill_missing(self.value)


@frozen(repr=False)
class Head(_SameColumns):
    """Keep the first rows, or leave out the last where the number is negative."""

    needs_all_rows: ClassVar[bool] = True

    n: int

    @property
    def name(self) -> str:
        """The verb and the number."""
        return f"head {self.n}"

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.head``."""
        return df.head(self.n)

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Keep them in the engine."""
        return frame.head(self.n)


@frozen(repr=False)
class Tail(_SameColumns):
    """Keep the last rows, or leave out the first where the number is negative."""

    needs_all_rows: ClassVar[bool] = True

    n: int

    @property
    def name(self) -> str:
        """The verb and the number."""
        return f"tail {self.n}"

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.tail``."""
        return df.tail(self.n).reset_index(drop=True)

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Keep them in the engine."""
        return frame.tail(self.n)


@frozen(repr=False)
class Sample(_SameColumns):
    """Keep rows by chance: a number of them, or a part."""

    needs_all_rows: ClassVar[bool] = True

    n: int | None
    frac: float | None
    replace: bool
    random_state: int

    @property
    def name(self) -> str:
        """The verb and how many."""
        return f"sample {self.n if self.frac is None else self.frac}"

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.sample``."""
        return df.sample(
            n=self.n,
            frac=self.frac,
            replace=self.replace,
            random_state=self.random_state,
            ignore_index=True,
        )

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:  # noqa: ARG002 - the contract's
        """Run in pandas."""
        raise NotPortable("which rows a seed draws is known to pandas only")


def sample(n: int | None, frac: float | None, *, replace: bool, random_state: int) -> Sample:
    """Keep rows by chance, as ``DataFrame.sample`` does.

    Args:
        n: How many rows.
        frac: Or which part of them.
        replace: Whether a row may be drawn more than once.
        random_state: The seed: the same rows are drawn in every run, and in every attempt.

    Raises:
        PlanError: Neither or both of ``n`` and ``frac``, or no seed.
    """
    if (n is None) == (frac is None):
        raise PlanError("sample takes a number of rows or frac=, a part of them: sample(frac=0.1).")
    if type(random_state) is not int:
        raise PlanError("sample needs a seed, random_state=0, or each run would draw other rows.")
    if (n if n is not None else frac or 0) < 0:
        raise PlanError(f"sample cannot draw {n if n is not None else frac} rows.")
    return Sample(n, frac, replace, random_state)
