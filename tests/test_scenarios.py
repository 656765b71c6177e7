"""The eight scenarios of a classic ETL framework, end to end through the public names."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import pytest

import etlframe as etl

ORDERS = [
    {"id": 1, "customer": "ann", "amount": 10.5, "country": "DE"},
    {"id": 2, "customer": "bob", "amount": -3.0, "country": "FR"},
    {"id": 3, "customer": "ann", "amount": 20.0, "country": None},
]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def service() -> etl.ETLPipelineService:
    return etl.ETLPipelineService()


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.jsonl"
    path.write_text("".join(json.dumps(order) + "\n" for order in ORDERS))
    return path


def test_json_is_read(tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    path.write_text(json.dumps(ORDERS))
    df = etl.FileSource(path).extract()
    assert df["id"].tolist() == [1, 2, 3]
    assert df["country"].isna().tolist() == [False, False, True]


def test_json_lines_are_read(orders: Path) -> None:
    df = etl.FileSource(orders).extract()
    assert list(df.columns) == ["id", "customer", "amount", "country"]
    assert df["amount"].tolist() == [10.5, -3.0, 20.0]


def test_rows_are_filtered(orders: Path) -> None:
    df = etl.Transformation("positive", lambda d: d[d["amount"] > 0]).apply(
        etl.FileSource(orders).extract()
    )
    assert df["id"].tolist() == [1, 3]
    assert etl.Pipeline("p", orders).query("amount > 0").collect()["id"].tolist() == [1, 3]


def test_rows_are_mapped(orders: Path) -> None:
    df = etl.Pipeline("p", orders).assign(cents=lambda d: d["amount"] * 100).collect()
    assert df["cents"].tolist() == [1050.0, -300.0, 2000.0]


def test_rows_are_aggregated(orders: Path) -> None:
    df = etl.aggregate("customer", n=("id", "count"), total=("amount", "sum"))(
        etl.FileSource(orders).extract()
    )
    assert df.to_dict("list") == {"customer": ["ann", "bob"], "n": [2, 1], "total": [30.5, -3.0]}


def test_rows_are_validated(service: etl.ETLPipelineService, orders: Path) -> None:
    schema = pa.DataFrameSchema(
        {"amount": pa.Column(float, pa.Check.gt(0)), "country": pa.Column(str)}
    )
    service.create_pipeline("checked", orders, [], "out.jsonl", schema)
    result = service.run("checked")
    assert result.status is etl.JobStatus.FAILED
    assert set(result.failure_cases["column"]) == {"amount", "country"}
    assert not Path("out.jsonl").exists()


def test_a_full_job_runs(service: etl.ETLPipelineService, orders: Path) -> None:
    schema = pa.DataFrameSchema({"customer": pa.Column(str), "total": pa.Column(float)})
    service.create_pipeline(
        "totals",
        etl.FileSource(orders),
        [
            etl.Transformation("positive", lambda d: d[d["amount"] > 0]),
            etl.assign(amount="amount * 2"),
            etl.aggregate("customer", total=("amount", "sum")),
        ],
        "out/totals.jsonl",
        schema,
    )
    result = service.run("totals").raise_for_status()
    assert (result.rows_extracted, result.rows_loaded) == (3, 1)
    assert Path("out/totals.jsonl").read_text() == '{"customer":"ann","total":61.0}\n'
    assert service.status("totals") == etl.JobStatus.COMPLETED
    assert service.stats()["success_rate"] == 1.0
    assert etl.ETLPipelineService().history("totals")["status"].tolist() == ["COMPLETED"]


def test_a_job_is_retried(service: etl.ETLPipelineService) -> None:
    calls: list[int] = []

    def shaky() -> pd.DataFrame:
        calls.append(1)
        if len(calls) < 3:
            raise ConnectionError(f"lost, try {len(calls)}")
        return pd.DataFrame({"a": [1]})

    waited: list[float] = []
    service.create_pipeline("shaky", etl.FrameSource(shaky), [], "out.csv")
    result = service.run("shaky", retries=3, sleep=waited.append)
    assert result.status is etl.JobStatus.COMPLETED
    assert result.attempts == 3
    assert waited == [1, 2]
    assert [error["attempt"] for error in result.errors] == [1, 2]
    assert "lost, try 1" in result.errors[0]["message"]
    assert Path("out.csv").read_text() == "a\n1\n"
