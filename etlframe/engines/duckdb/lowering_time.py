"""Words of ``.dt`` -> SQL with pandas' meaning.

A time with a zone is an instant; pandas holds those of engines in UTC, and so are its parts.
"""

from __future__ import annotations

from typing import Any

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.operand import Build, Operand, Operands
from etlframe.expressions.kinds import Kind

_DAY = 86_400_000_000
_SECOND = 1_000_000


def _clock(operand: Operand) -> str:
    """Return a time as its calendar shows it."""
    if operand.kind is Kind.DATETIME_TZ:
        return f"({operand.sql} AT TIME ZONE 'UTC')"
    return operand.sql


def _of_clock(template: str) -> Build:
    return lambda args, _params: template.format(t=_clock(args[0]))


def _to_unit(template: str) -> Build:
    """Return the lowering of a rounding, from the microseconds and those beyond the unit below."""

    def build(args: Operands, params: tuple[Any, ...]) -> str:
        (unit,) = params
        at = f"epoch_us({args[0].sql})"
        beyond = f"(({at} % {unit} + {unit}) % {unit})"
        moved = template.format(at=at, beyond=beyond, unit=unit)
        made = f"make_timestamp({moved})"
        return f"({made} AT TIME ZONE 'UTC')" if args[0].kind is Kind.DATETIME_TZ else made

    return build


# Half to even, as pandas has it: the multiple of the unit that is even.
_ROUNDED = (
    "{at} - {beyond} + CASE WHEN 2 * {beyond} > {unit} OR (2 * {beyond} = {unit} "
    "AND (({at} - {beyond}) // {unit}) % 2 <> 0) THEN {unit} ELSE 0 END"
)


def _duration(template: str) -> Build:
    return lambda args, _params: template.format(d=f"epoch_us({args[0].sql})")


_BEYOND_DAY = f"(({{d}} % {_DAY} + {_DAY}) % {_DAY})"
_BEYOND_SECOND = f"(({{d}} % {_SECOND} + {_SECOND}) % {_SECOND})"


def _strftime(args: Operands, params: tuple[Any, ...]) -> str:
    (form,) = params
    clock = _clock(args[0])
    if form and _is_padded(form):
        return f"strftime({clock}, {text.value(form)})"
    # With any other code pandas asks Python, whose year before 1000 has fewer digits.
    short = f"ltrim(strftime({clock}, '%Y'), '0')"
    parts = [
        short if part == "%Y" else f"strftime({clock}, {text.value(part)})"
        for part in _split_years(form)
    ]
    return f"({' || '.join(parts)})" if parts else f"CASE WHEN {clock} IS NOT NULL THEN '' END"


def _is_padded(form: str) -> bool:
    """Say whether pandas formats by itself, with four digits for every year."""
    return {part[1] for part in _codes(form) if part[0] == "%"} <= set("YmdHMSf%")


def _split_years(form: str) -> list[str]:
    parts = [""]
    for code in _codes(form):
        if code == "%Y":
            parts += [code, ""]
        else:
            parts[-1] += code
    return [part for part in parts if part]


def _to_datetime(args: Operands, params: tuple[Any, ...]) -> str:
    (form,) = params
    written = args[0].sql
    # DuckDB skips white space and takes signs where pandas does not.
    pattern = "".join(_DIGITS.get(part, part) for part in _codes(form))
    fits = f"regexp_full_match({written}, {text.value(pattern)})"
    return f"CASE WHEN {fits} THEN try_strptime({written}, {text.value(form)}) END"


_DIGITS = {
    "%Y": "[0-9]{4}", "%m": "[0-9]{1,2}", "%d": "[0-9]{1,2}", "%H": "[0-9]{1,2}",
    "%M": "[0-9]{1,2}", "%S": "[0-9]{1,2}", "/": "/", ".": "[.]", "-": "-", ":": ":",
}  # fmt: skip


def _codes(form: str) -> list[str]:
    parts, at = [], 0
    while at < len(form):
        parts.append(form[at : at + 2] if form[at] == "%" else form[at])
        at += len(parts[-1])
    return parts


QUESTIONS: dict[str, Build] = {
    "is_month_start": _of_clock("(day({t}) = 1)"),
    "is_month_end": _of_clock("(day({t}) = day(last_day({t})))"),
    "is_quarter_start": _of_clock("(day({t}) = 1 AND month({t}) % 3 = 1)"),
    "is_quarter_end": _of_clock("(month({t}) % 3 = 0 AND day({t}) = day(last_day({t})))"),
    "is_year_start": _of_clock("(dayofyear({t}) = 1)"),
    "is_year_end": _of_clock("(month({t}) = 12 AND day({t}) = 31)"),
    "is_leap_year": _of_clock(
        "(year({t}) % 4 = 0 AND (year({t}) % 100 <> 0 OR year({t}) % 400 = 0))"
    ),
}
"""Operation -> its lowering, NULL where the time is, and then meaning False."""

TIME: dict[str, Build] = {
    **{
        part: _of_clock(f"{part}({{t}})")
        for part in ("year", "month", "day", "hour", "minute", "second", "dayofyear", "quarter")
    },
    "microsecond": _of_clock("(microsecond({t}) % 1000000)"),
    "days_in_month": _of_clock("day(last_day({t}))"),
    "dayofweek": _of_clock("(isodow({t}) - 1)"),
    "day_name": _of_clock("dayname({t})"),
    "month_name": _of_clock("monthname({t})"),
    "strftime": _strftime,
    "time_floor": _to_unit("{at} - {beyond}"),
    "time_ceil": _to_unit("{at} - {beyond} + CASE WHEN {beyond} = 0 THEN 0 ELSE {unit} END"),
    "time_round": _to_unit(_ROUNDED),
    "localize_utc": lambda args, _params: f"({args[0].sql} AT TIME ZONE 'UTC')",
    "without_zone": lambda args, _params: f"({args[0].sql} AT TIME ZONE 'UTC')",
    "total_seconds": _duration(f"({{d}} / {_SECOND}::DOUBLE)"),
    "duration_days": _duration(f"({{d}} // {_DAY} - ({{d}} % {_DAY} < 0)::BIGINT)"),
    "duration_seconds": _duration(f"({_BEYOND_DAY} // {_SECOND})"),
    "duration_microseconds": _duration(_BEYOND_SECOND),
    "to_datetime": _to_datetime,
}
"""Operation -> its lowering."""
