"""Every portable operation by its name, one table for all engines."""

from __future__ import annotations

from etlframe.expressions.operation import Operation
from etlframe.expressions.vocabulary_missing import MISSING
from etlframe.expressions.vocabulary_numbers import NUMBERS
from etlframe.expressions.vocabulary_text import TEXT
from etlframe.expressions.vocabulary_time import TIME
from etlframe.expressions.vocabulary_windows import WINDOWS

OPERATIONS: dict[str, Operation] = {**NUMBERS, **MISSING, **TEXT, **TIME, **WINDOWS}
"""Name -> operation."""
