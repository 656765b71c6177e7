from __future__ import annotations

from datetime import UTC, datetime

import pytest

from etlframe.notebook.view import MOST_ROWS, View
from etlframe.runs.log import RunLog
from tests.notebook.records import failed, mixed, record, write_log

AT = datetime(2026, 5, 1, 12, 0, 5, tzinfo=UTC)
LATER = datetime(2026, 5, 1, 12, 1, 0, tzinfo=UTC)
WORLD = "airports of the whole world"


@pytest.fixture
def view(log):
    return View.read(log, AT)


def values(view):
    return {each.label: each.value for each in view.tiles}


def test_the_tiles_are_the_figures_of_the_log(view):
    assert values(view) == {
        "Success rate": "85%",
        "Runs": "60",
        "Rows": "714",
        "Median duration": "4.0 s",
        "p95 duration": "6.0 s",
    }
    assert [each.note for each in view.tiles][:2] == ["51 of 60 completed", "2 jobs, 5 failed"]


def test_a_job_narrows_tiles_and_list(view):
    chosen = view.choosing(job_id=WORLD, status=None)
    assert values(chosen)["Runs"] == "20"
    assert {run["job_id"] for run in chosen.listed} == {WORLD}
    assert view.job_id is None, "a view is not changed by what comes from it"


def test_a_status_narrows_the_list_alone(view):
    chosen = view.choosing(job_id=None, status="FAILED")
    assert values(chosen) == values(view)
    assert {run["status"] for run in chosen.listed} == {"FAILED"}
    assert all("No file" in run["errors"] for run in chosen.listed)


def test_a_status_that_the_job_does_not_have_is_let_go(tmp_path):
    runs = [failed(0, job_id="a"), record(1, job_id="b")]
    view = View.read(RunLog(write_log(tmp_path / "x.jsonl", runs)), AT)
    assert view.choosing(job_id="a", status="FAILED").status == "FAILED"
    assert view.choosing(job_id="b", status="FAILED").status is None


def test_the_list_is_newest_first_and_says_how_many_are_missing(view):
    started = [run["started_at"] for run in view.listed]
    assert started == sorted(started, reverse=True)
    assert len(started) == MOST_ROWS
    assert view.not_listed == 60 - MOST_ROWS


def test_refreshing_tells_the_new_runs_and_keeps_the_choice(log, view):
    chosen = view.choosing(job_id="delays", status="FAILED")
    log.append(record(60))
    log.append(failed(61))
    fresh = chosen.refreshed(log, LATER)
    assert fresh.news == "Refreshed 2026-05-01 12:01:00 UTC: 2 new runs"
    assert (fresh.job_id, fresh.status) == ("delays", "FAILED")
    assert values(fresh)["Runs"] == "42"
    assert fresh.refreshed(log, LATER).news.endswith(": no new runs")


def test_a_first_reading_tells_no_news(view):
    assert view.news == "Read 2026-05-01 12:00:05 UTC"


def test_a_job_that_is_gone_is_no_longer_chosen(log, view):
    write_log(log.path, [record(0, job_id="new")])
    fresh = view.choosing(job_id="delays", status=None).refreshed(log, LATER)
    assert fresh.job_id is None


def test_runs_going_on_are_counted_but_are_no_failure(tmp_path):
    runs = [record(0), record(1, status="RUNNING")]
    view = View.read(RunLog(write_log(tmp_path / "x.jsonl", runs)), AT)
    assert values(view)["Success rate"] == "100%"
    assert view.tiles[1].note == "1 job, 0 failed, 1 running"


def test_torn_lines_are_told(tmp_path):
    log = RunLog(write_log(tmp_path / "x.jsonl", mixed(3), torn=2))
    assert View.read(log, AT).warning.startswith(f"2 torn lines in {log.path}")
    assert not View.read(RunLog(write_log(tmp_path / "y.jsonl", mixed(3))), AT).warning


def test_an_empty_log_has_no_rate_rather_than_a_bad_one(empty_log):
    view = View.read(empty_log, AT)
    assert values(view)["Success rate"] == "–"
    assert (view.jobs, view.statuses, view.listed, view.not_listed) == ([], [], [], 0)


def test_what_is_not_known_is_none(tmp_path):
    view = View.read(RunLog(write_log(tmp_path / "x.jsonl", [failed(0)])), AT)
    assert view.listed[0]["rows_extracted"] is None


def test_as_text_it_tells_the_figures_and_the_log(log, view):
    assert str(view).splitlines()[:3] == [
        "etlframe dashboard",
        f"log: {log.path}",
        "Success rate: 85% (51 of 60 completed)",
    ]
