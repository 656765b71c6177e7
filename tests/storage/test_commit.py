"""Files change whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from io import BytesIO
from pathlib import Path
from queue import Queue
from threading import current_thread
from threading import enumerate as enumerate_threads
from typing import Any

import pandas as pd
import pytest

from etlframe.engines.base import Written
from etlframe.engines.pandas import PandasRows
from etlframe.errors import LoadError
from etlframe.loaders.file import DataLoader
from etlframe.storage import flushing
from etlframe.storage.commit import staged
from etlframe.storage.copying import copy_bytes
from tests.storage.processes import names


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "out.csv"
    path.write_text("old")
    return path


def write(target: Path, text: str) -> None:
    with staged(target) as stage:
        stage.write_text(text)


# -- staging ---------------------------------------------------------------------------------------


def test_what_was_staged_replaces_the_target_and_leaves_nothing_else(target: Path) -> None:
    write(target, "new")
    assert target.read_text() == "new"
    assert names(target.parent) == ["out.csv"]


def test_the_target_is_the_old_one_until_the_block_ends(target: Path) -> None:
    with staged(target) as stage:
        stage.write_text("new")
        assert target.read_text() == "old"


def test_parent_folders_are_made(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "out.csv", "new")
    assert (tmp_path / "a" / "b" / "out.csv").read_text() == "new"


def test_the_stage_is_a_hidden_file_beside_the_target_with_the_process_id(target: Path) -> None:
    with staged(target) as stage:
        assert stage.parent == target.parent
        assert stage.name.startswith(".out.csv.")
        assert f"-{os.getpid()}-" in stage.name
        stage.write_text("new")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_leaves_the_old_file_and_no_stage(
    target: Path, error: type[BaseException]
) -> None:
    def write_half() -> None:
        with staged(target) as stage:
            stage.write_text("half")
            raise error

    with pytest.raises(error):
        write_half()
    assert target.read_text() == "old"
    assert names(target.parent) == ["out.csv"]


def test_nothing_written_is_an_error_and_the_old_file_stays(target: Path) -> None:
    with pytest.raises(FileNotFoundError), staged(target):
        pass
    assert target.read_text() == "old"


def test_a_name_as_long_as_the_file_system_allows_can_be_staged(tmp_path: Path) -> None:
    target = tmp_path / ("ü" * 125 + ".csv")
    write(target, "new")
    assert target.read_text() == "new"


def test_the_permissions_of_a_replaced_file_are_kept(target: Path) -> None:
    target.chmod(0o640)
    write(target, "new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    write(tmp_path / "staged", "new")
    (tmp_path / "plain").write_text("new")
    assert (tmp_path / "staged").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_symbolic_link_is_followed_and_stays_a_link(target: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "latest.csv"
    link.parent.mkdir()
    link.symlink_to(target)
    write(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert names(link.parent) == ["latest.csv"]


def test_a_link_to_nothing_yet_makes_the_file_that_it_names(tmp_path: Path) -> None:
    link = tmp_path / "latest.csv"
    link.symlink_to(tmp_path / "later" / "out.csv")
    write(link, "new")
    assert (tmp_path / "later" / "out.csv").read_text() == "new"


def test_data_is_flushed_to_disk_before_it_replaces_the_target(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(file: int) -> None:
        calls.append("folder" if stat.S_ISDIR(os.fstat(file).st_mode) else "file")
        real_fsync(file)

    def replace(path: Path, other: Path) -> Path:
        calls.append("replace")
        return real_replace(path, other)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    write(target, "new")
    assert calls == ["file", "replace", "folder"]


def test_a_folder_that_cannot_be_flushed_does_not_undo_what_is_done(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_fsync = os.fsync

    def fsync(file: int) -> None:
        if stat.S_ISDIR(os.fstat(file).st_mode):
            raise OSError("not on this file system")
        real_fsync(file)

    monkeypatch.setattr(os, "fsync", fsync)
    write(target, "new")
    assert target.read_text() == "new"


# -- copying ---------------------------------------------------------------------------------------


def test_bytes_are_copied_from_where_the_files_stand(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"0123456789")
    with (tmp_path / "old").open("rb") as old, (tmp_path / "new").open("wb") as new:
        new.write(b"ab")
        old.seek(2)
        copy_bytes(old, new, 3)
        new.write(b"yz")
        copy_bytes(old, new, 5)
    assert (tmp_path / "new").read_bytes() == b"ab234yz56789"


def test_bytes_are_copied_where_the_kernel_does_not_help() -> None:
    new = BytesIO()
    copy_bytes(BytesIO(b"x" * 3_000_000), new, 3_000_000)
    assert new.getvalue() == b"x" * 3_000_000


def test_a_file_that_became_shorter_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"0123")
    new = BytesIO()
    with (tmp_path / "old").open("rb") as old, pytest.raises(OSError, match="1 bytes shorter"):
        copy_bytes(old, new, 5)


# -- flushing --------------------------------------------------------------------------------------


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> Queue[int]:
    """Have files flushed at each byte, and return the sizes at which they were."""
    sizes: Queue[int] = Queue()
    monkeypatch.setattr(flushing, "_PIECE", 1)
    monkeypatch.setattr(flushing, "_LOOKS", 0.001)
    monkeypatch.setattr(
        os, "fdatasync", lambda opened: sizes.put(os.fstat(opened).st_size), raising=False
    )
    return sizes


def refused(flushed: Queue[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the disk take nothing."""

    def refuse(opened: int) -> None:
        flushed.put(opened)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fdatasync", refuse)


