from __future__ import annotations

from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from etlframe.html import document
from etlframe.runs.display import run_card, run_text
from etlframe.runs.log import RunLog
from tests.golden import HtmlFile
from tests.runs.fakes import job
from tests.runs.records import finished, started

ERRORS = [
    {"type": "OSError", "message": "disk busy", "step": "load", "attempt": 1},
    {"type": "ValueError", "message": "<script>alert('x')</script>", "step": None, "attempt": 2},
]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"duration": 0.25}, "delays COMPLETED: 10 rows -> out.csv in 250 ms"),
        ({"rows_loaded": 1}, "delays COMPLETED: 1 row -> out.csv in 2.0 s"),
        ({"attempts": 3}, "delays COMPLETED: 10 rows -> out.csv in 2.0 s (3 attempts)"),
        ({"destination": None}, "delays COMPLETED: 10 rows in 2.0 s"),
        ({"destination": None, "rows_transformed": None}, "delays COMPLETED in 2.0 s"),
        (
            {"status": "FAILED", "errors": ERRORS, "attempts": 2},
            "delays FAILED in 2.0 s (2 attempts): OSError at load: disk busy",
        ),
        (
            {"status": "CANCELLED", "errors": [{"type": "KeyboardInterrupt", "message": ""}]},
            "delays CANCELLED in 2.0 s: KeyboardInterrupt",
        ),
        ({"errors": ERRORS}, "delays COMPLETED: 10 rows -> out.csv in 2.0 s"),
    ],
)
def test_a_run_is_one_line_of_text(changes: dict[str, Any], text: str) -> None:
    assert run_text(finished(**changes)) == text


def test_a_run_that_goes_on_has_no_length_yet() -> None:
    assert run_text(started()) == "delays RUNNING"


STEPS = [
    {"name": "extract", "engine": "duckdb", "rows": 27_004, "seconds": 0.2},
    {"name": "query v < 3", "engine": "duckdb", "rows": None, "seconds": None},
    {"name": "load", "rows": 10, "seconds": 0.02},  # as older logs have it
]


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(finished(run_id="r", steps=STEPS, warnings=["a < b"]), id="completed"),
        pytest.param(
            finished(run_id="r", status="FAILED", errors=ERRORS, attempts=2, rows_loaded=0),
            id="failed",
        ),
        pytest.param(started(run_id="r", destination=None), id="running"),
    ],
)
def test_a_run_is_a_card(record: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    page = document("A run", run_card(record))
    assert page == snapshot(extension_class=HtmlFile)


def test_everything_that_a_card_shows_is_escaped() -> None:
    evil = "<img src=x onerror=alert(1)>"
    texts = {"type": evil, "message": evil, "step": evil, "attempt": 1}
    record = finished(
        job_id=evil,
        run_id=evil,
        status=evil,
        engine=evil,
        source=evil,
        destination=evil,
        errors=[texts],
        warnings=[evil],
        steps=[{"name": evil, "rows": 1, "seconds": 1.0}],
    )
    page = run_card(record)
    assert "<img" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") == 11


def test_a_result_is_shown_as_its_record_is(log: RunLog) -> None:
    done = job(OSError("disk busy")).run(log=log)
    assert repr(done) == run_text(done.record())
    assert done._repr_html_() == run_card(done.record())
    assert "disk busy" in repr(done)
