"""Words of ``.str`` -> SQL with pandas' meaning."""

from __future__ import annotations

from typing import Any

from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.operand import Build, Operands, function

_WHITE_SPACE = "".join(
    chr(code)
    for code in (
        *range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B),
        0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
    )
)  # fmt: skip
"""What ``str.strip`` strips; DuckDB's own ``trim`` leaves tabs and newlines."""


_SHORT = 200
"""Characters of SQL that may be written several times."""

_PLAIN = "__etl_plain"


def _trim(function: str) -> Build:
    """Return how white space is stripped: most text has none, or plain spaces.

    DuckDB makes a set of the characters for every row: 1,200 ns, where to look at the ends takes
    30 (measured). A lambda names what is stripped of plain spaces, which a look in three places
    would strip in each.
    """

    def build(args: Operands, _params: tuple[Any, ...]) -> str:
        given = args[0].sql
        thorough = f"{function}({_PLAIN}, {text.value(_WHITE_SPACE)})"
        ends = f"CASE WHEN {_has_ends(function, _PLAIN)} THEN {_PLAIN} ELSE {thorough} END"
        stripped = f"list_transform([{function}({given})], lambda {_PLAIN}: {ends})[1]"
        if len(given) > _SHORT:
            return stripped
        return f"(CASE WHEN {_has_ends(function, given)} THEN {given} ELSE {stripped} END)"

    return build


def _has_ends(function: str, given: str) -> str:
    """Return the SQL of whether text begins and ends with visible characters of ASCII."""
    tests = {
        "ltrim": f"{given} >= '!' AND {given} < '\x7f'",
        "rtrim": f"({given})[-1] BETWEEN '!' AND '~'",
    }
    return tests.get(function) or " AND ".join(tests.values())


def _trim_characters(function: str) -> Build:
    return lambda args, params: f"{function}({args[0].sql}, {text.value(params[0])})"


def _slice(args: Operands, params: tuple[Any, ...]) -> str:
    first, stop = params
    length = "" if stop is None else f", {max(stop - first, 0)}"
    return f"substring({args[0].sql}, {first + 1}{length})"


def _slice_from_end(args: Operands, params: tuple[Any, ...]) -> str:
    first, stop = (_from_start(args[0].sql, bound) for bound in params)
    length = "" if stop is None else f", greatest({stop} - {first}, 0)"
    return f"substring({args[0].sql}, {first} + 1{length})"


def _from_start(written: str, bound: int | None) -> str | None:
    if bound is None or bound >= 0:
        return None if bound is None else str(bound)
    return f"greatest(length({written}) - {-bound}, 0)"


def _get(args: Operands, params: tuple[Any, ...]) -> str:
    (at,) = params
    written = args[0].sql
    if at >= 0:
        return f"CASE WHEN length({written}) > {at} THEN substring({written}, {at + 1}, 1) END"
    first = f"length({written}) - {-at - 1}"
    return f"CASE WHEN length({written}) >= {-at} THEN substring({written}, {first}, 1) END"


def _pad(function: str) -> Build:
    def build(args: Operands, params: tuple[Any, ...]) -> str:
        width, fill = params
        written, filled = args[0].sql, text.value(fill)
        return f"{function}({written}, greatest(length({written}), {width})::INTEGER, {filled})"

    return build


def _center(args: Operands, params: tuple[Any, ...]) -> str:
    width, fill = params
    written, filled = args[0].sql, text.value(fill)
    missing = f"greatest({width} - length({written}), 0)"
    # As str.center: the odd one goes to the left where the width is odd.
    left = f"({missing} + {width & 1}) // 2"
    padded = f"lpad({written}, (length({written}) + {left})::INTEGER, {filled})"
    return f"rpad({padded}, greatest(length({written}), {width})::INTEGER, {filled})"


def _zfill(args: Operands, params: tuple[Any, ...]) -> str:
    width, written = params[0], args[0].sql
    rest = f"lpad(substring({written}, 2), {width - 1}::INTEGER, '0')"
    return (
        f"CASE WHEN length({written}) >= {width} THEN {written} "
        f"WHEN {written}[1] IN ('+', '-') THEN {written}[1] || {rest} "
        f"ELSE lpad({written}, {width}::INTEGER, '0') END"
    )


