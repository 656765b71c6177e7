"""Hidden files beside a target, in which what will become it is made.

A process that dies while it writes leaves its stage behind, which whoever opens the target next
removes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2s
from pathlib import Path
from platform import node
from uuid import uuid4

from etlframe.errors import LoadError
from etlframe.storage.ledger import ledger_of
from etlframe.storage.locks import label_of, locked, resolved
from etlframe.storage.parts import discard
from etlframe.storage.undo import undo_note_of

_MARK = r"(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-(?P<token>[0-9a-f]{12})\.stage"
_STAGE = re.compile(rf"\.(?P<label>.+)\.{_MARK}")
_own_tokens: set[str] = set()


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
            discard(stage)
        _own_tokens.discard(token)


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


def host_mark() -> str:
    """Return this machine's mark in the names of hidden files."""
    return blake2s(node().encode(), digest_size=4).hexdigest()


def _remove_stale(path: Path) -> None:
    """Remove the stages of dead processes, unless the target is being changed just now."""
    label = label_of(path)
    names = os.listdir(path.parent)  # noqa: PTH208 - names alone: a folder may hold thousands
    stale = [path.with_name(name) for name in names if _is_stale(name, label)]
    note = undo_note_of(path)
    if not stale and not note.strays(names):
        return
    with suppress(LoadError), locked(path, timeout=0):
        for each in (*stale, *note.strays(names)):
            ledger_of(path).withdraw(each)
            discard(each)


def _is_stale(name: str, label: str) -> bool:
    found = _STAGE.fullmatch(name) if name.startswith(f".{label}.") else None
    if found is None or found["label"] != label or found["host"] != host_mark():
        return False
    pid = int(found["pid"])
    if pid == os.getpid():  # in a container every run may have the same number
        return found["token"] not in _own_tokens
    return not process_is_alive(pid)
