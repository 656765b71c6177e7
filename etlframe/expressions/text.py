"""Query strings -> operation trees, parsed with :mod:`ast` and never evaluated.

The grammar is that of ``DataFrame.query``: ``&`` and ``|`` bind as ``and`` and ``or`` (pandas
rewrites them before it parses), backticks quote column names, ``@name`` is a variable, and ``==``
with a list is ``isin``.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, NoReturn

from etlframe.errors import ExpressionError
from etlframe.expressions import words
from etlframe.expressions.traced import AccessorStandIn, ColumnStandIn, Tracer, is_column
from etlframe.expressions.tree import Column, Node, NotPortable

_LOCAL = "__etl_local_"
_QUOTED = "__etl_quoted_"
_STRING = (
    r"'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\""
)
_TOKENS = re.compile(rf"(?P<string>{_STRING})|`(?P<quoted>[^`\n]*)`|(?P<sign>[@&|\n])", re.DOTALL)
_REWRITTEN = {"@": _LOCAL, "&": " and ", "|": " or ", "\n": " "}

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


@dataclass(frozen=True)
class Parsed:
    """A query string that is grammatical, before it meets columns.

    Attributes:
        text: The text as written, on one line.
        body: Its syntax tree, with placeholders for quoted names and variables.
        quoted: Placeholder -> the column name in backticks.
        variables: The names written with ``@``.
    """

    text: str
    body: ast.expr
    quoted: Mapping[str, str] = field(default_factory=dict)
    variables: frozenset[str] = frozenset()


def parse(text: str) -> Parsed:
    """Parse a query string.

    Args:
        text: A boolean condition or an arithmetic expression over columns.

    Raises:
        ExpressionError: It is not grammatical, or reaches for a name with a leading underscore.
    """
    if not isinstance(text, str) or not text.strip():
        raise ExpressionError(f"An expression is a string that is not empty, not {text!r}.")
    quoted: dict[str, str] = {}
    plain = _rewrite(text.strip(), quoted)
    try:
        body = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(_syntax_message(text, error)) from None
    return Parsed(_one_line(text), body, quoted, frozenset(_check_names(body, text, quoted)))


def _rewrite(text: str, quoted: dict[str, str]) -> str:
    def rewritten(match: re.Match[str]) -> str:
        if match["string"] is not None:
            return match["string"]
        if match["quoted"] is not None:
            placeholder = f"{_QUOTED}{len(quoted)}"
            quoted[placeholder] = match["quoted"]
            return placeholder
        return _REWRITTEN[match["sign"]]

    return _TOKENS.sub(rewritten, text)


def _one_line(text: str) -> str:
    return _TOKENS.sub(lambda match: " " if match["sign"] == "\n" else match[0], text.strip())


def _syntax_message(text: str, error: Exception) -> str:
    reason = error.msg if isinstance(error, SyntaxError) else "it is too deep"
    hint = ""
    if re.search(r"(?<![=<>!])=(?!=)", text):
        hint = " Compare with ==, not =."
    return f"The expression {text!r} cannot be parsed: {reason}.{hint}"


def _check_names(body: ast.expr, text: str, quoted: Mapping[str, str]) -> list[str]:
    """Return the variables, and refuse whatever reaches for Python's insides."""
    variables = []
    for node in ast.walk(body):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            raise ExpressionError(
                f"The expression {text!r} reaches for {node.attr!r}: not allowed."
            )
        if isinstance(node, ast.Name):
            if node.id.startswith(_LOCAL):
                variables.append(node.id.removeprefix(_LOCAL))
            elif node.id.startswith("__") and node.id not in quoted:
                raise ExpressionError(
                    f"The expression {text!r} reaches for {node.id!r}: not allowed."
                )
    return variables


def column_names(parsed: Parsed) -> list[str]:
    """Return the names that can only be columns, each once: not functions, nor variables."""
    called = {id(node.func) for node in ast.walk(parsed.body) if isinstance(node, ast.Call)}
    names: dict[str, None] = {}
    for node in ast.walk(parsed.body):
        if isinstance(node, ast.Name) and id(node) not in called:
            if node.id in parsed.quoted:
                names[parsed.quoted[node.id]] = None
            elif not node.id.startswith(_LOCAL):
                names[node.id] = None
    return list(names)


def to_tree(parsed: Parsed, columns: Sequence[str], variables: Mapping[str, Any]) -> Node:
    """Return the tree of a parsed string.

    Args:
        parsed: What ``parse`` returned.
        columns: The column names of the frame.
        variables: The values of the names written with ``@``.

    Raises:
        NotPortable: Something in it has no tree; pandas may still know it.
    """
    try:
        answer = _Visitor(parsed, columns, variables).visit(parsed.body)
    except RecursionError:
        raise NotPortable("an expression nested this deep runs in pandas") from None
    if is_column(answer):
        return answer.node
    return words.literal(answer)


