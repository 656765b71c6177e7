"""Any DataFrame function as a step: ``pipe`` and ``Transformation``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from etlframe.errors import PlanError
from etlframe.expressions.capture import snapshot
from etlframe.steps.base import Step, shortened

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame


@dataclass(frozen=True, repr=False)
class Transformation(Step):
    """A named function of a DataFrame, with its configuration.

    ``Transformation(name, function, **config)`` calls ``function(df, **config)``. The function may
    also be a step such as ``etl.query("v > 3")``, which then keeps its engines.

    The function's outer names stand for what they stood for when the step was written. Lists, dicts
    and sets are not copied, so that it may fill a cache; nor is a name that it assigns to itself.

    >>> import pandas as pd
    >>> def top(df, n):
    ...     return df.nlargest(n, "v")
    >>> Transformation("top", top, n=1).apply(pd.DataFrame({"v": [1, 3, 2]}))["v"].tolist()
    [3]
    """

    label: str
    function: Callable[..., Any]
    args: tuple[Any, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)

    def __init__(self, name: str, function: Any, *args: Any, **config: Any) -> None:
        if not isinstance(name, str) or not name.strip():
            raise PlanError(f"A Transformation's name is a text that is not empty, not {name!r}.")
        if not callable(function):
            kind = type(function).__name__
            raise PlanError(f"Transformation {name!r} needs a function of a DataFrame, not {kind}.")
        object.__setattr__(self, "label", name)
        object.__setattr__(self, "function", snapshot(function, copies=False))
        object.__setattr__(self, "args", args)
        object.__setattr__(self, "config", config)

    @property
    def name(self) -> str:
        """The name given."""
        return shortened(self.label)

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Call the function."""
        answer: pd.DataFrame = self.function(df, *self.args, **self.config)
        return answer

    def apply(self, df: pd.DataFrame) -> pd.DataFrame:
        """Return the function's answer on a DataFrame."""
        return self(df)

    def lower(self, frame: EngineFrame, *inputs: EngineFrame) -> EngineFrame:
        """Lower a step that is wrapped here; a function runs in pandas."""
        if isinstance(self.function, Step) and not self.config and not self.args:
            return self.function.lower(frame, *inputs)
        return super().lower(frame, *inputs)

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The inputs of a step that is wrapped here."""
        return self.function.inputs if isinstance(self.function, Step) else ()

    def columns_after(self, columns: Sequence[str]) -> list[str] | None:
        """Return the columns after a step that is wrapped here; a function tells none."""
        return self.function.columns_after(columns) if isinstance(self.function, Step) else None


def pipe(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Step:
    """Return any DataFrame -> DataFrame function, or a step, as a step.

    Args:
        function: Called as ``function(df, *args, **kwargs)``.
        *args: Passed on.
        **kwargs: Passed on.

    Raises:
        PlanError: It is not callable.
    """
    if isinstance(function, Step) and not args and not kwargs:
        return function
    name = getattr(function, "__name__", type(function).__name__)
    return Transformation(name, function, *args, **kwargs)
