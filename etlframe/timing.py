"""Where time goes: phases that note when they began and how long they took, if somebody asks.

Without a timeline a phase costs a look at a variable, so phases stand wherever one may ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter

from etlframe.frozen import frozen


@frozen
class Part:
    """What one operator of an engine did within a phase; operators work at the same time.

    Attributes:
        name: What it does: ``"read flights.csv"``, ``"aggregate"``.
        kind: Its kind, in one word: ``"read"``, ``"filter"``, ``"aggregate"``, ``"join"`` ...
        cpu: Seconds of all threads together.
        rows: Rows that it gave.
    """

    name: str
    kind: str
    cpu: float
    rows: int | None = None


@dataclass
class Phase:
    """A span of time with a name.

    Attributes:
        name: What was done.
        level: 0, or the number of phases around it.
        started: Seconds since the timeline began.
        seconds: How long it took.
        engine: Where it was done.
        step: The plan's step that it was, where it was one.
        rows: Rows after it, or None.
        parts: What the engine's operators did in it, as far as the engine tells.
        spilled: Bytes that did not fit into memory, at most at one time.
        memory: Bytes that the engine held in memory, at most at one time.
    """

    name: str
    level: int = 0
    started: float = 0.0
    seconds: float = 0.0
    engine: str = ""
    step: str = ""
    rows: int | None = None
    parts: tuple[Part, ...] = ()
    spilled: int = 0
    memory: int = 0


@dataclass(repr=False, eq=False)
class Timeline:
    """The phases of one thread, in the order of their beginnings.

    Attributes:
        phases: What was noted.
    """

    clock: Callable[[], float] = perf_counter
    phases: list[Phase] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._began = self.clock()
        self._level = 0

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return self.clock() - self._began

    @contextmanager
    def phase(self, name: str, engine: str, step: str) -> Iterator[Phase]:
        """Note a phase; one that only goes on with the one before makes that longer."""
        now = self.elapsed
        last = self.phases[-1] if self.phases else Phase("")
        if (last.name, last.engine, last.step, last.level) == (name, engine, step, self._level):
            noted = last
        else:
            noted = Phase(name, self._level, now, engine=engine, step=step)
            self.phases.append(noted)
        self._level += 1
        try:
            yield noted
        finally:
            self._level -= 1
            noted.seconds = self.elapsed - noted.started


def is_timed() -> bool:
    """Return whether somebody asks where the time of what runs here goes."""
    return _timeline.get() is not None


_timeline: ContextVar[Timeline | None] = ContextVar("etlframe_timeline", default=None)


@contextmanager
def timed(timeline: Timeline) -> Iterator[None]:
    """Have the phases of the block noted.

    >>> timeline = Timeline()
    >>> with timed(timeline), phase("sniff"):
    ...     pass
    >>> [each.name for each in timeline.phases]
    ['sniff']
    """
    token = _timeline.set(timeline)
    try:
        yield
    finally:
        _timeline.reset(token)


@contextmanager
def phase(name: str, *, engine: str = "", step: str = "") -> Iterator[Phase]:
    """Note a phase of what runs here, if somebody asks for it; else it is given and forgotten."""
    timeline = _timeline.get()
    if timeline is None:
        yield Phase(name)
        return
    with timeline.phase(name, engine, step) as noted:
        yield noted
