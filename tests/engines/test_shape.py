from __future__ import annotations

import pytest

from etlframe.engines.shape import Shape
from etlframe.errors import ColumnNotFoundError
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import Aggregate, Call, Column, Literal, NotPortable
from etlframe.expressions.typed import NOWHERE, Origin

HERE = frozenset({Origin("t", "i")})
SHAPE = Shape({"i": Kind.INT, "j": Kind.INT, "s": Kind.STR, "b": Kind.BOOL}, {"i": HERE})


def test_a_name_that_is_not_there_is_found_with_near_names() -> None:
    with pytest.raises(ColumnNotFoundError, match="Known: i, j, s, b"):
        SHAPE.typed(Column("zzz"))


def test_what_comes_of_a_column_with_missing_values_may_miss_them_too() -> None:
    assert SHAPE.typed(Call("add", (Column("i"), Column("j")))).origins == HERE
    assert SHAPE.typed(Call("add", (Column("j"), Literal(1)))).origins == NOWHERE
    assert SHAPE.typed(Call("gt", (Column("i"), Literal(1)))).origins == NOWHERE


def test_whole_numbers_that_missed_values_once_are_float64() -> None:
    asked: list[Origin] = []

    def has_missing(origin: Origin) -> bool:
        asked.append(origin)
        return True

    assert SHAPE.dtypes_of_missing(has_missing) == {"i": "float64"}
    assert asked == list(HERE)


def test_groups_keep_their_keys_kinds_and_count_without_missing() -> None:
    shape = SHAPE.aggregate(["s"], {"n": Aggregate("i", "count"), "t": Aggregate("i", "sum")})
    assert dict(shape.schema) == {"s": Kind.STR, "n": Kind.INT, "t": Kind.INT}
    assert shape.origins["n"] == NOWHERE
    assert shape.origins["t"] == HERE


@pytest.mark.parametrize("names", [["a", "A"], ["ß", "SS"], ["x\x00"], [""]])
def test_names_that_an_engine_would_confuse_are_left_to_pandas(names: list[str]) -> None:
    with pytest.raises(NotPortable):
        Shape(dict.fromkeys(names, Kind.INT), {})


@pytest.mark.parametrize(
    ("before", "after"),
    [(Kind.FLOAT, Kind.INT), (Kind.STR, Kind.INT), (Kind.INT, Kind.STR), (Kind.INT, Kind.BOOL)],
)
def test_a_cast_that_could_fail_or_round_is_left_to_pandas(before: Kind, after: Kind) -> None:
    with pytest.raises(NotPortable):
        Shape({"x": before}, {}).cast({"x": after})


def test_a_fill_of_another_kind_is_left_to_pandas() -> None:
    with pytest.raises(NotPortable):
        SHAPE.fill({"i": "text"})
    assert SHAPE.fill({"i": 0, "s": ""}) == {"i": 0, "s": ""}
