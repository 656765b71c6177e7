"""pandas' words -> operation trees: one function a word, shared by strings, ``pd.col`` and lambdas.

Each function has the signature of pandas' own method as far as it is portable; any other argument
does not fit, and the step runs in pandas. The words themselves are in files by family.
"""

from __future__ import annotations

from collections.abc import Callable

from etlframe.expressions.tree import Node
from etlframe.expressions.words_choice import ARRAY_FUNCTIONS
from etlframe.expressions.words_missing import MISSING_METHODS
from etlframe.expressions.words_numbers import (
    BINARY,
    FUNCTIONS,
    NUMBER_METHODS,
    UFUNCS,
    power,
    power_of,
)
from etlframe.expressions.words_pandas import PANDAS_FUNCTIONS
from etlframe.expressions.words_text import TEXT_METHODS, text_item
from etlframe.expressions.words_time import TIME_METHODS, TIME_PARTS
from etlframe.expressions.words_values import literal, membership, operand_or_missing
from etlframe.expressions.words_windows import GROUP_METHODS, WINDOW_METHODS, cumcount

__all__ = [
    "ARRAY_FUNCTIONS",
    "BINARY",
    "FUNCTIONS",
    "GROUP_METHODS",
    "METHODS",
    "PANDAS_FUNCTIONS",
    "TEXT_METHODS",
    "TIME_METHODS",
    "TIME_PARTS",
    "UFUNCS",
    "cumcount",
    "literal",
    "membership",
    "operand_or_missing",
    "power",
    "power_of",
    "text_item",
]

METHODS: dict[str, Callable[..., Node]] = {**NUMBER_METHODS, **MISSING_METHODS, **WINDOW_METHODS}
"""Words of a Series."""
