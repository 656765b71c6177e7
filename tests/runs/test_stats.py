from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etlframe.runs.stats import OVER, quantile, statistics

STATUSES = ("PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "SKIPPED", "INTERRUPTED")
seconds = st.floats(0, 1e6, allow_nan=False)
runs = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(STATUSES),
            "duration": st.none() | seconds,
            "rows_loaded": st.integers(0, 2**40),
            "rows_transformed": st.none() | st.integers(0, 2**40),
            "destination": st.sampled_from([None, "out.csv"]),
        }
    )
)


def ran(status: str = "COMPLETED", **more: Any) -> dict[str, Any]:
    return {"status": status, "duration": 1.0, "rows_loaded": 10, "destination": "out.csv"} | more


def test_no_runs_have_a_rate_of_nought_and_no_durations() -> None:
    assert statistics([]) == {
        "total_executions": 0,
        "successes": 0,
        "failures": 0,
        "success_rate": 0.0,
        "total_rows_processed": 0,
        "duration_mean": None,
        "duration_p50": None,
        "duration_p95": None,
    }


def test_the_rate_is_the_share_of_the_runs_that_are_over() -> None:
    every = [ran(), ran(), ran("FAILED"), ran("RUNNING"), ran("SKIPPED"), ran("PENDING")]
    figures = statistics(every)
    assert (figures["total_executions"], figures["successes"], figures["failures"]) == (3, 2, 1)
    assert figures["success_rate"] == pytest.approx(2 / 3)


def test_an_interrupted_run_is_a_failure_and_a_cancelled_one_is_neither() -> None:
    figures = statistics([ran("INTERRUPTED"), ran("CANCELLED"), ran()])
    assert (figures["total_executions"], figures["successes"], figures["failures"]) == (3, 1, 1)


def test_durations_are_those_of_the_completed_runs() -> None:
    figures = statistics([ran(duration=2.0), ran(duration=4.0), ran("FAILED", duration=100.0)])
    assert (figures["duration_mean"], figures["duration_p50"]) == (3.0, 3.0)
    assert figures["duration_p95"] == pytest.approx(3.9)


def test_rows_are_those_loaded_or_without_a_destination_those_given() -> None:
    every = [
        ran(rows_loaded=5),
        ran(rows_loaded=0, rows_transformed=7, destination=None),
        ran(rows_loaded=0, rows_transformed=None, destination=None),
        ran("FAILED", rows_loaded=100),
    ]
    assert statistics(every)["total_rows_processed"] == 12


@given(runs)
def test_the_figures_agree_with_one_another(records: list[dict[str, Any]]) -> None:
    figures = statistics(records)
    assert figures["total_executions"] == sum(run["status"] in OVER for run in records)
    assert figures["successes"] + figures["failures"] <= figures["total_executions"]
    assert 0 <= figures["success_rate"] <= 1
    if figures["duration_mean"] is not None:
        times = [r["duration"] for r in records if r["status"] == "COMPLETED"]
        known = [each for each in times if each is not None]
        assert min(known) <= figures["duration_p50"] <= figures["duration_p95"] <= max(known)
        assert figures["duration_mean"] == pytest.approx(np.mean(known))


@given(runs)
def test_the_order_of_the_runs_does_not_matter(records: list[dict[str, Any]]) -> None:
    assert statistics(records) == statistics(records[::-1])


@given(st.lists(seconds, min_size=1), st.floats(0, 1))
def test_quantiles_are_those_of_numpy(values: list[float], share: float) -> None:
    expected = np.quantile(np.array(values), share)
    assert quantile(values, share) == pytest.approx(expected, rel=1e-9, abs=1e-9)
