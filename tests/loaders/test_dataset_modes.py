"""Datasets that rows are appended to, or upserted into."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import etlframe as etl
from etlframe.errors import ColumnNotFoundError, LoadError
from tests.loaders.datasets import FLIGHTS, parts, read, run, same

pytestmark = pytest.mark.usefixtures("log")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out" / "flights"


# -- appending -------------------------------------------------------------------------------------


@pytest.mark.parametrize("partition_by", [None, "carrier"])
def test_an_append_adds_parts_and_leaves_the_others(out: Path, partition_by: str | None) -> None:
    run(FLIGHTS, out, partition_by=partition_by)
    before = {each: (out / each).stat().st_ino for each in parts(out)}
    more = FLIGHTS.assign(id=FLIGHTS["id"] + 5)
    assert run(more, out, mode="append").rows_loaded == 5
    same(read(out), pd.concat([FLIGHTS, more], ignore_index=True))
    assert {each: (out / each).stat().st_ino for each in before} == before


def test_appended_rows_come_last(out: Path) -> None:
    for start in range(0, 15, 5):
        run(FLIGHTS.assign(id=FLIGHTS["id"] + start), out, mode="append")
    assert read(out)["id"].tolist() == list(range(1, 16))


def test_no_new_rows_add_no_part_and_are_remembered(out: Path) -> None:
    run(FLIGHTS, out)
    before = parts(out)
    pipeline = etl.Pipeline("flights", FLIGHTS.head(0)).to(f"{out}/", mode="append")
    assert [pipeline.run(run_id="a").status for _ in range(2)] == ["COMPLETED", "SKIPPED"]
    assert parts(out) == before
    assert [each.run_id for each in pipeline.state().loads] == ["a"]


def test_integers_become_the_dataset_s_floats_and_columns_without_values_nothing(
    out: Path,
) -> None:
    run(FLIGHTS, out)
    more = pd.DataFrame({"id": [6], "carrier": ["UA"], "delay": [7], "day": [None]})
    run(more.astype({"day": "float64"}), out, mode="append")
    found = read(out)
    assert found.dtypes.astype(str).to_dict() == {
        "id": "int64",
        "carrier": "str",
        "delay": "float64",
        "day": "datetime64[us]",
    }
    assert found["delay"].tolist()[-1] == 7.0
    assert len(pl.read_parquet(out, missing_columns="insert")) == 6


def test_another_type_is_an_error_that_names_the_column(out: Path) -> None:
    run(FLIGHTS, out)
    with pytest.raises(LoadError, match=r"Column 'id' is int in .*, and float in the new rows"):
        run(FLIGHTS.assign(id=[0.5] * 5), out, mode="append")
    with pytest.raises(LoadError, match=r"Column 'delay' is float in .*, and str"):
        run(FLIGHTS.assign(delay="late"), out, mode="upsert", key="id")
    same(read(out), FLIGHTS)


def test_new_and_missing_columns_are_warned_of(out: Path) -> None:
    run(FLIGHTS, out)
    more = FLIGHTS.assign(id=FLIGHTS["id"] + 5, gate="A1").drop(columns="delay")
    warnings = run(more, out, mode="append").warnings
    assert any("'gate' is new in flights" in each for each in warnings)
    assert any("'delay' of flights is missing" in each for each in warnings)
    assert read(out)["gate"].isna().sum() == 5


def test_a_dataset_keeps_its_partitions(out: Path) -> None:
    run(FLIGHTS, out, partition_by="carrier")
    with pytest.raises(LoadError, match=r"partitioned by carrier, and not by id"):
        run(FLIGHTS, out, mode="append", partition_by="id")
    run(FLIGHTS.assign(id=FLIGHTS["id"] + 5), out, mode="append")
    assert all(each.startswith("carrier=") for each in parts(out))


# -- upserting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("partition_by", [None, "carrier"])
def test_an_upsert_writes_only_parts_anew_that_have_such_rows(
    out: Path, partition_by: str | None
) -> None:
    run(FLIGHTS, out, partition_by=partition_by)
    run(FLIGHTS.assign(id=FLIGHTS["id"] + 5), out, mode="append")
    before = parts(out)
    new = FLIGHTS.iloc[[3]].assign(delay=99.0, carrier="UA")
    run(new, out, mode="upsert", key="id")
    expected = pd.concat(
        [FLIGHTS[FLIGHTS["id"] != 4], FLIGHTS.assign(id=FLIGHTS["id"] + 5), new], ignore_index=True
    )
    same(read(out), expected)
    assert len(set(before) - set(parts(out))) == 1


def test_a_key_may_be_what_names_the_folders(out: Path) -> None:
    run(FLIGHTS, out, partition_by="carrier")
    new = FLIGHTS.iloc[[0]].assign(delay=99.0)
    run(new, out, mode="upsert", key=["carrier", "id"])
    same(read(out), pd.concat([FLIGHTS.iloc[1:], new], ignore_index=True))


def test_keys_that_no_engine_computes_with_are_held_against_each_other_in_pandas(
    out: Path,
) -> None:
    key = pd.to_timedelta(["1h", "2h", "3h", "4h", "5h"])
    df = FLIGHTS.assign(zone=pd.Series(FLIGHTS["day"]).dt.tz_localize("Europe/Rome"), span=key)
    run(df[["id", "zone"]].dropna(), out)
    new = df[["id", "zone"]].iloc[[0]].assign(id=77)
    run(new, out, mode="upsert", key="zone")
    assert sorted(read(out)["id"]) == [2, 5, 77]


def test_a_key_that_repeats_or_is_missing_changes_nothing(out: Path) -> None:
    run(FLIGHTS, out)
    with pytest.raises(LoadError, match="more than once"):
        run(FLIGHTS.assign(id=1), out, mode="upsert", key="id")
    with pytest.raises(LoadError, match="has no column 'gate', which is a key"):
        run(FLIGHTS.assign(gate="A"), out, mode="upsert", key=["id", "gate"])
    with pytest.raises(ColumnNotFoundError):
        run(FLIGHTS, out, mode="upsert", key="idd")
    same(read(out), FLIGHTS)


def test_a_type_is_held_against_all_parts_not_the_newest_alone(out: Path) -> None:
    run(FLIGHTS, out, mode="append")
    run(FLIGHTS[["id"]].assign(id=FLIGHTS["id"] + 5), out, mode="append")
    with pytest.raises(LoadError, match=r"Column 'delay' is float in .*, and str"):
        run(FLIGHTS.assign(delay="late"), out, mode="append")


def test_a_first_load_without_rows_says_nothing_of_a_partition(out: Path) -> None:
    run(FLIGHTS.head(0), out, mode="append", partition_by="id")
    run(FLIGHTS, out, mode="append")
    same(read(out), FLIGHTS)


def test_a_key_in_the_folders_of_another_type_is_told(out: Path) -> None:
    run(FLIGHTS, out, partition_by="id")
    with pytest.raises(LoadError, match="Column 'id' is '1' in the folder id=1/"):
        run(FLIGHTS.assign(id=FLIGHTS["id"] > 2).tail(1), out, mode="upsert", key=["id", "carrier"])
