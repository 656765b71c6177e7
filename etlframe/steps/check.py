"""``validate``: the rows must keep a Pandera schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from etlframe.errors import PlanError
from etlframe.expressions.tree import NotPortable
from etlframe.schema import contract
from etlframe.steps.base import Step, shortened

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame


@dataclass(frozen=True, repr=False)
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

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:  # noqa: ARG002 - the contract's
        """Run in pandas."""
        raise NotPortable("Pandera's checks run on pandas")

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
