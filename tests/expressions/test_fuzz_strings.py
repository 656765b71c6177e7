"""A fuzzer of query strings: plain pandas' answer on every engine, or a clear error of ours.

Never code that a string names, never another kind of error, never a hang: a watchdog ends the
tests, with a traceback, where one string takes longer than any should.
"""

from __future__ import annotations

import datetime as dt
import faulthandler
import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import etlframe as etl
from etlframe.errors import ETLError
from etlframe.options import ENGINES
from tests.differential.frames import frames

from .strings import broken, conditions, hostile, values

OTHERS = [name for name in ENGINES if name not in ("auto", "pandas")]
LONGEST_SECONDS = 120
VARIABLES: dict[str, Any] = {
    "low": 1, "half": 0.5, "np_int": np.int64(2), "three": 3, "text": "a", "yes": True,
    "texts": ["a", "b"], "texts_tuple": ("a", "é"), "numbers": [0, 1], "number_set": {1, 2},
    "moment": dt.datetime(2013, 1, 1), "f": print, "kind": dict, "os": os, "frame": pd.DataFrame(),
    "functions": {1: print}, "big": 10**6, "wanted": [1, 2], "pattern": "(a+)+$", "options": {},
    "table": {97: "b"}, "compiled": 1, "name": "int64", "a": 1,
}  # fmt: skip
SCOPE: dict[str, Any] = {"local_dict": VARIABLES, "global_dict": {}}
Answer = pd.DataFrame | None


@pytest.fixture(autouse=True)
def watchdog() -> Iterator[None]:
    """End the whole run where a string hangs: nothing gentler stops a loop of C."""
    faulthandler.dump_traceback_later(LONGEST_SECONDS, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Return what was run that must not be."""
    monkeypatch.chdir(tmp_path)
    found: list[str] = []
    monkeypatch.setattr(os, "system", found.append)
    for method in ("to_csv", "to_pickle", "to_sql", "apply", "pipe", "agg", "transform"):
        monkeypatch.setattr(pd.Series, method, lambda *_a, name=method, **_k: found.append(name))
    return found


def answer(df: pd.DataFrame, text: str, engine: str, verb: str) -> Answer:
    """Return our answer, or None for an error of ours; any other error is a finding."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy warns of log(0), pandas of groups in a pattern
        try:
            pipeline = written(etl.Pipeline("p", df), text, verb)
            return pipeline.collect(engine)
        except ETLError as error:
            if engine != "pandas":  # a declared departure: pandas wraps around in silence
                assume(not re.search(r"(?i)overflow|out of range", str(error)))
            return None


def written(pipeline: etl.Pipeline, text: str, verb: str) -> etl.Pipeline:
    """Write the step where the variables are those of a caller."""
    verbs = {"query": "pipeline_.query(text_)", "assign": "pipeline_.assign(new=text_)"}
    scope = {**VARIABLES, "pipeline_": pipeline, "text_": text}
    step: etl.Pipeline = eval(verbs[verb], scope)  # noqa: S307 - what it evaluates is written above
    return step


def plain(df: pd.DataFrame, text: str, verb: str) -> Answer:
    """Return plain pandas' answer, or None for an error of its."""
    line = " ".join(part.partition("  # ")[0] for part in text.split("\n"))  # it takes one line
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if verb == "query":
                kept: pd.DataFrame = df.query(line, engine="python", **SCOPE)
                return kept.reset_index(drop=True)
            new: Any = lambda d: d.eval(line, engine="python", **SCOPE)  # noqa: E731 - assign's way
            return df.assign(new=new)
        except Exception:  # noqa: BLE001 - whatever pandas raises is no answer
            return None


def assert_equal(got: pd.DataFrame, expected: pd.DataFrame) -> None:
    small = [name for name in expected.columns if expected[name].dtype == "int32"]
    wide = expected.astype(dict.fromkeys(small, "int64"))
    pd.testing.assert_frame_equal(got, wide, rtol=1e-9, atol=1e-9)


def check(df: pd.DataFrame, text: str, verb: str, engines: list[str]) -> None:
    """Check a string that pandas has a meaning for."""
    expected, ours = plain(df, text, verb), answer(df, text, "pandas", verb)
    if expected is not None:
        assert ours is not None, "plain pandas has an answer"
        assert_equal(ours, expected)
    for engine in engines:
        got = answer(df, text, engine, verb)
        assert (got is None) == (ours is None), f"{engine} and pandas differ"
        if got is not None and ours is not None:
            assert_equal(got, ours)


few = settings(max_examples=settings().max_examples // 4)


@few
@given(df=frames(), text=conditions)
def test_a_condition_gives_the_answer_of_plain_pandas(df: pd.DataFrame, text: str) -> None:
    check(df, text, "query", OTHERS)


@few
@given(df=frames(), text=values)
def test_a_column_gives_the_answer_of_plain_pandas(df: pd.DataFrame, text: str) -> None:
    check(df, text, "assign", OTHERS)


quick = settings(
    few, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@quick
@given(df=frames(), text=broken(), verb=st.sampled_from(["query", "assign"]))
def test_a_broken_string_is_an_answer_or_a_clear_error(
    df: pd.DataFrame, text: str, verb: str, ran: list[str], tmp_path: Path
) -> None:
    ours = answer(df, text, "pandas", verb)
    for engine in OTHERS:
        got = answer(df, text, engine, verb)
        assert (got is None) == (ours is None), f"{engine} and pandas differ"
        if got is not None and ours is not None:
            assert_equal(got, ours)
    if ours is not None:
        expected = plain(df, text, verb)  # harmless: we have just run it
        if expected is not None:
            assert_equal(ours, expected)
    assert ran == []
    assert list(tmp_path.iterdir()) == []


@quick
@given(df=frames(), text=hostile, verb=st.sampled_from(["query", "assign"]))
def test_a_hostile_string_runs_nothing(
    df: pd.DataFrame, text: str, verb: str, ran: list[str], tmp_path: Path
) -> None:
    for engine in ("pandas", *OTHERS):
        answer(df, text, engine, verb)
    assert ran == []
    assert list(tmp_path.iterdir()) == []
