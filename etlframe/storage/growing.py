"""Files that grow at their end, without being copied; what a killed process left is cut off again.

The ledger is written before the first byte, and says how long the file is, how long it will be, and
what the new bytes hash to: once they are all there, the load has happened, and not before. Who
opens the file next, and finds less than that, cuts it back. Readers may meanwhile see a part of the
new rows: where that must not be, the file is to be copied and replaced.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

from etlframe.errors import LoadError
from etlframe.storage.commit import Entry, forget_older
from etlframe.storage.copying import copy_bytes
from etlframe.storage.failpoints import reach
from etlframe.storage.flushing import cut, flush_folder
from etlframe.storage.ledger import ledger_of
from etlframe.storage.locks import locked, resolved
from etlframe.storage.undo import undo_note_of
from etlframe.timing import phase

_BLOCK = 1 << 20


def grow(target: Path, part: Path, between: bytes, entry: Entry | None) -> None:
    """Put bytes behind those of a file, under its lock, which the caller holds.

    Args:
        target: The file.
        part: A file of the new bytes.
        between: What comes before them.
        entry: What the file's ledger shall remember of it.

    Raises:
        LoadedBefore: The file took a load of that run already.
        OSError: The file system refused; the file is as it was.
    """
    path, size = resolved(target), target.stat().st_size
    ledger = ledger_of(path)
    sign = _sign(path, part, between)
    cursors = ledger.state().cursors
    ledger.announce(sign, *((None, None) if entry is None else (entry.load, entry.record())))
    flush_folder(path.parent)
    reach("growth:announced")
    try:
        with phase("put in place"), path.open("r+b") as file:
            file.seek(size)
            file.write(between)
            _copy(part, file)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        cut(path, size)
        ledger.settle()
        raise
    reach("growth:written")
    ledger.settle()
    if entry is not None and entry.keeps_previous:
        undo_note_of(path).write_down(path, entry.record(), None, cursors, size=size)
    forget_older(path)


def recover(target: Path, *, timeout: float) -> None:
    """Cut off what a process left at the end of a file that died while the file grew.

    Raises:
        LoadError: Another program has written behind that since; nothing is changed.
    """
    path = resolved(target)
    if ledger_of(path).growth() is None:
        return
    with locked(path, timeout=timeout):
        ledger = ledger_of(path)
        sign = ledger.growth()
        if sign is None or not path.exists():
            return
        found = path.stat()
        if found.st_ino == sign["number"] and not ledger.has_come(sign):
            if found.st_size > sign["to"]:
                raise LoadError(
                    f"A process died while it appended to {target}, which was whole up to byte "
                    f"{sign['from']:,}; and another program has written behind that. Mend the "
                    f"file there, and then remove {ledger.path}."
                )
            cut(path, min(sign["from"], found.st_size))
        ledger.settle()


def _sign(path: Path, part: Path, between: bytes) -> Mapping[str, Any]:
    digest = blake2b(between, digest_size=16)
    with part.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    found, size = path.stat(), len(between) + part.stat().st_size
    return {
        "number": found.st_ino,
        "from": found.st_size,
        "to": found.st_size + size,
        "digest": digest.hexdigest(),
    }


def _copy(part: Path, file: BinaryIO) -> None:
    left = part.stat().st_size
    with part.open("rb") as new:
        copy_bytes(new, file, left // 2)
        file.flush()
        reach("growth:half")
        copy_bytes(new, file, left - left // 2)
