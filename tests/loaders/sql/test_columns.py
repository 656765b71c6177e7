"""How the rows' columns meet the table's."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from etlframe.engines.pandas import PandasRows
from etlframe.errors import LoadError
from tests.loaders.sql.looking import database_of, loader, people, rows, run

MODES: dict[str, dict[str, Any]] = {"write": {}, "append": {}, "upsert": {"key": "id"}}
each_mode = pytest.mark.parametrize("mode", MODES)


def warned(url: str, df: pd.DataFrame, **options: Any) -> tuple[str, ...]:
    return loader(url, **options).load_frame(PandasRows(df)).warnings


# -- new columns -----------------------------------------------------------------------------------


@each_mode
def test_new_columns_are_added_with_a_warning(url: str, mode: str) -> None:
    loader(url).load(people(1))
    more = people(2).assign(more=0.5)
    said = warned(url, more, mode=mode, **MODES[mode])
    assert len(said) == 1
    assert said[0].startswith("Column 'more' (")
    assert said[0].endswith(") was added to t.")
    old = [] if mode == "write" else [(1, "n1", None)]
    assert rows(url) == [*old, (2, "n2", 0.5)]


@each_mode
def test_new_columns_are_refused_by_name(url: str, mode: str) -> None:
    loader(url).load(people(1))
    to = loader(url, mode=mode, on_new_columns="refuse", **MODES[mode])
    with pytest.raises(LoadError, match=r"Table t has no column 'nam'. Did you mean 'name'"):
        to.load(people(2).rename(columns={"name": "nam"}))
    assert rows(url) == [(1, "n1")]


@each_mode
def test_new_columns_are_ignored_with_a_warning(url: str, mode: str) -> None:
    loader(url).load(people(1))
    said = warned(
        url, people(2).assign(a=1, b=2), mode=mode, on_new_columns="ignore", **MODES[mode]
    )
    assert said == ("Table t has no column 'a', 'b': ignored.",)
    assert rows(url)[-1] == (2, "n2")


def test_a_table_with_none_of_the_columns_is_an_error(url: str) -> None:
    loader(url).load(people(1))
    with pytest.raises(LoadError, match="none of the columns"):
        loader(url, on_new_columns="ignore").load(pd.DataFrame({"x": [1]}))


def test_columns_that_the_rows_lack_are_missing_in_them(url: str) -> None:
    loader(url).load(people(1))
    said = warned(url, people(2)[["id"]], mode="append")
    assert said == ("Column 'name' of table t is missing in the rows that were loaded.",)
    assert rows(url) == [(1, "n1"), (2, None)]


def test_the_order_of_columns_is_the_table_s(url: str) -> None:
    loader(url).load(people(1))
    loader(url, mode="append").load(people(2)[["name", "id"]])
    assert rows(url) == [(1, "n1"), (2, "n2")]


def test_case_of_names_is_the_table_s_where_it_does_not_count(url: str) -> None:
    loader(url).load(people(1))
    loader(url, mode="append").load(people(2).rename(columns={"id": "ID"}))
    by_case = [(1, "n1", None), (None, "n2", 2)]
    expected = by_case if database_of(url) == "postgresql" else [(1, "n1"), (2, "n2")]
    assert rows(url, "SELECT * FROM t ORDER BY name") == expected


# -- a table's own types ---------------------------------------------------------------------------


def test_values_that_fit_smaller_types_are_loaded(url: str) -> None:
    run(url, "CREATE TABLE t (a SMALLINT, b INTEGER, c REAL, d NUMERIC(10, 2), e VARCHAR(3))")
    df = pd.DataFrame({"a": [1.0, None], "b": [2, 3], "c": [0.5, 1.0], "d": [1.25, 7], "e": "abc"})
    loader(url, mode="append").load(df)
    found = rows(url, "SELECT a, b, c, CAST(d AS FLOAT), e FROM t ORDER BY b")
    assert found == [(1, 2, 0.5, 1.25, "abc"), (None, 3, 1.0, 7.0, "abc")]


@pytest.mark.parametrize(
    ("declared", "values", "shown"),
    [
        ("SMALLINT", [1, 40_000], "40000"),
        ("BIGINT", [1.0, 2.5], "2.5"),
        ("NUMERIC(6, 2)", [1.25, 1.255], "1.255"),
        ("NUMERIC(6, 2)", [1, 123_456], "123456"),
        ("DATE", pd.to_datetime(["2024-01-02", "2024-01-02T03:00"], format="ISO8601"), "03:00"),
        ("DOUBLE PRECISION", [1, 2**60 + 1], str(2**60 + 1)),
    ],
)
def test_a_value_that_does_not_fit_is_named(
    url: str, declared: str, values: Any, shown: str
) -> None:
    if database_of(url) == "sqlite" and ("NUMERIC" in declared or declared == "SMALLINT"):
        return  # a number is a number there
    run(url, f"CREATE TABLE t (id BIGINT, x {declared})")
    df = pd.DataFrame({"id": [1, 2], "x": values})
    with pytest.raises(
        LoadError, match=rf"^Column 'x' holds .*{shown}.* does not fit 'x' of table t"
    ):
        loader(url, mode="append").load(df)
    assert rows(url) == []


@pytest.mark.parametrize(
    ("declared", "values"),
    [
        ("BIGINT", ["1", "2"]),
        ("BIGINT", [True, False]),
        ("BOOLEAN", [1, 0]),
        ("TIMESTAMP", ["2024-01-02", "x"]),
        ("TIMESTAMP", pd.to_datetime(pd.Series(["2024-01-02", None]), utc=True)),
        ("DATE", [1, 2]),
        ("VARCHAR(9)", [1, 2]),
    ],
)
def test_a_column_of_another_type_is_named(url: str, declared: str, values: Any) -> None:
    if database_of(url) == "sqlite" and declared == "BIGINT" and values == [True, False]:
        return  # which are numbers there
    run(url, f"CREATE TABLE t (id BIGINT, x {declared})")
    df = pd.DataFrame({"id": [1, 2], "x": values})
    with pytest.raises(LoadError, match=r"^Column 'x' holds .*, and 'x' of table t is "):
        loader(url, mode="append").load(df)
    assert rows(url) == []


def test_a_column_without_values_fits_any_type(url: str) -> None:
    types = ["BIGINT", "DOUBLE PRECISION", "VARCHAR(3)", "DATE", "TIMESTAMP", "BOOLEAN"]
    declared = ", ".join(f"c{at} {each}" for at, each in enumerate(types))
    run(url, f"CREATE TABLE t (id BIGINT, {declared})")
    df = pd.DataFrame({"id": [1]} | {f"c{at}": [None] for at in range(len(types))})
    loader(url, mode="append").load(df)
    loader(url, mode="append").load(df.assign(id=2, c0=np.nan, c3=np.nan))
    assert rows(url) == [(1, *[None] * 6), (2, *[None] * 6)]


@each_mode
def test_postgresql_casts_text_to_types_of_its_own(url_of: Callable[[str], str], mode: str) -> None:
    url = url_of("postgresql")
    run(url, "CREATE TABLE t (id BIGINT, u UUID, j JSONB, n NUMERIC, i INET)")
    df = pd.DataFrame({
        "id": [1], "u": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"], "j": ['{"a": 1}'],
        "n": [0.1], "i": ["10.0.0.1"],
    })  # fmt: skip
    to = loader(url, mode=mode, **MODES[mode])
    to.load(df)
    found = rows(url, "SELECT id, u::text, j->>'a', n::text, host(i) FROM t")
    assert found == [(1, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "1", "0.1", "10.0.0.1")]
    assert to.read()["i"].tolist() == ["10.0.0.1/32"]
    with pytest.raises(LoadError, match=r"table t: invalid input syntax for type uuid"):
        to.load(df.assign(id=2, u="no"))


def test_postgresql_keys_may_be_of_its_own_types(url_of: Callable[[str], str]) -> None:
    url = url_of("postgresql")
    run(url, "CREATE TABLE t (u UUID PRIMARY KEY, v BIGINT)")
    to = loader(url, mode="upsert", key="u")
    to.load(pd.DataFrame({"u": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"], "v": [1]}))
    to.load(pd.DataFrame({"u": ["A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"], "v": [2]}))
    assert rows(url, "SELECT v FROM t") == [(2,)]


def test_a_name_that_postgresql_would_cut_is_refused(url_of: Callable[[str], str]) -> None:
    with pytest.raises(LoadError, match="longer than the 63 bytes"):
        loader(url_of("postgresql"), table="x" * 64).load(people(1))


# -- what a table cannot hold ----------------------------------------------------------------------


def test_names_that_differ_in_case_only_are_refused(url: str) -> None:
    with pytest.raises(LoadError, match="differ in more than their case: rename 'a'"):
        loader(url).load(pd.DataFrame({"a": [1], "A": [2]}))
    with pytest.raises(LoadError, match="needs a name"):
        loader(url).load(pd.DataFrame({"": [1]}))


def test_lists_are_refused_or_kept(url: str) -> None:
    df = pd.DataFrame({"id": [1], "x": [[1, 2]]})
    if database_of(url) == "duckdb":
        loader(url).load(df)
        loader(url, mode="append").load(df)
        assert rows(url) == [(1, [1, 2])] * 2
        return
    with pytest.raises(LoadError, match=r"^Column 'x' holds list.*no type.*json.dumps"):
        loader(url).load(df)


def test_nanoseconds_are_refused_by_name(url: str) -> None:
    nanoseconds = pd.Series(pd.array([1], dtype="int64")).astype("datetime64[ns]")
    with pytest.raises(LoadError, match=r"^Column 'x' holds 1970"):
        loader(url).load(pd.DataFrame({"x": nanoseconds}))


# -- round trips -----------------------------------------------------------------------------------


def everything() -> pd.DataFrame:
    return pd.DataFrame({
        "i": [1, -(2**53), 3],
        "missing": [1.0, None, 3.0],
        "f": [0.1, np.nan, np.inf],
        "s": ["", None, "é'\"\\😀"],
        "b": [True, False, True],
        "mb": [True, None, False],
        "t": pd.to_datetime(
            pd.Series(["1700-01-01", "2024-01-02T03:04:05.000006", None]), format="ISO8601"),
        "z": pd.to_datetime(pd.Series(["2024-01-02T03:04:05Z", None, "2024-07-01T00:00:00.5Z"]),
                            format="ISO8601"),
        "d": pd.Series([decimal.Decimal("1.50"), None, decimal.Decimal("-2.25")],
                      dtype=pd.ArrowDtype(pa.decimal128(10, 2))),
        "day": [dt.date(2024, 1, 2), None, dt.date(1900, 1, 1)],
        "x": [b"\x00\xff", None, b""],
        "none": [None, None, None],
    })  # fmt: skip


def test_every_kind_comes_back_as_it_went(url: str) -> None:
    df = everything()
    to = loader(url)
    to.load(df)
    loader(url, mode="append").load(df)
    expected = pd.concat([df, df], ignore_index=True)
    expected["day"] = pd.to_datetime(expected["day"]).astype("datetime64[us]")
    expected["t"] = expected["t"].astype("datetime64[us]")
    expected["z"] = expected["z"].astype("datetime64[us, UTC]")
    expected["mb"] = expected["mb"].where(expected["mb"].notna(), np.nan)
    expected["none"] = pd.Series([None] * 6, dtype="str")
    if database_of(url) == "sqlite":  # exact, and so text
        expected["d"] = pd.Series(["1.50", None, "-2.25"] * 2, dtype="str")
    pd.testing.assert_frame_equal(to.read(), expected)


def test_sqlite_keeps_times_as_iso_text(url_of: Callable[[str], str]) -> None:
    url = url_of("sqlite")
    loader(url).load(everything()[["t", "z", "day", "b"]])
    assert rows(url, "SELECT t, z, day, b FROM t ORDER BY t") == [
        (None, "2024-07-01T00:00:00.500000+00:00", "1900-01-01", 1),
        ("1700-01-01T00:00:00.000000", "2024-01-02T03:04:05.000000+00:00", "2024-01-02", 1),
        ("2024-01-02T03:04:05.000006", None, None, 0),
    ]
    loader(url, table="whole").load(pd.DataFrame({"t": pd.to_datetime(["2024-01-02"])}))
    assert rows(url, "SELECT t FROM whole") == [("2024-01-02T00:00:00",)]


def test_time_spans_are_text_with_a_warning(url: str) -> None:
    df = pd.DataFrame({"x": pd.to_timedelta(["1 day", "-90 s"])})
    assert "ISO 8601 text" in warned(url, df)[0]
    back = pd.to_timedelta(loader(url).read()["x"])
    assert back.tolist() == df["x"].tolist()


NAMES = ['a "b" c', "select", "Ünï-cödé 😀", "ID", "it's; DROP TABLE t; --", "a%b"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", ["write", "upsert"])
def test_names_are_never_read_as_sql(url: str, mode: str, name: str) -> None:
    key = {"key": f"k{name}"} if mode == "upsert" else {}
    to = loader(url, table=name, mode=mode, **key)
    to.load(pd.DataFrame({f"k{name}": [1], name: ["x"]}))
    to.load(pd.DataFrame({f"k{name}": [2], name: ["y"], f"new {name}": [0.5]}))
    made = to.read()
    assert list(made.columns) == [f"k{name}", name, f"new {name}"]
    assert made[name].tolist() == (["y"] if mode == "write" else ["x", "y"])
