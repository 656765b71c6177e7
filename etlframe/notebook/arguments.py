"""The words of ``%etl``: its subcommands, their flags, their help, and one-line errors."""

from __future__ import annotations

import argparse
from dataclasses import field
from typing import Any, NoReturn

from IPython.core.error import UsageError
from IPython.utils.process import arg_split

from etlframe.errors import UnknownNameError, did_you_mean
from etlframe.frozen import frozen
from etlframe.options import ENGINES

STATUSES = ("COMPLETED", "FAILED", "CANCELLED", "SKIPPED", "INTERRUPTED", "RUNNING")
KINDS = ("history", "success", "durations")
HELP_FLAGS = ("-h", "--help")


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line in the cell, and which never ends the kernel."""

    def error(self, message: str) -> NoReturn:
        """Raise what IPython shows as a single line."""
        raise UsageError(f"{self.prog}: {message}")

    def flags(self) -> list[str]:
        """Return the flags that this parser knows, with their dashes."""
        return [flag for action in self._actions for flag in action.option_strings]


@frozen
class Subcommand:
    """One word after ``%etl``.

    Attributes:
        name: The word.
        summary: What it does, in one line.
        parser: Reads what follows the word.
        names: The words that its NAME may be are pipelines (it takes one at all).
    """

    name: str
    summary: str
    parser: OneLineParser = field(repr=False)
    names: bool


def whole_number(text: str) -> int:
    """Read a whole number from 0 up.

    >>> whole_number("3")
    3
    """
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"a whole number from 0 is needed, not {text!r}")
    return int(text)


def status_name(text: str) -> str:
    """Read a status in any case.

    >>> status_name("failed")
    'FAILED'
    """
    return _one_of("status", text.upper(), STATUSES)


def engine_name(text: str) -> str:
    """Read the name of an engine."""
    return _one_of("engine", text, ENGINES)


def kind_name(text: str) -> str:
    """Read the kind of a plot."""
    return _one_of("plot", text, KINDS)


def _one_of(what: str, text: str, names: tuple[str, ...]) -> str:
    if text not in names:
        raise argparse.ArgumentTypeError(str(UnknownNameError(what, text, names)))
    return text


NAME = ("name", {"metavar": "NAME", "help": "a pipeline: its variable or its own name"})
MAYBE_NAME = ("name", NAME[1] | {"nargs": "?", "help": "a pipeline; every one unless given"})
RETRIES = ("--retries", {"type": whole_number, "metavar": "N", "help": "further attempts at most"})
ENGINE = ("--engine", {"type": engine_name, "metavar": "E", "help": " or ".join(ENGINES)})
ROWS = ("-n", {"type": whole_number, "default": 5, "metavar": "N", "help": "rows, 5 unless given"})
LIMIT = ("--limit", {"type": whole_number, "metavar": "N", "help": "the newest N runs alone"})
STATUS = ("--status", {"type": status_name, "metavar": "S", "help": ", ".join(STATUSES)})
KIND = (
    "--kind",
    {"type": kind_name, "default": "history", "metavar": "K", "help": " or ".join(KINDS)},
)


def _subcommand(name: str, summary: str, *arguments: tuple[str, dict[str, Any]]) -> Subcommand:
    parser = OneLineParser(f"%etl {name}", description=summary, add_help=False, allow_abbrev=False)
    for flag, settings in arguments:
        parser.add_argument(flag, **settings)
    parser.add_argument(*HELP_FLAGS, action="store_true", help="show this help")
    return Subcommand(name, summary, parser, names=any(flag == "name" for flag, _ in arguments))


SUBCOMMANDS = {
    each.name: each
    for each in (
        _subcommand("run", "Run a pipeline; gives its JobResult.", NAME, RETRIES, ENGINE),
        _subcommand("list", "List the pipelines that this notebook knows."),
        _subcommand("preview", "Show the first rows that a pipeline gives.", NAME, ROWS),
        _subcommand("explain", "Tell which step runs on which engine, and why.", NAME),
        _subcommand("profile", "Tell where a run's time goes; loads nothing.", NAME, ENGINE),
        _subcommand("status", "Show the latest run of each pipeline.", MAYBE_NAME),
        _subcommand("history", "Show the runs, oldest first.", MAYBE_NAME, LIMIT, STATUS),
        _subcommand("stats", "Show success rates, rows and durations.", MAYBE_NAME),
        _subcommand("plot", "Plot the runs.", MAYBE_NAME, KIND),
        _subcommand("dashboard", "Show the dashboard."),
    )
}


def _overview() -> str:
    lines = [f"  %etl {each.name:<10} {each.summary}" for each in SUBCOMMANDS.values()]
    return "\n".join(
        [
            "Run, look at and follow etlframe's pipelines.",
            "",
            *lines,
            "",
            "A pipeline is named by its variable or by its own name. `r = %etl run NAME` keeps the",
            "result; otherwise `_` holds it. `%etl run -h` tells the flags of a subcommand.",
            "`%config EtlMagic` shows the settings: the log, and how often a run is retried.",
        ]
    )


OVERVIEW = _overview()


@frozen
class Request:
    """What a line asked for: a subcommand with its arguments, or a help text to show."""

    subcommand: str = ""
    arguments: argparse.Namespace = field(default_factory=argparse.Namespace)
    help: str = ""


def read_line(line: str) -> Request:
    """Read what follows ``%etl``.

    Raises:
        UsageError: The subcommand, a flag or a value is not known; one line, with near names.
    """
    try:
        words = arg_split(line, posix=True)
    except ValueError as unbalanced:
        raise UsageError(f"%etl: {unbalanced}") from unbalanced
    if not words or words[0] in HELP_FLAGS:
        return Request(help=OVERVIEW)
    if words[0] not in SUBCOMMANDS:
        raise UsageError(f"%etl: no subcommand {words[0]!r}.{did_you_mean(words[0], SUBCOMMANDS)}")
    parser = SUBCOMMANDS[words[0]].parser
    if any(flag in words for flag in HELP_FLAGS):
        return Request(help=parser.format_help().rstrip())
    arguments, unknown = parser.parse_known_args(words[1:])
    if unknown:
        parser.error(_unknown(unknown[0], parser.flags()))
    return Request(words[0], arguments)


def _unknown(word: str, flags: list[str]) -> str:
    if word.startswith("-"):
        return f"no flag {word!r}.{did_you_mean(word, flags)}"
    return f"{word!r} is one word too many."
