"""Append to a file, or see that it is refused and nothing changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etlframe.errors import LoadError
from etlframe.loaders.file import DataLoader


def append(path: Path, df: pd.DataFrame, **options: Any) -> int:
    return DataLoader(path, mode="append", **options).load(df)


def refused(path: Path, df: pd.DataFrame) -> str:
    """Append, expect an error, and see that nothing changed."""
    old, beside = path.read_bytes(), sorted(path.parent.iterdir())
    with pytest.raises(LoadError) as caught:
        append(path, df)
    assert path.read_bytes() == old
    assert sorted(path.parent.iterdir()) == beside
    return str(caught.value)
