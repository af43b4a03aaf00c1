"""The one way in which the visit page writes: commit, read back, one change of the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Any

import flet as ft

from app.errors import NotFound
from app.services.models import VisitPage
from app.views.env import Env, now
from app.views.guard import get_sentence, report
from app.views.routes import ReadingRoute

AGAIN_CLEARS_AFTER = 0.7
"""Seconds: a second tap sooner than this is a trembling hand, not a wish to clear."""


@dataclass(frozen=True, slots=True)
class VisitView:
    """What the page draws. `saved_at` is the time after the last commit; `problem` a sentence why one failed."""

    page: VisitPage | None = None
    saved_at: datetime | None = None
    problem: str | None = None


@dataclass(slots=True)
class Keeper:
    """Order of writes and the last tap, kept over redraws."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    last_tap: tuple[str, object, float] = ("", None, 0.0)
    view: VisitView = field(default_factory=VisitView)

    def is_trembling(self, link_id: str, choice: object) -> bool:
        """Whether this very answer was tapped a moment ago; remembers the tap."""
        before = self.last_tap
        self.last_tap = (link_id, choice, monotonic())
        return before[:2] == (link_id, choice) and monotonic() - before[2] < AGAIN_CLEARS_AFTER


@dataclass(frozen=True, slots=True)
class Saving:
    view: VisitView
    commit: Callable[[Callable[[], Awaitable[Any]]], Awaitable[bool]]
    """Run one write; True when it is on the disk. Its failure becomes `view.problem`."""
    keeper: Keeper
    reload: Callable[[], Awaitable[None]]


def use_saving(env: Env, visit_id: str) -> Saving:
    """Writes run one after another, in the order of the taps."""
    view, set_view = ft.use_state(VisitView())
    box: ft.MutableRef[Keeper] = ft.use_ref(lambda: Keeper())
    keeper = box.current or Keeper()

    def show(new: VisitView) -> None:
        keeper.view = new
        set_view(lambda _: new)

    async def read_back(saved_at: datetime | None) -> None:
        try:
            page = await env.session.visits.page(visit_id)
        except NotFound:
            env.swap(ReadingRoute(visit_id))
        except Exception as error:  # noqa: BLE001 - shown as a sentence on the page
            report("visit read", error)
            show(replace(keeper.view, saved_at=saved_at, problem=get_sentence(error)))
        else:
            show(VisitView(page, saved_at))

    async def commit(work: Callable[[], Awaitable[Any]]) -> bool:
        async with keeper.turn:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - shown as a sentence on the page
                report("visit write", error)
                show(replace(keeper.view, problem=get_sentence(error)))
                return False
            await read_back(now())
            return True

    async def reload() -> None:
        async with keeper.turn:
            await read_back(keeper.view.saved_at)

    return Saving(view, commit, keeper, reload)
