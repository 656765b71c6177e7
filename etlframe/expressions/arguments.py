"""What a query string gives to pandas' words: sizes, patterns, types and zones within bounds."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from etlframe.errors import ExpressionError
from etlframe.expressions import harmless
from etlframe.expressions.patterns import why_slow
from etlframe.expressions.syntax import shown

MOST_GROWTH = 100_000
"""How many times longer a string may make the texts of a column."""

_UNKNOWN = object()
_PATTERNS = ("contains", "match", "fullmatch", "count", "extract", "findall", "split", "replace")
_REFERENCE = r"\\(?:\d|g<)"
_PADDED = r"%[-_0^#]*\d"


class Arguments:
    """Checks the arguments of every method in a string.

    Args:
        text: The string, for messages.
        values: Placeholder of a variable -> its value.
    """

    def __init__(self, text: str, values: Mapping[str, Any]) -> None:
        self._text = text
        self._values = values
        self._growth = 1.0

    def check(self, body: ast.expr) -> None:
        """Refuse arguments beyond bounds.

        Raises:
            ExpressionError: One is; the message says which, and the mend.
        """
        for node in ast.walk(body):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                self._method(node, node.func)
            elif isinstance(node, ast.Subscript):
                at = node.slice
                bounds = (at.lower, at.upper, at.step) if isinstance(at, ast.Slice) else (at,)
                for bound in bounds:
                    if bound is not None:
                        self._whole("[...]", "at", self._value(bound), 2**31)
        if self._growth > MOST_GROWTH:
            self._refuse(
                f"may make texts more than {MOST_GROWTH} times longer than they are. "
                "Pass a function of the frame instead."
            )

    def _refuse(self, what: str) -> NoReturn:
        raise ExpressionError(f"The expression {shown(self._text)} {what}")

    def _value(self, node: ast.expr | None) -> Any:
        """The plain value of an argument, or ``_UNKNOWN`` where it has columns."""
        if isinstance(node, ast.Constant):
            return node.value
        return self._values.get(node.id, _UNKNOWN) if isinstance(node, ast.Name) else _UNKNOWN

    def _method(self, node: ast.Call, func: ast.Attribute) -> None:
        at = func.value
        accessor = at.attr if isinstance(at, ast.Attribute) and at.attr in harmless.METHODS else ""
        word = harmless.METHODS[accessor][func.attr]
        given: dict[str, ast.expr] = dict(zip(word.arguments, node.args, strict=False))
        given.update({str(each.arg): each.value for each in node.keywords})
        for name, value in given.items():
            most = harmless.MOST.get(name, 2**31)
            if name in ("width", "repeats", "decimals", "n", "periods", "limit", "i", "ddof"):
                self._whole(f".{word.name}()", name, self._value(value), most)
        getattr(self, f"_{accessor or 'series'}")(word.name, given)

    def _whole(self, where: str, name: str, value: Any, most: int) -> None:
        if name in ("limit", "at") and value is None:
            return
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            self._refuse(f"needs a whole number for {name} of {where}.")
        if abs(value) > most:
            self._refuse(f"gives {name}={value} to {where}; {most} is the most.")

    def _text_of(self, word: str, name: str, node: ast.expr) -> str:
        value = self._value(node)
        if not isinstance(value, str):
            self._refuse(f"needs a text for {name} of .{word}().")
        return value

    # -- by accessor -------------------------------------------------------------------------------

    def _series(self, word: str, given: Mapping[str, ast.expr]) -> None:
        if word == "astype":
            dtype = given.get("dtype")
            named = self._text_of(word, "dtype", dtype) if dtype is not None else ""
            if not re.fullmatch(harmless.DTYPES, named):
                self._refuse(f"asks astype for {named!r}. Write 'int64', 'float', 'str' ...")
        if word == "map" and not isinstance(self._value(given.get("func")), dict):
            self._refuse("calls map() with other than a dict in a variable: k.map(@names).")
        if word == "quantile" and "q" in given and self._value(given["q"]) is _UNKNOWN:
            self._refuse("needs one number for q of .quantile().")

    def _str(self, word: str, given: Mapping[str, ast.expr]) -> None:
        if word in _PATTERNS and "pat" in given:
            self._pattern(word, given)
        if word == "repeat":
            value = self._value(given.get("repeats"))
            self._growth *= max(1, value)
        if word == "join":
            self._growth *= len(self._text_of(word, "sep", given["sep"])) + 1 if given else 1
        if word == "replace":
            self._replacement(given)
        if word == "cat":
            if "others" not in given or self._value(given["others"]) is None:
                self._refuse("puts a whole column into one text with .str.cat().")
            for name in given.keys() & {"sep", "na_rep"}:
                self._text_of(word, name, given[name])
        if word == "extract" and self._value(given.get("expand")) is not False:
            self._refuse("needs expand=False in .str.extract(): a string gives one column.")

    def _pattern(self, word: str, given: Mapping[str, ast.expr]) -> None:
        value = self._value(given["pat"])
        if word == "split" and value is None:
            return
        pattern = self._text_of(word, "pat", given["pat"])
        regex = self._value(given["regex"]) if "regex" in given else None
        if regex not in (None, True, False):
            self._refuse(f"needs True or False for regex of .str.{word}().")
        literal = regex is False or (word == "replace" and not regex)
        if literal or (word == "split" and len(pattern) == 1 and not regex):
            return
        reason = why_slow(pattern)
        if reason is not None:
            self._refuse(
                f"has the pattern {pattern!r}, which {reason}. Such patterns can run for "
                "ever; pass a function of the frame instead: lambda d: ..."
            )

    def _replacement(self, given: Mapping[str, ast.expr]) -> None:
        if not {"pat", "repl"} <= given.keys():
            self._refuse("needs a text and its replacement in .str.replace().")
        old = self._text_of("replace", "pat", given["pat"])
        new = self._text_of("replace", "repl", given["repl"])
        if "regex" in given and self._value(given["regex"]) is True:
            self._growth *= len(new) + 1 + len(re.findall(_REFERENCE, new))
        else:
            self._growth *= max(1.0, len(new) / len(old) if old else len(new) + 1)

    def _dt(self, word: str, given: Mapping[str, ast.expr]) -> None:
        if "tz" in given:
            zone = self._value(given["tz"])
            if zone is not None and not harmless.is_zone(zone):
                self._refuse(f"needs the name of a time zone for tz of .dt.{word}().")
        if "date_format" in given:
            form = self._text_of(word, "date_format", given["date_format"])
            if re.search(_PADDED, form):
                self._refuse("has a number after % in .dt.strftime(), which pads without end.")
        for name in given.keys() & {"freq", "unit"}:
            self._text_of(word, name, given[name])

    def _cat(self, word: str, given: Mapping[str, ast.expr]) -> None:
        """Words of ``.cat`` take no arguments."""
