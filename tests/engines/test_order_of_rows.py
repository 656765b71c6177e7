"""Rows keep the source's order where many row groups are worked on at once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import etlframe as etl

ROWS = 400_000
SIZES = (1, 4, 5, 12, 100, 101, 1_000)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("order") / "rows.parquet"
    at = pd.RangeIndex(ROWS)
    pd.DataFrame({"at": at, "k": at % 1_009, "s": "k" + (at % 1_009).astype(str)}).to_parquet(
        path, row_group_size=20_000
    )
    return path


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_a_list_of_any_length_keeps_the_order(path: Path, engine: str, size: int) -> None:
    numbers = list(range(1, size + 1))
    texts = [f"k{number}" for number in numbers]
    source = etl.Pipeline("p", etl.FileSource(path))
    with etl.set_options(fallback="error"):
        filtered = source.query("k in @numbers").collect(engine)
        assigned = source.assign(found=lambda d: d["s"].isin(texts)).collect(engine)

    assert filtered["at"].is_monotonic_increasing
    assert len(filtered) == sum(ROWS // 1_009 + (number < ROWS % 1_009) for number in numbers)
    assert assigned["at"].tolist() == list(range(ROWS))
    assert assigned["found"].equals(assigned["s"].isin(texts))


@pytest.mark.parametrize("size", SIZES)
def test_a_list_of_any_length_keeps_the_order_in_a_file(
    path: Path, tmp_path: Path, size: int
) -> None:
    numbers = list(range(size))  # noqa: F841 - the query names it
    for name in ("rows.jsonl", "rows.csv", "rows.parquet"):
        to = tmp_path / name
        plan = etl.Pipeline("p", etl.FileSource(path)).query("k in @numbers").to(to)
        plan.run(engine="duckdb").raise_for_status()
        assert etl.FileSource(to).extract()["at"].is_monotonic_increasing
