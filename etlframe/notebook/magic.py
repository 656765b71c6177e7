"""The ``%etl`` line magic: run, look at and follow pipelines without leaving the cell."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class
from traitlets import Int, Unicode

from etlframe.errors import ETLError, StepError, UnknownNameError
from etlframe.finding import Found, choose_pipeline, find_pipelines, telling_names
from etlframe.notebook.arguments import OVERVIEW, read_line
from etlframe.notebook.completion import matcher_for
from etlframe.notebook.listing import pipelines_frame, status_frame
from etlframe.notebook.progress import line_for
from etlframe.progress import ProgressLine

if TYPE_CHECKING:
    from argparse import Namespace

    import pandas as pd
    from IPython.core.interactiveshell import InteractiveShell

    from etlframe.runs.profile import Profile
    from etlframe.runs.result import JobResult
    from etlframe.service import ETLPipelineService


@magics_class
class EtlMagic(Magics):
    """The magic and its settings, which ``%config EtlMagic`` shows and changes."""

    log_path = Unicode(
        "", help="The JSONL log of runs; the service's, or etlframe's default, where empty."
    ).tag(config=True)
    default_retries = Int(0, min=0, help="Further attempts of `%etl run` without --retries.").tag(
        config=True
    )

    @line_magic
    def etl(self, line: str) -> Any:
        """Do what one line asks; the docstring that notebooks show is the help text."""
        request = read_line(line)
        if request.help:
            sys.stdout.write(f"{request.help}\n")
            return None
        try:
            return getattr(self, f"_{request.subcommand}")(request.arguments)
        except StepError:
            raise  # the traceback shows the line of the user's own function
        except ETLError as error:
            raise UsageError(f"%etl {request.subcommand}: {error}") from error

    def _run(self, asked: Namespace) -> JobResult:
        from etlframe.runs.job import ETLJob

        found = self._choose(asked.name)
        retries = self.default_retries if asked.retries is None else asked.retries
        log = (found.service if found.service and not self.log_path else self._service()).log
        with ProgressLine(found.pipeline.name, line_for(self.shell)) as progress:
            return ETLJob(found.pipeline).run(
                engine=asked.engine, retries=retries, log=log, on_progress=progress
            )

    def _list(self, _: Namespace) -> pd.DataFrame:
        return pipelines_frame(self._found(), self._service())

    def _preview(self, asked: Namespace) -> pd.DataFrame:
        return self._choose(asked.name).pipeline.preview(asked.n)

    def _explain(self, asked: Namespace) -> Any:
        return self._choose(asked.name).pipeline.explain()

    def _profile(self, asked: Namespace) -> Profile:
        return self._choose(asked.name).pipeline.profile(asked.engine)

    def _status(self, asked: Namespace) -> pd.DataFrame:
        frame = status_frame(self._found(), self._service())
        job_id = self._job_id(asked.name)
        return frame if job_id is None else frame[frame["job_id"] == job_id]

    def _history(self, asked: Namespace) -> pd.DataFrame:
        job_id = self._job_id(asked.name)
        return self._service().history(job_id, status=asked.status, limit=asked.limit)

    def _stats(self, asked: Namespace) -> pd.DataFrame:
        frame = self._service().stats_frame()
        job_id = self._job_id(asked.name)
        return frame if job_id is None else frame[frame["job_id"] == job_id]

    def _plot(self, asked: Namespace) -> Any:
        from etlframe.notebook import plots

        drawing = {
            "history": plots.plot_history,
            "success": plots.plot_success_rate,
            "durations": plots.plot_durations,
        }
        return drawing[asked.kind](self._service(), job_id=self._job_id(asked.name))

    def _dashboard(self, _: Namespace) -> Any:
        from etlframe.notebook.dashboard import dashboard

        return dashboard(self._service())

    def names(self) -> list[str]:
        """Return the names that pipelines of this notebook answer to."""
        return telling_names(self._found())

    def _found(self) -> list[Found]:
        return find_pipelines(self._namespace(), self._services())

    def _choose(self, name: str) -> Found:
        return choose_pipeline(name, self._found())

    def _namespace(self) -> dict[str, Any]:
        return self.shell.user_ns if self.shell is not None else {}

    def _services(self) -> list[ETLPipelineService]:
        from etlframe.service import ETLPipelineService

        values = {id(value): value for value in self._namespace().values()}.values()
        return [value for value in values if isinstance(value, ETLPipelineService)]

    def _service(self) -> ETLPipelineService:
        """Return the service on the log that this notebook means."""
        from etlframe.options import get_options
        from etlframe.service import ETLPipelineService

        if self.log_path:
            return ETLPipelineService(log_path=self.log_path)
        services = {str(each.log_path): each for each in self._services()}
        if len(services) == 1:
            return next(iter(services.values()))
        return ETLPipelineService(log_path=get_options().log_path)

    def _job_id(self, name: str | None) -> str | None:
        """Return the job that a name means: a pipeline's of the notebook, or one of the log."""
        if name is None:
            return None
        found, logged = self._found(), set(self._service().history()["job_id"])
        if any(name in each.names for each in found):
            return choose_pipeline(name, found).pipeline.name if name not in logged else name
        if name in logged:
            return name
        raise UnknownNameError("job", name, sorted({n for f in found for n in f.names} | logged))


EtlMagic.etl.__doc__ = OVERVIEW


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Give a notebook ``%etl`` and its TAB completion; IPython calls it for ``%load_ext``."""
    unload_ipython_extension(ipython)
    magic = EtlMagic(ipython)
    ipython.register_magics(magic)
    ipython.Completer.custom_matchers.append(matcher_for(magic.names))


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """Take ``%etl`` away again; IPython calls it for ``%unload_ext``."""
    ipython.magics_manager.magics["line"].pop("etl", None)
    ipython.magics_manager.registry.pop(EtlMagic.__name__, None)
    ipython.configurables[:] = [
        each for each in ipython.configurables if type(each).__name__ != EtlMagic.__name__
    ]
    matchers = ipython.Completer.custom_matchers
    matchers[:] = [
        each for each in matchers if getattr(each, "matcher_identifier", "") != "etlframe"
    ]
