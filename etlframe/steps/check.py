"""``validate``: the rows must keep a Pandera schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from etlframe.errors import PlanError
from etlframe.expressions.kinds import Kind
from etlframe.frozen import frozen
from etlframe.schema import contract
from etlframe.schema.portable import demands
from etlframe.steps.base import Step, shortened

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame


@frozen(repr=False)
class Validate(Step):
    """Check rows against a Pandera schema, collecting all failures.

    Attributes:
        schema: A ``DataFrameSchema`` or a ``DataFrameModel``.
    """

    schema: Any

    @property
    def name(self) -> str:
        """The verb and the schema's name."""
        return shortened(f"validate {contract.describe(self.schema)}")

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Return the frame as Pandera has it (coerced, parsed), or raise ``ValidationError``."""
        return contract.check(df, self.schema, step=self.name)

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Hold the engine's rows to the schema while they pass."""
        wanted = demands(self.schema, frame.dtypes())
        if list(wanted.columns) != frame.columns:
            frame = frame.select(wanted.columns)
        if wanted.floats:
            frame = frame.cast(dict.fromkeys(wanted.floats, Kind.FLOAT))
        return frame.guard(wanted.conditions, dtypes=wanted.dtypes, unique=wanted.unique)

    def columns_after(self, columns: Sequence[str]) -> list[str] | None:
        """Return the same columns, unless the schema may add or drop some."""
        return list(columns) if contract.keeps_columns(self.schema) else None


def validate(schema: Any) -> Validate:
    """Return a step that checks rows against a schema.

    Args:
        schema: A Pandera ``DataFrameSchema`` or ``DataFrameModel``.

    Raises:
        PlanError: It is neither.
    """
    if not contract.is_schema(schema):
        kind = schema.__name__ if isinstance(schema, type) else type(schema).__name__
        raise PlanError(
            f"validate takes a pandera DataFrameSchema or DataFrameModel, not {kind}: "
            "import pandera.pandas as pa; pa.DataFrameSchema({'a': pa.Column(int)})"
        )
    return Validate(schema)
