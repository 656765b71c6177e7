"""A thousand kills at random instants of a load, with a reader that looks all the while.

    python -m tests.loaders.soak_kills --kills 1000

A process appends, upserts or writes; once something changes in the folder it is killed a random
number of looks later. The destination has to be as before or as after, for the reader at any time
too (but for a file that grows in place); and after the run was made again under its name, each row
has to be there as often as it should.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import Any

import etlframe as etl

_CHILD = """
import sys
import duckdb, json, pandas, pyarrow, os
import etlframe as etl
import etlframe.engines.duckdb.engine, etlframe.loaders.file, etlframe.loaders.upsert
import etlframe.runs.job

import etlframe.loaders.dataset_upsert, etlframe.loaders.table, etlframe.storage.growing
import pyarrow.dataset, adbc_driver_sqlite.dbapi

for line in sys.stdin:
    log, path, options, mode, run_id, first, last = line.split("\\t")
    child = os.fork()
    if child == 0:
        etl.set_options(log_path=log, threads=1)
        ids = list(range(int(first), int(last)))
        df = pandas.DataFrame({"id": ids, "part": [each % 3 for each in ids]}).assign(run=run_id)
        options = json.loads(options) | ({"key": "id"} if mode == "upsert" else {})
        if mode != "append":
            options.pop("append", None)
        plan = etl.Pipeline("soak", df).to(path, mode=mode, **options)
        os._exit(0 if plan.run(run_id=run_id).ok else 1)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
_MOST_LOOKS = 400

PLACES: dict[str, tuple[str, dict[str, Any]]] = {
    "csv": ("out.csv", {}),
    "jsonl": ("out.jsonl", {}),
    "parquet": ("out.parquet", {}),
    "in place": ("out.jsonl", {"append": "in_place"}),
    "dataset": ("out/", {}),
    "partitions": ("out/", {"partition_by": "part"}),
    "sqlite": ("sqlite:///{folder}/base", {"table": "t"}),
}
"""Kinds of destinations: what a pipeline is told, in a folder, and its options."""


class Server:
    """Forks processes that load."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def _line(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def start(self, *words: object) -> int:
        """Start a load and return its process."""
        assert self._process.stdin is not None
        self._process.stdin.write("\t".join(map(str, words)) + "\n")
        self._process.stdin.flush()
        return self._line()

    def end(self) -> int:
        """Wait for the load, and return how it ended."""
        return self._line()

    def close(self) -> None:
        self._process.communicate()


class Reader(Thread):
    """Opens the file all the while: it has to be one of the whole states that there may be."""

    def __init__(self, place: Place) -> None:
        super().__init__(daemon=True)
        self.place = place
        self.allowed: set[Rows] = set()
        self.looks = 0
        self.wrong: list[str] = []
        self._over = Event()

    def run(self) -> None:
        while not self._over.is_set():
            allowed = self.allowed
            try:
                found = self.place.rows()
            except Exception as error:  # noqa: BLE001 - no reader may see any
                self.wrong.append(repr(error))
                continue
            if found not in allowed | self.allowed:
                self.wrong.append(f"{len(found)} rows that were never there")
            self.looks += 1

    def stop(self) -> None:
        self._over.set()
        self.join()


Rows = tuple[tuple[int, str], ...]


class Place:
    """A destination in a folder."""

    def __init__(self, kind: str, folder: Path) -> None:
        to, self.options = PLACES[kind]
        self.to = to.format(folder=folder) if "://" in to else f"{folder}/{to}"

    def rows(self) -> Rows:
        df = etl.DataLoader(self.to, mode="append", **self.options).read()
        return tuple(sorted(zip(df["id"].tolist(), df["run"].tolist(), strict=True)))


def after(rows: Rows, mode: str, run_id: str, first: int, last: int) -> Rows:
    new = tuple((each, run_id) for each in range(first, last))
    if mode == "write":
        return new
    stay = rows if mode == "append" else tuple(row for row in rows if not first <= row[0] < last)
    return tuple(sorted(stay + new))


def names(folder: Path) -> set[str]:
    return set(os.listdir(folder))  # noqa: PTH208 - as quick as can be


def kill_somewhere(process: int, folder: Path, chance: random.Random) -> None:
    """Wait until the folder changes, and kill a random number of looks and changes later."""
    before, changes = names(folder), chance.randint(1, 6)
    looks = chance.randint(0, _MOST_LOOKS)
    while changes and os.path.exists(f"/proc/{process}/fd"):  # noqa: PTH110 - as quick as can be
        now = names(folder)
        if now != before:
            before, changes = now, changes - 1
    for _ in range(looks):
        names(folder)
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def soak(kills: int, kind: str, seed: int) -> Counter[str]:
    """Kill so many loads into one destination, and count how they ended."""
    chance, seen = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "place"
        folder.mkdir()
        place, server = Place(kind, folder), Server()
        to = (Path(name) / "log.jsonl", place.to, json.dumps(place.options))
        server.start(*to, "write", "first", 0, 50)
        assert server.end() == 0
        rows = place.rows()
        reader = Reader(place)
        reader.allowed = {rows}
        if kind != "in place":
            reader.start()
        while seen["killed"] < kills:
            at = sum(seen.values())
            mode = "write" if len(rows) > 400 else chance.choice(["append", "upsert", "upsert"])
            first = chance.randint(0, 300)
            load = (mode, f"run {at}", first, first + chance.randint(1, 60))
            expected = after(rows, *load)
            reader.allowed = {rows, expected}
            process = server.start(*to, *load)
            kill_somewhere(process, folder, chance)
            ended = server.end()
            seen["killed" if ended == -signal.SIGKILL else "was over before"] += 1
            found = place.rows()
            assert found in (rows, expected), (at, mode)
            seen["killed, and loaded"] += ended == -signal.SIGKILL and found == expected
            server.start(*to, *load)
            assert server.end() == 0
            assert place.rows() == expected, (at, mode)
            rows = expected
            reader.allowed = {rows}
        if kind != "in place":
            reader.stop()
        server.close()
        assert not reader.wrong, reader.wrong[:5]
        left = [each for each in names(folder) if each.endswith(".stage")]
        assert not left, left
        seen["looks of the reader"] = reader.looks
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill loads at random instants.")
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", default=",".join(PLACES), help="with commas between them")
    given = parser.parse_args()
    for at, kind in enumerate(given.kinds.split(",")):
        began = perf_counter()
        seen = soak(given.kills // len(given.kinds.split(",")) + 1, kind, given.seed + at)
        told = ", ".join(f"{count:,} {what}" for what, count in seen.items())
        sys.stdout.write(f"{kind}: {told}, in {perf_counter() - began:.0f} s\n")


if __name__ == "__main__":
    main()
