"""Words of ``.str`` -> Polars' expressions with pandas' meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etlframe.engines.polars.operand import Build, Operands, Params, unary, whole

if TYPE_CHECKING:
    import polars as pl

_WHITE_SPACE = "".join(
    chr(code)
    for code in (
        *range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B),
        0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
    )
)  # fmt: skip
"""What ``str.strip`` strips; Polars by itself leaves the separators 28 to 31."""


def _replace(args: Operands, _params: Params) -> pl.Expr:
    return args[0].expr.str.replace_all(args[1].value, args[2].value, literal=True)


def _slice(args: Operands, params: Params) -> pl.Expr:
    first, stop = params
    return args[0].expr.str.slice(first, None if stop is None else max(stop - first, 0))


SEARCHES: dict[str, Build] = {
    "contains": lambda args, _params: args[0].expr.str.contains(args[1].value, literal=True),
    "startswith": lambda args, _params: args[0].expr.str.starts_with(args[1].value),
    "endswith": lambda args, _params: args[0].expr.str.ends_with(args[1].value),
}
"""Operation -> its lowering, null where the text is, and then meaning False."""

TEXT: dict[str, Build] = {
    "upper": unary(lambda a: a.str.to_uppercase()),
    "lower": unary(lambda a: a.str.to_lowercase()),
    "strip": unary(lambda a: a.str.strip_chars(_WHITE_SPACE)),
    "lstrip": unary(lambda a: a.str.strip_chars_start(_WHITE_SPACE)),
    "rstrip": unary(lambda a: a.str.strip_chars_end(_WHITE_SPACE)),
    "len": whole(lambda a: a.str.len_chars()),
    "replace": _replace,
    "slice": _slice,
}
"""Operation -> its lowering."""
