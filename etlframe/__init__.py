"""etlframe: explore in a notebook, run every night, in pandas' own words.

Names load when they are first used, so that ``import etlframe`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "APISource": "etlframe.sources.api",
    "DataLoader": "etlframe.loaders.file",
    "DataSource": "etlframe.sources.base",
    "ETLError": "etlframe.errors",
    "ETLJob": "etlframe.runs.job",
    "ETLPipelineService": "etlframe.service",
    "ETLScheduler": "etlframe.scheduler",
    "FileSource": "etlframe.sources.file",
    "FrameSource": "etlframe.sources.frame",
    "JobResult": "etlframe.runs.result",
    "JobStatus": "etlframe.runs.result",
    "Pipeline": "etlframe.pipeline",
    "SQLSource": "etlframe.sources.sql",
    "Transformation": "etlframe.steps.custom",
    "aggregate": "etlframe.steps.aggregate",
    "assign": "etlframe.steps.assign",
    "dashboard": "etlframe.notebook.dashboard",
    "lit": "etlframe.steps.assign",
    "merge": "etlframe.steps.join",
    "plot_durations": "etlframe.notebook.plots",
    "plot_history": "etlframe.notebook.plots",
    "plot_profile": "etlframe.notebook.waterfall",
    "plot_success_rate": "etlframe.notebook.plots",
    "query": "etlframe.steps.filter",
    "set_options": "etlframe.options",
    "validate": "etlframe.steps.check",
}

__all__ = [*sorted(_HOMES), "errors", "load_ipython_extension", "unload_ipython_extension"]  # noqa: PLE0604 - every one is a str

if TYPE_CHECKING:
    from etlframe import errors as errors
    from etlframe.errors import ETLError as ETLError
    from etlframe.loaders.file import DataLoader as DataLoader
    from etlframe.notebook.dashboard import dashboard as dashboard
    from etlframe.notebook.plots import plot_durations as plot_durations
    from etlframe.notebook.plots import plot_history as plot_history
    from etlframe.notebook.plots import plot_success_rate as plot_success_rate
    from etlframe.notebook.waterfall import plot_profile as plot_profile
    from etlframe.options import set_options as set_options
    from etlframe.pipeline import Pipeline as Pipeline
    from etlframe.runs.job import ETLJob as ETLJob
    from etlframe.runs.result import JobResult as JobResult
    from etlframe.runs.result import JobStatus as JobStatus
    from etlframe.scheduler import ETLScheduler as ETLScheduler
    from etlframe.service import ETLPipelineService as ETLPipelineService
    from etlframe.sources.api import APISource as APISource
    from etlframe.sources.base import DataSource as DataSource
    from etlframe.sources.file import FileSource as FileSource
    from etlframe.sources.frame import FrameSource as FrameSource
    from etlframe.sources.sql import SQLSource as SQLSource
    from etlframe.steps.aggregate import aggregate as aggregate
    from etlframe.steps.assign import assign as assign
    from etlframe.steps.assign import lit as lit
    from etlframe.steps.check import validate as validate
    from etlframe.steps.custom import Transformation as Transformation
    from etlframe.steps.filter import query as query
    from etlframe.steps.join import merge as merge


def __getattr__(name: str) -> Any:
    """Load a name when it is first used (PEP 562)."""
    if name == "errors":
        return import_module("etlframe.errors")
    if name not in _HOMES:
        from etlframe.errors import did_you_mean

        raise AttributeError(f"etlframe has no {name!r}.{did_you_mean(name, _HOMES)}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(ipython: Any) -> None:
    """Register the ``%etl`` magic: ``%load_ext etlframe``."""
    import_module("etlframe.notebook.magic").load_ipython_extension(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """Take the ``%etl`` magic away again."""
    import_module("etlframe.notebook.magic").unload_ipython_extension(ipython)
