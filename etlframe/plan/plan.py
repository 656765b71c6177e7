"""The plan: a frozen value with pandas' verbs; every verb returns a new one.

A verb loads its step when it is first used: a small job needs few of them, and starts faster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, Self

from etlframe.errors import OptionError, PlanError
from etlframe.loaders.base import Destination
from etlframe.plan.given import as_destination, as_source, whole
from etlframe.plan.grouped import Grouped
from etlframe.sources.base import DataSource
from etlframe.steps.base import Step, as_names

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.steps.join import How

Names = str | Sequence[str]


@dataclass(frozen=True, repr=False)
class Plan:
    """A source, steps and a destination.

    Attributes:
        name: The plan's name, which is the job's id.
        source: Where rows come from.
        steps: What is done to them, in order.
        destination: Where they go, or None.
    """

    name: str
    source: DataSource
    steps: tuple[Step, ...] = ()
    destination: Destination | None = None

    def __init__(
        self,
        name: str,
        source: DataSource | str | PathLike[str] | pd.DataFrame | Callable[[], pd.DataFrame],
        steps: Sequence[Any] = (),
        destination: Destination | str | PathLike[str] | None = None,
    ) -> None:
        if not isinstance(name, str) or not name.strip():
            raise PlanError(f"A pipeline's name is a text that is not empty, not {name!r}.")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "source", as_source(source))
        object.__setattr__(self, "steps", tuple(map(_as_step, steps)))
        object.__setattr__(self, "destination", as_destination(destination))

    @property
    def job_id(self) -> str:
        """The name, under which runs are recorded."""
        return self.name

    # -- rows --------------------------------------------------------------------------------------

    def query(self, condition: str) -> Self:
        """Keep the rows where a condition holds: ``"dep_delay > 0 and dest in @dests"``."""
        from etlframe.steps.filter import query

        return self._then(query(condition))

    def sort_values(
        self,
        by: Names,
        *,
        ascending: bool | Sequence[bool] = True,
        na_position: Literal["first", "last"] = "last",
    ) -> Self:
        """Sort by columns; ties keep their order, missing values go last."""
        from etlframe.steps.rows import SortValues

        keys = as_names(by)
        ways = [ascending] * len(keys) if isinstance(ascending, bool) else list(ascending)
        if not keys or len(ways) != len(keys):
            raise PlanError(f"sort_values has {len(keys)} columns and {len(ways)} in ascending=.")
        _one_of("sort_values na_position", na_position, ("first", "last"))
        return self._then(SortValues(tuple(keys), tuple(ways), na_position))

    def drop_duplicates(
        self, subset: Names | None = None, *, keep: Literal["first", "last", False] = "first"
    ) -> Self:
        """Keep one of the rows that are equal in ``subset`` (in all columns where None)."""
        from etlframe.steps.rows import DropDuplicates

        _one_of("drop_duplicates keep", keep, ("first", "last", False))
        return self._then(DropDuplicates(_names_or_none(subset), keep))

    def dropna(self, subset: Names | None = None, *, how: Literal["any", "all"] = "any") -> Self:
        """Drop rows with missing values in any, or all, of ``subset``."""
        from etlframe.steps.rows import Dropna

        _one_of("dropna how", how, ("any", "all"))
        return self._then(Dropna(_names_or_none(subset), how))

    def fillna(self, value: Any) -> Self:
        """Replace missing values: by one value, or by a mapping of column to value."""
        from etlframe.steps.rows import Fillna

        return self._then(Fillna(dict(value) if isinstance(value, Mapping) else value))

    def head(self, n: int = 5) -> Self:
        """Keep the first rows; of a negative number, all but the last."""
        from etlframe.steps.rows import Head

        return self._then(Head(whole("head", n)))

    def tail(self, n: int = 5) -> Self:
        """Keep the last rows; of a negative number, all but the first."""
        from etlframe.steps.rows import Tail

        return self._then(Tail(whole("tail", n)))

    def sample(
        self,
        n: int | None = None,
        *,
        frac: float | None = None,
        replace: bool = False,
        random_state: int,
    ) -> Self:
        """Keep ``n`` rows, or a part of them, by chance: the same ones in every run."""
        from etlframe.steps.rows import sample

        return self._then(sample(n, frac, replace=replace, random_state=random_state))

    def explode(self, columns: Names) -> Self:
        """Make one row of each value of columns of lists."""
        from etlframe.steps.reshape import explode

        return self._then(explode(columns))

    def concat(self, *others: Any) -> Self:
        """Put the rows of DataFrames, sources or pipelines below, as ``pd.concat`` does."""
        from etlframe.steps.stack import concat

        return self._then(concat(*others))

    # -- columns -----------------------------------------------------------------------------------

    def assign(self, **columns: Any) -> Self:
        """Add or replace columns: ``assign(speed="distance / air_time", at=lambda d: ...)``."""
        from etlframe.steps.assign import assign

        return self._then(assign(**columns))

    def select(self, *columns: Names) -> Self:
        """Keep columns, in the order given: ``select("a", "b")`` or ``select(["a", "b"])``."""
        from etlframe.steps.columns import Select

        return self._then(Select(_flat("select", columns)))

    def drop(self, columns: Names) -> Self:
        """Leave columns out."""
        from etlframe.steps.columns import Drop

        return self._then(Drop(tuple(as_names(columns))))

    def rename(self, columns: Mapping[str, str]) -> Self:
        """Give columns other names: ``rename({"dep_delay": "delay"})``."""
        from etlframe.steps.columns import Rename

        if not isinstance(columns, Mapping):
            raise PlanError("rename takes a mapping of old name to new: rename({'a': 'b'}).")
        return self._then(Rename(dict(columns)))

    def astype(self, dtypes: Any) -> Self:
        """Convert columns: a mapping of column to dtype, or one dtype for all."""
        from etlframe.steps.columns import Astype

        return self._then(Astype(dict(dtypes) if isinstance(dtypes, Mapping) else dtypes))

    def melt(self, id_vars: Names = (), value_vars: Names | None = None, **options: str) -> Self:
        """Put columns below each other: ``melt("day", ["low", "high"], value_name="degrees")``."""
        from etlframe.steps.reshape import melt

        return self._then(melt(id_vars, value_vars, **options))

    def pivot(self, columns: Names, *, index: Names, values: Names) -> Self:
        """Make columns of a column's values: ``pivot("month", index="dest", values="delay")``."""
        from etlframe.steps.reshape import pivot

        return self._then(pivot(columns, index=index, values=values))

    # -- groups, joins, functions, schemas ---------------------------------------------------------

    def groupby(self, by: Names, *, dropna: bool = True, sort: bool = True) -> Grouped[Self]:
        """Group by columns; ``.agg(new=("column", "mean"))`` follows, or another verb of groups."""
        return Grouped(self, tuple(as_names(by)), dropna=dropna, sort=sort)

    def merge(
        self, right: Any, how: How = "inner", on: Names | None = None, **options: Any
    ) -> Self:
        """Join with a DataFrame, a source or another pipeline, as ``DataFrame.merge`` does."""
        from etlframe.steps.join import merge

        return self._then(merge(right, how, on, **options))

    def pipe(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Run any DataFrame -> DataFrame function, or a step, with arguments."""
        from etlframe.steps.custom import pipe

        return self._then(pipe(function, *args, **kwargs))

    def validate(
        self, schema: Any, *, on_invalid: str = "error", max_invalid: float | None = None
    ) -> Self:
        """Check the rows against a Pandera schema, all failures at once.

        Args:
            schema: A ``DataFrameSchema`` or a ``DataFrameModel``.
            on_invalid: ``"error"``: rows that fail stop the run. (Setting them aside comes later.)
            max_invalid: Comes with setting rows aside; None until then.

        Raises:
            OptionError: ``on_invalid`` or ``max_invalid`` asks for what is not available yet.
        """
        from etlframe.steps.check import validate

        if max_invalid is not None:
            raise OptionError("max_invalid= is not available yet: any invalid row stops the run.")
        if on_invalid != "error":
            raise OptionError(f"on_invalid={on_invalid!r} is not available yet; 'error' is.")
        return self._then(validate(schema))

    def to(self, destination: Any, mode: str = "write", **options: Any) -> Self:
        """Load into a file: ``to("out/delays.parquet", mode="append")``.

        Args:
            destination: A path, whose suffix tells the format; a folder of Parquet files, with a
                slash at its end (``"out/flights/"``); a database's URL; or a ``DataLoader``.
            mode: ``"write"`` replaces, ``"append"`` adds, ``"upsert"`` does both by ``key=``.
            **options: Those of ``DataLoader``.
        """
        return self._replaced(destination=as_destination(destination, mode, **options))

    def _then(self, step: Step) -> Self:
        return self._replaced(steps=(*self.steps, step))

    def _replaced(self, **changes: Any) -> Self:
        return replace(self, **changes)


def _as_step(given: Any) -> Step:
    if isinstance(given, Step):
        return given
    from etlframe.steps.custom import pipe

    return pipe(given)


def _names_or_none(names: Names | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(as_names(names))


def _one_of(what: str, given: Any, known: Sequence[Any]) -> None:
    if given not in known:
        raise PlanError(f"{what}={given!r} is not one of {', '.join(map(repr, known))}.")


def _flat(verb: str, columns: Sequence[Names]) -> tuple[str, ...]:
    flat = tuple(name for each in columns for name in as_names(each))
    if not flat:
        raise PlanError(f"{verb} needs at least one column.")
    return flat
