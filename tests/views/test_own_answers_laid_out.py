"""Where things stand on the page of the person's own questions: what is read first, and what can be reached."""

from __future__ import annotations

from datetime import timedelta

import flet as ft
import pytest

from app.views.answers import one_by_one
from tests.views.conftest import Mount
from tests.views.doubles import World, add_visit
from tests.views.patient_hands import hands
from tests.views.test_own_answers import hand


@pytest.fixture
def visit_id(world: World) -> str:
    return add_visit(world, 0, timedelta(minutes=20))


@pytest.mark.parametrize("size", [100, 200])
async def test_what_the_numbers_mean_is_read_before_them(
    mount: Mount, world: World, visit_id: str, size: int
) -> None:
    async with hands(mount, world, width=390, text=size) as has:
        await hand(has, visit_id, "en")
        order = [c for c in has.app.walk() if isinstance(c, ft.Text | ft.Semantics)]
        first = order.index(has.app.named("own-pain-0"))
        meanings = [
            at
            for at, c in enumerate(order)
            if isinstance(c, ft.Text) and c.value in ("0: No pain", "10: The most pain there could be")
        ]
        assert len(meanings) == 2
        assert max(meanings) < first


async def test_a_bar_says_that_there_is_more_below(mount: Mount, world: World, visit_id: str) -> None:
    async with hands(mount, world, width=390) as has:
        await hand(has, visit_id, "en")
        bars = [c.scroll for c in has.app.walk() if isinstance(c, ft.Column) and c.scroll is not None]
        assert bars == [ft.ScrollMode.ALWAYS]


@pytest.mark.parametrize(("width", "beside"), [(390, 0), (1180, 2)])
async def test_the_choices_stand_one_below_the_other_on_a_phone(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch, width: int, beside: int
) -> None:
    monkeypatch.setattr(one_by_one, "AGAIN_CLEARS_AFTER", 0.0)
    async with hands(mount, world, width=width) as has:
        await hand(has, visit_id, "en")
        while has.app.has("answers-next"):
            await has.app.tap("answers-next")
        choice = has.app.named("own-first-pain")
        rows = [
            c for c in has.app.walk() if isinstance(c, ft.Row) and any(one is choice for one in c.controls)
        ]
        assert sum(len(row.controls) for row in rows) == beside
