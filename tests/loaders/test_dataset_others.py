"""Datasets that others use as well, and loads of them that are taken back."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

import etlframe as etl
from etlframe.errors import LoadError
from etlframe.storage import commit_parts, swapping
from tests.loaders.datasets import FLIGHTS, parts, read, run

pytestmark = pytest.mark.usefixtures("log")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out" / "flights"


# -- others at the same folder ---------------------------------------------------------------------


def test_a_part_that_another_program_adds_at_the_last_moment_stays(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(FLIGHTS, out)
    more = FLIGHTS.assign(id=FLIGHTS["id"] + 5)

    def swap(target: Path, other: Path) -> None:
        more.to_parquet(target / "from-spark.parquet")
        swapping.swap(target, other)

    monkeypatch.setattr(commit_parts, "swap", swap)
    run(FLIGHTS.assign(id=FLIGHTS["id"] + 10), out, mode="append")
    assert sorted(read(out)["id"]) == list(range(1, 16))


def test_a_load_that_fails_leaves_the_dataset_and_nothing_beside(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(FLIGHTS, out)
    before, beside = parts(out), sorted(out.parent.iterdir())

    def swap(target: Path, other: Path) -> None:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(commit_parts, "swap", swap)
    with pytest.raises(LoadError, match="No space left"):
        run(FLIGHTS, out, mode="append")
    assert parts(out) == before
    assert [each.name for each in out.parent.iterdir() if each.suffix in (".stage", ".before")] == [
        each.name for each in beside if each.suffix == ".before"
    ]
    monkeypatch.undo()
    run(FLIGHTS.assign(id=FLIGHTS["id"] + 5), out, mode="append")
    assert len(read(out)) == 10


@pytest.mark.parametrize("exchanges", [True, False])
@pytest.mark.parametrize("mode", ["write", "append", "upsert"])
def test_a_rollback_brings_back_the_parts_and_the_memory(
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    exchanges: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    if not exchanges:
        monkeypatch.setattr(swapping, "_exchanged", lambda *_: False)
    key = {"key": "id"} if mode == "upsert" else {}
    first = etl.Pipeline("flights", FLIGHTS).to(f"{out}/", partition_by="carrier")
    first.run(run_id="a").raise_for_status()
    before = parts(out)
    second = etl.Pipeline("flights", FLIGHTS.head(2)).to(f"{out}/", mode=mode, **key)
    second.run(run_id="b").raise_for_status()
    assert parts(out) != before
    assert second.rollback("b").run_id == "b"
    assert parts(out) == before
    assert [each.run_id for each in second.state().loads] == ["a"]
    assert second.run(run_id="b").status == "COMPLETED"


def test_a_first_load_undone_leaves_nothing(out: Path) -> None:
    result = run(FLIGHTS, out)
    etl.DataLoader(f"{out}/").rollback(result.run_id)
    assert not out.exists()
    assert [each for each in out.parent.iterdir() if each.suffix != ".lock"] == []


def test_parts_that_came_since_are_not_lost_by_a_rollback(out: Path) -> None:
    run(FLIGHTS, out)
    result = run(FLIGHTS, out, mode="append")
    FLIGHTS.to_parquet(out / "from-spark.parquet")
    with pytest.raises(LoadError, match="changed since by another program"):
        etl.DataLoader(f"{out}/").rollback(result.run_id)
    assert (out / "from-spark.parquet").exists()


def test_previous_parts_are_not_kept_where_that_is_not_wanted(out: Path) -> None:
    for _ in range(2):
        run(FLIGHTS, out, keep_previous=False)
    assert [each.name for each in out.parent.iterdir()] == ["flights"]


def test_a_profile_leaves_the_dataset_alone(out: Path) -> None:
    run(FLIGHTS, out)
    before, beside = parts(out), sorted(out.parent.iterdir())
    profile = etl.Pipeline("flights", FLIGHTS).to(f"{out}/", mode="append").profile()
    assert profile.rows_loaded == 5
    assert (parts(out), sorted(out.parent.iterdir())) == (before, beside)


def test_a_link_to_a_folder_stays_one(tmp_path: Path) -> None:
    run(FLIGHTS, tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    run(FLIGHTS.head(1), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert len(read(tmp_path / "real")) == 1


def test_a_file_where_the_folder_should_be_and_one_that_may_not_be_written(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LoadError, match="is a file, and part files need a folder"):
        etl.DataLoader(f"{tmp_path}/file/").check()
    if os.geteuid() != 0:
        tmp_path.chmod(0o500)
        with pytest.raises(LoadError, match="no permission to write"):
            etl.DataLoader(f"{tmp_path}/new/").check()


def test_it_says_what_it_is(tmp_path: Path) -> None:
    loader = etl.DataLoader("out/flights", mode="append", partition_by=["carrier"])
    assert loader.describe() == "out/flights (append) by carrier"
    assert repr(loader) == "DatasetLoader('out/flights', mode='append', partition_by=['carrier'])"


@pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])
def test_a_dataset_is_a_source_as_well(out: Path, engine: str) -> None:
    run(FLIGHTS, out, partition_by="carrier")
    run(FLIGHTS.assign(id=FLIGHTS["id"] + 5), out, mode="append")
    plan = etl.Pipeline("read", etl.FileSource(f"{out}/")).query("carrier != 'B6'")
    found = plan.collect(engine)
    assert sorted(found["id"]) == [1, 2, 3, 5, 6, 7, 8, 10]
    assert found.dtypes.astype(str).to_dict() == FLIGHTS.dtypes.astype(str).to_dict()


def test_who_reads_while_all_parts_are_replaced_sees_one_load(out: Path) -> None:
    run(FLIGHTS, out)
    over = Event()

    def replaced() -> None:
        for at in range(1, 15):
            run(FLIGHTS.assign(id=at * 10), out)
        over.set()

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(replaced)
        while not over.is_set() and not writing.done():
            assert len(set(read(out)["id"])) in (1, 5)
            assert len(etl.FileSource(f"{out}/").extract()) == 5
        writing.result()
