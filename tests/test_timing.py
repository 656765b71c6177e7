from __future__ import annotations

import threading

import pytest

from etlframe.timing import Timeline, phase, timed


class Clock:
    now = 0.0

    def __call__(self):
        self.now += 1.0
        return self.now


def test_phases_note_when_they_began_how_long_they_took_and_what_is_around_them():
    timeline = Timeline(clock=Clock())
    with timed(timeline), phase("load", engine="duckdb") as load:
        load.rows = 14
        with phase("flush"):
            pass
    assert [(each.name, each.level, each.started, each.seconds) for each in timeline.phases] == [
        ("load", 0, 1.0, 3.0),
        ("flush", 1, 2.0, 1.0),
    ]
    assert (load.engine, load.rows) == ("duckdb", 14)
    assert timeline.elapsed == 5.0


def test_a_phase_that_goes_on_is_one_phase():
    timeline = Timeline(clock=Clock())
    with timed(timeline):
        for name in ("plan", "plan", "load", "plan"):
            with phase(name):
                pass
    assert [(each.name, each.seconds) for each in timeline.phases] == [
        ("plan", 3.0),
        ("load", 1.0),
        ("plan", 1.0),
    ]


def test_a_phase_that_fails_is_noted():
    timeline = Timeline(clock=Clock())
    with pytest.raises(ZeroDivisionError), timed(timeline), phase("step"):
        raise ZeroDivisionError
    with timed(timeline), phase("log"):
        pass
    assert [(each.name, each.level) for each in timeline.phases] == [("step", 0), ("log", 0)]


def test_nothing_is_noted_where_nobody_asks_nor_in_another_thread():
    timeline = Timeline()

    def other():
        with phase("elsewhere"):
            pass

    other()
    with timed(timeline):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert timeline.phases == []
