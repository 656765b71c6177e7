"""Pandera's checks as operation trees: the built-in ones by name, a user's by tracing them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from etlframe.expressions import words
from etlframe.expressions.modules import with_modules
from etlframe.expressions.traced import trace
from etlframe.expressions.tree import Call, Column, Node, NotPortable, columns_of
from etlframe.expressions.vocabulary import OPERATIONS

_NEVER_OF_MISSING = frozenset(
    ("eq", "lt", "le", "gt", "ge", "contains", "startswith", "endswith", "matches")
)
_MAY_RAISE = frozenset(("to_int", "pow"))
"""Operations that an engine stops at, where pandas' check goes on, or fails in words of its own."""


def column_conditions(name: str, checks: Sequence[Any], *, nullable: bool) -> list[Node]:
    """Return what is true of every row where a column keeps its checks.

    Args:
        name: The column.
        checks: Pandera's checks of it.
        nullable: Whether its values may be missing.

    Raises:
        NotPortable: A check has no tree; the message says why.
    """
    column = Column(name)
    found = [(check, _of_column(check, column)) for check in checks]
    if not nullable:
        nodes = [node for _, node in found]
        told = any(isinstance(node, Call) and _fails_of_missing(node) for node in nodes)
        return nodes if told else [Call("notna", (column,)), *nodes]
    missing = Call("isna", (column,))
    return [Call("or", (missing, node)) if check.ignore_na else node for check, node in found]


def frame_conditions(checks: Sequence[Any], columns: Sequence[str]) -> list[Node]:
    """Return what is true of every row where a frame keeps the checks of the whole of it.

    Raises:
        NotPortable: A check has no tree; the message says why.
    """
    nodes = []
    for check in checks:
        _refuse_options(check)
        if _is_built_in(check):
            raise NotPortable(f"the check {check.name} of all columns at once runs in pandas")
        function, options = with_modules(check._check_fn), check._check_kwargs  # noqa: SLF001 - there is no public way in
        node = _rows_alone(trace(_with(function, options), columns))
        if not set(columns_of(node)) <= set(columns):
            raise NotPortable("a check of a column that is not there runs in pandas")
        nodes.append(node)
    return nodes


def _fails_of_missing(node: Call) -> bool:
    if node.op == "and":
        return any(isinstance(each, Call) and _fails_of_missing(each) for each in node.args)
    plain = all(isinstance(each, Column) for each in node.args[:1])
    return plain and (
        node.op in _NEVER_OF_MISSING or (node.op == "isin" and None not in node.params[0])
    )


def _of_column(check: Any, column: Column) -> Node:
    _refuse_options(check)
    function, options = check._check_fn, check._check_kwargs  # noqa: SLF001 - there is no public way in
    if _is_built_in(check):
        build = _BUILT_IN.get(function.__name__)
        if build is None:
            raise NotPortable(f"the check {function.__name__} runs in pandas")
        return build(column, **options)
    made = _with(with_modules(function), options)
    return _rows_alone(trace(lambda frame: made(frame[column.name]), [column.name]))


def _with(function: Callable[..., Any], options: dict[str, Any]) -> Callable[[Any], Any]:
    return lambda given: function(given, **options)


def _refuse_options(check: Any) -> None:
    if f"{type(check).__module__}.{type(check).__name__}" != "pandera.api.checks.Check":
        raise NotPortable("a hypothesis, or a check of a class of its own, runs in pandas")
    if check.groupby is not None:
        raise NotPortable("a check of groups runs in pandas")
    if check.element_wise:
        raise NotPortable("a check of one value at a time runs in pandas")
    if check.raise_warning:
        raise NotPortable("a check that only warns runs in pandas")


def _is_built_in(check: Any) -> bool:
    return type(check._check_fn).__module__ == "pandera.api.function_dispatch"  # noqa: SLF001 - there is no public way in


def _rows_alone(node: Node) -> Node:
    """Return a tree whose answer is of each row by itself, and which no engine stops at."""
    pending = [node]
    while pending:
        at = pending.pop()
        if isinstance(at, Call):
            if OPERATIONS[at.op].sees != "row":
                raise NotPortable("a check that sees other rows runs in pandas")
            if at.op in _MAY_RAISE:
                raise NotPortable(f"a check with {OPERATIONS[at.op].words} runs in pandas")
            pending += at.args
    return node


# -- the built-in checks, with Pandera's names of their arguments ----------------------------------


def _compared(op: str, argument: str) -> Callable[..., Node]:
    return lambda column, **given: Call(op, (column, words.literal(given[argument])))


def _in_range(
    column: Node,
    min_value: Any,
    max_value: Any,
    include_min: bool = True,  # noqa: FBT001, FBT002 - Pandera's
    include_max: bool = True,  # noqa: FBT001, FBT002 - Pandera's
) -> Node:
    low = Call("ge" if include_min else "gt", (column, words.literal(min_value)))
    high = Call("le" if include_max else "lt", (column, words.literal(max_value)))
    return Call("and", (low, high))


def _isin(column: Node, allowed_values: Any) -> Node:
    return words.membership(column, allowed_values)


def _notin(column: Node, forbidden_values: Any) -> Node:
    return Call("not", (words.membership(column, forbidden_values),))


def _searched(word: str, argument: str) -> Callable[..., Node]:
    return lambda column, **given: words.TEXT_METHODS[word](column, _pattern(given[argument]))


def _pattern(given: Any) -> Any:
    if isinstance(given, re.Pattern):
        if given.flags != re.UNICODE:
            raise NotPortable("a regular expression with flags in it runs in pandas")
        return given.pattern
    return given


def _length(
    column: Node, min_value: Any = None, max_value: Any = None, exact_value: Any = None
) -> Node:
    length = Call("len", (column,))
    exact = (("eq", exact_value),)
    bounds = (("ge", min_value), ("le", max_value)) if exact_value is None else exact
    nodes = [Call(op, (length, words.literal(bound))) for op, bound in bounds if bound is not None]
    if not nodes:
        raise NotPortable("the check str_length without a length is pandas' to refuse")
    return nodes[0] if len(nodes) == 1 else Call("and", tuple(nodes))


_BUILT_IN: dict[str, Callable[..., Node]] = {
    "equal_to": _compared("eq", "value"),
    "not_equal_to": _compared("ne", "value"),
    "greater_than": _compared("gt", "min_value"),
    "greater_than_or_equal_to": _compared("ge", "min_value"),
    "less_than": _compared("lt", "max_value"),
    "less_than_or_equal_to": _compared("le", "max_value"),
    "in_range": _in_range,
    "isin": _isin,
    "notin": _notin,
    "str_matches": _searched("match", "pattern"),
    "str_contains": _searched("contains", "pattern"),
    "str_startswith": _searched("startswith", "string"),
    "str_endswith": _searched("endswith", "string"),
    "str_length": _length,
}
