"""A tree with the kind of every node, and where its missing values can come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from etlframe.expressions.decimals import literal_origins
from etlframe.expressions.kinds import Kind
from etlframe.expressions.operation import Operation
from etlframe.expressions.tree import Call, Column, Literal, Node, NotPortable, columns_of
from etlframe.expressions.typed import NOWHERE, OTHER_UNIT, Origin, Origins, Typed
from etlframe.expressions.vocabulary import OPERATIONS
from etlframe.expressions.vocabulary_decimals import OF_DECIMALS, of_decimals

_COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
_CHOICES = ("where", "keep")

_LITERAL_KINDS: dict[type, Kind] = {
    bool: Kind.BOOL,
    int: Kind.INT,
    float: Kind.FLOAT,
    str: Kind.STR,
    dt.datetime: Kind.DATETIME,
    dt.timedelta: Kind.TIMEDELTA,
    Decimal: Kind.DECIMAL,
}


def annotate(
    node: Node, schema: Mapping[str, Kind], origins: Mapping[str, Origins], here: str
) -> Typed:
    """Return a tree with kinds and origins.

    Args:
        node: A tree whose columns are all in ``schema``.
        schema: The kinds of the frame's columns.
        origins: Where each column's missing values can come from.
        here: The relation that the tree is computed on.

    Raises:
        NotPortable: An operation is not known to be right on these kinds.
    """
    if isinstance(node, Column):
        return Typed(node, schema[node.name], origins.get(node.name, NOWHERE))
    if isinstance(node, Literal):
        return Typed(node, _LITERAL_KINDS[type(node.value)], literal_origins(node.value))
    args = tuple(annotate(each, schema, origins, here) for each in node.args)
    return _called(node, args, here)


def _called(node: Call, args: tuple[Typed, ...], here: str) -> Typed:
    """Return an operation with the kind of its answer and where that may be missing."""
    if node.op in _COMPARISONS:
        args = _with_moments(args)
    if node.op in _CHOICES and args[0].kind is Kind.TERNARY:  # a choice takes missing for False
        args = (replace(args[0], kind=Kind.BOOL), *args[1:])
    operation = OPERATIONS[node.op]
    if any(each.kind in OF_DECIMALS for each in args):
        return of_decimals(node, args, operation, here)
    args = _as_floats(operation, args, node.params)
    kind = operation.kind([each.kind for each in args], node.params)
    for at in operation.whole:
        if args[at].kind is Kind.INT and args[at].origins:
            raise NotPortable(f"{operation.words} with whole numbers that may miss runs in pandas")
    if operation.in_microseconds and any(OTHER_UNIT in each.origins for each in args):
        raise NotPortable(f"{operation.words} of times that are not in microseconds runs in pandas")
    typed = Typed(node, kind, NOWHERE, args)
    if operation.makes_missing:
        return replace(typed, origins=_origins_of(typed, here))
    if not operation.keeps_missing:
        return typed
    kept = args[:1] if node.op == "fillna" else args
    return replace(typed, origins=NOWHERE.union(*(_passed_on(each, kind, here) for each in kept)))


def _as_floats(
    operation: Operation, args: tuple[Typed, ...], params: tuple[Any, ...]
) -> tuple[Typed, ...]:
    """Take whole numbers that are known to miss as the floats that pandas has, where it helps."""
    kinds = [each.kind for each in args]
    if operation.rule(kinds, params) is not None:
        return args
    return tuple(
        Typed(Call("to_float", (each.node,)), Kind.FLOAT, each.origins, (each,))
        if each.kind is Kind.INT and any(origin.known for origin in each.origins)
        else each
        for each in args
    )


_SAME_DTYPE = ("keep", "replace_values")
"""Operations whose answer, the last operand's dtype, is wider where that one's was."""


def _origins_of(typed: Typed, here: str) -> Origins:
    """A value that may miss where no operand does: the expression itself is where to look."""
    made = frozenset({Origin(here, "", value=typed)})
    same = isinstance(typed.node, Call) and typed.node.op in _SAME_DTYPE
    column = typed.args[-1]
    return made | column.origins if same and column.kind is typed.kind else made


def _passed_on(arg: Typed, kind: Kind, here: str) -> Origins:
    """Where an answer's missing values come from, for one operand.

    A whole number that was float64 stays float64. But the length of a text, or the year of a time,
    is a whole number where no text is missing in the rows that are left *here*.
    """
    if kind is not Kind.INT or arg.kind is Kind.INT or not arg.origins:
        return arg.origins
    if any(origin.value for origin in arg.origins):
        return frozenset({Origin(here, "", value=arg)})
    return frozenset(Origin(here, name) for name in columns_of(arg.node))


def _with_moments(args: tuple[Typed, ...]) -> tuple[Typed, ...]:
    """Pandas reads a text that is compared with a timestamp as an ISO date, as pandas does."""
    if not any(each.kind.is_time for each in args):
        return args
    return tuple(_moment(each) for each in args)


def _moment(typed: Typed) -> Typed:
    if not isinstance(typed.node, Literal) or typed.kind is not Kind.STR:
        return typed
    text: Any = typed.node.value
    try:
        value = dt.datetime.fromisoformat(text)
    except ValueError:
        value = None
    iso_day = len("2013-01-01")
    if value is None or value.tzinfo is not None or len(text) < iso_day or text[4] != "-":
        raise NotPortable(f"a timestamp compared with the text {text!r} runs in pandas")
    return Typed(Literal(value), Kind.DATETIME)
