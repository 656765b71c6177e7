"""What the README shows is run, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pandera.pandas
import pytest

import etlframe as etl

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_runs_as_it_stands(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    data_dir: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "data").symlink_to(data_dir)
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    namespace: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), namespace)  # noqa: S102 - it is our own text
    assert "carrier" in capsys.readouterr().out
    assert isinstance(namespace["delays"], etl.Pipeline)
    assert (tmp_path / "out" / "delays.parquet").exists()
    assert len([line for line in example.splitlines() if line.strip()]) == 10


def test_every_file_that_it_links_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert "docs/dashboard.png" in links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_verb_and_class_that_it_names_is_there() -> None:
    table = README.split("## What is in it")[1].split("## How it compares")[0]
    for name in re.findall(r"`([A-Za-z_]+)`", table):
        known = (etl.Pipeline, etl, pandera.pandas)
        words = {"extract", "write", "append", "upsert", "etlframe", "groupby"}
        assert name in words or any(hasattr(each, name) for each in known), name
