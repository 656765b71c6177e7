from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe import Pipeline
from etlframe.errors import PlanError
from etlframe.steps.stack import concat

wrong: Any = etl  # what follows calls it in ways that its types forbid
DF = pd.DataFrame({"id": [1, 2, 3], "v": [5, 1, 9], "k": ["a", "b", "a"]})


def test_concat_takes_frames_sources_pipelines_and_lists_of_them() -> None:
    more = pd.DataFrame({"id": [4], "w": [0.5]})
    for others in ([more], [etl.FrameSource(more)], [Pipeline("m", more)], [[more]]):
        for engine in ("pandas", "duckdb"):
            both = Pipeline("p", DF).concat(*others).collect(engine)
            assert both["id"].tolist() == [1, 2, 3, 4]
            assert list(both.columns) == ["id", "v", "k", "w"]
            assert both["v"].dtype == "float64"


def test_concat_of_nothing_or_of_a_path_is_refused() -> None:
    nothing: list[list[Any]] = [[], ["file.csv"], [[]]]
    for others in nothing:
        with pytest.raises(PlanError, match="concat"):
            concat(*others)
