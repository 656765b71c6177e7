"""How a value is written: SQL expressions that turn a column into CSV text, JSON or Parquet.

Every engine writes through these, so a file never depends on the engine that made it: floats with
full precision, times in ISO 8601 with only the fraction they need, NaN as missing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from etlframe.engines.duckdb import text
from etlframe.expressions.kinds import Kind

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType

REFUSED = "etlframe cannot write this: "
"""What an error that a value raises inside the query begins with."""

_DAY, _HOUR, _MINUTE = 86_400_000_000, 3_600_000_000, 60_000_000  # in microseconds


def csv_text(value: str, kind_of: DuckDBPyType, kind: Kind = Kind.OTHER) -> str:
    """Return an expression for a value's CSV text, NULL where it is missing.

    Booleans are ``True`` and ``False``, as pandas writes and reads them; nested values are JSON.

    Args:
        value: The SQL of the value.
        kind_of: Its DuckDB type.
        kind: Its kind, which tells a date among timestamps.
    """
    if kind_of.id == "boolean":
        return f"CASE WHEN {value} THEN 'True' WHEN NOT {value} THEN 'False' END"
    if _is_nested(kind_of):
        return f"CASE WHEN {value} IS NOT NULL THEN {json_text(value, kind_of)} END"
    return _text(value, kind_of, kind)


def json_text(
    value: str, kind_of: DuckDBPyType, kind: Kind = Kind.OTHER, *, column: str = "", depth: int = 0
) -> str:
    """Return an expression for a value's JSON, the text ``null`` where it is missing.

    Args:
        value: The SQL of the value.
        kind_of: Its DuckDB type.
        kind: Its kind, which tells a date among timestamps.
        column: The column's name, for the error about infinity, which JSON has not.
        depth: How many nested values it is inside of.
    """
    if _is_nested(kind_of):
        made = _nested(value, kind_of, column, depth)
        return f"CASE WHEN {value} IS NULL THEN 'null' ELSE {made} END"
    return f"coalesce({_json_scalar(value, kind_of, kind, column)}, 'null')"


def parquet_value(value: str, kind_of: DuckDBPyType, kind: Kind, *, column: str) -> str:
    """Return an expression for a value in a type that Parquet has and that loses nothing.

    Time spans are ISO 8601 text: Parquet's own interval has milliseconds only.
    """
    if kind_of.id in ("float", "double"):
        return _without_nan(value)
    if kind_of.id == "interval":
        return _text(value, kind_of, kind)
    if kind_of.id == "hugeint":
        # DuckDB would write it as a DOUBLE, rounded.
        to, most = ("BIGINT", "64 bits") if kind is Kind.INT else ("DECIMAL(38, 0)", "38 digits")
        refused = _refusal(f"Column {column!r} holds a whole number of more than {most}.")
        made = f"TRY_CAST({value} AS {to})"
        return f"CASE WHEN {value} IS NULL OR {made} IS NOT NULL THEN {made} ELSE {refused} END"
    if kind is Kind.DATE and kind_of.id.startswith("timestamp"):
        refused = _refusal(f"Column {column!r} holds dates, and a time of day among them.")
        return f"CASE WHEN {_is_midnight(value)} THEN CAST({value} AS DATE) ELSE {refused} END"
    return value


def _is_nested(kind_of: DuckDBPyType) -> bool:
    return kind_of.id in ("list", "array", "struct", "map")


def _text(value: str, kind_of: DuckDBPyType, kind: Kind) -> str:
    """Return an expression for a single value's text, NULL where it is missing."""
    name = kind_of.id
    if name in ("float", "double"):
        return f"CAST({_without_nan(value)} AS VARCHAR)"
    if name.startswith("timestamp"):
        return _time_text(value, name, kind)
    if name == "interval":
        return _iso_duration(f"epoch_us({value})")
    if name == "blob":
        return f"base64({value})"
    as_text = f"CAST({value} AS VARCHAR)"
    if name == "decimal" and len(set(dict(kind_of.children).values())) == 1:
        return rf"regexp_replace({as_text}, '^(-?)\.', '\10.')"  # all digits are behind the point
    return as_text


def _time_text(value: str, name: str, kind: Kind) -> str:
    if "time zone" in name or "tz" in name:
        in_utc = f"timezone('UTC', {value})"
        return f"{_iso(in_utc)} || '+00:00'"
    return _date_or_time(value) if kind is Kind.DATE else _iso(value)


