from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import PlanError
from etlframe.steps.columns import Rename

wrong: Any = etl  # what follows calls it in ways that its types forbid
DF = pd.DataFrame({"id": [1, 2, 3], "v": [5, 1, 9], "k": ["a", "b", "a"]})


def test_a_rename_that_gives_two_columns_one_name_is_refused() -> None:
    with pytest.raises(PlanError, match="two columns the name 'id'"):
        Rename({"v": "id"}).columns_after(list(DF.columns))
