"""The traps of tracing: whatever is not known to be right is refused, never guessed."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas import notna

from etlframe.expressions.reserved import FRAME_ATTRIBUTES
from etlframe.expressions.traced import trace, trace_col
from etlframe.expressions.tree import Call, Column, Literal, NotPortable

COLUMNS = ["a", "b", "c", "size", "x y"]


def test_a_lambda_becomes_a_tree() -> None:
    tree = trace(lambda d: d["a"] * 2 + d.b, COLUMNS)
    assert tree == Call("add", (Call("mul", (Column("a"), Literal(2))), Column("b")))


def test_a_pd_col_expression_becomes_the_tree_of_the_same_lambda() -> None:
    assert trace_col(pd.col("a").str.lower(), COLUMNS) == trace(lambda d: d.a.str.lower(), COLUMNS)


def test_operands_on_the_left_keep_their_side() -> None:
    assert trace(lambda d: 1 - d.a, COLUMNS) == Call("sub", (Literal(1), Column("a")))
    assert trace(lambda d: 6 // d.a, COLUMNS) == Call("floordiv", (Literal(6), Column("a")))


def test_numpy_functions_are_taken() -> None:
    assert trace(lambda d: np.log(d.a), COLUMNS) == Call("log", (Column("a"),))
    chosen = trace(lambda d: np.where(d.a > 1, "hi", "lo"), COLUMNS)
    assert isinstance(chosen, Call)
    assert chosen.op == "np_where"


def test_numpy_scalars_are_plain_values() -> None:
    assert trace(lambda d: d.a + np.int32(3), COLUMNS) == Call("add", (Column("a"), Literal(3)))


def _swallowing(d: Any) -> Any:
    try:
        return d["a"].apply(math.sqrt)
    except Exception:  # noqa: BLE001 - what the test is about
        return d["a"]


def _importing(d: Any) -> Any:
    import pandas as inner  # noqa: ICN001 - another name than the module's

    return inner.isna(d["a"])


def _isna(column: Any) -> Any:
    return pd.isna(column)


OPAQUE: dict[str, Callable[[Any], Any]] = {
    "apply": lambda d: d["a"].apply(math.sqrt),
    "len": lambda d: d["a"] / len(d),
    "random numbers by length": lambda d: d["a"] + np.random.default_rng(0).random(len(d)),
    "a branch on data": lambda d: d["a"] if d["a"].sum() > 3 else d["b"],
    "truth of a column": lambda d: d["a"] or d["b"],
    "and between columns": lambda d: d["a"] > 1 and d["b"] > 1,
    "a chained comparison": lambda d: 1 < d["a"] < 3,
    "pd.isna where pandas is imported inside": _importing,
    "pd.isna in another function": lambda d: _isna(d["a"]),
    "pd.concat": lambda d: pd.concat([d["a"], d["b"]]),
    "pd.Series of a column": lambda d: pd.Series(d["a"]),
    "an f-string": lambda d: f"{d.a}",
    "str()": lambda d: str(d.a),
    "repr()": lambda d: repr(d.a),
    "round()": lambda d: round(d.a),
    "float()": lambda d: float(d.a),
    "is None": lambda d: d.c is None,
    "in": lambda d: 3 in d.a,
    "iteration": lambda d: [v for v in d.a],  # noqa: C416 - what the trap is
    "hashing": lambda d: {d.a: 1},
    "isinstance of the frame": lambda d: isinstance(d, pd.DataFrame),
    "isinstance of a column": lambda d: isinstance(d.a, pd.Series),
    "an array on the left": lambda d: np.array([1, 2]) + d.a,
    "a Series on the left": lambda d: pd.Series([1, 2]) + d.a,
    "a Series on the right": lambda d: d.a + pd.Series([1, 2]),
    "a DataFrame's attribute that a column shares": lambda d: d.size,
    "the index": lambda d: d.index,
    "the transpose": lambda d: d.T,
    "the shape": lambda d: d.shape,
    "count of a column": lambda d: d.count,
    "several columns": lambda d: d[["a", "b"]].sum(axis=1),
    "a mask": lambda d: d[d.a > 1]["b"],
    "a swallowed refusal": _swallowing,
    "a method of an aggregate": lambda d: d.a - d.a.mean().round(1),
    "an aggregate in a branch": lambda d: d.a if d.a.mean() > 1 else d.b,
    "an aggregate of groups": lambda d: d.groupby("a")["b"].mean(),
    "groups of rows": lambda d: d.groupby("a").apply(len),
    "an unknown numpy function": lambda d: np.cumsum(d.a),
    "numpy with options": lambda d: np.log(d.a, where=[True]),
    "a constant that looked at nothing": lambda _d: 5,
    "assignment to the frame": lambda d: d.__setitem__("z", 1),
    "a look-ahead": lambda d: d.a.str.contains("a(?=b)"),
    "a compiled pattern": lambda d: d.a.str.contains(re.compile("a")),
    "a case that is no boolean": lambda d: d.a.str.contains("a", case=None),
    "an unknown argument": lambda d: d.a.fillna(method="ffill"),
    "a missing timestamp": lambda d: d.a > pd.NaT,
    "an integer beyond 64 bits": lambda d: d.a + 2**63,
    "lists of texts": lambda d: d.a.str.split(",").str[0],
    "a str accessor by name": lambda d: d.a.str["key"],
}


@pytest.mark.parametrize("trap", OPAQUE)
def test_what_has_no_tree_is_refused(trap: str) -> None:
    with pytest.raises(NotPortable) as refused:
        trace(OPAQUE[trap], COLUMNS)
    assert str(refused.value)


def test_a_random_factor_is_drawn_when_the_function_is_called_not_when_it_is_written() -> None:
    def noisy(d: Any) -> Any:
        return d["a"] * random.random()

    assert trace(noisy, COLUMNS) != trace(noisy, COLUMNS)


def test_the_attributes_of_a_dataframe_are_those_of_the_installed_pandas() -> None:
    # Accessors that others register (pandera, once it is imported) are found when they are there.
    own = {name for name in dir(pd.DataFrame) if not name.startswith("_")} - {"pandera"}
    assert own == FRAME_ATTRIBUTES


def test_a_column_that_is_not_there_is_left_to_the_check_of_columns() -> None:
    assert trace(lambda d: d["nope"] + 1, COLUMNS) == Call("add", (Column("nope"), Literal(1)))


def test_functions_of_pandas_know_a_column() -> None:
    isna = pd.isna
    expected = Call("isna", (Column("a"),))
    assert trace(lambda d: pd.isna(d.a), COLUMNS) == expected
    assert trace(lambda d: isna(d.a), COLUMNS) == expected
    assert trace(lambda d: notna(d.a), COLUMNS) == Call("notna", (Column("a"),))


def test_functions_of_pandas_are_themselves_for_all_else() -> None:
    moment = pd.Timestamp("2013-01-01")
    assert trace(lambda d: d.a == pd.Timestamp("2013-01-01"), COLUMNS) == Call(
        "eq", (Column("a"), Literal(moment.to_pydatetime()))
    )
    assert trace(lambda d: d.a + int(pd.isna(None)), COLUMNS) == Call(
        "add", (Column("a"), Literal(1))
    )
    assert pd.isna(math.nan)


def test_a_traced_function_writes_its_own_globals_and_cells() -> None:
    seen = []
    count = 0

    def counting(d: Any) -> Any:
        nonlocal count
        count += 1
        seen.append(pd.isna(d.a) is not None)
        return d.a

    trace(counting, COLUMNS)
    assert (count, seen) == (1, [True])


def test_windows_of_groups_are_traced() -> None:
    summed = Call("group_sum", (Column("a"), Column("b"), Column("c")))
    assert trace(lambda d: d.groupby(["b", "c"])["a"].transform("sum"), COLUMNS) == summed
    assert trace(lambda d: d.a.groupby(d.b).shift(2), COLUMNS) == Call(
        "group_shift", (Column("a"), Column("b")), (2, None)
    )
