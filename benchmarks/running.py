"""Cells run side by side: every contender in turn, every answer compared before a time counts."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.cells import Cell
from benchmarks.measuring import Measured, measure
from benchmarks.places import ROOT, working

WARM_UP = 0.001  # the scale of the uncounted first run of each program, which compiles it
_CHUNK = 1 << 20


@dataclass
class Race:
    """A cell, its contenders, and the answers that were found to be right.

    Attributes:
        cell: The cell.
        contenders: Who runs it; the first one's answer is what the others' are compared with.
        etlframe: The folder that holds the ``etlframe`` to measure.
    """

    cell: Cell
    contenders: Sequence[str]
    etlframe: Path = ROOT
    _right: set[str] = field(default_factory=set)
    _first: Path | None = None

    def run(self, rounds: int, *, slow: float = 60) -> Iterator[dict[str, Any]]:
        """Yield a record of each contender's each run: A B C, A B C ...

        Args:
            rounds: How many runs each has.
            slow: Seconds; whose first run took longer has no other.
        """
        _fill_page_cache(self.cell.path)
        slowest = dict.fromkeys(self.contenders, 0.0)
        for contender in self.contenders:
            self._once(contender, WARM_UP)
        for number in range(1, rounds + 1):
            for contender in self.contenders:
                if slowest[contender] <= slow:
                    measured, path = self._once(contender, None)
                    slowest[contender] = measured.wall
                    record = self._record(contender, measured)
                    record |= {"round": number, "answer": measured.error or self._judged(path)}
                    yield record
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _folder(self) -> Path:
        return working()

    def _once(self, contender: str, scale: float | None) -> tuple[Measured, Path]:
        folder = self._folder / contender
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        path = folder / f"answer.{self.cell.target}"
        os.sync()  # nobody waits for the disk to take what another one wrote
        return measure(self.cell.program(contender, scale, path), folder, self.etlframe), path

    def _record(self, contender: str, measured: Measured) -> dict[str, Any]:
        cell = self.cell
        costs = asdict(measured)
        del costs["error"]
        return {
            "job": cell.job.name,
            "from": cell.source,
            "to": cell.target,
            "scale": cell.scale,
            "contender": contender,
            **{k: v if v is None else round(v, 4) for k, v in costs.items()},
        }

    def _judged(self, path: Path) -> str:
        """Return "right", or what differs from the first answer there was."""
        digest = _digest(path)
        if self._first is None:
            self._first = self._folder / f"first.{self.cell.target}"
            path.replace(self._first)
        elif digest not in self._right:
            command = [sys.executable, "-m", "benchmarks.comparing", self.cell.job.name]
            command += [str(self._first), str(path)]
            compared = subprocess.run(
                command, cwd=ROOT, capture_output=True, text=True, check=False
            )
            if compared.returncode:
                return f"wrong: {compared.stderr.strip()[-500:]}"
        self._right.add(digest)
        return "right"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()


def _fill_page_cache(path: Path) -> None:
    with path.open("rb") as file:
        while file.read(_CHUNK):
            pass
