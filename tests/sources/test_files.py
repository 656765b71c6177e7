"""Several files as one source: which files, in which order, and plans over them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import (
    OptionError,
    SourceNotFoundError,
    UnknownFormatError,
)
from etlframe.sources.file import FileSource
from tests.sources.several import ENGINES, collect, ids, numbered, write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


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
