"""One line that tells how far a run is, wherever a screen can write a line over itself."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from types import TracebackType
from typing import Protocol, Self

from etlframe.wording import duration_text, plural

QUIET_SECONDS = 0.5
TICK_SECONDS = 0.2


class Moving(Protocol):
    """What is told of an attempt (an ``Execution``) while it moves."""

    step: str | None
    fraction: float | None
    rows_extracted: int | None


class ProgressLine:
    """Tells where a run is, several times a second; a run shorter than half a second tells nothing.

    Use it as ``on_progress``, inside a ``with`` block that takes the line away in the end.

    Args:
        name: The pipeline's name.
        write: Writes a text over the one before; an empty text takes the line away.
        clock: Gives seconds.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[str], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name, self._write, self._clock = name, write, clock
        self._began = clock()
        self._moving: Moving | None = None
        self._shown = False
        self._over = threading.Event()
        # In a copy of this context: a notebook's kernel keeps in it which cell an output is for.
        self._ticker = threading.Thread(target=copy_context().run, args=(self._tick_on,))
        self._ticker.daemon = True

    def __call__(self, moving: Moving) -> None:
        """Take note of where the run is; it is shown at the next tick."""
        self._moving = moving

    def tick(self) -> None:
        """Show where the run is, if it goes on for long enough."""
        seconds = self._clock() - self._began
        if self._moving is not None and seconds >= QUIET_SECONDS:
            self._shown = True
            self._write(progress_text(self._name, self._moving, seconds))

    def __enter__(self) -> Self:
        self._ticker.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._ticker.join()
        if self._shown:
            self._write("")

    def _tick_on(self) -> None:
        while not self._over.wait(TICK_SECONDS):
            self.tick()


def progress_text(name: str, moving: Moving, seconds: float) -> str:
    """Say how far a run is: its step, how much of that is done, the rows it read, its seconds."""
    parts = [f"{name}: {moving.step or 'starting'}"]
    if moving.fraction is not None:
        parts.append(f"{math.floor(100 * moving.fraction)}%")
    if moving.rows_extracted is not None:
        parts.append(f"{plural(moving.rows_extracted, 'row')} read")
    return " · ".join([*parts, duration_text(seconds)])
