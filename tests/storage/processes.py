"""Processes that hold a stage or a lock until they are told to go on, or are killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WRITES_HALF = """
import sys
from etlframe.storage.commit import staged
with staged(sys.argv[1]) as stage:
    stage.write_text("new, but only ha")
    print(stage, flush=True)
    sys.stdin.read()
"""
HOLDS_LOCK = """
import sys
from etlframe.storage.locks import locked
with locked(sys.argv[1]):
    print("locked", flush=True)
    sys.stdin.read()
"""


def start(script: str, target: Path) -> subprocess.Popen[str]:
    """Start a process, and wait until it says where it is."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip()
    return process


def kill(process: subprocess.Popen[str]) -> None:
    """End a process as the kernel does when memory is short, and reap it."""
    process.kill()
    process.communicate()


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())
