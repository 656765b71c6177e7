"""What a run that goes on and those who watch it share: how far it is, and the wish to stop it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar

Answer = TypeVar("Answer")

_AGAIN_AFTER = 0.5
"""Seconds until Python code that did not hear of a cancellation is told again."""


class RunCancelled(BaseException):
    """A run was told to stop; as with Ctrl-C, no ``except Exception`` of a step keeps it going."""

    def __str__(self) -> str:
        return "The run was cancelled."


class Advance(NamedTuple):
    """How far a computation is.

    Attributes:
        fraction: The part that is done, from 0 to 1, or None where the engine cannot tell.
        rows: Rows read so far, or None where the engine cannot tell.
    """

    fraction: float | None = None
    rows: int | None = None


Listener = Callable[[Advance], None]


class Control:
    """Stops one run, from any thread."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._changing = threading.RLock()
        self._in_python: int | None = None

    @property
    def is_cancelled(self) -> bool:
        """Whether the run was told to stop."""
        return self._asked.is_set()

    def cancel(self) -> None:
        """Tell the run to stop: what computes, waits or runs Python now ends within a moment."""
        with self._changing:
            insists = not self._asked.is_set() and self._in_python is not None
            self._asked.set()
        if insists:
            threading.Thread(target=self._insist, name="etlframe-cancel", daemon=True).start()

    def _insist(self) -> None:
        """Raise in the thread that runs Python, again until it has left: once may be lost.

        Python prints and drops what is raised within a finalizer or the callback of a weak
        reference, which pandas has many of.
        """
        while True:
            with self._changing:
                if self._in_python is None or not _is_within(Control.stopping, self._in_python):
                    return
                _raise_in(self._in_python, RunCancelled)
            time.sleep(_AGAIN_AFTER)

    def check(self) -> None:
        """Raise ``RunCancelled`` if the run was told to stop."""
        if self._asked.is_set():
            raise RunCancelled

    def sleep(self, seconds: float) -> None:
        """Wait, or raise ``RunCancelled`` as soon as the run is told to stop."""
        self._asked.wait(seconds)
        self.check()

    def stopping(self, work: Callable[[], Answer]) -> Answer:
        """Run Python code in this thread that is stopped between two of its instructions.

        A function and not a context manager: what is raised from another thread may come in the
        very moment of leaving, and whether this function still runs can be seen from outside.
        """
        self.check()
        before = self._in_python
        try:
            with self._changing:
                self._in_python = threading.get_ident()
            return work()
        finally:
            self._leave(before)
            self.check()

    def _leave(self, before: int | None) -> None:
        """Have nothing raised in this thread any more, also not what was raised and not heard.

        Python 3.11 can take such an exception back, but then never stops to look for it, which
        makes a process slow, and one whose lines are traced (as for coverage) stand still.
        """
        while True:
            try:
                with self._changing:
                    self._in_python = before
                _hear()
            except RunCancelled:
                continue
            return


_control: ContextVar[Control | None] = ContextVar("etlframe_control", default=None)
_listener: ContextVar[Listener | None] = ContextVar("etlframe_listener", default=None)


def current_control() -> Control | None:
    """Return what can stop the run that goes on here, or None where there is none."""
    return _control.get()


def current_listener() -> Listener | None:
    """Return who wants to know how far the computation is, or None."""
    return _listener.get()


@contextmanager
def controlled(control: Control) -> Iterator[None]:
    """Have what runs in the block stop when ``control`` says so."""
    token = _control.set(control)
    try:
        yield
    finally:
        _control.reset(token)


@contextmanager
def told(listener: Listener | None) -> Iterator[None]:
    """Have a listener told, several times a second, how far a computation in the block is.

    >>> with told(print):
    ...     current_listener()(Advance(fraction=0.5))
    Advance(fraction=0.5, rows=None)
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def stoppable(work: Callable[[], Answer]) -> Answer:
    """Run Python code that stops when the run that goes on here does; see ``Control.stopping``."""
    control = current_control()
    return work() if control is None else control.stopping(work)


def _is_within(function: Callable[..., Any], thread: int) -> bool:
    """Return whether a function is on a thread's stack."""
    frame = sys._current_frames().get(thread)  # noqa: SLF001 - how Python calls it, documented
    while frame is not None and frame.f_code is not function.__code__:
        frame = frame.f_back
    return frame is not None


def _hear() -> None:
    """Do nothing: at a call, Python looks whether another thread raised something in this one."""


def _raise_in(thread: int, error: type[BaseException]) -> None:
    """Raise an exception in another thread at its next instruction."""
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))