def _remove(test: str, kept: str) -> Build:
    def build(args: Operands, params: tuple[Any, ...]) -> str:
        written, (gone,) = args[0].sql, params
        left = kept.format(written=written, size=len(gone))
        return f"CASE WHEN {test}({written}, {text.value(gone)}) THEN {left} ELSE {written} END"

    return build


def _is(characters: str) -> Build:
    return lambda args, _params: f"regexp_full_match({args[0].sql}, '[{characters}]+')"


def _with_pattern(function: str) -> Build:
    return lambda args, params: f"{function}({args[0].sql}, {text.value(params[0])})"


def _replace_matches(args: Operands, params: tuple[Any, ...]) -> str:
    pattern, repl = map(text.value, params)
    return f"regexp_replace({args[0].sql}, {pattern}, {repl}, 'g')"


def _extract(args: Operands, params: tuple[Any, ...]) -> str:
    written, pattern = args[0].sql, text.value(params[0])
    found = f"regexp_extract({written}, {pattern}, 1)"  # '' also where nothing matches
    return f"CASE WHEN regexp_matches({written}, {pattern}) THEN {found} END"


def _title(args: Operands, _params: tuple[Any, ...]) -> str:
    words = f"list_transform(regexp_extract_all(p, '[{_CASED}]+|[^{_CASED}]+'), {_TITLED})"
    parts = f"string_split({args[0].sql}, {_NOT_CASED})"
    return (
        f"array_to_string(list_transform({parts}, lambda p: array_to_string({words}, '')), "
        f"{_NOT_CASED})"
    )


_TITLED = "lambda w: upper(w[1]) || lower(w[2:])"
_CASED = r"\p{Lu}\p{Ll}\p{Lt}\x{345}\x{2160}-\x{217f}\x{24b6}-\x{24e9}"
"""Letters after which a word goes on, as Unicode and so pandas has them ..."""
_NOT_CASED = f"'{chr(0x295)}'"
"""... but for the one that RE2's older tables count among them."""

SEARCHES: dict[str, Build] = {
    "contains": function("contains"),
    "startswith": function("starts_with"),
    "endswith": function("ends_with"),
    "matches": _with_pattern("regexp_matches"),
    "isalpha": _is(r"\p{L}"),
    "isdecimal": _is(r"\p{Nd}"),
    "isdigit": _is(r"\p{Nd}\p{No}"),
    "isnumeric": _is(r"\p{N}"),
    "isalnum": _is(r"\p{L}\p{N}"),
    "isspace": lambda args, _params: (
        f"({args[0].sql} <> '' AND trim({args[0].sql}, {text.value(_WHITE_SPACE)}) = '')"
    ),
}
"""Operation -> its lowering, NULL where the text is, and then meaning False."""

TEXT: dict[str, Build] = {
    "upper": function("upper"),
    "lower": function("lower"),
    "capitalize": lambda args, _params: (
        f"(upper(substring({args[0].sql}, 1, 1)) || lower(substring({args[0].sql}, 2)))"
    ),
    "title": _title,
    "strip": _trim("trim"),
    "lstrip": _trim("ltrim"),
    "rstrip": _trim("rtrim"),
    "strip_characters": _trim_characters("trim"),
    "lstrip_characters": _trim_characters("ltrim"),
    "rstrip_characters": _trim_characters("rtrim"),
    "removeprefix": _remove("starts_with", "substring({written}, {size} + 1)"),
    "removesuffix": _remove("ends_with", "substring({written}, 1, length({written}) - {size})"),
    "len": function("length"),
    "find": lambda args, params: f"(strpos({args[0].sql}, {text.value(params[0])}) - 1)",
    "count_matches": lambda args, params: (
        f"len(regexp_extract_all({args[0].sql}, {text.value(params[0])}))"
    ),
    "replace": function("replace"),
    "replace_matches": _replace_matches,
    "extract": _extract,
    "slice": _slice,
    "slice_from_end": _slice_from_end,
    "get": _get,
    "lpad": _pad("lpad"),
    "rpad": _pad("rpad"),
    "center": _center,
    "zfill": _zfill,
    "repeat": lambda args, params: f"repeat({args[0].sql}, {params[0]})",
}
"""Operation -> its lowering."""
