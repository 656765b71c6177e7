"""Patterns of the shared dialect mean to RE2 what they mean to Python; others are refused."""

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etlframe.expressions.dialect import only_group, portable
from etlframe.expressions.tree import NotPortable

TEXTS = [
    "", "a", "ab", "aab", "b\n", "\n", "a\nb", "A1", "x٣y", "日本", "a b", "é-É", "a.b", "\x0b",
    "_", "²", "ab12cd345", "\\", "[x]", "\u017fKi", "a{1}",
]  # fmt: skip


def _found(pattern: str, texts: list[str]) -> list[bool]:
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT regexp_matches(unnest(?), ?)", [texts, portable(pattern)]
        ).fetchall()
    return [found for (found,) in rows]


PORTABLE = [
    "a", "^a", "b$", "^$", "a|b", "(a|b)+", "a{2}", "a{1,}", "a{0,2}b", "a+?b", r"\d", r"\D",
    r"\w+", r"\W", r"\s", r"\S", "[ab]", "[^ab]", r"[\d_]", r"[^\d]", r"[^\s\w]", "a.b", r"a\.b",
    r"\\", r"\[x\]", r"a\Z", "(?:ab)+", "(?P<n>a)b", "é", "[à-ý]", "日", r"\x61", r"\t", "(?:a*)*b",
    "a(b|)", "[.]", "[]x]", r"a\{1\}", "[a\\-z]", "x*",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PORTABLE)
def test_a_portable_pattern_finds_what_python_finds(pattern: str) -> None:
    expected = [re.search(pattern, text) is not None for text in TEXTS]
    assert _found(pattern, TEXTS) == expected


_atoms = st.sampled_from(
    ["a", "b", ".", r"\d", r"\w", "[ab]", "[^a]", r"\s", "é", "^", "$", r"\n", "-", r"\."]
)


@given(
    st.recursive(
        _atoms,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map("".join),
            st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
            st.tuples(inner, st.sampled_from(["*", "+", "?", "{1,2}", "*?"])).map(
                lambda two: f"(?:{two[0]}){two[1]}"
            ),
        ),
        max_leaves=6,
    )
)
def test_random_patterns_find_what_python_finds(pattern: str) -> None:
    expected = [re.search(pattern, text) is not None for text in TEXTS]
    assert _found(pattern, TEXTS) == expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?=a)", "looks around"),
        ("(?<!a)b", "looks around"),
        (r"(a)\1", "looks around"),
        (r"\bword", "anchor"),
        ("(?i)a", "flags"),
        ("(?i:a)b", "flags"),
        ("a++", "Python's own"),
        ("(?>a)", "Python's own"),
        ("a{2000}", "too often"),
        ("a" * 600, "this long"),
        ("(", "refuse"),
        ("\x00", "NUL"),
    ],
)
def test_what_engines_do_not_share_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(NotPortable, match=reason):
        portable(pattern)


@pytest.mark.parametrize("pattern", ["a*", "b$", "a|$", "(a|)"])
def test_where_the_match_itself_matters_less_is_shared(pattern: str) -> None:
    portable(pattern)
    with pytest.raises(NotPortable):
        portable(pattern, consumed=True)


def test_case_is_ignored_where_there_are_no_classes() -> None:
    assert portable("a-b", case=False) == r"(?i)a\-b"
    with pytest.raises(NotPortable, match="classes"):
        portable(r"a\d", case=False)


@pytest.mark.parametrize(
    ("pattern", "only"),
    [("(a)", True), ("x(a+)y", True), ("(a)?", False), ("(a)|b", False), ("(a)(b)", False),
     ("a", False), ("(?:(a))", True), ("(?P<n>a)", True)],
)  # fmt: skip
def test_one_group_that_takes_part_in_every_match(
    pattern: str,
    only: bool,  # noqa: FBT001 - what is expected
) -> None:
    assert only_group(pattern) is only
