"""A Chromium without a window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS = 60


@pytest.fixture(scope="session")
def browser(browser_path: str) -> Iterator[Browser]:
    """Return a running browser."""
    expect.set_options(timeout=SECONDS * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return an empty page that reaches this machine alone."""
    context = browser.new_context(viewport={"width": 1280, "height": 1500})
    context.set_default_timeout(SECONDS * 1000)
    context.route("**", lambda route: route.continue_() if _is_here(route) else route.abort())
    page = context.new_page()
    yield page
    context.close()


def _is_here(route: object) -> bool:
    address: str = route.request.url  # type: ignore[attr-defined]
    return address.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))
