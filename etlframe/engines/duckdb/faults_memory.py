"""DuckDB's errors of memory that there is not, and of spilling what memory does not hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from etlframe.errors import ETLError, SpillError

if TYPE_CHECKING:
    import duckdb

_SPILLED = re.compile(r'"([^"\n]*\.spill)[/\\"]')
_FULL = "max_temp_directory_size"


def of_memory(error: duckdb.Error) -> Exception | None:
    """Return etlframe's error for one of memory, or None for any other."""
    from etlframe.engines.duckdb.core import duckdb

    spilled = _SPILLED.search(str(error))
    if spilled or _FULL in str(error):
        return _not_spilled(error, spilled)
    if isinstance(error, duckdb.OutOfMemoryException):
        return ETLError(
            f"There is not enough memory: {first_line(error)} Allow more with "
            "etl.set_options(memory_limit=...), or keep fewer columns and rows in the plan."
        )
    return None


def _not_spilled(error: duckdb.Error, found: re.Match[str] | None) -> SpillError:
    cause = first_line(error).rpartition(": ")[2] if found else first_line(error)
    where = f"be put into {Path(found[1]).parent}" if found else "all be put on the disk"
    return SpillError(
        f"This needs more than memory_limit holds, and the rest could not {where}: {cause}. Make "
        "room there, or allow more memory with etl.set_options(memory_limit=...)."
    )


def first_line(error: Exception) -> str:
    """Return the first line of what an error says."""
    return str(error).partition("\n")[0].strip()
