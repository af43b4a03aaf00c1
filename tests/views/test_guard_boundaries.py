from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import flet as ft
import pytest

from app.errors import DiskFull
from app.views import text
from app.views.guard import get_sentence, on_page, safe_component, watch_scheduler
from app.views.hooks import use_action
from tests.support.flet_harness import FletHarness

SECRET = "María Colón's note"


@safe_component
def Breaks() -> ft.Control:
    broken, set_broken = ft.use_state(False)
    if broken:
        raise ValueError(SECRET)
    return ft.Semantics(
        identifier="break", content=ft.TextButton("break", on_click=lambda _: set_broken(True))
    )


@safe_component
def Goes() -> ft.Control:
    count, set_count = ft.use_state(0)
    return ft.Column(
        [
            ft.Text(f"count {count}"),
            ft.Semantics(
                identifier="count",
                content=ft.TextButton("more", on_click=lambda _: set_count(lambda n: n + 1)),
            ),
        ]
    )


async def test_a_part_that_cannot_be_drawn_says_so_without_the_exceptions_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @safe_component
    def Root() -> ft.Control:
        return ft.Column([Breaks(), Goes()])

    async with FletHarness(lambda page: page.render(Root)) as app:
        await app.tap("break")
        assert app.shows(text.PART_FAILED)
        assert not app.shows(SECRET)
        assert SECRET not in caplog.text
        assert "ValueError" in caplog.text
        await app.tap("count")
        assert app.shows("count 1")
        app.assert_calm()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (RuntimeError(SECRET), text.WENT_WRONG),
        (DiskFull(), DiskFull.sentence),
        (KeyError(SECRET), text.WENT_WRONG),
    ],
    ids=["foreign", "ours", "key"],
)
async def test_a_failing_handler_becomes_a_sentence_in_place(error: Exception, sentence: str) -> None:
    @safe_component
    def Root() -> ft.Control:
        async def fail(_: object) -> None:
            raise error

        action = use_action(fail)
        return ft.Column(
            [
                ft.Text(action.error or ""),
                ft.Semantics(identifier="go", content=ft.TextButton("go", on_click=action.run)),
            ]
        )

    async with FletHarness(lambda page: page.render(Root)) as app:
        await app.tap("go")
        assert app.shows(sentence)
        assert not app.shows(SECRET)
        app.assert_calm()


async def test_a_second_tap_while_the_first_runs_does_nothing() -> None:
    runs: list[int] = []

    @safe_component
    def Root() -> ft.Control:
        async def slow(_: object) -> None:
            runs.append(1)
            await asyncio.sleep(0.02)

        action = use_action(slow)
        return ft.Semantics(identifier="go", content=ft.TextButton("go", on_click=action.run))

    async with FletHarness(lambda page: page.render(Root)) as app:
        button = app.inner("go")
        await asyncio.gather(*[app.session.dispatch_event(button._i, "click", None) for _ in range(4)])
        assert runs == [1]


async def test_the_screen_goes_on_after_flets_update_loop_died(caplog: pytest.LogCaptureFixture) -> None:
    redrawn: list[int] = []
    spoil: list[Callable[[bool], None]] = []

    @ft.component
    def Unguarded() -> ft.Control:
        broken, set_broken = ft.use_state(False)
        spoil.append(set_broken)
        if broken:
            raise ValueError(SECRET)
        return ft.Text("whole")

    @safe_component
    def Root() -> ft.Control:
        return ft.Column([Unguarded(), Goes()])

    def main(page: ft.Page) -> None:
        page.render(Root)
        watch_scheduler(page, lambda: redrawn.append(1))

    async with FletHarness(main) as app:
        spoil[-1](True)
        await app.until(lambda: redrawn, "the restart")
        await app.tap("count")
        assert app.shows("count 1")
        assert SECRET not in caplog.text
        app.assert_calm()


async def test_a_callback_from_a_thread_runs_on_its_own_page() -> None:
    seen: list[bool] = []

    async with FletHarness(lambda page: page.render(Goes)) as app:
        call = on_page(app.page, lambda: seen.append(ft.context.page is app.page))
        await asyncio.to_thread(call)
        await app.until(lambda: seen, "the callback")
        assert seen == [True]


async def test_a_failing_callback_is_logged_by_type_only(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise RuntimeError(SECRET)

    async with FletHarness(lambda page: page.render(Goes)) as app:
        with caplog.at_level(logging.ERROR):
            on_page(app.page, fail)()
            await app.until(lambda: "RuntimeError" in caplog.text, "the log line")
        assert SECRET not in caplog.text


def test_only_our_own_errors_speak_for_themselves() -> None:
    assert get_sentence(DiskFull()) == DiskFull.sentence
    assert SECRET not in get_sentence(ValueError(SECRET))
