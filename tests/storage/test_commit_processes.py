"""Killed processes leave the old file; processes that change one file at a time lose nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest

from etlframe.errors import LoadError
from etlframe.storage import stages
from etlframe.storage.commit import staged
from etlframe.storage.locks import locked
from etlframe.storage.stages import process_is_alive, scratch
from tests.storage.processes import HOLDS_LOCK, WRITES_HALF, kill, names, start


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "out.csv"
    path.write_text("old")
    return path


def write(target: Path, text: str) -> None:
    with staged(target) as stage:
        stage.write_text(text)


# -- killed processes ------------------------------------------------------------------------------


def test_a_killed_writer_leaves_the_old_file_and_the_next_one_removes_its_stage(
    target: Path,
) -> None:
    kill(start(WRITES_HALF, target))
    assert target.read_text() == "old"
    assert len(names(target.parent)) == 2
    write(target, "new")
    assert target.read_text() == "new"
    assert names(target.parent) == ["out.csv"]


def test_the_stage_of_a_process_that_lives_is_left_alone(target: Path) -> None:
    process = start(WRITES_HALF, target)
    try:
        write(target, "new")
        assert len(names(target.parent)) == 2
    finally:
        process.communicate("")
    assert target.read_text() == "new, but only ha"
    assert names(target.parent) == ["out.csv"]


def test_the_stage_of_an_earlier_process_of_the_same_number_is_removed(target: Path) -> None:
    with scratch(target) as ours:
        token = ours.name.rpartition("-")[2]
        theirs = ours.with_name(ours.name.replace(token, "0123456789ab.stage"))
        ours.write_text("ours")
        theirs.write_text("theirs")
        write(target, "new")
        assert names(target.parent) == sorted([ours.name, "out.csv"])


def test_the_stages_of_other_targets_and_other_machines_are_left_alone(target: Path) -> None:
    with scratch(target) as ours:
        name = ours.name
    others = [
        name.replace("out.csv", "in.csv"),
        name.replace(stages.host_mark(), "00000000"),
        ".out.csv.mine.stage",
    ]
    for other in others:
        (target.parent / other).write_text("theirs")
    write(target, "new")
    assert names(target.parent) == sorted([*others, "out.csv"])


def test_a_stage_is_not_removed_while_another_changes_the_target(target: Path) -> None:
    kill(start(WRITES_HALF, target))
    process = start(HOLDS_LOCK, target)
    try:
        with scratch(target):
            assert len([name for name in names(target.parent) if name.endswith(".stage")]) == 1
    finally:
        process.communicate("")


def test_a_process_of_another_user_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(pid: int, signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", forbidden)
    assert process_is_alive(1)


def test_processes_are_known_to_be_alive_or_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    assert process_is_alive(os.getpid())
    assert not process_is_alive(process.pid)


# -- locks -----------------------------------------------------------------------------------------


def test_a_lock_held_by_another_process_ends_in_an_error_that_names_file_and_lock(
    target: Path,
) -> None:
    process = start(HOLDS_LOCK, target)
    try:
        with pytest.raises(LoadError) as caught, locked(target, timeout=0):
            pytest.fail("the lock is another process's")
    finally:
        process.communicate("")
    assert f"{target} is being changed by another process" in str(caught.value)
    assert ".out.csv.lock" in str(caught.value)


def test_a_write_waits_for_the_lock_before_it_replaces_the_file(target: Path) -> None:
    process = start(HOLDS_LOCK, target)
    try:
        with pytest.raises(LoadError), staged(target, timeout=0) as stage:
            stage.write_text("new")
    finally:
        process.communicate("")
    assert target.read_text() == "old"
    assert names(target.parent) == ["out.csv"]


def test_a_killed_holder_does_not_keep_the_lock(target: Path) -> None:
    kill(start(HOLDS_LOCK, target))
    write(target, "new")
    assert target.read_text() == "new"
    assert names(target.parent) == ["out.csv"]


def test_the_same_thread_may_take_the_lock_again(target: Path) -> None:
    with locked(target, timeout=0), locked(target, timeout=0):
        pass
    assert names(target.parent) == ["out.csv"]


def test_another_thread_waits_for_the_lock(target: Path) -> None:
    events: list[str] = []
    begun = Event()

    def other() -> None:
        begun.set()
        with locked(target):
            events.append("other")

    thread = Thread(target=other)
    with locked(target):
        thread.start()
        begun.wait()
        events.append("first")
    thread.join()
    assert events == ["first", "other"]


def test_many_processes_that_read_and_write_under_the_lock_lose_nothing(tmp_path: Path) -> None:
    target = tmp_path / "count"
    target.write_text("0")
    script = (
        "import sys; from pathlib import Path\n"
        "from etlframe.storage.commit import staged\nfrom etlframe.storage.locks import locked\n"
        "target = Path(sys.argv[1])\n"
        "for _ in range(10):\n"
        "    with locked(target), staged(target) as stage:\n"
        "        stage.write_text(str(int(target.read_text()) + 1))\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", script, str(target)]) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert target.read_text() == "30"
    assert names(tmp_path) == ["count"]
