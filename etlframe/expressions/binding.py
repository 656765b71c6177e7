"""A query string with the values of its variables: constants computed, and its work bounded.

pandas computes ``9**9**9`` with Python's whole numbers, and never comes back;
``.str.repeat(10**9)`` fills the memory. Constants are computed here, within bounds, and what may
make work or text is looked at before any engine gets the string.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import field
from typing import Any, NoReturn

from etlframe.errors import ExpressionError
from etlframe.expressions import harmless
from etlframe.expressions.arguments import Arguments
from etlframe.expressions.syntax import ARITHMETIC, COMPARED, copied, shown
from etlframe.expressions.text import Parsed, column_of
from etlframe.frozen import frozen

MOST_BITS = 1_024
_WIDE = 32  # more operands of one and/or are put into a balanced tree, so that it stays low

_COLLECTIONS = (list, tuple, set, frozenset, dict, range, bytes)


@frozen
class Bound:
    """A query string whose variables have values.

    Attributes:
        parsed: The string.
        body: Its syntax tree with its constants computed.
        given: Placeholder of a variable -> its value.
    """

    parsed: Parsed
    body: ast.expr
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reads_rows(self) -> bool:
        """Whether the answer has a value for each row, and not one for all."""
        return not self.is_single(self.body)

    def is_single(self, node: ast.AST) -> bool:
        """Whether a node gives one value: a constant, or a reduction such as ``a.mean()``."""
        if isinstance(node, ast.Constant):
            return True
        if isinstance(node, ast.Name):
            # A list or array of values is taken as it is: its rows are told when it runs.
            value = self.given.get(node.id)
            listed = hasattr(value, "__len__") and not isinstance(value, str)
            return column_of(node, self.parsed) is None and not listed
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                reduces = node.func.attr in harmless.REDUCTIONS and not isinstance(
                    node.func.value, ast.Attribute
                )
                return reduces or all(map(self.is_single, (node.func.value, *node.args)))
            return all(map(self.is_single, node.args))
        operands = [each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
        return all(map(self.is_single, operands))


def bind(parsed: Parsed, variables: Mapping[str, Any]) -> Bound:
    """Return a query string with the values of its variables.

    Args:
        parsed: What ``parse`` returned.
        variables: The values of the names written with ``@``.

    Raises:
        ExpressionError: Its constants, or what it asks for, are beyond bounds.

    >>> from etlframe.expressions.text import parse
    >>> ast.unparse(bind(parse("a > 2 ** 3 + @x"), {"x": 1}).body)
    'a > 9'
    """
    values = {key: variables[name] for key, name in parsed.placeholders.items()}
    body = _Folding(parsed, values).visit(copied(parsed.body))
    Arguments(parsed.text, values).check(body)
    return Bound(parsed, body, values)


class _Folding(ast.NodeTransformer):
    """Computes what has no column in it, and refuses what only pandas would try."""

    def __init__(self, parsed: Parsed, values: Mapping[str, Any]) -> None:
        self._text = parsed.text
        self._values = values

    def _refuse(self, what: str) -> NoReturn:
        raise ExpressionError(f"The expression {shown(self._text)} {what}")

    def _is_constant(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Constant) or (
            isinstance(node, ast.Name) and node.id in self._values
        )

    def _value(self, node: Any) -> Any:
        return node.value if isinstance(node, ast.Constant) else self._values[node.id]

    def _is_number(self, node: ast.AST) -> bool:
        """Whether a node is a number of Python's: numpy's have a width, and stay as they are."""
        return self._is_constant(node) and type(self._value(node)) in (bool, int, float)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Refuse whole numbers beyond the bound."""
        self._bounded(node.value)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Compute arithmetic on numbers."""
        self.generic_visit(node)
        if self._is_number(node.left) and self._is_number(node.right):
            return ast.Constant(self._computed(node.op, *map(self._value, (node.left, node.right))))
        for each in (node.left, node.right):
            if self._is_constant(each):
                self._operand(node.op, self._value(each))
        return node

    def _operand(self, op: ast.operator, value: Any) -> None:
        if isinstance(value, _COLLECTIONS):
            self._refuse(f"computes with a {type(value).__name__}. Give it a number, or a column.")
        if isinstance(value, str) and isinstance(op, ast.Add):
            self._refuse("adds a text with +, which pandas' query cannot. Write s.add('text').")
        if isinstance(value, str) and not isinstance(op, ast.Sub):  # a date may be taken away
            self._refuse(
                "computes with a text. Compute it before, or pass a function of the frame."
            )

    def _computed(self, op: ast.operator, left: Any, right: Any) -> Any:
        whole = isinstance(op, ast.Pow) and isinstance(left, int) and isinstance(right, int)
        if whole and right > 0 and left.bit_length() * right > MOST_BITS:
            self._refuse(f"computes {left} ** {right}, a number beyond any use.")
        try:
            answer = ARITHMETIC[type(op)](left, right)
        except (ArithmeticError, ValueError) as error:
            self._refuse(f"cannot be computed: {error}.")
        if isinstance(answer, complex) or answer != answer:  # noqa: PLR0124 - only NaN is not itself
            self._refuse("computes a constant that is not a number.")
        return self._bounded(answer)

    def _bounded(self, value: Any) -> Any:
        if type(value) is int and value.bit_length() > MOST_BITS:
            self._refuse("has a whole number beyond any use.")
        return value

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """Compute the sign of a number."""
        self.generic_visit(node)
        if not self._is_constant(node.operand):
            return node
        if not self._is_number(node.operand):
            if hasattr(self._value(node.operand), "dtype"):
                return node
            self._refuse("has a sign, not or ~ before a value that is no number.")
        if isinstance(node.op, ast.Not | ast.Invert):
            # Python's ~True is -2, and pandas would go on with that.
            self._refuse("has not or ~ before a constant. Compute it in a variable before.")
        value = self._value(node.operand)
        return ast.Constant(-value if isinstance(node.op, ast.USub) else +value)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """Compare numbers, and refuse comparisons where pandas' answer is never meant."""
        self.generic_visit(node)
        operands = [node.left, *node.comparators]
        for op, left, right in zip(node.ops, operands, operands[1:], strict=False):
            self._comparison(op, left, right)
        if all(map(self._is_number, operands)):
            values = [self._value(each) for each in operands]
            pairs = zip(node.ops, values, values[1:], strict=False)
            return ast.Constant(all(COMPARED[type(op)](a, b) for op, a, b in pairs))
        return node

    def _comparison(self, op: ast.cmpop, left: ast.expr, right: ast.expr) -> None:
        plain = [each for each in (left, right) if self._is_constant(each)]
        listed = [each for each in (left, right) if isinstance(each, ast.List | ast.Tuple)]
        if len(plain) + len(listed) > 1 and not (
            all(map(self._is_number, (left, right))) and type(op) in COMPARED
        ):
            self._refuse("compares constants. Compare them before the string, in a variable.")
        if isinstance(op, ast.In | ast.NotIn):
            self._membership(left, right)
        elif isinstance(op, ast.Eq | ast.NotEq):
            for each in plain:
                if isinstance(self._value(each), tuple | set | frozenset | dict | range):
                    self._refuse("has == or != with a collection that is no list. Write in.")
        elif any(isinstance(self._value(each), _COLLECTIONS) for each in plain):
            self._refuse("orders a collection of values.")

    def _membership(self, left: ast.expr, right: ast.expr) -> None:
        if self._is_constant(right) and not hasattr(self._value(right), "__iter__"):
            self._refuse("has in before a value that is no list. Write in [...] or ==.")
        if self._is_constant(left):
            value = self._value(left)
            # pandas looks for any other value in the index.
            if not isinstance(value, str | list):
                self._refuse("has in after a constant: write the column first, or ==.")

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        """Refuse constants that are not True or False."""
        self.generic_visit(node)
        for each in node.values:
            if self._is_constant(each) and not _is_boolean(self._value(each)):
                self._refuse("has and or or beside a constant that is not True or False.")
            if isinstance(each, ast.Name) and each.id in harmless.CONSTANTS:
                self._refuse("has and or or beside a number.")
        if all(isinstance(each, ast.Constant) for each in node.values):
            self._refuse("joins constants alone. Compute them before the string, in a variable.")
        return _balanced(node.op, node.values) if len(node.values) > _WIDE else node


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool) or str(getattr(value, "dtype", "")) in ("bool", "boolean")


def _balanced(op: ast.boolop, values: list[ast.expr]) -> ast.expr:
    if len(values) == 1:
        return values[0]
    half = len(values) // 2
    return ast.BoolOp(op, [_balanced(op, values[:half]), _balanced(op, values[half:])])
