"""Prefect's settings: where it keeps its database, and how long its server may take."""

from __future__ import annotations

import os

from benchmarks.places import cache


def apply() -> None:
    """Set them; Prefect must not be imported yet."""
    os.environ.update(
        PREFECT_HOME=str(cache() / "prefect"),
        PREFECT_LOGGING_LEVEL="WARNING",
        PREFECT_SERVER_ALLOW_EPHEMERAL_MODE="true",
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS="180",
        DO_NOT_TRACK="1",
    )
