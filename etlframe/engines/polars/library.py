"""The import of Polars: its threads are counted when it is first imported, and never again."""

from __future__ import annotations

import os

from etlframe.options import get_options

_VARIABLE = "POLARS_MAX_THREADS"


def load() -> str | None:
    """Import Polars with as many threads as the option says.

    Returns:
        What a person should know where that came too late, else None.
    """
    threads = get_options().threads
    before = os.environ.get(_VARIABLE)
    if threads is not None:
        os.environ[_VARIABLE] = str(threads)
    try:
        import polars as pl
    finally:
        # Only for this import: programs that are started from here have their own number.
        if threads is not None:
            _restore(before)
    running = pl.thread_pool_size()
    if threads is None or threads == running:
        return None
    return (
        f"Polars runs with {running} threads, not {threads}: it was imported before "
        f"set_options(threads={threads}), and counts its threads then. Set the option first, or "
        f"start Python with {_VARIABLE}={threads}."
    )


def _restore(before: str | None) -> None:
    if before is None:
        os.environ.pop(_VARIABLE, None)
    else:
        os.environ[_VARIABLE] = before
