from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from etlframe.errors import ExpressionError
from etlframe.expressions import text
from etlframe.expressions.binding import bind
from etlframe.expressions.text_tree import to_tree
from etlframe.expressions.tree import Call, Column, Literal, Node, NotPortable, columns_of

COLUMNS = ["a", "b", "s", "x y", "index"]


def tree(condition: str, **variables: Any) -> Node:
    return to_tree(bind(text.parse(condition), variables), COLUMNS)


def test_ampersand_and_bar_bind_as_and_and_or() -> None:
    assert tree("a > 1 & b < 3") == tree("a > 1 and b < 3")
    assert tree("a > 1 | b < 3 & a == 2") == tree("a > 1 or b < 3 and a == 2")


def test_tilde_binds_tighter_than_not() -> None:
    assert tree("~a > 1") == Call("gt", (Call("not", (Column("a"),)), Literal(1)))
    assert tree("not a > 1") == Call("not", (Call("gt", (Column("a"), Literal(1))),))


def test_equality_with_a_list_is_membership() -> None:
    assert tree("a == [1, 2]") == Call("isin", (Column("a"),), ((1, 2),))
    assert tree("a != [1, 2]") == Call("not", (tree("a in [1, 2]"),))
    assert tree("a not in (1, 2)") == tree("a != [1, 2]")
    assert tree("a == @wanted", wanted=[1, 2]) == tree("a == [1, 2]")


def test_equality_with_a_text_is_membership() -> None:
    assert tree("s == 'u'") == tree("s in ['u']") == tree("'u' == s") == tree("'u' in s")
    assert tree("s in 'u'") == tree("s in ['u']")
    assert tree("s == @u", u="u") == tree("s in ['u']")


def test_equality_with_a_text_beside_a_computed_value_is_a_comparison() -> None:
    compared = Call("eq", (Call("add", (Column("s"), Column("b"))), Literal("u")))
    assert tree("s + b == 'u'") == compared


def test_a_series_is_compared_row_by_row_which_only_pandas_can() -> None:
    for variable in (pd.Series([1, 2]), np.array([1, 2])):
        with pytest.raises(NotPortable, match="row by row"):
            tree("a == @values", values=variable)
        assert tree("a in @values", values=variable) == tree("a in [1, 2]")


def test_none_in_a_list_stays_in_it() -> None:
    assert tree("s in ['x', None]") == Call("isin", (Column("s"),), (("x", None),))


def test_a_list_of_names_is_compared_with_each() -> None:
    assert tree("a in [b, 1]") == tree("a == b or a == 1")
    assert tree("a not in [b, @n]", n=2) == Call("not", (tree("a == b or a == 2"),))
    assert tree("s in [@none, 'x']", none=None) == tree("s == None or s == 'x'")


def test_nothing_is_equal_to_none() -> None:
    assert tree("a == None") == Call("isin", (Column("a"),), ((),))
    assert tree("a != None") == Call("not", (tree("a == None"),))


def test_comparisons_chain() -> None:
    assert tree("1 < a <= 3") == tree("1 < a and a <= 3")
    assert tree("1 < a in [2, 3]") == tree("1 < a and a in [2, 3]")


def test_backticks_quote_a_column() -> None:
    assert tree("`x y` * 2") == Call("mul", (Column("x y"), Literal(2)))


def test_a_sign_inside_a_string_stays() -> None:
    assert tree("s == 'a & b | `c` @d'") == tree("s == @t", t="a & b | `c` @d")


def test_variables_are_values() -> None:
    assert tree("a in @wanted", wanted={1}) == Call("isin", (Column("a"),), ((1,),))
    assert tree("a > @low", low=3) == tree("a > 3")
    assert tree("a > @low + 1", low=3) == tree("a > 4")


def test_methods_and_functions_are_those_of_lambdas() -> None:
    assert tree("s.str.lower().str.startswith('q')") == Call(
        "startswith", (Call("lower", (Column("s"),)), Literal("q"))
    )
    assert tree("abs(a) > 1") == Call("gt", (Call("abs", (Column("a"),)), Literal(1)))
    assert tree("s.str[:3] == 'abc'") == tree("s.str.slice(0, 3) == 'abc'")
    assert tree("a.between(1, b, inclusive='left')") == tree("a >= 1 and a < b")


def test_lines_are_joined() -> None:
    assert tree("a > 1\n  and b < 2") == tree("a > 1 and b < 2")


def test_constants_are_computed() -> None:
    assert tree("a > 2 ** 10 - -1") == tree("a > 1025")
    assert tree("a < inf") == Call("lt", (Column("a"), Literal(float("inf"))))
    assert tree("a > 1 and 1 < 2") == tree("a > 1 and True")


def test_a_plus_sign_is_for_numbers_alone() -> None:
    assert tree("+a") == tree("-(-a)")


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("a in b", "in a column"),
        ("s.str.casefold() == 'a'", r"\.str\.casefold"),
        ("a.str.swapcase() == b", r"\.str\.swapcase"),
    ],
)
def test_what_has_no_tree_says_why(condition: str, reason: str) -> None:
    with pytest.raises(NotPortable, match=reason):
        tree(condition, b=1)


def test_the_index_is_pandas_own_unless_a_column_has_its_name() -> None:
    assert tree("index > 1") == Call("gt", (Column("index"), Literal(1)))
    with pytest.raises(NotPortable, match="the index"):
        to_tree(bind(text.parse("index > 1"), {}), ["a"])


def test_a_deep_expression_is_refused_and_does_not_crash() -> None:
    condition = "(" * 90 + "a" + " + 1)" * 90
    assert columns_of(tree(condition)) == ["a"]
    for deep in ("-" * 5_000 + "a", "a" + " + 1" * 2_000, "(" * 300 + "a" + ")" * 300):
        with pytest.raises(ExpressionError, match=r"levels|nested|cannot be parsed"):
            text.parse(deep)


def test_a_hundred_conditions_in_a_row_make_a_low_tree() -> None:
    condition = " or ".join(f"a == {n}" for n in range(500))
    node, levels = tree(condition), 0
    while isinstance(node, Call):
        node, levels = node.args[0], levels + 1
    assert levels < 20
