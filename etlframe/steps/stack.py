"""``concat``: the rows of other frames below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from etlframe.errors import PlanError
from etlframe.frozen import frozen
from etlframe.steps.base import Step
from etlframe.steps.inputs import as_frame, as_input

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame


@frozen(repr=False)
class Concat(Step):
    """Put the rows of other frames below, as ``pd.concat`` does.

    Attributes:
        others: DataFrames, or anything with ``extract()`` or ``collect()``.
    """

    needs_all_rows: ClassVar[bool] = True

    others: tuple[Any, ...]

    @property
    def name(self) -> str:
        """The verb and how many frames."""
        return f"concat {len(self.others)} more"

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The other frames."""
        return self.others

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``pd.concat``."""
        import pandas as pd

        return pd.concat([df, *map(as_frame, self.others)], ignore_index=True)

    def lower(self, frame: EngineFrame, *inputs: EngineFrame) -> EngineFrame:
        """Put them below each other in the engine."""
        return frame.concat(inputs)


def concat(*others: Any) -> Concat:
    """Put the rows of other frames below, as ``pd.concat([df, *others], ignore_index=True)`` does.

    Args:
        *others: DataFrames (remembered as they are now), sources or other pipelines.

    Returns:
        A step; the frame it gives has the columns of all, in order of appearance, and missing
        values where a frame lacks one.

    Raises:
        PlanError: There is nothing to put below, or it is not a frame, source or pipeline.

    >>> import pandas as pd
    >>> concat(pd.DataFrame({"v": [3]}))(pd.DataFrame({"v": [1, 2]}))["v"].tolist()
    [1, 2, 3]
    """
    listed = [*others[0]] if len(others) == 1 and isinstance(others[0], list | tuple) else others
    if not listed:
        raise PlanError("concat needs at least one other frame: january.concat(february).")
    return Concat(tuple(as_input("concat", each) for each in listed))
