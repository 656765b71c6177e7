from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from etlframe.errors import ExpressionError
from etlframe.expressions import text
from etlframe.expressions.tree import Call, Column, Literal, Node, NotPortable, columns_of

COLUMNS = ["a", "b", "s", "x y", "index"]


def tree(condition: str, **variables: Any) -> Node:
    return text.to_tree(text.parse(condition), COLUMNS, variables)


def test_ampersand_and_bar_bind_as_and_and_or() -> None:
    assert tree("a > 1 & b < 3") == tree("a > 1 and b < 3")
    assert tree("a > 1 | b < 3 & a == 2") == tree("a > 1 or b < 3 and a == 2")


def test_equality_with_a_list_is_membership() -> None:
    assert tree("a == [1, 2]") == Call("isin", (Column("a"),), ((1, 2),))
    assert tree("a != [1, 2]") == Call("not", (tree("a in [1, 2]"),))
    assert tree("a not in (1, 2)") == tree("a != [1, 2]")


def test_none_in_a_list_stays_in_it() -> None:
    assert tree("s in ['x', None]") == Call("isin", (Column("s"),), (("x", None),))


def test_comparisons_chain() -> None:
    assert tree("1 < a <= 3") == tree("1 < a and a <= 3")


def test_backticks_quote_a_column() -> None:
    assert tree("`x y` * 2") == Call("mul", (Column("x y"), Literal(2)))


def test_a_sign_inside_a_string_stays() -> None:
    assert tree("s == 'a & b | `c` @d'") == Call("isin", (Column("s"),), (("a & b | `c` @d",),))


def test_variables_are_values() -> None:
    assert tree("a in @wanted", wanted={1}) == Call("isin", (Column("a"),), ((1,),))
    assert tree("a > @low", low=3) == tree("a > 3")
    assert tree("a in @wanted", wanted=pd.Series([1, 2])) == tree("a in [1, 2]")


def test_methods_and_functions_are_those_of_lambdas() -> None:
    assert tree("s.str.lower().str.startswith('q')") == Call(
        "startswith", (Call("lower", (Column("s"),)), Literal("q"))
    )
    assert tree("abs(a) > 1") == Call("gt", (Call("abs", (Column("a"),)), Literal(1)))
    assert tree("s.str[:3] == 'abc'") == tree("s.str.slice(0, 3) == 'abc'")


def test_lines_are_joined() -> None:
    assert tree("a > 1\n  and b < 2") == tree("a > 1 and b < 2")


@pytest.mark.parametrize("condition", ["a >", "a = 1", "(a", "a b", "", "  ", "a > 1; b", "1 +* 2"])
def test_what_is_not_grammatical_is_an_error_that_shows_it(condition: str) -> None:
    with pytest.raises(ExpressionError):
        text.parse(condition)


def test_a_single_equals_sign_gets_a_hint() -> None:
    with pytest.raises(ExpressionError, match="Compare with =="):
        text.parse("a = 1")


@pytest.mark.parametrize(
    "condition",
    [
        "a.__class__", "a.__class__.__mro__", "__import__('os')", "s.str._data", "(a)._x > 1",
        "().__class__.__bases__[0].__subclasses__()", "__builtins__", "@f.__globals__",
    ],
)  # fmt: skip
def test_nothing_with_a_leading_underscore_is_within_reach(condition: str) -> None:
    with pytest.raises(ExpressionError, match="reaches for"):
        text.parse(condition)


@pytest.mark.parametrize(
    "condition",
    [
        "eval('1')", "a if b else a", "lambda: 1", "[x for x in a]", "a[0]", "f(a)", "a is None",
        "'x' in s", "a in b", "1 < 2", "a and True", "a @ b", "(a := 1)",
        "s.str.contains('a|b')", "{1: 2}", "abs(1)", "not True",
    ],
)  # fmt: skip
def test_what_has_no_tree_is_refused(condition: str) -> None:
    with pytest.raises((NotPortable, ExpressionError)):
        text.to_tree(text.parse(condition), COLUMNS, {"b": 1})


def test_a_deep_expression_is_refused_and_does_not_crash() -> None:
    condition = "(" * 90 + "a" + " + 1)" * 90
    assert columns_of(tree(condition)) == ["a"]
    with pytest.raises((NotPortable, ExpressionError)):
        text.to_tree(text.parse("-" * 5_000 + "a"), COLUMNS, {})


def test_the_names_that_can_only_be_columns_are_told() -> None:
    parsed = text.parse("abs(a) > @b and `x y`.isna() and s.str.len() > 1")
    assert text.column_names(parsed) == ["a", "x y", "s"]
    assert parsed.variables == {"b"}
