"""A frame that is loaded and read back is the same frame, in every format."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etlframe.loaders.file import DataLoader

# The first letter keeps text text: CSV has no types, and an empty field is a missing one.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(-(2**53), 2**53),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | TEXTS.map("t".__add__),
        st.none() | st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1)),
        st.booleans(),
    ),
    max_size=15,
)
FIRST = (1, 0.5, "text", dt.datetime(2024, 1, 2, 3, 4, 5), True)
"""Tells each column's type, which a column of missing values cannot."""


def frame(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    df = pd.DataFrame([FIRST, *rows], columns=["i", "f", "s", "t", "b"])
    return df.astype({"f": "float64", "s": "str", "t": "datetime64[us]", "b": "bool"})


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "json", "parquet", "csv.gz"])
@settings(max_examples=settings().max_examples // 8)  # each example opens three databases
@given(rows=ROWS, more=ROWS)
def test_what_is_written_and_appended_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    suffix: str,
    rows: list[tuple[Any, ...]],
    more: list[tuple[Any, ...]],
) -> None:
    path = tmp_path_factory.mktemp("out") / f"out.{suffix}"
    assert DataLoader(path).load(frame(rows)) == len(rows) + 1
    assert DataLoader(path, mode="append").load(frame(more)) == len(more) + 1
    expected = frame([*rows, FIRST, *more])
    pd.testing.assert_frame_equal(DataLoader(path).read(), expected)
