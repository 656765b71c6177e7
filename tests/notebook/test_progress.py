from __future__ import annotations

from types import SimpleNamespace

import pytest
from IPython import display

from etlframe.notebook.progress import CellLine, line_for, write_in_terminal, write_nowhere


@pytest.fixture
def shown(monkeypatch):
    shown = []
    monkeypatch.setattr(display, "display", lambda bundle, raw: shown.append(bundle))
    monkeypatch.setattr(display, "clear_output", shown.clear)
    return shown


def shell_of(code):
    return SimpleNamespace(kernel=None, get_parent=lambda: {"content": {"code": code}})


def test_a_cell_has_one_line_which_is_written_over_and_leaves_no_trace(shown):
    line = line_for(shell_of("# tonight\n\nr = %etl run p\n"))
    assert isinstance(line, CellLine)
    assert shown == []
    line("first")
    line("second")
    assert line._label.value == "second"
    assert [list(each) for each in shown] == [["application/vnd.jupyter.widget-view+json"]]
    line("")
    assert line._label.comm is None, "a closed widget is gone from the page"
    assert shown == []


@pytest.mark.parametrize("code", ["print(1)\n%etl run p", "for _ in range(2):\n    %etl run p", ""])
def test_a_cell_that_may_show_something_else_has_no_line_that_would_clear_it(code):
    assert line_for(shell_of(code)) is write_nowhere
    write_nowhere("text")


def test_in_a_terminal_the_line_is_written_over_itself(capsys):
    assert line_for(SimpleNamespace()) is write_in_terminal
    write_in_terminal("first")
    write_in_terminal("")
    assert capsys.readouterr().err == "\rfirst\x1b[K\r\x1b[K"
