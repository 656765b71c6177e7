"""What a run that goes on and those who watch it share: how far it is, and the wish to stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

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
                if self._in_python is None:
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

    @contextmanager
    def stoppable(self) -> Iterator[None]:
        """Have Python code of this thread stopped between two of its instructions."""
        self.check()
        with self._changing:
            before, self._in_python = self._in_python, threading.get_ident()
        try:
            yield
        finally:
            with self._changing:
                self._in_python = before
                if self._asked.is_set():  # and perhaps not heard: it must not be heard later on
                    _raise_in(threading.get_ident(), None)
        self.check()


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


@contextmanager
def stoppable() -> Iterator[None]:
    """Have Python code stopped when the run that goes on here is; see ``Control.stoppable``."""
    control = current_control()
    if control is None:
        yield
        return
    with control.stoppable():
        yield


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Raise an exception in another thread at its next instruction; None takes it back."""
    import ctypes

    raised = None if error is None else ctypes.py_object(error)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)
