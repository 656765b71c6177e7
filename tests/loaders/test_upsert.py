"""Upsert into files: what pandas would make of it, on every format; and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import etlframe as etl
from etlframe.errors import ColumnNotFoundError, LoadError, OptionError

SUFFIXES = ["csv", "tsv", "jsonl", "json", "parquet", "csv.gz", "jsonl.zst"]


def upsert(path: Path, df: pd.DataFrame, key: Any = "id") -> int:
    return etl.DataLoader(path, mode="upsert", key=key).load(df)


def merged(old: pd.DataFrame, new: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return what an upsert means, as plain pandas."""
    keys = set(new[key].itertuples(index=False, name=None))
    stays = [each not in keys for each in old[key].itertuples(index=False, name=None)]
    return pd.concat([old[stays], new], ignore_index=True)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_rows_of_a_new_key_are_put_behind_and_those_of_a_known_one_replaced(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"a.{suffix}"
    old = pd.DataFrame({"id": [1, 2, 3], "v": ["a", 'b, "b"', None], "x": [1.5, np.nan, 2.0]})
    new = pd.DataFrame({"id": [2, 4], "v": ["B", "d"], "x": [9.5, 0.5]})
    assert upsert(path, old) == 3
    assert upsert(path, new) == 2
    pd.testing.assert_frame_equal(etl.DataLoader(path).read(), merged(old, new, ["id"]))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_columns_that_one_side_lacks_are_missing_there(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    upsert(path, pd.DataFrame({"id": [1, 2], "old": ["a", "b"]}))
    upsert(path, pd.DataFrame({"id": [2], "new": [2.5]}))
    expected = pd.DataFrame({"id": [1, 2], "old": ["a", None], "new": [np.nan, 2.5]})
    pd.testing.assert_frame_equal(etl.DataLoader(path).read(), expected.astype({"old": "str"}))


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_text_that_looks_like_numbers_or_dates_stays_text(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    upsert(
        path, pd.DataFrame({"zip": ["10001", "94110"], "day": ["2024-01-02", "2024-01-03"]}), "zip"
    )
    upsert(path, pd.DataFrame({"zip": ["02134"], "day": ["soon"]}), "zip")
    text = path.read_text()
    assert "10001" in text
    assert "02134" in text
    assert "2024-01-02" in text
    assert "00:00" not in text


def test_several_columns_are_a_key(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    old = pd.DataFrame({"a": [1, 1, 2], "b": ["x", "y", "x"], "v": [1, 2, 3]})
    new = pd.DataFrame({"a": [1, 2], "b": ["y", "y"], "v": [20, 40]})
    upsert(path, old, ["a", "b"])
    upsert(path, new, ["a", "b"])
    pd.testing.assert_frame_equal(etl.DataLoader(path).read(), merged(old, new, ["a", "b"]))


def test_rows_of_the_file_that_have_no_key_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    etl.DataLoader(path).load(pd.DataFrame({"id": ["a", None, "b"], "v": [1, 2, 3]}))
    upsert(path, pd.DataFrame({"id": ["b"], "v": [30]}))
    assert etl.DataLoader(path).read()["v"].tolist() == [1, 2, 30]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_no_rows_change_nothing(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    old = pd.DataFrame({"id": [1, 2], "v": ["a", "b"]})
    upsert(path, old)
    assert upsert(path, old.head(0)) == 0
    pd.testing.assert_frame_equal(etl.DataLoader(path).read(), old)


KEYS = st.lists(st.integers(0, 9), unique=True, max_size=8)


@settings(max_examples=25)
@given(loads=st.lists(KEYS, min_size=1, max_size=4), suffix=st.sampled_from(["csv", "parquet"]))
def test_any_upserts_give_what_pandas_would(
    tmp_path_factory: pytest.TempPathFactory, loads: list[list[int]], suffix: str
) -> None:
    path = tmp_path_factory.mktemp("upsert") / f"a.{suffix}"
    expected = pd.DataFrame({"id": [], "v": []}, dtype="int64")
    for at, keys in enumerate(loads):
        new = pd.DataFrame({"id": keys, "v": [at] * len(keys)}, dtype="int64")
        upsert(path, new)
        expected = merged(expected, new, ["id"])
    found = etl.DataLoader(path).read()
    assert found.to_dict("list") == expected.to_dict("list")


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        ([1.0, None], r"key \(id\) is missing in 1 of 2 rows"),
        ([5, 5], r"more than once in 2 of 2 rows, such as 5: .*drop_duplicates\(\['id'\]\)"),
    ],
)
def test_a_key_that_tells_no_row_is_refused_and_the_file_is_as_it_was(
    tmp_path: Path, ids: list[Any], words: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,v\n1,a\n")
    with pytest.raises(LoadError, match=words):
        upsert(path, pd.DataFrame({"id": ids, "v": ["x", "y"]}))
    assert path.read_text() == "id,v\n1,a\n"
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


def test_a_key_that_is_no_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ColumnNotFoundError, match="'idd'"):
        upsert(tmp_path / "a.csv", pd.DataFrame({"id": [1]}), "idd")
    (tmp_path / "b.csv").write_text("k,v\n1,2\n")
    with pytest.raises(LoadError, match="has no column 'id', which is a key"):
        upsert(tmp_path / "b.csv", pd.DataFrame({"id": [1]}))


def test_another_type_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    upsert(path, pd.DataFrame({"id": [1], "v": ["a"]}))
    with pytest.raises(LoadError, match=r"'v' is str in .*a\.parquet, and int in the new rows"):
        upsert(path, pd.DataFrame({"id": [1], "v": [5]}))
    assert etl.DataLoader(path).read()["v"].tolist() == ["a"]


def test_options_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with pytest.raises(OptionError, match="needs key="):
        etl.DataLoader(path, mode="upsert")
    with pytest.raises(OptionError, match="key= is for mode='upsert'"):
        etl.DataLoader(path, mode="append", key="id")
    with pytest.raises(OptionError, match="'write', 'append' or 'upsert', not 'merge'"):
        etl.DataLoader(path, mode="merge")
