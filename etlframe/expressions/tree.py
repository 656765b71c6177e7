"""The operation tree: what a query string, a ``pd.col`` expression or a lambda says, as plain data.

A tree is made of columns, literals and calls of the operations that ``vocabulary.py`` lists. It
says what pandas would compute; an engine lowers it, or refuses with :class:`NotPortable`.
"""

from __future__ import annotations

from typing import Any

from etlframe.frozen import frozen


class NotPortable(Exception):  # noqa: N818 - a signal for the planner, not an error for people
    """An operation is not known to give pandas' answer outside pandas; the message says which."""


@frozen
class Column:
    """A column of the frame."""

    name: str


@frozen
class Literal:
    """A plain value: bool, int, float, Decimal, str, datetime or timedelta."""

    value: Any


@frozen
class Call:
    """An operation on trees.

    Attributes:
        op: A name of ``vocabulary.OPERATIONS``.
        args: The operands, as trees.
        params: What is not a tree: patterns, lists of values, numbers of digits.
    """

    op: str
    args: tuple[Node, ...]
    params: tuple[Any, ...] = ()


Node = Column | Literal | Call


@frozen
class Aggregate:
    """A named aggregate of a group.

    Attributes:
        column: The column that is aggregated.
        function: pandas' word for it: ``"mean"``, ``"count"`` ...
    """

    column: str
    function: str


def columns_of(node: Node) -> list[str]:
    """Return the names of the columns that a tree reads, each once, in order of appearance.

    >>> columns_of(Call("add", (Column("a"), Call("mul", (Column("b"), Column("a"))))))
    ['a', 'b']
    """
    found: dict[str, None] = {}
    pending: list[Node] = [node]
    while pending:
        at = pending.pop(0)
        if isinstance(at, Column):
            found[at.name] = None
        elif isinstance(at, Call):
            pending[:0] = at.args
    return list(found)
