"""Query strings in pandas: ``pd.eval`` of what was checked, and of nothing else.

pandas reads a string by its own rules (quotes, backticks, lines), which are not quite Python's. So
it does not get the string as written but one made of the checked syntax tree, in plain letters:
what pandas runs is what was looked at. The columns it names are the only ones within its reach.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from etlframe.errors import ColumnNotFoundError, ExpressionError
from etlframe.expressions import harmless
from etlframe.expressions.binding import Bound
from etlframe.expressions.decimals_pandas import is_decimal
from etlframe.expressions.syntax import copied, shown
from etlframe.expressions.text import column_of
from etlframe.expressions.text_decimals import DecimalParts

if TYPE_CHECKING:
    import pandas as pd

_PLAIN = frozenset(map(chr, range(32, 127))) - frozenset("\\'\"`")
_HEAVY_WORDS = frozenset(
    ("mul", "rmul", "pow", "rpow", "mod", "rmod", "cumsum", "cumprod", "sum", "prod")
)
_HEAVY = (ast.Mult, ast.Pow, ast.Mod)


def evaluate(bound: Bound, df: pd.DataFrame) -> Any:
    """Return what pandas gives for a string on a frame: mostly a Series.

    Args:
        bound: The string with the values of its variables.
        df: The frame; it is only read.

    Raises:
        ColumnNotFoundError: It names a column that is not there.
        ExpressionError: What it asks for is beyond bounds.
    """
    writer = _Writer(bound, df)
    return writer.run(writer.source())


def mask(bound: Bound, df: pd.DataFrame) -> Any:
    """Return what pandas gives for a condition: True or False for each row.

    Raises:
        ExpressionError: It gives something else.
    """
    import pandas as pd

    found = evaluate(bound, df)
    rows = getattr(found, "ndim", 0) == 1 and len(found) == len(df)
    if not rows or not (pd.api.types.is_bool_dtype(found.dtype) or found.dtype == object):
        kind = found.dtype if rows else type(found).__name__
        raise ExpressionError(
            f"The condition {shown(bound.parsed.text)} gives {kind}, not True or False for each "
            "row. Compare it with something."
        )
    return found


class _Writer(DecimalParts, ast.NodeTransformer):
    """Writes a checked syntax tree as a string for pandas, with names of our own."""

    def __init__(self, bound: Bound, df: pd.DataFrame) -> None:
        self._bound = bound
        self._df = df
        self._names: dict[str, str] = {}
        self.columns: dict[str, Any] = {}
        self.variables: dict[str, Any] = {}
        self._decimals = any(map(is_decimal, bound.given.values())) or any(
            str(dtype).startswith("decimal128") for dtype in df.dtypes
        )

    def source(self) -> str:
        """Return the string."""
        self._bounded(self._bound.body)
        return self._written(self._bound.body)

    def _written(self, node: ast.expr) -> str:
        return ast.unparse(self.visit(copied(node)))

    def run(self, source: str) -> Any:
        """Return what pandas gives for a string of this writer's."""
        import pandas as pd

        return pd.eval(
            source,
            engine="python",
            local_dict=self.variables,
            global_dict={},
            resolvers=[self.columns],
            level=1,  # pandas refuses @name at its top level
        )

    # -- decimals, which are computed on the way ---------------------------------------------------

    def holds_decimals(self, node: ast.AST) -> bool:
        """Say whether a node names a column or variable of decimals."""
        return self._decimals and any(
            is_decimal(self._named_value(each))
            for each in ast.walk(node)
            if isinstance(each, ast.Name)
        )

    def _named_value(self, node: ast.Name) -> Any:
        if node.id in self._bound.given:
            return self._bound.given[node.id]
        if node.id in self.columns or node.id.startswith("@"):
            return None
        column = column_of(node, self._bound.parsed)
        return self._df[column] if column in self._df.columns else None

    def value(self, node: ast.expr) -> Any:
        """Return the value of a node as pandas gives it."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.List | ast.Tuple):
            return [self.value(each) for each in node.elts]
        if isinstance(node, ast.Name) and node.id in self._bound.given:
            return self._bound.given[node.id]
        return self.run(self._written(node))

    def named(self, value: Any) -> ast.expr:
        """Return a name for a value."""
        if not hasattr(value, "dtype"):
            name = f"etl_variable_{len(self.variables)}"
            self.variables[name] = value
            return ast.Name(f"@{name}")
        name = f"etl_computed_{len(self.columns)}"
        self.columns[name] = value
        return ast.Name(name)

    # -- what is written ---------------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Name a column or variable by our own name."""
        if node.id in self.columns or node.id.startswith("@"):  # it is one already
            return node
        if node.id in self._bound.given:
            name = f"etl_variable_{len(self.variables)}"
            self.variables[name] = self._bound.given[node.id]
            return ast.Name(f"@{name}")
        column = column_of(node, self._bound.parsed)
        if column is None:
            return ast.Name("inf")
        if column not in self._names:
            self._names[column] = f"etl_column_{len(self._names)}"
            self.columns[self._names[column]] = self._rows(column)
        return ast.Name(self._names[column])

    def _rows(self, column: str) -> Any:
        if column in self._df.columns:
            return self._df[column]
        if column == "index":
            return self._df.index.to_series()
        raise ColumnNotFoundError(column, [str(name) for name in self._df.columns])

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Write a value so that it reads the same by anybody's rules."""
        value = node.value
        if isinstance(value, str):
            return ast.Name("'" + "".join(map(_letter, value)) + "'")
        if isinstance(value, int | float) and value < 0:
            return ast.UnaryOp(ast.USub(), ast.Constant(-value))
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Leave a function's name as it is."""
        computed = self.method(node)
        if computed is not None:
            return computed
        func = node.func if isinstance(node.func, ast.Name) else self.visit(node.func)
        args = [self.visit(each) for each in node.args]
        options = [ast.keyword(each.arg, self.visit(each.value)) for each in node.keywords]
        return ast.Call(func, args, options)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """Write ``a in [@b]`` as ``a == @b``: pandas 3.1 means that, and stumbles over it."""
        if self.holds_decimals(node):
            return self.compared(node)
        operands, ops = [node.left, *node.comparators], list(node.ops)
        alone = _only_name(operands[-1])
        if alone is not None and isinstance(ops[-1], ast.In | ast.NotIn):
            ops[-1] = ast.Eq() if isinstance(ops[-1], ast.In) else ast.NotEq()
            operands[-1] = alone
        first, *others = [self.visit(each) for each in operands]
        return ast.Compare(first, ops, others)

    # -- work that depends on what columns hold ----------------------------------------------------

    def _bounded(self, node: ast.AST) -> None:
        """Refuse arithmetic that would make long texts or numbers of what columns hold."""
        for each in ast.walk(node):
            operands = _multiplied(each)
            if any(map(self._may_be_text, operands)):
                raise ExpressionError(
                    f"The expression {shown(self._bound.parsed.text)} multiplies or adds "
                    "up what may be text. Compute with numbers, repeat a text with .str.repeat(n), "
                    "or pass a function of the frame."
                )

    def _may_be_text(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Constant):
            return isinstance(node.value, str)
        if isinstance(node, ast.Name):
            column = column_of(node, self._bound.parsed)
            value = self._bound.given.get(node.id) if column is None else self._rows(column)
            return _holds_text(value)
        if isinstance(node, ast.Compare | ast.BoolOp):
            return False
        if isinstance(node, ast.Attribute):
            return node.attr not in harmless.ATTRIBUTES["dt"] and self._may_be_text(node.value)
        if isinstance(node, ast.Call):
            return self._call_may_be_text(node)
        return any(map(self._may_be_text, ast.iter_child_nodes(node)))

    def _call_may_be_text(self, node: ast.Call) -> bool:
        if not isinstance(node.func, ast.Attribute):
            return False
        at = node.func.value
        accessor = at.attr if isinstance(at, ast.Attribute) and at.attr in harmless.METHODS else ""
        word = harmless.METHODS[accessor][node.func.attr]
        if word.never_text:
            return False
        if accessor == "dt" or word.name in ("map", "replace"):
            return True
        if word.name == "astype":
            return not any(sign in ast.dump(node) for sign in ("int", "float", "Int", "Float"))
        return any(map(self._may_be_text, (at, *node.args, *(o.value for o in node.keywords))))


