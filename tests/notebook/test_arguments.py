from __future__ import annotations

import pytest
from IPython.core.error import UsageError

from etlframe.notebook.arguments import OVERVIEW, STATUSES, SUBCOMMANDS, read_line
from etlframe.runs.result import JobStatus


def error_of(line):
    with pytest.raises(UsageError) as caught:
        read_line(line)
    message = str(caught.value)
    assert "\n" not in message, "an error is one line"
    return message


def test_a_line_is_a_subcommand_with_its_arguments():
    asked = read_line("run delays --retries 2 --engine duckdb")
    assert asked.subcommand == "run"
    assert (asked.arguments.name, asked.arguments.retries, asked.arguments.engine) == (
        "delays",
        2,
        "duckdb",
    )


def test_quotes_hold_a_name_together_and_fall_off():
    assert read_line("run 'airports of the world'").arguments.name == "airports of the world"
    assert read_line('run "a b" --retries=1').arguments.name == "a b"


def test_a_status_may_be_typed_in_lower_case():
    assert read_line("history --status failed").arguments.status == "FAILED"


def test_the_statuses_are_those_that_a_logged_run_can_have():
    assert set(STATUSES) == set(JobStatus) - {JobStatus.PENDING}


@pytest.mark.parametrize("line", ["", "  ", "-h", "--help"])
def test_help_tells_every_subcommand(line):
    help_text = read_line(line).help
    assert help_text == OVERVIEW
    assert all(f"%etl {name}" in help_text for name in SUBCOMMANDS)


@pytest.mark.parametrize("name", SUBCOMMANDS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_subcommand_tells_its_own_help_even_without_its_name(name, flag):
    help_text = read_line(f"{name} {flag}").help
    assert help_text.startswith(f"usage: %etl {name}")
    assert SUBCOMMANDS[name].summary in help_text


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("rn x", "%etl: no subcommand 'rn'. Did you mean 'run'?"),
        ("run", "%etl run: the following arguments are required: NAME"),
        ("run x --retry 2", "%etl run: no flag '--retry'. Did you mean '--retries'?"),
        ("run x y", "%etl run: 'y' is one word too many."),
        ("run 'x", "%etl: No closing quotation"),
        ("dashboard x", "%etl dashboard: 'x' is one word too many."),
        ("plot --kind histry", "Did you mean 'history'?"),
        ("history --status fail", "Did you mean 'FAILED'?"),
        ("run x --engine duckb", "Did you mean 'duckdb'?"),
        ("run x --retries -1", "--retries: a whole number from 0 is needed, not '-1'"),
        ("run x --retries two", "not 'two'"),
        ("run x --retries", "--retries: expected one argument"),
    ],
)
def test_a_mistake_is_one_line_with_near_names(line, message):
    assert message in error_of(line)


def test_flags_are_not_guessed_from_their_beginning():
    assert "no flag '--ret'" in error_of("run x --ret 2")
