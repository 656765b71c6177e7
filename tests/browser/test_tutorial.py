"""The tutorial as its reader has it: opened in JupyterLab, run from top to bottom, and clicked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import running_lab
from tests.browser.test_jupyterlab import keep_picture, run_all, without_outputs

pytestmark = pytest.mark.browser


@pytest.fixture
def folder(tmp_path: Path, data_dir: Path) -> Path:
    """Return a copy of the notebooks' folder, with the data beside it."""
    notebooks = tmp_path / "notebooks"
    shutil.copytree(
        data_dir.parent / "notebooks", notebooks, ignore=shutil.ignore_patterns("out", ".*")
    )
    shutil.copytree(data_dir, tmp_path / "data")
    without_outputs(notebooks / "01-first-pipeline.ipynb")
    return notebooks


def test_the_tutorial_runs_and_its_dashboard_answers(page: Page, folder: Path) -> None:
    page.set_viewport_size({"width": 1280, "height": 1500})
    home = folder.parent / "home"
    home.mkdir()
    with running_lab(folder.parent, home) as address:
        run_all(page, address.format("/tree/notebooks/01-first-pipeline.ipynb"))
        shown = page.locator(".jp-OutputArea").filter(
            has=page.get_by_role("button", name="Refresh")
        )
        expect(shown.get_by_text("3 of 4 completed")).to_be_visible(timeout=60_000)
        keep_picture(page, home, "tutorial")
        shown.get_by_role("button", name="Refresh").click()
        expect(shown.get_by_text("no new runs")).to_be_visible()
        shown.get_by_label("Job").select_option("short-hops")
        expect(shown.get_by_text("0 of 1 completed")).to_be_visible()
        keep_picture(page, home, "tutorial-filtered")
        assert (folder / "out" / "delays.parquet").exists()
