"""Every portable operation: its name, pandas' words for it, its meaning, and what kinds it takes.

The rule of an operation returns the kind of its answer, or raises ``NotPortable`` for kinds where
an engine is not known to give pandas' answer: that step then runs in pandas. So a rule is a list
of what is known to be right, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable

Kinds = Sequence[Kind]
Rule = Callable[[Kinds, tuple[Any, ...]], Kind | None]


@dataclass(frozen=True)
class Operation:
    """One portable operation.

    Attributes:
        name: Its name in a tree.
        words: How people write it in pandas.
        meaning: What it gives, missing values included.
        rule: The kinds of its operands and its parameters to the kind of its answer; None where
            those operands are not portable.
        keeps_missing: Whether a missing operand makes the answer missing.
    """

    name: str
    words: str
    meaning: str
    rule: Rule
    keeps_missing: bool = True

    def kind(self, kinds: Kinds, params: tuple[Any, ...]) -> Kind:
        """Return the kind of the answer, or raise ``NotPortable`` naming this operation."""
        found = self.rule(kinds, params)
        if found is None:
            shown = ", ".join(kinds)
            raise NotPortable(f"{self.words} on ({shown}) is known to be right in pandas only")
        return found


def _arithmetic(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    if all(kind is Kind.INT for kind in kinds):
        return Kind.INT
    return Kind.FLOAT if all(kind.is_number for kind in kinds) else None


def _add(kinds: Kinds, params: tuple[Any, ...]) -> Kind | None:
    if all(kind is Kind.STR for kind in kinds):
        return Kind.STR
    return _arithmetic(kinds, params)


def _divide(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.FLOAT if all(kind.is_number for kind in kinds) else None


def _of_ints(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.INT if all(kind is Kind.INT for kind in kinds) else None


def _of_floats(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.FLOAT if all(kind.is_number for kind in kinds) else None


def _same_number(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return kinds[0] if kinds[0].is_number else None


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


def _text(answer: Kind) -> Rule:
    return lambda kinds, _params: answer if all(kind is Kind.STR for kind in kinds) else None


def _time_part(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.INT if kinds[0].is_time else None


def _to_float(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.FLOAT if kinds[0].is_number else None


def _table(*operations: Operation) -> dict[str, Operation]:
    return {operation.name: operation for operation in operations}


_EITHER = "missing if either operand is"
_KEPT = "a missing value stays missing"
_NEVER = "a comparison with a missing value is False, never missing"

OPERATIONS: dict[str, Operation] = _table(
    # arithmetic
    Operation("add", "+", f"sum, or text put together; {_EITHER}", _add),
    Operation("sub", "-", f"difference; {_EITHER}", _arithmetic),
    Operation("mul", "*", f"product; {_EITHER}", _arithmetic),
    Operation("truediv", "/", "quotient; x / 0 is inf, 0 / 0 is missing", _divide),
    Operation("floordiv", "//", "rounded down; i // 0 is missing (departure)", _of_ints),
    Operation("mod", "%", "the divisor's sign; i % 0 is missing (departure)", _of_ints),
    Operation("square", "** 2", "the number times itself", _same_number),
    Operation("neg", "-x", _KEPT, _same_number),
    Operation("abs", "abs", f"absolute value; {_KEPT}", _same_number),
    Operation("round", "round", "half to even", _same_number),
    Operation("sqrt", "sqrt", "of a negative number: missing", _of_floats),
    Operation("exp", "exp", _KEPT, _of_floats),
    Operation("log", "log", "natural; of 0 -inf, of a negative number missing", _of_floats),
    Operation("floor", "floor", _KEPT, _same_number),
    Operation("ceil", "ceil", _KEPT, _same_number),
    Operation("to_float", "astype(float)", _KEPT, _to_float),
    # comparison
    Operation("eq", "==", _NEVER, _equality, keeps_missing=False),
    Operation("ne", "!=", "True where a side is missing", _equality, keeps_missing=False),
    Operation("lt", "<", _NEVER, _ordering, keeps_missing=False),
    Operation("le", "<=", _NEVER, _ordering, keeps_missing=False),
    Operation("gt", ">", _NEVER, _ordering, keeps_missing=False),
    Operation("ge", ">=", _NEVER, _ordering, keeps_missing=False),
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
    # text
    Operation("upper", ".str.upper", _KEPT, _text(Kind.STR)),
    Operation("lower", ".str.lower", _KEPT, _text(Kind.STR)),
    Operation("strip", ".str.strip", f"white space off both ends; {_KEPT}", _text(Kind.STR)),
    Operation("lstrip", ".str.lstrip", f"white space off the left; {_KEPT}", _text(Kind.STR)),
    Operation("rstrip", ".str.rstrip", f"white space off the right; {_KEPT}", _text(Kind.STR)),
    Operation("len", ".str.len", "code points", _text(Kind.INT)),
    Operation("contains", ".str.contains", _NEVER, _text(Kind.BOOL), keeps_missing=False),
    Operation("startswith", ".str.startswith", _NEVER, _text(Kind.BOOL), keeps_missing=False),
    Operation("endswith", ".str.endswith", _NEVER, _text(Kind.BOOL), keeps_missing=False),
    Operation("replace", ".str.replace", "literal, all", _text(Kind.STR)),
    Operation("slice", ".str.slice, .str[:n]", "by code points", _text(Kind.STR)),
    # time
    *(
        Operation(part, f".dt.{part}", _KEPT, _time_part)
        for part in ("year", "month", "day", "hour", "minute", "second")
    ),
    Operation("dayofweek", ".dt.day_of_week", "Monday is 0", _time_part),
    Operation("dayofyear", ".dt.day_of_year", _KEPT, _time_part),
    Operation("quarter", ".dt.quarter", _KEPT, _time_part),
)
