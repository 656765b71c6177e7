"""Steps on columns: ``select``, ``drop``, ``rename``, ``astype``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from etlframe.errors import PlanError
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable
from etlframe.frozen import frozen
from etlframe.steps.base import Step, need_columns, shortened

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame

_KINDS: dict[Any, Kind] = {
    int: Kind.INT,
    "int": Kind.INT,
    "int64": Kind.INT,
    float: Kind.FLOAT,
    "float": Kind.FLOAT,
    "float64": Kind.FLOAT,
    str: Kind.STR,
    "str": Kind.STR,
    bool: Kind.BOOL,
    "bool": Kind.BOOL,
}


@frozen(repr=False)
class Select(Step):
    """Keep columns, in the order given: ``df[columns]``."""

    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """The verb and the columns."""
        return shortened(f"select {', '.join(self.columns)}")

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df[columns]``."""
        return df[list(self.columns)]

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Select in the engine."""
        return frame.select(self.columns).closed()

    def columns_after(self, columns: Sequence[str]) -> list[str]:
        """Return the chosen columns."""
        need_columns(self.columns, columns)
        return list(self.columns)


@frozen(repr=False)
class Drop(Step):
    """Leave columns out: ``df.drop(columns=...)``."""

    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """The verb and the columns."""
        return shortened(f"drop {', '.join(self.columns)}")

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.drop(columns=...)``."""
        return df.drop(columns=list(self.columns))

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Select the other columns in the engine."""
        return frame.select(self.columns_after(frame.columns))

    def columns_after(self, columns: Sequence[str]) -> list[str]:
        """Return the other columns."""
        need_columns(self.columns, columns)
        return [name for name in columns if name not in self.columns]


@frozen(repr=False)
class Rename(Step):
    """Give columns other names: ``df.rename(columns=...)``, where every old name must be there."""

    names: Mapping[str, str]

    @property
    def name(self) -> str:
        """The verb and the names."""
        return shortened(
            "rename " + ", ".join(f"{old} -> {new}" for old, new in self.names.items())
        )

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.rename(columns=...)``."""
        return df.rename(columns=dict(self.names))

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Rename in the engine."""
        self.columns_after(frame.columns)
        return frame.rename(self.names)

    def columns_after(self, columns: Sequence[str]) -> list[str]:
        """Return the columns with their new names."""
        need_columns(list(self.names), columns)
        after = [self.names.get(name, name) for name in columns]
        twice = [name for name in after if after.count(name) > 1]
        if twice:
            raise PlanError(f"{self.name} gives two columns the name {twice[0]!r}.")
        return after


@frozen(repr=False)
class Astype(Step):
    """Convert columns: ``df.astype(dtypes)``."""

    dtypes: Any

    @property
    def name(self) -> str:
        """The verb and the dtypes."""
        return shortened(f"astype {self.dtypes}")

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.astype``."""
        return df.astype(self.dtypes)

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Cast in the engine, where that can neither fail nor round."""
        dtypes = self._by_column(frame.columns)
        kinds = {}
        for column, dtype in dtypes.items():
            kind = _KINDS.get(dtype) if isinstance(dtype, str | type) else None
            if kind is None:
                raise NotPortable(f"astype to {dtype!r} runs in pandas")
            kinds[column] = kind
        return frame.cast(kinds)

    def columns_after(self, columns: Sequence[str]) -> list[str]:
        """Return the same columns."""
        need_columns(list(self._by_column(columns)), columns)
        return list(columns)

    def _by_column(self, columns: Sequence[str]) -> dict[str, Any]:
        if isinstance(self.dtypes, Mapping):
            return dict(self.dtypes)
        return dict.fromkeys(columns, self.dtypes)
