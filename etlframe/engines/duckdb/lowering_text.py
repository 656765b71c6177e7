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


def _trim(function: str) -> Build:
    return lambda args, _params: f"{function}({args[0].sql}, {text.value(_WHITE_SPACE)})"


def _slice(args: Operands, params: tuple[Any, ...]) -> str:
    first, stop = params
    length = "" if stop is None else f", {max(stop - first, 0)}"
    return f"substring({args[0].sql}, {first + 1}{length})"


SEARCHES: dict[str, Build] = {
    "contains": function("contains"),
    "startswith": function("starts_with"),
    "endswith": function("ends_with"),
}
"""Operation -> its lowering, NULL where the text is, and then meaning False."""

TEXT: dict[str, Build] = {
    "upper": function("upper"),
    "lower": function("lower"),
    "strip": _trim("trim"),
    "lstrip": _trim("ltrim"),
    "rstrip": _trim("rtrim"),
    "len": function("length"),
    "replace": function("replace"),
    "slice": _slice,
}
"""Operation -> its lowering."""
