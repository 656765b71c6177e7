"""``preview()``: the first rows after the last step, of as little of the source as gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn
from typing import cast as typed_as

from etlframe.errors import ETLError
from etlframe.expressions.tree import Call, Node, NotPortable
from etlframe.expressions.vocabulary import OPERATIONS
from etlframe.plan.attempts import computed
from etlframe.sources.base import first_of

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame
    from etlframe.sources.base import DataSource
    from etlframe.steps.base import Step

_SAMPLE = 1_000  # rows of a database, for a preview of fewer


def previewed(source: DataSource, steps: Sequence[Step], n: int, engine: str) -> pd.DataFrame:
    """Return the first ``n`` rows of a source after steps.

    A database is asked for its first rows alone, where each row is made of one row, and those are
    enough; a file is read by engines as far as they need.

    Args:
        source: The source.
        steps: The steps, whose last one keeps ``n`` rows.
        n: How many rows.
        engine: ``"auto"``, or an engine's name.

    Raises:
        ETLError: As a run.
    """
    sample = first_of(source, max(_SAMPLE, n))
    if sample is not source and _are_row_by_row(steps[:-1], source.columns()):
        df = computed(sample, tuple(steps), engine, exact=False)
        if len(df) >= n:
            return df
    return computed(source, tuple(steps), engine, exact=False)


def _are_row_by_row(steps: Sequence[Step], columns: list[str] | None) -> bool:
    """Return whether the first rows after steps are made of the first rows before them."""
    if columns is None:
        return False
    frame = _EachRow(columns)
    try:
        for step in steps:
            frame = typed_as("_EachRow", step.lower(typed_as("EngineFrame", frame)))
    except (NotPortable, ETLError):  # what is wrong is told when the step is run
        return False
    return True


class _EachRow:
    """A frame without rows, which takes what makes each row of one row, and refuses all else.

    Args:
        columns: Its columns.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = list(columns)

    def filter(self, condition: Node) -> _EachRow:
        _check(condition)
        return self

    def assign(self, columns: Mapping[str, Node]) -> _EachRow:
        for node in columns.values():
            _check(node)
        return _EachRow(list(dict.fromkeys([*self.columns, *columns])))

    def select(self, columns: Sequence[str]) -> _EachRow:
        return _EachRow(columns)

    def rename(self, names: Mapping[str, str]) -> _EachRow:
        return _EachRow([names.get(name, name) for name in self.columns])

    def drop_missing(self, *_: Any) -> _EachRow:
        return self

    fill_missing = cast = closed = drop_missing

    def __getattr__(self, name: str) -> NoReturn:
        raise NotPortable(f"{name} may see other rows")


def _check(node: Node) -> None:
    """Raise where an expression sees other rows than its own."""
    if not isinstance(node, Call):
        return
    if OPERATIONS[node.op].sees != "row":
        raise NotPortable(f"{node.op} sees other rows")
    for each in node.args:
        _check(each)
