"""Files that change whole or not at all: staged beside the target, flushed, then put in its place.

Readers see the old file or the new one, never half of one. A process that dies while it writes
leaves a hidden stage behind, which whoever opens the target next removes.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2s
from pathlib import Path
from platform import node
from uuid import uuid4

from etlframe.errors import LoadError
from etlframe.storage.failpoints import reach
from etlframe.storage.ledger import Ledger
from etlframe.storage.records import Load
from etlframe.timing import phase

LOCK_TIMEOUT = 300.0
"""Seconds to wait for another process that changes the same file."""

_MARK = r"(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-(?P<token>[0-9a-f]{12})\.stage"
_STAGE = re.compile(rf"\.(?P<label>.+)\.{_MARK}")
_LONGEST_LABEL = 160  # file systems take 255 bytes a name; the rest is for host, pid and token
_own_tokens: set[str] = set()


@dataclass
class Entry:
    """A load to be remembered with what it puts in place.

    Attributes:
        load: The load.
        mode: How it is made.
        rows: Rows that it adds, known once they are staged.
    """

    load: Load
    mode: str
    rows: int = 0


@contextmanager
def staged(
    target: str | os.PathLike[str],
    *,
    timeout: float = LOCK_TIMEOUT,
    entry: Entry | None = None,
) -> Iterator[Path]:
    """Give a path to write to, and put what was written in the target's place at the end.

    Parent folders are made; the permissions of a file that is replaced are kept; a symbolic link
    is followed, not replaced. On an error, or when the process is killed, the target stays as it
    was. Writers without a lock of their own are last come, last served.

    Args:
        target: The file to replace or to make.
        timeout: Seconds to wait for a process that holds the target's lock.
        entry: What the target's ledger shall remember of it.

    Raises:
        LoadError: The lock was not to be had in time.
        LoadedBefore: The target took a load of that run already.
        OSError: The file system refused; the target is as it was.

    >>> folder = getfixture("tmp_path")
    >>> with staged(folder / "out" / "greeting.txt") as stage:
    ...     _ = stage.write_text("hello")
    >>> (folder / "out" / "greeting.txt").read_text()
    'hello'
    """
    path = resolved(target)
    with scratch(path) as stage:
        yield stage
        reach("file:staged")
        with phase("flush to the disk"):
            _flush(stage)
        reach("file:flushed")
        with phase("put in place"), locked(path, timeout=timeout):
            reach("file:locked")
            _keep_permissions(path, stage)
            with _announced(path, stage, entry):
                stage.replace(path)
            reach("file:put in place")
            _flush_folder(path.parent)
            reach("file:folder flushed")
    reach("file:loaded")


@contextmanager
def _announced(path: Path, stage: Path, entry: Entry | None) -> Iterator[None]:
    """Write down, around the act that puts a stage in place, which load that is."""
    ledger = ledger_of(path)
    if ledger.exists() and not path.exists():
        ledger.path.unlink()  # what it tells of is gone
    if entry is None or not (entry.load.is_kept or ledger.exists()):
        yield
        return
    try:
        ledger.announce(stage, entry.load, entry.mode, entry.rows)
        _flush_folder(path.parent)
        reach("file:announced")
        yield
    except BaseException:
        _withdraw(path, stage)
        raise


def _withdraw(path: Path, stage: Path) -> None:
    """Have a ledger forget a load for good, before its stage is taken away."""
    ledger_of(path).withdraw(stage)
    _flush_folder(path.parent)


def ledger_of(target: str | os.PathLike[str]) -> Ledger:
    """Return the ledger of a file."""
    path = resolved(target)
    return Ledger(path, label_of(path))


@contextmanager
def scratch(target: str | os.PathLike[str]) -> Iterator[Path]:
    """Give the path of a hidden file beside the target, gone at the end unless it was moved."""
    path = resolved(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(path)
    token = uuid4().hex[:12]
    stage = path.with_name(f".{label_of(path)}.{host_mark()}-{os.getpid()}-{token}.stage")
    _own_tokens.add(token)
    try:
        yield stage
    finally:
        # As long as the ledger names it, to take it away would say that the load has happened.
        if not ledger_of(path).waits_for(stage):
            stage.unlink(missing_ok=True)
        _own_tokens.discard(token)


@contextmanager
def locked(target: str | os.PathLike[str], *, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
    """Hold the target's lock, which every change of it takes; the same thread may take it again.

    Raises:
        LoadError: Another process, or thread, held it for longer than ``timeout`` seconds.
    """
    from filelock import FileLock, Timeout

    path = resolved(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(f".{label_of(path)}.lock"), is_singleton=True)
    try:
        lock.acquire(timeout=timeout)
    except Timeout:
        raise LoadError(
            f"{path} is being changed by another process, and was not free within {timeout:g} "
            f"seconds. Run again when that one has finished; its lock is {lock.lock_file}."
        ) from None
    try:
        yield
    finally:
        if lock.lock_counter == 1:
            # Safe while it is held: who waits for this file sees that it is gone, and tries anew.
            with suppress(OSError):  # Windows removes it by itself, after the release
                Path(lock.lock_file).unlink()
        lock.release()


def resolved(target: str | os.PathLike[str]) -> Path:
    """Return the file that the target means: absolute, with symbolic links followed."""
    return Path(os.path.realpath(target))


def without_stage(message: str, target: str | os.PathLike[str]) -> str:
    """Return a message in which the target's stages have the target's own name.

    >>> without_stage("/tmp/.a.csv.0123abcd-7-0123456789ab.stage: disk full", "/tmp/a.csv")
    '/tmp/a.csv: disk full'
    """
    path = resolved(target)
    stage = re.escape(f"{path.parent}{os.sep}.{label_of(path)}.") + _MARK
    return re.sub(stage, lambda _: os.fspath(target), message)


def process_is_alive(pid: int) -> bool:
    """Return whether a process of this machine runs; True where that cannot be told (Windows).

    >>> process_is_alive(os.getpid())
    True
    """
    if os.name == "nt":
        return True  # os.kill would end the process there instead of asking after it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def label_of(path: Path) -> str:
    """Return what hidden files beside a file are named after: its name, or a digest of it."""
    name = path.name
    if len(os.fsencode(name)) <= _LONGEST_LABEL:
        return name
    return blake2s(os.fsencode(name), digest_size=16).hexdigest()


def host_mark() -> str:
    """Return this machine's mark in the names of hidden files."""
    return blake2s(node().encode(), digest_size=4).hexdigest()


