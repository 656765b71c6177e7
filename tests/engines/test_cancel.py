"""A run is stopped from another thread wherever it is, and tells how far it is until then."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.engines.duckdb import connection
from etlframe.plan.execution import Execution

SOON = 5.0
"""Seconds until a cancelled run has to be over, on a machine that is busy with other tests."""


class Cancelled:
    """Runs a pipeline in a thread of its own, and cancels it once a test says so."""

    def __init__(self, pipeline: etl.Pipeline, **options: Any) -> None:
        self.result: etl.JobResult | None = None
        self.ready = threading.Event()
        self._pipeline = pipeline
        self._options = options

    def result_of(self) -> etl.JobResult:
        thread = threading.Thread(target=self._run)
        thread.start()
        assert self.ready.wait(60)
        began = perf_counter()
        assert self._pipeline.cancel()
        thread.join(60)
        assert perf_counter() - began < SOON
        assert not self._pipeline.cancel()
        assert self.result is not None
        return self.result

    def _run(self) -> None:
        self.result = self._pipeline.run(**self._options)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "same.csv").write_text("k,v\n" + "".join(f"{at % 300},2\n" for at in range(30_000)))
    return tmp_path


def endless(to: str = "out.jsonl") -> etl.Pipeline:
    same = etl.FileSource("same.csv")
    return etl.Pipeline("endless", same).merge(same, on="k").merge(same, on="k").to(to)


def when_it_loads(ready: threading.Event) -> Callable[[Execution], None]:
    def observe(execution: Execution) -> None:
        if execution.step == "load" and execution.steps:
            ready.set()

    return observe


def left(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if each.name != ".etlframe")


def test_a_run_is_cancelled_while_an_engine_computes(engine: str, folder: Path) -> None:
    (folder / "out.jsonl").write_text("old\n")
    run = Cancelled(endless(), engine=engine, retries=2)
    run._options["on_progress"] = when_it_loads(run.ready)
    result = run.result_of()
    assert (result.status, result.attempts) == (etl.JobStatus.CANCELLED, 1)
    assert result.errors[0]["message"] == "The run was cancelled."
    assert result.errors[0]["step"] == "load"
    assert (folder / "out.jsonl").read_text() == "old\n"
    assert left(folder) == ["out.jsonl", "same.csv"]
    with pytest.raises(etl.errors.RunFailedError, match="CANCELLED"):
        result.raise_for_status()


def test_a_run_is_cancelled_in_a_function_that_never_ends(folder: Path) -> None:
    def forever(df: pd.DataFrame) -> pd.DataFrame:
        run.ready.set()
        while True:
            try:
                sum(range(1_000))
            except Exception:  # noqa: BLE001 - as people write, and no way to stay
                df = df.head()

    run = Cancelled(etl.Pipeline("forever", "same.csv").pipe(forever).to("out.csv"))
    result = run.result_of()
    assert (result.status, result.errors[0]["step"]) == (etl.JobStatus.CANCELLED, "forever")
    assert left(folder) == ["same.csv"]


def test_a_function_that_does_not_hear_of_it_is_told_again(folder: Path) -> None:
    def deaf(df: pd.DataFrame) -> pd.DataFrame:
        run.ready.set()
        try:
            while True:
                sum(range(1_000))
        except BaseException:  # noqa: BLE001 - as what a finalizer runs into is dropped
            while True:
                sum(range(1_000))

    run = Cancelled(etl.Pipeline("deaf", "same.csv").pipe(deaf).to("out.csv"))
    assert run.result_of().status == etl.JobStatus.CANCELLED
    assert left(folder) == ["same.csv"]


def test_a_process_whose_lines_are_traced_goes_on_after_it(folder: Path) -> None:
    code = """
import sys, threading
import etlframe as etl

def forever(df):
    threading.Thread(target=pipeline.cancel).start()
    while True:
        sum(range(1_000))

pipeline = etl.Pipeline("forever", "same.csv").pipe(forever).to("out.csv")
threading.settrace(lambda *_: None)
sys.settrace(lambda *_: None)
print(pipeline.run().status.value)
"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.stdout == "CANCELLED\n", run.stderr


def test_a_run_is_cancelled_in_the_wait_before_a_further_attempt() -> None:
    class Busy(etl.DataSource):
        def extract(self) -> pd.DataFrame:
            run.ready.set()
            raise ConnectionError("the line is busy")

    run = Cancelled(etl.Pipeline("busy", Busy()), retries=12)
    result = run.result_of()
    assert result.status == etl.JobStatus.CANCELLED
    assert result.errors[0]["type"] in {"ConnectionError", "StepError", "RunCancelled"}


def test_a_service_cancels_a_run_of_its_pipeline_and_keeps_it_in_the_log(folder: Path) -> None:
    service = etl.ETLPipelineService()
    pipeline = service.add(endless())
    ready = threading.Event()
    thread = threading.Thread(
        target=lambda: service.run("endless", on_progress=when_it_loads(ready))
    )
    assert not service.cancel("endless")
    thread.start()
    assert ready.wait(60)
    assert service.status("endless") == etl.JobStatus.RUNNING
    assert service.cancel("endless")
    thread.join(60)
    assert service.status("endless") == etl.JobStatus.CANCELLED
    assert not pipeline.cancel()
    with pytest.raises(etl.errors.UnknownNameError, match="endless"):
        service.cancel("endles")


def test_a_later_run_of_a_cancelled_pipeline_completes(folder: Path) -> None:
    run = Cancelled(endless(), engine="duckdb")
    run._options["on_progress"] = when_it_loads(run.ready)
    run.result_of()
    assert etl.Pipeline("endless", "same.csv").head(3).to("out.csv").run().ok


# -- how far it is ---------------------------------------------------------------------------------


def test_an_engine_tells_how_far_it_is(
    engine: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_LOOKS_UP", 0.002)  # a free machine is done within a tenth
    lines = "".join(f"{at},the text of row {at}\n" for at in range(400_000))
    (folder / "large.csv").write_text("id,text\n" + lines)
    seen: list[tuple[str | None, float | None, int | None]] = []

    def observe(execution: Execution) -> None:
        seen.append((execution.step, execution.fraction, execution.rows_extracted))

    pipeline = etl.Pipeline("large", "large.csv").query("id % 2 == 0").to("out.jsonl")
    result = pipeline.run(engine, on_progress=observe).raise_for_status()
    fractions = [fraction for step, fraction, _ in seen if step == "load" and fraction is not None]
    assert fractions
    assert fractions == sorted(fractions)
    assert all(0 <= each <= 1 for each in fractions)
    if engine == "polars":
        assert any(rows for step, _, rows in seen if step == "load")
    assert seen[-1][:2] == (None, None)
    assert result.rows_extracted == 400_000
