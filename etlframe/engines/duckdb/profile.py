"""What DuckDB's own profile of its newest query tells: rows, operators, memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from etlframe.timing import Part, Phase

if TYPE_CHECKING:
    import duckdb

Node = Mapping[str, Any]

# What an operator's name holds -> its kind, and what it does.
_KINDS = (
    ("COPY_TO_FILE", "write", "write"),
    ("GROUP_BY", "aggregate", "aggregate"),
    ("AGGREGATE", "aggregate", "aggregate"),
    ("WINDOW", "window", "windows"),
    ("JOIN", "join", "join"),
    ("CROSS_PRODUCT", "join", "join"),
    ("ORDER_BY", "sort", "sort"),
    ("TOP_N", "sort", "sort"),
    ("FILTER", "filter", "filter"),
    ("PROJECTION", "compute", "parse and compute columns"),
    ("SCAN", "read", "read"),
)
_REST = ("other", "hand over rows")


def read_profile(connection: duckdb.DuckDBPyConnection) -> Node:
    """Return the profile of a connection's newest query; profiling is on."""
    profile: Node = json.loads(connection.get_profiling_information(format="json"))
    return profile


def rows_of_scans(profile: Node, paths: Sequence[str]) -> int | None:
    """Return the rows that scans gave, each told by its first file.

    Returns:
        None where a file has more than one scan, or none.
    """
    scans = [each for each in _operators(profile) if each.get("type") == "TABLE_SCAN"]
    total = 0
    for path in paths:
        counts = [int(each.get("rows_scanned", 0)) for each in scans if path in _file(each)]
        if len(counts) != 1:
            return None
        total += counts[0]
    return total


def note_profile(noted: Phase, *profiles: Node) -> None:
    """Put into a phase what profiles tell: operators in the order in which rows meet them.

    Args:
        noted: The phase.
        profiles: One, or those of queries that ran at a time, each before that it takes rows from.
    """
    system = [profile.get("system", {}) for profile in profiles]
    noted.spilled = max(int(each.get("peak_temp_dir_size", 0)) for each in system)
    noted.memory = max(int(each.get("peak_buffer_memory", 0)) for each in system)
    found: dict[str, list[tuple[str, Node]]] = {}
    for each in chain.from_iterable(map(_operators, profiles)):
        kind, name = _named(each)
        found[name] = [*found.pop(name, []), (kind, each)]  # it is told where it comes first
    planning = Part("plan the query", "plan", sum(map(_seconds_of_planning, profiles)))
    parts = [_part(name, operators) for name, operators in reversed(found.items())]
    noted.parts = (planning, *parts)


def _part(name: str, operators: list[tuple[str, Node]]) -> Part:
    """Return what operators of one name did; of several, no one count of rows is theirs."""
    kind, first = operators[0]
    counts = len(operators) == 1 and kind not in {"write", "other"}
    rows = int(first.get("intermediate_rows", 0)) if counts else None
    cpu = sum(float(each.get("timing", 0.0)) for _, each in operators)
    return Part(name, kind, cpu, rows)


def _seconds_of_planning(profile: Node) -> float:
    stages = ("parser", "planner", "optimizer", "physical_planner")
    return sum(float(profile.get(stage, {}).get("total_time", 0.0)) for stage in stages)


def _operators(profile: Node) -> Iterator[Node]:
    """Yield the operators, each before those that it takes rows from."""
    pending = [profile]
    while pending:
        at = pending.pop(0)
        pending += at.get("children", []) + at.get("operator", [])
        if "type" in at:
            yield at


def _named(operator: Node) -> tuple[str, str]:
    word = str(operator["type"])
    kind, name = next(((kind, name) for part, kind, name in _KINDS if part in word), _REST)
    files = _shown_files(operator) if kind == "read" else ""
    return kind, f"{name} {files}".rstrip()


def _shown_files(operator: Node) -> str:
    """Return the name of the file that is read, and of several the first one."""
    info = operator.get("extra_info")
    count = int(info.get("Total Files Read", 1)) if isinstance(info, dict) else 1
    if count == 1:
        return PurePath(_file(operator)).name
    return f"{PurePath(_file(operator).partition(', ')[0]).name} and {count - 1} more"


def _file(operator: Node) -> str:
    info = operator.get("extra_info")
    return str(info.get("Filename(s)", "")) if isinstance(info, dict) else ""