def _json_scalar(value: str, kind_of: DuckDBPyType, kind: Kind, column: str) -> str:
    name = kind_of.id
    if str(kind_of) == "JSON" or name == "boolean" or name in _NUMBERS:
        return _text(value, kind_of, kind)
    if name in ("float", "double"):
        refused = _refusal(
            f"Column {column!r} holds infinity, which JSON has not. "
            f"Replace it first, or write CSV or Parquet."
        )
        return f"CASE WHEN isinf({value}) THEN {refused} ELSE {_text(value, kind_of, kind)} END"
    if name in ("date", "interval", "blob") or name.startswith("timestamp"):
        return f"'\"' || {_text(value, kind_of, kind)} || '\"'"
    return f"CAST(to_json({_text(value, kind_of, kind)}) AS VARCHAR)"


_NUMBERS = frozenset(
    f"{sign}{size}int" for sign in ("", "u") for size in ("tiny", "small", "big", "huge")
) | {"integer", "uinteger", "decimal"}


def _nested(value: str, kind_of: DuckDBPyType, column: str, depth: int) -> str:
    # An array's size stands among its children.
    children = {n: t for n, t in kind_of.children if not isinstance(t, int | list)}
    if kind_of.id == "struct":
        fields = {
            name: json_text(
                f"struct_extract({value}, {text.value(name)})", child, column=column, depth=depth
            )
            for name, child in children.items()
        }
        return json_object(fields)
    each = f"x{depth}"
    if kind_of.id == "map":
        key = f"CAST(to_json(CAST({each}.key AS VARCHAR)) AS VARCHAR)"
        entry = json_text(f"{each}.value", children["value"], column=column, depth=depth + 1)
        return _joined(f"map_entries({value})", each, f"concat({key}, ':', {entry})", "{}")
    item = json_text(each, children["child"], column=column, depth=depth + 1)
    return _joined(value, each, item, "[]")


def json_object(fields: dict[str, str], *, end: str = "") -> str:
    """Return an expression for a JSON object, its keys in order, from expressions for JSON.

    Args:
        fields: Key -> the SQL of its JSON.
        end: What stands behind the object.
    """
    parts = []
    for at, (name, made) in enumerate(fields.items()):
        key = json.dumps(name, ensure_ascii=False)
        parts += [text.value(f"{'{' if at == 0 else ','}{key}:"), made]
    closed = [*parts, text.value(f"}}{end}")]
    return f"concat({', '.join(closed)})" if parts else text.value(f"{{}}{end}")


def _joined(items: str, each: str, made: str, brackets: str) -> str:
    items = f"array_to_string(list_transform({items}, lambda {each}: {made}), ',')"
    return f"concat('{brackets[0]}', {items}, '{brackets[1]}')"


def _without_nan(value: str) -> str:
    return f"CASE WHEN NOT isnan({value}) THEN {value} END"


def _iso(value: str) -> str:
    return f"replace(CAST({value} AS VARCHAR), ' ', 'T')"


def _date_or_time(value: str) -> str:
    date = f"CAST(CAST({value} AS DATE) AS VARCHAR)"
    return f"CASE WHEN {_is_midnight(value)} THEN {date} ELSE {_iso(value)} END"


def _is_midnight(value: str) -> str:
    return f"({value} IS NULL OR {value} = date_trunc('day', {value}))"


def _iso_duration(microseconds: str) -> str:
    """Return an expression such as ``P1DT2H3M4.5S``, which ``pd.to_timedelta`` reads."""
    size = f"abs({microseconds})"
    seconds = f"CAST(CAST({size} % {_MINUTE} AS DOUBLE) / 1000000 AS DECIMAL(8, 6))"
    shortest = f"rtrim(rtrim(CAST({seconds} AS VARCHAR), '0'), '.')"
    return (
        f"CASE WHEN {microseconds} < 0 THEN '-' ELSE '' END || 'P'"
        f" || {size} // {_DAY} || 'DT' || {size} % {_DAY} // {_HOUR} || 'H'"
        f" || {size} % {_HOUR} // {_MINUTE} || 'M' || {shortest} || 'S'"
    )


def _refusal(what: str) -> str:
    return f"error({text.value(REFUSED + what)})"
