"""Frames between pandas and Arrow, both ways."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from etlframe.engines.exchange import from_arrow, schema_of, to_arrow
from etlframe.errors import LoadError
from etlframe.expressions.kinds import Kind

NAN = float("nan")


# -- from Arrow ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("array", "dtype", "values"),
    [
        (pa.array([1, 2]), "int64", [1, 2]),
        (pa.array([1, None]), "float64", [1.0, NAN]),
        (pa.array([2**60, 1]), "int64", [2**60, 1]),
        (pa.array([1.5, None, NAN]), "float64", [1.5, NAN, NAN]),
        (pa.array([True, False]), "bool", [True, False]),
        (pa.array([True, None]), "object", [True, NAN]),
        (pa.array(["x", None]), "str", ["x", NAN]),
        (pa.nulls(2), "float64", [NAN, NAN]),
        (pa.array([dt.date(2024, 1, 2)]), "datetime64[us]", [pd.Timestamp("2024-01-02")]),
        (pa.array([1], pa.timestamp("ns")), "datetime64[ns]", [pd.Timestamp(1)]),
        (
            pa.array([0], pa.timestamp("s", "UTC")),
            "datetime64[s, UTC]",
            [pd.Timestamp(0, tz="UTC")],
        ),
        (pa.array([1], pa.duration("us")), "timedelta64[us]", [pd.Timedelta(1, "us")]),
        (pa.array([[1, 2], None]), "object", [[1, 2], None]),
        (pa.array([{"a": [{"b": 1}]}, None]), "object", [{"a": [{"b": 1}]}, None]),
        (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), "object", [{"k": 1}]),
        (pa.array([b"x"]), "object", [b"x"]),
    ],
)
def test_columns_have_pandas_default_dtypes(array: pa.Array, dtype: str, values: list[Any]) -> None:
    df = from_arrow(pa.table({"a": array}))
    pd.testing.assert_series_equal(df["a"], pd.Series(values, dtype=dtype, name="a"))


def test_decimals_stay_decimals() -> None:
    df = from_arrow(pa.table({"a": [Decimal("1.25"), None]}))
    assert df["a"].dtype == pd.ArrowDtype(pa.decimal128(3, 2))


def test_kinds_narrow_a_wider_arrow_type() -> None:
    table = pa.table({"n": pa.array([Decimal(5)], pa.decimal128(38, 0)), "f": [Decimal("1.5")]})
    df = from_arrow(table, {"n": Kind.INT, "f": Kind.FLOAT})
    assert df.dtypes.astype(str).to_dict() == {"n": "int64", "f": "float64"}


def test_integers_that_no_float_holds_are_nullable_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="'a' has missing values and integers beyond"):
        df = from_arrow(pa.table({"a": [2**53 + 1, None], "b": [2**53, None]}))
    assert df.dtypes.astype(str).to_dict() == {"a": "Int64", "b": "float64"}
    assert df["a"][0] == 2**53 + 1


def test_intervals_of_duckdb_are_time_spans() -> None:
    import duckdb

    query = (
        "SELECT TIMESTAMP '2024-01-02' - TIMESTAMP '2023-01-01 05:00' AS t UNION ALL SELECT NULL"
    )
    with duckdb.connect() as connection:
        relation = connection.sql(query)
        assert relation is not None
        table = relation.to_arrow_table()
    spans = from_arrow(table)["t"]
    assert spans.dtype == "timedelta64[us]"
    assert spans[0] == pd.Timedelta(days=365, hours=19)
    assert spans.isna().tolist() == [False, True]


@pytest.mark.parametrize("rows", [0, 3])
def test_the_index_is_a_range_and_the_order_of_columns_is_kept(rows: int) -> None:
    table = pa.table(
        {
            "l": pa.array([[1]] * rows, pa.list_(pa.int64())),
            "i": pa.array([1] * rows, pa.int64()),
            "b": pa.array([None] * rows, pa.bool_()),
            "s": pa.array(["x"] * rows, pa.string()),
        }
    )
    df = from_arrow(table)
    assert list(df.columns) == ["l", "i", "b", "s"]
    assert df.index.equals(pd.RangeIndex(rows))
    assert from_arrow(pa.table({})).shape == (0, 0)


def test_the_frame_may_be_written_to() -> None:
    df = from_arrow(pa.table({"i": [1, 2], "f": [1.5, 2.5], "t": [dt.datetime(2024, 1, 2)] * 2}))
    df.loc[0, "i"] = 5
    df["f"] += 1
    df.iloc[1, 2] = pd.Timestamp("2025-01-01")
    assert df.iloc[0, 0] == 5


# -- to Arrow --------------------------------------------------------------------------------------


def arrow(values: Any, kind: Kind | None = None, dtype: Any = None) -> pa.ChunkedArray:
    schema = None if kind is None else {"a": kind}
    return to_arrow(pd.DataFrame({"a": pd.Series(values, dtype=dtype)}), schema)["a"]


@pytest.mark.parametrize(
    ("values", "kind", "type_", "result"),
    [
        ([1.0, NAN, 3.0], None, pa.int64(), [1, None, 3]),
        ([1.0, 2.0], None, pa.float64(), [1.0, 2.0]),  # floats, since nothing is missing
        ([1.0, 2.0], Kind.INT, pa.int64(), [1, 2]),
        ([1.0, NAN], Kind.FLOAT, pa.float64(), [1.0, None]),
        ([1.5, NAN], None, pa.float64(), [1.5, None]),
        ([1.5, NAN], Kind.INT, pa.float64(), [1.5, None]),
        ([1.0, NAN, float("inf")], None, pa.float64(), [1.0, None, float("inf")]),
        ([1e300, NAN], None, pa.float64(), [1e300, None]),
        ([NAN, NAN], None, pa.float64(), [None, None]),
        ([NAN, NAN], Kind.INT, pa.int64(), [None, None]),
    ],
)
def test_integers_with_missing_values_are_integers_again(
    values: list[float], kind: Kind | None, type_: pa.DataType, result: list[object]
) -> None:
    made = arrow(values, kind)
    assert made.type == type_
    assert made.to_pylist() == result


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        ([True, None], pa.bool_()),
        ([True, NAN], pa.bool_()),
        ([1, 2.5], pa.float64()),
        ([2**70, None], pa.decimal128(38, 0)),
        ([Decimal("1.5"), 2], pa.decimal128(2, 1)),
        ([[1], None], pa.list_(pa.int64())),
        ([{"a": 1}, {"b": "x"}], pa.struct({"a": pa.int64(), "b": pa.string()})),
        ([dt.date(2024, 1, 2), None], pa.date32()),
        ([pd.Timestamp("2024-01-02"), dt.datetime(2024, 1, 3)], pa.timestamp("us")),
        ([None, NAN], pa.float64()),
        ([b"x"], pa.binary()),
    ],
)
def test_objects_of_one_type_have_that_type(values: list[object], type_: pa.DataType) -> None:
    assert arrow(values, dtype=object).type == type_


def test_missing_objects_have_the_type_of_their_kind() -> None:
    assert arrow([None, None], Kind.STR, dtype=object).type == pa.string()
    assert arrow([None], Kind.DATETIME_TZ, dtype=object).type == pa.timestamp("us", tz="UTC")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1, "a"], "Column 'a' mixes int and str"),
        ([True, 1], "mixes bool and int"),
        (["a", b"b"], "mixes bytes and str"),
        ([[1], 1], "mixes int and list"),
        ([dt.date(2024, 1, 2), dt.datetime(2024, 1, 2, 5)], "mixes date and datetime"),
        ([object()], "holds values of type object"),
        ([{"a": 1}, {"a": "x"}], "holds values of type dict"),
        ([2**200], "more than 38 digits"),
        ([2**60, 1.5], "Column 'a' holds"),
        ([1 + 2j], "holds values of type complex"),
    ],
)
def test_objects_that_no_file_holds_are_told_with_the_column(
    values: list[object], words: str
) -> None:
    with pytest.raises(LoadError, match=words):
        arrow(values, dtype=object)


def test_other_dtypes() -> None:
    assert arrow(["x", None], dtype="category").to_pylist() == ["x", None]
    assert arrow([0, 1], dtype="Sparse[int]").to_pylist() == [0, 1]
    assert arrow([1, None], dtype="Int64").to_pylist() == [1, None]
    assert arrow(["2024-01-02", None], dtype="datetime64[us]").null_count == 1
    with pytest.raises(LoadError, match=r"holds period\[D\]"):
        to_arrow(pd.DataFrame({"a": pd.period_range("2024", periods=2, freq="D")}))
    with pytest.raises(LoadError, match="complex"):
        to_arrow(pd.DataFrame({"a": np.array([1j])}))


def test_labels_become_text_and_the_index_is_left_out() -> None:
    table = to_arrow(pd.DataFrame([[1, 2]], index=["row"], columns=[0, "b"]))
    assert table.column_names == ["0", "b"]
    assert to_arrow(pd.DataFrame()).num_columns == 0


def test_names_that_would_be_one_are_told() -> None:
    with pytest.raises(LoadError, match="Two columns have the name 'a'"):
        to_arrow(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    with pytest.raises(LoadError, match="Two columns have the name '1'"):
        to_arrow(pd.DataFrame([[1, 2]], columns=[1, "1"]))
    with pytest.raises(LoadError, match="several levels"):
        to_arrow(pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])))


def test_there_and_back_is_the_same_frame() -> None:
    df = pd.DataFrame(
        {
            "i": [1, 2],
            "f": [0.5, NAN],
            "s": ["x", None],
            "t": pd.DatetimeIndex(["2024-01-02", None]),
            "l": [[1], None],
        }
    )
    pd.testing.assert_frame_equal(from_arrow(to_arrow(df)), df)


# -- kinds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "dtype", "kind"),
    [
        ([1], "int64", Kind.INT),
        ([1], "int8", Kind.OTHER),  # wraps at 127 in pandas
        ([1], "uint64", Kind.OTHER),
        ([1.5], "float64", Kind.FLOAT),
        ([1.5], "float32", Kind.OTHER),
        ([1], "Int64", Kind.OTHER),  # compares with three values
        ([True], "bool", Kind.BOOL),
        ([True, None], object, Kind.BOOL),
        ([True], "boolean", Kind.OTHER),
        (["x"], "str", Kind.STR),
        (["x"], "string", Kind.OTHER),
        (["x"], object, Kind.OTHER),
        (["x"], "category", Kind.OTHER),
        (["2024-01-02"], "datetime64[ns]", Kind.DATETIME),
        (["2024-01-02"], "datetime64[us, UTC]", Kind.DATETIME_TZ),
        (["2024-01-02"], "datetime64[us, Europe/Paris]", Kind.OTHER),
        ([1], "timedelta64[us]", Kind.TIMEDELTA),
        ([Decimal(1)], pd.ArrowDtype(pa.decimal128(5, 2)), Kind.DECIMAL),
        ([1], pd.ArrowDtype(pa.int64()), Kind.OTHER),
        ([[1]], object, Kind.OTHER),
    ],
)
def test_kinds_of_a_frame_in_memory(values: list[object], dtype: Any, kind: Kind) -> None:
    assert schema_of(pd.DataFrame({"a": pd.Series(values, dtype=dtype)})) == {"a": kind}
