from __future__ import annotations

import ast

import pandas as pd
import pytest

from etlframe.errors import ExpressionError
from etlframe.expressions import text
from etlframe.expressions.quoting import rewrite


@pytest.mark.parametrize("condition", ["a >", "a = 1", "(a", "a b", "", "  ", "a > 1; b", "1 +* 2"])
def test_what_is_not_grammatical_is_an_error_that_shows_it(condition: str) -> None:
    with pytest.raises(ExpressionError):
        text.parse(condition)


def test_a_single_equals_sign_gets_a_hint() -> None:
    with pytest.raises(ExpressionError, match="Compare with =="):
        text.parse("a = 1")


def test_placeholders_are_not_shown_to_people() -> None:
    with pytest.raises(ExpressionError) as refused:
        text.parse("`a b` @c")
    assert "__etl" not in str(refused.value)


def test_a_long_string_is_refused() -> None:
    with pytest.raises(ExpressionError, match="Put a long list into a variable"):
        text.parse(f"a in [{', '.join(['1'] * 5_000)}]")


def test_the_names_that_can_only_be_columns_are_told() -> None:
    parsed = text.parse("abs(a) > @b and `x y`.isna() and s.str.len() > 1 and f < inf")
    assert sorted(text.column_names(parsed)) == ["a", "f", "s", "x y"]
    assert parsed.variables == {"b"}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("`x y`", "x y"), ("` x`", " x"), ("`a & b`", "a & b"), ("`it's`", "it's"),
        ('`say "x"`', 'say "x"'), ("`a#b`", "a#b"), ("`1st`", "1st"), ("`class`", "class"),
        ("`a``b`", "a`b"), ("`a\\b`", "a\\b"), ("`日本 €`", "日本 €"), ("`a@b`", "a@b"),
        ("`a`", "a"), ("`__x`", "__x"), ("`a|b`", "a|b"), ("`True`", "True"), ("`a\tb`", "a\tb"),
    ],
)  # fmt: skip
def test_backticks_quote_any_name(written: str, name: str) -> None:
    assert text.column_names(text.parse(f"{written} > 1 and {written}.isna()")) == [name]


@pytest.mark.parametrize(
    "name", ["x y", "a & b", "it's", "a#b", "1st", "class", "a`b", "日本 €", "?!"]
)
def test_pandas_reads_the_same_quotes(name: str) -> None:
    df = pd.DataFrame({name: [1, 2]})
    quoted = "`" + name.replace("`", "``") + "`"
    assert text.column_names(text.parse(f"{quoted} > 1")) == [name]
    assert df.query(f"{quoted} > 1")[name].tolist() == [2]


def test_comments_end_with_their_line() -> None:
    parsed = text.parse("a > 1  # more & 'more'\n and b < 2 # less")
    assert text.column_names(parsed) == ["a", "b"]
    assert parsed.text == "a > 1 and b < 2"


def test_signs_and_hashes_inside_a_text_stay() -> None:
    assert rewrite("s == 'a & b | `c` @d # e'").source == "s == 'a & b | `c` @d # e'"
    assert rewrite('s == "it\'s & so"').source == 's == "it\'s & so"'


def test_an_escape_that_python_does_not_know_is_a_backslash() -> None:
    body = text.parse(r"s.str.contains('\d\w')").body
    assert r"'\\d\\w'" in ast.unparse(body)
    raw = text.parse(r"s.str.contains(r'\d\w')").body
    assert r"'\\d\\w'" in ast.unparse(raw)


def test_a_variable_is_found_under_the_name_that_python_reads() -> None:
    assert text.parse("a > @ﬁrst").variables == {"first"}


def test_inf_is_a_number_also_beside_a_column_of_that_name() -> None:
    assert text.column_names(text.parse("inf > f and Inf > `inf`")) == ["f"]
