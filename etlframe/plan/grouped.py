"""The verbs of groups: what follows ``groupby`` in a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from etlframe.errors import PlanError
from etlframe.frozen import frozen
from etlframe.plan.given import whole

if TYPE_CHECKING:
    from etlframe.plan.plan import Plan
    from etlframe.steps.base import Step
    from etlframe.steps.groups import Which

P = TypeVar("P", bound="Plan")


@frozen
class Grouped(Generic[P]):
    """A plan that is grouped and waits for what to do with its groups."""

    plan: P
    keys: tuple[str, ...]
    dropna: bool = True
    sort: bool = True

    def agg(self, *unnamed: Any, **named: tuple[str, Any]) -> P:
        """Aggregate by name: ``agg(flights=("flight", "count"))``; the keys become columns."""
        from etlframe.steps.aggregate import aggregate

        step = aggregate(self.keys, *unnamed, dropna=self.dropna, sort=self.sort, **named)
        return _after(self, step)

    aggregate = agg

    def head(self, n: int = 5) -> P:
        """Keep the first ``n`` rows of each group, in the order of the rows."""
        from etlframe.steps.groups import HeadOfGroups

        return _after(self, HeadOfGroups(self.keys, whole("head", n), self.dropna))

    def __getitem__(self, column: str) -> GroupedColumn[P]:
        """Return one column, for its largest or smallest values."""
        if not isinstance(column, str):
            raise PlanError(f"Name one column of the groups, not {column!r}.")
        if column in self.keys:
            raise PlanError(f"The groups are by {column!r} itself; name another column.")
        return GroupedColumn(self, column)


@frozen
class GroupedColumn(Generic[P]):
    """One column of groups."""

    grouped: Grouped[P]
    column: str

    def nlargest(self, n: int = 5) -> P:
        """Keep the ``n`` largest values of each group, largest first, beside the keys."""
        return self._extremes("nlargest", n)

    def nsmallest(self, n: int = 5) -> P:
        """Keep the ``n`` smallest values of each group, smallest first, beside the keys."""
        return self._extremes("nsmallest", n)

    def _extremes(self, word: Which, n: int) -> P:
        from etlframe.steps.groups import Extremes

        of = self.grouped
        step = Extremes(of.keys, self.column, whole(word, n), word, of.dropna, of.sort)
        return _after(of, step)

    def __getattr__(self, word: str) -> NoReturn:
        if word.startswith("_"):
            raise AttributeError(word)
        raise AttributeError(
            f"A column of groups has nlargest and nsmallest here. {self._said(word)}"
        )

    def _said(self, word: str) -> str:
        """Return how a pipeline says another word of ``d.groupby(keys)[column]``."""
        from etlframe.steps.aggregate import WORDS

        keys = self.grouped.keys
        by = f"groupby({(keys[0] if len(keys) == 1 else list(keys))!r})"
        if word in WORDS:
            return f"Aggregate by name: {by}.agg({word}_{self.column}=({self.column!r}, {word!r}))."
        return f"Inside assign: assign(new=lambda d: d.{by}[{self.column!r}].{word}(...))."


def _after(grouped: Grouped[P], step: Step) -> P:
    return grouped.plan._then(step)  # noqa: SLF001 - the other half of one verb
