"""An app on in-memory services, mounted without a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Set
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import flet as ft
import pytest

from app.language import ENGLISH, speak
from app.services import content_packs
from app.views.app import show
from app.views.visit import drawn_from
from tests.support.flet_harness import FletHarness
from tests.views.doubles import DoubleDevice, World, make_world

Mount = Callable[..., AbstractAsyncContextManager[FletHarness]]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What a test made a window speak does not stay with the next one."""
    yield
    speak(ENGLISH)


@pytest.fixture(autouse=True)
def no_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    """What became of the content packs of a test elsewhere is a note of the process, and no part of these screens."""
    monkeypatch.setattr(content_packs, "_last", ())


class Given(dict[str, Any]):
    """Answers that a part of the visit page is given: asked for another one it fails, where a real page shows less."""

    def __init__(self, held: Mapping[str, Any], names: Set[str]) -> None:
        super().__init__((name, held[name]) for name in names if name in held)
        self.names = names

    def _expect_given(self, name: object) -> None:
        assert name in self.names, f"{name} is read by a part that is not given it"

    def __contains__(self, name: object) -> bool:
        self._expect_given(name)
        return super().__contains__(name)

    def __getitem__(self, name: str) -> Any:
        self._expect_given(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._expect_given(name)
        return super().get(name, default)


@pytest.fixture(autouse=True)
def nothing_else_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees a part that reads more of the page than what it is drawn anew for."""
    plain = drawn_from.only_of

    def only_of(held: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
        return Given(held, names) if isinstance(names, Set) else plain(held, names)

    monkeypatch.setattr(drawn_from, "only_of", only_of)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def opened_urls() -> list[str]:
    return []


@pytest.fixture
def mount(opened_urls: list[str]) -> Mount:
    """`async with mount(device, unlock=True) as app:`"""

    @asynccontextmanager
    async def start(
        device: DoubleDevice, *, unlock: bool = False, width: int = 1180, height: int = 820
    ) -> AsyncIterator[FletHarness]:
        async def open_url(url: str) -> None:
            opened_urls.append(url)

        async def main(page: ft.Page) -> object:
            return await show(page, device, open_url=open_url, plan_url="https://plan.example.org")

        async with FletHarness(main, width=width, height=height) as app:
            if unlock:
                await app.type("lock-secret", device.PIN, submit=True)
                await app.until(lambda: app.has("status-line"), "the shell")
                await app.settle(60)
            yield app
            app.assert_calm()

    return start
