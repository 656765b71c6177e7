from __future__ import annotations

import json

import pytest

from etlframe.cli import demo
from etlframe.errors import SourceNotFoundError
from etlframe.runs.log import RunLog


def test_the_demo_tells_plan_run_retry_statistics_and_where_things_are(cli, folder):
    said = cli("demo")
    assert said.status == 0
    for word in ("query dep_delay > 0", "27,004 rows read, 16 loaded", "attempt 1 failed", "RATE"):
        assert word in said.out + said.err
    assert str(folder / "out") in said.out
    runs = RunLog(folder / ".etlframe" / "logs" / "etl-jobs.jsonl").history()
    assert list(runs["status"]) == ["COMPLETED", "COMPLETED"]
    assert list(runs["attempts"]) == [1, 2]
    lines = (folder / "out" / "delays.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert len({row["name"] for row in rows}) == 16


def test_the_demo_can_be_run_again(cli):
    assert cli("demo").status == 0
    again = cli("demo")
    assert again.status == 0
    assert [line.split()[1] for line in again.out.splitlines() if line.startswith("all ")] == ["4"]


def test_without_its_table_the_demo_says_so(monkeypatch):
    monkeypatch.setattr(demo, "FLIGHTS", "nowhere.csv")
    with pytest.raises(SourceNotFoundError, match=r"nowhere\.csv"):
        demo.data_folder()
