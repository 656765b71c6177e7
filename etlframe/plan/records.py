"""What is known of each step of an attempt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class StepRecord:
    """What is known of one step of an attempt.

    Attributes:
        name: The step's name.
        rows: Rows after it; None where the engine fused it with the next.
        seconds: Wall time; None where the engine fused it with the next.
        engine: Where it ran.
        reason: Why it ran in pandas, where it did not have to by choice.
    """

    name: str
    rows: int | None
    seconds: float | None
    engine: str
    reason: str = ""