def _multiplied(node: ast.AST) -> list[ast.expr]:
    """The operands of a node that makes long texts or numbers where they are texts or long."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, _HEAVY):
        return [node.left, node.right]
    word = node.func if isinstance(node, ast.Call) else None
    if isinstance(word, ast.Attribute) and isinstance(node, ast.Call) and word.attr in _HEAVY_WORDS:
        return [word.value, *node.args, *(keyword.value for keyword in node.keywords)]
    return []


def _only_name(node: ast.expr) -> ast.Name | None:
    """The one element of a list, where it is a name."""
    if isinstance(node, ast.List | ast.Tuple) and len(node.elts) == 1:
        return node.elts[0] if isinstance(node.elts[0], ast.Name) else None
    return None


def _letter(letter: str) -> str:
    """A letter of a text, without quotes, backslashes, and whatever is not ASCII."""
    return letter if letter in _PLAIN else f"\\U{ord(letter):08x}"


def _holds_text(value: Any) -> bool:
    """Whether a column or variable holds texts, or things that Python repeats by ``*``."""
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        return isinstance(value, str | bytes | list | tuple)
    if str(dtype) == "object":
        from pandas.api.types import infer_dtype

        return infer_dtype(value, skipna=True) not in ("decimal", "floating", "boolean", "empty")
    return str(dtype) in ("str", "string", "category") or getattr(dtype, "kind", "") in "SUT"
