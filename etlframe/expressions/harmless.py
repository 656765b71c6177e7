"""pandas' words that a query string may say, each with the arguments that it may give them.

pandas runs any method that a string names, ``to_csv`` as well. Here a word is allowed because it is
in this table: it computes one column, or one value, from columns and plain values, calls no
function of anybody's, reads and writes nothing else, and its work is bounded by the data. Words
that have no operation tree run in pandas.

``word(a, b)``: the arguments in pandas' order; those after ``*`` by name alone; one in brackets is
pandas', and is not allowed. ``#`` before a word: its answer is never text.
"""

from __future__ import annotations

import re

from etlframe.frozen import frozen

_SERIES = """
abs() add(other, [level], fill_value) radd(other, [level], fill_value)
sub(other, [level], fill_value) rsub(other, [level], fill_value)
mul(other, [level], fill_value) rmul(other, [level], fill_value)
div(other, [level], fill_value) rdiv(other, [level], fill_value)
truediv(other, [level], fill_value) rtruediv(other, [level], fill_value)
floordiv(other, [level], fill_value) rfloordiv(other, [level], fill_value)
mod(other, [level], fill_value) rmod(other, [level], fill_value)
pow(other, [level], fill_value) rpow(other, [level], fill_value)
#eq(other, [level], fill_value) #ne(other, [level], fill_value)
#lt(other, [level], fill_value) #le(other, [level], fill_value)
#gt(other, [level], fill_value) #ge(other, [level], fill_value)
#isna() #isnull() #notna() #notnull() #isin(values) #between(left, right, inclusive)
clip(lower, upper) round(decimals) fillna(value) where(cond, other) mask(cond, other)
astype(dtype) replace(to_replace, value) map(func) ffill(*, limit) bfill(*, limit)
diff(periods) shift(periods, [freq], [axis], fill_value) #pct_change(periods)
cumsum(*, skipna) cumprod(*, skipna) cummax(*, skipna) cummin(*, skipna)
#rank([axis], method, [numeric_only], na_option, ascending, pct) #duplicated(keep)
sum(*, skipna, min_count) prod(*, skipna, min_count) min(*, skipna) max(*, skipna)
#mean(*, skipna) #median(*, skipna) #std(*, skipna, ddof) #var(*, skipna, ddof)
#sem(*, skipna, ddof) #skew(*, skipna) #kurt(*, skipna) #count() #nunique(dropna)
#any(*, skipna) #all(*, skipna) quantile(q, interpolation)
"""

_TEXT = """
upper() lower() title() capitalize() casefold() swapcase() normalize(form)
strip(to_strip) lstrip(to_strip) rstrip(to_strip) removeprefix(prefix) removesuffix(suffix)
#len() #count(pat) #find(sub, start, end) #rfind(sub, start, end)
#contains(pat, case, [flags], na, regex) #match(pat, case, [flags], na)
#fullmatch(pat, case, [flags], na) #startswith(pat, na) #endswith(pat, na)
replace(pat, repl, n, case, [flags], regex) slice(start, stop, step)
slice_replace(start, stop, repl) get(i) split(pat, *, n, regex) rsplit(pat, *, n) join(sep)
extract(pat, *, expand) findall(pat) cat(others, sep, na_rep)
pad(width, side, fillchar) center(width, fillchar) ljust(width, fillchar)
rjust(width, fillchar) zfill(width) repeat(repeats)
#isalnum() #isalpha() #isascii() #isdecimal() #isdigit() #islower() #isnumeric() #isspace()
#istitle() #isupper()
"""

_TIME = """
#normalize() #floor(freq, ambiguous, nonexistent) #ceil(freq, ambiguous, nonexistent)
#round(freq, ambiguous, nonexistent) #tz_localize(tz, ambiguous, nonexistent) #tz_convert(tz)
#as_unit(unit) #isocalendar() #total_seconds() strftime(date_format) day_name() month_name()
"""

