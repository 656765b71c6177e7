"""A tree with the kind of every node, and where its missing values can come from.

The second matters because pandas has no missing integer: a whole-number column with a missing
value is float64, and stays float64 when the rows that miss it are filtered out. So each column
carries its *origins*: the places where a value may be missing. A frame that comes back from an
engine looks there to give the dtype that pandas would have.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from etlframe.expressions.kinds import Kind
from etlframe.expressions.operation import Operation
from etlframe.expressions.tree import Call, Column, Literal, Node, NotPortable, columns_of
from etlframe.expressions.vocabulary import OPERATIONS

_COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")


@dataclass(frozen=True, slots=True)
class Origin:
    """A place where values may be missing: a column of a relation.

    Attributes:
        relation: The relation's text in its engine's language, or any other name of it.
        column: The column.
        known: True where it is known to hold missing values, None where nobody has looked.
        value: An expression over the relation that may be missing, where it is no column.
    """

    relation: str
    column: str
    known: bool | None = None
    value: Typed | None = None


Origins = frozenset[Origin]
NOWHERE: Origins = frozenset()
OTHER_UNIT = Origin("", "", known=False)
"""Goes with a column of times that are not in microseconds wherever its values go."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A node with its kind and origins.

    Attributes:
        node: The node.
        kind: What it holds.
        origins: Where its missing values can come from; empty when it cannot be missing.
        args: Its operands, typed.
    """

    node: Node
    kind: Kind
    origins: Origins = NOWHERE
    args: tuple[Typed, ...] = ()


_LITERAL_KINDS: dict[type, Kind] = {
    bool: Kind.BOOL,
    int: Kind.INT,
    float: Kind.FLOAT,
    str: Kind.STR,
    dt.datetime: Kind.DATETIME,
    dt.timedelta: Kind.TIMEDELTA,
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
        return Typed(node, _LITERAL_KINDS[type(node.value)])
    args = tuple(annotate(each, schema, origins, here) for each in node.args)
    if node.op in _COMPARISONS:
        args = _with_moments(args)
    operation = OPERATIONS[node.op]
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
