"""The magic in a real kernel: what a notebook's file holds after it, and what Ctrl-C does."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

from etlframe.options import DEFAULT_LOG_PATH
from etlframe.runs.log import RunLog
from tests.notebook.arrival import arrival

CHECKOUT = Path(__file__).parents[2]
SETUP = """
import etlframe as etl
import pandas as pd
%load_ext etlframe
flights = pd.DataFrame({"carrier": ["UA", "HA", "UA"], "delay": [4, -2, 6]})
p = etl.Pipeline("delays", flights).query("delay > 0").to("out.jsonl")
"""
WATCHED = """
import threading
import etlframe.progress
from etlframe.notebook import progress

etlframe.progress.QUIET_SECONDS = 0
shown = threading.Event()

class Watched(progress.CellLine):
    def __call__(self, text):
        super().__call__(text)
        shown.set()

def patient():
    assert shown.wait(60)
    return flights

progress.CellLine = Watched
p = etl.Pipeline("patient", patient).to("out.jsonl")
"""
SLOW = """
import threading

def slow():
    {arrived}
    threading.Event().wait(60)

p = etl.Pipeline("slow", slow).to("out.jsonl")
%etl run p
"""


@pytest.fixture
def environment(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.delenv("MPLBACKEND")


def executed(*cells):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(each) for each in (SETUP, *cells)]
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=120).execute()
    assert not notebook.cells[0].outputs
    return [cell.outputs for cell in notebook.cells[1:]]


def test_a_notebook_holds_results_one_line_errors_and_the_dashboards_picture(environment):
    ran, bound, mistaken, plotted, shown = executed(
        "%etl run p",
        "r = %etl run delays\nassert r.ok and _.ok",
        "%etl run dleays",
        "%etl plot --kind success",
        "%etl dashboard",
    )
    assert [each.output_type for each in ran] == ["execute_result"]
    assert "delays" in ran[0].data["text/html"]
    assert bound == []
    assert [(each.name, each.text) for each in mistaken] == [
        (
            "stderr",
            "UsageError: %etl run: No pipeline named 'dleays'. Did you mean 'delays'?\n",
        )
    ]
    assert [each.output_type for each in plotted] == ["execute_result", "display_data"]
    assert "image/png" in plotted[1].data
    assert len(shown) == 1, "the dashboard's figures are shown within it alone"
    assert shown[0].data["text/html"].count("<img") == 2
    assert "application/vnd.jupyter.widget-view+json" in shown[0].data


def test_the_progress_line_leaves_no_trace_and_takes_nothing_else_away(environment):
    _, alone, checked, among_others = executed(
        WATCHED,
        "%etl run p",
        "assert shown.is_set()",
        "print('before')\nr = %etl run p",
    )
    assert [each.output_type for each in alone] == ["execute_result"]
    assert checked == []
    assert [each.text for each in among_others] == ["before\n"]


def test_interrupting_the_kernel_cancels_the_run(environment, tmp_path):
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        client.execute(SETUP, reply=True, timeout=60)
        with arrival() as begun:
            client.execute(SLOW.format(arrived=begun.code))
            begun.wait()
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=60)
        assert reply["content"]["ename"] == "KeyboardInterrupt"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert list(RunLog(tmp_path / DEFAULT_LOG_PATH).history()["status"]) == ["CANCELLED"]
    assert not (tmp_path / "out.jsonl").exists()
