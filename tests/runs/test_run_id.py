"""A run that is given a name loads once, whoever runs it again."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import LoadError, OptionError
from etlframe.plan.execution import Execution
from etlframe.storage.ledger import Ledger, ledger_of

DF = pd.DataFrame({"id": [1, 2, 3]})


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def days(mode: str = "append", to: str = "out.csv", **options: Any) -> etl.Pipeline:
    return etl.Pipeline("days", DF).to(to, mode=mode, **options)


@pytest.mark.parametrize("mode", ["write", "append"])
def test_a_second_run_of_a_name_does_nothing_and_says_so(mode: str) -> None:
    first = days(mode).run(run_id="2026-11-25")
    again = days(mode).run(run_id="2026-11-25")
    assert (first.status, first.rows_loaded, first.run_id) == ("COMPLETED", 3, "2026-11-25")
    assert (again.status, again.rows_loaded, again.ok) == ("SKIPPED", 0, True)
    (warning,) = again.warnings
    assert warning.startswith("Nothing was done: out.csv")
    assert "run '2026-11-25' before (3 rows, " in warning
    assert len(etl.DataLoader("out.csv").read()) == 3
    assert again.raise_for_status() is again


def test_nothing_is_read_for_a_run_that_is_skipped() -> None:
    calls = []

    def extract() -> pd.DataFrame:
        calls.append(1)
        return DF

    pipeline = etl.Pipeline("days", extract).to("out.csv")
    assert [pipeline.run(run_id="a").status for _ in range(3)] == ["COMPLETED", *["SKIPPED"] * 2]
    assert len(calls) == 1


def test_runs_without_a_name_load_each_time_and_leave_nothing_beside_the_file(
    folder: Path,
) -> None:
    assert [days(keep_previous=False).run().status for _ in range(2)] == ["COMPLETED"] * 2
    assert len(etl.DataLoader("out.csv").read()) == 6
    assert days().state() == ((), {})
    assert sorted(each.name for each in folder.iterdir()) == [".etlframe", "out.csv"]


def test_a_file_that_remembers_loads_remembers_all_from_then_on() -> None:
    days().run(run_id="a")
    other = days().run()
    assert [each.run_id for each in days().state().loads] == ["a", other.run_id]


def test_where_the_file_is_gone_it_is_loaded_anew(folder: Path) -> None:
    days().run(run_id="a")
    (folder / "out.csv").unlink()
    assert days().state().loads == ()
    assert days().run(run_id="a").status == "COMPLETED"
    assert len(days().state().loads) == 1


def test_a_failed_run_may_be_run_again_by_its_name() -> None:
    def fail(df: pd.DataFrame) -> pd.DataFrame:
        raise RuntimeError

    assert days().pipe(fail).run(run_id="a").status == "FAILED"
    assert days().run(run_id="a").status == "COMPLETED"
    history = etl.ETLPipelineService().history()
    assert history["status"].tolist() == ["FAILED", "COMPLETED"]
    assert history["run_id"].tolist() == ["a", "a"]


def test_the_history_has_a_row_for_each_run_of_a_name() -> None:
    for _ in range(3):
        days().run(run_id="a")
    other = etl.Pipeline("other", DF).to("other.csv")
    other.run(run_id="a")
    history = etl.ETLPipelineService().history()
    assert history["status"].tolist() == ["COMPLETED", "SKIPPED", "SKIPPED", "COMPLETED"]


def test_of_two_at_a_time_one_loads() -> None:
    results: list[etl.JobResult] = []

    def run() -> None:
        results.append(days().run(run_id="a"))

    threads = [Thread(target=run) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(each.status for each in results) == ["COMPLETED", *["SKIPPED"] * 3]
    assert len(etl.DataLoader("out.csv").read()) == 3


def test_a_service_passes_a_name_on() -> None:
    service = etl.ETLPipelineService()
    service.add(days())
    assert [service.run("days", run_id="a").status for _ in range(2)] == ["COMPLETED", "SKIPPED"]


@pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])
def test_rows_can_tell_which_run_loaded_them(engine: str) -> None:
    pipeline = (
        etl.Pipeline("days", DF).query("id > 1").to("out.parquet", mode="append", add_run_id=True)
    )
    first = pipeline.run(engine)
    second = pipeline.run(engine, run_id="b")
    df = etl.DataLoader("out.parquet").read()
    assert df["_run_id"].tolist() == [first.run_id] * 2 + ["b"] * 2
    assert df["_loaded_at"].tolist() == [
        pd.Timestamp(each.started_at).tz_localize(None) for each in (first, first, second, second)
    ]


@pytest.mark.parametrize("run_id", ["", "a\nb", "x" * 201, 5])
def test_what_is_no_name_is_refused(run_id: str) -> None:
    with pytest.raises(OptionError, match="names no run"):
        days().run(run_id=run_id)


@pytest.mark.parametrize("content", ["{", "[]", '{"version": 99}'])
def test_a_ledger_that_cannot_be_read_fails_the_run_and_says_where_it_is(content: str) -> None:
    days().run(run_id="a")
    ledger_of("out.csv").path.write_text(content)
    result = days().run(run_id="a")
    assert result.status == "FAILED"
    assert "out.csv.loads.json" in result.errors[0]["message"]
    with pytest.raises(LoadError, match="Remove it to forget"):
        days().state()


def test_a_thousand_loads_are_remembered() -> None:
    days().run(run_id="first")
    path = ledger_of("out.csv").path
    content = json.loads(path.read_text())
    content["loads"] = [dict(content["next"]["load"], run_id=f"run {at}") for at in range(1_500)]
    path.write_text(json.dumps(content))
    loads = days().state().loads
    assert len(loads) == 1_000
    assert loads[-1].run_id == "first"


def test_an_error_after_the_load_does_not_load_twice() -> None:
    def observe(execution: Execution) -> None:
        if execution.rows_loaded:
            raise RuntimeError("the widget was closed")

    result = days().run(retries=2, on_progress=observe, sleep=lambda _: None)
    assert (result.status, result.attempts, result.rows_loaded) == ("COMPLETED", 1, 3)
    assert result.warnings == ["After the load: RuntimeError: the widget was closed"]
    assert len(etl.DataLoader("out.csv").read()) == 3


@pytest.mark.parametrize("when", ["announced", "withdrawing"])
def test_a_load_that_is_given_up_is_not_taken_for_one_that_happened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    days().run(run_id="a")
    write = Ledger._write
    calls = []

    def interrupted(ledger: Ledger, *content: Any) -> None:
        calls.append(1)
        if when == "withdrawing" and len(calls) > 1:
            raise OSError("the disk is full")
        write(ledger, *content)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "_write", interrupted)
        if when == "withdrawing":
            assert days().run(run_id="b").status == "FAILED"
        else:
            with pytest.raises(KeyboardInterrupt):
                days().run(run_id="b")
    assert [each.run_id for each in days().state().loads] == ["a"]
    assert days().run(run_id="b").status == "COMPLETED"
    assert len(etl.DataLoader("out.csv").read()) == 6
    assert not list(folder.glob(".*.stage"))
