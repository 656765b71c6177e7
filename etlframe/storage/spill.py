"""Where a run puts what memory does not hold: a hidden directory beside its destination.

An engine makes the directory when it needs it. Before that, a file of the same name is locked: the
kernel unlocks it when its process dies, however it dies, and whoever comes to the folder next
removes what belongs to nobody any more.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from itertools import takewhile
from pathlib import Path
from uuid import uuid4

from etlframe.storage.locks import label_of, resolved
from etlframe.storage.stages import host_mark, process_is_alive

try:
    import fcntl
except ImportError:  # on Windows; nobody there can tell a living process from a dead one
    fcntl = None  # type: ignore[assignment]

_SPILL = re.compile(
    r"(?P<mark>\..+\.(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{12}\.spill)(\.owner)?"
)

_counting = threading.Lock()
_here: set[Path] = set()
_token = uuid4().hex[:12]


class Spill:
    """A directory for what memory does not hold; it lasts as long as a run of this process uses it.

    Args:
        folder: Where it is to be; made if it is not there.
        label: What the directory is named after.

    Attributes:
        directory: The directory, which need not be there yet.
    """

    def __init__(self, folder: Path, label: str) -> None:
        self.directory = _unused(folder, label)
        self._pid = os.getpid()
        self._users = 1
        self._shared: list[Spill] = []
        self._at_end: list[Callable[[], None]] = []
        above = (folder, *folder.parents)
        self._made = list(takewhile(lambda each: not each.exists(), above))
        self._owner: int | None = None
        _here.add(self.directory)
        with suppress(OSError):  # who cannot write here is told so when there is something to write
            folder.mkdir(parents=True, exist_ok=True)
            self._owner = _locked(_owner_of(self.directory), os.O_RDWR | os.O_CREAT)

    @property
    def is_in_use(self) -> bool:
        """Whether a run of this process that goes on may spill here."""
        return self._users > 0 and self._pid == os.getpid()

    def at_end(self, call: Callable[[], None]) -> None:
        """Have something done once no run uses this, before the directory is removed."""
        self._at_end.append(call)

    def share(self, other: Spill) -> bool:
        """Keep another run's directory for as long as this one is in use; False if it is over."""
        with _counting:
            if other in self._shared:
                return True
            if not (other.is_in_use and self.is_in_use):
                return False
            other._users += 1
            self._shared.append(other)
            return True

    def let_go(self) -> None:
        """Have one run less use this; after the last one, remove the directory."""
        with _counting:
            self._users -= 1
            if self._users or self._pid != os.getpid():  # a forked process has no part in it
                return
        for call in self._at_end:
            call()
        _remove(self.directory, self._owner)
        _here.discard(self.directory)
        for folder in self._made:
            with suppress(OSError):  # the destination is in it
                folder.rmdir()
        for other in self._shared:
            other.let_go()


_current: ContextVar[Spill | None] = ContextVar("etlframe_spill", default=None)


def current_spill() -> Spill | None:
    """Return where the run that goes on here spills, or None where there is none."""
    spill = _current.get()
    return spill if spill is not None and spill.is_in_use else None


@contextmanager
def spilling(beside: str | os.PathLike[str] | None = None) -> Iterator[Path]:
    """Have what memory does not hold put beside a file, and gone at the end of the block.

    What a killed process left in the file's folder is removed. In a block inside another one, the
    outer one's place is kept.

    Args:
        beside: The file; None for the folder for temporary files.

    Yields:
        The directory, which is not there until somebody makes it.

    >>> with spilling(getfixture("tmp_path") / "flights.parquet") as directory:
    ...     directory.name.startswith(".flights.parquet.")
    True
    """
    outer = current_spill()
    if outer is not None:
        yield outer.directory
        return
    spill = temporary_spill() if beside is None else _spill_beside(resolved(beside))
    token = _current.set(spill)
    try:
        yield spill.directory
    finally:
        _current.reset(token)
        spill.let_go()


def temporary_spill() -> Spill:
    """Return a place in the folder for temporary files."""
    folder = Path(tempfile.gettempdir())
    _remove_left_once(folder)
    return Spill(folder, "etlframe")


def _spill_beside(path: Path) -> Spill:
    remove_left(path.parent)
    return Spill(path.parent, label_of(path))


def remove_left(folder: Path) -> None:
    """Remove what processes of this machine that are gone have spilled into a folder."""
    with suppress(OSError):  # no folder yet, or not ours to look into
        found = [match for name in os.listdir(folder) if (match := _SPILL.fullmatch(name))]  # noqa: PTH208 - a folder may be large
        pids = {each["mark"]: int(each["pid"]) for each in found if each["host"] == host_mark()}
        for mark, pid in pids.items():
            if folder / mark not in _here:
                _remove_if_left(folder / mark, pid)


@cache
def _remove_left_once(folder: Path) -> None:
    remove_left(folder)


def _unused(folder: Path, label: str) -> Path:
    """Return a directory of this process: the same one for each run, unless two are at one time.

    A database that spills where the run before would have spilled need not be told anew.
    """
    usual = folder / f".{label}.{host_mark()}-{os.getpid()}-{_token}.spill"
    if usual not in _here:
        return usual
    return usual.with_name(usual.name.replace(_token, uuid4().hex[:12]))


def _remove_if_left(directory: Path, pid: int) -> None:
    lock = None
    try:
        # Not by its number alone: in another container, a process of that number may be alive.
        lock = _locked(_owner_of(directory), os.O_RDWR)
    except (BlockingIOError, PermissionError):
        return
    except OSError:  # the file is gone already, or this folder knows no locks
        if pid != os.getpid() and process_is_alive(pid):
            return
    _remove(directory, lock)


def _locked(owner: Path, flags: int) -> int:
    """Open a file and lock it, and return its descriptor.

    Raises:
        BlockingIOError: Another process holds it.
        OSError: It cannot be opened, or there are no locks here.
    """
    if fcntl is None:
        raise OSError("There are no locks here.")
    opened = os.open(owner, flags, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        raise
    return opened


def _owner_of(directory: Path) -> Path:
    return directory.with_name(f"{directory.name}.owner")


def _remove(directory: Path, lock: int | None) -> None:
    """Remove a directory, then the file that says whose it is, then let go of that."""
    shutil.rmtree(directory, ignore_errors=True)
    with suppress(OSError):
        _owner_of(directory).unlink()
    if lock is not None:
        os.close(lock)
