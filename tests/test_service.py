from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest

from etlframe.errors import PlanError, UnknownNameError
from etlframe.loaders.file import DataLoader
from etlframe.pipeline import Pipeline
from etlframe.runs.result import JobStatus
from etlframe.service import ETLPipelineService
from etlframe.steps.assign import assign
from etlframe.steps.custom import Transformation
from etlframe.steps.filter import query
from tests.runs.fakes import FLIGHTS, Flights


@pytest.fixture
def service(tmp_path: Path) -> ETLPipelineService:
    return ETLPipelineService(tmp_path / "logs" / "runs.jsonl")


def late(df: pd.DataFrame) -> pd.DataFrame:
    return df.assign(late=df["delay"] > 5)


# -- creating --------------------------------------------------------------------------------------


def test_a_pipeline_is_made_of_its_parts_in_their_order(
    service: ETLPipelineService, tmp_path: Path
) -> None:
    pipeline = service.create_pipeline(
        "delays",
        Flights(),
        [query("delay > 0"), assign(hours="delay / 60"), Transformation("late", late)],
        tmp_path / "out" / "delays.csv",
        pa.DataFrameSchema({"late": pa.Column(bool)}),
        input_schema=pa.DataFrameSchema({"delay": pa.Column(int)}),
    )
    assert isinstance(pipeline, Pipeline)
    assert dict(service.pipelines) == {"delays": pipeline}
    assert len(pipeline.steps) == 5
    result = service.run("delays").raise_for_status()
    assert result.rows_loaded == 2
    written = pd.read_csv(tmp_path / "out" / "delays.csv")
    assert written["late"].tolist() == [False, True]
    assert list(written) == ["carrier", "delay", "hours", "late"]


@pytest.mark.parametrize(
    "source",
    [Flights, lambda: FLIGHTS, lambda: lambda: FLIGHTS, lambda: "flights.csv"],
    ids=["source", "frame", "function", "path"],
)
def test_a_source_may_be_a_source_a_frame_a_function_or_a_path(
    service: ETLPipelineService,
    source: Callable[[], Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    FLIGHTS.to_csv("flights.csv", index=False)
    service.create_pipeline("delays", source(), [], None)
    pd.testing.assert_frame_equal(service.run("delays").frame(), FLIGHTS)


@pytest.mark.parametrize("kind", ["path", "text", "loader"])
def test_a_destination_may_be_a_path_or_a_loader(
    service: ETLPipelineService, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "out.csv"
    to: Any = {"path": path, "text": str(path), "loader": DataLoader(path)}[kind]
    service.create_pipeline("delays", Flights(), [late], to)
    assert service.run("delays").rows_loaded == 3
    assert len(pd.read_csv(path)) == 3


@pytest.mark.parametrize("transforms", [None, (), late, (late,)])
def test_transforms_may_be_none_one_or_many(service: ETLPipelineService, transforms: Any) -> None:
    service.create_pipeline("delays", Flights(), transforms, None)
    assert service.run("delays").ok


@pytest.mark.parametrize("transforms", ["delay > 0", ["delay > 0"], [late, None]])
def test_what_is_no_step_is_refused(service: ETLPipelineService, transforms: Any) -> None:
    with pytest.raises(PlanError, match=r"'delays': transform \d is .*, not a step"):
        service.create_pipeline("delays", Flights(), transforms, None)
    assert not service.pipelines


def test_data_that_does_not_keep_the_schema_is_not_loaded(
    service: ETLPipelineService, tmp_path: Path
) -> None:
    schema = pa.DataFrameSchema({"delay": pa.Column(int, pa.Check.ge(0))})
    service.create_pipeline("delays", Flights(), [], tmp_path / "out.csv", schema)
    result = service.run("delays", retries=3)
    assert (result.status, result.attempts) == (JobStatus.FAILED, 1)
    assert result.failure_cases["failure_case"].tolist() == [-2]
    assert not (tmp_path / "out.csv").exists()


def test_a_cell_that_is_run_again_replaces_its_pipeline(service: ETLPipelineService) -> None:
    service.create_pipeline("delays", Flights(), [], None)
    service.run("delays")
    service.create_pipeline("delays", Flights(), [query("delay > 0")], None)
    assert service.run("delays").rows_transformed == 2
    assert len(service.history("delays")) == 2
    assert list(service.pipelines) == ["delays"]


def test_a_pipeline_can_be_added_as_it_is(service: ETLPipelineService) -> None:
    pipeline = Pipeline("delays", Flights())
    assert service.add(pipeline) is pipeline
    assert service.pipelines["delays"] is pipeline


def test_the_mapping_of_pipelines_is_for_looking(service: ETLPipelineService) -> None:
    with pytest.raises(TypeError):
        service.pipelines["x"] = Pipeline("x", Flights())  # type: ignore[index]


# -- rolling back ----------------------------------------------------------------------------------


def test_a_rollback_undoes_the_newest_load_and_the_history_says_so(
    service: ETLPipelineService, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    service.add(Pipeline("delays", Flights()).to(out, mode="append"))
    first, second = service.run("delays"), service.run("delays")
    undone = service.rollback(second.run_id)
    assert (undone.run_id, undone.rows) == (second.run_id, second.rows_loaded)
    assert len(DataLoader(out).read()) == first.rows_loaded
    warnings = [run["warnings"] for run in service.log.runs()]
    assert warnings[0] == []
    assert len(warnings) == 2
    assert warnings[1][0].startswith("Its load was rolled back on 20")
    assert len(service.history()) == 2


def test_a_rollback_of_a_run_that_is_not_known_names_near_ones(
    service: ETLPipelineService, tmp_path: Path
) -> None:
    service.add(Pipeline("delays", Flights()).to(tmp_path / "out.csv"))
    service.run("delays", run_id="2026-11-28")
    with pytest.raises(UnknownNameError, match="2026-11-28"):
        service.rollback("2026-11-27")
    other = ETLPipelineService(service.log_path)
    with pytest.raises(UnknownNameError, match="No pipeline named 'delays'"):
        other.rollback("2026-11-28")
