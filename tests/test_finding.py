from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from etlframe.errors import AmbiguousNameError, UnknownNameError
from etlframe.finding import choose_pipeline, find_pipelines, telling_names
from etlframe.pipeline import Pipeline


def pipeline(name):
    return Pipeline(name, pd.DataFrame({"v": [1]}))


def test_only_pipelines_are_found_each_once_with_all_its_variables():
    p = pipeline("delays")
    found = find_pipelines({"p": p, "x": 1, "same": p, "P": Pipeline, "_": p, "_3": p})
    assert [(each.pipeline, each.variables) for each in found] == [(p, ("p", "same"))]


def test_pipelines_of_a_service_are_found_too_and_once():
    p, q = pipeline("delays"), pipeline("weather")
    service = SimpleNamespace(pipelines={"delays": p, "weather": q}, log=None)
    found = find_pipelines({"p": p}, [service])
    assert [(each.pipeline, each.variables) for each in found] == [(p, ("p",)), (q, ())]
    assert all(each.service is service for each in found)


def test_a_pipeline_is_chosen_by_its_variable_or_its_own_name():
    p, q = pipeline("delays"), pipeline("weather")
    found = find_pipelines({"p": p, "q": q})
    assert choose_pipeline("p", found).pipeline is p
    assert choose_pipeline("weather", found).pipeline is q
    assert telling_names(found) == ["delays", "p", "q", "weather"]


def test_an_unknown_name_tells_the_near_one():
    with pytest.raises(UnknownNameError, match=r"No pipeline named 'delay'. Did you mean 'delays'"):
        choose_pipeline("delay", find_pipelines({"p": pipeline("delays")}))


def test_no_pipeline_at_all_is_told_as_well():
    with pytest.raises(UnknownNameError, match=r"No pipeline named 'x'"):
        choose_pipeline("x", [])


def test_a_name_that_two_pipelines_have_is_ambiguous_but_their_variables_are_not():
    p = pipeline("delays")
    found = find_pipelines({"p": p, "late": p.query("v > 0")})
    with pytest.raises(AmbiguousNameError, match=r"variable p .*; variable late .*'delays'"):
        choose_pipeline("delays", found)
    assert choose_pipeline("late", found).variables == ("late",)
    assert telling_names(found) == ["late", "p"]


def test_the_pipeline_that_has_a_name_both_ways_wins():
    p = pipeline("delays")
    found = find_pipelines({"late": p.query("v > 0"), "delays": p})
    assert choose_pipeline("delays", found).pipeline is p


def test_a_variable_does_not_win_over_another_pipelines_own_name():
    found = find_pipelines({"delays": pipeline("old"), "new": pipeline("delays")})
    with pytest.raises(AmbiguousNameError, match="named 'old'"):
        choose_pipeline("delays", found)
