"""Faults in one of several files: told with that file and its line."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import (
    EmptySourceError,
    MalformedSourceError,
)
from etlframe.sources.file import FileSource
from tests.sources.several import ENGINES, collect, write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def long(first: str, last: str, key: str = "x" * 60, rows: int = 21_000) -> str:
    """Return a file whose end is not as the beginning, which is all that is looked at, tells."""
    return "id,v\n" + f"{key},{first}\n" * rows + f"{key},{last}\n"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("bad", ["1,2,3\n", '1,"a\n'])
def test_a_broken_line_is_told_with_its_file_and_line(bad: str, engine: str) -> None:
    write({"in/a.csv": "id,v\n1,2\n" * 2, "in/b.csv": f"id,v\n1,2\n{bad}", "in/c.csv": "id,v\n"})
    with pytest.raises(MalformedSourceError, match=r"in/b\.csv, line 3") as caught:
        collect("in/*.csv", engine)
    assert (caught.value.path, caught.value.line) == ("in/b.csv", 3)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_broken_line_behind_the_look_is_told_with_its_file(engine: str) -> None:
    write({"in/a.csv": long("1", "2"), "in/b.csv": long("1", "2,3"), "in/c.csv": long("1", "1")})
    with pytest.raises(MalformedSourceError, match=r"in/b\.csv, line 21002"):
        collect("in/*.csv", engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cell_that_is_not_of_the_given_type_is_told_with_its_file(engine: str) -> None:
    write({"in/a.csv": "id,v\n1,2\n", "in/b.csv": "id,v\n1,2\n3,x\n"})
    with pytest.raises(MalformedSourceError, match=r"in/b\.csv, line 3: column 'v' holds 'x'"):
        collect("in/*.csv", engine, dtypes={"v": "int"})


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("last", ["x", "2.5", "007"])
def test_a_file_whose_end_tells_another_type_changes_the_type_of_all(
    last: str, engine: str
) -> None:
    write({"in/a.csv": long("1", "1"), "in/b.csv": long("1", last), "in/c.csv": "id,v\n3,4\n"})
    df = collect("in/*.csv", engine)
    kind, shown = (float, 2.5) if last == "2.5" else (str, last)
    assert df["v"].iloc[-2] == shown
    assert {type(each) for each in df["v"]} == {kind}
    run = etl.Pipeline("files", FileSource("in/*.csv")).to("out.csv").run(engine=engine)
    assert run.rows_loaded == len(df)
    assert any(f"in/b.csv: column 'v' began as int, and holds {last!r}" in w for w in run.warnings)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_word_for_missing_at_the_end_of_one_file_is_missing(engine: str) -> None:
    write({"in/a.csv": long("1", "1"), "in/b.csv": long("1", "NA")})
    df = collect("in/*.csv", engine)
    assert df["v"].isna().sum() == 1
    assert df["v"].dtype == "float64"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_broken_record_is_told_with_its_file_and_line(engine: str) -> None:
    write({"in/a.jsonl": '{"id": 1}\n' * 3, "in/b.jsonl": '{"id": 1}\n{"id": \n'})
    with pytest.raises(MalformedSourceError, match=r"in/b\.jsonl, line 2"):
        collect("in", engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_broken_parquet_file_is_named(engine: str) -> None:
    Path("in").mkdir()
    pd.DataFrame({"id": [1]}).to_parquet("in/a.parquet")
    Path("in/b.parquet").write_bytes(b"nothing of the kind")
    with pytest.raises(MalformedSourceError, match=r"in/b\.parquet"):
        collect("in", engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_empty_file_is_named(engine: str) -> None:
    write({"in/a.csv": "id\n1\n", "in/b.csv": ""})
    with pytest.raises(EmptySourceError, match=r"in/b\.csv is empty"):
        collect("in", engine)


def test_a_fault_in_the_file_of_a_merge_is_told_with_that_file() -> None:
    write({"in/a.csv": "id,v\n1,2\n", "names.csv": long("a", "b,c", key="1")})
    plan = etl.Pipeline("files", FileSource("in/*.csv")).merge(FileSource("names.csv"), on="id")
    with pytest.raises(MalformedSourceError, match=r"names\.csv, line 21002"):
        plan.collect()
