"""Write, append and upsert, in every database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import etlframe as etl
from etlframe.engines.duckdb.engine import DuckDBEngine
from etlframe.errors import ColumnNotFoundError, LoadError, SourceNotFoundError
from etlframe.loaders.base import Destination
from tests.loaders.sql.looking import database_of, loader, people, rows, run

ANN, BOB, EVE = (1, "n1"), (2, "n2"), (3, "n3")


def test_a_loader_of_a_table_is_a_data_loader(url: str) -> None:
    made = etl.DataLoader(url, table="t")
    assert isinstance(made, etl.DataLoader)
    assert isinstance(made, Destination)


def test_write_replaces_the_rows(url: str) -> None:
    assert loader(url).load(people(1, 2)) == 2
    assert loader(url).load(people(3)) == 1
    assert rows(url) == [EVE]


def test_append_adds_rows_also_the_same_ones(url: str) -> None:
    to = loader(url, mode="append")
    assert [to.load(people(1)), to.load(people(2)), to.load(people(2))] == [1, 1, 1]
    assert rows(url) == [ANN, BOB, BOB]


def test_upsert_changes_rows_of_the_same_key_and_adds_the_others(url: str) -> None:
    to = loader(url, mode="upsert", key="id")
    assert to.load(people(1, 2)) == 2
    assert to.load(people(2, 3, name="new")) == 2
    assert rows(url) == [ANN, (2, "new2"), (3, "new3")]


def test_upsert_by_several_columns(url: str) -> None:
    to = loader(url, mode="upsert", key=["a", "b"])
    to.load(pd.DataFrame({"a": [1, 1], "b": ["x", "y"], "v": [1.5, 2.5]}))
    to.load(pd.DataFrame({"v": [9.0, 8.0], "b": ["y", "x"], "a": [1, 2]}))
    assert rows(url, "SELECT * FROM t ORDER BY a, b") == [
        (1, "x", 1.5), (1, "y", 9.0), (2, "x", 8.0),
    ]  # fmt: skip


def test_upsert_of_keys_alone_adds_what_is_not_there(url: str) -> None:
    to = loader(url, mode="upsert", key="id")
    to.load(pd.DataFrame({"id": [1, 2]}))
    to.load(pd.DataFrame({"id": [2, 3]}))
    assert rows(url) == [(1,), (2,), (3,)]


def test_upsert_into_a_table_without_a_unique_index(url: str) -> None:
    run(url, "CREATE TABLE t (id BIGINT, name VARCHAR(9), note VARCHAR(9))",
        "INSERT INTO t VALUES (1, 'a', 'kept')")  # fmt: skip
    loader(url, mode="upsert", key="id").load(people(1, 2))
    assert rows(url) == [(1, "n1", "kept"), (2, "n2", None)]


@pytest.mark.parametrize("key", ["id", ["id", "name"]])
def test_a_key_that_repeats_in_the_new_rows_is_an_error_with_examples(
    url: str, key: str | list[str]
) -> None:
    to = loader(url, mode="upsert", key=key)
    to.load(people(1))
    with pytest.raises(LoadError, match=r"repeats in the rows.*2.* \(3 times\).*drop_duplicates"):
        to.load(people(1, 2, 2, 2, 3))
    assert rows(url) == [ANN]


def test_a_missing_key_is_an_error_with_examples(url: str) -> None:
    to = loader(url, mode="upsert", key=["id", "name"])
    with pytest.raises(LoadError, match=r"is missing in rows to upsert into t: \(2, None\)"):
        to.load(pd.DataFrame({"id": [1, 2], "name": ["a", None]}))
    with pytest.raises(SourceNotFoundError):
        to.read()


def test_a_key_that_rows_or_table_lack_is_told_with_near_names(url: str) -> None:
    with pytest.raises(ColumnNotFoundError, match="Did you mean 'id'"):
        loader(url, mode="upsert", key="idd").load(people(1))
    loader(url).load(people(1))
    with pytest.raises(LoadError, match=r"no column 'ident', which is a key"):
        loader(url, mode="upsert", key="ident").load(people(1).assign(ident=1))
    assert rows(url) == [ANN]


@pytest.mark.parametrize("mode", ["write", "append", "upsert"])
def test_no_rows_make_the_table_and_change_only_what_write_does(url: str, mode: str) -> None:
    key = {"key": "id"} if mode == "upsert" else {}
    none = people().astype({"id": "int64", "name": "str"})
    to = loader(url, mode=mode, **key)
    assert to.load(none) == 0
    assert rows(url) == []
    assert to.load(people(1)) == 1
    assert to.load(none) == 0
    assert rows(url) == ([] if mode == "write" else [ANN])


def test_rows_without_columns_are_an_error(url: str) -> None:
    with pytest.raises(LoadError, match="no columns"):
        loader(url).load(pd.DataFrame())


def test_a_pipeline_goes_into_a_table_from_every_engine(url: str, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,name\n1,n1\n2,n2\n3,n3\n")
    made = etl.Pipeline("people", etl.FileSource(tmp_path / "in.csv")).query("id > 1")
    for engine in ("duckdb", "polars", "pandas"):
        result = made.to(url, table="t").run(engine=engine)
        result.raise_for_status()
        assert result.rows_loaded == 2
        assert result.frame().to_dict("list") == {"id": [2, 3], "name": ["n2", "n3"]}
        assert rows(url) == [BOB, EVE]


def test_an_engine_brings_many_rows_in_batches(url: str) -> None:
    engine = DuckDBEngine()
    many = pd.DataFrame({"id": range(200_000), "f": 0.5})
    try:
        loaded = loader(url).load_frame(engine.from_pandas(many))
    finally:
        engine.close()
    assert loaded.rows == 200_000
    counted = rows(url, "SELECT count(*), count(DISTINCT id), sum(f) FROM t")
    assert counted == [(200_000, 200_000, 100_000.0)]


def test_write_keeps_what_belongs_to_the_table(url: str) -> None:
    run(url, "CREATE TABLE t (id INTEGER NOT NULL, name VARCHAR(20))",
        "CREATE INDEX by_name ON t (name)", "INSERT INTO t VALUES (7, 'old')")  # fmt: skip
    if database_of(url) == "postgresql":
        run(url, "GRANT SELECT ON t TO public")
    loader(url).load(people(1))
    assert rows(url) == [ANN]
    kept = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
        "duckdb": "SELECT index_name FROM duckdb_indexes()",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE tablename = 't'"
        " AND schemaname = current_schema()",
    }[database_of(url)]
    assert rows(url, kept) == [("by_name",)]
    if database_of(url) == "postgresql":
        assert rows(url, "SELECT has_table_privilege('pg_read_all_stats', 't', 'SELECT')")[0][0]


def test_a_schema_of_postgresql_is_named_before_the_table(url_of: Callable[[str], str]) -> None:
    url = url_of("postgresql")
    run(url, 'CREATE SCHEMA IF NOT EXISTS "Other one"')
    to = loader(url, table="Other one.t")
    try:
        to.load(people(1))
        assert to.read()["id"].tolist() == [1]
        assert rows(url, 'SELECT * FROM "Other one".t') == [ANN]
    finally:
        run(url, 'DROP SCHEMA "Other one" CASCADE')


def test_a_dot_is_a_part_of_a_name_elsewhere(url_of: Callable[[str], str]) -> None:
    for database in ("sqlite", "duckdb"):
        loader(url_of(database), table="a.b").load(people(1))
        assert rows(url_of(database), 'SELECT * FROM "a.b"') == [ANN]


def test_rows_that_had_one_key_in_common_become_one(url: str) -> None:
    for _ in range(3):
        loader(url, mode="append").load(people(1, 2, 2))
    assert loader(url, mode="upsert", key="id").load(people(2, 3, name="new")) == 2
    assert rows(url) == [*[(1, "n1")] * 3, (2, "new2"), (3, "new3")]
