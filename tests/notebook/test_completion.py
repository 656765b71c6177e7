from __future__ import annotations

import pytest

from etlframe.notebook.arguments import KINDS, STATUSES, SUBCOMMANDS
from etlframe.notebook.completion import offers
from etlframe.options import ENGINES


def offered(line):
    found = offers(line, lambda: ["delays", "late delays", "weather"])
    return None if found is None else found[1]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("%etl ", list(SUBCOMMANDS)),
        ("%etl r", ["run"]),
        ("%etl --", ["--help"]),
        ("r = %etl run d", ["delays"]),
        ("    %etl run w", ["weather"]),
        ("%etl run 'l", ["'late delays'"]),
        ("%etl run delays --re", ["--retries"]),
        ("%etl run --engine ", list(ENGINES)),
        ("%etl run delays --engine d", ["duckdb"]),
        ("%etl history --status C", [each for each in STATUSES if each.startswith("C")]),
        ("%etl plot --kind ", list(KINDS)),
        ("%etl run delays --retries ", []),
        ("%etl nonsense ", []),
        ("%etl list ", ["-h", "--help"]),
    ],
)
def test_what_may_stand_at_the_cursor_is_offered(line, words):
    assert offered(line) == words


@pytest.mark.parametrize("line", ["", "%etl", "etl.", "x = 1", "# %etl run ", "print('%etl run "])
def test_elsewhere_nothing_is_offered(line):
    assert offered(line) is None


def test_a_flag_is_offered_once():
    assert "--retries" not in offered("%etl run delays --retries 2 --")


def test_names_are_looked_up_only_where_one_may_stand():
    def asked():
        raise AssertionError

    assert offers("%etl run --re", asked) == ("--re", ["--retries"])
