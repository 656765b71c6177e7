"""Further attempts after a failed one: which errors are worth one, and how long to wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from etlframe.errors import (
    HTTPSourceError,
    MissingDependencyError,
    OptionError,
    PlanError,
    UnknownFormatError,
    UnknownNameError,
    ValidationError,
)
from etlframe.storage.records import LoadedBefore

Answer = TypeVar("Answer")

# The same plan on the same data would fail in the same way.
FINAL = (
    PlanError,
    OptionError,
    UnknownNameError,
    UnknownFormatError,
    MissingDependencyError,
    ValidationError,
    LoadedBefore,
)
# Request timeout, too early, too many requests: the server says "later", not "never".
LATER = (408, 425, 429)


def is_worth_retrying(error: BaseException) -> bool:
    """Return whether another attempt could end otherwise.

    Mistakes in the plan, data that does not keep a schema, HTTP answers that say "never" (400 to
    499 but for 408, 425 and 429) and interrupts are final; every other error is worth a retry.

    >>> is_worth_retrying(OSError("disk busy")), is_worth_retrying(PlanError("no such column"))
    (True, False)
    """
    if isinstance(error, HTTPSourceError) and error.status is not None:
        return not 400 <= error.status < 500 or error.status in LATER  # noqa: PLR2004 - HTTP's own numbers
    return isinstance(error, Exception) and not isinstance(error, FINAL)


def check_retries(retries: int) -> int:
    """Return ``retries``, a whole number from 0.

    Raises:
        OptionError: It is not one.
    """
    if type(retries) is not int or retries < 0:
        raise OptionError(f"retries is a whole number from 0, not {retries!r}.")
    return retries


def call_with_retries(
    call: Callable[[], Answer], *, retries: int, sleep: Callable[[float], None]
) -> Answer:
    """Call until it succeeds, at most ``retries`` times more, and return its answer.

    Args:
        call: What to do; each call is one attempt.
        retries: Further attempts after the first, from 0.
        sleep: Waits that many seconds: 1, 2, 4, 8 ... before the further attempts.

    Raises:
        Exception: The last attempt's own error.
    """
    if check_retries(retries) == 0:
        return call()
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

    attempts = Retrying(
        stop=stop_after_attempt(1 + retries),
        wait=wait_exponential(multiplier=1, exp_base=2),
        retry=retry_if_exception(is_worth_retrying),
        sleep=sleep,
        reraise=True,
    )
    return attempts(call)
