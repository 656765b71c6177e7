"""What the differential tests share: every engine that has to give pandas' answer."""

from __future__ import annotations

import pytest

from etlframe.options import ENGINES

ENGINES_BESIDE_PANDAS = [name for name in ENGINES if name not in ("auto", "pandas")]


@pytest.fixture(scope="session", params=ENGINES_BESIDE_PANDAS)
def engine(request: pytest.FixtureRequest) -> str:
    """Return the name of an engine; a test that asks for it runs once on each."""
    name: str = request.param
    return name
