"""Small questions about Python's syntax trees, as pandas' ``query`` sees them; its operators."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

_LONGEST_SHOWN = 200

ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def shown(text: str) -> str:
    """Return a text in quotes for a message, cut where it is long.

    >>> shown("a > 1")
    "'a > 1'"
    """
    return repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "...")


def dotted(accessor: str, word: str) -> str:
    """Return a word as people write it.

    >>> dotted("str", "len"), dotted("", "isna")
    ('.str.len', '.isna')
    """
    return f".{accessor}.{word}" if accessor else f".{word}"


def copied(node: Any) -> Any:
    """Return a copy of a tree, or of a list of them: a transformer changes what it is given.

    Leaves are not copied: a transformer takes others in their place.
    """
    if isinstance(node, ast.Name | ast.Constant) or (
        isinstance(node, ast.AST) and not node._fields
    ):
        return node
    if isinstance(node, ast.AST):
        return type(node)(**{name: copied(each) for name, each in ast.iter_fields(node)})
    return [copied(each) for each in node] if isinstance(node, list) else node


def is_calendar(node: ast.AST) -> bool:
    """Say whether a node is ``.dt.isocalendar()``."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "isocalendar"
    )


def is_list(node: ast.AST) -> bool:
    """Say whether a node is a list; pandas reads a tuple as one."""
    return isinstance(node, ast.List | ast.Tuple)


def is_term(node: ast.AST) -> bool:
    """Say whether pandas has the value of a node at hand when it reads what is around it.

    Beside such a value ``==`` means ``in`` for a list or a text; beside a computed one it does not.
    """
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute)
    return isinstance(node, ast.Name | ast.Constant | ast.Attribute | ast.Subscript)
