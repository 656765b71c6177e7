"""The operations that see other rows: aggregates of the frame, the row order, and groups.

``frame_mean`` is one value for all rows; ``order_cumsum`` needs the rows in their order; and
``group_mean``, ``group_cumsum`` are the same within the groups of their other operands, the keys.
A row whose key is missing is in no group, and its answer is missing.
"""

from __future__ import annotations

from typing import Any

from etlframe.expressions.kinds import Kind
from etlframe.expressions.operation import Kinds, Operation, Rule, table
from etlframe.expressions.tree import Call, Column, Node

_NUMBERS = (Kind.INT, Kind.FLOAT)
_TIMES = (Kind.DATE, Kind.DATETIME)
_ORDERED = (*_NUMBERS, *_TIMES, Kind.STR, Kind.BOOL)
_KEYS = (*_ORDERED, Kind.DATETIME_TZ)
_MOVABLE = (*_ORDERED, Kind.MAYBE_BOOL, Kind.DATETIME_TZ, Kind.TIMEDELTA)


def _whole(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return None if kinds[0] in (Kind.OTHER, Kind.DECIMAL, Kind.MAYBE_BOOL) else Kind.INT


def _to_float(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.FLOAT if kinds[0] in _NUMBERS else None


def _mean(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.FLOAT if kinds[0] in (*_NUMBERS, Kind.BOOL) else None


def _sum(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.INT if kinds[0] is Kind.BOOL else kinds[0] if kinds[0] in _NUMBERS else None


def _floats(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.FLOAT if kinds[0] is Kind.FLOAT else None


def _extreme(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return kinds[0] if kinds[0] in (*_NUMBERS, *_TIMES) else None


def _extreme_or_text(kinds: Kinds, params: tuple[Any, ...]) -> Kind | None:
    return Kind.STR if kinds[0] is Kind.STR else _extreme(kinds, params)


def _truth(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.BOOL if kinds[0] in (*_NUMBERS, Kind.BOOL) else None


def _truth_or_missing(kinds: Kinds, params: tuple[Any, ...]) -> Kind | None:
    return Kind.MAYBE_BOOL if _truth(kinds, params) else None


def _moved(kinds: Kinds, params: tuple[Any, ...]) -> Kind | None:
    kind = kinds[0]
    _, fill = params
    if fill is None:
        return None if kind not in _MOVABLE else Kind.MAYBE_BOOL if kind is Kind.BOOL else kind
    given = {int: Kind.INT, float: Kind.FLOAT, str: Kind.STR, bool: Kind.BOOL}.get(type(fill))
    return kind if kind is given or (kind, given) == (Kind.FLOAT, Kind.INT) else None


def _ranked(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.FLOAT if kinds[0] in _ORDERED else None


def _filled(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return kinds[0] if kinds[0] in (*_NUMBERS, *_TIMES, Kind.STR, Kind.DATETIME_TZ) else None


def _counted(_kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.INT


def _grouped(rule: Rule, groups: int) -> Rule:
    """Return the rule within groups; ``groups`` operands before the keys are the rule's own."""

    def within(kinds: Kinds, params: tuple[Any, ...]) -> Kind | None:
        keys = kinds[groups:]
        known = keys and all(kind in _KEYS for kind in keys)
        return rule(kinds[:groups], params) if known else None

    return within


_SKIPS = "missing values are skipped"
_STAYS = "missing values are skipped, and stay missing"
_SCALARS: dict[str, Rule] = {
    "count": _whole,
    "nunique": _whole,
    "sum": _sum,
    "mean": _mean,
    "median": _to_float,
    "std": _to_float,
    "var": _to_float,
    "min": _extreme,
    "max": _extreme,
    "quantile": _to_float,
    "any": _truth,
    "all": _truth,
}
_OF_GROUPS: dict[str, Rule] = {
    **{word: rule for word, rule in _SCALARS.items() if word != "quantile"},
    "min": _extreme_or_text,
    "max": _extreme_or_text,
    "any": _truth_or_missing,
    "all": _truth_or_missing,
    "size": _counted,
}
_IN_ORDER: dict[str, Rule] = {
    "cumsum": _sum,
    "cumprod": _floats,
    "cummax": _extreme,
    "cummin": _extreme,
    "shift": _moved,
    "rank": _ranked,
    "ffill": _filled,
    "bfill": _filled,
}

WINDOWS: dict[str, Operation] = table(
    *(
        Operation(f"frame_{word}", f".{word}()", f"one value; {_SKIPS}", rule, sees="frame")
        for word, rule in _SCALARS.items()
    ),
    *(
        Operation(f"order_{word}", f".{word}()", _STAYS, rule, sees="order")
        for word, rule in _IN_ORDER.items()
    ),
    *(
        Operation(
            f"group_{word}", f"groupby().transform({word!r})", _SKIPS, _grouped(rule, 1),
            sees="frame",
        )
        for word, rule in _OF_GROUPS.items()
    ),
    *(
        Operation(
            f"group_{word}", f"groupby().transform({word!r})", _SKIPS, _grouped(_filled, 1),
            sees="order",
        )
        for word in ("first", "last")
    ),
    *(
        Operation(f"group_{word}", f"groupby().{word}()", _STAYS, _grouped(rule, 1), sees="order")
        for word, rule in _IN_ORDER.items()
    ),
    Operation(
        "group_cumcount", "groupby().cumcount()", "counts from 0", _grouped(_counted, 0),
        sees="order",
    ),
)  # fmt: skip


def is_window(node: Node) -> bool:
    """Say whether a node itself, not what is below it, sees other rows than its own."""
    return isinstance(node, Call) and node.op in WINDOWS


def is_scalar(node: Node) -> bool:
    """Say whether pandas has one value where the tree has a column: an aggregate of the frame."""
    if not isinstance(node, Call) or node.op.startswith("frame_"):
        return not isinstance(node, Column)
    return not is_window(node) and all(map(is_scalar, node.args))