_TIME_PARTS = """
year month day hour minute second microsecond nanosecond quarter weekday dayofweek day_of_week
dayofyear day_of_year days_in_month daysinmonth is_leap_year is_month_start is_month_end
is_quarter_start is_quarter_end is_year_start is_year_end date time timetz
days seconds microseconds nanoseconds
"""

_WORD = re.compile(r"(#?)(\w+)\(([^)]*)\)")


@frozen
class Word:
    """A method that a string may call.

    Attributes:
        name: pandas' word.
        arguments: Its arguments in pandas' order, with those that are not allowed.
        by_position: How many of them may stand without their name.
        refused: Those that are pandas' and not allowed.
        never_text: Whether its answer is never text.
    """

    name: str
    arguments: tuple[str, ...]
    by_position: int
    refused: frozenset[str]
    never_text: bool


def _word(never_text: str, name: str, arguments: str) -> Word:
    each = [argument.strip() for argument in arguments.split(",") if argument.strip()]
    by_position = len(each)
    for at, argument in enumerate(each):
        if argument.startswith("*"):
            by_position, each[at] = at, argument.removeprefix("*")
    named = [argument.strip(" []") for argument in each]
    refused = frozenset(argument[1:-1] for argument in each if argument.startswith("["))
    names = tuple(argument for argument in named if argument)
    return Word(name, names, by_position, refused, bool(never_text))


def _table(words: str) -> dict[str, Word]:
    return {word.name: word for word in (_word(*found) for found in _WORD.findall(words))}


METHODS: dict[str, dict[str, Word]] = {
    "": _table(_SERIES),
    "str": _table(_TEXT),
    "dt": _table(_TIME),
    "cat": _table("as_ordered() as_unordered()"),
}
"""Accessor ("" for the column itself) -> the methods that a string may call."""

ATTRIBUTES: dict[str, frozenset[str]] = {
    "": frozenset(),
    "str": frozenset(),
    "dt": frozenset(_TIME_PARTS.split()),
    "cat": frozenset(("codes",)),
}
"""Accessor -> its words that are not called."""

CALENDAR = frozenset(("year", "week", "day"))
"""What ``.dt.isocalendar()`` has."""

REDUCTIONS = frozenset(
    (
        "sum", "prod", "min", "max", "mean", "median", "std", "var", "sem", "skew", "kurt",
        "count", "nunique", "any", "all", "quantile",
    )
)  # fmt: skip
"""Methods of a column that give one value."""

FUNCTIONS: dict[str, int] = {
    **dict.fromkeys(
        (
            "sin", "cos", "tan", "exp", "log", "expm1", "log1p", "sqrt", "sinh", "cosh", "tanh",
            "arcsin", "arccos", "arctan", "arccosh", "arcsinh", "arctanh", "abs", "log10", "floor",
            "ceil",
        ),
        1,
    ),
    "arctan2": 2,
}  # fmt: skip
"""pandas' functions -> how many arguments. One more would be numpy's ``out``, and be written to."""

CONSTANTS = ("inf", "Inf")
"""Names that pandas reads as numbers, also where a column has such a name."""

DTYPES = (
    r"int|float|str|string|bool|boolean|object|category|u?int(8|16|32|64)|float(32|64)"
    r"|U?Int(8|16|32|64)|Float(32|64)|(datetime|timedelta)64\[(s|ms|us|ns)\]"
)
"""What ``astype`` may be given. numpy reads more than a type in other texts: shapes, too."""

_ZONES = r"(?!dateutil/)[A-Za-z][\w+-]*(/[A-Za-z][\w+-]*){0,2}|[+-]\d\d:\d\d"

MOST: dict[str, int] = {"width": 1_000, "repeats": 1_000, "decimals": 100, "n": 10_000}
"""Arguments that make work or text -> the most that they may be."""


def is_zone(zone: object) -> bool:
    """Return whether a time zone's name may be asked for: pandas opens a file for others."""
    return isinstance(zone, str) and re.fullmatch(_ZONES, zone) is not None
