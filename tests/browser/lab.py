"""A JupyterLab on a free port of this machine, which asks nothing of the network."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

QUIET_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
    }
}
START_SECONDS = 60


@contextmanager
def running_lab(folder: Path, home: Path) -> Iterator[str]:
    """Serve ``folder``, with settings of its own in ``home``; give an address with its token.

    The address has one ``{}``, for a path below ``/lab``.
    """
    port, token = _free_port(), secrets.token_hex(16)
    _write_settings(home)
    log = (home / "lab.log").open("w")
    server = subprocess.Popen(
        _command(folder, port), env=_environment(home, token), stdout=log, stderr=log
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api/status?token={token}", server, home / "lab.log")
        yield f"{address}/lab{{}}?token={token}"
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def _command(folder: Path, port: int) -> list[str]:
    return [
        sys.executable,
        *("-m", "jupyterlab", "--no-browser", "--allow-root"),
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}",
        # How a test learns that the kernel is there: nothing on the page tells it reliably.
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=",
    ]


def _environment(home: Path, token: str) -> dict[str, str]:
    folders = {
        name: str(home / name.lower())
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    # The tests' own backend would keep plots out of the notebook.
    own = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    checkout = str(Path(__file__).parents[2])
    # The token is told by the environment: a command line can be read by everyone.
    return {**own, **folders, "JUPYTER_TOKEN": token, "PYTHONPATH": checkout}


def _write_settings(home: Path) -> None:
    folder = home / "jupyter_config_dir" / "labconfig"
    folder.mkdir(parents=True)
    settings = json.dumps(QUIET_SETTINGS)
    (folder / "default_setting_overrides.json").write_text(settings, encoding="utf-8")


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - an address of this machine's own
                return
        except (URLError, ConnectionError, TimeoutError):
            # Nothing tells that a server listens but that it answers.
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-4000:]}")


def _free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return int(any_port.getsockname()[1])
