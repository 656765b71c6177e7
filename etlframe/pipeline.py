"""``Pipeline``: a plan that can also be previewed, run and shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from etlframe.engines.registry import engine_name
from etlframe.errors import LoadError, OptionError
from etlframe.plan.attempts import computed
from etlframe.plan.plan import Plan
from etlframe.plan.previewing import previewed
from etlframe.storage.records import LoadRecord, State

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.plan.explain import Explanation
    from etlframe.runs.profile import Profile
    from etlframe.runs.result import JobResult


@dataclass(frozen=True, repr=False, init=False)
class Pipeline(Plan):
    """A source, steps in pandas' words and a destination: explored in a cell, run every night.

    Pipelines are frozen: every verb returns a new one, so a cell can be run again.

    Args:
        name: Its name, under which runs are recorded.
        source: A source, a path, a DataFrame, or a function that returns one.
        steps: Steps, ``Transformation`` objects or functions of a DataFrame.
        destination: A path, a ``DataLoader``, or None.

    >>> import pandas as pd
    >>> p = (
    ...     Pipeline("delays", pd.DataFrame({"carrier": ["UA", "HA", "UA"], "delay": [4, -2, 6]}))
    ...     .query("delay > 0")
    ...     .groupby("carrier")
    ...     .agg(delay=("delay", "mean"))
    ... )
    >>> p.collect()
      carrier  delay
    0      UA    5.0
    """

    def preview(self, n: int = 5) -> pd.DataFrame:
        """Return the first rows, reading no more than they need.

        Args:
            n: How many rows.

        Returns:
            A DataFrame of at most ``n`` rows. A whole-number column that misses values only further
            down is int64 here and float64 in ``collect()``.

        Raises:
            ETLError: As ``collect``; a misspelt column is found here already.
        """
        if type(n) is not int or n < 0:
            raise OptionError(f"preview takes a whole number of rows from 0, not {n!r}.")
        steps = self.head(n).steps
        return previewed(self.source, steps, n, engine_name(None))

    def collect(self, engine: str | None = None) -> pd.DataFrame:
        """Return all rows after the last step, and load nothing.

        Args:
            engine: ``"auto"``, ``"duckdb"``, ``"polars"`` or ``"pandas"``; None for the option's.

        Returns:
            A DataFrame with a RangeIndex and pandas' default dtypes, the same on every engine.

        Raises:
            SourceError: The source cannot be read.
            ColumnNotFoundError: A step names a column that is not there.
            StepError: A function of yours failed; its error is the ``__cause__``.
            ValidationError: The rows do not keep a schema.
        """
        return computed(self.source, self.steps, engine_name(engine))

    def peek(self) -> pd.DataFrame:
        """Return what each step does to the frame; counts, so it reads everything.

        Returns:
            A DataFrame with a row for the source and each step: ``step``, ``rows``, ``columns``,
            ``change`` (rows gained or lost, columns added, dropped or with another dtype) and
            ``dtypes``.
        """
        from etlframe.plan.peek import peeked

        return peeked(self)

    def explain(self, engine: str | None = None) -> Explanation:
        """Return which step runs on which engine, and why one does not.

        Raises:
            ColumnNotFoundError: A step names a column that is not there.
        """
        from etlframe.plan.explain import explained

        return explained(self, engine)

    def profile(self, engine: str | None = None) -> Profile:
        """Run the pipeline, load nothing, and return where the time went.

        The load is written beside the destination and thrown away, so its time is in it; the run
        is not in the log. A first run in a process also loads libraries: profile twice.

        Args:
            engine: ``"auto"``, ``"duckdb"``, ``"polars"`` or ``"pandas"``; None for the option's.

        Returns:
            The phases: a waterfall in a notebook, text elsewhere, ``frame()`` and ``plot()``.

        Raises:
            ETLError: As ``collect``, and where the destination could not be written.

        >>> import pandas as pd
        >>> p = Pipeline("delays", pd.DataFrame({"delay": [4, -2, 6]})).query("delay > 0")
        >>> profile = p.profile()
        >>> {"extract", "query delay > 0"} <= set(profile.frame()["phase"])
        True
        """
        from etlframe.runs.profiling import profiled

        return profiled(self, engine)

    def run(self, engine: str | None = None, retries: int = 0, **options: Any) -> JobResult:
        """Run the pipeline, load its destination, and record the run.

        Args:
            engine: ``"auto"``, ``"duckdb"``, ``"polars"`` or ``"pandas"``; None for the option's.
            retries: Further attempts after a failed one, after waits of 1, 2, 4 ... seconds.
            **options: Those of ``ETLJob.run``: ``run_id``, a name for what the run loads (a second
                run of that name does nothing), ``log``, ``sleep``, ``clock``, ``on_progress``.

        Returns:
            The result; a failure is a FAILED result, not an exception (``raise_for_status()``).
        """
        from etlframe.runs.job import ETLJob

        return ETLJob(self).run(engine=engine, retries=retries, **options)

    def state(self) -> State:
        """Return what the destination remembers: the loads that it took.

        >>> import pandas as pd
        >>> path = getfixture("tmp_path") / "days.csv"
        >>> days = Pipeline("days", pd.DataFrame({"day": [1, 2]})).to(path, mode="append")
        >>> days.run(run_id="2026-11-25").status, days.run(run_id="2026-11-25").status
        (<JobStatus.COMPLETED: 'COMPLETED'>, <JobStatus.SKIPPED: 'SKIPPED'>)
        >>> [(load.run_id, load.rows) for load in days.state().loads]
        [('2026-11-25', 2)]
        """
        return State() if self.destination is None else self.destination.state()

    def backfill(self, start: Any, end: Any, **options: Any) -> JobResult:
        """Load once more the rows whose cursor is from ``start`` on and before ``end``.

        How far the destination says that the source was read stays as it is.

        Args:
            start: The first value of the cursor.
            end: The first value that is not loaded.
            **options: Those of :meth:`run`.

        Raises:
            PlanError: The source has no cursor; or the destination would have rows twice, as it
                appends and does not begin at ``end`` (``initial=``), or groups it had not in full.
        """
        from etlframe.plan.increment import rows_between

        plan = self._replaced(source=rows_between(self, start, end))
        return plan.run(**options)

    def reset(self) -> None:
        """Have the next run read the source from its beginning; what was loaded stays.

        Raises:
            LoadError: There is no destination that remembers it.
        """
        if self.destination is None:
            raise LoadError(f"{self.name!r} has no destination that remembers how far it was read.")
        self.destination.forget(self.name)

    def rollback(self, run_id: str) -> LoadRecord:
        """Undo the newest load of the destination: it is what it was before that run.

        Args:
            run_id: The run, as its result and the history name it.

        Returns:
            The load that was undone.

        Raises:
            LoadError: It is not the newest load, what was before it was not kept, or somebody
                else has changed the destination since. Nothing is changed then.

        >>> import pandas as pd
        >>> path = getfixture("tmp_path") / "days.csv"
        >>> days = Pipeline("days", pd.DataFrame({"day": [1, 2]})).to(path, mode="append")
        >>> first, second = days.run(), days.run()
        >>> days.rollback(second.run_id).rows, len(days.destination.read())
        (2, 2)
        """
        if self.destination is None:
            raise LoadError(f"{self.name!r} has no destination, and so no load to undo.")
        return self.destination.rollback(run_id)

    def cancel(self) -> bool:
        """Stop the runs of this pipeline that go on in other threads; see ``ETLJob.cancel``.

        Returns:
            Whether there was one; it ends as CANCELLED, and its destination stays as it was.

        >>> import pandas as pd
        >>> Pipeline("delays", pd.DataFrame({"delay": [4]})).cancel()
        False
        """
        from etlframe.runs.job import ETLJob

        return ETLJob(self).cancel()

    def __repr__(self) -> str:
        lines = [f"Pipeline {self.name!r}", f"  from {self.source.describe()}"]
        lines += [f"  {step.name}" for step in self.steps]
        if self.destination is not None:
            lines.append(f"  to {self.destination.describe()}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from etlframe import html

        rows = [["from", self.source.describe()]]
        rows += [[str(at), step.name] for at, step in enumerate(self.steps, start=1)]
        to = "nowhere yet: .to('out/file.parquet')"
        rows.append(["to", to if self.destination is None else self.destination.describe()])
        return html.card(f"Pipeline {self.name}", rows)
