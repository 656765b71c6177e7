from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import matplotlib.pyplot as plt
import pytest

from etlframe import options
from etlframe.notebook.dashboard import dashboard
from etlframe.runs.process import this_host, under_way
from etlframe.service import ETLPipelineService
from tests.notebook.records import failed, record, write_log

WORLD = "airports of the whole world"


class Clock:
    def __init__(self):
        self.now = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)

    def __call__(self):
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def board(log):
    return dashboard(log_path=log.path, clock=Clock())


def test_it_offers_the_jobs_and_the_statuses_with_their_counts(board):
    assert [label for label, _ in board.job.options] == ["all jobs", WORLD, "delays"]
    assert [label for label, _ in board.status.options] == [
        "all 60 runs",
        "COMPLETED (51)",
        "FAILED (5)",
        "CANCELLED (4)",
    ]


def test_choosing_a_job_narrows_everything(board):
    board.job.value = WORLD
    assert board.view.job_id == WORLD
    assert f"Runs per day: {WORLD}" not in board.overview.value, "the choice is shown above"
    assert ">20</div>" in board.overview.value
    assert "delays" not in board.runs.value
    board.job.value = ""
    assert ">60</div>" in board.overview.value


def test_choosing_a_status_narrows_the_list(board):
    board.status.value = "FAILED"
    assert "FAILED" in board.runs.value
    assert "COMPLETED" not in board.runs.value
    assert ">60</div>" in board.overview.value


def test_a_status_that_the_chosen_job_lacks_falls_back_to_all(tmp_path):
    log = write_log(tmp_path / "x.jsonl", [failed(0, job_id="a"), record(1, job_id="b")])
    board = dashboard(log_path=log)
    board.status.value = "FAILED"
    board.job.value = "b"
    assert (board.view.job_id, board.view.status) == ("b", None)
    assert board.status.value == ""


def test_refresh_tells_new_runs_and_keeps_the_choice(board, log):
    board.job.value = "delays"
    log.append(record(60))
    log.append(record(61, job_id="another"))
    board.refresh.click()
    assert "Refreshed 2026-05-01 12:02:00 UTC: 2 new runs" in board.news.value
    assert board.job.value == "delays"
    assert ("another", "another") in board.job.options
    assert ">41</div>" in board.overview.value


def test_refresh_of_an_empty_log_finds_the_first_run(empty_log):
    board = dashboard(log_path=empty_log.path, clock=Clock())
    assert "No runs yet" in board.overview.value
    assert board.status.layout.display == "none"
    write_log(empty_log.path, [record()])
    board.refresh.click()
    assert "1 new run" in board.news.value
    assert "No runs yet" not in board.overview.value
    assert board.status.layout.display is None


def test_a_log_that_cannot_be_read_is_told_beside_the_button(board, log):
    log.path.unlink()
    log.path.mkdir()
    board.refresh.click()
    assert "FAILED" in board.news.value
    assert ">60</div>" in board.overview.value


def test_readers_without_widgets_get_html_and_text(board):
    bundle = board._repr_mimebundle_()
    assert set(bundle) == {
        "application/vnd.jupyter.widget-view+json",
        "text/html",
        "text/plain",
    }
    assert bundle["text/html"].count("<img") == 2
    assert bundle["text/plain"].startswith("etlframe dashboard")


def test_the_fallback_is_what_the_widgets_show(board):
    board.job.value = WORLD
    assert "delays" not in board._repr_mimebundle_()["text/html"]


def test_no_figure_is_left_to_be_shown_twice(board):
    assert not plt.get_fignums()


def test_it_shows_the_log_of_a_service_or_the_default_one(log):
    service = ETLPipelineService(log.path)
    assert len(dashboard(service).view.runs) == 60
    with options.set_options(log_path=log.path):
        assert len(dashboard().view.runs) == 60


# -- a run that goes on ----------------------------------------------------------------------------


def started(number, **changes):
    return record(number, event="started", status="RUNNING", host=this_host(), **changes)


def test_a_run_of_this_kernel_can_be_cancelled(log):
    log.append(started(60, job_id="<b>late</b>", pid=os.getpid()))
    with under_way("run-60", "<b>late</b>") as control:
        board = dashboard(log_path=log.path, clock=Clock())
        assert (board.cancel.description, board.cancel.layout.display) == ("Cancel run", None)
        assert "<b>late</b>" in board.cancel.tooltip, "a tooltip is text"
        board.job.value = "delays"
        assert board.cancel.layout.display == "none", "the chosen job has none"
        board.job.value = ""
        board.cancel.click()
        assert control.is_cancelled
    assert "&lt;b&gt;late&lt;/b&gt;: told to stop." in board.news.value
    assert board.cancel.layout.display == "none"


def test_a_run_that_ended_meanwhile_is_not_cancelled(log):
    log.append(started(60, pid=os.getpid()))
    with under_way("run-60", "delays") as control:
        board = dashboard(log_path=log.path)
    board.cancel.click()
    assert not control.is_cancelled
    assert "Nothing is running here any more" in board.news.value


def test_a_run_of_another_process_cannot_be_cancelled_here(log):
    log.append(started(60, pid=os.getppid(), started_at=datetime.now(UTC)))
    board = dashboard(log_path=log.path)
    assert "RUNNING" in board.runs.value
    assert board.cancel.layout.display == "none"
