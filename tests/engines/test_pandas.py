from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from etlframe.engines.pandas import PandasRows
from etlframe.expressions.kinds import Kind


def test_a_files_whole_numbers_and_dates_are_still_told() -> None:
    df = pd.DataFrame(
        {"n": [1.0, None], "d": pd.Series([dt.datetime(2024, 1, 2), None], dtype="datetime64[us]")}
    )
    rows = PandasRows(df, {"n": Kind.INT, "d": Kind.DATE})
    assert dict(rows.schema) == {"n": Kind.INT, "d": Kind.DATE}


def test_a_column_that_became_something_else_is_told_by_its_dtype(tmp_path: Path) -> None:
    df = pd.DataFrame({"n": ["one", None], "f": [1.0, None]})
    rows = PandasRows(df, {"n": Kind.INT, "f": Kind.FLOAT, "gone": Kind.INT})
    out = str(tmp_path / "out.jsonl")
    assert rows.write(out, "jsonl", {}).rows == 2
    assert Path(out).read_text() == '{"n":"one","f":1.0}\n{"n":null,"f":null}\n'


def test_columns_can_be_selected() -> None:
    df = pd.DataFrame({"a": [1], "b": [2]})
    assert list(PandasRows(df).select(["b"]).to_pandas().columns) == ["b"]
