"""What is portable of decimals, and what it gives.

``+ - *`` of decimals and whole numbers are exact. Beside a float a decimal is the nearest float. A
comparison has three values: it is missing where an operand is, ``query`` drops such a row, and so
it does after ``not``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from etlframe.expressions.decimals import (
    EXACT_IN_FLOAT,
    MOST,
    QUOTIENT,
    added,
    fits,
    known_digits,
    multiplied,
)
from etlframe.expressions.kinds import Kind
from etlframe.expressions.operation import Operation
from etlframe.expressions.tree import Call, Literal, NotPortable
from etlframe.expressions.typed import NOWHERE, Digits, Origin, Origins, Typed, may_miss, of_digits

OF_DECIMALS = frozenset({Kind.DECIMAL, Kind.DECIMAL_FLOAT, Kind.TERNARY})
_EXACT = (Kind.DECIMAL, Kind.INT)
_INEXACT = (Kind.FLOAT, Kind.DECIMAL_FLOAT)
_CONDITIONS = (Kind.BOOL, Kind.TERNARY)

Args = tuple[Typed, ...]
Params = tuple[Any, ...]


class Answer(NamedTuple):
    """The kind of an answer, and its digits where that is a decimal."""

    kind: Kind
    digits: Digits | None = None


Rule = Callable[[Args, Params], Answer | None]


def of_decimals(node: Call, args: Args, operation: Operation, here: str) -> Typed:
    """Return an operation on decimals, typed.

    Args:
        node: The operation.
        args: Its operands.
        operation: What the vocabulary says of it.
        here: The relation that it is computed on.

    Raises:
        NotPortable: It is not known to be right on them.
    """
    args = tuple(map(_as_pandas_holds, args))
    rule = _RULES.get(node.op)
    found = rule(args, node.params) if rule and _keys_known(node, args, operation) else None
    if found is None:
        shown = ", ".join(each.kind for each in args)
        raise NotPortable(f"{operation.words} on ({shown}) is known to be right in pandas only")
    typed = Typed(node, found.kind, NOWHERE, args)
    if found.kind is Kind.BOOL:
        return typed
    missing = _missing(typed, here, makes=operation.makes_missing)
    digits = NOWHERE if found.digits is None else of_digits(found.digits)
    return replace(typed, origins=missing | digits)


def _as_pandas_holds(arg: Typed) -> Typed:
    """Whole numbers with missing values are floats in pandas, and then so is what they make."""
    if arg.kind is not Kind.INT or not may_miss(arg.origins):
        return arg
    if not any(origin.known for origin in arg.origins):
        raise NotPortable("decimals beside whole numbers that may miss run in pandas")
    return Typed(Call("to_float", (arg.node,)), Kind.FLOAT, arg.origins, (arg,))


def _keys_known(node: Call, args: Args, operation: Operation) -> bool:
    """Whether the keys of groups are known to be right; the value is looked at elsewhere."""
    if not node.op.startswith("group_"):
        return True
    kinds = [Kind.FLOAT, *(each.kind for each in args[1:])]
    return operation.rule(kinds, node.params) is not None


def _missing(typed: Typed, here: str, *, makes: bool) -> Origins:
    if typed.kind is Kind.TERNARY or makes:
        may = makes or any(may_miss(each.origins) or _may_be_nan(each) for each in typed.args)
        return frozenset({Origin(here, "", value=typed)}) if may else NOWHERE
    everywhere = NOWHERE.union(*(each.origins for each in typed.args))
    return frozenset(origin for origin in everywhere if origin.digits is None)


def _may_be_nan(arg: Typed) -> bool:
    return arg.kind in _INEXACT and not isinstance(arg.node, Literal)


def settled(typed: Typed) -> Typed:
    """Return a tree that becomes a column: with a kind that columns have."""
    if typed.kind is Kind.DECIMAL_FLOAT:
        return replace(typed, kind=Kind.FLOAT)
    if typed.kind is Kind.TERNARY:
        return replace(typed, kind=Kind.MAYBE_BOOL if may_miss(typed.origins) else Kind.BOOL)
    return typed


# -- the rules -------------------------------------------------------------------------------------


def _digits(arg: Typed) -> Digits | None:
    value = arg.node.value if isinstance(arg.node, Literal) else None
    return known_digits(arg.kind, arg.digits, value)


def _arithmetic(digits: Callable[[Digits, Digits], Digits | None]) -> Rule:
    def rule(args: Args, _params: Params) -> Answer | None:
        if _floats(args):
            return Answer(Kind.DECIMAL_FLOAT)
        one, other = map(_digits, args)
        if not _is_exact(args) or one is None or other is None:
            return None
        found = digits(one, other)
        return None if found is None else Answer(Kind.DECIMAL, found)

    return rule


def _is_exact(args: Args) -> bool:
    """Whether all are decimals or whole numbers, and not only as plain values."""
    columns = [each for each in args if not isinstance(each.node, Literal)]
    return all(each.kind in _EXACT for each in args) and Kind.DECIMAL in {c.kind for c in columns}


def _floats(args: Args) -> bool:
    """Whether all are numbers, and one of them makes floats of the others."""
    plain = any(each.kind is Kind.DECIMAL and isinstance(each.node, Literal) for each in args)
    kinds = [each.kind for each in args]
    return (
        not plain
        and all(kind in (*_EXACT, *_INEXACT) for kind in kinds)
        and any(kind in _INEXACT for kind in kinds)
    )


def _divided(args: Args, params: Params) -> Answer | None:
    floats = _floats(args) or (QUOTIENT in params and _is_exact(args))
    return Answer(Kind.DECIMAL_FLOAT) if floats else None


def _compared(args: Args, _params: Params) -> Answer | None:
    if _floats(args):
        return Answer(Kind.TERNARY)
    one, other = map(_digits, args)
    if not _is_exact(args) or one is None or other is None:
        return None
    whole = max(one.most - one.scale, other.most - other.scale)
    fit = whole + max(one.scale, other.scale) <= MOST
    return Answer(Kind.TERNARY) if fit else None


def _logic(args: Args, _params: Params) -> Answer | None:
    return Answer(Kind.TERNARY) if all(each.kind in _CONDITIONS for each in args) else None


def _is_missing(_args: Args, _params: Params) -> Answer:
    return Answer(Kind.BOOL)


def _isin(args: Args, params: Params) -> Answer | None:
    digits = args[0].digits
    values = [value for value in params[0] if value is not None]
    if digits is None or not all(type(value) in (int, float, Decimal) for value in values):
        return None
    told = all(type(value) is not float for value in values)
    return Answer(Kind.BOOL) if told or digits.precision <= EXACT_IN_FLOAT else None


def _same(args: Args, _params: Params) -> Answer | None:
    if args[0].kind is Kind.DECIMAL_FLOAT:
        return Answer(Kind.DECIMAL_FLOAT)
    return _moved(args, _params)


def _moved(args: Args, _params: Params) -> Answer | None:
    digits = args[0].digits
    return None if digits is None else Answer(Kind.DECIMAL, digits)


def _rounded(args: Args, _params: Params) -> Answer | None:
    digits = args[0].digits
    if digits is None:
        return None
    return Answer(Kind.DECIMAL, replace(digits, most=min(digits.most + 1, digits.precision)))


def _filled(args: Args, _params: Params) -> Answer | None:
    """A column with values that its own type holds."""
    column, other = args
    digits, others = column.digits, other.digits
    if digits is None:
        return None
    if isinstance(other.node, Literal):
        return Answer(Kind.DECIMAL, digits) if fits(other.node.value, digits) else None
    same = others and (others.precision, others.scale) == (digits.precision, digits.scale)
    return Answer(Kind.DECIMAL, replace(digits, most=digits.precision)) if same else None


def _where(args: Args, params: Params) -> Answer | None:
    return _filled(args[1:], params) if args[0].kind in _CONDITIONS else None


def _kept(args: Args, params: Params) -> Answer | None:
    return _moved(args[1:], params) if args[0].kind in _CONDITIONS else None


def _to_float(args: Args, _params: Params) -> Answer | None:
    return None if args[0].kind is Kind.TERNARY else Answer(Kind.FLOAT)


def _shifted(args: Args, params: Params) -> Answer | None:
    return _moved(args, params) if params[1] is None else None


def _summed(args: Args, _params: Params) -> Answer | None:
    digits = args[0].digits
    return None if digits is None else Answer(Kind.DECIMAL, Digits(MOST, digits.scale, MOST))


_RULES: dict[str, Rule] = {
    "add": _arithmetic(added),
    "sub": _arithmetic(added),
    "mul": _arithmetic(multiplied),
    "truediv": _divided,
    **dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge"), _compared),
    **dict.fromkeys(("and", "or", "xor", "not"), _logic),
    **dict.fromkeys(("isna", "notna"), _is_missing),
    "isin": _isin,
    **dict.fromkeys(("neg", "abs"), _same),
    "round": _rounded,
    "fillna": _filled,
    "where": _where,
    "keep": _kept,
    "to_float": _to_float,
    **dict.fromkeys(("order_shift", "group_shift"), _shifted),
    **{f"{over}_{word}": _moved for over in ("order", "group") for word in ("ffill", "bfill")},
    "group_sum": _summed,
    **{f"group_{word}": _moved for word in ("min", "max", "first", "last")},
}
