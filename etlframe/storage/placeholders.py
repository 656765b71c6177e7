"""Values bound into a query: one way to write their places, whatever the database's own is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from etlframe.errors import OptionError, UnknownNameError

Params = Mapping[str, Any] | Sequence[Any]

# What may hold a $ that is no place: texts, quoted names, comments, PostgreSQL's $$ texts $$.
_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
    | (?<![\w$])\$(?P<place>[A-Za-z_]\w*|\d+)""",
    re.VERBOSE | re.DOTALL,
)
_SIGN = {"sqlite": "?", "postgresql": "$", "duckdb": "$"}


def bound(sql: str, params: Params | None, database: str) -> tuple[str, list[Any]]:
    """Return a query with its places as a database writes them, and the values in their order.

    Args:
        sql: The query, with ``$name`` or ``$1``, ``$2`` ... where values go.
        params: The values: by name, or a list for numbers.
        database: One of ``DATABASES``.

    Raises:
        OptionError: ``params`` is neither, or a value has no place in the query.
        UnknownNameError: A place has no value.

    >>> bound("SELECT * FROM t WHERE a > $least AND b = '$least'", {"least": 3}, "sqlite")
    ("SELECT * FROM t WHERE a > ?1 AND b = '$least'", [3])
    """
    if params is None:
        return sql, []
    given = _by_name(params)
    used: dict[str, int] = {}

    def placed(match: re.Match[str]) -> str:
        name = match["place"]
        if name is None:
            return match[0]
        if name not in given:
            raise UnknownNameError("value in params", f"${name}", [f"${each}" for each in given])
        return f"{_SIGN[database]}{used.setdefault(name, len(used) + 1)}"

    made = _TOKEN.sub(placed, sql)
    unused = [name for name in given if name not in used]
    if unused:
        raise OptionError(f"The query has no place ${unused[0]} for a value of params.")
    return made, [_plain(given[name]) for name in used]


def _by_name(params: Params) -> dict[str, Any]:
    if isinstance(params, Mapping):
        return {str(name): value for name, value in params.items()}
    if isinstance(params, Sequence) and not isinstance(params, str | bytes):
        return {str(at): value for at, value in enumerate(params, start=1)}
    kind = type(params).__name__
    raise OptionError(f"params is a dict of names, or a list, and not {kind}.")


def _plain(value: Any) -> Any:
    """Return a value of NumPy or pandas as Python's own, which every driver knows."""
    for name in ("to_pydatetime", "to_pytimedelta", "item"):
        convert = getattr(value, name, None)
        if callable(convert):
            return convert()
    return value
