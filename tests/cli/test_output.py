from __future__ import annotations

import io
import sys

import pytest

from etlframe.cli import output
from etlframe.cli.output import (
    clip,
    colored,
    columns,
    complain,
    printable,
    say,
    show_traceback,
    table,
    width,
    wrapped,
)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_colours_are_for_terminals_that_want_them(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert colored("FAILED", "FAILED", Terminal()) == "\x1b[31mFAILED\x1b[0m"
    assert colored("FAILED", "FAILED", io.StringIO()) == "FAILED"
    assert colored("PENDING", "PENDING", Terminal()) == "PENDING"
    monkeypatch.setenv("NO_COLOR", "1")
    assert colored("FAILED", "FAILED", Terminal()) == "FAILED"


def test_text_cannot_command_a_terminal():
    assert printable("a\x1b[2Jb\r\n\tc\x07") == "a\\x1b[2Jb\\r\\n\\tc\\x07"
    assert printable("Zürich 日本") == "Zürich 日本"


def test_an_error_is_one_line(capsys):
    complain("first\nsecond \x1b[31m")
    assert capsys.readouterr().err == "etlframe: first second \\x1b[31m\n"


def test_an_error_comes_after_what_was_said_before_it(monkeypatch):
    out = io.TextIOWrapper(said := io.BytesIO())
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    say("COMPLETED")
    assert said.getvalue() == b""
    complain("attempt 1 failed")
    assert said.getvalue() == b"COMPLETED\n"


def test_a_traceback_hides_what_a_driver_said_of_passwords(capsys):
    error = RuntimeError("no rows")
    error.__cause__ = ConnectionError("postgresql://ada:lovelace@db/flights refused")
    show_traceback(error)
    said = capsys.readouterr().err
    assert "ConnectionError: postgresql://ada:***@db/flights refused" in said
    assert "RuntimeError: no rows" in said


def test_columns_are_aligned_and_numbers_are_on_the_right():
    lines = table(("JOB", "RUNS"), [("delays", "5"), ("日本", "1,200")], right=["RUNS"], give="JOB")
    assert lines == ["JOB      RUNS", "delays      5", "日本    1,200"]
    assert {width(each) for each in lines} == {13}


@pytest.mark.parametrize("wide", [40, 80, 100])
def test_a_line_is_never_wider_than_the_screen(monkeypatch, wide):
    monkeypatch.setattr(output, "columns", lambda: wide)
    lines = table(
        ("STATUS", "JOB", "N"), [("COMPLETED", "long " * 40, "1")], right=["N"], give="JOB"
    )
    assert max(map(width, lines)) <= wide
    assert "…" in lines[1]


def test_a_pipe_has_eighty_columns(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert columns() <= 100
    monkeypatch.setenv("COLUMNS", "300")
    assert columns() == 100


def test_wide_letters_are_clipped_by_their_columns():
    assert clip("日本語", 5) == "日本…"
    assert clip("abc", 3) == "abc"


def test_long_texts_are_broken_between_words(monkeypatch):
    monkeypatch.setattr(output, "columns", lambda: 20)
    assert wrapped("one two three four five", "  ").splitlines() == [
        "  one two three four",
        "  five",
    ]
