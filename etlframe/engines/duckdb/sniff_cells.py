"""What cells of text are, in SQL, for a sniff: by the patterns of the rules of inference."""

from __future__ import annotations

from dataclasses import replace

from etlframe.engines.duckdb import sniff_rules as rules
from etlframe.engines.duckdb.reader_cells import DATE_FORM, Cell
from etlframe.engines.duckdb.reader_words import is_among
from etlframe.engines.duckdb.sniff_rules import Cells

_EXACT = f"BETWEEN -{rules.EXACT_IN_FLOAT} AND {rules.EXACT_IN_FLOAT}"


def classified(cell: Cell) -> str:
    """Return the SQL of what a cell of text is: one of :class:`Cells`, as an integer.

    Nothing is cast but what is of the type's form, as a cast that fails takes a tenth of a
    microsecond: in a CASE of its own, since DuckDB changes the order of what AND joins.
    """
    t = cell.text
    integer = f"try_cast({t} AS BIGINT)"
    word = f"WHEN {cell.is_word} THEN {Cells.MISSING | Cells.WORD:d}" if cell.nulls else ""
    letters = f"{t} >= 'A' AND {t} < 'I' OR {t} >= 'J' AND {t} < 'i' OR {t} >= 'j'"  # not "inf"
    return f"""CASE
        WHEN {t} IS NULL THEN {Cells.MISSING:d}
        {word}
        WHEN {is_among(t, rules.TRUE_WORDS + rules.FALSE_WORDS)} THEN {Cells.BOOLEAN:d}
        WHEN {letters} THEN {Cells.TEXT:d}
        WHEN {t} >= '0' AND {cell.is_like(DATE_FORM)} THEN {_day(cell)}
        WHEN {cell.matches(rules.INTEGER)} THEN CASE
            WHEN strlen({t}) < 16 THEN {Cells.INTEGER:d}
            WHEN {integer} IS NULL THEN {Cells.HUGE:d}
            WHEN {integer} {_EXACT} THEN {Cells.INTEGER:d}
            ELSE {Cells.WIDE:d} END
        WHEN {cell.matches(rules.FLOAT)} THEN CASE
            WHEN try_cast({t} AS DOUBLE) {_EXACT} THEN {Cells.FLOAT:d}
            ELSE {Cells.FLOAT | Cells.FAR:d} END
        {_dated(cell)}
        ELSE {Cells.TEXT:d} END"""


def classified_json(cell: Cell, string: Cell) -> str:
    """Return the SQL of what a cell of JSON is.

    The common forms come first: of lines of sixteen fields, to ask the patterns alone took twice as
    long. A number of JSON has one form, so that a cast is enough for it.

    Args:
        cell: The JSON text: quoted if it is a string.
        string: The text between the quotes, if it is one.
    """
    t = cell.text
    integer = f"CAST(try_cast({t} AS BIGINT) AS VARCHAR) = {t}"
    short = f"strlen({t}) < 16 AND {t} < ':' AND {t} >="
    is_day = replace(cell, quoted=True).is_like(DATE_FORM)
    return f"""CASE
        WHEN {short} '-' AND {integer} THEN {Cells.INTEGER:d}
        WHEN {short} '0' AND contains({t}, '.') AND try_cast({t} AS DOUBLE) {_EXACT}
        THEN {Cells.FLOAT:d}
        WHEN {t} >= '"' AND {t} < '#' THEN CASE
            WHEN {t} < '"0' OR {t} >= '":' THEN {Cells.TEXT:d}
            WHEN {is_day} THEN {_day(string)}
            {_dated(string)}
            ELSE {Cells.TEXT:d} END
        WHEN {t} >= '[' AND {t} < '\\' THEN {Cells.NESTED:d}
        WHEN {t} >= '{{' AND {t} < '|' THEN {Cells.NESTED:d}
        ELSE {classified(cell)} END"""


def _day(cell: Cell) -> str:
    """Return the SQL of what text of a day's form is: a date, if there is such a day."""
    exists = f"{cell.is_from(rules.FIRST_DATE)} AND try_cast({cell.text} AS TIMESTAMP) IS NOT NULL"
    return f"CASE WHEN {exists} THEN {Cells.DATE:d} ELSE {Cells.TEXT:d} END"


def _dated(cell: Cell) -> str:
    """Return the WHEN clauses of dates and times, which have to be ones that exist."""
    forms = (
        (rules.DATE, "DATE", Cells.DATE),
        (rules.TIMESTAMP, "TIMESTAMP", Cells.TIMESTAMP),
        (rules.TIMESTAMP_TZ, "TIMESTAMP WITH TIME ZONE", Cells.TIMESTAMP_TZ),
    )
    return "\n".join(
        f"WHEN {cell.matches(form)} AND {cell.text} >= '{rules.FIRST_DATE}'"
        f" AND try_cast({cell.text} AS {type_}) IS NOT NULL THEN {what:d}"
        for form, type_, what in forms
    )
