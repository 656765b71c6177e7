"""What an engine is asked to hold of rows, and which schemas are for pandas alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest
from pandera.config import config_context

from etlframe.expressions.tree import Call, Column, Literal, Node, NotPortable
from etlframe.schema.portable import Demands, demands
from tests.schema.flights import FLIGHTS, Flights

POSSIBLE = {
    "carrier": ("str",),
    "distance": ("int64", "float64"),
    "delay": ("float64", "Int64"),
    "late": ("bool", "object"),
    "at": ("datetime64[us]",),
    "tags": (),
}
DISTANCE = Column("distance")


def demanded(columns: dict[str, Any], **options: Any) -> Demands:
    return demands(pa.DataFrameSchema(columns, **options), POSSIBLE)


def conditions(name: str, *checks: pa.Check, **options: Any) -> tuple[Node, ...]:
    return demanded({name: pa.Column(None, list(checks), **options)}).conditions


@contextmanager
def refused(reason: str) -> Iterator[None]:
    with pytest.raises(NotPortable, match=reason):
        yield


@pytest.mark.parametrize("schema", [Flights, FLIGHTS], ids=["model", "schema"])
def test_a_schema_is_the_conditions_that_every_row_keeps(schema: Any) -> None:
    found = demands(schema, POSSIBLE)
    (known, positive) = found.conditions
    assert isinstance(known, Call)
    assert (known.op, known.args) == ("isin", (Column("carrier"),))
    assert set(known.params[0]) == {"UA", "AA"}
    assert positive == Call("gt", (DISTANCE, Literal(0)))
    assert found.columns == tuple(POSSIBLE)


# -- missing values --------------------------------------------------------------------------------


def test_a_missing_value_is_ignored_where_it_may_be_there() -> None:
    missing, positive = Call("isna", (DISTANCE,)), Call("gt", (DISTANCE, Literal(0)))
    assert conditions("distance", pa.Check.gt(0), nullable=True) == (
        Call("or", (missing, positive)),
    )
    seen = pa.Check.gt(0, ignore_na=False)
    assert conditions("distance", seen, nullable=True) == (positive,)
    assert conditions("distance", nullable=True) == ()


def test_a_missing_value_fails_where_it_may_not() -> None:
    present = Call("notna", (DISTANCE,))
    assert conditions("distance") == (present,)
    assert conditions("distance", pa.Check.gt(0)) == (Call("gt", (DISTANCE, Literal(0))),)
    for check in (pa.Check.ne(0), pa.Check.notin([0]), pa.Check.isin([0, None])):
        assert conditions("distance", check)[0] == present


# -- dtypes ----------------------------------------------------------------------------------------


def test_a_dtype_that_missing_values_decide_is_relied_on() -> None:
    found = demanded({"distance": pa.Column(int), "late": pa.Column(bool, nullable=True)})
    assert found.dtypes == {"distance": "int64", "late": "bool"}
    assert demanded({"delay": pa.Column(float, nullable=True)}).dtypes == {"delay": "float64"}
    assert demanded({"distance": pa.Column(None), "tags": pa.Column(nullable=True)}).dtypes == {}


def test_whole_numbers_are_coerced_to_floats_whether_values_are_missing_or_not() -> None:
    found = demanded({"distance": pa.Column(float, coerce=True), "delay": pa.Column(float)})
    assert found.floats == ("distance",)
    assert found.dtypes == {"delay": "float64"}
    both = demanded({"delay": pa.Column(float), "carrier": pa.Column(str)}, coerce=True)
    assert (both.floats, both.dtypes) == (("delay",), {})


@pytest.mark.parametrize(
    ("name", "column", "reason"),
    [
        ("carrier", pa.Column(int), "column 'carrier' is str, not int64"),
        ("distance", pa.Column(float), "column 'distance' is int64, not float64"),
        ("distance", pa.Column("Int64", coerce=True), "coercing column 'distance' from int64 to I"),
        ("distance", pa.Column(str, coerce=True), "coercing column 'distance' from int64 to str"),
        ("carrier", pa.Column("category", coerce=True), "coercing column 'carrier'"),
        ("delay", pa.Column(int, coerce=True), "coercing column 'delay' from float64"),
        ("at", pa.Column("datetime64[ns]", coerce=True), "coercing column 'at'"),
        ("tags", pa.Column(str), "the dtype of column 'tags' is known to pandas only"),
        ("gone", pa.Column(int), "column 'gone' is not there"),
    ],
)
def test_what_a_frame_of_such_columns_cannot_keep_is_told_by_pandas(
    name: str, column: pa.Column, reason: str
) -> None:
    with refused(reason):
        demanded({name: column})


# -- columns ---------------------------------------------------------------------------------------


def test_columns_that_the_schema_does_not_have_are_kept_or_filtered_out() -> None:
    columns = {"distance": pa.Column(), "carrier": pa.Column(required=False)}
    assert demanded(columns).columns == tuple(POSSIBLE)
    assert demanded(columns, strict="filter").columns == ("carrier", "distance")
    with refused("column 'delay' is not in the schema"):
        demanded(columns, strict=True)
    with refused("in another order"):
        demanded(columns, ordered=True)


def test_unique_columns_are_unique_alone_or_together() -> None:
    columns = {"distance": pa.Column(unique=True), "carrier": pa.Column()}
    assert demanded(columns).unique == (("distance",),)
    together = demanded(columns, unique=["carrier", "distance", "gone"])
    assert together.unique == (("distance",), ("carrier", "distance"))


# -- checks ----------------------------------------------------------------------------------------


def test_a_check_of_ones_own_is_traced() -> None:
    own = pa.Check(lambda s, most: s < most, most=9)
    assert conditions("distance", own) == (Call("lt", (DISTANCE, Literal(9))),)


def test_a_check_of_the_frame_is_traced() -> None:
    found = demanded({}, checks=pa.Check(lambda d: d["distance"] > d["delay"]))
    assert found.conditions == (Call("gt", (DISTANCE, Column("delay"))),)
    with refused("a column that is not there"):
        demanded({}, checks=pa.Check(lambda d: d["gone"] > 1))


@pytest.mark.parametrize(
    ("check", "reason"),
    [
        (pa.Check(lambda s: s.map(abs) > 0), "map with a function"),
        (pa.Check(lambda s: s.mean() > 0), "sees other rows"),
        (pa.Check(lambda s: s.astype(int) > 0), "astype"),
        (pa.Check(lambda s: len(s) > 0), "len"),
        (pa.Check(lambda x: x > 0, element_wise=True), "one value at a time"),
        (pa.Check(lambda groups: True, groupby=lambda d: d.groupby("carrier")), "of groups"),
        (pa.Check.gt(0, raise_warning=True), "only warns"),
        (pa.Check.unique_values_eq([1]), "unique_values_eq"),
        (pa.Check.gt(pd.Timestamp("2024-01-01", tz="Asia/Tokyo")), "time zone"),
        (pa.Check.str_matches(r"(?i)a"), "flags"),
    ],
)
def test_a_check_without_a_tree_is_for_pandas(check: pa.Check, reason: str) -> None:
    with refused(reason):
        conditions("distance", check)


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (pa.DataFrameSchema(index=pa.Index(int)), "an index"),
        (pa.DataFrameSchema(dtype=int), "a dtype of all columns"),
        (pa.DataFrameSchema(parsers=pa.Parser(lambda d: d)), "parsers"),
        (pa.DataFrameSchema({"x": pa.Column(default=1)}, add_missing_columns=True), "add_missing"),
        (pa.DataFrameSchema(drop_invalid_rows=True), "drop_invalid_rows"),
        (pa.DataFrameSchema({"carrier": pa.Column(default="UA")}), "a default"),
        (pa.DataFrameSchema({"carrier": pa.Column(parsers=pa.Parser(abs))}), "parsers"),
        (pa.DataFrameSchema({"c.*": pa.Column(regex=True)}), "by a pattern"),
        (pa.DataFrameSchema(checks=pa.Check.gt(0)), "all columns at once"),
    ],
)
def test_a_schema_with_more_than_columns_and_checks_is_for_pandas(
    schema: pa.DataFrameSchema, reason: str
) -> None:
    with refused(reason):
        demands(schema, POSSIBLE)


def test_a_schema_of_a_class_of_its_own_is_for_pandas() -> None:
    class Own(pa.DataFrameSchema):
        pass

    with refused("a class of its own"):
        demands(Own({}), POSSIBLE)


def test_settings_of_pandera_are_left_to_it() -> None:
    with config_context(validation_enabled=False), refused("is set to check otherwise"):
        demands(FLIGHTS, POSSIBLE)
