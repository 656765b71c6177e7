"""What query strings give in pandas, and what is refused by what columns hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import ColumnNotFoundError, ExpressionError

DF = pd.DataFrame(
    {
        "a": [1, 2, 3],
        "b": [True, False, True],
        "s": ["x", None, "it's `q` \\ \n é"],
        "o": pd.Series(["x", "y", None], dtype=object),
        "d": pd.Series([Decimal(1), Decimal(2), None], dtype=object),
        "big": pd.Series([10**30, 2, 3], dtype=object),
        "x y": [1, 2, 3],
        "x_y": [7, 8, 9],
        "sin": [0, 0, 1],
        "inf": [1, 2, 3],
    }
)

WANTED, LOW = DF["s"][2], 2


def kept(condition: str) -> list[int]:
    ids: list[int] = etl.query(condition)(DF)["a"].tolist()
    return ids


def test_any_text_reaches_pandas_as_it_was_written() -> None:
    assert kept("s == @WANTED") == [3]
    assert kept("s == 'it\\'s `q` \\\\ \\n é'") == [3]
    assert kept("""s == "it's `q` \\\\ \\n \\u00e9" """) == [3]


def test_a_text_that_pandas_would_read_otherwise_is_only_a_text() -> None:
    assert kept(r"s == '\\' or a == 1 or s == '`to_csv`'") == [1]
    assert kept("s == 'x' and s != '''\n' or a.to_csv()'''") == [1]


def test_names_that_look_alike_to_pandas_are_told_apart() -> None:
    df = pd.DataFrame({"a b c": [1], "a b_c": [2]})
    assert len(etl.query("`a b c` == 1 and `a b_c` == 2")(df)) == 1


def test_a_column_named_like_a_function_hides_none() -> None:
    assert kept("sin(a) > 0.9") == [2]
    assert kept("sin == 1") == [3]


def test_inf_is_infinity() -> None:
    assert kept("a < inf and a > -Inf") == [1, 2, 3]


def test_a_list_of_one_name_is_a_list() -> None:
    assert kept("a in [@LOW]") == [2]
    assert kept("a not in [@LOW]") == [1, 3]


def test_a_condition_that_is_none_says_what_it_gives() -> None:
    for condition, gives in (("a + 1", "int64"), ("a & sin", "int64"), ("s.str.upper()", "str")):
        with pytest.raises(ExpressionError, match=f"gives {gives}, not True or False"):
            kept(condition)


@pytest.mark.parametrize("condition", ["a.sum() > 1", "1 < 2", "True", "@one", "inf > 1"])
def test_one_answer_for_all_rows_is_no_condition(condition: str) -> None:
    one = 1  # noqa: F841 - a string names it
    with pytest.raises(ExpressionError, match="one answer for all rows"):
        etl.query(condition)


def test_a_reduction_is_a_new_column_and_a_part_of_a_condition() -> None:
    assert etl.assign(z="a - a.mean()")(DF)["z"].tolist() == [-1, 0, 1]
    assert etl.assign(z="a.sum()")(DF)["z"].tolist() == [6, 6, 6]
    assert kept("a > a.mean()") == [3]


@pytest.mark.parametrize(
    "expression",
    [
        "o * o == 'x'", "s.mul(1000) == s", "s.rmul(1000) == s", "o * a == 'x'", "s.sum() == s",
        "s.cumsum() == s", "o.cumsum() == o", "s.str.upper().mul(a) == s", "big ** big > 1",
        "big ** a > 1", "a.astype('str').mul(1000) == s", "s % a == 1", "s.max() * 1000 == s",
        "(s + s) * a == s", "o.where(b, a) * a > 1", "a.mul(o) == o", "a.mul(other=o) == o",
    ],
)  # fmt: skip
def test_texts_are_not_multiplied(expression: str) -> None:
    with pytest.raises(ExpressionError, match="what may be text"):
        etl.assign(z=expression)(DF)


@pytest.mark.parametrize(
    "expression",
    ["d * d", "s.str.len() * 2", "(s == 'x') * 2", "s.isna() * a", "s.str.contains('x').sum() * a"],
)
def test_numbers_about_texts_are_multiplied(expression: str) -> None:
    assert len(etl.assign(z=expression)(DF)) == 3


def test_a_column_that_is_not_there_is_told_with_its_neighbours() -> None:
    with pytest.raises(ColumnNotFoundError, match="Did you mean 'x y'"):
        etl.query("`x  y` > 1")(DF)


def test_only_the_columns_that_are_named_are_within_reach() -> None:
    seen: list[Any] = []
    original = pd.eval

    def spied(*args: Any, **kwargs: Any) -> Any:
        seen.append((args, kwargs))
        return original(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pd, "eval", spied)
        kept("`x y` > 1 and s != '`a`'")
    ((source,), options) = seen[0]
    assert source == "etl_column_0 > 1 and etl_column_1 != '\\U00000060a\\U00000060'"
    assert list(options["resolvers"][0]) == ["etl_column_0", "etl_column_1"]
    assert options["global_dict"] == options["local_dict"] == {}


def test_a_step_can_run_again_on_another_frame() -> None:
    step = etl.query("a > 1 and `x y` in [2, 3]")
    assert [len(step(DF)), len(step(DF)), len(step(DF.rename(columns={"o": "O"})))] == [2, 2, 2]
