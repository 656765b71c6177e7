"""What is read back is what was written."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etlframe.engines.duckdb.writer import write_frame
from etlframe.expressions.kinds import Kind

# -- round trips -----------------------------------------------------------------------------------

INTEGERS = st.none() | st.integers(-(2**53), 2**53)
FLOATS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
TIMES = st.none() | st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1))
BOOLEANS = st.none() | st.booleans()
ROWS = st.lists(st.tuples(INTEGERS, FLOATS, TEXTS, TIMES, BOOLEANS), max_size=20)
COLUMNS = ["i", "f", "s", "t", "b"]
KINDS: Mapping[str, Kind] = {
    "i": Kind.INT,
    "f": Kind.FLOAT,
    "s": Kind.STR,
    "t": Kind.DATETIME,
    "b": Kind.MAYBE_BOOL,
}


def frame(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    df = pd.DataFrame(rows, columns=COLUMNS, dtype=object)
    return df.astype({"i": "float64", "f": "float64", "s": "str", "t": "datetime64[us]"})


@given(rows=ROWS)
def test_every_value_comes_back_from_json_lines(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]
) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "x"
    assert write_frame(frame(rows), KINDS, str(path), "jsonl", {}) == len(rows)
    back = [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]
    for row, found in zip(rows, back, strict=True):
        expected = dict(zip(COLUMNS, row, strict=True))
        found["t"] = None if found["t"] is None else dt.datetime.fromisoformat(found["t"])
        assert found == expected
        assert list(found) == COLUMNS
        assert type(found["i"]) is type(expected["i"])


@given(rows=ROWS)
def test_every_value_comes_back_from_parquet(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]
) -> None:
    path = tmp_path_factory.mktemp("parquet") / "x"
    assert write_frame(frame(rows), KINDS, str(path), "parquet", {}) == len(rows)
    back = pq.read_table(path).to_pylist()
    assert [tuple(each.values()) for each in back] == rows


@given(rows=ROWS)
def test_every_value_comes_back_from_csv_but_for_empty_text(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "x"
    assert write_frame(frame(rows), KINDS, str(path), "csv", {}) == len(rows)
    back = pd.read_csv(
        path,
        dtype={"i": "Int64", "s": "str", "b": "object"},
        parse_dates=["t"],
        date_format="ISO8601",
        keep_default_na=False,
        na_values={name: [""] for name in COLUMNS if name != "s"},
    )
    for row, found in zip(rows, back.to_dict("records"), strict=True):
        made = {name: None if pd.isna(value) else value for name, value in found.items()}
        expected = dict(zip(COLUMNS, row, strict=True))
        assert (made["s"] or None) == (expected["s"] or None)
        assert made["b"] == (None if expected["b"] is None else str(expected["b"]))
        assert [made[name] for name in "ift"] == [expected[name] for name in "ift"]
