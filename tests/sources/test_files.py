"""Several files as one source: which files, in which order, and what their rows are together."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.engines.duckdb.connection import connect
from etlframe.engines.duckdb.reader import read_sql
from etlframe.errors import (
    ColumnNotFoundError,
    EmptySourceError,
    MalformedSourceError,
    OptionError,
    SourceNotFoundError,
    UnknownFormatError,
)
from etlframe.sources.file import FileSource

ENGINES = ["duckdb", "polars", "pandas"]
NAN = float("nan")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def collect(path: Any, engine: str = "duckdb", **options: Any) -> pd.DataFrame:
    return etl.Pipeline("files", FileSource(path, **options)).collect(engine=engine)


def ids(path: Any, **options: Any) -> list[int]:
    return [int(each) for each in collect(path, **options)["id"]]


def numbered(*names: str) -> None:
    """Write files that each hold their number."""
    write({name: f"id\n{number}\n" for number, name in enumerate(names, 1)})


# -- which files -----------------------------------------------------------------------------------


def test_a_glob_is_its_files_sorted_by_path() -> None:
    numbered("in/b.csv", "in/a.csv", "in/c.txt", "in/deep/d.csv")
    assert ids("in/*.csv") == [2, 1]
    assert ids("in/**/*.csv") == [2, 1, 4]
    assert ids("in/[bc].csv") == [1]


def test_a_list_is_its_files_in_its_order_each_once() -> None:
    numbered("a.csv", "b.csv", "in/c.csv", "in/d.csv")
    assert ids(["b.csv", Path("a.csv"), "in/*.csv"]) == [2, 1, 3, 4]
    assert ids(["in/d.csv", "in/*.csv", "./in/c.csv"]) == [4, 3]
    assert ids(["a.csv"]) == [1]


def test_a_folder_is_its_files_of_the_one_known_format() -> None:
    numbered("in/b.csv", "in/deep/a.csv", "in/README", "in/notes.txt")
    assert ids("in") == [1, 2]
    assert ids("in/") == [1, 2]


def test_a_folder_of_several_formats_asks_which() -> None:
    numbered("in/a.csv")
    write({"in/b.jsonl": '{"id": 2}\n'})
    with pytest.raises(UnknownFormatError, match=r"csv \(a.csv\) and jsonl \(b.jsonl\)"):
        ids("in")
    assert ids("in", format="csv") == [1]
    assert ids("in", format="jsonl") == [2]


def test_a_folder_whose_name_tells_a_format_has_files_of_it() -> None:
    numbered("in.csv/a.csv")
    write({"in.csv/b.jsonl": '{"id": 2}\n'})
    assert ids("in.csv") == [1]


def test_hidden_files_and_those_of_an_underscore_are_left_out() -> None:
    numbered("in/a.csv", "in/.b.csv", "in/_c.csv", "in/.d/d.csv", "in/_e/e.csv")
    assert ids("in") == ids("in/*.csv") == ids("in/**/*.csv") == [1]
    assert ids("in/_*.csv") == [3]


def test_a_file_with_the_characters_of_a_glob_is_that_file() -> None:
    numbered("a[1].csv", "a1.csv", "b*.csv", "bb.csv")
    assert ids("a[1].csv") == [1]
    assert ids("b*.csv") == [3]
    assert ids(["a[1].csv", "b*.csv"]) == [1, 3]
    assert ids("a*.csv") == [2, 1]


def test_files_that_come_later_are_read_by_the_same_source() -> None:
    numbered("in/a.csv")
    plan = etl.Pipeline("files", FileSource("in/*.csv"))
    assert len(plan.collect()) == 1
    write({"in/b.csv": "id\n7\n"})
    assert plan.collect()["id"].tolist() == [1, 7]
    write({"in/a.csv": "id\n10\n11\n"})
    assert plan.collect()["id"].tolist() == [10, 11, 7]


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        ("in/*.tsv", {}, r"No file matches in/\*\.tsv\. in holds flights\.csv"),
        ("in/flight[0-9].csv", {}, r"Did you mean 'in/flights\.csv'\?"),
        ("inn/*.csv", {}, r"there is no folder inn\. Did you mean 'in'\?"),
        ("in", {"format": "jsonl"}, r"in holds no jsonl files\. in holds flights\.csv"),
        ("none", {"format": "csv"}, r"none holds no csv files: there are no files in none"),
        (["in/*.csv", "in/none.csv"], {}, r"There is no file in/none\.csv"),
        (["in/*.csv", "in/*.tsv"], {}, r"No file matches in/\*\.tsv"),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_not_there_is_told(path: Any, options: Any, message: str, engine: str) -> None:
    numbered("in/flights.csv")
    Path("none").mkdir()
    with pytest.raises(SourceNotFoundError, match=message):
        collect(path, engine, **options)


def test_files_of_several_formats_are_several_sources() -> None:
    write({"a.csv": "id\n1\n", "b.jsonl": '{"id": 2}\n'})
    with pytest.raises(OptionError, match=r"csv \(a\.csv\) and jsonl \(b\.jsonl\)"):
        ids("[ab].*")


def test_a_glob_that_finds_an_unknown_format_is_told() -> None:
    numbered("in/a.csv", "in/b.xyz")
    with pytest.raises(UnknownFormatError, match=r"in/b\.xyz"):
        ids("in/*")
    assert ids("in/*", format="csv") == [1, 2]


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(OptionError, match="the list of paths is empty"):
        FileSource([])


def test_the_repr_is_the_call_that_makes_the_source() -> None:
    numbered("in/a.csv")
    assert (
        repr(FileSource(["a.csv", "b.csv"], sep=";")) == "FileSource(['a.csv', 'b.csv'], sep=';')"
    )
    assert repr(FileSource("in", null_values=["-"])) == "FileSource('in', null_values=['-'])"
    assert FileSource(["a.csv", "b.csv"]).describe() == "a.csv, b.csv"


# -- what their rows are ---------------------------------------------------------------------------

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


# -- folders that tell columns ---------------------------------------------------------------------


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


# -- faults ----------------------------------------------------------------------------------------


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


# -- plans over them -------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_a_plan_over_files_gives_the_answer_of_pandas(engine: str) -> None:
    write(
        {
            f"in/{at}.csv": "id,k,v\n"
            + "".join(f"{at * 10 + n},{'ab'[n % 2]},{n}\n" for n in range(9))
            for at in range(4)
        }
    )
    df = pd.concat([pd.read_csv(f"in/{at}.csv") for at in range(4)], ignore_index=True)
    plan = etl.Pipeline("files", FileSource("in/*.csv"))
    picked = (
        plan.query("v > 3").assign(w="v * 2").drop_duplicates(["k", "v"]).collect(engine=engine)
    )
    expected = df.query("v > 3").assign(w=df["v"] * 2).drop_duplicates(["k", "v"])
    pd.testing.assert_frame_equal(picked, expected.reset_index(drop=True), check_dtype=False)
    grouped = plan.groupby("k").agg(n=("id", "count"), v=("v", "sum")).collect(engine=engine)
    assert grouped.to_dict("list") == {"k": ["a", "b"], "n": [20, 16], "v": [80, 64]}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("second", ["id,v\n3,4\n", "v,id\n4,3\n"])
def test_rows_are_counted_over_all_files(second: str, engine: str) -> None:
    write({"in/a.csv": "id,v\n1,2\n5,6\n", "in/b.csv": second})
    run = etl.Pipeline("files", FileSource("in/*.csv")).query("id > 1").to("out.csv").run(engine)
    assert (run.rows_extracted, run.rows_loaded) == (3, 2)


def test_screens_show_files_as_they_show_one() -> None:
    numbered("in/a.csv", "in/b.csv")
    plan = etl.Pipeline("files", FileSource("in/*.csv")).assign(n="id + 1")
    assert "extract in/*.csv  duckdb" in str(plan.explain())
    assert plan.preview(1)["n"].tolist() == [2]
    assert plan.peek()["rows"].tolist() == [2, 2]
    assert "read a.csv and 1 more" in set(plan.profile().frame()["phase"])


def test_a_path_of_a_plan_may_be_a_glob() -> None:
    numbered("in/a.csv", "in/b.csv")
    assert len(etl.Pipeline("files", "in/*.csv").collect()) == 2
