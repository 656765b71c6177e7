"""Run records as one DataFrame, and as one sentence where a cell has room for no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from etlframe.runs.display import error_text

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = {
    "run_id": "str",
    "job_id": "str",
    "status": "str",
    "engine": "str",
    "started_at": "datetime64[us, UTC]",
    "finished_at": "datetime64[us, UTC]",
    "duration": "float64",
    "attempts": "Int64",
    "rows_extracted": "Int64",
    "rows_transformed": "Int64",
    "rows_loaded": "Int64",
    "rows_rejected": "Int64",
    "errors": "str",
    "warnings": "str",
    "source": "str",
    "destination": "str",
}


def history_frame(runs: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return run records as a DataFrame, a row a run, in the order given.

    Returns:
        ``COLUMNS`` with their dtypes, whatever the records hold and also when there are none;
        ``duration`` is in seconds; ``errors`` is the newest error and ``warnings`` all of them, as
        text, empty where none.
    """
    import pandas as pd

    return pd.DataFrame({name: _column(runs, name, dtype) for name, dtype in COLUMNS.items()})


def _column(runs: Sequence[Mapping[str, Any]], name: str, dtype: str) -> pd.Series:
    import pandas as pd

    values = [_cell(run.get(name), name) for run in runs]
    if dtype.startswith("datetime64"):
        times = pd.to_datetime(values, utc=True, format="ISO8601", errors="coerce")
        return pd.Series(times, dtype=dtype)
    return pd.Series(values, dtype=dtype)


def _cell(value: Any, name: str) -> Any:
    if name == "errors":
        return _one_line(error_text(value[-1])) if value else ""
    if name == "warnings":
        return "; ".join(_one_line(str(each)) for each in value or [])
    return value


def _one_line(text: str) -> str:
    return " ".join(text.split())