class _Visitor:
    """Applies the syntax tree to stand-ins, so that strings and lambdas share every word."""

    def __init__(
        self, parsed: Parsed, columns: Sequence[str], variables: Mapping[str, Any]
    ) -> None:
        self._parsed = parsed
        self._columns = columns
        self._variables = variables
        self._tracer = Tracer(columns)

    def visit(self, node: ast.AST) -> Any:
        """Return a stand-in or a plain value for one node."""
        method = getattr(self, f"_visit_{type(node).__name__.lower()}", None)
        if method is None:
            self._refuse(f"{type(node).__name__} in a string")
        return method(node)

    def _refuse(self, what: str) -> NoReturn:
        raise NotPortable(f"{what} runs in pandas")

    def _visit_constant(self, node: ast.Constant) -> Any:
        return node.value

    def _visit_name(self, node: ast.Name) -> Any:
        if node.id.startswith(_LOCAL):
            return self._variables[node.id.removeprefix(_LOCAL)]
        name = self._parsed.quoted.get(node.id, node.id)
        if name == "index" and name not in self._columns:
            self._refuse("the index")
        return ColumnStandIn(self._tracer, Column(name))

    def _visit_list(self, node: ast.List | ast.Tuple) -> list[Any]:
        values = [self.visit(each) for each in node.elts]
        if any(is_column(value) for value in values):
            self._refuse("a list that holds columns")
        return values

    _visit_tuple = _visit_list

    def _visit_binop(self, node: ast.BinOp) -> Any:
        apply = _BINARY.get(type(node.op))
        if apply is None:
            self._refuse(f"{type(node.op).__name__} in a string")
        left, right = self.visit(node.left), self.visit(node.right)
        if not is_column(left) and not is_column(right):
            self._refuse("arithmetic on constants")
        return apply(left, right)

    def _visit_unaryop(self, node: ast.UnaryOp) -> Any:
        value = self.visit(node.operand)
        if isinstance(node.op, ast.USub) and type(value) in (int, float):
            return -value
        if not is_column(value):
            self._refuse("a sign before a constant")
        if isinstance(node.op, ast.Not | ast.Invert):
            return ~value
        return -value if isinstance(node.op, ast.USub) else value

    def _visit_boolop(self, node: ast.BoolOp) -> Any:
        values = [self.visit(each) for each in node.values]
        if not all(is_column(value) for value in values):
            self._refuse("and/or with a constant")
        return reduce(operator.and_ if isinstance(node.op, ast.And) else operator.or_, values)

    def _visit_compare(self, node: ast.Compare) -> Any:
        operands = [self.visit(each) for each in (node.left, *node.comparators)]
        pairs = zip(operands, node.ops, operands[1:], strict=False)
        return reduce(operator.and_, [self._compare(*pair) for pair in pairs])

    def _compare(self, left: Any, op: ast.cmpop, right: Any) -> Any:
        if isinstance(op, ast.Eq | ast.NotEq) and isinstance(right, str) and is_column(left):
            right = [right]  # pandas makes isin of it: no time is equal to a text, nor a number
        listed = not is_column(right) and isinstance(right, Iterable) and not isinstance(right, str)
        if isinstance(op, ast.In | ast.NotIn) or (isinstance(op, ast.Eq | ast.NotEq) and listed):
            if not is_column(left) or not listed:
                self._refuse("in, but for a column in a list,")
            found = self._tracer.guarded(words.membership, left.node, right)
            return found if isinstance(op, ast.In | ast.Eq) else ~found
        if not is_column(left) and not is_column(right):
            self._refuse("a comparison of constants")
        if type(op) not in _COMPARE:
            self._refuse(f"{type(op).__name__} in a string")
        return _COMPARE[type(op)](left, right)

    def _visit_attribute(self, node: ast.Attribute) -> Any:
        value = self.visit(node.value)
        if not is_column(value) and type(value) is not AccessorStandIn:
            self._refuse("an attribute of a variable")
        return getattr(value, node.attr)

    def _visit_subscript(self, node: ast.Subscript) -> Any:
        value = self.visit(node.value)
        if type(value) is not AccessorStandIn or not isinstance(node.slice, ast.Slice):
            self._refuse("[...] in a string")
        bounds = (node.slice.lower, node.slice.upper, node.slice.step)
        return value[slice(*(None if each is None else self.visit(each) for each in bounds))]

    def _visit_call(self, node: ast.Call) -> Any:
        if any(keyword.arg is None for keyword in node.keywords):
            self._refuse("** in a call")
        arguments = [self.visit(each) for each in node.args]
        options = {str(each.arg): self.visit(each.value) for each in node.keywords}
        if isinstance(node.func, ast.Name):
            return self._function(node.func.id, arguments, options)
        method = self.visit(node.func)
        if not callable(method) or is_column(method):
            self._refuse("a call of something that is not a method")
        return method(*arguments, **options)

    def _function(self, name: str, arguments: list[Any], options: dict[str, Any]) -> Any:
        build = words.FUNCTIONS.get(name)
        if build is None or options or len(arguments) != 1:
            self._refuse(f"the function {name.removeprefix(_LOCAL)!r}")
        (value,) = arguments
        if not is_column(value):
            self._refuse("a function of a constant")
        return self._tracer.guarded(build, value.node)
