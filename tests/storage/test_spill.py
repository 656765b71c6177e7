"""A place for what memory does not hold lasts as long as somebody who lives uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from etlframe.storage import spill, stages
from etlframe.storage.spill import Spill, current_spill, remove_left, spilling
from tests.storage.processes import kill, names, start

SPILLS = """
import sys
from pathlib import Path
from etlframe.storage.spill import current_spill, spilling
with spilling(sys.argv[1]):
    place = current_spill().directory
    place.mkdir()
    (place / "data.tmp").write_text("rows")
    print(place, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out" / "flights.csv"


def place() -> Path:
    found = current_spill()
    assert found is not None
    return found.directory


def test_the_place_is_hidden_beside_the_file_and_gone_at_the_end(target: Path) -> None:
    with spilling(target):
        assert place().parent == target.parent
        assert place().name.startswith(".flights.csv.")
        assert f"-{os.getpid()}-" in place().name
        place().mkdir()
        (place() / "data.tmp").write_text("rows")
        target.write_text("the output")
    assert current_spill() is None
    assert names(target.parent) == ["flights.csv"]


def test_runs_one_after_the_other_have_one_place_and_runs_at_one_time_their_own(
    tmp_path: Path,
) -> None:
    first = Spill(tmp_path, "out.csv")
    second = Spill(tmp_path, "out.csv")
    assert second.directory != first.directory
    first.let_go()
    second.let_go()
    again = Spill(tmp_path, "out.csv")
    assert again.directory == first.directory
    again.let_go()
    assert names(tmp_path) == []


def test_a_folder_that_was_made_for_nothing_is_gone_too(target: Path, tmp_path: Path) -> None:
    with spilling(target):
        assert target.parent.exists()
    assert names(tmp_path) == []


def test_without_a_file_it_is_in_the_folder_for_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with spilling():
        assert place().parent == tmp_path
    assert names(tmp_path) == []


def test_a_block_inside_another_keeps_the_place(target: Path, tmp_path: Path) -> None:
    with spilling(target):
        outer = place()
        with spilling(tmp_path / "other.csv"):
            assert place() == outer
        assert place() == outer


def test_a_place_that_another_run_shares_lasts_until_that_one_ends(tmp_path: Path) -> None:
    first, second = Spill(tmp_path, "first"), Spill(tmp_path, "second")
    assert second.share(first)
    assert second.share(first)
    first.directory.mkdir()
    first.let_go()
    assert first.directory.exists()
    second.let_go()
    assert names(tmp_path) == []
    assert not Spill(tmp_path, "third").share(first)


# -- killed processes ------------------------------------------------------------------------------


def test_what_a_killed_process_left_is_removed(target: Path) -> None:
    kill(start(SPILLS, target))
    assert len(names(target.parent)) == 2
    with spilling(target.with_name("another.csv")):
        assert len(names(target.parent)) == 1
    assert not target.parent.exists() or names(target.parent) == []


def test_what_a_living_process_holds_stays_whatever_its_number_says(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = start(SPILLS, target)
    try:
        before = names(target.parent)
        monkeypatch.setattr(spill, "process_is_alive", lambda pid: False)
        remove_left(target.parent)
        assert names(target.parent) == before
    finally:
        process.communicate("")
    assert not target.parent.exists()


def test_without_locks_the_number_of_the_process_tells(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spill, "fcntl", None)
    process = start(SPILLS, target)
    remove_left(target.parent)
    assert len(names(target.parent)) == 2
    kill(process)
    remove_left(target.parent)
    assert names(target.parent) == []


def test_what_belongs_to_other_machines_or_to_this_process_stays(target: Path) -> None:
    with spilling(target):
        place().mkdir()
        elsewhere = place().name.replace(stages.host_mark(), "00000000")
        (target.parent / elsewhere).mkdir()
        (target.parent / ".my.spill").mkdir()
        before = names(target.parent)
        remove_left(target.parent)
        assert names(target.parent) == before


def test_a_folder_that_cannot_be_written_to_is_no_error_until_there_is_something_to_spill(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("")
    with spilling(tmp_path / "file" / "out.csv"):
        assert place().parent == tmp_path / "file"


def test_a_forked_process_has_no_part_in_it(target: Path) -> None:
    script = (
        "import os, sys\n"
        "from etlframe.storage.spill import current_spill, spilling\n"
        "with spilling(sys.argv[1]):\n"
        "    here, pid = current_spill(), os.fork()\n"
        "    if pid:\n        os.wait()\n        assert os.listdir(here.directory.parent)\n"
        "    else:\n        assert current_spill() is None\n"
        "if pid:\n    print('parent')\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "parent\n"


def test_another_thread_has_none(target: Path) -> None:
    seen: list[Spill | None] = []
    with spilling(target):
        thread = Thread(target=lambda: seen.append(current_spill()))
        thread.start()
        thread.join()
    assert seen == [None]
