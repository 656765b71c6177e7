"""How figures are said, the same on every screen: durations, counts, rates and moments."""

from __future__ import annotations

import math
from datetime import UTC
from typing import TYPE_CHECKING, SupportsInt

if TYPE_CHECKING:
    from datetime import datetime

NOTHING = "\u2013"
ROUNDS_TO_SECOND = 0.9995
ROUNDS_TO_MINUTE = 59.95
HOUR = 3600
THOUSAND = 1000


def is_missing(value: object) -> bool:
    """Tell whether a value is None, NaN, NaT or pandas' NA.

    >>> is_missing(float("nan")), is_missing(0)
    (True, False)
    """
    # NA has no truth value, also not about being itself.
    return value is None or type(value).__name__ == "NAType" or bool(value != value)  # noqa: PLR0124 - NaN and NaT alone differ from themselves


def duration_text(seconds: float | None) -> str:
    """Say how long something took.

    >>> duration_text(0.0421), duration_text(3.21), duration_text(75), duration_text(7320)
    ('42 ms', '3.2 s', '1 min 15 s', '2 h 2 min')
    """
    if seconds is None or is_missing(seconds):
        return NOTHING
    if seconds < ROUNDS_TO_SECOND:
        return f"{seconds * 1000:.0f} ms"
    if seconds < ROUNDS_TO_MINUTE:
        return f"{seconds:.1f} s"
    whole = math.floor(seconds + 0.5)
    if whole < HOUR:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // HOUR:,} h {whole % HOUR // 60} min"


def count_text(count: SupportsInt | None) -> str:
    """Say a whole number with its thousands marked.

    >>> count_text(27004), count_text(None)
    ('27,004', '\u2013')
    """
    return NOTHING if count is None or is_missing(count) else f"{int(count):,}"


def rate_text(rate: float | None) -> str:
    """Say a share between 0 and 1 in per cent; only all is 100%, and only none is 0%.

    >>> rate_text(0.9666), rate_text(0.9999), rate_text(1.0)
    ('96.7%', '99.9%', '100%')
    """
    if rate is None or is_missing(rate):
        return NOTHING
    per_cent = math.floor(rate * 1000 + 0.5) / 10
    if 0 < rate < 1:
        per_cent = min(max(per_cent, 0.1), 99.9)
    return f"{per_cent:g}%"


def moment_text(moment: datetime | None) -> str:
    """Say a moment to the second, in UTC.

    >>> from datetime import datetime
    >>> moment_text(datetime(2026, 3, 2, 2, 0, 5, tzinfo=UTC))
    '2026-03-02 02:00:05'
    """
    if moment is None or is_missing(moment):
        return NOTHING
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def plural(count: int, word: str) -> str:
    """Say how many there are of something.

    >>> plural(1, "run"), plural(1200, "run")
    ('1 run', '1,200 runs')
    """
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def size_text(size: int) -> str:
    """Say how many bytes there are.

    >>> size_text(812), size_text(65_000), size_text(1_440_000_000)
    ('812 B', '65 kB', '1.4 GB')
    """
    scaled = float(size)
    for unit in ("B", "kB", "MB"):
        if scaled < THOUSAND:
            return f"{scaled:.0f} {unit}"
        scaled /= THOUSAND
    return f"{scaled:,.1f} GB"
