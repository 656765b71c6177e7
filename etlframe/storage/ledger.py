"""What a file, or a dataset, remembers of the loads that it took: a hidden JSON file beside it.

Two files cannot be replaced in one act. So the ledger is written before the act, and names the
stage that is about to become the file: as long as the stage is there, the load did not happen; once
it is not, it did, for a rename moves the one name to the other in one step. Nothing has to be
written after the act, and whoever opens the file next needs no more than a look for the stage.

That is sound because a stage has a name of its own, which is never used again; because only the act
takes it away, or who gives up the load, and then the ledger no longer names it; and because the
stage, its name and the ledger are on the disk (flushed) before the act.

A dataset is a folder that changes places with its stage, so that the stage's name stays. There the
sign is a part file, which has a name of its own as well and is in no folder before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from etlframe.errors import LoadError
from etlframe.storage.failpoints import reach
from etlframe.storage.flushing import flush_folder
from etlframe.storage.locks import label_of, resolved
from etlframe.storage.records import MOST_LOADS, Load, LoadRecord, State

_VERSION = 1

Sign = Mapping[str, Any]
"""What tells that a change has happened: ``{"stage": name}``, which is not beside the file any
more; ``{"part": path}``, which is in the folder; ``{"part gone": path}``, which is not; ``{"from":
size, "to": size, "digest": ...}``, bytes that the file has; ``{"cut": size}``, as long as it is."""


def ledger_of(target: str | os.PathLike[str]) -> Ledger:
    """Return the ledger of a file."""
    path = resolved(target)
    return Ledger(path, label_of(path))


class Ledger:
    """The ledger of one file. It is changed under the file's lock, and read without it.

    Args:
        target: The file, with links followed.
        label: What hidden files beside it are named after.
    """

    def __init__(self, target: Path, label: str) -> None:
        self._target = target
        self.path = target.with_name(f".{label}.loads.json")

    def exists(self) -> bool:
        """Return whether the file remembers any load."""
        return self.path.exists()

    def state(self) -> State:
        """Return what the file remembers: nothing, where it is gone itself.

        Raises:
            LoadError: The ledger is not one.
        """
        while self._target.exists():
            content = self._read()
            state = self._state(content)
            if self._read() == content:  # else a stage may have gone since, and not into its place
                return state
        return State()

    def announce(self, sign: Sign, load: Load | None, record: LoadRecord | None) -> None:
        """Write down the load that happens next.

        Args:
            sign: What tells that it has happened.
            load: The load; None for one that is not remembered.
            record: What is remembered of it.

        Raises:
            LoadedBefore: The file took a load of that run already.
            LoadError: A cursor was moved by another run since.
        """
        before = self.state()
        if load is None or record is None:
            self._write(before, sign)
            return
        before.check(load)
        self._write(before, {**sign, "load": record._asdict(), "cursors": dict(load.cursors)})

    def remember(self, load: Load, record: LoadRecord) -> None:
        """Write down a load that changes nothing, as it has no rows.

        Raises:
            LoadedBefore: The file took a load of that run already.
            LoadError: A cursor was moved by another run since.
        """
        before = self.state()
        before.check(load)
        cursors = {**before.cursors, **load.cursors}
        self._write(State((*before.loads, record)[-MOST_LOADS:], cursors), None)
        flush_folder(self.path.parent)

    def cursors_before(self) -> Mapping[str, Any]:
        """Return how far sources were read before the load that is announced."""
        return dict(self._read().get("cursors", {}))

    def take_back(self, sign: Sign, load: LoadRecord, cursors: Mapping[str, Any]) -> None:
        """Write down the load that is undone next.

        Args:
            sign: What tells that it is undone.
            load: The load.
            cursors: How far sources were read before it.
        """
        now = self.state()
        after = {
            "loads": [each._asdict() for each in now.loads if each.run_id != load.run_id],
            "cursors": {name: value for name, value in cursors.items() if name in now.cursors},
        }
        self._write(now, {**sign, "state": after})
        flush_folder(self.path.parent)

    def settle(self) -> None:
        """Write down as plain what a sign tells, before others may take the sign away."""
        if self.path.exists() and self._read().get("next"):
            self._write(self.state(), None)

    def withdraw(self, stage: Path) -> None:
        """Forget a load that is given up, before its stage is taken away."""
        content = self._read()
        if (content.get("next") or {}).get("stage") == stage.name and stage.exists():
            self._write(self._state(content), None)
            flush_folder(self.path.parent)

    def waits_for(self, stage: Path) -> bool:
        """Return whether a stage that is there is named, so that it may not be taken away."""
        if not self.path.exists() or not stage.exists():
            return False
        try:
            return (self._read().get("next") or {}).get("stage") == stage.name
        except (LoadError, OSError):
            return True

    def forget(self, name: str) -> None:
        """Forget how far a source was read: the next run reads it from the beginning."""
        state = self.state()
        if name in state.cursors:
            cursors = {each: value for each, value in state.cursors.items() if each != name}
            self._write(state._replace(cursors=cursors), None)

    def _state(self, content: Mapping[str, Any]) -> State:
        coming: Mapping[str, Any] = content.get("next") or {}
        if not self.has_come(coming):
            coming = {}
        content = coming.get("state", content)
        loads = [LoadRecord(**each) for each in content.get("loads", ())]
        cursors = dict(content.get("cursors", {}))
        if "load" in coming:
            loads.append(LoadRecord(**coming["load"]))
            cursors |= coming["cursors"]
        return State(tuple(loads[-MOST_LOADS:]), cursors)

    def growth(self) -> Sign | None:
        """Return how the file was about to grow when the ledger was last written, if it was."""
        coming = self._read().get("next") or {} if self.path.exists() else {}
        return coming if "digest" in coming else None

    def has_come(self, sign: Sign) -> bool:
        """Return whether what a sign tells of has happened."""
        if "digest" in sign:
            return self._has_bytes(sign)
        if "cut" in sign:
            return self._target.stat().st_size <= int(sign["cut"])
        if "part" in sign:
            return self._target.joinpath(sign["part"]).exists()
        if "part gone" in sign:
            return not self._target.joinpath(sign["part gone"]).exists()
        return "stage" in sign and not self._target.with_name(sign["stage"]).exists()

    def _has_bytes(self, sign: Sign) -> bool:
        digest, left = blake2b(digest_size=16), int(sign["to"]) - int(sign["from"])
        with self._target.open("rb") as file:
            file.seek(sign["from"])
            while left and (block := file.read(min(left, 1 << 20))):
                digest.update(block)
                left -= len(block)
        return not left and digest.hexdigest() == sign["digest"]

    def _read(self) -> Mapping[str, Any]:
        try:
            content: Any = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except ValueError:
            content = None
        if not isinstance(content, dict) or content.get("version") != _VERSION:
            raise LoadError(
                f"{self.path} tells which loads {self._target} took, and cannot be read: it was "
                "changed, or is of another version of etlframe. Remove it to forget those loads."
            )
        return content

    def _write(self, state: State, coming: Mapping[str, Any] | None) -> None:
        content = {
            "version": _VERSION,
            "loads": [each._asdict() for each in state.loads],
            "cursors": dict(state.cursors),
            "next": coming,
        }
        stage = self.path.with_name(f"{self.path.name}.new")
        try:
            with stage.open("w", encoding="utf-8") as file:
                json.dump(content, file, ensure_ascii=False)
                file.flush()
                reach("ledger:written")
                os.fsync(file.fileno())
            reach("ledger:flushed")
            stage.replace(self.path)
        finally:
            stage.unlink(missing_ok=True)
