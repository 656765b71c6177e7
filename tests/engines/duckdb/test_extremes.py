"""The largest of groups: which of DuckDB's ways finds them."""

from __future__ import annotations

import pandas as pd
import pytest

from etlframe.engines.base import Groups
from etlframe.engines.duckdb.engine import DuckDBEngine

DF = pd.DataFrame({"k": ["b", "a", "b"], "v": [1, 2, 3]})


@pytest.mark.parametrize(("n", "windows"), [(2, 0), (10, 0), (11, 1)])
def test_few_values_of_a_group_need_no_window(n: int, windows: int) -> None:
    frame = DuckDBEngine().from_pandas(DF).extremes(Groups(["k"]), "v", n, largest=True)
    assert frame.statement().count(" OVER ") == windows
    assert frame.to_pandas()["v"].tolist() == [2, 3, 1]
