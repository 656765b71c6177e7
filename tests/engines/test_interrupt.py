"""Ctrl-C while an engine computes: a real signal to a real process, in a query without an end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ENDLESS = """
import os, signal, threading
import etlframe as etl

same = etl.FileSource("same.csv")
endless = etl.Pipeline("endless", same).merge(same, on="k").merge(same, on="k").to("out.jsonl")

def press(execution):
    if execution.step == "load" and execution.steps:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
"""
RUN = "endless.run(engine={engine!r}, retries=2, on_progress=press)"


def python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "same.csv").write_text("k,v\n" + "".join(f"{at % 300},2\n" for at in range(30_000)))
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_run_is_cancelled_and_not_tried_again(tmp_path: Path, engine: str) -> None:
    done = python(f"{ENDLESS}\n{RUN.format(engine=engine)}", tmp_path)
    assert "KeyboardInterrupt" in done.stderr
    log = (tmp_path / ".etlframe" / "logs" / "etl-jobs.jsonl").read_text()
    assert log.count('"CANCELLED"') == 1
    assert '"FAILED"' not in log
    assert not (tmp_path / "out.jsonl").exists()
    assert [each.name for each in tmp_path.iterdir() if "out.jsonl" in each.name] == []


def test_a_collect_ends_by_keyboard_interrupt(tmp_path: Path, engine: str) -> None:
    warm = f"etl.Pipeline('one', same).head(1).collect({engine!r})"
    timer = f"{warm}\nthreading.Timer(0.7, os.kill, (os.getpid(), signal.SIGINT)).start()"
    ending = (
        f"try:\n    endless.collect({engine!r})\nexcept KeyboardInterrupt:\n    print('stopped')\n"
    )
    done = python(f"{ENDLESS}\n{timer}\n{ending}", tmp_path)
    assert done.stdout == "stopped\n"
