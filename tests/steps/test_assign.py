from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import ColumnNotFoundError

wrong: Any = etl  # what follows calls it in ways that its types forbid
DF = pd.DataFrame({"id": [1, 2, 3], "v": [5, 1, 9], "k": ["a", "b", "a"]})


def test_assign_takes_strings_lambdas_columns_and_constants() -> None:
    step = etl.assign(
        a="v + id", b=lambda d: d["a"] * 2, c=pd.col("k").str.upper(), d=etl.lit("US"), e=7
    )
    frame = step(DF)
    assert frame["a"].tolist() == [6, 3, 12]
    assert frame["b"].tolist() == [12, 6, 24]
    assert frame["c"].tolist() == ["A", "B", "A"]
    assert frame["d"].tolist() == ["US"] * 3
    assert frame["e"].tolist() == [7] * 3


def test_a_bare_word_in_assign_gets_the_hint_of_lit() -> None:
    with pytest.raises(ColumnNotFoundError, match=r"country=etl.lit\('US'\)"):
        etl.assign(country="US").columns_after(list(DF.columns))


def test_a_constant_shows_itself() -> None:
    assert repr(etl.lit("US")) == "lit('US')"
    assert "query v > 3" in repr(etl.query("v > 3"))
