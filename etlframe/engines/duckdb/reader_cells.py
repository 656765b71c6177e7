"""Cells of text as typed values, in SQL that checks every one of them.

DuckDB's own casts are too kind for that: in a column of integers they read ``1.5`` as 2 and
``007`` as 7 without a word, and a timestamp's offset is dropped. So a cell is read as text and
cast only where its text is of the type's form. A quick test of the common forms (comparisons of
the first bytes, a cast there and back) comes before the patterns: measured, the whole costs a
third of the reading, where the patterns alone would double it.

A cell that does not fit raises ``error(...)``. DuckDB does not move a filter by a column before an
expression that may raise, so every column is one, text too: every cell of the columns in use is
checked, also in rows that a later step drops.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from etlframe.engines.duckdb import sniff_rules as rules
from etlframe.engines.duckdb.reader_words import is_among
from etlframe.engines.duckdb.text import value as literal
from etlframe.expressions.kinds import Kind
from etlframe.frozen import frozen

CELL_FAULT = "etlframe-cell"
"""What an error for a cell begins with: ``etlframe-cell|<position of the column>|<the text>``."""

NOT_A_NUMBER = "NaN"
"""JSON has no word for it, but Python writes this one."""


DATE_FORM = "____-__-__"
"""What is cast to a timestamp has no form of these but a date's, as a test of millions of texts
showed. As a date, ``2024-01-2 `` would be one."""


@frozen
class Cell:
    """A column of text in SQL, to be read as a kind.

    Attributes:
        text: The SQL of the text; NULL where the value is missing.
        at: The column's position in the file.
        nulls: Words that mean a missing value.
        nulls_first: Whether such a word could also be read as a value, and so is looked for first.
        given: Whether the user named the type: leading zeros are then dropped.
        is_json: Whether the text is a JSON value: numbers have one form there.
        quoted: Whether the text is the JSON of a string, whose value stands between its quotes.
        again: The SQL of the error, instead of the cell's own, for the text ``NaN``, which may be
            JSON's bare word or a string, and for what may be no string.
        missing: The SQL of what a missing value becomes, other than text.
    """

    text: str
    at: int
    nulls: Sequence[str] = ()
    nulls_first: bool = False
    given: bool = False
    is_json: bool = False
    quoted: bool = False
    again: str = ""
    missing: str = "NULL"

    @property
    def inner(self) -> str:
        """The SQL of the text that the value stands in: without the quotes, if there are any."""
        return between_quotes(self.text) if self.quoted else self.text

    @property
    def is_null(self) -> str:
        """The SQL of whether the cell is missing."""
        return f"{self.text} IS NULL OR {self.is_word}" if self.nulls else f"{self.text} IS NULL"

    @property
    def is_word(self) -> str:
        """The SQL of whether the cell is one of the words for missing; nothing without words."""
        return is_among(self.text, self.nulls) if self.nulls else ""

    @property
    def fault(self) -> str:
        """The SQL that raises for the cell."""
        told = f"'{CELL_FAULT}|{self.at}|' || {self.inner}"
        if self.again:
            told = f"CASE {self.text} WHEN '{NOT_A_NUMBER}' THEN {self.again} ELSE {told} END"
        return f"error({told})"

    def matches(self, pattern: str) -> str:
        """Return the SQL of whether the whole text has a form, as a pattern of RE2."""
        whole = f'"(?:{pattern})"' if self.quoted else pattern
        return f"regexp_full_match({self.text}, {literal(whole)})"

    def is_like(self, form: str) -> str:
        """Return the SQL of whether the whole text has a form, as a pattern of LIKE."""
        return f"{self.text} LIKE {literal(self._between(form))}"

    def has_form(self, form: str) -> str:
        """Return the SQL of whether the whole text has a form, as a pattern of GLOB.

        Measured: it takes a little longer than LIKE, and far less than a pattern of RE2.
        """
        return f"({self.text} GLOB {literal(self._between(form))})"

    def is_from(self, first: str) -> str:
        """Return the SQL of whether the text sorts at a text or after it."""
        return f"{self.text} >= {literal(self._between(first)[: len(first) + self.quoted])}"

    def _between(self, text: str) -> str:
        return f'"{text}"' if self.quoted else text


def between_quotes(text: str) -> str:
    """Return the SQL of the text between the quotes of a JSON string that has no escapes."""
    return f"substring({text}, 2, length({text}) - 2)"


@frozen
class Checked:
    """How a cell becomes a value.

    Attributes:
        cast: SQL that is computed once, under the name in ``value``; NULL where it cannot be cast.
        tests: SQL tests, the quickest first: one that holds makes the cast the value.
    """

    cast: str
    tests: Sequence[str]


def checked(cell: Cell, kind: Kind, name: str) -> tuple[str | None, str]:
    """Return the SQL of a typed cell.

    Args:
        cell: The text.
        kind: What to read it as.
        name: A quoted identifier for the cast, which a subquery around the text has to compute.

    Returns:
        The SQL of the cast, or None where there is none, and the SQL of the value.
    """
    if kind in (Kind.STR, Kind.OTHER):
        return None, unmoved(cell, cell.text)
    if kind is Kind.BOOL:
        return None, _boolean(cell)
    if kind is Kind.INT and cell.is_json:
        return _integer_of_json(cell, name)
    how = _CHECKS[kind](cell, name)
    tests = [f"WHEN {test} THEN {name}" for test in how.tests]
    missing = f"WHEN {cell.is_null} THEN {cell.missing}"
    order = [missing, *tests] if cell.nulls_first else [tests[0], missing, *tests[1:]]
    return how.cast, f"CASE {' '.join(order)} ELSE {cell.fault} END"


def unmoved(cell: Cell, value: str) -> str:
    """Return the SQL of a value that needs no check, as one that no filter is moved before."""
    missing = f"WHEN {cell.is_word} THEN NULL " if cell.nulls else ""
    return f"CASE {missing}WHEN strlen({cell.text}) < 0 THEN {cell.fault} ELSE {value} END"


def _boolean(cell: Cell) -> str:
    words = [
        f"WHEN {cell.text} IN ({', '.join(map(literal, among))}) THEN {answer}"
        for among, answer in ((rules.TRUE_WORDS, "TRUE"), (rules.FALSE_WORDS, "FALSE"))
    ]
    missing = f"WHEN {cell.is_null} THEN {cell.missing}"
    order = [missing, *words] if cell.nulls_first else [*words, missing]
    return f"CASE {' '.join(order)} ELSE {cell.fault} END"


def _integer_of_json(cell: Cell, name: str) -> tuple[str, str]:
    """Return the SQL of the cast and of the value: JSON has no numbers that deceive, as 007 does.

    A float tells whether the number is whole at half of what it costs to compare it as text.
    """
    integer = f"try_cast({cell.text} AS BIGINT)"
    whole = f"{is_exact(name)} AND {name} = trunc({name})"
    wide = f"{cell.matches(rules.INTEGER)} AND {integer} IS NOT NULL"
    value = (
        f"CASE WHEN {whole} THEN CAST({name} AS BIGINT) WHEN {cell.is_null} THEN {cell.missing}"
        f" WHEN {wide} THEN {integer} ELSE {cell.fault} END"
    )
    return f"try_cast({cell.text} AS DOUBLE)", value


def _integer(cell: Cell, name: str) -> Checked:
    form = rules.GIVEN_INTEGER if cell.given else rules.INTEGER
    there_and_back = f"CAST({name} AS VARCHAR) = {cell.text}"
    return Checked(
        f"try_cast({cell.text} AS BIGINT)",
        (there_and_back, f"{name} IS NOT NULL AND {cell.matches(form)}"),
    )


def _float(cell: Cell, name: str) -> Checked:
    t = cell.text
    cast = f"try_cast({t} AS DOUBLE)"
    if cell.given:
        return Checked(cast, (f"{name} IS NOT NULL AND {cell.matches(rules.GIVEN_FLOAT)}",))
    exact = is_exact(name)
    if cell.is_json:
        common = [exact]
    else:
        # It begins like a number without leading zeros, and is one.
        common = [
            f"{t} BETWEEN '{sign}0' AND '{sign}9~' AND {t} NOT BETWEEN '{sign}00' AND '{sign}09~'"
            f" AND NOT contains({t}, '_') AND {exact}"
            for sign in ("", "-")
        ]
    whole = f"{exact} AND {cell.matches(rules.INTEGER)}"
    return Checked(
        cast, (*common, f"{name} IS NOT NULL AND ({cell.matches(rules.FLOAT)} OR {whole})")
    )


def is_exact(number: str) -> str:
    """Return the SQL of whether a float is so small that no whole number is lost in it."""
    return f"{number} BETWEEN -{rules.EXACT_IN_FLOAT} AND {rules.EXACT_IN_FLOAT}"


def _date(cell: Cell, name: str) -> Checked:
    if cell.quoted:  # between quotes no space is taken for a digit, and this is half the work
        form = f"strlen({cell.text}) = 12 AND {cell.is_from(rules.FIRST_DATE)}"
        cast = f"try_strptime({cell.text}, '\"%Y-%m-%d\"')"
        return Checked(cast, (f"{form} AND {name} IS NOT NULL",))
    form = f"{cell.is_like(DATE_FORM)} AND {cell.is_from(rules.FIRST_DATE)}"
    return Checked(f"try_cast({cell.inner} AS TIMESTAMP)", (f"{form} AND {name} IS NOT NULL",))


def _timestamp(cell: Cell, name: str) -> Checked:
    since = cell.is_from(rules.FIRST_DATE)
    # The cast reads "10:05: 1" and "10:05:1Z", too, so that digits have to be asked for.
    usual = cell.has_form("????-??-?[0-9][ T][0-9][0-9]:[0-9][0-9]:[0-9][0-9]")
    form = cell.matches(f"{rules.TIMESTAMP}|{rules.DATE}")
    return Checked(
        f"try_cast({cell.inner} AS TIMESTAMP)",
        (
            f"{usual} AND {since} AND {name} IS NOT NULL",
            f"{name} IS NOT NULL AND {form} AND {since}",
        ),
    )


def _timestamp_tz(cell: Cell, name: str) -> Checked:
    form = f"{cell.matches(rules.TIMESTAMP_TZ)} AND {cell.is_from(rules.FIRST_DATE)}"
    return Checked(
        f"try_cast({cell.inner} AS TIMESTAMP WITH TIME ZONE)", (f"{name} IS NOT NULL AND {form}",)
    )


_CHECKS: dict[Kind, Callable[[Cell, str], Checked]] = {
    Kind.INT: _integer,
    Kind.FLOAT: _float,
    Kind.DATE: _date,
    Kind.DATETIME: _timestamp,
    Kind.DATETIME_TZ: _timestamp_tz,
}
