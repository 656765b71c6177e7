from __future__ import annotations

from types import SimpleNamespace

import IPython.display
import pytest

from etlframe.notebook.progress import CellLine, line_for, write_in_terminal


class Cell:
    """What a cell shows, and all that it ever showed."""

    def __init__(self):
        self.shown = []

    def display(self, bundle, *, raw, display_id):
        assert raw
        assert display_id
        self.shown.append(("new", bundle["text/plain"]))
        return self

    def update(self, bundle, *, raw):
        assert raw
        self.shown.append(("same", bundle["text/plain"]))


@pytest.fixture
def cell(monkeypatch):
    cell = Cell()
    monkeypatch.setattr(IPython.display, "display", cell.display)
    return cell


def test_a_cell_has_one_line_which_is_written_over(cell):
    line = line_for(SimpleNamespace(kernel=None))
    assert isinstance(line, CellLine)
    assert cell.shown == []
    for text in ("first", "second", ""):
        line(text)
    assert cell.shown == [("new", "first"), ("same", "second"), ("same", "")]


def test_in_a_terminal_the_line_is_written_over_itself(capsys):
    assert line_for(SimpleNamespace()) is write_in_terminal
    write_in_terminal("first")
    write_in_terminal("")
    assert capsys.readouterr().err == "\rfirst\x1b[K\r\x1b[K"
