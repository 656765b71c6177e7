from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from etlframe.progress import ProgressLine


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def written():
    return []


def at(step, rows=None, fraction=None):
    return SimpleNamespace(step=step, rows_extracted=rows, fraction=fraction)


def test_a_quick_run_tells_nothing(written, clock):
    with ProgressLine("delays", written.append, clock=clock) as progress:
        progress(at("extract"))
        clock.now += 0.4
        progress.tick()
    assert written == []


def test_a_slow_run_tells_where_it_is_and_then_goes_away(written, clock):
    with ProgressLine("delays", written.append, clock=clock) as progress:
        progress(at(None))
        clock.now += 1
        progress.tick()
        progress(at("query", 27_004, fraction=0.459))
        clock.now += 1
        progress.tick()
    assert written[0] == "delays: starting · 1.0 s"
    assert written[-2:] == ["delays: query · 45% · 27,004 rows read · 2.0 s", ""]


def test_a_long_step_is_told_although_it_tells_nothing_itself(clock):
    told = threading.Event()
    with ProgressLine("delays", lambda _: told.set(), clock=clock) as progress:
        progress(at("load"))
        clock.now += 1
        assert told.wait(timeout=60)


def test_the_line_goes_away_when_the_run_is_interrupted(written, clock):
    def interrupted():
        with ProgressLine("delays", written.append, clock=clock) as progress:
            progress(at("query"))
            clock.now += 1
            progress.tick()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert written[-1] == ""
    assert not [each for each in threading.enumerate() if "_tick_on" in each.name]
