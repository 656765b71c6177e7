"""When jobs run: at once, by a cron expression, or again and again."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Mapping
from datetime import datetime, tzinfo
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from etlframe.errors import OptionError, UnknownNameError
from etlframe.frozen import frozen
from etlframe.options import get_options
from etlframe.plan.execution import Observer
from etlframe.runs.job import Clock, ETLJob, Sleep
from etlframe.runs.log import RunLog
from etlframe.runs.result import JobResult
from etlframe.runs.retry import check_retries
from etlframe.runs.spans import Span, utc_now
from etlframe.runs.stats import statistics
from etlframe.runs.triggers import cron_trigger, interval_trigger, timezone_of

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler
    from apscheduler.triggers.base import BaseTrigger

    from etlframe.plan.plan import Plan

MOST_RESULTS = 1000

_logger = logging.getLogger(__name__)


@frozen
class _Schedule:
    trigger: BaseTrigger
    retries: int


class ETLScheduler:
    """Runs jobs by name: now, or in the background at their times.

    Runs of one job never overlap: who asks for one while another goes on waits for it, and a time
    that comes while a scheduled run goes on is left out. Times that were missed, because the
    machine slept, are made up for by a single run. Different jobs run side by side, up to ten.
    The background thread ends with the process, so a script that only schedules has to stay alive.

    Args:
        log: Where runs are recorded; None for the log of the options, read at this moment.
        timezone: What cron expressions are read in: a name such as ``"Europe/Berlin"``, a tzinfo,
            or None for this machine's zone. In the night when clocks go forward, a time that is
            skipped comes an hour later by the clock; when they go back, a time that comes twice
            is run twice: choose another time, or ``"UTC"``.
        clock: Tells the time, aware, in UTC.
        sleep: Waits that many seconds between attempts.

    Attributes:
        log: The run log.
        job_history: The newest 1000 results of this scheduler, oldest first, without their
            frames.
    """

    def __init__(
        self,
        log: RunLog | None = None,
        *,
        timezone: str | tzinfo | None = None,
        clock: Clock = utc_now,
        sleep: Sleep = time.sleep,
    ) -> None:
        self.log = RunLog(get_options().log_path) if log is None else log
        self.job_history: deque[JobResult] = deque(maxlen=MOST_RESULTS)
        self._timezone = timezone
        self._clock = clock
        self._sleep = sleep
        self._jobs: dict[str, ETLJob] = {}
        self._turns: dict[str, RLock] = {}
        self._schedules: dict[str, _Schedule] = {}
        self._background: BackgroundScheduler | None = None
        self._lock = RLock()

    def __repr__(self) -> str:
        state = "running" if self.is_running else "stopped"
        return f"ETLScheduler({len(self._jobs)} jobs, {len(self._schedules)} scheduled, {state})"

    @property
    def jobs(self) -> Mapping[str, ETLJob]:
        """The registered jobs by name, in the order of registering."""
        return MappingProxyType(dict(self._jobs))

    @property
    def is_running(self) -> bool:
        """Whether scheduled jobs are being run at their times."""
        return self._background is not None

    def register_job(self, job: ETLJob | Plan) -> ETLJob:
        """Make a job known by its name.

        A job of the same name is replaced: the next run, also a scheduled one, is the new one's;
        its schedule and its history stay, and a run that goes on ends as it began.

        Args:
            job: A job or a pipeline.
        """
        registered = job if isinstance(job, ETLJob) else ETLJob(job)
        with self._lock:
            self._jobs[registered.job_id] = registered
            self._turns.setdefault(registered.job_id, RLock())
        return registered

    def execute_job(
        self,
        job_id: str,
        retries: int = 3,
        *,
        engine: str | None = None,
        sleep: Sleep | None = None,
        on_progress: Observer | None = None,
        run_id: str | None = None,
    ) -> JobResult:
        """Run a job now, after a run of it that goes on, and wait for its result.

        Args:
            job_id: The job's name.
            retries: Further attempts after a failed one, from 0.
            engine: The engine, or None for the options' one.
            sleep: Waits between attempts; None for the scheduler's own.
            on_progress: Called with the attempt's ``Execution`` as it moves.
            run_id: A name for what the run loads; a second run of that name does nothing.

        Raises:
            UnknownNameError: No job of that name is registered.
        """
        self._known(job_id)
        with self._turns[job_id]:
            # Looked up in turn: it may have been replaced while this one waited.
            result = self._known(job_id).run(
                engine=engine,
                retries=retries,
                log=self.log,
                sleep=sleep or self._sleep,
                clock=self._clock,
                on_progress=on_progress,
                run_id=run_id,
            )
            self.job_history.append(result.light())
        return result

    def cancel(self, job_id: str) -> bool:
        """Stop the runs of a job that go on in this process; see ``ETLJob.cancel``.

        Its schedule stays.

        Returns:
            Whether there was one.

        Raises:
            UnknownNameError: No job of that name is registered.
        """
        return self._known(job_id).cancel()

    def schedule(
        self,
        job_id: str,
        *,
        cron: str | None = None,
        every: Span | None = None,
        retries: int = 3,
    ) -> datetime:
        """Have a job run at its times while the scheduler is started; replaces its schedule.

        Args:
            job_id: A registered job's name.
            cron: Five fields, such as ``"0 2 * * *"`` for every day at 02:00, or ``"@daily"``.
            every: How often instead: ``"15m"``, seconds, or a timedelta; first after one interval.
            retries: Further attempts after a failed one, from 0.

        Returns:
            When it is due first.

        Raises:
            UnknownNameError: No job of that name is registered, or there is no such time zone.
            OptionError: Not one of ``cron`` and ``every`` is given, or it is not a time.
        """
        self._known(job_id)
        schedule = _Schedule(self._trigger(cron, every), check_retries(retries))
        with self._lock:
            self._schedules[job_id] = schedule
            if self._background is not None:
                self._add(self._background, job_id)
        return self._due(schedule)

    def unschedule(self, job_id: str) -> None:
        """Have a job run no more at its times; a run that goes on ends as it began.

        Raises:
            UnknownNameError: No job of that name is registered.
        """
        self._known(job_id)
        with self._lock:
            if self._schedules.pop(job_id, None) and self._background is not None:
                self._background.remove_job(job_id)

    def next_run(self, job_id: str) -> datetime | None:
        """Return when a job is due next, if the scheduler is started then, or None if never.

        Raises:
            UnknownNameError: No job of that name is registered.
        """
        self._known(job_id)
        schedule = self._schedules.get(job_id)
        return None if schedule is None else self._due(schedule)

    def start(self) -> None:
        """Run scheduled jobs at their times, in the background; nothing if it does already."""
        from apscheduler.schedulers.background import BackgroundScheduler

        with self._lock:
            if self._background is not None:
                return
            background = BackgroundScheduler(timezone=timezone_of(self._timezone))
            for job_id in self._schedules:
                self._add(background, job_id)
            background.start()
            self._background = background

    def stop(self, *, wait: bool = True) -> None:
        """Run no more scheduled jobs; nothing if it does not.

        Args:
            wait: Return only when the runs that go on, with their retries, have ended.
        """
        with self._lock:
            background, self._background = self._background, None
        if background is not None:
            background.shutdown(wait=wait)

    def statistics(self, job_id: str | None = None) -> dict[str, Any]:
        """Return figures over ``job_history``, of one job or of all; see ``runs.stats``.

        Raises:
            UnknownNameError: No job of that name is registered.
        """
        if job_id is not None:
            self._known(job_id)
        results = list(self.job_history)
        return statistics(each.record() for each in results if job_id in {None, each.job_id})

    def _known(self, job_id: str) -> ETLJob:
        if job_id not in self._jobs:
            raise UnknownNameError("job", job_id, self._jobs)
        return self._jobs[job_id]

    def _trigger(self, cron: str | None, every: Span | None) -> BaseTrigger:
        zone, now = timezone_of(self._timezone), self._clock()
        if cron is not None and every is None:
            return cron_trigger(cron, zone, now)
        if every is not None and cron is None:
            return interval_trigger(every, zone, now)
        raise OptionError('Give either cron, such as "0 2 * * *", or every, such as "15m".')

    def _due(self, schedule: _Schedule) -> datetime:
        due: datetime = schedule.trigger.get_next_fire_time(None, self._clock())
        return due

    def _add(self, background: BackgroundScheduler, job_id: str) -> None:
        background.add_job(
            self._fire,
            self._schedules[job_id].trigger,
            args=[job_id],
            id=job_id,
            name=job_id,
            replace_existing=True,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def _fire(self, job_id: str) -> None:
        schedule = self._schedules.get(job_id)
        if schedule is None:
            return
        try:
            self.execute_job(job_id, schedule.retries)
        except BaseException:
            # A log that cannot be written, or a plan that calls sys.exit: the others go on.
            _logger.exception("The scheduled run of %r could not be made.", job_id)
