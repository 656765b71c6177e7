"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Set before any test imports matplotlib: no test may need a screen. A Jupyter kernel that a test
# starts must be given an environment without it, or its cells show no plots.
os.environ["MPLBACKEND"] = "agg"

# A shell that runs tests in its background lets them ignore Ctrl-C, their children too: the
# processes that tests interrupt would never hear of it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Machines that run tests are slow now and then; a deadline would fail tests for that alone.
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", settings.get_profile("ci"), derandomize=False, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of the real tables: flights, airlines, airports, planes, weather."""
    return Path(__file__).parent.parent / "data"


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Return the path of a Chromium; without one, skip with the reason, or fail in CI."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        reason = f"No browser found: install one of {', '.join(BROWSERS)}."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found
