from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest

import etlframe as etl
from etlframe.errors import ColumnNotFoundError, FallbackError, OptionError, StepError
from etlframe.options import ENGINES
from etlframe.plan.explain import AUTO

DF = pd.DataFrame({"id": [1, 2, 3, 4], "v": [5, 1, 9, 7], "k": ["a", "b", "a", "c"]})


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    DF.to_csv(path, index=False)
    return path


def test_a_pipeline_is_frozen_and_verbs_return_new_ones() -> None:
    first = etl.Pipeline("p", DF)
    second = first.query("v > 3")
    assert first.steps == ()
    assert len(second.steps) == 1
    assert isinstance(second, etl.Pipeline)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(second, "name", "q")  # noqa: B010 - the type forbids it plainly
    assert second.name == second.job_id == "p"


def test_every_verb_of_the_design_is_there() -> None:
    verbs = (
        "query assign groupby pipe select drop rename sort_values drop_duplicates dropna fillna "
        "astype merge head explode validate to preview peek explain collect run"
    )
    assert all(callable(getattr(etl.Pipeline, verb)) for verb in verbs.split())


def test_preview_reads_the_first_rows(csv: Path) -> None:
    pipeline = etl.Pipeline("p", csv).query("v > 1").assign(w="v * 2")
    assert pipeline.preview(2)["w"].tolist() == [10, 18]


def test_preview_loads_nothing(csv: Path, tmp_path: Path) -> None:
    etl.Pipeline("p", csv).to(tmp_path / "out.csv").preview()
    assert not (tmp_path / "out.csv").exists()
    assert not (tmp_path / ".etlframe").exists()


@pytest.mark.parametrize("look", ["preview", "explain", "collect"])
def test_a_misspelt_column_fails_early_and_names_the_step(csv: Path, look: str) -> None:
    pipeline = etl.Pipeline("p", csv).assign(w="v * 2").query("idd > 1")
    with pytest.raises(ColumnNotFoundError) as error:
        getattr(pipeline, look)()
    assert error.value.step == "query idd > 1"
    assert "Did you mean 'id'?" in str(error.value)
    assert isinstance(error.value, KeyError | ValueError)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_misspelt_column_in_a_lambda_names_the_step_and_the_near_names(engine: str) -> None:
    pipeline = etl.Pipeline("p", DF).assign(w=lambda d: d["vv"] * 2)
    with pytest.raises(ColumnNotFoundError, match=r"Step 'assign w': no column 'vv'"):
        pipeline.collect(engine)


def test_explain_says_which_step_runs_where_and_why(csv: Path) -> None:
    pipeline = (
        etl.Pipeline("p", csv)
        .query("v > 1")
        .assign(w=lambda d: d["v"].apply(abs))
        .query("w > 2")
        .to("out.csv")
    )
    explanation = pipeline.explain()
    placed = [(step.engine, step.reason) for step in explanation.steps]
    assert [engine for engine, _ in placed] == ["duckdb", "duckdb", "pandas", "pandas", "pandas"]
    assert ".apply" in placed[2][1]
    assert "apply" in str(explanation)
    assert "<table" in explanation._repr_html_()


def test_explain_tells_what_auto_means_in_the_sentence_of_the_docs(csv: Path) -> None:
    explanation = etl.Pipeline("p", csv).explain()
    docs = Path(__file__).parents[1] / "docs" / "engines.md"
    assert AUTO in docs.read_text(encoding="utf-8")
    assert AUTO in " ".join(str(explanation).split())
    assert AUTO in explanation._repr_html_()
    assert AUTO not in str(etl.Pipeline("p", csv).explain("pandas"))


def test_explain_runs_no_function_of_the_user(csv: Path) -> None:
    def explode(_df: pd.DataFrame) -> pd.DataFrame:
        raise AssertionError("it was run")

    steps = etl.Pipeline("p", csv).pipe(explode).head(2).explain().steps
    assert [step.engine for step in steps] == ["duckdb", "pandas", "pandas"]


def test_an_engine_that_was_asked_for_gets_the_frame_back(csv: Path) -> None:
    pipeline = etl.Pipeline("p", csv).pipe(lambda d: d.assign(w=1)).query("v > 1")
    result = pipeline.run(engine="duckdb")
    assert result.engine == "duckdb+pandas"
    assert [step["name"] for step in result.steps][-1].startswith("query")


def test_the_strict_mode_refuses_what_falls_back(csv: Path) -> None:
    pipeline = etl.Pipeline("p", csv).assign(w=lambda d: d["v"].apply(abs))
    with etl.set_options(fallback="error"), pytest.raises(FallbackError, match=r"\.apply"):
        pipeline.collect()


def test_peek_tells_what_each_step_changed() -> None:
    peeked = etl.Pipeline("p", DF).query("v > 1").assign(w="v / 2").drop("id").peek()
    assert peeked["rows"].tolist() == [4, 3, 3, 3]
    assert peeked["change"].tolist() == ["", "-1 rows", "+w", "-id"]
    assert "w float64" in peeked["dtypes"].iloc[2]


