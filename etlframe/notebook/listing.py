"""Frames that list the pipelines which a notebook knows, and how each of them stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from etlframe.finding import Found
    from etlframe.service import ETLPipelineService

STATUS_COLUMNS = ["job_id", "status", "started_at", "duration", "rows_loaded", "errors"]


def pipelines_frame(found: Iterable[Found], service: ETLPipelineService) -> pd.DataFrame:
    """Return a row a pipeline: its names, where it reads and writes, its steps, its status.

    Args:
        found: The notebook's pipelines.
        service: Knows the log.
    """
    import pandas as pd

    latest = _latest(service)
    rows = [
        {
            "pipeline": each.pipeline.name,
            "variable": ", ".join(each.variables),
            "source": each.pipeline.source.describe(),
            "steps": len(each.pipeline.steps),
            "destination": _destination(each),
            "status": latest["status"].get(each.pipeline.name, "PENDING"),
        }
        for each in found
    ]
    columns = ["pipeline", "variable", "source", "steps", "destination", "status"]
    return pd.DataFrame(rows, columns=columns)


def status_frame(found: Iterable[Found], service: ETLPipelineService) -> pd.DataFrame:
    """Return the latest run of each pipeline of the notebook and of each job of the log.

    Args:
        found: The notebook's pipelines; one that never ran is PENDING.
        service: Knows the log.
    """
    import pandas as pd

    latest = _latest(service).reset_index()[STATUS_COLUMNS]
    names = dict.fromkeys(each.pipeline.name for each in found)
    waiting = [name for name in names if name not in set(latest["job_id"])]
    pending = pd.DataFrame({"job_id": waiting, "status": "PENDING", "errors": ""})
    if latest.empty:
        return pending.reindex(columns=STATUS_COLUMNS)
    return latest if pending.empty else pd.concat([latest, pending], ignore_index=True)


def _latest(service: ETLPipelineService) -> pd.DataFrame:
    """Return the newest run of each job, by job."""
    return service.history().drop_duplicates("job_id", keep="last").set_index("job_id")


def _destination(found: Found) -> str:
    destination = found.pipeline.destination
    return "" if destination is None else str(destination.describe())
