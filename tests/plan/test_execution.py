from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import LoadError, SourceNotFoundError
from etlframe.options import ENGINES
from etlframe.plan.execution import Execution, execute
from etlframe.sources.base import DataSource

ON_ENGINES = [name for name in ENGINES if name not in ("auto", "pandas")]


class Numbers(DataSource):
    """A user's own source: extract() alone."""

    def extract(self) -> pd.DataFrame:
        return pd.DataFrame({"n": range(5)})


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text("n,s\n0,a\n1,b\n2,\n")
    return path


def test_a_source_of_ones_own_needs_extract_alone(tmp_path: Path) -> None:
    for engine in ENGINES:
        plan = etl.Pipeline("p", Numbers()).query("n > 2").to(tmp_path / "out.csv")
        assert execute(plan, engine=engine).rows_loaded == 2
    assert (tmp_path / "out.csv").read_text() == "n\n3\n4\n"


def test_an_execution_tells_where_it_is(csv: Path, tmp_path: Path) -> None:
    seen: list[str | None] = []
    plan = etl.Pipeline("p", csv).query("n > 0").to(tmp_path / "out.csv")
    execute(plan, on_progress=lambda execution: seen.append(execution.step))
    assert seen == ["load", "extract", "query n > 0", "load", None]


def test_a_failed_execution_still_tells_what_it_knew(csv: Path) -> None:
    def wrong(_df: pd.DataFrame) -> pd.DataFrame:
        raise ValueError("no")

    execution = Execution()
    plan = etl.Pipeline("p", csv).query("n > 0").pipe(wrong)
    with pytest.raises(etl.ETLError):
        execute(plan, execution=execution)
    assert execution.step == "wrong"
    assert execution.rows_extracted == 3
    assert [record.name for record in execution.steps] == ["extract", "query n > 0"]


def test_a_source_that_is_not_there_fails_at_extract(tmp_path: Path) -> None:
    execution = Execution()
    with pytest.raises(SourceNotFoundError):
        execute(etl.Pipeline("p", tmp_path / "none.csv"), execution=execution)
    assert execution.step == "extract"


def test_a_destination_that_could_never_be_written_fails_before_anything_is_read(
    tmp_path: Path,
) -> None:
    def unread() -> pd.DataFrame:
        raise AssertionError("it was read")

    (tmp_path / "folder.csv").mkdir()
    plan = etl.Pipeline("p", unread).to(tmp_path / "folder.csv")
    with pytest.raises(LoadError):
        execute(plan)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_a_type_that_changes_after_the_sniff_is_read_again_with_a_warning(
    tmp_path: Path, engine: str, suffix: str
) -> None:
    path = tmp_path / f"late.{suffix}"
    values = [str(n) for n in range(30_000)] + ["late"]
    if suffix == "csv":
        path.write_text("n\n" + "\n".join(values) + "\n")
    else:
        rows = [f'{{"n":{value}}}' for value in values[:-1]] + ['{"n":"late"}']
        path.write_text("\n".join(rows) + "\n")
    plan = etl.Pipeline("p", path).to(tmp_path / "out.jsonl")
    execution = execute(plan, engine=engine)
    assert execution.rows_loaded == 30_001
    assert len(execution.warnings) == 1
    assert "late" in (tmp_path / "out.jsonl").read_text().splitlines()[-1]


def test_a_field_that_comes_late_is_a_column_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "late.jsonl"
    path.write_text('{"n":1}\n' * 30_000 + '{"n":2,"new":"x"}\n')
    plan = etl.Pipeline("p", path).to(tmp_path / "out.jsonl")
    execution = execute(plan)
    assert len(execution.warnings) == 1
    assert (tmp_path / "out.jsonl").read_text().splitlines()[-1] == '{"n":2,"new":"x"}'


@pytest.mark.parametrize("engine", ON_ENGINES)
def test_rows_extracted_are_those_of_the_file_not_those_of_a_lookup(
    csv: Path, tmp_path: Path, engine: str
) -> None:
    other = tmp_path / "names.csv"
    other.write_text("s,name\na,Anna\nb,Bob\nz,Zoe\ny,Yan\n")
    plan = etl.Pipeline("p", csv).merge(etl.FileSource(other), "left", on="s")
    execution = execute(plan.to(tmp_path / "out.csv"), engine=engine)
    assert execution.engine == engine
    assert execution.rows_extracted == 3


@pytest.mark.parametrize("engine", ON_ENGINES)
def test_a_head_leaves_the_number_of_rows_extracted_open(
    csv: Path, tmp_path: Path, engine: str
) -> None:
    execution = execute(etl.Pipeline("p", csv).head(1).to(tmp_path / "out.csv"), engine=engine)
    assert execution.rows_extracted is None
    assert execution.rows_loaded == 1
