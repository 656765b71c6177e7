"""Where a run's progress line is written: below the cell, or on the terminal of IPython."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Handle(Protocol):
    """What IPython's ``display(..., display_id=True)`` gives back."""

    def update(self, obj: Any, **settings: Any) -> None:
        """Show something else in its place."""


class CellLine:
    """A line below the cell, which is made when there is something to write."""

    def __init__(self) -> None:
        self._handle: Handle | None = None

    def __call__(self, text: str) -> None:
        """Write a text over the one before."""
        from IPython.display import display

        bundle = {"text/plain": text}
        if self._handle is None:
            # Made empty, as it ends: what a notebook keeps of it is the same at every run.
            self._handle = display({"text/plain": ""}, raw=True, display_id=True)
        self._handle.update(bundle, raw=True)


def write_in_terminal(text: str) -> None:
    """Write a text over the terminal's line, on standard error."""
    sys.stderr.write(f"\r{text}\x1b[K")
    sys.stderr.flush()


def line_for(shell: object) -> Callable[[str], None]:
    """Return what writes a line for a shell: one with a kernel has cells."""
    return CellLine() if hasattr(shell, "kernel") else write_in_terminal