def _remove_stale(path: Path) -> None:
    """Remove the stages of dead processes, unless the target is being changed just now."""
    label = label_of(path)
    stale = [name for name in os.listdir(path.parent) if _is_stale(name, label)]  # noqa: PTH208 - names alone: a folder may hold thousands
    if not stale:
        return
    with suppress(LoadError), locked(path, timeout=0):
        for name in stale:
            _withdraw(path, path.with_name(name))
            path.with_name(name).unlink(missing_ok=True)


def _is_stale(name: str, label: str) -> bool:
    found = _STAGE.fullmatch(name) if name.startswith(f".{label}.") else None
    if found is None or found["label"] != label or found["host"] != host_mark():
        return False
    pid = int(found["pid"])
    if pid == os.getpid():  # in a container every run may have the same number
        return found["token"] not in _own_tokens
    return not process_is_alive(pid)


def _flush(stage: Path) -> None:
    with stage.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return
    with suppress(OSError):  # the file is in place already; some network folders cannot do this
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _keep_permissions(path: Path, stage: Path) -> None:
    try:
        old = path.stat()
    except FileNotFoundError:
        return
    if hasattr(os, "chown"):
        with suppress(PermissionError):  # only the superuser may give a file to another
            os.chown(stage, old.st_uid, old.st_gid)
    stage.chmod(stat.S_IMODE(old.st_mode))
