"""The rows of several files: types by the values of all, and what some files lack."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import etlframe as etl
from etlframe.errors import (
    ColumnNotFoundError,
)
from etlframe.sources.file import FileSource
from tests.sources.several import ENGINES, NAN, collect, write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


CSV = {
    "whole numbers, then fractions": ["id,v\n1,1\n", "id,v\n2,2.5\n"],
    "numbers, then text": ["id,v\n1,1\n2,\n", "id,v\n3,x\n"],
    "leading zeros in one": ["id,zip\n1,123\n", "id,zip\n2,007\n"],
    "missing in one": ["id,v\n1,\n", "id,v\n2,2024-01-02\n"],
    "dates, then times": ["id,v\n1,2024-01-02\n", "id,v\n2,2024-01-02 03:04:05\n"],
    "booleans, then none": ["id,v\n1,true\n", "id,v\n2,\n"],
    "wide, then a fraction": ["id,v\n1,9007199254740993\n", "id,v\n2,1.5\n"],
    "a header alone": ["id,v\n", "id,v\n1,2\n"],
    "headers alone": ["id,v\n", "id,v\n"],
    "another order of columns": ["id,v\n1,a\n", "v,id\nb,2\n"],
    "another delimiter": ["id,v\n1,a\n2,b\n", "id;v\n3;c\n4;d\n"],
    "three that take turns": ["id,v\n1,a\n", "v,id\nb,2\n", "id,v\n3,c\n"],
}


def as_one(texts: list[str]) -> pd.DataFrame:
    """Return what a file with the rows of all would be read as."""
    rows = [pd.read_csv(Path(name), dtype=str, sep=None, engine="python") for name in texts]
    pd.concat(rows).to_csv("one.csv", index=False)
    return FileSource("one.csv").extract()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("texts", [pytest.param(each, id=name) for name, each in CSV.items()])
def test_types_are_told_by_the_values_of_all_files(texts: list[str], engine: str) -> None:
    names = [f"in/{at}.csv" for at in range(len(texts))]
    write(dict(zip(names, texts, strict=True)))
    expected = as_one(names)
    pd.testing.assert_frame_equal(collect("in/*.csv", engine), expected)
    pd.testing.assert_frame_equal(FileSource("in/*.csv").extract(), expected)
    assert FileSource("in/*.csv").columns() == list(expected.columns)


CELLS = ["", "NA", "1", "-2", "2.5", "1e3", "007", "true", "2024-01-02", "2024-01-02 03:04:05"]
CELLS += ["9007199254740993", "9223372036854775808", "x", '"a,b"', '""']


@pytest.mark.filterwarnings("ignore:.*it is Int64 here")
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    files=st.lists(
        st.lists(st.tuples(st.sampled_from(CELLS), st.sampled_from(CELLS)), max_size=4),
        min_size=2,
        max_size=4,
    )
)
@pytest.mark.parametrize("engine", ENGINES)
def test_any_cells_in_any_files_are_what_they_are_in_one(
    files: list[list[tuple[str, str]]], engine: str
) -> None:
    header, texts = "k,v,w\n", ["".join(f"k,{v},{w}\n" for v, w in rows) for rows in files]
    names = [f"{at}.csv" for at in range(len(files))]
    write({name: header + text for name, text in zip(names, texts, strict=True)})
    write({"one.csv": header + "".join(texts)})
    expected = FileSource("one.csv").extract()
    pd.testing.assert_frame_equal(collect(names, engine), expected)
    pd.testing.assert_frame_equal(FileSource(names).extract(), expected)


@pytest.mark.parametrize("engine", ENGINES)
def test_given_dtypes_hold_in_all_files(engine: str) -> None:
    write({"a.csv": "id,zip\n1,1\n", "b.csv": "id\n2\n"})
    df = collect(["a.csv", "b.csv"], engine, dtypes={"zip": "str"})
    assert df["zip"].tolist() == ["1", NAN] or pd.isna(df["zip"][1])
    with pytest.raises(ColumnNotFoundError, match="zip"):
        collect(["a.csv", "b.csv"], engine, dtypes={"zipp": "str"})


@pytest.mark.parametrize("engine", ENGINES)
def test_a_column_that_a_file_lacks_is_missing_there_and_warned_of(engine: str) -> None:
    write({"in/a.csv": "id,v\n1,2\n", "in/b.csv": "id,w\n3,x\n", "in/c.csv": "id\n4\n"})
    run = etl.Pipeline("files", FileSource("in/*.csv")).to("out.csv").run(engine=engine)
    assert run.frame()["id"].tolist() == [1, 3, 4]
    assert run.frame()["v"].fillna(-1).tolist() == [2, -1, -1]
    assert run.warnings == [
        "in/b.csv, in/c.csv have no column 'v': the values are missing in those rows.",
        "in/a.csv, in/c.csv have no column 'w': the values are missing in those rows.",
    ]


@pytest.mark.filterwarnings("ignore:.*the values are missing in those rows")
@pytest.mark.parametrize("engine", ENGINES)
def test_columns_that_differ_by_case_are_two_and_the_run_warns_of_it(engine: str) -> None:
    write({"in/a.csv": "id,v\n1,2\n", "in/b.csv": "ID,v\n3,4\n"})
    run = etl.Pipeline("files", FileSource("in/*.csv")).to("out.jsonl").run(engine=engine)
    assert [each.partition(":")[0] for each in run.warnings] == [
        "in/b.csv has no column 'id'",
        "in/a.csv has no column 'ID'",
    ]
    assert list(run.frame().columns) == ["id", "v", "ID"]


def test_extract_warns_of_a_column_that_a_file_lacks() -> None:
    write({"in/a.csv": "id,v\n1,2\n", "in/b.csv": "id\n3\n"})
    with pytest.warns(UserWarning, match=r"in/b\.csv has no column 'v'"):
        df = FileSource("in/*.csv").extract()
    pd.testing.assert_frame_equal(df, pd.DataFrame({"id": [1, 3], "v": [2.0, NAN]}))


RECORDS: dict[str, list[list[dict[str, Any]]]] = {
    "the same fields": [[{"id": 1, "v": "a"}], [{"id": 2, "v": "b"}]],
    "other fields": [[{"id": 1, "v": "a"}], [{"w": 2.5, "id": 2}], [{"id": 3, "v": "b"}]],
    "other types": [[{"id": 1, "v": 1}], [{"id": 2, "v": 2.5}], [{"id": 3, "v": None}]],
    "no records in one": [[{"id": 1, "v": 1}], []],
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("suffix", ["json", "jsonl"])
@pytest.mark.parametrize("records", [pytest.param(v, id=k) for k, v in RECORDS.items()])
def test_json_files_are_the_records_of_all(
    records: list[list[dict[str, Any]]], suffix: str, engine: str
) -> None:
    def text(rows: list[dict[str, Any]]) -> str:
        lines = "".join(json.dumps(row) + "\n" for row in rows) or "\n"
        return json.dumps(rows) if suffix == "json" else lines

    write({f"in/{at}.{suffix}": text(rows) for at, rows in enumerate(records)})
    write({f"one.{suffix}": text(list(itertools.chain(*records)))})
    expected = FileSource(f"one.{suffix}").extract()
    pd.testing.assert_frame_equal(collect("in", engine), expected)
    pd.testing.assert_frame_equal(FileSource("in").extract(), expected)


@pytest.mark.parametrize("engine", ENGINES)
def test_nested_values_of_one_structure_are_read_natively(engine: str) -> None:
    write({"in/a.jsonl": '{"id": 1, "v": {"x": 1}}\n', "in/b.jsonl": '{"id": 2, "v": {"x": 2}}\n'})
    assert collect("in", engine)["v"].tolist() == [{"x": 1}, {"x": 2}]


@pytest.mark.parametrize("engine", ENGINES)
def test_nested_values_of_several_structures_are_those_of_each_file(engine: str) -> None:
    write({"in/a.jsonl": '{"id": 1, "v": {"x": 1}}\n', "in/b.jsonl": '{"id": 2, "v": [2]}\n'})
    assert collect("in", engine)["v"].tolist() == [{"x": 1}, [2]]


FRAMES: dict[str, list[dict[str, Any]]] = {
    "the same columns": [{"id": [1, 2], "v": ["a", "b"]}, {"id": [3], "v": ["c"]}],
    "whole numbers and floats": [{"id": [1]}, {"id": [2.5]}],
    "smaller whole numbers": [{"id": pd.array([1], dtype="int16")}, {"id": [70_000]}],
    "text and numbers": [{"id": ["a"]}, {"id": [2]}],
    "missing in one": [{"id": [1, 2]}, {"id": pd.array([None, 3], dtype="Int64")}],
    "another order": [{"id": [1], "v": ["a"]}, {"v": ["b"], "id": [2]}],
    "times": [{"at": pd.to_datetime(["2024-01-02"])}, {"at": pd.to_datetime(["2024-01-03 04:05"])}],
    "spans": [{"at": pd.to_timedelta(["1h"])}, {"at": pd.to_timedelta(["2D"])}],
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("frames", [pytest.param(v, id=k) for k, v in FRAMES.items()])
def test_parquet_files_are_put_together_as_pandas_does(
    frames: list[dict[str, Any]], engine: str
) -> None:
    Path("in").mkdir()
    for at, columns in enumerate(frames):
        pd.DataFrame(columns).to_parquet(f"in/{at}.parquet", index=False)
    parts = [FileSource(f"in/{at}.parquet").extract() for at in range(len(frames))]
    expected = pd.concat(parts, ignore_index=True)
    pd.testing.assert_frame_equal(collect("in", engine), expected)
    pd.testing.assert_frame_equal(FileSource("in").extract(), expected)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_column_that_a_parquet_file_lacks_is_missing_there(engine: str) -> None:
    Path("in").mkdir()
    pd.DataFrame({"id": [1], "v": ["a"]}).to_parquet("in/a.parquet")
    pd.DataFrame({"id": [2]}).to_parquet("in/b.parquet")
    run = etl.Pipeline("files", FileSource("in")).to("out.jsonl").run(engine=engine)
    assert run.frame().fillna("-").to_dict("list") == {"id": [1, 2], "v": ["a", "-"]}
    assert run.warnings == ["in/b.parquet has no column 'v': the values are missing in those rows."]


@pytest.mark.parametrize("engine", ENGINES)
def test_compressed_files_and_plain_ones_are_of_one_format(engine: str) -> None:
    write({"in/a.csv": "id\n1\n"})
    Path("in/b.csv.gz").write_bytes(gzip.compress(b"id\n2\n"))
    assert collect("in", engine)["id"].tolist() == [1, 2]


@pytest.mark.parametrize("engine", ENGINES)
def test_files_in_an_encoding_of_their_own_are_put_together(engine: str) -> None:
    Path("in").mkdir()
    Path("in/a.csv").write_bytes("id,v\n1,ä\n".encode("utf-16"))
    Path("in/b.csv").write_bytes("id,v\n2.5,ö\n".encode("utf-16"))
    df = collect("in", engine, encoding="utf-16")
    assert df.to_dict("list") == {"id": [1.0, 2.5], "v": ["ä", "ö"]}


@pytest.mark.parametrize("engine", ENGINES)
def test_many_files_of_alternating_columns_keep_their_order(engine: str) -> None:
    write(
        {f"in/{at:02}.csv": f"id,v\n{at},a\n" if at % 2 else f"v,id\nb,{at}\n" for at in range(50)}
    )
    df = collect("in", engine)
    assert df["id"].tolist() == list(range(50))
    assert df["v"].tolist() == ["b", "a"] * 25
