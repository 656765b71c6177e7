"""Places where tests stop the process, just as a power cut would: between two calls that matter."""

from __future__ import annotations

import os

FAILPOINTS = (
    "file:staged",
    "file:flushed",
    "file:locked",
    "ledger:written",
    "ledger:flushed",
    "file:announced",
    "file:kept",
    "file:put in place",
    "file:folder flushed",
    "file:loaded",
    "growth:announced",
    "growth:half",
    "growth:written",
    "tree:staged",
    "tree:flushed",
    "tree:locked",
    "tree:linked",
    "tree:announced",
    "tree:kept",
    "tree:moved away",
    "tree:put in place",
    "tree:folder flushed",
    "tree:loaded",
    "undo:announced",
    "undo:done",
    "sql:staged",
    "sql:begun",
    "sql:table",
    "sql:rows",
    "sql:record",
    "sql:committed",
    "undo:of table",
)
"""The places, in the order in which they are reached: by loads of files, rollbacks, tables."""

_armed = os.environ.get("ETLFRAME_FAILPOINT")


def reach(name: str) -> None:
    """Die here, without any ado, if this is the failpoint that the environment names."""
    if _armed == name:
        import signal

        os.kill(os.getpid(), signal.SIGKILL)
