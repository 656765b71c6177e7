"""The dashboard's widgets: they show a view, and pass on what is chosen and clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ipywidgets import HTML, Button, Dropdown, HBox, Layout, VBox

from etlframe.errors import ETLError
from etlframe.notebook.panels import (
    cancelling_html,
    news_html,
    overview_html,
    runs_html,
    static_html,
    trouble_html,
)
from etlframe.notebook.view import View
from etlframe.runs.process import cancel_run
from etlframe.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from etlframe.runs.log import RunLog

EVERY = ""


class Dashboard(VBox):  # type: ignore[misc]  # ipywidgets has no types
    """The runs of a log: figures, charts, and the runs themselves with their errors.

    Args:
        log: The run log.
        clock: Gives the moment, aware.

    Attributes:
        view: What is shown, as plain values.
        job: The choice of a job.
        status: The choice of a status for the list of runs.
        refresh: The button that reads the log again.
        cancel: The button that stops the runs of the chosen job that go on in this kernel; shown
            while there are some.
    """

    def __init__(self, log: RunLog, clock: Callable[[], datetime]) -> None:
        self._log, self._clock, self._showing = log, clock, False
        self.view = View.read(log, clock())
        self.job, self.status = _dropdown("Job"), _dropdown("Runs")
        self.refresh = Button(description="Refresh", icon="refresh", tooltip="Read the log again")
        self.cancel = Button(icon="stop", button_style="warning")
        self.news, self.overview, self.runs = HTML(), HTML(), HTML()
        bar = HBox([self.job, self.refresh, self.cancel, self.news], layout=_bar())
        super().__init__([bar, self.overview, self.status, self.runs], layout=Layout(width="100%"))
        self._show(self.view)
        self.job.observe(self._choose, names="value")
        self.status.observe(self._choose, names="value")
        self.refresh.on_click(self._refresh)
        self.cancel.on_click(self._cancel)

    def _repr_mimebundle_(self, **settings: Any) -> dict[str, Any]:
        """Return the widget, and for readers without widgets its picture and its words."""
        bundle: dict[str, Any] = super()._repr_mimebundle_(**settings) or {}
        return bundle | {"text/html": static_html(self.view), "text/plain": str(self.view)}

    def _choose(self, _: object) -> None:
        # New options first choose "all": what a choice becomes on its way is nobody's wish.
        if not self._showing:
            job_id, status = self.job.value or None, self.status.value or None
            self._show(self.view.choosing(job_id=job_id, status=status))

    def _refresh(self, _: object) -> None:
        try:
            self._show(self.view.refreshed(self._log, self._clock()))
        except (ETLError, OSError) as error:
            # An error in a callback would end in the kernel's log, where nobody looks.
            self.news.value = trouble_html(error)

    def _cancel(self, _: object) -> None:
        stopped = [run for run in self.view.in_this_process if cancel_run(run["run_id"])]
        self.cancel.layout.display = "none"
        self.news.value = cancelling_html([run["job_id"] for run in stopped])

    def _show(self, view: View) -> None:
        self.view = view
        self._offer_choices(view)
        self._offer_to_cancel(view.in_this_process)
        self.news.value = news_html(view)
        self.overview.value = overview_html(view)
        self.runs.value = runs_html(view)

    def _offer_choices(self, view: View) -> None:
        counts = view.of_job["status"].value_counts()
        statuses = [(f"{each} ({counts[each]:,})", each) for each in view.statuses]
        jobs = [(each, each) for each in view.jobs]
        every = f"all {plural(len(view.of_job), 'run')}"
        self._showing = True
        try:
            _offer(self.job, [("all jobs", EVERY), *jobs], view.job_id)
            _offer(self.status, [(every, EVERY), *statuses], view.status)
        finally:
            self._showing = False
        self.status.layout.display = "none" if view.runs.empty else None

    def _offer_to_cancel(self, runs: list[dict[str, Any]]) -> None:
        self.cancel.description = "Cancel run" if len(runs) == 1 else f"Cancel {len(runs)} runs"
        names = ", ".join(sorted({run["job_id"] for run in runs}))
        self.cancel.tooltip = f"Stop {names}; what it loads into stays as it was"
        self.cancel.layout.display = None if runs else "none"


def _offer(choice: Dropdown, options: list[tuple[str, str]], value: str | None) -> None:
    """Change what may be chosen, and what is."""
    if choice.options != tuple(options):
        choice.options = options
    choice.value = value or EVERY


def _dropdown(description: str) -> Dropdown:
    return Dropdown(
        description=description,
        layout=Layout(width="280px"),
        style={"description_width": "40px"},
    )


def _bar() -> Layout:
    return Layout(flex_flow="row wrap", align_items="center", margin="0 0 10px")
