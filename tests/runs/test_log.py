from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etlframe.errors import LogError
from etlframe.runs.log import RunLog
from tests.runs.records import finished, started


def test_a_log_that_is_not_there_yet_is_empty(log: RunLog) -> None:
    assert (log.records(), log.runs(), log.torn) == ([], [], 0)
    assert not log.path.parent.exists()


def test_it_makes_its_folders_and_writes_one_json_object_a_line(log: RunLog) -> None:
    records = [started(), finished()]
    for record in records:
        log.append(record)
    lines = log.path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == records
    assert log.records() == records


def test_a_relative_path_is_taken_from_the_working_folder_of_the_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    log = RunLog("runs.jsonl")
    monkeypatch.chdir("/")
    log.append(finished())
    assert (tmp_path / "runs.jsonl").exists()


texts = st.text(st.characters(codec=None), max_size=40)


@given(job_id=texts, message=texts)
def test_any_text_comes_back_as_it_was_written(
    job_id: str, message: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = RunLog(tmp_path_factory.mktemp("log") / "runs.jsonl")
    log.append(finished(job_id=job_id, errors=[{"message": message}]))
    log.append(finished(job_id="another"))
    assert log.records()[0]["errors"] == [{"message": message}]
    assert len(log.path.read_bytes().splitlines()) >= 2
    if job_id != "another":
        assert [each["job_id"] for each in log.records(job_id)] == [job_id]


def test_records_are_found_by_job_id_and_not_by_mention(log: RunLog) -> None:
    log.append(finished(job_id="delays"))
    log.append(finished(job_id="delays of the year"))
    log.append(finished(job_id="other", source="delays", params={"of": "delays"}))
    assert [each["job_id"] for each in log.records("delays")] == ["delays"]
    assert log.records("delay") == []


def test_a_job_is_found_whichever_way_its_name_is_escaped(log: RunLog) -> None:
    log.append(finished(job_id="Flüge"))
    with log.path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(finished(job_id="Flüge"), ensure_ascii=True) + "\n")
    assert len(log.records("Flüge")) == 2


@pytest.mark.parametrize(
    "torn",
    [
        b'{"version": 1, "event": "fin',
        b"\xff\xfe\x00garbage",
        b"[1, 2]",
        b'"text"',
        b'{"other": "program"}',
        b'{"run_id": "a", "job_id": "delays"',
    ],
)
def test_a_torn_line_is_skipped_and_counted(log: RunLog, torn: bytes) -> None:
    log.append(finished(1))
    with log.path.open("ab") as file:
        file.write(torn + b"\n\n")
    log.append(finished(2))
    assert [each["run_id"] for each in log.runs()] == ["delays-1", "delays-2"]
    assert log.torn == 1


def test_a_torn_line_is_counted_also_when_one_job_is_looked_for(log: RunLog) -> None:
    log.append(finished(1))
    with log.path.open("ab") as file:
        file.write(b'{"version": 1, "job\n')
    assert len(log.records("delays")) == 1
    assert log.torn == 1


def test_the_count_is_that_of_the_newest_read(log: RunLog) -> None:
    log.path.parent.mkdir()
    log.path.write_bytes(b"{\n{\n")
    log.records()
    assert log.torn == 2
    log.path.write_bytes(b"{\n")
    log.records()
    assert log.torn == 1


def test_a_writer_that_finds_a_torn_last_line_starts_a_new_one(log: RunLog) -> None:
    log.append(finished(1))
    with log.path.open("ab") as file:
        file.write(b'{"version": 1, "event": "fin')
    assert len(log.runs()) == 1
    assert log.torn == 1
    log.append(finished(2))
    assert [each["run_id"] for each in log.runs()] == ["delays-1", "delays-2"]
    assert log.torn == 1


def test_a_last_line_that_lacks_only_its_end_of_line_is_read_and_kept(log: RunLog) -> None:
    log.path.parent.mkdir()
    log.path.write_text(json.dumps(finished(1)), encoding="utf-8")
    assert len(log.runs()) == 1
    log.append(finished(2))
    assert len(log.runs()) == 2
    assert log.torn == 0


def test_a_line_that_is_being_written_is_waited_for(
    log: RunLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append(finished(1))
    line = json.dumps(finished(2)).encode() + b"\n"
    with log.path.open("ab", buffering=0) as file:
        file.write(line[:100])

        def complete() -> None:
            file.write(line[100:])

        monkeypatch.setattr(log, "_wait_for_writer", complete)
        assert [each["run_id"] for each in log.runs()] == ["delays-1", "delays-2"]
    assert log.torn == 0


def test_many_threads_write_whole_lines(log: RunLog) -> None:
    def write(job_id: str) -> None:
        for number in range(20):
            log.append(finished(number, job_id, warnings=["w" * 5000]))

    threads = [threading.Thread(target=write, args=[f"job-{n}"]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(log.runs()), log.torn) == (80, 0)


def test_a_log_that_cannot_be_written_says_so_and_how_to_choose_another(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LogError, match=r"cannot be written.*set_options\(log_path"):
        RunLog(tmp_path / "file" / "runs.jsonl").append(finished())


# -- runs ------------------------------------------------------------------------------------------


def test_a_run_s_two_records_are_one_run(log: RunLog) -> None:
    for record in (started(1), started(2), finished(2), finished(1, status="FAILED")):
        log.append(record)
    assert [(each["run_id"], each["status"]) for each in log.runs()] == [
        ("delays-1", "FAILED"),
        ("delays-2", "COMPLETED"),
    ]


def test_a_run_on_another_host_goes_on_until_a_later_run_of_the_job_started(log: RunLog) -> None:
    log.append(started(1, host="elsewhere"))
    log.append(finished(1, job_id="other"))
    assert [each["status"] for each in log.runs("delays")] == ["RUNNING"]
    log.append(started(2, host="elsewhere"))
    assert [each["status"] for each in log.runs("delays")] == ["INTERRUPTED", "RUNNING"]


def test_its_repr_is_its_path(tmp_path: Path) -> None:
    assert repr(RunLog(tmp_path / "a.jsonl")) == f"RunLog({str(tmp_path / 'a.jsonl')!r})"


def test_a_started_that_comes_after_its_finished_does_not_undo_it(log: RunLog) -> None:
    log.append(finished(1))
    log.append(started(1))
    assert [each["status"] for each in log.runs()] == ["COMPLETED"]
