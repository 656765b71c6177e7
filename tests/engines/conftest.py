"""What the tests of all engines share."""

from __future__ import annotations

from tests.differential.conftest import engine  # noqa: F401 - pytest finds the fixture here
