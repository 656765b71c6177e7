"""What a portable operation is: its pandas words, its meaning, and the kinds that it takes.

The rule of an operation returns the kind of its answer, or None for kinds where an engine is not
known to give pandas' answer: that step then runs in pandas. So a rule is a list of what is known
to be right, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable
from etlframe.frozen import frozen

Kinds = Sequence[Kind]
Rule = Callable[[Kinds, tuple[Any, ...]], Kind | None]

EITHER = "missing if either operand is"
KEPT = "a missing value stays missing"
NEVER = "a comparison with a missing value is False, never missing"


@frozen
class Operation:
    """One portable operation.

    Attributes:
        name: Its name in a tree.
        words: How people write it in pandas.
        meaning: What it gives, missing values included.
        rule: The kinds of its operands and its parameters to the kind of its answer; None where
            those operands are not portable.
        keeps_missing: Whether a missing operand makes the answer missing.
        makes_missing: Whether the answer may be missing though no operand is.
        whole: The operands that may not be whole numbers with missing values among them: pandas
            holds those as float64, and the answer's dtype or text would tell.
        in_microseconds: Whether it computes times in microseconds, so that a column in another
            unit stays in pandas.
        sees: The rows that an answer is made of: its own ``"row"``, the rows in their ``"order"``,
            or all of the ``"frame"`` in any order.
    """

    name: str
    words: str
    meaning: str
    rule: Rule
    keeps_missing: bool = True
    makes_missing: bool = False
    whole: tuple[int, ...] = ()
    in_microseconds: bool = False
    sees: Literal["row", "order", "frame"] = "row"

    def kind(self, kinds: Kinds, params: tuple[Any, ...]) -> Kind:
        """Return the kind of the answer, or raise ``NotPortable`` naming this operation."""
        found = self.rule(kinds, params)
        if found is None:
            shown = ", ".join(kinds)
            raise NotPortable(f"{self.words} on ({shown}) is known to be right in pandas only")
        return found


def table(*operations: Operation) -> dict[str, Operation]:
    """Return operations by their names."""
    return {operation.name: operation for operation in operations}
