"""What a loader of tables refuses before anything runs, and what it never tells."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

import etlframe as etl
from etlframe.errors import (
    ETLError,
    LoadError,
    MissingDependencyError,
    OptionError,
    UnknownNameError,
)
from etlframe.loaders.file import DataLoader
from etlframe.storage.database import address_of
from tests.loaders.sql.looking import loader, people

URL = "postgresql://ada:love%20lace@127.0.0.1:1/db"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, 'Name it: table="flights"'),
        ({"table": ""}, "table is the name of a table"),
        ({"table": 3}, "table"),
        ({"table": "a."}, "schema.name"),
        ({"table": "t", "mode": "replace"}, "mode is 'write', 'append' or 'upsert'"),
        ({"table": "t", "mode": "upsert"}, 'key="id"'),
        ({"table": "t", "mode": "upsert", "key": []}, 'key="id"'),
        ({"table": "t", "mode": "upsert", "key": ["a", "a"]}, "key is a column"),
        ({"table": "t", "mode": "upsert", "key": [3]}, "key is a column"),
        ({"table": "t", "key": "id"}, 'is for mode="upsert"'),
        ({"table": "t", "on_new_columns": "drop"}, "on_new_columns is one of"),
    ],
)
def test_options_that_cannot_be_are_told_at_once(options: dict[str, Any], told: str) -> None:
    with pytest.raises(OptionError) as caught:
        DataLoader(URL, **options)
    assert told in str(caught.value)
    assert "love" not in str(caught.value)


def test_an_unknown_option_is_told_with_the_near_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"Did you mean 'on_new_columns'"):
        DataLoader(URL, table="t", on_new_column="add")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "duckdb://x.db"])
def test_a_url_without_a_file_is_refused(url: str) -> None:
    with pytest.raises(OptionError, match="needs the path of a file"):
        DataLoader(url, table="t")


def test_a_url_that_is_none_is_refused_without_its_secrets() -> None:
    with pytest.raises(OptionError, match=r"A database is sqlite:///path.db") as caught:
        address_of("mysql://ada:lovelace@host/db")
    assert "lovelace" not in str(caught.value)
    with pytest.raises(OptionError, match="per cent") as caught:
        address_of("postgresql://ada:love[lace@host/db")
    assert "lace" not in str(caught.value)


def test_relative_and_absolute_paths_and_drivers_of_sqlalchemy() -> None:
    assert address_of("sqlite:///a/b.db").path == Path("a/b.db")
    assert address_of("duckdb:////a/b.db").path == Path("/a/b.db")
    assert address_of("sqlite:///~/b.db").path == Path.home() / "b.db"
    assert address_of("postgresql+psycopg://h/db").url == "postgresql://h/db"


def test_no_password_is_ever_shown() -> None:
    to = DataLoader(URL, table="t", mode="upsert", key="id")
    made = etl.Pipeline("p", etl.FrameSource(people(1))).to(URL, table="t")
    result = made.run()
    with pytest.raises(LoadError) as caught:
        to.check()
    with pytest.raises(ETLError) as read:
        to.read()
    told = [
        repr(to),
        to.describe(),
        repr(address_of(URL)),
        repr(made),
        made.explain(),
        str(caught.value),
    ]
    told += [str(read.value), str(result.record()), repr(result), result._repr_html_()]
    told.append("".join(map(str, (caught.value.__cause__, caught.value.__context__))))
    for each in map(str, told):
        assert "lace" not in each
    assert "upsert by id" in to.describe()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_driver_that_is_missing_is_told_with_the_line_that_installs_it(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = URL if database == "postgresql" else f"sqlite:///{tmp_path}/x.db"
    (tmp_path / "x.db").touch()

    def import_module(name: str, package: str | None = None) -> Any:
        if name.startswith("adbc"):
            raise ImportError(name)
        return importlib.import_module(name, package)

    monkeypatch.setattr("etlframe.storage.adbc.import_module", import_module)
    with pytest.raises(MissingDependencyError, match=r'pip install "etlframe\[sql\]"'):
        loader(url).check()
    with pytest.raises(MissingDependencyError, match=r'pip install "etlframe\[sql\]"'):
        etl.SQLSource(url, "t").extract()


def test_a_folder_that_cannot_be_is_told_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for database in ("sqlite", "duckdb"):
        with pytest.raises(LoadError, match="is a file, not a folder"):
            loader(f"{database}:///{tmp_path}/file/x.db").check()
        with pytest.raises(LoadError, match="is a folder"):
            loader(f"{database}:///{tmp_path}").check()


def test_folders_are_made(tmp_path: Path) -> None:
    for database in ("sqlite", "duckdb"):
        to = loader(f"{database}:///{tmp_path}/deep/er/x.{database}")
        to.check()
        assert not (tmp_path / "deep" / "er").exists() or database == "duckdb"
        assert to.load(people(1)) == 1
        assert to.read()["id"].tolist() == [1]


def test_a_profile_loads_nothing(url: str) -> None:
    made = etl.Pipeline("p", etl.FrameSource(people(1))).to(url, table="t")
    made.profile()
    with pytest.raises(FileNotFoundError):
        loader(url).read()
