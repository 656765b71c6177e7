"""The run log: one JSON object a line, written whole under a lock, read line by line."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from etlframe.errors import LogError, OptionError, UnknownNameError
from etlframe.runs.process import is_at
from etlframe.runs.result import JobStatus
from etlframe.runs.spans import parse_since, utc_now

if TYPE_CHECKING:
    import pandas as pd
    from filelock import FileLock

Record = dict[str, Any]
Mark = tuple[Any, ...]

_LOCK_SECONDS = 30.0
_POLL_SECONDS = 0.002


class RunLog:
    """The file that records runs; any number of threads and processes may write to it.

    A line is written at the end, in one piece, under a lock (``<path>.lock``). One that a crash
    cut short is skipped when reading and counted in ``torn``; the next writer starts a new line
    after it.

    Args:
        path: The file; it and its folders are made at the first write. A relative path is taken
            from the working folder of this moment.

    Attributes:
        path: The file's absolute path.
        torn: How many lines the newest read could not make sense of.

    >>> log = RunLog("made-at-the-first-run.jsonl")
    >>> log.runs(), log.torn
    ([], 0)
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).expanduser().absolute()
        self.torn = 0

    def __repr__(self) -> str:
        return f"RunLog({str(self.path)!r})"

    def append(self, record: Mapping[str, Any], *, durable: bool = True) -> None:
        """Write one record.

        Args:
            record: What ``JobResult.record`` gives.
            durable: Return only when the record is on the disk (fsync), so that a power cut cannot
                take it away; without, it outlives the process but not the machine.

        Raises:
            LogError: The file cannot be written; the message says why.
        """
        from filelock import Timeout

        line = json.dumps(record, ensure_ascii=False, default=str) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock():
                # A lone surrogate has no UTF-8, and its escape is JSON's own.
                _append_line(self.path, line.encode("utf-8", "backslashreplace"), durable=durable)
        except (OSError, Timeout) as error:
            raise LogError(
                f"The run log {self.path} cannot be written: {error} "
                "Choose another with etl.set_options(log_path=...)."
            ) from error

    def records(self, job_id: str | None = None) -> list[Record]:
        """Return every whole record, ``started`` and ``finished``, as logged.

        Args:
            job_id: Read the records of this job alone; the other lines are not parsed.
        """
        torn, records = 0, []
        marks = _marks(job_id)
        for line in self._lines():
            if marks and not any(mark in line for mark in marks):
                torn += not line.endswith(b"}")
            elif (record := _parsed(line)) is None:
                torn += 1
            elif job_id is None or record["job_id"] == job_id:
                records.append(record)
        self.torn = torn
        return records

    def runs(self, job_id: str | None = None) -> list[Record]:
        """Return one record a run, oldest first, by when they started.

        A run that has not finished is ``RUNNING`` while its process is at it, and ``INTERRUPTED``
        once the process is gone. A run on another host cannot be looked at: it is ``RUNNING``
        until a later run of the same job has started.

        Args:
            job_id: Read the runs of this job alone.
        """
        runs: dict[Mark, Record] = {}
        newest: dict[str, Mark] = {}
        for record in self.records(job_id):
            mark = _mark(record)
            if mark not in runs:
                newest[record["job_id"]] = mark
            if mark not in runs or record.get("event") != "started":
                runs[mark] = record
        return [_settled(run, newest[run["job_id"]]) for run in runs.values()]

    def history(
        self,
        job_id: str | None = None,
        *,
        status: str | Collection[str] | None = None,
        since: str | datetime | timedelta | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """Return runs as a DataFrame, oldest first.

        Args:
            job_id: Keep the runs of this job.
            status: Keep the runs of this status, or of these.
            since: Keep the runs that started at this moment or later: a datetime or Timestamp,
                ISO text (without a zone: UTC), or how long ago, a timedelta or text such as
                ``"7d"``.
            limit: Keep the newest so many.

        Returns:
            One row a run with the columns and dtypes of ``etlframe.runs.history.COLUMNS``, also
            when there are no runs.

        Raises:
            OptionError: ``since`` or ``limit`` is not one.
            UnknownNameError: There is no such status.
        """
        from etlframe.runs.history import history_frame

        statuses = _statuses(status)
        frame = history_frame(
            [run for run in self.runs(job_id) if statuses is None or run["status"] in statuses]
        )
        if since is not None:
            frame = frame[frame["started_at"] >= parse_since(since, utc_now())]
        return _newest(frame, limit).reset_index(drop=True)

    def _lock(self) -> FileLock:
        from filelock import FileLock

        return FileLock(f"{self.path}.lock", timeout=_LOCK_SECONDS, poll_interval=_POLL_SECONDS)

    def _lines(self) -> Iterator[bytes]:
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            yield from (line.strip() for line in self._whole_lines(file) if not line.isspace())

    def _whole_lines(self, file: BinaryIO) -> Iterator[bytes]:
        for line in file:
            if not line.endswith(b"\n"):
                break
            yield line
        else:
            return
        # Cut short, or being written at this moment: look again once its writer is done.
        self._wait_for_writer()
        file.seek(-len(line), os.SEEK_CUR)
        yield from file

    def _wait_for_writer(self) -> None:
        from filelock import Timeout

        # Who may read the log need not be allowed to lock it.
        with suppress(OSError, Timeout), self._lock():
            pass


def rolled_back(record: Record, now: datetime) -> Record:
    """Return the record of a run whose load was undone: it takes the place of the one before."""
    moment = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    told = [*record.get("warnings", ()), f"Its load was rolled back on {moment}."]
    return record | {"event": "rolled back", "warnings": told}


def _append_line(path: Path, line: bytes, *, durable: bool) -> None:
    with path.open("ab+", buffering=0) as file:
        rest = memoryview(line if _ends_whole(file) else b"\n" + line)
        while rest:
            rest = rest[file.write(rest) :]
        if durable:
            os.fsync(file.fileno())


def _ends_whole(file: FileIO) -> bool:
    if file.seek(0, os.SEEK_END) == 0:
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def _marks(job_id: str | None) -> set[bytes]:
    """Return what a line of that job contains: the id as JSON, in UTF-8 or in escapes."""
    if job_id is None:
        return set()
    written = json.dumps(job_id, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return {written, json.dumps(job_id).encode()}


def _parsed(line: bytes) -> Record | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    whole = isinstance(record, dict) and {"run_id", "job_id", "status"} <= record.keys()
    return record if whole else None


def _mark(record: Record) -> Mark:
    """Return what tells runs from each other: the ``run_id`` of one may be given to a later one."""
    return record["job_id"], record["run_id"], record.get("started_at")


def _settled(run: Record, newest: Mark) -> Record:
    """Tell a run that goes on from one whose process is gone."""
    if run.get("event") != "started":
        return run
    at_it = is_at(run)
    going_on = _mark(run) == newest if at_it is None else at_it
    return run | {"status": (JobStatus.RUNNING if going_on else JobStatus.INTERRUPTED).value}


def _statuses(status: str | Iterable[str] | None) -> set[str] | None:
    if status is None:
        return None
    asked = [status] if isinstance(status, str) else list(status)
    for each in asked:
        if str(each).upper() not in JobStatus.__members__:
            raise UnknownNameError("status", str(each), JobStatus.__members__)
    return {str(each).upper() for each in asked}


def _newest(frame: pd.DataFrame, limit: int | None) -> pd.DataFrame:
    if limit is None:
        return frame
    if type(limit) is not int or limit < 0:
        raise OptionError(f"limit is a whole number from 0, or None, not {limit!r}.")
    return frame.tail(limit)
