from __future__ import annotations

from typing import Any

import pandas as pd

import etlframe as etl

wrong: Any = etl  # what follows calls it in ways that its types forbid
DF = pd.DataFrame({"id": [1, 2, 3], "v": [5, 1, 9], "k": ["a", "b", "a"]})


def test_query_filters_a_dataframe() -> None:
    assert etl.query("v > 3")(DF)["id"].tolist() == [1, 3]
