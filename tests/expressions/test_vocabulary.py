from __future__ import annotations

import pytest

from etlframe.engines.duckdb import lowering
from etlframe.engines.polars import lowering as polars_lowering
from etlframe.expressions import words
from etlframe.expressions.annotate import annotate
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import Call, Column, NotPortable
from etlframe.expressions.vocabulary import OPERATIONS

LOWERED = {"duckdb": lowering.LOWERED, "polars": polars_lowering.LOWERED}
"""Engine -> the operations that it computes itself."""


@pytest.mark.parametrize("name", LOWERED)
def test_an_engine_lowers_operations_of_the_vocabulary_and_no_other(name: str) -> None:
    assert LOWERED[name] <= set(OPERATIONS)


def test_an_operation_that_an_engine_does_not_know_runs_in_pandas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(lowering._VALUES, "sqrt")
    with pytest.raises(NotPortable, match="sqrt"):
        lowering.sql(annotate(Call("sqrt", (Column("x"),)), {"x": Kind.FLOAT}, {}, "here"))


def test_every_word_leads_to_an_operation() -> None:
    for table in (words.TIME_PARTS, words.FUNCTIONS):
        for build in table.values():
            tree = build(Column("x"))
            assert isinstance(tree, Call)
            assert tree.op in OPERATIONS


def test_an_operation_on_kinds_that_are_not_known_to_be_right_is_refused() -> None:
    for kinds in ([Kind.STR, Kind.INT], [Kind.BOOL, Kind.BOOL], [Kind.DECIMAL, Kind.INT]):
        with pytest.raises(NotPortable, match="pandas only"):
            OPERATIONS["add"].kind(kinds, ())


def test_an_integer_compared_with_a_text_is_left_to_pandas() -> None:
    with pytest.raises(NotPortable):
        OPERATIONS["eq"].kind([Kind.INT, Kind.STR], ())


def test_bitwise_logic_of_integers_is_left_to_pandas() -> None:
    with pytest.raises(NotPortable):
        OPERATIONS["and"].kind([Kind.INT, Kind.INT], ())


def test_a_boolean_column_that_may_be_missing_is_left_to_pandas() -> None:
    with pytest.raises(NotPortable):
        OPERATIONS["not"].kind([Kind.MAYBE_BOOL], ())
