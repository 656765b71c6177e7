"""The operations of conditions: comparison, logic, missing values, choice; and casts."""

from __future__ import annotations

import datetime as dt
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
        or (left is right and left in (Kind.TIMEDELTA, Kind.DATETIME_TZ))
    )


def _equality(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    booleans = all(kind.is_boolean for kind in kinds)
    return Kind.BOOL if booleans or _comparable(kinds) else None


def _ordering(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.BOOL if _comparable(kinds) else None


def _logic(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.BOOL if all(kind is Kind.BOOL for kind in kinds) else None


def _and_or(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    # A missing boolean beside one that is never missing counts as False.
    return Kind.BOOL if Kind.BOOL in kinds and all(kind.is_boolean for kind in kinds) else None


def _anything_to_bool(_kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.BOOL


def _number_to_bool(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.BOOL if kinds[0].is_number else None


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
    if kinds[0].is_time and types <= {dt.datetime}:
        return Kind.BOOL
    return None


def _fill(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    column, value = kinds
    if column.is_time and value.is_time:
        return Kind.DATETIME
    if column is Kind.MAYBE_BOOL and value is Kind.BOOL:
        return column  # object dtype stays object
    if column is value and column in (Kind.INT, Kind.FLOAT, Kind.STR, Kind.BOOL, Kind.TIMEDELTA):
        return column
    return Kind.FLOAT if column is Kind.FLOAT and value is Kind.INT else None


_CHOSEN = (Kind.INT, Kind.FLOAT, Kind.STR, Kind.BOOL, Kind.DATETIME, Kind.TIMEDELTA)


def _where(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    # Whole numbers beside a float stay int64 where no float is taken: the data tells, not the kind.
    condition, column, other = kinds
    if condition is not Kind.BOOL:
        return None
    if column.is_time and other.is_time:
        return Kind.DATETIME
    if column is other and column in _CHOSEN:
        return column
    return Kind.FLOAT if (column, other) == (Kind.FLOAT, Kind.INT) else None


def _keep(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    condition, column = kinds
    if condition is not Kind.BOOL or column in (Kind.OTHER, Kind.DECIMAL):
        return None
    return Kind.MAYBE_BOOL if column is Kind.BOOL else column


def _np_where(kinds: Kinds, params: tuple[Any, ...]) -> Kind | None:
    # numpy makes an object column of a text column and a literal; of two literals, text.
    (plain,) = params
    condition, yes, no = kinds
    if condition is not Kind.BOOL or (Kind.STR in kinds and not plain):
        return None
    if yes is no and yes in (Kind.INT, Kind.FLOAT, Kind.STR, Kind.BOOL):
        return yes
    return Kind.FLOAT if yes.is_number and no.is_number else None


_OF_TYPE: dict[type, Kind] = {bool: Kind.BOOL, int: Kind.INT, float: Kind.FLOAT, str: Kind.STR}
_KEYS: dict[Kind, set[type]] = {
    Kind.INT: {int},
    Kind.FLOAT: {int, float},
    Kind.STR: {str},
    Kind.BOOL: {bool},
}


def _mapped(kinds: Kinds, params: tuple[Any, ...]) -> Kind | None:
    keys, values = ({type(each) for each in column} for column in params)
    if not keys or not keys <= _KEYS.get(kinds[0], set()):
        return None
    if values == {bool}:
        return Kind.MAYBE_BOOL
    if len(values) == 1:
        return _OF_TYPE.get(values.pop())
    return Kind.FLOAT if values == {int, float} else None


def _replaced(kinds: Kinds, params: tuple[Any, ...]) -> Kind | None:
    old, new = ({type(each) for each in column if each is not None} for column in params)
    allowed = _KEYS.get(kinds[0], set())
    return kinds[0] if kinds[0] is not Kind.BOOL and old | new <= allowed else None


def _to_float(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.FLOAT if kinds[0].is_number or kinds[0] is Kind.BOOL else None


def _to_int(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.INT if kinds[0].is_number or kinds[0] is Kind.BOOL else None


def _to_bool(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.BOOL if kinds[0].is_number or kinds[0] in (Kind.BOOL, Kind.STR) else None


def _to_str(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    # A float's digits are not the same everywhere, and a time's depend on its unit.
    return Kind.STR if kinds[0] in (Kind.INT, Kind.BOOL, Kind.STR) else None


MISSING: dict[str, Operation] = table(
    # comparison
    Operation("eq", "==", NEVER, _equality, keeps_missing=False),
    Operation("ne", "!=", "True where a side is missing", _equality, keeps_missing=False),
    Operation("lt", "<", NEVER, _ordering, keeps_missing=False),
    Operation("le", "<=", NEVER, _ordering, keeps_missing=False),
    Operation("gt", ">", NEVER, _ordering, keeps_missing=False),
    Operation("ge", ">=", NEVER, _ordering, keeps_missing=False),
    # logic, of columns that cannot be missing
    Operation("and", "and, &", "both", _and_or, keeps_missing=False),
    Operation("or", "or, |", "either", _and_or, keeps_missing=False),
    Operation("xor", "^", "one of the two", _logic, keeps_missing=False),
    Operation("not", "not, ~", "the opposite", _logic, keeps_missing=False),
    # missing values and membership
    Operation("isna", "isna", "NaN, None and NaT are one", _anything_to_bool, keeps_missing=False),
    Operation("notna", "notna", "the opposite of isna", _anything_to_bool, keeps_missing=False),
    Operation("isnan", "np.isnan", "isna of a number", _number_to_bool, keeps_missing=False),
    Operation("fillna", "fillna", "the value where missing", _fill, in_microseconds=True),
    Operation("isin", "isin, in", "None among the values: missing too", _isin, keeps_missing=False),
    Operation(
        "where",
        "where, mask, clip",
        "the column where True, else the other",
        _where,
        whole=(2,),
        in_microseconds=True,
    ),
    Operation("keep", "where, mask", "missing where not True", _keep, makes_missing=True),
    Operation("map", "map", "missing where the dict has no such key", _mapped, makes_missing=True),
    Operation(
        "replace_values", "replace", "whole values, all at once", _replaced, makes_missing=True
    ),
    Operation("np_where", "np.where", "the first where True, else the second", _np_where),
    # casts
    Operation("to_float", "astype(float)", KEPT, _to_float),
    Operation(
        "to_int",
        "astype(int)",
        "truncates; of a missing value: an error",
        _to_int,
        keeps_missing=False,
    ),
    Operation("to_bool", "astype(bool)", "a missing value is True", _to_bool, keeps_missing=False),
    Operation("to_str", "astype(str)", "True is 'True'", _to_str, whole=(0,)),
)
