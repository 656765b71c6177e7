"""The operations of conditions: comparison, logic, missing values, choice; and casts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from etlframe.expressions.kinds import Kind
from etlframe.expressions.operation import KEPT, NEVER, Kinds, Operation, table


def _comparable(kinds: Kinds) -> bool:
    left, right = kinds
    return (
        (left.is_number and right.is_number)
        or (left is right is Kind.STR)
        or (left.is_time and right.is_time)
    )


def _equality(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    booleans = all(kind.is_boolean for kind in kinds)
    return Kind.BOOL if booleans or _comparable(kinds) else None


def _ordering(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.BOOL if _comparable(kinds) else None


def _logic(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.BOOL if all(kind is Kind.BOOL for kind in kinds) else None


def _anything_to_bool(_kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.BOOL


def _values_kind(values: Sequence[Any]) -> set[type]:
    return {type(value) for value in values if value is not None}


def _isin(kinds: Kinds, params: tuple[Any, ...]) -> Kind | None:
    types = _values_kind(params[0])
    if kinds[0] is Kind.STR and types <= {str}:
        return Kind.BOOL
    # Only whole numbers among whole numbers: numpy compares a mixed list as floats.
    if kinds[0] is Kind.INT and types <= {int}:
        return Kind.BOOL
    if kinds[0] is Kind.FLOAT and types <= {int, float}:
        return Kind.BOOL
    return None


def _fill(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    column, value = kinds
    if column is value and column in (Kind.INT, Kind.FLOAT, Kind.STR):
        return column
    return Kind.FLOAT if column is Kind.FLOAT and value is Kind.INT else None


def _choose(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    condition, yes, no = kinds
    if condition is not Kind.BOOL:
        return None
    if yes is no and yes in (Kind.INT, Kind.FLOAT, Kind.STR, Kind.BOOL):
        return yes
    return Kind.FLOAT if yes.is_number and no.is_number else None


def _np_where(kinds: Kinds, params: tuple[Any, ...]) -> Kind | None:
    # numpy makes an object column of a text column and a literal; of two literals, text.
    (plain,) = params
    return None if Kind.STR in kinds[1:] and not plain else _choose(kinds, ())


def _to_float(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.FLOAT if kinds[0].is_number else None


MISSING: dict[str, Operation] = table(
    # comparison
    Operation("eq", "==", NEVER, _equality, keeps_missing=False),
    Operation("ne", "!=", "True where a side is missing", _equality, keeps_missing=False),
    Operation("lt", "<", NEVER, _ordering, keeps_missing=False),
    Operation("le", "<=", NEVER, _ordering, keeps_missing=False),
    Operation("gt", ">", NEVER, _ordering, keeps_missing=False),
    Operation("ge", ">=", NEVER, _ordering, keeps_missing=False),
    # logic, of columns that cannot be missing
    Operation("and", "and, &", "both", _logic, keeps_missing=False),
    Operation("or", "or, |", "either", _logic, keeps_missing=False),
    Operation("not", "not, ~", "the opposite", _logic, keeps_missing=False),
    # missing values and membership
    Operation("isna", "isna", "NaN, None and NaT are one", _anything_to_bool, keeps_missing=False),
    Operation("notna", "notna", "the opposite of isna", _anything_to_bool, keeps_missing=False),
    Operation("fillna", "fillna", "the value where missing", _fill),
    Operation("isin", "isin, in", "None among the values: missing too", _isin, keeps_missing=False),
    Operation("where", "where, mask, clip", "the first where True, else the second", _choose),
    Operation("np_where", "np.where", "the first where True, else the second", _np_where),
    Operation("to_float", "astype(float)", KEPT, _to_float),
)
