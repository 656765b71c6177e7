from __future__ import annotations

import io
import sys
from datetime import UTC, datetime

from etlframe.cli.output import columns
from etlframe.cli.running import tell, write_progress
from etlframe.runs.result import JobResult, JobStatus


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_one_line_of_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    write_progress("delays\x1b[2J: " + "long " * 100)
    line = terminal.getvalue()
    assert line.startswith("\rdelays\\x1b[2J: long")
    assert line.endswith("…\x1b[K")
    assert len(line) - len("\r\x1b[K") < columns()


def test_progress_is_nothing_in_a_pipe(monkeypatch):
    monkeypatch.setattr(sys, "stderr", pipe := io.StringIO())
    write_progress("delays: load")
    assert pipe.getvalue() == ""


def test_rejected_rows_and_warnings_are_told(capsys):
    started = datetime(2026, 3, 2, tzinfo=UTC)
    result = JobResult(job_id="delays", run_id="1", started_at=started, rows_rejected=2)
    result.status, result.duration = JobStatus.COMPLETED, 1.0
    result.warnings = ["a whole number beyond 2^53"]
    tell(result)
    out = capsys.readouterr().out
    assert "  2 rows rejected\n  warning: a whole number beyond 2^53\n" in out
