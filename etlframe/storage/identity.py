"""How a file is told from one that took its place."""

from __future__ import annotations

from pathlib import Path

Identity = tuple[int, int, int]
"""A file's number, its size in bytes, and the time of its change in nanoseconds."""


def identity_of(path: Path) -> Identity | None:
    """Return what changes when a file changes; None where nothing is there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
