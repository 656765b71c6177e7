"""A node with its kind, and where its missing values can come from.

The second matters because pandas has no missing integer: a whole-number column with a missing
value is float64, and stays float64 when the rows that miss it are filtered out. So each column
carries its *origins*: the places where a value may be missing. A frame that comes back from an
engine looks there to give the dtype that pandas would have.
"""

from __future__ import annotations

from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import Node
from etlframe.frozen import frozen


@frozen
class Digits:
    """How many digits a decimal has.

    Attributes:
        precision: All digits that its type allows.
        scale: Those behind the point.
        most: All digits that its values are known to need at most.
    """

    precision: int
    scale: int
    most: int


@frozen
class Origin:
    """A place where values may be missing: a column of a relation.

    Attributes:
        relation: The relation's text in its engine's language, or any other name of it.
        column: The column.
        known: True where it is known to hold missing values, None where nobody has looked.
        value: An expression over the relation that may be missing, where it is no column.
        digits: Of decimals, in an origin that is there for them alone.
    """

    relation: str
    column: str
    known: bool | None = None
    value: Typed | None = None
    digits: Digits | None = None


Origins = frozenset[Origin]
NOWHERE: Origins = frozenset()
OTHER_UNIT = Origin("", "", known=False)
"""Goes with a column of times that are not in microseconds wherever its values go."""


def of_digits(digits: Digits) -> Origins:
    """Return what goes with a column of decimals wherever its values go."""
    return frozenset({Origin("", "", known=False, digits=digits)})


def may_miss(origins: Origins) -> bool:
    """Say whether there is a place where a value may be missing."""
    return any(origin.known is not False for origin in origins)


def digits_of(origins: Origins) -> Digits | None:
    """Return the digits of decimals, or None where they come from columns of different ones."""
    found = [origin.digits for origin in origins if origin.digits is not None]
    if len({(each.precision, each.scale) for each in found}) != 1:
        return None
    return max(found, key=lambda each: each.most)


@frozen
class Typed:
    """A node with its kind and origins.

    Attributes:
        node: The node.
        kind: What it holds.
        origins: Where its missing values can come from; empty when it cannot be missing.
        args: Its operands, typed.
    """

    node: Node
    kind: Kind
    origins: Origins = NOWHERE
    args: tuple[Typed, ...] = ()

    @property
    def digits(self) -> Digits | None:
        """The digits, where it holds decimals of one type."""
        return digits_of(self.origins) if self.kind is Kind.DECIMAL else None
