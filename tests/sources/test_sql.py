"""Tables and queries as sources."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import OptionError, SourceError, SourceNotFoundError, UnknownNameError
from etlframe.storage.placeholders import bound
from tests.loaders.sql.looking import database_of, loader, rows, run


@pytest.fixture
def filled(url: str) -> str:
    """Return a database with a table of flights."""
    loader(url, table="flights").load(
        pd.DataFrame({
            "id": [1, 2, 3, 4],
            "dest": ["SFO", None, "O'Hare", "$dest"],
            "delay": [1.5, None, -2.0, 0.0],
            "seats": [10.0, None, 30.0, 40.0],
            "day": pd.to_datetime(pd.Series(["2024-01-01", "2024-01-02", None, "2024-01-04"])),
        })
    )  # fmt: skip
    return url


def ids(url: str, query: str, params: Any = None) -> list[int]:
    made: list[int] = etl.SQLSource(url, query, params=params).extract()["id"].tolist()
    return made


def test_a_table_is_read_with_the_dtypes_of_pandas(filled: str) -> None:
    df = etl.SQLSource(filled, "flights").extract()
    assert df["id"].tolist() == [1, 2, 3, 4]
    told = [str(each) for each in df.dtypes]
    assert told == ["int64", "str", "float64", "float64", "datetime64[us]"]
    assert isinstance(df.index, pd.RangeIndex)
    df["id"] = 0  # which a frame of one's own allows


def test_a_query_is_read(filled: str) -> None:
    query = "-- the late ones\n SELECT id, delay * 2 AS twice FROM flights WHERE delay > 0;"
    expected = pd.DataFrame({"id": [1], "twice": [3.0]})
    pd.testing.assert_frame_equal(etl.SQLSource(filled, query).extract(), expected)
    with_one = "WITH late AS (SELECT id FROM flights WHERE delay > 0) SELECT id FROM late"
    assert ids(filled, with_one) == [1]


def test_no_rows_have_the_columns(filled: str) -> None:
    df = etl.SQLSource(filled, "SELECT id, dest FROM flights WHERE id > 9").extract()
    assert list(df.columns) == ["id", "dest"]
    assert len(df) == 0


def test_the_columns_are_known_without_reading(filled: str) -> None:
    query = 'SELECT id, dest AS "to" FROM flights WHERE id > $least -- a comment'
    assert etl.SQLSource(filled, query, params={"least": 1}).columns() == ["id", "to"]
    assert etl.SQLSource(filled, "flights").columns() == ["id", "dest", "delay", "seats", "day"]


def test_batches_are_read_one_after_the_other(url: str) -> None:
    loader(url).load(pd.DataFrame({"id": range(10_000)}))
    for what in ("t", "SELECT id FROM t"):
        frames = list(etl.SQLSource(url, what, batch_rows=3_000).batches())
        assert pd.concat(frames)["id"].tolist() == list(range(10_000))
        if database_of(url) == "sqlite":
            assert [len(each) for each in frames] == [3_000, 3_000, 3_000, 1_000]


def test_a_pipeline_reads_a_database(filled: str, tmp_path: Path) -> None:
    made = etl.Pipeline("late", etl.SQLSource(filled, "flights")).query("delay > 0")
    for engine in ("auto", "duckdb", "polars", "pandas"):
        assert made.collect(engine=engine)["id"].tolist() == [1]
    with pytest.raises(etl.errors.ColumnNotFoundError, match="Did you mean 'delay'"):
        made.query("dela > 0").collect()


# -- values ----------------------------------------------------------------------------------------


def test_values_are_bound_by_name_or_number(filled: str) -> None:
    query = "SELECT id FROM flights WHERE delay < $most AND id > $least AND delay <> $most"
    assert ids(filled, query, {"least": 1, "most": 1.0}) == [3, 4]
    assert ids(filled, "SELECT id FROM flights WHERE id > $2 AND delay < $1", [1.0, 3]) == [4]
    assert ids(filled, "SELECT id FROM flights WHERE id = $1", [np.int64(2)]) == [2]


def test_values_are_never_read_as_sql(filled: str) -> None:
    query = "SELECT id FROM flights WHERE dest = $dest"
    assert ids(filled, query, {"dest": "O'Hare"}) == [3]
    assert ids(filled, query, {"dest": "' OR 1=1 --"}) == []
    assert ids(filled, "SELECT id FROM flights WHERE dest = '$dest' AND id > $x", {"x": 0}) == [4]


@pytest.mark.parametrize(
    "value",
    [dt.datetime(2024, 1, 2), pd.Timestamp("2024-01-02"), np.datetime64("2024-01-02", "us")],
)
def test_times_are_bound(filled: str, value: Any) -> None:
    if database_of(filled) == "sqlite":
        value = "2024-01-02T00:00:00"  # where times are text
    assert ids(filled, "SELECT id FROM flights WHERE day = $day", {"day": value}) == [2]


def test_places_and_values_that_do_not_meet_are_told() -> None:
    with pytest.raises(UnknownNameError, match=r"'\$leest'.*Did you mean '\$least'"):
        bound("SELECT $leest", {"least": 1}, "duckdb")
    with pytest.raises(OptionError, match=r"no place \$b"):
        bound("SELECT $a", {"a": 1, "b": 2}, "duckdb")
    with pytest.raises(OptionError, match="a dict of names, or a list"):
        bound("SELECT $a", "text", "duckdb")  # a text is no list of values


@pytest.mark.parametrize(
    "text",
    ["'$a'", "'it''s $a'", '"$a"', "-- $a\n", "/* $a\n */", "$$ $a $$", "$x$ $a $$ $x$", "b$a"],
)
def test_a_sign_in_texts_names_and_comments_is_no_place(text: str) -> None:
    assert bound(f"SELECT {text}, $a", {"a": 1}, "postgresql") == (f"SELECT {text}, $1", [1])


def test_nothing_is_changed_by_reading(filled: str) -> None:
    before = rows(filled, "SELECT * FROM flights ORDER BY 1")
    with pytest.raises(SourceError, match=r"(?i)read.?only|data-modifying|syntax error|parser"):
        etl.SQLSource(filled, "WITH x AS (SELECT 1) DELETE FROM flights").extract()
    assert rows(filled, "SELECT * FROM flights ORDER BY 1") == before


# -- errors ----------------------------------------------------------------------------------------


def test_a_table_that_is_not_there_is_told_with_near_names(filled: str) -> None:
    with pytest.raises(SourceNotFoundError, match=r"no table flihgts.*Did you mean 'flights'"):
        etl.SQLSource(filled, "flihgts").extract()
    with pytest.raises(SourceError, match=r"flihgts.*[dD]id you mean .?.?flights"):
        etl.SQLSource(filled, "SELECT * FROM flihgts").extract()


def test_wrong_sql_is_told_with_what_the_database_says(filled: str) -> None:
    with pytest.raises(SourceError, match=r"delai"):
        etl.SQLSource(filled, "SELECT delai FROM flights").extract()
    with pytest.raises(SourceError, match=r"syntax error"):
        etl.SQLSource(filled, "SELECT FROM WHERE flights").extract()
    late = "SELECT CAST(dest AS DATE) AS day FROM flights WHERE id = 3"
    if database_of(filled) != "sqlite":
        with pytest.raises(SourceError, match=r"O'Hare"):
            etl.SQLSource(filled, late).extract()


@pytest.mark.parametrize("database", ["sqlite", "duckdb"])
def test_a_file_that_is_not_there_is_told_and_not_made(
    database: str, url_of: Callable[[str], str], tmp_path: Path
) -> None:
    with pytest.raises(SourceNotFoundError, match="There is no database"):
        etl.SQLSource(url_of(database), "t").extract()
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_cannot_be_reached_is_told_without_the_password() -> None:
    source = etl.SQLSource("postgresql://ada:lovelace@127.0.0.1:1/db", "SELECT 'x'")
    with pytest.raises(SourceError, match=r"cannot be read: .*127.0.0.1") as caught:
        source.extract()
    told = [str(caught.value), repr(source), source.describe(), str(caught.value.__context__)]
    assert "lovelace" not in "".join(told)


def test_a_source_tells_what_it_reads(tmp_path: Path) -> None:
    table = etl.SQLSource("sqlite:///a.db", "flights")
    assert repr(table) == "SQLSource('sqlite:///a.db', 'flights')"
    assert table.describe() == "sqlite:///a.db table flights"
    query = etl.SQLSource("sqlite:///a.db", "SELECT *\nFROM t WHERE a = $a", params={"a": "secret"})
    assert repr(query) == "SQLSource('sqlite:///a.db', 'SELECT * FROM t WHERE a = $a', params=...)"
    assert pickle.loads(pickle.dumps(query)).describe() == query.describe()  # noqa: S301 - its own


@pytest.mark.parametrize(
    ("what", "options", "told"),
    [
        ("t", {"params": {"a": 1}}, "params are for a query"),
        ("", {}, "table is the name"),
        ("t", {"batch_rows": 0}, "batch_rows is a whole number"),
    ],
)
def test_options_that_cannot_be_are_told(what: str, options: dict[str, Any], told: str) -> None:
    with pytest.raises(OptionError, match=told):
        etl.SQLSource("sqlite:///a.db", what, **options)


# -- what each database has of its own -------------------------------------------------------------


def test_types_of_postgresql(url_of: Callable[[str], str]) -> None:
    url = url_of("postgresql")
    run(
        url,
        """CREATE TABLE t AS SELECT 1::smallint a, 1.50::numeric(10, 2) b, '{"x": 1}'::jsonb c,
        'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid d, interval '1 day' e, '{1,2}'::int[] f,
        '10.0.0.1'::inet g, 12345678901234567890.5::numeric h, 'x'::char(3) i""",
    )
    df = etl.SQLSource(url, "t").extract()
    assert df.iloc[0].tolist() == [
        1, Decimal("1.50"), '{"x": 1}', "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        pd.Timedelta("1 day"), [1, 2], "10.0.0.1/32", Decimal("12345678901234567890.5"), "x  ",
    ]  # fmt: skip
    nothing = etl.SQLSource(url, "SELECT 'NaN'::numeric a, NULL::numeric b").extract()
    assert nothing.isna().all(axis=None)


def test_columns_of_mixed_values_in_sqlite(url_of: Callable[[str], str]) -> None:
    url = url_of("sqlite")
    values = ", ".join(["(NULL)"] * 2_000 + ["('late text')"])
    run(url, "CREATE TABLE t (x)", f"INSERT INTO t VALUES {values}")
    assert etl.SQLSource(url, "t").extract()["x"].iloc[-1] == "late text"
    run(url, "CREATE TABLE u (x)", "INSERT INTO u VALUES (1), (2), ('text')")
    assert etl.SQLSource(url, "u").extract()["x"].tolist() == ["1", "2", "text"]
    # The driver would write such floats with seven digits.
    run(url, "CREATE TABLE v (x)", "INSERT INTO v VALUES (1.23456789), ('text')")
    for what in ("v", "SELECT x FROM v"):
        with pytest.raises(SourceError, match=r"'x' holds floats and text.*CAST"):
            etl.SQLSource(url, what).extract()
    run(url, "CREATE TABLE w (x TEXT)", "INSERT INTO w VALUES ('1.234567e+00'), (NULL)")
    assert etl.SQLSource(url, "w").extract()["x"].iloc[0] == "1.234567e+00"


@pytest.mark.parametrize("declared", ["DATE", "TIMESTAMP", "TIMESTAMPTZ"])
def test_a_table_of_sqlite_without_times_has_columns_of_times(
    declared: str, url_of: Callable[[str], str]
) -> None:
    url = url_of("sqlite")
    run(url, f"CREATE TABLE t (at {declared})")
    assert str(etl.SQLSource(url, "t").extract()["at"].dtype).startswith("datetime64[us")
    run(url, "INSERT INTO t VALUES (NULL)")
    assert etl.SQLSource(url, "t").extract()["at"].isna().tolist() == [True]


def test_a_batch_of_sqlite_with_another_type_than_the_first_is_told(
    url_of: Callable[[str], str],
) -> None:
    url = url_of("sqlite")
    run(url, "CREATE TABLE t (x)", "INSERT INTO t VALUES (1), (2), (3), ('text')")
    with pytest.raises(SourceError, match=r"batch_rows"):
        list(etl.SQLSource(url, "t", batch_rows=2).batches())


def test_a_duckdb_file_that_this_process_has_open_is_read(url_of: Callable[[str], str]) -> None:
    import duckdb

    url = url_of("duckdb")
    loader(url).load(pd.DataFrame({"id": [1]}))
    with duckdb.connect(url.removeprefix("duckdb:///")) as connection:
        connection.execute("INSERT INTO t VALUES (2)")
        assert ids(url, "t") == [1, 2]


def test_a_query_may_end_with_a_comment(url: str) -> None:
    run(url, "CREATE TABLE t (id INTEGER)", "INSERT INTO t VALUES (7)")
    assert etl.SQLSource(url, "SELECT * FROM t -- all").extract()["id"].tolist() == [7]