def test_a_file_is_flushed_as_it_grows(target: Path, flushed: Queue[int]) -> None:
    with staged(target) as stage:
        for size in (1, 3):
            with stage.open("a") as file:
                file.write("x" * (size - file.tell()))
            assert flushed.get(timeout=60) == size
        stage.write_text("new")
    assert target.read_text() == "new"


def test_what_the_disk_does_not_take_fails_the_load(
    target: Path, flushed: Queue[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(flushed, monkeypatch)
    frame = pd.DataFrame({"n": [1]})
    write = PandasRows.write

    def then_wait(rows: PandasRows, *args: Any) -> Written:
        written = write(rows, *args)
        flushed.get(timeout=60)
        return written

    monkeypatch.setattr(PandasRows, "write", then_wait)
    with pytest.raises(LoadError) as raised:
        DataLoader(target).load(frame)
    assert str(raised.value) == f"{target} cannot be written: Input/output error."
    assert target.read_text() == "old"
    assert names(target.parent) == ["out.csv"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_after_an_error_the_disk_is_not_asked_any_more(
    target: Path,
    flushed: Queue[int],
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
) -> None:
    def write_and_fail() -> None:
        with staged(target) as stage:
            stage.write_text("new")
            flushed.get(timeout=60)
            raise error

    refused(flushed, monkeypatch)
    with pytest.raises(error):
        write_and_fail()
    for thread in enumerate_threads():
        if thread.name == "etlframe-flush":
            thread.join(timeout=60)
            assert not thread.is_alive()
    assert target.read_text() == "old"


def test_a_small_file_is_flushed_at_the_end_alone(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flushing, "_LOOKS", 0.001)
    looks: Queue[Path] = Queue()
    look = Path.stat

    def noted(path: Path, **options: bool) -> os.stat_result:
        found = look(path, **options)
        if current_thread().name == "etlframe-flush":
            looks.put(path)
        return found

    monkeypatch.setattr(Path, "stat", noted)
    monkeypatch.setattr(os, "fdatasync", pytest.fail, raising=False)
    with staged(target) as stage:
        stage.write_text("new")
        looks.get(timeout=60)
        looks.get(timeout=60)  # the first look was over then
    assert target.read_text() == "new"


def test_where_no_piece_can_be_flushed_the_file_is_at_the_end(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "fdatasync", raising=False)
    write(target, "new")
    assert target.read_text() == "new"
