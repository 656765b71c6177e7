"""Columns that folders tell, such as ``carrier=AA``."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import etlframe as etl
from etlframe.engines.duckdb.connection import connect
from etlframe.engines.duckdb.reader import read_sql
from etlframe.errors import SourceError
from etlframe.sources.file import FileSource
from tests.sources.several import ENGINES, collect, write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def partitions(root: str = "in") -> None:
    for carrier, day in [("AA", "2024-01-02"), ("HA", "2024-01-03"), ("a b", "2024-01-03")]:
        path = Path(root, f"carrier={carrier.replace(' ', '%20')}", f"day={day}")
        path.mkdir(parents=True)
        pd.DataFrame({"id": [len(carrier), 7]}).to_parquet(path / "part.parquet")


PARTITIONS = pd.DataFrame(
    {
        "id": [2, 7, 2, 7, 3, 7],
        "carrier": ["AA", "AA", "HA", "HA", "a b", "a b"],
        "day": pd.to_datetime(["2024-01-02"] * 2 + ["2024-01-03"] * 4).astype("datetime64[us]"),
    }
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", ["in", "in/*/*/*.parquet", "in/**/*.parquet"])
def test_columns_that_folders_tell_come_back(path: str, engine: str) -> None:
    partitions()
    pd.testing.assert_frame_equal(collect(path, engine), PARTITIONS)
    pd.testing.assert_frame_equal(FileSource(path).extract(), PARTITIONS)


@pytest.mark.parametrize("engine", ENGINES)
def test_folders_above_tell_nothing(engine: str) -> None:
    partitions("id=5/carrier=XX/in")
    pd.testing.assert_frame_equal(collect("id=5/carrier=XX/in", engine), PARTITIONS)


@pytest.mark.parametrize("engine", ENGINES)
def test_folders_of_text_files_tell_columns_too(engine: str) -> None:
    write({"in/c0=007/a.csv": "id\n1\n", "in/c0=12/b.csv": "id\n2\n"})
    assert collect("in", engine).to_dict("list") == {"id": [1, 2], "c0": ["007", "12"]}
    assert collect("in", engine, dtypes={"c0": "int"})["c0"].tolist() == [7, 12]
    write({"js/t0=5/a.jsonl": '{"id": 1}\n', "js/t0=6/b.jsonl": '{"id": 2}\n'})
    assert collect("js", engine).to_dict("list") == {"id": [1, 2], "t0": [5, 6]}


@pytest.mark.parametrize(
    ("folders", "values"),
    [
        (["7", "12"], [12, 7]),
        (["007", "12"], ["007", "12"]),
        (["1.10", "2"], ["1.10", "2"]),
        (["true", "false"], [False, True]),
        (["it%27s", "a=b"], ["a=b", "it's"]),
        (["", "x"], ["", "x"]),
        (["9223372036854775808", "1"], ["1", "9223372036854775808"]),
    ],
)
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_text_of_all_folders_tells_the_type(
    folders: list[str], values: list[object], suffix: str
) -> None:
    for number, folder in enumerate(folders):
        path = Path("in", f"k={folder}", f"a.{suffix}")
        etl.DataLoader(path).load(pd.DataFrame({"id": [number]}))
    assert collect("in")["k"].tolist() == values


@pytest.mark.parametrize("engine", ENGINES)
def test_fields_with_the_names_of_what_is_asked_for_do_not_hide_it(engine: str) -> None:
    for number in (1, 2):
        write({f"in/k={number}/[{number}].jsonl": f'{{"file_index": {3 - number}}}\n'})
    assert collect("in", engine).to_dict("list") == {"file_index": [2, 1], "k": [1, 2]}
    write({"in/k=3/a.jsonl": '{"file_index": 0, "Filename": 0}\n'})
    with pytest.raises(SourceError, match="Name the files in a list"):
        collect("in", engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_missing_value_of_a_folder_is_missing(engine: str) -> None:
    write(
        {
            "in/n=1/a.csv": "id\n1\n",
            "in/n=__HIVE_DEFAULT_PARTITION__/b.csv": "id\n2\n",
            "in/c.csv": "id\n3\n",
        }
    )
    df = collect("in", engine)
    assert df["id"].tolist() == [3, 1, 2]
    assert df["n"].fillna(-1).tolist() == [-1, 1, -1]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_column_that_a_file_has_itself_is_its_own(engine: str) -> None:
    Path("in/carrier=AA").mkdir(parents=True)
    pd.DataFrame({"id": [1], "carrier": ["own"]}).to_parquet("in/carrier=AA/part.parquet")
    assert collect("in", engine)["carrier"].tolist() == ["own"]


def test_a_filter_by_a_folder_reads_the_files_of_that_folder_alone() -> None:
    partitions()
    scan = FileSource("in").scan()
    assert scan is not None
    with connect() as connection:
        connection.execute("PRAGMA enable_profiling='no_output'")
        found = connection.sql(f"FROM ({read_sql(scan)}) WHERE carrier = 'AA'").fetchall()
        profile = json.loads(connection.get_profiling_information(format="json"))
    assert len(found) == 2
    assert profile["query"]["total_rows_scanned"] == 2


@pytest.mark.parametrize("engine", ENGINES)
def test_spans_of_time_keep_what_their_folders_tell(engine: str) -> None:
    Path("in/k=1").mkdir(parents=True)
    pd.DataFrame({"at": pd.to_timedelta(["1h"])}).to_parquet("in/k=1/part.parquet")
    df = collect("in", engine)
    assert df["at"].tolist() == [pd.Timedelta("1h")]
    assert df["k"].tolist() == [1]
