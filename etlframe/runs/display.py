"""A run for people: one line of text, or a card of HTML, from its record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from etlframe.html import Html, card, details, join, table
from etlframe.wording import duration_text, moment_text, plural

Record = Mapping[str, Any]


def run_text(record: Record) -> str:
    """Return a run in one line: what became of it, its rows, its seconds, its first error.

    >>> run_text(
    ...     {
    ...         "job_id": "delays",
    ...         "status": "COMPLETED",
    ...         "rows_loaded": 14,
    ...         "duration": 0.25,
    ...         "destination": "out.csv",
    ...         "attempts": 1,
    ...     }
    ... )
    'delays COMPLETED: 14 rows -> out.csv in 250 ms'
    """
    return f"{record['job_id']} {record['status']}{_outcome(record)}{_length(record)}{_why(record)}"


def error_text(error: Mapping[str, Any]) -> str:
    """Return one error of a record: its type, where it happened, and what it says.

    >>> error_text({"type": "OSError", "message": "No file a.csv.", "step": "extract"})
    'OSError at extract: No file a.csv.'
    """
    where = f" at {error['step']}" if error.get("step") else ""
    message = f": {error['message']}" if error.get("message") else ""
    return f"{error.get('type')}{where}{message}"


def run_card(record: Record) -> Html:
    """Return a run as a card: its figures, its steps, and its errors and warnings in full."""
    facts = [
        ("Rows", _rows(record)),
        ("Took", _length(record).removeprefix(" in ") or None),
        ("Started", _moment(record.get("started_at"))),
        ("Engine", record.get("engine") or None),
        ("From", record.get("source") or None),
        ("To", record.get("destination")),
        ("Run", record.get("run_id")),
    ]
    told = [fact for fact in facts if fact[1] is not None]
    body = join([_errors(record), _warnings(record), _steps(record)])
    return card(record["job_id"], told, status=record["status"], body=body)


def _outcome(record: Record) -> str:
    if record["status"] != "COMPLETED":
        return ""
    to = record.get("destination")
    rows = record.get("rows_transformed" if to is None else "rows_loaded")
    counted = "" if rows is None else f": {plural(rows, 'row')}"
    return counted if to is None else f"{counted} -> {to}"


def _length(record: Record) -> str:
    if record.get("duration") is None:
        return ""
    return f" in {duration_text(record['duration'])}{_attempts(record)}"


def _attempts(record: Record) -> str:
    attempts = record.get("attempts") or 1
    return f" ({attempts} attempts)" if attempts > 1 else ""


def _why(record: Record) -> str:
    if record["status"] == "COMPLETED" or not record.get("errors"):
        return ""
    return f": {error_text(record['errors'][0])}"


def _rows(record: Record) -> str:
    words = ("extracted", "transformed", "loaded", "rejected")
    counts = [(record.get(f"rows_{word}"), word) for word in words]
    told = [f"{n:,} {word}" for n, word in counts if n or (n == 0 and word == "loaded")]
    return ", ".join(told)


def _moment(text: str | None) -> str | None:
    return None if text is None else f"{moment_text(datetime.fromisoformat(text))} UTC"


def _errors(record: Record) -> Html:
    errors = record.get("errors") or []
    if not errors:
        return Html("")
    rows = [(each["attempt"], each.get("step"), each["type"], each["message"]) for each in errors]
    return table(("Attempt", "Step", "Error", "Message"), rows)


def _warnings(record: Record) -> Html:
    warnings = record.get("warnings") or []
    return table(("Warnings",), [(each,) for each in warnings]) if warnings else Html("")


def _steps(record: Record) -> Html:
    steps = record.get("steps") or []
    if not steps:
        return Html("")
    rows = [
        (each["name"], each.get("engine"), each["rows"], duration_text(each["seconds"]))
        for each in steps
    ]
    return details(plural(len(steps), "step"), table(("Step", "Engine", "Rows", "Time"), rows))
