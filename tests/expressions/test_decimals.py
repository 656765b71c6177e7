"""The digits of decimals, and decimals in pandas where plain pandas stumbles or is not exact."""

from __future__ import annotations

import operator
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etlframe.expressions.decimals import added, digits_of_value, fits, multiplied, nearest
from etlframe.expressions.decimals_pandas import (
    compared,
    computed,
    digits_of_column,
    member,
    to_float,
    with_defaults,
)
from etlframe.expressions.typed import Digits, digits_of, of_digits

digits = st.integers(1, 38).flatmap(
    lambda precision: st.builds(
        Digits, st.just(precision), st.integers(0, precision), st.just(precision)
    )
)


def column(*values: Any, type_: tuple[int, int] = (15, 2)) -> pd.Series[Any]:
    listed = [None if value is None else Decimal(value) for value in values]
    made: pd.Series[Any] = pd.Series(listed, dtype=pd.ArrowDtype(pa.decimal128(*type_)))
    return made


@given(one=digits, other=digits)
def test_digits_are_those_of_arrow(one: Digits, other: Digits) -> None:
    nought = [column("0", type_=(each.precision, each.scale)) for each in (one, other)]
    for operate, rule in ((operator.add, added), (operator.mul, multiplied)):
        try:
            expected = operate(*nought).dtype.pyarrow_dtype
        except pa.ArrowInvalid:  # over 38 digits
            continue
        found = rule(one, other)
        assert found is not None
        assert (found.precision, found.scale) == (expected.precision, expected.scale)


def test_digits_of_values() -> None:
    assert digits_of_value(0) == Digits(19, 0, 1)
    assert digits_of_value(-120) == Digits(19, 0, 3)
    assert digits_of_value(Decimal("-1.50")) == Digits(3, 2, 3)
    for none in (
        1.5,
        "1",
        True,
        Decimal("NaN"),
        Decimal("1E+2"),
        Decimal("1e-39"),
        Decimal(10**38),
    ):
        assert digits_of_value(none) is None


def test_the_decimal_that_a_number_is_written_as() -> None:
    assert nearest(1e20) == Decimal(10**20)
    assert nearest(Decimal("1.2500")) == Decimal("1.25")
    assert nearest(Decimal("1E+2")) == Decimal(100)
    assert nearest(float("nan")) is nearest(1e300) is None


@pytest.mark.parametrize(
    ("value", "answer"),
    [(0, True), (9999999, True), (10000000, False), (Decimal("0.25"), True),
     (Decimal("0.255"), False), (0.5, False), ("x", False)],
)  # fmt: skip
def test_what_a_column_holds(value: object, answer: bool) -> None:  # noqa: FBT001 - a case
    assert fits(value, Digits(9, 2, 9)) is answer


def test_columns_of_two_types_have_no_digits() -> None:
    assert digits_of(of_digits(Digits(9, 2, 3)) | of_digits(Digits(9, 2, 5))) == Digits(9, 2, 5)
    assert digits_of(of_digits(Digits(9, 2, 3)) | of_digits(Digits(9, 3, 3))) is None


def test_digits_of_a_column_are_those_that_its_values_need() -> None:
    assert digits_of_column(column("-10.5", "0.07", None)) == Digits(15, 2, 4)
    assert digits_of_column(column(None)) == digits_of_column(column()) == Digits(15, 2, 1)


@given(st.lists(st.none() | st.integers(-(10**17) + 1, 10**17 - 1), max_size=20))
def test_a_decimal_is_the_nearest_float(unscaled: list[int | None]) -> None:
    values = [None if each is None else Decimal(each).scaleb(-3) for each in unscaled]
    found = to_float(column(*values, type_=(18, 3)).iloc[1:])
    expected = [np.nan if each is None else float(each) for each in values[1:]]
    assert found.dtype == "float64"
    np.testing.assert_array_equal(found, np.array(expected, dtype="float64"))


def test_a_product_beyond_38_digits_of_type_is_computed() -> None:
    wide = column("1.5", None, type_=(38, 2))
    assert computed(operator.mul, wide, wide).tolist()[0] == Decimal("2.25")
    assert computed(operator.sub, 1, wide).dtype == pd.ArrowDtype(pa.decimal128(38, 2))
    assert computed(operator.add, wide, pd.Series([1, 2])).tolist()[0] == Decimal("2.5")
    assert computed(operator.mul, Decimal("0.5"), wide).tolist()[0] == Decimal("0.75")
    big = column("1e30", type_=(38, 2))
    with pytest.raises(pa.ArrowInvalid):
        computed(operator.mul, big, big)
    with pytest.raises(pa.ArrowInvalid):
        computed(operator.floordiv, wide, column("0", "0"))


def test_comparisons_are_by_the_nearest_float() -> None:
    money = column("0.35", None)
    assert compared(operator.eq, money, 0.35).tolist() == [True, pd.NA]
    assert compared(operator.lt, pd.Series([0.35, 1.0]), money).tolist() == [False, pd.NA]
    assert member(money, [1, 0.35, None]).tolist() == [True, True]
    assert member(money, [float("inf"), "0.35", True]).tolist() == [False, False]
    assert member(money, np.array([0.35, np.nan])).tolist() == [True, True]
    floats = pd.Series([0.35, 1.0])
    assert compared(operator.eq, floats, Decimal("0.35")).tolist() == [True, False]
    assert computed(operator.mul, floats, Decimal(2)).dtype == "float64"


def test_what_decimals_made_has_default_dtypes_and_nothing_else() -> None:
    before = pd.DataFrame({"m": column("1", None)})
    after = before.assign(
        whole=before["m"] > 0, f=before["m"] * 0.5, n=pd.Series([1, None], dtype="int64[pyarrow]")
    )
    found = with_defaults(before, after)
    assert found.dtypes.astype(str).tolist() == [
        "decimal128(15, 2)[pyarrow]", "object", "float64", "float64",
    ]  # fmt: skip
    assert found["whole"].tolist()[0] is True
    assert np.isnan(found["whole"].tolist()[1])
    plain = pd.DataFrame({"n": pd.Series([1], dtype="int64[pyarrow]")})
    assert with_defaults(plain, plain) is plain
    both = before.assign(n=after["n"])
    assert with_defaults(both, both.assign(o=both["n"])).dtypes.iloc[2] == "int64[pyarrow]"
