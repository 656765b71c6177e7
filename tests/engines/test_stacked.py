from __future__ import annotations

import pytest

from etlframe.engines.shape import Shape
from etlframe.engines.stacked import melted_shape, stacked_kind, stacked_shape
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable


def test_columns_are_those_of_all_in_order_of_appearance() -> None:
    one = Shape({"a": Kind.INT, "b": Kind.BOOL}, {})
    other = Shape({"c": Kind.STR, "a": Kind.FLOAT}, {})
    shape = stacked_shape([one, other], "r")
    assert dict(shape.schema) == {"a": Kind.FLOAT, "b": Kind.MAYBE_BOOL, "c": Kind.STR}
    assert [origin.known for origin in shape.origins["b"]] == [True]
    assert not shape.origins["a"]


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        ([Kind.INT, Kind.INT], Kind.INT),
        ([Kind.INT, Kind.FLOAT], Kind.FLOAT),
        ([Kind.DATE, Kind.DATETIME], Kind.DATETIME),
        ([Kind.BOOL, Kind.MAYBE_BOOL], Kind.MAYBE_BOOL),
    ],
)
def test_kinds_that_pandas_puts_together(kinds: list[Kind], kind: Kind) -> None:
    assert stacked_kind("x", kinds) is kind


@pytest.mark.parametrize("kinds", [[Kind.INT, Kind.STR], [Kind.INT, Kind.BOOL], [Kind.OTHER]])
def test_kinds_that_become_objects_are_left_to_pandas(kinds: list[Kind]) -> None:
    with pytest.raises(NotPortable, match="in 'x'"):
        stacked_kind("x", kinds)


def test_a_melt_has_the_kept_columns_then_names_and_values() -> None:
    shape = Shape({"k": Kind.STR, "a": Kind.INT, "b": Kind.FLOAT}, {})
    melted = melted_shape(shape, ["k"], ["a", "b"], "variable", "value")
    assert dict(melted.schema) == {"k": Kind.STR, "variable": Kind.STR, "value": Kind.FLOAT}
    with pytest.raises(NotPortable):
        melted_shape(shape, ["k"], [], "variable", "value")
