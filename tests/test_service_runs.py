from __future__ import annotations

import threading
from pathlib import Path

import pandas as pd
import pytest

from etlframe.errors import OptionError, UnknownNameError
from etlframe.options import set_options
from etlframe.pipeline import Pipeline
from etlframe.runs.history import COLUMNS
from etlframe.runs.result import JobStatus
from etlframe.service import FIGURES, ETLPipelineService
from tests.runs.fakes import Flights


@pytest.fixture
def service(tmp_path: Path) -> ETLPipelineService:
    return ETLPipelineService(tmp_path / "logs" / "runs.jsonl")


def late(df: pd.DataFrame) -> pd.DataFrame:
    return df.assign(late=df["delay"] > 5)


# -- running ---------------------------------------------------------------------------------------


def test_it_retries_as_asked(service: ETLPipelineService) -> None:
    waits: list[float] = []
    service.create_pipeline("delays", Flights(failures=3), [], None)
    assert service.run("delays").status == JobStatus.FAILED
    result = service.run("delays", retries=3, sleep=waits.append)
    assert (result.status, result.attempts, waits) == (JobStatus.COMPLETED, 3, [1, 2])
    assert len(result.errors) == 2


def test_every_run_is_recorded_once(service: ETLPipelineService) -> None:
    service.create_pipeline("delays", Flights(), [], None)
    results = [service.run("delays"), service.scheduler.execute_job("delays")]
    assert service.history()["run_id"].tolist() == [result.run_id for result in results]
    assert len(service.log.records()) == 4
    assert list(service.scheduler.job_history) == results


def test_all_are_run_in_the_order_of_adding_and_a_failure_stops_none(
    service: ETLPipelineService,
) -> None:
    for name, failures in (("c", 0), ("a", 1), ("b", 0)):
        service.create_pipeline(name, Flights(failures), [], None)
    results = service.run_all()
    assert [(each.job_id, each.status) for each in results] == [
        ("c", "COMPLETED"),
        ("a", "FAILED"),
        ("b", "COMPLETED"),
    ]


def test_to_run_an_unknown_pipeline_is_an_error(service: ETLPipelineService) -> None:
    service.create_pipeline("delays", Flights(), [], None)
    with pytest.raises(
        UnknownNameError, match=r"No pipeline named 'delay'\. Did you mean 'delays'"
    ):
        service.run("delay")


def test_threads_may_add_run_and_look_at_once(service: ETLPipelineService) -> None:
    failed: list[BaseException] = []

    def use(number: int) -> None:
        try:
            for name in (f"own-{number}", "shared"):
                service.create_pipeline(name, Flights(), [], None)
                service.run(name, engine="pandas").raise_for_status()
                assert service.status(name) in {JobStatus.COMPLETED, JobStatus.RUNNING}
                service.stats_frame()
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=use, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert service.stats("shared")["successes"] == 4


# -- looking ---------------------------------------------------------------------------------------


def test_a_new_service_on_the_same_log_sees_the_old_runs(service: ETLPipelineService) -> None:
    service.create_pipeline("delays", Flights(failures=1), [], None)
    service.run("delays")
    service.run("delays")
    other = ETLPipelineService(service.log_path)
    assert other.status("delays") == JobStatus.COMPLETED
    assert other.history("delays")["status"].tolist() == ["FAILED", "COMPLETED"]
    assert other.stats("delays")["success_rate"] == 0.5
    assert other.stats() == service.stats()
    assert other.stats_frame()["job_id"].tolist() == ["delays"]


def test_it_sees_the_runs_of_pipelines_that_run_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    service = ETLPipelineService()
    Pipeline("alone", Flights()).run()
    assert service.status("alone") == JobStatus.COMPLETED
    assert service.log_path == tmp_path / ".etlframe/logs/etl-jobs.jsonl"


def test_the_default_log_is_the_options_one_of_when_the_service_was_made(tmp_path: Path) -> None:
    with set_options(log_path=tmp_path / "mine.jsonl"):
        service = ETLPipelineService()
    service.create_pipeline("delays", Flights(), [], None)
    service.run("delays")
    assert (tmp_path / "mine.jsonl").exists()


def test_a_pipeline_that_never_ran_is_pending_with_figures_of_nought(
    service: ETLPipelineService,
) -> None:
    service.create_pipeline("delays", Flights(), [], None)
    assert service.status("delays") == JobStatus.PENDING
    assert service.stats("delays")["total_executions"] == 0
    row = service.stats_frame().iloc[0]
    assert (row["job_id"], row["status"], row["total_executions"]) == ("delays", "PENDING", 0)
    assert pd.isna(row["started_at"])
    assert pd.isna(row["duration_p50"])


def test_a_job_that_nobody_knows_is_an_error_with_the_near_names(
    service: ETLPipelineService,
) -> None:
    service.create_pipeline("delays", Flights(), [], None)
    service.run("delays")
    other = ETLPipelineService(service.log_path)
    for ask in (other.status, other.stats):
        with pytest.raises(UnknownNameError, match=r"No job named 'delay'\. Did you mean 'delays'"):
            ask("delay")
    assert len(other.history("delay")) == 0


def test_the_history_is_filtered(service: ETLPipelineService) -> None:
    service.create_pipeline("delays", Flights(failures=1), [], None)
    service.create_pipeline("other", Flights(), [], None)
    for name in ("delays", "delays", "other"):
        service.run(name)
    assert len(service.history()) == 3
    assert len(service.history("delays", status="COMPLETED")) == 1
    assert len(service.history(limit=2)) == 2
    assert len(service.history(since="1h")) == 3
    assert "ConnectionError" in service.history(status=JobStatus.FAILED)["errors"][0]
    with pytest.raises(OptionError, match="limit"):
        service.history(limit=-1)


def test_frames_have_the_same_dtypes_with_and_without_runs(service: ETLPipelineService) -> None:
    empty = [service.history(), service.stats_frame()]
    service.create_pipeline("delays", Flights(), [], None)
    service.run("delays")
    full = [service.history(), service.stats_frame()]
    for frames in (empty, full):
        for frame, dtypes in zip(frames, (COLUMNS, FIGURES), strict=True):
            assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == dtypes


def test_figures_are_a_row_a_job_pipelines_first(service: ETLPipelineService) -> None:
    service.create_pipeline("old", Flights(), [], None)
    service.run("old")
    other = ETLPipelineService(service.log_path)
    other.create_pipeline("new", Flights(), [], None)
    figures = other.stats_frame()
    assert figures["job_id"].tolist() == ["new", "old"]
    assert figures["status"].tolist() == ["PENDING", "COMPLETED"]
    assert figures["total_rows_processed"].tolist() == [0, 3]


def test_its_repr_names_the_log_and_the_pipelines(service: ETLPipelineService) -> None:
    service.create_pipeline("delays", Flights(), [], None)
    assert repr(service) == f"ETLPipelineService({str(service.log_path)!r}, pipelines=['delays'])"
