"""A file of no rows says so, and is told from one that was cut to nothing."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import EmptySourceError, LoadError
from etlframe.options import ENGINES
from etlframe.runs.log import RunLog

NO_ROWS = pd.DataFrame({"n": pd.Series(dtype="int64"), "s": pd.Series(dtype="str")})
NOTHING = pd.DataFrame()
MODES = ("write", "append")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("suffix", ["csv", "tsv", "json", "jsonl", "jsonl.gz", "jsonl.zst"])
def test_no_rows_are_read_back_as_no_rows(tmp_path: Path, suffix: str, mode: str) -> None:
    loader = etl.DataLoader(tmp_path / f"out.{suffix}", mode=mode)
    assert loader.load(NO_ROWS) == 0
    assert len(etl.FileSource(loader.path).extract()) == 0
    assert len(loader.read()) == 0


@pytest.mark.parametrize(("suffix", "text"), [("json", b"[]\n"), ("jsonl", b"\n")])
def test_json_of_no_rows_is_as_every_reader_takes_it(
    tmp_path: Path, suffix: str, text: bytes
) -> None:
    for frame in (NO_ROWS, NOTHING):
        for name, decompress in ((suffix, bytes), (f"{suffix}.gz", gzip.decompress)):
            path = tmp_path / f"out.{name}"
            assert etl.DataLoader(path).load(frame) == 0
            assert decompress(path.read_bytes()) == text


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("suffix", ["csv", "json", "jsonl", "jsonl.gz", "parquet"])
def test_a_pipeline_goes_on_from_one_that_had_no_rows(
    tmp_path: Path, engine: str, suffix: str
) -> None:
    log = tmp_path / "log.jsonl"
    between, out = tmp_path / f"between.{suffix}", tmp_path / "out.csv"
    first = etl.Pipeline("first", pd.DataFrame({"n": [1, 2]})).query("n > 5").to(between)
    source = etl.FileSource(between, dtypes={"n": "int64"})
    second = etl.Pipeline("second", source).assign(m="n * 2").query("m > 2").to(out)
    for pipeline in (first, second):
        result = pipeline.run(engine, log=RunLog(log)).raise_for_status()
        assert result.rows_loaded == 0
    assert out.read_text() == "n,m\n"


@pytest.mark.parametrize("suffix", ["json", "jsonl", "jsonl.gz"])
def test_rows_that_come_later_leave_no_blank_line(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.{suffix}"
    loader = etl.DataLoader(path, mode="append")
    assert [loader.load(part) for part in (NO_ROWS, pd.DataFrame({"n": [1]}), NO_ROWS)] == [0, 1, 0]
    text = gzip.decompress(path.read_bytes()) if suffix.endswith("gz") else path.read_bytes()
    assert text == (b'[\n{"n":1}\n]\n' if suffix == "json" else b'{"n":1}\n')


@pytest.mark.parametrize("suffix", ["csv", "json", "jsonl", "parquet"])
def test_nothing_appended_leaves_a_file_as_it_is(tmp_path: Path, suffix: str) -> None:
    loader = etl.DataLoader(tmp_path / f"out.{suffix}", mode="append")
    loader.load(pd.DataFrame({"n": [1]}))
    before = loader.path.stat()
    assert loader.load(NOTHING) == 0
    assert loader.path.stat() == before


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_format_that_needs_columns_refuses_to_be_written_without(
    tmp_path: Path, suffix: str
) -> None:
    for mode in MODES:
        with pytest.raises(LoadError, match="no columns"):
            etl.DataLoader(tmp_path / f"out.{suffix}", mode=mode).load(NOTHING)


def test_rows_without_columns_are_refused_not_dropped(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="no columns"):
        etl.DataLoader(tmp_path / "out.jsonl").load(pd.DataFrame(index=range(3)))


NOTHINGS = {"": b"", "lines": b"\n\n", "blanks": b"  \n", "gzip": gzip.compress(b"")}


@pytest.mark.parametrize("text", NOTHINGS.values(), ids=list(NOTHINGS))
def test_what_may_have_been_cut_to_nothing_stays_an_error(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / ("in.jsonl.gz" if text[:1] == b"\x1f" else "in.jsonl")
    path.write_bytes(text)
    with pytest.raises(EmptySourceError, match="is empty"):
        etl.FileSource(path).extract()
