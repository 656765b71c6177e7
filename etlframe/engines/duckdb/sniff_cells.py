"""What cells of text are, in SQL, for a sniff: by the patterns of the rules of inference."""

from __future__ import annotations

from etlframe.engines.duckdb import sniff_rules as rules
from etlframe.engines.duckdb.reader_cells import DATE_FORM, Cell
from etlframe.engines.duckdb.reader_words import is_among
from etlframe.engines.duckdb.sniff_rules import Cells


def classified(cell: Cell) -> str:
    """Return the SQL of what a cell of text is: one of :class:`Cells`, as an integer.

    Nothing is cast but what is of the type's form, as a cast that fails takes a tenth of a
    microsecond: in a CASE of its own, since DuckDB changes the order of what AND joins.
    """
    t = cell.text
    integer = f"try_cast({t} AS BIGINT)"
    exact = f"BETWEEN -{rules.EXACT_IN_FLOAT} AND {rules.EXACT_IN_FLOAT}"
    word = f"WHEN {cell.is_word} THEN {Cells.MISSING | Cells.WORD:d}" if cell.nulls else ""
    letters = f"{t} >= 'A' AND {t} < 'I' OR {t} >= 'J' AND {t} < 'i' OR {t} >= 'j'"  # not "inf"
    return f"""CASE
        WHEN {t} IS NULL THEN {Cells.MISSING:d}
        {word}
        WHEN {is_among(t, rules.TRUE_WORDS + rules.FALSE_WORDS)} THEN {Cells.BOOLEAN:d}
        WHEN {letters} THEN {Cells.TEXT:d}
        WHEN {t} >= '0' AND {cell.is_like(DATE_FORM)} THEN CASE
            WHEN {cell.is_from(rules.FIRST_DATE)} AND try_cast({t} AS TIMESTAMP) IS NOT NULL
            THEN {Cells.DATE:d} ELSE {Cells.TEXT:d} END
        WHEN {cell.matches(rules.INTEGER)} THEN CASE
            WHEN strlen({t}) < 16 THEN {Cells.INTEGER:d}
            WHEN {integer} IS NULL THEN {Cells.HUGE:d}
            WHEN {integer} {exact} THEN {Cells.INTEGER:d}
            ELSE {Cells.WIDE:d} END
        WHEN {cell.matches(rules.FLOAT)} THEN CASE
            WHEN try_cast({t} AS DOUBLE) {exact} THEN {Cells.FLOAT:d}
            ELSE {Cells.FLOAT | Cells.FAR:d} END
        {_dated(cell)}
        ELSE {Cells.TEXT:d} END"""


def classified_json(cell: Cell, string: Cell) -> str:
    """Return the SQL of what a cell of JSON is.

    Args:
        cell: The JSON text: quoted if it is a string.
        string: The text between the quotes, if it is one.
    """
    return f"""CASE
        WHEN {cell.text} >= '"' AND {cell.text} < '#' THEN CASE
            {_dated(string)}
            ELSE {Cells.TEXT:d} END
        WHEN {cell.text} >= '[' AND {cell.text} < '\\' THEN {Cells.NESTED:d}
        WHEN {cell.text} >= '{{' AND {cell.text} < '|' THEN {Cells.NESTED:d}
        ELSE {classified(cell)} END"""


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
