"""A person's view: JupyterLab in a browser runs a notebook, shows the dashboard, is clicked."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from etlframe.runs.log import RunLog
from tests.browser.lab import running_lab
from tests.notebook.records import failed, mixed, write_log

pytestmark = pytest.mark.browser

KERNEL_IS_READY = """() => {
  const kernel = window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel
  return kernel?.connectionStatus === "connected" && kernel.status === "idle"
}"""
RUN = """
import etlframe as etl
import pandas as pd

flights = pd.DataFrame({"carrier": ["UA", "HA", "UA"], "delay": [4, -2, 6]})
p = etl.Pipeline("late flights", flights).query("delay > 0").to("out/late.jsonl")
%load_ext etlframe
r = %etl run p
assert r.ok
"""
SHOW = "etl.dashboard()"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a notebook and a log of sixty older runs."""
    folder = tmp_path / "work"
    folder.mkdir()
    write_log(_log(folder).path, mixed(60))
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = nbformat.v4.new_notebook(metadata=metadata)
    notebook.cells = [nbformat.v4.new_code_cell(each) for each in (RUN.strip(), SHOW)]
    nbformat.write(notebook, folder / "dashboard.ipynb")
    return folder


def _log(folder: Path) -> RunLog:
    return RunLog(folder / ".etlframe" / "logs" / "etl-jobs.jsonl")


def run_all(page: Page, address: str) -> None:
    """Open a notebook and run it from top to bottom."""
    page.goto(address)
    page.wait_for_function(KERNEL_IS_READY)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()


def _output(page: Page) -> Locator:
    return page.locator(".jp-OutputArea").last


def without_outputs(path: Path) -> None:
    """Take out what a notebook's file shows, so that only what is run can be seen."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, path)


def keep_picture(page: Page, folder: Path, name: str) -> None:
    """Keep a picture of the page for people to look at."""
    kept = Path(os.environ.get("ETLFRAME_SCREENSHOTS", folder))
    page.screenshot(path=kept / f"{name}.png")


def test_a_notebook_runs_shows_the_dashboard_and_answers_clicks(page: Page, folder: Path):
    with running_lab(folder, folder.parent) as address:
        run_all(page, address.format("/tree/dashboard.ipynb"))
        shown = _output(page)
        expect(shown.get_by_text("52 of 61 completed")).to_be_visible()
        expect(shown.locator("img")).to_have_count(2)
        expect(shown.locator("tbody tr")).to_have_count(50)
        expect(shown.get_by_text("11 older runs not shown")).to_be_visible()
        keep_picture(page, folder, "dashboard")

        _log(folder).append(failed(61, job_id="late flights", message="<b>away</b>"))
        shown.get_by_role("button", name="Refresh").click()
        expect(shown.get_by_text(": 1 new run")).to_be_visible()
        expect(shown.get_by_text("52 of 62 completed")).to_be_visible()
        expect(shown.get_by_text("<b>away</b>")).to_be_visible()

        shown.get_by_label("Job").select_option("late flights")
        expect(shown.get_by_text("1 of 2 completed")).to_be_visible()
        expect(shown.locator("tbody tr")).to_have_count(2)
        shown.get_by_label("Runs").select_option("FAILED (1)")
        expect(shown.locator("tbody tr")).to_have_count(1)
        keep_picture(page, folder, "dashboard-filtered")
