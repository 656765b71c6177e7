"""What goes wrong leaves the old file, and says what and why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from etlframe.engines.pandas import PandasRows
from etlframe.errors import LoadError, PlanError
from etlframe.loaders.file import DataLoader

STOPS_HALF_WAY = """
import sys
from pathlib import Path
from etlframe.engines.base import Rows
from etlframe.expressions.kinds import Kind
from etlframe.loaders.file import DataLoader

class Half(Rows):
    schema = {"n": Kind.INT}
    def select(self, columns):
        return self
    def to_pandas(self):
        raise NotImplementedError
    def write(self, path, format, options):
        Path(path).write_text("n\\n1\\n2")
        print("half", flush=True)
        sys.stdin.read()

DataLoader(sys.argv[1], mode=sys.argv[2]).load_frame(Half())
"""
FILLS_THE_DISK = """
import resource, sys
import pandas as pd
from etlframe.errors import LoadError
from etlframe.loaders.file import DataLoader

df = pd.DataFrame({"n": range(200_000), "s": [f"text {i * 7919}" for i in range(200_000)]})
loader = DataLoader(sys.argv[1], mode=sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    loader.load(df)
except LoadError as error:
    print(error)
"""


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def frame() -> pd.DataFrame:
    return pd.DataFrame({"n": [1.0, None, 3.0], "s": ["a", None, "c,d"], "f": [0.1, 2.5, np.nan]})


# -- what goes wrong -------------------------------------------------------------------------------


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old")
    many = pd.DataFrame({"x": np.append(np.arange(500_000.0), np.inf)})
    with pytest.raises(LoadError, match="'x' holds infinity"):
        DataLoader(path).load(many)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["out.jsonl"]


@pytest.mark.parametrize("mode", ["write", "append"])
def test_a_killed_load_leaves_the_old_file_and_the_next_load_removes_its_stage(
    tmp_path: Path, mode: str
) -> None:
    path = tmp_path / "out.csv"
    path.write_text("n\n0\n")
    process = subprocess.Popen(
        [sys.executable, "-c", STOPS_HALF_WAY, str(path), mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.kill()
    process.communicate()
    assert path.read_text() == "n\n0\n"
    assert len(names(tmp_path)) > 1
    assert DataLoader(path, mode=mode).load(pd.DataFrame({"n": [7]})) == 1
    assert path.read_text() == ("n\n7\n" if mode == "write" else "n\n0\n7\n")
    assert names(tmp_path) == ["out.csv"]


@pytest.mark.parametrize("mode", ["write", "append"])
@pytest.mark.parametrize("suffix", ["csv", "jsonl.gz", "json", "parquet"])
def test_a_full_disk_is_told_and_the_old_file_stays(tmp_path: Path, suffix: str, mode: str) -> None:
    path = tmp_path / f"out.{suffix}"
    DataLoader(path).load(pd.DataFrame({"n": [0], "s": [""]}))
    old = path.read_bytes()
    told = subprocess.run(
        [sys.executable, "-c", FILLS_THE_DISK, str(path), mode],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,  # DuckDB's threads for writing could wait for each other for ever
    ).stdout
    assert told == f"{path} cannot be written: File too large\n"
    assert path.read_bytes() == old
    assert names(tmp_path) == [path.name]


def test_an_error_of_the_rows_themselves_stays_what_it_is(tmp_path: Path) -> None:
    class Failing(PandasRows):
        def write(self, path: str, format: str, options: Any) -> Any:
            Path(path).write_text("half")
            raise PlanError("of a step")

    with pytest.raises(PlanError, match="of a step"):
        DataLoader(tmp_path / "out.csv").load_frame(Failing(frame()))
    assert names(tmp_path) == []


def test_a_lock_that_is_not_to_be_had_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.csv"
    script = (
        "import sys; from etlframe.storage.locks import locked\n"
        "with locked(sys.argv[1]):\n    print('locked', flush=True); sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        for mode in ("write", "append"):
            with pytest.raises(LoadError, match="changed by another process"):
                DataLoader(path, mode=mode, lock_timeout=0).load(frame())
    finally:
        process.communicate("")
    assert names(tmp_path) == []
