"""A browser, a plan, and a computer with a keyring where one can be had."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.support.browser import KNOWN_OUTSIDE, Window, browsing, find_chromium
from tests.support.keyring_session import has_gnome_keyring, keyring_session
from tests.support.plan_server import DemoPlan, PlanServer, running
from tests.support.processes import clean_environment
from tests.support.served_screens import serving


@pytest.hookimpl(tryfirst=True)  # before the root's, which is so too and puts files apart by this mark
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.parent == here:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    find_chromium()
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def plain_env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A computer without a keystore."""
    home = tmp_path_factory.mktemp("home")
    return clean_environment(home)


@pytest.fixture(scope="module")
def env(plain_env: dict[str, str]) -> Iterator[dict[str, str]]:
    """A computer with an unlocked keyring where GNOME's is installed, else one without."""
    if not has_gnome_keyring():
        yield plain_env
        return
    with keyring_session(plain_env) as session:
        yield session


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory, plain_env: dict[str, str]) -> Iterator[PlanServer]:
    yield from running(PlanServer(tmp_path_factory.mktemp("plan"), plain_env))


@pytest.fixture(scope="module")
def demo_plan(tmp_path_factory: pytest.TempPathFactory, plain_env: dict[str, str]) -> Iterator[DemoPlan]:
    yield from running(DemoPlan(tmp_path_factory.mktemp("demo-plan"), plain_env))


@pytest.fixture(scope="module")
def address(plain_env: dict[str, str]) -> Iterator[str]:
    """Of screens that no plan is needed for."""
    with serving(plain_env) as served:
        yield served


@pytest.fixture(scope="module")
def window(
    address: str, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Window]:
    with browsing(playwright, tmp_path_factory.mktemp("browser")) as first:
        yield first
        first.outside[:] = [
            url for url in first.outside if not KNOWN_OUTSIDE.match(url)
        ]  # no policy is served here
