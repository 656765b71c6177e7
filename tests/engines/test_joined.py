from __future__ import annotations

import pytest

from etlframe.engines.joined import joined_columns, joined_shape, keys_message, unique_sides
from etlframe.engines.shape import Shape
from etlframe.errors import ColumnNotFoundError
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable
from etlframe.expressions.typed import NOWHERE

LEFT = Shape({"k": Kind.STR, "n": Kind.INT, "b": Kind.BOOL}, {})
RIGHT = Shape({"k": Kind.STR, "n": Kind.INT, "t": Kind.DATETIME}, {})
SUFFIXES = ("_x", "_y")


def test_columns_are_the_lefts_then_the_rights_but_for_shared_keys() -> None:
    columns = joined_columns(
        LEFT, RIGHT, how="left", left_on=["k"], right_on=["k"], suffixes=SUFFIXES
    )
    assert [each.name for each in columns] == ["k", "n_x", "b", "n_y", "t"]


@pytest.mark.parametrize(("how", "side"), [("inner", "left"), ("outer", "both")])
def test_a_shared_key_is_of_both_sides_where_the_left_may_miss_it(how: str, side: str) -> None:
    (key, *_) = joined_columns(
        LEFT, RIGHT, how=how, left_on=["k"], right_on=["k"], suffixes=SUFFIXES
    )
    assert key.side == side


def test_a_semi_join_has_the_lefts_columns_alone() -> None:
    columns = joined_columns(
        LEFT, RIGHT, how="left_semi", left_on=["k"], right_on=["k"], suffixes=SUFFIXES
    )
    assert [each.name for each in columns] == list(LEFT.schema)


def test_the_side_that_may_be_unmatched_may_miss_values() -> None:
    columns = joined_columns(
        LEFT, RIGHT, how="right", left_on=["k"], right_on=["k"], suffixes=SUFFIXES
    )
    shape = joined_shape(LEFT, RIGHT, columns, how="right", relation="r")
    assert shape.schema["b"] is Kind.MAYBE_BOOL
    assert shape.origins["n_x"] != NOWHERE
    assert shape.origins["n_y"] == shape.origins["k"] == NOWHERE


@pytest.mark.parametrize(
    ("left_on", "right_on", "suffixes"),
    [
        (["k"], ["n"], SUFFIXES),
        (["k", "k"], ["k", "n"], SUFFIXES),
        (["k"], ["k"], (None, None)),
        (["k"], ["k"], ("", "")),
    ],
)
def test_what_pandas_alone_knows_is_left_to_it(
    left_on: list[str], right_on: list[str], suffixes: tuple[str | None, str | None]
) -> None:
    with pytest.raises(NotPortable):
        joined_columns(
            LEFT, RIGHT, how="inner", left_on=left_on, right_on=right_on, suffixes=suffixes
        )


def test_a_key_that_is_not_there_is_named() -> None:
    with pytest.raises(ColumnNotFoundError, match="'kk'"):
        joined_columns(LEFT, RIGHT, how="inner", left_on=["k"], right_on=["kk"], suffixes=SUFFIXES)


def test_the_sides_whose_keys_are_unique() -> None:
    assert unique_sides("1:1") == unique_sides("one_to_one") == ("left", "right")
    assert unique_sides("one_to_many") == ("left",)
    assert unique_sides("m:m") == unique_sides(None) == ()
    assert "'k', 'n' are not unique on the left" in keys_message("left", ["k", "n"], "1:1")
