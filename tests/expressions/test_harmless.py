from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from etlframe.expressions import harmless, words

SERIES = {"": pd.Series([1]), "str": pd.Series(["a"]).str, "dt": pd.Series([pd.Timestamp(0)]).dt}
WORDS = [(accessor, word) for accessor in SERIES for word in harmless.METHODS[accessor].values()]
OPERATIONS: Any = importlib.import_module("pandas.core.computation.ops")
SCOPE: Any = importlib.import_module("pandas.core.computation.scope")
NEVER = ("inplace", "out", "engine", "engine_kwargs", "freq_", "flags", "axis", "level", "copy")


def of_pandas(accessor: str, name: str) -> Any:
    if name == "total_seconds":
        return pd.Series([pd.Timedelta(0)]).dt.total_seconds
    return getattr(SERIES[accessor], name)


@pytest.mark.parametrize(("accessor", "word"), WORDS, ids=lambda each: getattr(each, "name", each))
def test_a_word_has_pandas_arguments_in_pandas_order(accessor: str, word: harmless.Word) -> None:
    parameters = inspect.signature(of_pandas(accessor, word.name)).parameters.values()
    names = [each.name for each in parameters]
    if names[:2] == ["args", "kwargs"]:  # .dt passes on to an index, whose signature is another
        return
    assert set(word.arguments) <= set(names)
    positional = [each.name for each in parameters if each.kind == each.POSITIONAL_OR_KEYWORD]
    assert list(word.arguments[: word.by_position]) == positional[: word.by_position]
    assert not set(word.arguments) - word.refused & set(NEVER)


def test_functions_are_those_of_pandas_with_numpy_arguments() -> None:
    assert set(harmless.FUNCTIONS) == set(OPERATIONS.MATHOPS)
    for name, takes in harmless.FUNCTIONS.items():
        assert getattr(np, name).nin == takes


def test_constants_are_those_of_pandas() -> None:
    numbers = {name for name, value in SCOPE.DEFAULT_GLOBALS.items() if type(value) is float}
    assert set(harmless.CONSTANTS) == numbers


def test_every_word_that_has_a_tree_may_be_said() -> None:
    said = set(harmless.METHODS[""])
    assert set(words.METHODS) <= said
    assert set(words.TEXT_METHODS) <= set(harmless.METHODS["str"])
    assert set(words.FUNCTIONS) - {"absolute", "fabs"} <= said | set(harmless.FUNCTIONS)
    assert set(words.TIME_PARTS) <= harmless.ATTRIBUTES["dt"] | set(harmless.METHODS["dt"])


def test_no_word_begins_with_an_underscore_or_writes() -> None:
    for table in harmless.METHODS.values():
        for name in table:
            assert not name.startswith(("_", "to_"))


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "+02:00"])
def test_time_zones_have_names(zone: str) -> None:
    assert harmless.is_zone(zone)


@pytest.mark.parametrize(
    "zone", ["dateutil//etc/passwd", "/etc/localtime", "../x", "a/../../x", ""]
)
def test_a_path_is_no_time_zone(zone: str) -> None:
    assert not harmless.is_zone(zone)


def test_the_docs_list_every_word_and_function() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "engines.md").read_text(encoding="utf-8")
    listed = docs.split("The methods that a string may call:")[1].split("\n## ")[0]
    for accessor, lead in (("", "of a column: "), ("str", "`.str`: "), ("dt", "`.dt`: ")):
        words_of = listed.split(lead)[1].split("`")[1].split()
        assert words_of == [*harmless.METHODS[accessor], *sorted(harmless.ATTRIBUTES[accessor])]
    assert set(harmless.FUNCTIONS) <= set(docs.split("- The functions `")[1].split("`")[0].split())
