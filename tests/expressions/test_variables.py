from __future__ import annotations

import datetime as dt
import decimal
import enum
import io
import math
import uuid
from typing import Any

import numpy as np
import pandas as pd
import pytest

import etlframe as etl
from etlframe.expressions.variables import remembered, why_not_plain


class Colour(enum.StrEnum):
    RED = "red"


PLAIN = [
    1, 1.5, True, None, "a", b"a", dt.date(2013, 1, 1), dt.datetime(2013, 1, 1), dt.timedelta(1),
    decimal.Decimal(1), uuid.UUID(int=1), [1, "a", None], (1,), {1}, frozenset("a"), range(3),
    {"a": [1]}, np.int64(1), np.float32(1), np.array([1, 2]), np.array(["a"], dtype=object),
    np.datetime64("2013-01-01"), pd.Series([1]), pd.Series(["a"], dtype=object), pd.Index([1]),
    pd.Timestamp(0), pd.Timedelta(1), pd.NaT, pd.NA, pd.array([1]), pd.Categorical(["a"]),
    Colour.RED, pd.Period("2013-01"),
]  # fmt: skip
NOT_PLAIN = [
    print, len, math, dict, Colour, lambda: 1, object(), io.StringIO(), pd.DataFrame({"a": [1]}),
    iter([1]), (each for each in [1]), [print], {"a": print}, {print: 1}, [[print]], "a".join,
    np.array([print]), pd.Series([print]), np.sin, pd, etl.Pipeline("p", pd.DataFrame({"a": [1]})),
]  # fmt: skip


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: type(value).__name__)
def test_plain_data_may_be_named(value: Any) -> None:
    assert why_not_plain(value) is None


@pytest.mark.parametrize("value", NOT_PLAIN, ids=lambda value: type(value).__name__)
def test_what_is_not_plain_data_says_what_it_is(value: Any) -> None:
    assert why_not_plain(value)


@pytest.mark.parametrize("value", [[1], {1}, {"a": 1}, np.array([1]), pd.Series([1])])
def test_what_is_remembered_does_not_change_with_the_original(value: Any) -> None:
    kept = remembered(value)
    if isinstance(value, set):
        value.add(2)
    elif isinstance(value, dict):
        value["b"] = 2
    else:
        value[0] = 2
    assert 2 not in list(kept.values() if isinstance(kept, dict) else kept)
