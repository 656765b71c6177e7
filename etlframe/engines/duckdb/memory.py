"""What a run may hold in memory where no limit is set: a share of the machine's, or of less."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

_SHARE = 0.5
"""Other programs, and pandas and Polars in this one, need memory too."""

_UNKNOWN = 8 * 2**30


@cache
def share_of_memory() -> int:
    """Return half of what the machine, or this process's container, has, in bytes."""
    sizes = [*_of_machine(), *control_group_limits()]
    return int(min(sizes, default=_UNKNOWN) * _SHARE)


def _of_machine() -> Iterator[int]:
    if hasattr(os, "sysconf"):
        yield os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def control_group_limits(root: Path = Path("/")) -> Iterator[int]:
    """Yield the memory limits of this process's control group and of all those around it.

    Args:
        root: Where ``/proc`` and ``/sys`` are.

    Yields:
        Bytes; nothing where there are no limits, or no control groups.
    """
    tree = root / "sys/fs/cgroup"
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)
        group = PurePosixPath(path.lstrip("/"))
        for each in (group, *group.parents):
            if not controllers:  # version 2: one tree for everything
                yield from _numbers(tree / each / "memory.max")
                yield from _numbers(tree / each / "memory.high")
            elif "memory" in controllers.split(","):
                yield from _numbers(tree / "memory" / each / "memory.limit_in_bytes")


def _numbers(path: Path) -> Iterator[int]:
    return (int(line) for line in _lines(path) if line.isdecimal())  # or it says "max"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
