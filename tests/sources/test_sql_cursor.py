"""Databases asked for new rows alone: the answer is that of reading all, and less is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import etlframe as etl
from etlframe.engines.sql import connect
from etlframe.sources.cursor import NewRows
from etlframe.sources.cursor_values import plain
from etlframe.storage.database import address_of
from tests.loaders.sql.looking import database_of, run
from tests.sources.narrowing import (
    between,
    counting,
    frame,
    ids,
    make,
    new,
    position,
    reading_all,
)

SPELLINGS = (
    lambda at: at.isoformat(),
    lambda at: at.isoformat(sep=" "),
    lambda at: at.isoformat(timespec="microseconds"),
)
ZONES = ("+00:00", "Z", "+13:45", "-11:00")
LETTERS = st.text("aAzZ äßé1-: '\U0001f600\uffff", max_size=4)
TIMES = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1))


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def spelled(at: dt.datetime, how: int) -> str:
    return quoted(SPELLINGS[how % len(SPELLINGS)](at))


def zoned(at: dt.datetime, how: int) -> str:
    return quoted(SPELLINGS[how % len(SPELLINGS)](at) + ZONES[how % len(ZONES)])


HOW = st.integers(0, 11)
LITERALS: dict[str, st.SearchStrategy[str]] = {
    "int": st.one_of(st.integers(-9, 9), st.integers(2**53 - 2, 2**53 + 9)).map(str),
    "float": st.one_of(
        st.floats(-10, 10), st.floats(allow_nan=False, allow_infinity=False, width=32)
    ).map(repr),
    "single": st.floats(-1e6, 1e6, width=32).map(repr),
    "decimal": st.decimals(-99, 99, places=3).map(str),
    "numeric": st.decimals(-99, 99, places=2).map(str),
    "text": LETTERS.map(quoted),
    "date": TIMES.map(lambda at: quoted(at.date().isoformat())),
    "time": st.builds(spelled, TIMES, HOW),
    "instant": st.builds(zoned, TIMES, HOW),
}
NEAR: dict[str, list[Any]] = {
    "int": [3, 2.5, -4, Decimal(2)],
    "float": [0.5, 3],
    "single": [0.1, 16_777_217],
    "decimal": [Decimal("1.5"), 2],
    "numeric": [Decimal("1.25"), 2, 0.5],
    "text": ["a", "Z", "é", ""],
    "date": [dt.datetime(2024, 1, 5, 12), "2024-01-05", pd.Timestamp("2024-01-05", tz="UTC")],
    "time": [dt.datetime(2024, 1, 5, 12), "2024-01-05 12:00", "Jan 5, 2030"],
    "instant": [dt.datetime(2024, 1, 5, 12, tzinfo=dt.UTC), "2024-01-05T12:00:00+05:00"],
}
PATCHED = [HealthCheck.function_scoped_fixture]


@pytest.mark.filterwarnings("ignore:Column 'at' has missing values and integers beyond")
@pytest.mark.parametrize("kind", LITERALS)
@settings(max_examples=6, suppress_health_check=[*PATCHED, HealthCheck.too_slow])
@given(data=st.data())
def test_the_answer_is_that_of_reading_all(kind: str, url: str, data: st.DataObject) -> None:
    made = data.draw(st.lists(LITERALS[kind], min_size=1, max_size=9))
    odd = ODD.get((database_of(url), kind), [])
    name = make(url, kind, [*made, *data.draw(st.sampled_from([[], [], ["NULL"], *odd]))])
    query = f'SELECT id, "at" FROM {name} WHERE id >= $least -- all'
    there: Any = frame(url, name)["at"].dropna()
    bounds = [plain(each) for each in there] + NEAR[kind]
    low, high = data.draw(st.sampled_from(bounds)), data.draw(st.sampled_from(bounds))
    lag = data.draw(st.sampled_from([None, "1D" if kind in ("date", "time", "instant") else 1]))
    params: Any = {"params": {"least": 0}}
    readers: list[Callable[[], Any]] = [
        lambda: new(url, name, initial=low),
        lambda: new(url, query, initial=low, **params),
        lambda: new(url, name, position(bounds[0]), lag=lag),
        lambda: new(url, query, position(bounds[0]), lag=lag, **params),
        lambda: between(url, name, low, high),
    ]
    for reader in readers:
        asked = reader()
        found = ids(asked)
        with pytest.MonkeyPatch.context() as patch, reading_all(patch):
            everything = reader()
            expected = ids(everything)
        assert found == expected
        assert getattr(asked, "position", None) == getattr(everything, "position", None)


ODD: dict[tuple[str, str], list[list[str]]] = {
    ("duckdb", "float"): [["'NaN'"], ["'inf'"], ["'-inf'"]],
    ("postgresql", "float"): [["'NaN'"], ["'Infinity'"], ["'-Infinity'"]],
    ("postgresql", "numeric"): [["'NaN'"], ["'Infinity'"], ["'-Infinity'"]],
    ("sqlite", "int"): [["'text'"], ["x'00'"]],
    ("sqlite", "text"): [["x'ff'"]],
    ("sqlite", "time"): [["7"], ["'2'"]],
}
"""Values that a column of a kind may hold too, with care."""


GROWING: dict[str, tuple[Callable[[int], str], Any]] = {
    "int": (str, 97),
    "float": (lambda n: f"{n}.5", 97.5),
    "text": (lambda n: f"'x{n:03}'", "x097"),
    "numeric": (lambda n: f"{n}.25", "97.25"),
    "date": (lambda n: f"'{dt.date(2024, 1, 1) + dt.timedelta(n)}'", "2024-04-07T00:00:00"),
    "time": (
        lambda n: f"'{dt.datetime(2024, 1, 1) + dt.timedelta(n)}'",
        "2024-04-07T00:00:00",
    ),
    "instant": (
        lambda n: f"'{dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(n)}'",
        "2024-04-07T00:00:00+00:00",
    ),
}


@pytest.mark.parametrize("kind", GROWING)
def test_only_rows_that_may_be_new_leave_the_database(
    kind: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    literal, last = GROWING[kind]
    if kind == "numeric" and database_of(url) == "sqlite":
        last = 97.25  # a float there
    name = make(url, kind, [literal(each) for each in range(100)])
    with counting(url, monkeypatch) as counts:
        assert ids(new(url, name, position(last))) == [97, 98, 99]
    assert counts[0] <= 5


@pytest.mark.parametrize("kind", ["int", "text", "time"])
def test_an_index_finds_the_new_rows(kind: str, url_of: Callable[[str], str]) -> None:
    literal, last = GROWING[kind]
    for database, explain in (("sqlite", "EXPLAIN QUERY PLAN "), ("postgresql", "EXPLAIN ")):
        url = url_of(database)
        collation = ' COLLATE "C"' if kind == "text" and database == "postgresql" else ""
        name = make(url, kind, [literal(each) for each in range(1000)], extra=collation)
        run(url, f'CREATE INDEX {name}_at ON {name} ("at")', "ANALYZE")
        source: Any = etl.SQLSource(url, f"SELECT * FROM {name}").between("at", last)
        with connect(address_of(url), read_only=True) as session:
            asked, _ = source._query(session)
        plan = explained(url, explain + asked.sql, asked.values)
        assert f"{name}_at" in plan, plan


def explained(url: str, sql: str, values: Any) -> str:
    """Return a plan, which the driver of PostgreSQL gives for a statement without values."""
    for at, each in enumerate(values, start=1):
        sql = sql.replace(f"{'?' if database_of(url) == 'sqlite' else '$'}{at}", quoted(str(each)))
    if database_of(url) == "sqlite":
        with connect(address_of(url), read_only=True) as session:
            return str(session.fetch(sql))
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(address_of(url).url) as connection, connection.cursor() as cursor:
        cursor.adbc_statement.set_options(**{"adbc.postgresql.use_copy": "false"})
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(sql)
        return str(cursor.fetchall())


def test_a_run_after_a_run_reads_what_was_added(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    name = make(url, "time", [f"'2024-01-{n:02} 10:00:00'" for n in range(1, 29)])
    source = etl.SQLSource(url, name, cursor="at", key="id", lag="1h")
    copied = etl.Pipeline("copy", source).to(tmp_path / "out.jsonl", mode="append")
    assert copied.run().rows_loaded == 28
    run(url, f"INSERT INTO {name} VALUES (28, '2024-01-28 10:00:00'), (29, '2024-02-01 10:00:00')")
    with counting(url, monkeypatch) as counts:
        assert copied.run().raise_for_status().rows_loaded == 2
        assert copied.run().raise_for_status().rows_loaded == 0
    assert counts[0] <= 5
    loaded = etl.DataLoader(tmp_path / "out.jsonl").read()["id"].tolist()
    assert sorted(loaded) == list(range(30))


def test_a_backfill_reads_no_other_days(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    name = make(url, "time", [f"'2024-01-{n:02} 10:00:00'" for n in range(1, 29)])
    source = etl.SQLSource(url, name, cursor="at")
    loads = etl.Pipeline("copy", source).to(tmp_path / "out.jsonl", mode="upsert", key="id")
    with counting(url, monkeypatch) as counts:
        loads.backfill("2024-01-10", "2024-01-12").raise_for_status()
    assert sorted(etl.DataLoader(tmp_path / "out.jsonl").read()["id"]) == [9, 10]
    assert counts[0] <= 6


def test_groups_are_read_whole_where_one_has_new_rows(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    name = make(url, "int", [str(n) for n in range(100)])
    source = etl.SQLSource(url, f'SELECT id % 2 AS half, "at" FROM {name}', cursor="at")
    halves = etl.Pipeline("halves", source).groupby("half").agg(rows=("at", "count"))
    loads = halves.to(tmp_path / "out.jsonl", mode="upsert", key="half")
    loads.run().raise_for_status()
    with counting(url, monkeypatch) as counts:
        assert loads.run().raise_for_status().rows_loaded == 0
        assert counts == [1]
        run(url, f"INSERT INTO {name} VALUES (100, 100)")
        loads.run().raise_for_status()
        assert counts == [1, 2, 101]
    assert etl.DataLoader(tmp_path / "out.jsonl").read()["rows"].tolist() == [51, 50]


# -- where the database is not asked ---------------------------------------------------------------


def test_a_class_that_gives_extract_a_new_meaning_reads_all(url: str) -> None:
    class Ranked(etl.SQLSource):
        def extract(self) -> pd.DataFrame:
            df = super().extract()
            return df.assign(rank=df["at"].rank())

    name = make(url, "int", ["5", "6", "7"])
    source = Ranked(url, name, cursor="at", initial=7)
    assert source.cursor is not None
    assert NewRows(source, source.cursor, None).extract()["rank"].tolist() == [3.0]


def test_a_cursor_that_is_no_column_is_told_with_near_names(url: str) -> None:
    name = make(url, "int", ["5"])
    for what in (name, f'SELECT id, "at" FROM {name}'):
        source = etl.SQLSource(url, what, cursor="att", initial=1)
        result = etl.Pipeline("p", source).to(f"{url}", table="other", mode="append").run()
        assert result.status == "FAILED"
        assert "Did you mean 'at'" in result.errors[0]["message"]


def test_a_query_with_a_column_twice_is_read_whole(url_of: Callable[[str], str]) -> None:
    url = url_of("duckdb")
    name = make(url, "int", ["5", "6"])
    assert ids(new(url, f'SELECT id, "at", "at" AS "AT" FROM {name}', initial=6)) == [1]


@pytest.mark.parametrize("column", ["CHAR(3)", "INET", "TEXT[]", "NAME"])
def test_columns_of_postgresql_that_compare_in_ways_of_their_own(
    column: str, url_of: Callable[[str], str]
) -> None:
    url = url_of("postgresql")
    texts = ["{a}", "{B}"] if column.endswith("]") else ["a", "B", "b", "C"]
    if column == "INET":
        texts = ["10.0.0.9", "10.0.0.10", "9.0.0.1"]
    name = make(url, column, [quoted(each) for each in texts])
    for low in map(plain, frame(url, name)["at"].tolist()):
        found = ids(new(url, name, initial=low))
        with pytest.MonkeyPatch.context() as patch, reading_all(patch):
            assert found == ids(new(url, name, initial=low))


def test_a_column_of_sqlite_that_ignores_case_is_compared_by_its_letters(
    url_of: Callable[[str], str],
) -> None:
    url = url_of("sqlite")
    name = make(url, "text", ["'a'", "'B'", "'c'"], extra=" COLLATE NOCASE")
    assert ids(new(url, name, initial="a")) == [0, 2]
    assert ids(new(url, name, initial="B")) == [0, 1, 2]


def test_numbers_beside_texts_in_sqlite_are_read_all(url_of: Callable[[str], str]) -> None:
    url = url_of("sqlite")
    name = make(url, "", ["7", "'2024-01-02'", "'2024-02-02'"])
    assert ids(new(url, name, position("2024-02-01"))) == [0, 2]  # "7" comes after "2024"
    run(url, f"DELETE FROM {name} WHERE id = 2")
    assert ids(new(url, name, position("2024-02-01"))) == [0]


def test_a_row_at_the_boundary_is_known_again_beside_others(url: str, tmp_path: Any) -> None:
    """Alone, a column has another dtype than beside rows with missing values or more digits."""
    name = make(url, "numeric", ["1.25", "NULL", "2.5"])
    query = f'SELECT id, "at" AS price, id * 2 AS at FROM {name}'
    query = query.replace("AS at", 'AS "at"')
    source = etl.SQLSource(url, query, cursor="at")
    copied = etl.Pipeline("copy", source).to(tmp_path / "out.jsonl", mode="append")
    assert [copied.run().raise_for_status().rows_loaded for _ in range(3)] == [3, 0, 0]
