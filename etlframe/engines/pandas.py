"""pandas as an engine: DataFrames as they are, written by the one writer of all engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Self

from etlframe.engines.base import Rows, Written
from etlframe.expressions.kinds import Kind, Schema
from etlframe.frozen import frozen
from etlframe.timing import phase

if TYPE_CHECKING:
    import pandas as pd


@frozen
class PandasRows(Rows):
    """A DataFrame that can be loaded.

    Attributes:
        df: The rows.
        kinds: The kinds of columns that came from a typed file, so that whole numbers with missing
            values, float64 here, are integers again when they are written.
    """

    df: pd.DataFrame
    kinds: Mapping[str, Kind] = field(default_factory=dict)

    @property
    def schema(self) -> Schema:
        """The kinds of the columns: what their dtypes say, or the file they came from."""
        from etlframe.engines.exchange import schema_of

        told = schema_of(self.df)
        return {name: self._kind(name, kind) for name, kind in told.items()}

    def _kind(self, name: str, told: Kind) -> Kind:
        """A float64 of a file's whole numbers, or a timestamp of its dates, is still one."""
        known = self.kinds.get(name)
        if known is Kind.INT and told is Kind.FLOAT:
            return Kind.INT
        return Kind.DATE if known is Kind.DATE and told is Kind.DATETIME else told

    def select(self, columns: Sequence[str]) -> Self:
        """Keep columns, in that order."""
        return replace(self, df=self.df[list(columns)])

    def to_pandas(self) -> pd.DataFrame:
        """Return the DataFrame."""
        return self.df

    def write(self, path: str, format: str, options: Mapping[str, Any]) -> Written:  # noqa: A002 - the field's word
        """Write to one file and return the rows that the writer counted."""
        from etlframe.engines.duckdb.writer import write_frame

        # What a function of the user's made of a column since then is told by its dtype alone.
        known = {name: kind for name, kind in self.schema.items() if kind is self.kinds.get(name)}
        with phase("write", engine="pandas"):
            return Written(write_frame(self.df, known, path, format, options))
