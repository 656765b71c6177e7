"""What a query string may say: a strict list, checked before anything else looks at the string.

pandas' ``query`` runs whatever Python's grammar lets a string reach: ``@os.system('...')``,
``a.to_csv('...')``, ``a.apply('to_pickle')``; ``sqrt(a, b)`` writes into ``b``. Here a string is
made of columns, plain values, variables, operators, and the words of ``harmless.py``, or it is an
error.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, ClassVar, NoReturn

from etlframe.errors import ExpressionError, did_you_mean, near_names
from etlframe.expressions import harmless
from etlframe.expressions.quoting import Rewritten
from etlframe.expressions.syntax import dotted, is_calendar, is_term, shown

MOST_LEVELS = 100
_MOST_CHAINED = 50

_OPERATORS = frozenset((
    ast.And, ast.Or, ast.Not, ast.Invert, ast.USub, ast.UAdd, ast.Add, ast.Sub, ast.Mult, ast.Div,
    ast.FloorDiv, ast.Mod, ast.Pow, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In,
    ast.NotIn, ast.Load,
))  # fmt: skip
_SIGNS: dict[type[ast.AST], str] = {
    ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>", ast.MatMult: "@ between values",
    ast.Is: "is", ast.IsNot: "is not", ast.IfExp: "if ... else", ast.Lambda: "lambda",
    ast.JoinedStr: "an f-string", ast.NamedExpr: ":=", ast.Dict: "{...}", ast.Set: "{...}",
    ast.ListComp: "a comprehension", ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension", ast.GeneratorExp: "a comprehension", ast.Starred: "*",
    ast.Await: "await", ast.Yield: "yield", ast.YieldFrom: "yield",
}  # fmt: skip
_MENDS: dict[type[ast.AST], str] = {
    ast.Is: " Ask a.isna() or a.notna(), or compare with ==.",
    ast.IsNot: " Ask a.isna() or a.notna(), or compare with ==.",
    ast.Set: " Write a list: a in [1, 2].",
    ast.Dict: " Put it into a variable: a.map(@names).",
}
_LAMBDA = " For anything else pass a function: lambda d: ..."
_VALUES = (bool, int, float, str, type(None))


def check(body: ast.expr, text: str, found: Rewritten) -> None:
    """Refuse whatever a string may not say.

    Args:
        body: The syntax tree.
        text: The string as written, for messages.
        found: Its placeholders.

    Raises:
        ExpressionError: It says more; the message shows what, and the mend.
    """
    _Check(text, found).visit(body)


class _Check:
    """One check of one string."""

    def __init__(self, text: str, found: Rewritten) -> None:
        self._text = text
        self._found = found
        self._level = 0

    def refuse(self, what: str) -> NoReturn:
        """Raise an error that shows the string."""
        raise ExpressionError(f"The expression {shown(self._text)} {what}")

    def visit(self, node: ast.AST) -> None:
        """Check one node, and what is in it."""
        kind = type(node)
        if kind in _OPERATORS:
            return
        check = self._kinds.get(kind)
        if check is None:
            self._refuse_kind(kind)
        self._level += 1
        if self._level > MOST_LEVELS:
            self.refuse(f"is nested deeper than {MOST_LEVELS} levels. Assign its parts first.")
        check(self, node)
        self._level -= 1

    def _refuse_kind(self, kind: type[ast.AST]) -> NoReturn:
        if kind in (ast.List, ast.Tuple):
            self.refuse(
                "has a list where there can be none: lists stand beside in, not in, == and "
                "!=, or in the brackets of a method."
            )
        sign = _SIGNS.get(kind, kind.__name__)
        self.refuse(f"uses {sign}, which query strings do not have.{_MENDS.get(kind, '')}")

    def _each(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            self.visit(child)

    def _name(self, node: ast.Name) -> None:
        if node.id in self._found.variables:
            if self._found.variables[node.id].startswith("__"):
                self.refuse(f"reaches for @{self._found.variables[node.id]}: not allowed.")
        elif node.id.startswith("__") and node.id not in self._found.quoted:
            self.refuse(f"reaches for {node.id!r}: not allowed. Quote a column in `backticks`.")

    def _constant(self, node: ast.Constant) -> None:
        value = node.value
        if type(value) not in _VALUES:
            self.refuse(f"holds {value!r}: values are numbers, texts, True, False and None.")
        if type(value) is str and any("\ud800" <= letter <= "\udfff" for letter in value):
            self.refuse("holds half a character (a surrogate), which no text can.")

    # -- comparisons and lists ---------------------------------------------------------------------

    def _comparison(self, node: ast.Compare) -> None:
        for op in node.ops:
            self.visit(op)
        if len(node.ops) > _MOST_CHAINED:
            self.refuse(f"compares more than {_MOST_CHAINED} values in a row.")
        if any(isinstance(op, ast.In | ast.NotIn) for op in node.ops[:-1]):
            self.refuse("goes on after in or not in. Join the conditions with and.")
        self._lists(node)

    def _lists(self, node: ast.Compare) -> None:
        """Check the operands: a list is one side of in, not in, == or !=, or ends a chain."""
        operands = [node.left, *node.comparators]
        ends_in = isinstance(node.ops[-1], ast.In | ast.NotIn)
        alone = len(node.ops) == 1
        equals = alone and isinstance(node.ops[0], ast.Eq | ast.NotEq)
        for at, operand in enumerate(operands):
            if not isinstance(operand, ast.List | ast.Tuple):
                self.visit(operand)
                continue
            if not (equals or (ends_in and (alone or at == len(operands) - 1))):
                self.refuse("compares a list: lists stand beside in, not in, == and != alone.")
            others = [each for each in operands if each is not operand]
            if alone and isinstance(others[0], ast.List | ast.Tuple):
                self.refuse("compares a list with a list. Name a column on one side.")
            if equals and not is_term(others[0]):
                # pandas compares the list row by row there, which is never meant.
                self.refuse("has == or != with a list beside a computed value. Write it with in.")
            self._values(operand, columns=ends_in and at > 0)

    def _values(self, node: ast.expr, *, columns: bool = False) -> None:
        """Check a list's elements, of which some may be columns, or a value that is no list."""
        if not isinstance(node, ast.List | ast.Tuple):
            self.visit(node)
            return
        for each in node.elts:
            self.visit(each)
            if isinstance(each, ast.Constant):
                continue
            named = [name for name in ast.walk(each) if isinstance(name, ast.Name)]
            if (columns and isinstance(each, ast.Name)) or all(map(self._is_plain, named)):
                continue
            self.refuse("has a computed column in a list. Join comparisons with or instead.")

    def _is_plain(self, name: ast.Name) -> bool:
        return name.id in self._found.variables or name.id in harmless.CONSTANTS

    # -- attributes, methods, functions ------------------------------------------------------------

    def _attribute(self, node: ast.Attribute) -> None:
        """Check an attribute that is not called."""
        accessor = self._receiver(node)
        if accessor == "" and is_calendar(node.value) and node.attr in harmless.CALENDAR:
            return
        if node.attr in harmless.ATTRIBUTES[accessor]:
            return
        if node.attr in harmless.METHODS[accessor]:
            self.refuse(f"has {dotted(accessor, node.attr)} without brackets. Call it: ...().")
        self._unknown(accessor, node.attr, harmless.ATTRIBUTES[accessor])

    def _receiver(self, node: ast.Attribute) -> str:
        """Check what stands before the dot, and return its accessor: "", "str", "dt" or "cat"."""
        if node.attr.startswith("_"):
            self.refuse(f"reaches for {node.attr!r}: not allowed.")
        value, accessor = node.value, ""
        if isinstance(value, ast.Attribute) and value.attr in harmless.METHODS:
            accessor, value = value.attr, value.value
        if isinstance(value, ast.Name) and value.id in self._found.variables:
            name = self._found.variables[value.id]
            self.refuse(
                f"takes .{node.attr} of the variable @{name}. Take it before the string, "
                f"in a variable of its own, or use a function: lambda d: ..."
            )
        if isinstance(value, ast.Constant | ast.List | ast.Tuple):
            self.refuse(f"takes .{node.attr} of a constant. Compute it before the string.")
        self.visit(value)
        return accessor

    def _unknown(self, accessor: str, word: str, also: frozenset[str] = frozenset()) -> NoReturn:
        known = [*harmless.METHODS[accessor], *also]
        if accessor == "" and word in harmless.METHODS:
            self.refuse(f"has .{word} and nothing after it: s.str.len(), t.dt.year.")
        if accessor == "":
            known += ["str", "dt", "cat"]
            other = next((a for a in ("str", "dt") if word in harmless.METHODS[a]), None)
            if other and not near_names(word, known):
                self.refuse(f"calls .{word}. Did you mean .{other}.{word}?")
        near = did_you_mean(word, known) if near_names(word, known) else ""
        self.refuse(
            f"uses {dotted(accessor, word)}, which query strings do not know.{near}{_LAMBDA}"
        )

    def _subscript(self, node: ast.Subscript) -> None:
        value = node.value
        if not isinstance(value, ast.Attribute) or value.attr != "str":
            self.refuse("uses [...], which only .str has: s.str[0], s.str[:3].")
        self._receiver(ast.Attribute(value, "get", ast.Load()))
        at = node.slice
        bounds = (at.lower, at.upper, at.step) if isinstance(at, ast.Slice) else (at,)
        for bound in bounds:
            if bound is not None and not isinstance(bound, ast.List | ast.Tuple):
                self.visit(bound)
            elif bound is not None:
                self.refuse("uses .str[...] with a list.")

    def _call(self, node: ast.Call) -> None:
        if any(keyword.arg is None for keyword in node.keywords):
            self.refuse("uses ** in a call, which query strings do not have.")
        if isinstance(node.func, ast.Name):
            self._function(node, node.func.id)
        elif isinstance(node.func, ast.Attribute):
            self._method(node, node.func)
        else:
            self.refuse("calls something that is not a word of pandas.")
        for each in (*node.args, *(keyword.value for keyword in node.keywords)):
            self._values(each)

    def _function(self, node: ast.Call, name: str) -> None:
        if name in self._found.variables:
            self.refuse(
                f"calls @{self._found.variables[name]}. Strings call pandas' own functions "
                f"alone; use a function of the frame: lambda d: ..."
            )
        takes = harmless.FUNCTIONS.get(name)
        if takes is None or name in self._found.quoted:
            if name.startswith("__"):
                self.refuse(f"reaches for {self._found.quoted.get(name, name)!r}: not allowed.")
            hint = " Compare with the date as text: t > '2013-01-31'." if "ime" in name else ""
            near = did_you_mean(name, harmless.FUNCTIONS)
            self.refuse(f"calls {name}(), which is not one of pandas' functions.{hint or near}")
        if node.keywords or len(node.args) != takes:
            self.refuse(f"calls {name}() with other arguments than its {takes}.")
        for each in node.args:
            self.visit(each)

    def _method(self, node: ast.Call, func: ast.Attribute) -> None:
        accessor = self._receiver(func)
        word = harmless.METHODS[accessor].get(func.attr)
        if word is None:
            if func.attr in harmless.ATTRIBUTES[accessor]:
                self.refuse(f"calls {dotted(accessor, func.attr)}, which takes no brackets.")
            self._unknown(accessor, func.attr)
        positions = word.arguments[: word.by_position][: len(node.args)]
        given = [*positions, *(str(keyword.arg) for keyword in node.keywords)]
        too_many = len(node.args) > word.by_position
        for name in given:
            if name in word.refused or name not in word.arguments:
                self.refuse(
                    f"gives {dotted(accessor, word.name)}() the argument {name!r}, which query "
                    f"strings do not take."
                )
        if too_many or len(given) != len(set(given)):
            self.refuse(f"gives {dotted(accessor, word.name)}() too many arguments.")

    _kinds: ClassVar[dict[type[ast.AST], Callable[[Any, Any], None]]] = {
        ast.BoolOp: _each,
        ast.BinOp: _each,
        ast.UnaryOp: _each,
        ast.Compare: _comparison,
        ast.Call: _call,
        ast.Attribute: _attribute,
        ast.Subscript: _subscript,
        ast.Name: _name,
        ast.Constant: _constant,
    }
