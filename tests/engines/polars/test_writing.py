"""What Polars writes is what every engine writes, and comes out in batches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import LoadError

ROWS = 300_000
DF = pd.DataFrame(
    {
        "i": np.arange(ROWS),
        "f": np.linspace(-1, 1, ROWS),
        "s": [f"té\t{at}" if at % 7 else None for at in range(ROWS)],
        "t": pd.date_range("2013-01-01", periods=ROWS, freq="s", unit="us"),
        "b": np.arange(ROWS) % 3 == 0,
    }
)


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "tsv"])
def test_a_file_is_the_same_byte_by_byte(tmp_path: Path, suffix: str) -> None:
    etl.DataLoader(tmp_path / "in.parquet").load(DF)
    written = []
    for engine in ("duckdb", "polars"):
        path = tmp_path / f"{engine}.{suffix}"
        plan = etl.Pipeline("p", tmp_path / "in.parquet").query("i % 3 > 0").assign(g="f * 2")
        result = plan.to(path).run(engine).raise_for_status()
        assert result.engine == engine
        assert result.rows_loaded == ROWS * 2 // 3
        written.append(path.read_bytes())
    assert written[0] == written[1]


def test_time_spans_are_written_as_pandas_writes_them(tmp_path: Path) -> None:
    df = DF.head(3).assign(d=lambda d: d["t"] - d["t"].min())
    written = []
    for engine in ("pandas", "polars"):
        path = tmp_path / f"{engine}.csv"
        etl.Pipeline("p", df).query("i > 0").to(path).run(engine).raise_for_status()
        written.append(path.read_text())
    assert written[0] == written[1]


def test_what_the_format_cannot_hold_is_an_error_as_on_every_engine(tmp_path: Path) -> None:
    df = pd.DataFrame({"x": [1.0, float("inf")]})
    result = etl.Pipeline("p", df).query("x > 0").to(tmp_path / "out.jsonl").run("polars")
    with pytest.raises(etl.ETLError, match="infinity, which JSON has not"):
        result.raise_for_status()
    assert result.errors[0]["type"] == LoadError.__name__
    assert not (tmp_path / "out.jsonl").exists()
