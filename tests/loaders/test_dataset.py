"""Datasets: what means one, and how it is written."""

from __future__ import annotations

from copy import copy, deepcopy
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

import etlframe as etl
from etlframe.errors import ColumnNotFoundError, LoadError, OptionError, UnknownNameError
from etlframe.loaders.dataset import DatasetLoader
from tests.loaders.datasets import FLIGHTS, parts, read, run, same

pytestmark = pytest.mark.usefixtures("log")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out" / "flights"


# -- what means a dataset --------------------------------------------------------------------------


def test_a_slash_a_partition_or_parts_that_are_there_mean_a_dataset(tmp_path: Path) -> None:
    assert isinstance(etl.DataLoader(f"{tmp_path}/new/"), DatasetLoader)
    assert isinstance(etl.DataLoader(tmp_path / "new", partition_by="a"), DatasetLoader)
    (tmp_path / "there").mkdir()
    assert not isinstance(etl.DataLoader(tmp_path / "there", format="parquet"), DatasetLoader)
    FLIGHTS.to_parquet(tmp_path / "there" / "spark-0001.parquet")
    assert isinstance(etl.DataLoader(tmp_path / "there"), DatasetLoader)


def test_a_folder_without_parts_is_still_no_file(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="is a folder; name a file in it, or end it with a slash"):
        etl.DataLoader(tmp_path, format="parquet").check()


@pytest.mark.parametrize("given", [[1], ["a", "a"], [""]])
def test_partitions_are_names_of_columns(tmp_path: Path, given: Any) -> None:
    with pytest.raises(OptionError, match="partition_by is a column"):
        etl.DataLoader(tmp_path / "new", partition_by=given)


def test_a_misspelt_option_and_another_format_are_told(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="compresion"):
        etl.DataLoader(f"{tmp_path}/new/", compresion="zstd")
    with pytest.raises(LoadError, match="holds Parquet, not csv"):
        etl.DataLoader(f"{tmp_path}/new/", format="csv")


# -- writing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["pandas", "duckdb", "polars"])
@pytest.mark.parametrize("partition_by", [None, "carrier", ["carrier", "id"]])
def test_rows_come_back_as_they_were(out: Path, engine: str, partition_by: Any) -> None:
    result = run(FLIGHTS, out, partition_by=partition_by, engine=engine)
    assert (result.status, result.rows_loaded, result.warnings) == ("COMPLETED", 5, [])
    same(read(out), FLIGHTS)


def test_folders_are_named_as_other_readers_name_them(out: Path) -> None:
    df = FLIGHTS.assign(carrier=["A/A", "ü b", "A/A", "C=1", "ü b"])
    run(df, out, partition_by=["carrier"])
    same(read(out), df)
    same(pd.read_parquet(out).astype({"carrier": "str"}), df)
    same(pl.read_parquet(out, hive_partitioning=True).to_pandas(), df)
    with duckdb.connect() as connection:
        found = connection.execute(f"FROM '{out}/**/*.parquet'").df()
    same(found.astype({"carrier": "str"}), df)


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (["007", "12", "007", "8", "12"], "str"),
        ([7, 12, -7, 8, 12], "int64"),
        ([True, False, True, True, False], "bool"),
        (pd.to_datetime(["2013-01-01", "2013-02-01"] * 2 + ["2013-01-01"]), "datetime64[us]"),
        (
            pd.to_datetime(["2013-01-01 05:06", "2013-02-01 00:00"] * 2 + ["2013-01-01 10:00"]),
            "datetime64[us]",
        ),
        (["", "a", "", "B b", "a"], "str"),
        (["x", None, "x", None, "y"], "str"),
    ],
)
def test_the_names_of_folders_tell_values_and_types(out: Path, values: Any, dtype: str) -> None:
    df = FLIGHTS.assign(key=values)
    run(df, out, partition_by="key")
    assert str(read(out)["key"].dtype) == dtype
    same(read(out), df.astype({"key": dtype}))


def test_rows_of_a_partition_keep_their_order(out: Path) -> None:
    df = pd.DataFrame({"n": range(200_000)}).assign(k=lambda d: d["n"] % 3)
    run(df, out, partition_by="k")
    for part in parts(out):
        assert pd.read_parquet(out / part, partitioning=None)["n"].is_monotonic_increasing


