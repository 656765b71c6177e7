"""A program run as a process of its own: how long it took, and how much memory it held."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.places import ROOT, cache

_EVERY = 0.02
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
_MB = 1e6
# Of the machine's memory: a program that takes more is stopped, before the system stops others.
_MOST = 0.8 * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@dataclass(frozen=True)
class Measured:
    """What a process cost.

    Attributes:
        wall: Seconds from its start to its end, the interpreter's own included.
        cpu: Seconds of user and system time.
        resident: The most memory that it held, in MB, pages of mapped files included.
        heap: The most that was its own, in MB, seen every 20 ms; None where the system tells not.
        error: The end of what it said, where it failed.
    """

    wall: float
    cpu: float
    resident: float
    heap: float | None
    error: str | None


def measure(arguments: Sequence[str], folder: Path, etlframe: Path) -> Measured:
    """Run Python with arguments in a folder, and return what it cost.

    Args:
        arguments: Those of Python.
        folder: The working folder, where it may leave its logs.
        etlframe: The folder that holds the ``etlframe`` to import.
    """
    said = folder / "said.txt"
    with said.open("wb") as file:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env=environment(etlframe),
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        watch = _Heap(process.pid)
        watch.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.done.set()
        watch.join()
    failed = process.returncode != 0
    return Measured(
        wall=wall,
        cpu=used.ru_utime + used.ru_stime,
        resident=used.ru_maxrss * _UNIT / _MB,
        heap=watch.most / _MB if watch.most else None,
        error=f"exit {process.returncode}: {_tail(said)}" if failed else None,
    )


def environment(etlframe: Path) -> dict[str, str]:
    """Return the environment: bytecode is kept, in a folder of its own, and found again.

    A test that measures coverage would have it measured in the processes that it starts, too.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(cache() / "bytecode")
    environment["PYTHONPATH"] = os.pathsep.join([str(etlframe), str(ROOT)])
    return environment


def _tail(said: Path) -> str:
    return said.read_text(errors="replace").strip()[-500:]


class _Heap(threading.Thread):
    """Sees every 20 ms how much memory is a process's own, and stops one that takes too much."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.done = threading.Event()
        self.most = 0
        self._pid = pid
        self._status = Path(f"/proc/{pid}/status")

    def run(self) -> None:
        while not self.done.wait(_EVERY):
            try:
                found = re.search(r"RssAnon:\s+(\d+) kB", self._status.read_text())
            except OSError:
                return
            if found:
                self.most = max(self.most, int(found[1]) * 1024)
                if self.most > _MOST:
                    os.kill(self._pid, signal.SIGKILL)
