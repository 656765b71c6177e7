"""What query strings were found to get wrong, by reading pandas or by the fuzzer, each by name.

Each is compared with plain pandas' own ``query`` or ``eval``, on every engine.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import etlframe as etl
from etlframe import Pipeline

DF = pd.DataFrame(
    {
        "a": [1, 2, 3, 4],
        "b": [2, 2, 9, 1],
        "f": [1.5, None, -2.0, 0.0],
        "s": ["x", None, "yy", "X"],
        "k": ["x", "q", "yy", None],
        "ok": [True, False, True, False],
        "t": pd.Series(["2013-01-01", None, "2014-05-06", "2013-01-01"], dtype="datetime64[us]"),
    }
)
SCOPE: dict[str, Any] = {
    "none": None, "low": 1, "two": np.int64(2), "series": pd.Series([1, 9, 3, 4]),
    "array": np.array([1, 2, 9, 4]), "values": [1, 2], "pair": (1, 4), "some": {2, 3},
    "text": "x", "texts": ["x", "q"], "nan": float("nan"), "day": pd.Timestamp("2013-01-01"),
    "names": {1: 10, 3: 30}, "yes": True,
}  # fmt: skip

CONDITIONS: dict[str, str] = {
    "a time is never equal to a text": "t == '2013-01-01'",
    "a time is always different from a text": "t != '2013-01-01'",
    "a time is compared with a text in order": "t > '2013-01-01'",
    "a text before a time": "'2013-06-01' < t",
    "a time is compared with a year": "t > 2013",
    "a time and a timestamp": "t == @day",
    "a number is never equal to a text": "a == '1' or s == 'x'",
    "a text on the left": "'x' == s",
    "a text in a column is a list of one": "'x' in s",
    "a column in a text is a list of one": "s in 'x'",
    "a list in a column": "[1, 2] in a",
    "a list in a variable, in a column": "@values in a",
    "a column in a column": "a in b",
    "a column not in a column": "a not in b",
    "a computed column in a column": "a + 1 in b",
    "== with a Series is row by row": "a == @series",
    "== with an array is row by row": "a != @array",
    "in a tuple": "a in @pair",
    "in a set": "a not in @some",
    "in a list with a column": "a in [b, 4]",
    "in a list with a variable": "a in [@low, 3]",
    "not in a list with variables": "s not in [@text, 'q']",
    "None in a list matches missing": "s in [None, 'x']",
    "None in a variable does not": "s in [@none, 'x']",
    "NaN in a variable does not": "f in [@nan, 1.5]",
    "nothing is equal to None": "s == None",
    "everything is different from None": "f != None",
    "== with the empty list": "a == []",
    "!= with a list": "a != [1, 2]",
    "a computed value in a list": "(a + 1) in [2, 3]",
    "& binds as and": "a > 1 & b < 3 | ok",
    "~ binds tighter than a comparison": "~ok == False",
    "not binds looser than a comparison": "not a == 1",
    "not, twice": "not not ok",
    "a chain of three": "0 < a <= b < 9",
    "a chain with ==": "a == 1 == ok",
    "a chain that ends in a list": "0 < a in [1, 2]",
    "minus binds looser than **": "-a ** 2 == -4",
    "a plus sign": "+a > 1 and +f < 2",
    "constants are computed": "a > 2 ** 2 - 7 // 2 + -3 % 2",
    "comparisons of numbers": "a > 1 and 1 < 2",
    "True beside a condition": "a > 1 and True",
    "a variable that is True": "@yes and a > 1",
    "inf": "f > -inf",
    "a numpy number": "a > @two and a == @two + 1",
    "a condition is compared": "(a > 1) == ok",
    "a text put together is compared": "s + k == 'xx'",
    "a text with signs": "s != 'a & b | `c` @d # e'",
    "an escape that Python does not know": r"s.str.contains('\w')",
    "a slice from the end": "s.str[-1] == 'y'",
    "one letter": "s.str[0] == 'x'",
    "a keyword argument": "s.str.contains('x', case=False)",
    "the index": "index % 2 == 0",
    "an aggregate": "a > a.mean()",
    "a mapped column": "a.map(@names) > 5",
    "two arguments": "arctan2(a, b) > 0.5",
    "a week": "t.dt.isocalendar().week == 1",
    "isin of texts": "k.isin(@texts)",
}
COLUMNS: dict[str, str] = {
    "a constant text": "'US'",
    "a constant number": "1 + 2 * 3",
    "infinity": "a + inf",
    "an aggregate alone": "a.sum()",
    "bitwise not of numbers": "~a",
    "bitwise and of numbers": "a & b",
    "minus of booleans": "-ok",
    "text and text": "s + k",
    "text and a constant": "s.add('q')",
    "functions": "sin(a) + log1p(b) - sqrt(abs(f))",
    "a Series": "a + @series",
}


def compare(got: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(got, expected, rtol=1e-12)


@pytest.mark.parametrize("case", CONDITIONS)
def test_a_condition_keeps_the_rows_of_plain_pandas(case: str, engine: str) -> None:
    condition = CONDITIONS[case]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas' own: UnaryOp of a constant, groups in a pattern
        expected = DF.query(condition, local_dict=SCOPE, global_dict={}).reset_index(drop=True)
    step: Pipeline = eval("p.query(c)", {**SCOPE, "p": Pipeline("p", DF), "c": condition})  # noqa: S307 - its variables are those of a caller
    for name in ("pandas", engine):
        compare(step.collect(name), expected)


@pytest.mark.parametrize("case", COLUMNS)
def test_a_column_is_that_of_plain_pandas(case: str, engine: str) -> None:
    expression = COLUMNS[case]
    new: Any = lambda d: d.eval(expression, local_dict=SCOPE, global_dict={})  # noqa: E731 - assign's way
    expected = DF.assign(new=new)
    step: Pipeline = eval("p.assign(new=c)", {**SCOPE, "p": Pipeline("p", DF), "c": expression})  # noqa: S307 - its variables are those of a caller
    for name in ("pandas", engine):
        compare(step.collect(name), expected)


SAME = {
    "several lines": ("a > 1\n   and b < 9", "a > 1 and b < 9"),
    "a comment ends with its line": ("a > 1  # or any\n and b < 9", "a > 1 and b < 9"),
    "a line that goes on": ("a > \\\n 1", "a > 1"),
    "a list of one name": ("a in [@low]", "a == @low"),
    "a list of one column": ("a not in [b]", "a != b"),
}


@pytest.mark.parametrize("case", SAME)
def test_what_plain_pandas_stumbles_over_means_what_it_says(case: str, engine: str) -> None:
    low = 1  # noqa: F841 - a string names it
    written, meant = SAME[case]
    for name in ("pandas", engine):
        got = etl.Pipeline("p", DF).query(written).collect(name)
        compare(got, etl.Pipeline("p", DF).query(meant).collect("pandas"))


@pytest.mark.parametrize(
    "condition",
    [
        "(a + 1) == [2, 3]", "s + 'q' == 'xq'", "1 in a", "'x' == 'x' and a > 1", "a == @pair",
        "not True and ok", "a and b", "a > 1 and 1", "sqrt(a, b) > 1", "a.mean() > 1",
    ],
)  # fmt: skip
def test_what_pandas_answers_by_accident_is_an_error(condition: str) -> None:
    pair = (1, 4)  # noqa: F841 - a string names it
    with pytest.raises(etl.ETLError):
        etl.Pipeline("p", DF).query(condition).collect("pandas")