def test_no_rows_are_a_dataset_with_columns(out: Path) -> None:
    for partition_by in (None, "carrier"):
        run(FLIGHTS.head(0), out, partition_by=partition_by)
        found = read(out)
        assert (len(found), set(found)) == (0, set(FLIGHTS))


@pytest.mark.parametrize(
    ("partition_by", "says"),
    [("delay", "names no folder"), (["id", "carrier", "day", "delay"], "names no folder")],
)
def test_what_names_no_folder_is_an_error(out: Path, partition_by: Any, says: str) -> None:
    with pytest.raises(LoadError, match=says):
        run(FLIGHTS, out, partition_by=partition_by)
    assert not out.exists()


def test_all_columns_cannot_name_folders(out: Path) -> None:
    with pytest.raises(LoadError, match="none is left for the files"):
        run(FLIGHTS[["id"]], out, partition_by="id")


def test_a_partition_that_is_no_column_names_near_ones(out: Path) -> None:
    with pytest.raises(ColumnNotFoundError, match="carrier"):
        run(FLIGHTS, out, partition_by="carier")


def test_a_write_takes_the_place_of_all_parts(out: Path) -> None:
    run(FLIGHTS, out, partition_by="carrier")
    run(FLIGHTS.head(2), out)
    same(read(out), FLIGHTS.head(2))
    assert len(parts(out)) == 1


def test_a_folder_of_other_things_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "home" / "photos").mkdir(parents=True)
    (tmp_path / "home" / "photos" / "cat.png").write_bytes(b"png")
    with pytest.raises(LoadError, match=r"photos/cat.png, which is no Parquet file"):
        run(FLIGHTS, tmp_path / "home")
    assert (tmp_path / "home" / "photos" / "cat.png").exists()


@pytest.mark.parametrize("name", [".env", "_days.csv", ".git/HEAD", "_delta_log/0.json"])
def test_hidden_things_are_never_replaced_either(tmp_path: Path, name: str) -> None:
    (tmp_path / "home" / name).parent.mkdir(parents=True)
    (tmp_path / "home" / name).write_text("dear")
    with pytest.raises(LoadError, match="Name a folder of its own"):
        run(FLIGHTS, tmp_path / "home")
    assert (tmp_path / "home" / name).read_text() == "dear"


def test_a_linked_folder_of_parts_is_not_lost(tmp_path: Path, out: Path) -> None:
    run(FLIGHTS, tmp_path / "archive", partition_by="carrier")
    run(FLIGHTS, out, partition_by="carrier")
    (out / "carrier=ZZ").symlink_to(tmp_path / "archive" / "carrier=AA")
    with pytest.raises(LoadError, match="carrier=ZZ, which is a link"):
        run(FLIGHTS, out, mode="append")


@pytest.mark.parametrize("name", ["_k", ".k", "a/b", "a=b", "_run_id"])
def test_names_that_readers_take_for_others_name_no_folder(out: Path, name: str) -> None:
    with pytest.raises(LoadError, match="cannot name a folder"):
        run(FLIGHTS.assign(**{name: 1}), out, partition_by=name)


def test_what_spark_leaves_beside_its_parts_is_no_other_thing(out: Path) -> None:
    out.mkdir(parents=True)
    FLIGHTS.to_parquet(out / "part-0001.snappy.parquet")
    (out / "_SUCCESS").touch()
    (out / ".part-0001.crc").touch()
    run(FLIGHTS.assign(id=FLIGHTS["id"] + 5), out, mode="append")
    assert sorted(read(out)["id"]) == list(range(1, 11))


def test_permissions_of_the_folder_are_kept(out: Path) -> None:
    run(FLIGHTS, out)
    out.chmod(0o750)
    run(FLIGHTS, out)
    assert out.stat().st_mode & 0o777 == 0o750


def test_a_copy_of_a_loader_is_one_of_its_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FLIGHTS.to_parquet(tmp_path / "part.parquet")
    monkeypatch.chdir(tmp_path)
    for to in ("out.csv", "out/"):
        loader = etl.DataLoader(to)
        assert repr(copy(loader)) == repr(loader)
        assert repr(deepcopy(loader)) == repr(loader)
