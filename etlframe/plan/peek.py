"""``peek()``: what each step does to rows, columns and dtypes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from etlframe.plan.attempts import attempted
from etlframe.plan.moving import Mover

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.plan.plan import Plan


def peeked(plan: Plan) -> pd.DataFrame:
    """Return a row for the source and for each step of a plan, computed in pandas."""
    import pandas as pd

    def attempt(*, whole: bool, refused: bool) -> list[dict[str, Any]]:
        with Mover(plan.source, "pandas", whole=whole, refused=refused) as mover:
            mover.extract()
            seen = [_look("extract", mover.to_pandas())]
            for step in plan.steps:
                mover.advance(step)
                seen.append(_look(step.name, mover.to_pandas()))
        return seen

    seen = attempted(attempt)
    changes = [""] + [_change(*pair) for pair in pairwise(seen)]
    return pd.DataFrame(
        {
            "step": [each["step"] for each in seen],
            "rows": [each["rows"] for each in seen],
            "columns": [len(each["dtypes"]) for each in seen],
            "change": changes,
            "dtypes": [_shown(each["dtypes"]) for each in seen],
        }
    )


def _look(step: str, df: pd.DataFrame) -> dict[str, Any]:
    dtypes = {str(name): str(dtype) for name, dtype in df.dtypes.items()}
    return {"step": step, "rows": len(df), "dtypes": dtypes}


def _change(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    old, new = before["dtypes"], after["dtypes"]
    gained = after["rows"] - before["rows"]
    parts = [f"{gained:+,} rows"] if gained else []
    parts += [f"+{name}" for name in new if name not in old]
    parts += [f"-{name}" for name in old if name not in new]
    parts += [
        f"{name}: {old[name]} -> {new[name]}"
        for name in new
        if old.get(name, new[name]) != new[name]
    ]
    return ", ".join(parts) or "no change"


def _shown(dtypes: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {dtype}" for name, dtype in dtypes.items())
