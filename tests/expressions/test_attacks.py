"""Strings that mean harm are errors that say so, before any engine sees them."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import ETLError

from .attacks import ATTACKS

PACKAGE = Path(etl.__file__).parent


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Return what was run that must not be: it stays empty."""
    monkeypatch.chdir(tmp_path)
    found: list[str] = []

    def caught(name: str) -> Any:
        return lambda *_args, **_kwargs: found.append(name)

    monkeypatch.setattr(os, "system", caught("os.system"))
    for method in ("to_csv", "to_pickle", "to_sql", "apply", "pipe", "agg", "update", "transform"):
        monkeypatch.setattr(pd.Series, method, caught(method))
    return found


@pytest.mark.parametrize("verb", ["query", "assign"])
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack[:40])
def test_an_attack_is_an_error_and_nothing_has_run(
    attack: str, verb: str, ran: list[str], tmp_path: Path
) -> None:
    df = pd.DataFrame({"a": [1, 2, 3], "b": [4, 5, 6], "s": ["a" * 40, None, "c"]})
    df["t"] = pd.Series(["2013-01-01", None, "2014-01-01"], dtype="datetime64[us]")
    before = df.copy(deep=True)
    f, kind, frame, functions = print, dict, df, {1: print}  # noqa: F841 - attacks name them
    big, wanted = 10**6, [1, 2]  # noqa: F841 - attacks name them
    table, options, pattern = {97: "b"}, {"x": 1}, "(a+)+$"  # noqa: F841 - attacks name them
    compiled = re.compile("a")  # noqa: F841 - attacks name it
    pipeline = etl.Pipeline("p", df)
    if verb == "assign" and attack == "''":
        return  # a constant is an answer of assign
    with pytest.raises(ETLError, match=ATTACKS[attack]) as refused:
        _ = (pipeline.query(attack) if verb == "query" else pipeline.assign(z=attack)).collect()
    assert len(str(refused.value)) < 2_000
    assert ran == []
    assert list(tmp_path.iterdir()) == []
    pd.testing.assert_frame_equal(df, before)


def test_nothing_in_the_package_evaluates_text() -> None:
    """``pd.eval`` in one place alone, of what was checked; ``eval`` and ``exec`` nowhere."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in ("eval", "exec", "compile") or called.endswith((".eval", ".exec")):
                found.append(f"{path.name}: {called}")
    assert found == ["text_pandas.py: pd.eval"]