def test_a_named_index_becomes_columns_and_an_unnamed_one_goes() -> None:
    named = etl.Pipeline("p", DF).pipe(lambda d: d.groupby("k").sum()).collect()
    assert list(named.columns) == ["k", "id", "v"]
    unnamed = etl.Pipeline("p", DF).pipe(lambda d: d[d["v"] > 4]).collect()
    assert unnamed.index.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda _df: None, "returned None.*return its result"),
        (lambda df: df["v"], "returned a Series"),
        (lambda _df: 1 / 0, "ZeroDivisionError: division by zero"),
    ],
)
def test_a_function_that_goes_wrong_is_named(function: Any, said: str) -> None:
    with pytest.raises(StepError, match=said):
        etl.Pipeline("p", DF).pipe(function).collect()


def test_the_error_of_a_users_function_is_the_cause() -> None:
    def wrong(_df: pd.DataFrame) -> pd.DataFrame:
        raise ConnectionError("lost")

    with pytest.raises(StepError, match="wrong") as error:
        etl.Pipeline("p", DF).pipe(wrong).collect()
    assert isinstance(error.value.__cause__, ConnectionError)


def test_run_loads_and_tells(csv: Path) -> None:
    result = etl.Pipeline("p", csv).query("v > 1").to("out/rows.jsonl").run()
    assert result.status is etl.JobStatus.COMPLETED
    assert (result.rows_extracted, result.rows_transformed, result.rows_loaded) == (4, 3, 3)
    assert Path("out/rows.jsonl").read_text().splitlines()[0] == '{"id":1,"v":5,"k":"a"}'
    assert result.frame()["id"].tolist() == [1, 3, 4]
    assert [step["name"] for step in result.steps] == ["extract", "query v > 1", "load"]


@pytest.mark.parametrize("engine", ENGINES)
def test_steps_have_rows_where_known(csv: Path, engine: str) -> None:
    result = etl.Pipeline("p", csv).query("v > 1").assign(w="v").to("o.csv").run(engine=engine)
    rows = [step["rows"] for step in result.steps]
    assert rows == ([4, 3, 3, 3] if engine == "pandas" else [4, None, 3, 3])


def test_run_without_a_destination_keeps_the_frame() -> None:
    result = etl.Pipeline("p", DF).query("v > 1").run()
    assert result.rows_loaded == 0
    assert result.rows_transformed == 3
    assert len(result.frame()) == 3


def test_a_failed_run_is_a_result(csv: Path) -> None:
    result = etl.Pipeline("p", csv).query("nope > 1").to("out.csv").run(retries=3)
    assert result.status is etl.JobStatus.FAILED
    assert result.attempts == 1
    assert result.errors[0]["step"] == "query nope > 1"
    with pytest.raises(etl.errors.RunFailedError, match="nope"):
        result.raise_for_status()
    assert not Path("out.csv").exists()


class Positive(pa.DataFrameModel):
    v: int = pa.Field(gt=2)
    k: str = pa.Field(isin=["a", "b"])


@pytest.mark.parametrize(
    "schema", [Positive, Positive.to_schema()], ids=["DataFrameModel", "DataFrameSchema"]
)
def test_all_failures_of_a_schema_are_told(csv: Path, schema: Any) -> None:
    result = etl.Pipeline("p", csv).validate(schema).to("out.csv").run(retries=2)
    assert result.status is etl.JobStatus.FAILED
    assert result.attempts == 1
    text = " ".join(error["message"] for error in result.errors)
    assert "'v'" in text
    assert "'k'" in text
    assert set(result.failure_cases["column"]) == {"v", "k"}
    assert not Path("out.csv").exists()


def test_a_schema_may_stand_anywhere_in_the_plan(csv: Path) -> None:
    pipeline = etl.Pipeline("p", csv).query("v > 2 and k != 'c'").validate(Positive).head(1)
    assert len(pipeline.collect()) == 1
    assert len(etl.Pipeline("p", csv).head(1).validate(Positive).collect("duckdb")) == 1


def test_what_is_not_available_yet_is_said_plainly() -> None:
    with pytest.raises(OptionError, match="quarantine"):
        etl.Pipeline("p", DF).validate(Positive, on_invalid="quarantine")


def test_whole_numbers_with_missing_values_are_written_as_integers(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("a,f\n1,1.0\n,\n3,2.0\n")
    for at, engine in enumerate(ENGINES):
        out = tmp_path / f"out{at}.jsonl"
        etl.Pipeline("p", path).assign(b="a * 2").to(out).run(engine).raise_for_status()
        assert out.read_text().splitlines()[0] == '{"a":1,"f":1.0,"b":2}', engine


def test_reprs_are_text_and_escaped_html() -> None:
    pipeline = etl.Pipeline("<b>p</b>", DF).query("k != '<i>'").to("out.csv")
    assert "query k != '<i>'" in repr(pipeline)
    page = pipeline._repr_html_()
    assert "<b>p</b>" not in page
    assert "&lt;b&gt;p&lt;/b&gt;" in page


def test_the_face_knows_its_names() -> None:
    assert set(etl.__all__) <= set(dir(etl))
    for name in etl.__all__:
        assert getattr(etl, name) is not None
    with pytest.raises(AttributeError, match="Did you mean 'Pipeline'"):
        _ = etl.Pipelin
