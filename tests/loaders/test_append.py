"""Appending: the old rows stay as they are, the new ones come behind them, or nothing happens."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from etlframe.engines.duckdb.engine import DuckDBEngine
from etlframe.loaders.file import DataLoader
from tests.loaders.appending import append, refused

SUFFIXES = (
    "csv", "tsv", "jsonl", "json", "parquet",
    "csv.gz", "tsv.gz", "jsonl.gz", "json.gz", "csv.zst", "jsonl.zst", "json.zst",
)  # fmt: skip
every_file = pytest.mark.parametrize("suffix", SUFFIXES)


# -- every format ----------------------------------------------------------------------------------


@every_file
def test_rows_come_behind_the_old_ones_and_only_they_are_counted(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"out.{suffix}"
    parts = [
        pd.DataFrame({"n": [1, 2], "s": ["a", None], "f": [0.5, 1.5]}),
        pd.DataFrame({"n": [3], "s": ['c,\n"d"'], "f": [np.nan]}),
        pd.DataFrame({"n": [4, 5, 6], "s": ["é", "", "😀"], "f": [1e20, 2.5, 3.5]}),
    ]
    assert [append(path, part) for part in parts] == [2, 1, 3]
    whole = pd.concat(parts, ignore_index=True)
    if "csv" in suffix or "tsv" in suffix:  # a reader of CSV cannot tell empty from missing
        whole["s"] = whole["s"].replace("", None)
    pd.testing.assert_frame_equal(DataLoader(path).read(), whole)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@every_file
def test_a_file_that_is_not_there_or_empty_is_written(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "deep" / f"out.{suffix}"
    assert append(path, pd.DataFrame({"n": [1]})) == 1
    path.write_bytes(b"")
    assert append(path, pd.DataFrame({"n": [2]})) == 1
    assert DataLoader(path).read()["n"].tolist() == [2]


@every_file
def test_no_rows_leave_the_old_ones(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.{suffix}"
    df = pd.DataFrame({"n": [1, 2]})
    append(path, df)
    assert append(path, df.head(0)) == 0
    pd.testing.assert_frame_equal(DataLoader(path).read(), df)


@every_file
def test_no_rows_first_and_some_later(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.{suffix}"
    df = pd.DataFrame({"n": [1, 2]})
    assert append(path, df.head(0)) == 0
    assert append(path, df) == 2
    pd.testing.assert_frame_equal(DataLoader(path).read(), df)


@every_file
def test_an_engine_s_frame_is_appended_by_the_engine(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.{suffix}"
    append(path, pd.DataFrame({"n": [1], "s": ["a"]}))
    engine = DuckDBEngine()
    try:
        rows = engine.from_pandas(pd.DataFrame({"s": ["b", "c"], "n": [2, 3]}))
        assert DataLoader(path, mode="append").load_frame(rows).rows == 2
    finally:
        engine.close()
    assert DataLoader(path).read().to_dict("list") == {"n": [1, 2, 3], "s": ["a", "b", "c"]}


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_processes_that_append_at_once_lose_nothing(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.{suffix}"
    script = (
        "import sys\nimport pandas as pd\nfrom etlframe.loaders.file import DataLoader\n"
        "loader = DataLoader(sys.argv[1], mode='append')\n"
        "for n in range(5):\n    loader.load(pd.DataFrame({'n': [n]}))\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", script, str(path)]) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    assert sorted(DataLoader(path).read()["n"]) == sorted([*range(5), *range(5)])
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", [each for each in SUFFIXES if each != "jsonl"])
def test_what_is_no_such_file_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.{suffix}"
    path.write_bytes(b"\xff\xfe\x00 something else")
    assert str(path) in refused(path, pd.DataFrame({"n": [1]}))


# -- CSV -------------------------------------------------------------------------------------------


def test_another_order_of_columns_is_the_file_s(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("a,b\n1,x\n")
    append(path, pd.DataFrame({"b": ["y"], "a": [2]}))
    assert path.read_text() == "a,b\n1,x\n2,y\n"


def test_other_columns_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("a,B,c\n1,x,2\n")
    assert refused(path, pd.DataFrame({"b": ["y"], "a": [2]})) == (
        f"{path} has other columns than the rows to append. "
        "Missing in the new rows: 'B', 'c'. Not in the file: 'b'."
    )


def test_a_header_that_repeats_a_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("a,a\n1,x\n")
    assert "repeats a name" in refused(path, pd.DataFrame({"a": [2]}))


def test_a_missing_last_line_end_is_added(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("a,b\n1,x")
    append(path, pd.DataFrame({"a": [2], "b": ["y"]}))
    assert path.read_text() == "a,b\n1,x\n2,y\n"


def test_a_header_without_rows_or_line_end_is_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("a")
    append(path, pd.DataFrame({"a": [2]}))
    assert path.read_text() == "a\n2\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("new_line", ["\n", "\r\n"])
def test_the_old_file_s_delimiter_and_line_ends_are_kept(
    tmp_path: Path, delimiter: str, new_line: str
) -> None:
    path = tmp_path / "out.csv"
    old = f'a{delimiter}"b;,"{new_line}1{delimiter}x'.encode()
    path.write_bytes(old)
    append(path, pd.DataFrame({"b;,": ["y,;\t|"], "a": [2]}))
    added = f'{new_line}2{delimiter}"y,;\t|"{new_line}'.encode()
    assert path.read_bytes() == old + added


def test_a_delimiter_of_one_s_own_is_found(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    append(path, pd.DataFrame({"a": [1], "b": [2]}), delimiter="^")
    append(path, pd.DataFrame({"a": [3], "b": [4]}), delimiter="^")
    assert path.read_text() == "a^b\n1^2\n3^4\n"


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"\xef\xbb\xbfa,b\n1,2\n")
    append(path, pd.DataFrame({"a": [3], "b": [4]}))
    assert path.read_bytes() == b"\xef\xbb\xbfa,b\n1,2\n3,4\n"


def test_old_rows_stay_to_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    old = b'"a" , b\n 1,"2"\n\n007,NA\n'
    path.write_bytes(old)
    append(path, pd.DataFrame({"a ": [3], " b": [4]}))
    assert path.read_bytes() == old + b"3,4\n"


def test_compressed_rows_that_lack_a_line_end_get_one(tmp_path: Path) -> None:
    for suffix, compress in (("gz", gzip.compress), ("zst", pa.Codec("zstd").compress)):
        path = tmp_path / f"out.csv.{suffix}"
        path.write_bytes(compress(b"a\n1"))
        append(path, pd.DataFrame({"a": [2]}))
        assert DataLoader(path).read()["a"].tolist() == [1, 2]


def test_a_compressed_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    for suffix, compress in (("gz", gzip.compress), ("zst", pa.Codec("zstd").compress)):
        path = tmp_path / f"out.csv.{suffix}"
        whole = compress(b"".join(b"%d\n" % (n * 7919) for n in range(100_000)))
        path.write_bytes(memoryview(whole)[:-20])
        assert "is not whole" in refused(path, pd.DataFrame({"0": [2]}))


# -- JSON ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[]", '[\n{"n":2}\n]\n'),
        (" [ \n ] \n", ' [\n{"n":2}\n]\n'),
        ('[{"n":1}]', '[{"n":1},\n{"n":2}\n]\n'),
        ('[\n  {"n": 1},\n  {"s": "]"}\n]\n\n', '[\n  {"n": 1},\n  {"s": "]"},\n{"n":2}\n]\n'),
        ('[["["]]', '[["["],\n{"n":2}\n]\n'),
        ('\ufeff[{"n":1}]', '\ufeff[{"n":1},\n{"n":2}\n]\n'),
    ],
)
def test_an_array_grows(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "out.json"
    path.write_text(old, "utf-8")
    assert append(path, pd.DataFrame({"n": [2]})) == 1
    assert path.read_text("utf-8") == new
    assert json.loads(path.read_text("utf-8-sig"))[-1] == {"n": 2}


@pytest.mark.parametrize("old", ['{"n":1}', '{"a":[1]}', "[1", "]", "null", '{"n":1}\n[]'])
def test_json_that_is_no_array_is_refused(tmp_path: Path, old: str) -> None:
    path = tmp_path / "out.json"
    path.write_text(old)
    assert "it is not a JSON array" in refused(path, pd.DataFrame({"n": [1]}))


def test_json_lines_get_a_line_end_where_it_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text('{"n":1}')
    append(path, pd.DataFrame({"m": [2]}))
    assert path.read_text() == '{"n":1}\n{"m":2}\n'
