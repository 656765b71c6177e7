"""Process-wide options, set by ``etl.set_options`` and read where they are needed."""

from __future__ import annotations

import re
from contextvars import ContextVar, Token
from dataclasses import fields, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from etlframe.errors import OptionError, UnknownNameError
from etlframe.frozen import frozen

ENGINES = ("auto", "duckdb", "pandas", "polars")
FALLBACKS = ("pandas", "error")
_SIZE = r"(?i)\d+(\.\d+)?\s*([kmgt]i?)?b"
DEFAULT_LOG_PATH = ".etlframe/logs/etl-jobs.jsonl"


@frozen
class Options:
    """The options in force.

    Attributes:
        engine: The engine of runs that name none: ``"auto"``, ``"duckdb"``, ``"pandas"`` or
            ``"polars"``.
        threads: Threads an engine may use; None for as many as the machine has cores.
        memory_limit: What DuckDB may hold in memory, such as ``"4GB"``; more is put on the disk,
            beside the destination. None for half of what the machine, or its container, has.
        log_path: The JSONL file that records runs, relative to the working folder.
        fallback: ``"pandas"`` runs in pandas what an engine cannot; ``"error"`` refuses.
    """

    engine: str = "auto"
    threads: int | None = None
    memory_limit: str | None = None
    log_path: str | Path = DEFAULT_LOG_PATH
    fallback: str = "pandas"

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise UnknownNameError("engine", self.engine, ENGINES)
        if self.fallback not in FALLBACKS:
            raise OptionError(f"fallback is one of {FALLBACKS}, not {self.fallback!r}.")
        limit = self.memory_limit
        if limit is not None and not re.fullmatch(_SIZE, str(limit).strip()):
            raise OptionError(f"memory_limit is a size like '4GB', not {limit!r}.")
        if self.threads is not None and (not isinstance(self.threads, int) or self.threads < 1):
            raise OptionError(f"threads is a whole number from 1, or None, not {self.threads!r}.")


_options: ContextVar[Options] = ContextVar("etlframe_options")
_process_options = Options()


def get_options() -> Options:
    """Return the options in force here."""
    return _options.get(_process_options)


class set_options:  # noqa: N801 - used as a function and as a context manager, like pd.option_context
    """Set options for the process, or, in a ``with`` block, for the block alone.

    Args:
        **changes: Any of the attributes of :class:`Options`.

    Raises:
        UnknownNameError: An option or an engine of that name is not known (a ``KeyError``).
        OptionError: An option has a value that it cannot have (a ``ValueError``).

    >>> with set_options(engine="pandas"):
    ...     get_options().engine
    'pandas'
    >>> get_options().engine
    'auto'
    """

    def __init__(self, **changes: Any) -> None:
        global _process_options  # noqa: PLW0603 - one process-wide default is what an option is
        names = [field.name for field in fields(Options)]
        for name in changes:
            if name not in names:
                raise UnknownNameError("option", name, names)
        self._before = _process_options
        self._new = replace(get_options(), **changes)
        _process_options = self._new
        self._token: Token[Options] | None = None

    def __enter__(self) -> Options:
        global _process_options  # noqa: PLW0603 - gives back what __init__ set for the process
        _process_options = self._before
        self._token = _options.set(self._new)
        return self._new

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._token is not None:
            _options.reset(self._token)
