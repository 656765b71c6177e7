"""Where a run's progress line is written: below the cell, or on the terminal of IPython."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

WIDGET = "application/vnd.jupyter.widget-view+json"


class CellLine:
    """A line below the cell, which is made when there is something to write, and leaves no trace.

    It is a widget without a text of its own in the notebook's file, and the cell's output is
    cleared after it: so it is for cells that show nothing else before.
    """

    def __init__(self) -> None:
        self._label: Any = None

    def __call__(self, text: str) -> None:
        """Write a text over the one before; an empty one takes the line away."""
        if not text:
            self._take_away()
        elif self._label is None:
            self._show(text)
        else:
            self._label.value = text

    def _show(self, text: str) -> None:
        from IPython.display import display
        from ipywidgets import Label

        self._label = Label(text)
        view = {"version_major": 2, "version_minor": 0, "model_id": self._label.model_id}
        display({WIDGET: view}, raw=True)

    def _take_away(self) -> None:
        from IPython.display import clear_output

        self._label.close()
        clear_output()


def write_in_terminal(text: str) -> None:
    """Write a text over the terminal's line, on standard error."""
    sys.stderr.write(f"\r{text}\x1b[K")
    sys.stderr.flush()


def write_nowhere(text: str) -> None:
    """Write nothing, for a line would stay among what the cell shows else."""


def line_for(shell: Any) -> Callable[[str], None]:
    """Return what writes a progress line for a shell.

    Args:
        shell: An ``InteractiveShell``; one with a kernel has cells.
    """
    if not hasattr(shell, "kernel"):
        return write_in_terminal
    code = shell.get_parent().get("content", {}).get("code", "")
    return CellLine() if _is_one_line(code) else write_nowhere


def _is_one_line(code: str) -> bool:
    """Tell whether a cell holds one line, besides comments: nothing was shown before it."""
    lines = [line.strip() for line in code.splitlines()]
    return sum(bool(line) and not line.startswith("#") for line in lines) == 1
