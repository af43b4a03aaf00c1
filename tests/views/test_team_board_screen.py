"""The team board on screen: true words on silence and on what waits; moving says its consequence first."""

from __future__ import annotations

from functools import partial

import pytest

from app.services.board_models import BoardPage
from app.services.models import Role
from app.store.changes import Topic
from app.sync.moving import CHANGED, MoveFailed
from app.views.supervisor.board.nurses import MANY
from app.views.wording import alerts
from app.views.wording import board as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_board import DoubleBoard
from tests.views.doubles import DoubleDevice, DoubleSession, World, now
from tests.views.scene_board import ANA, BEN, make_board, make_large_team, make_news

SIZES = pytest.mark.parametrize("width", [1180, 390])


def session_of(device: DoubleDevice) -> DoubleSession:
    assert device.session is not None
    return device.session


async def open_board(app: FletHarness, device: DoubleDevice, page: BoardPage) -> DoubleBoard:
    board = session_of(device).board
    board.page = page
    await app.tap("nav-team")
    await app.until(lambda: app.shows(said.TITLE), "the board")
    await app.settle(30)
    return board


@SIZES
async def test_who_was_not_heard_from_stands_with_the_visits_planned_since(
    mount: Mount, world: World, width: int
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True, width=width) as app:
        await open_board(app, device, make_board())
        text = " | ".join(app.texts())
        assert "Not heard from since" in text
        assert "2 visits planned since" in text
        assert "1 alert not sent yet, since" in text
        assert "2 visits not sent yet, the oldest since" in text
        assert "1 visit set aside since" in text
        assert "the plan did not take it" in text
        assert said.NOTHING_WAITS in text
        assert said.NEVER_HEARD in text
        assert "Planned for today: 2 made, 1 not seen" in text
        assert text.index("1 alert not sent") < text.index("2 visits not sent"), (
            "what matters most stands first"
        )
        assert [text.index(name) for name in ("Ana Ruiz", "Ben Cole", "Zoe Last")] == sorted(
            text.index(name) for name in ("Ana Ruiz", "Ben Cole", "Zoe Last")
        )


async def test_a_visit_in_which_nobody_was_seen_can_be_given_to_another_nurse(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        await open_board(app, device, make_board())
        await app.tap("board-open-ben")
        await app.until(lambda: app.has("board-visit-a2"), "the panel")
        (line,) = app.texts(app.named("board-visit-a2"))
        assert line.startswith("Grace Okafor, ")
        assert line.endswith(" · Not seen")


@SIZES
async def test_a_planned_visit_is_moved_in_three_taps_and_says_what_will_happen_first(
    mount: Mount, world: World, width: int
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True, width=width) as app:
        board = await open_board(app, device, make_board())
        await app.tap("board-open-ana")
        await app.until(lambda: app.has("board-visit-a1"), "the panel")
        assert not app.has("board-move")
        await app.tap("board-visit-a1")
        await app.until(lambda: app.has("board-to-ben"), "the nurses")
        assert not app.has("board-to-ana"), "nobody moves to herself"
        await app.tap("board-to-ben")
        await app.until(lambda: app.has("board-move"), "the question")
        assert any("keeps the person on the list" in one for one in app.texts())
        assert board.moved == []
        await app.tap("board-move")
        await app.until(lambda: board.moved, "the move")
        assert board.moved == [("a1", ANA, BEN)]
        await app.until(
            lambda: app.shows(said.visit_moved("María Colón Ríos", "Ben Cole, RN")), "the sentence"
        )


async def test_moving_a_person_says_that_the_record_closes_for_the_one_who_had_it(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        board = await open_board(app, device, make_board())
        for one in ("board-open-ana", "board-person-ana-p0", "board-to-ben"):
            await app.until(partial(app.has, one), one)
            await app.tap(one)
        await app.until(lambda: app.has("board-move"), "the question")
        question = said.question_person("María Colón Ríos", "Ana Ruiz, RN", "Ben Cole, RN", 1)
        assert app.shows(question)
        assert "with 1 planned visit." in question
        await app.tap("board-keep")
        await app.until(lambda: not app.has("board-move"), "as it was")
        assert board.moved == []


async def test_a_move_that_the_plan_did_not_take_says_so_and_claims_nothing(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        board = await open_board(app, device, make_board())
        board.error = MoveFailed(CHANGED)
        for one in ("board-open-ana", "board-person-ana-p0", "board-to-ben", "board-move"):
            await app.until(partial(app.has, one), one)
            await app.tap(one)
        await app.until(lambda: app.shows(CHANGED), "the sentence")
        assert not any("is with Ben Cole" in one for one in app.texts())


async def test_a_calm_team_and_a_plan_that_tells_nothing_have_words_too(mount: Mount, world: World) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        await open_board(app, device, BoardPage(pulled_at=now()))
        text = " | ".join(app.texts())
        assert said.CALM in text
        assert said.NOT_TOLD in text


async def test_before_the_first_load_nothing_is_called_calm(mount: Mount, world: World) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        await open_board(app, device, BoardPage())
        assert app.shows("The plan has not been reached yet.")
        assert not app.shows(said.CALM)


async def test_a_row_opens_the_person(mount: Mount, world: World) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        board = make_board()
        await open_board(app, device, board)
        assert app.shows(alerts.head(board.alerts[0])), "what it is, not only what was found"
        await app.tap("board-alert-al0")
        await app.until(
            lambda: not app.has("board-alert-al0") and app.shows("No known allergies"), "the person"
        )


async def test_the_news_of_the_list_stands_on_today_until_it_was_read(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        assert not app.has("news-read")
        session_of(device).moves.news = make_news()
        session_of(device).hub.publish(Topic.SYNC)
        await app.until(lambda: app.has("news-read"), "the news")
        text = " | ".join(app.texts())
        assert "You make the visit to Guadalupe Alvarado" in text
        assert "instead of Ben Cole, RN. Moved by Maria Ochoa" in text
        assert "Walter O'Dowd is no longer on your list" in text
        assert "What you wrote and did not send still goes." in text
        await app.tap("news-read")
        session_of(device).hub.publish(Topic.SYNC)
        await app.until(lambda: not app.has("news-read"), "read")


async def test_a_large_team_is_narrowed_by_a_name_or_to_where_something_waits_and_stays_in_order(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)

    def names(app: FletHarness) -> list[str]:
        return [one for one in app.texts() if one.startswith("Núria Name")]

    async with mount(device, unlock=True, width=1180) as app:
        await open_board(app, device, make_large_team(95))
        assert names(app) == [f"Núria Name {number:02}, RN" for number in range(MANY)]
        await app.type("board-find", "nuria 9")
        await app.until(lambda: app.shows("Show all 14"), "every name with a nine")
        await app.tap("board-waiting-only")
        await app.until(lambda: names(app) == ["Núria Name 90, RN"], "the one of them where something waits")
        await app.type("board-find", "")
        await app.until(lambda: len(names(app)) == 10, "all where something waits")
        assert names(app) == sorted(names(app))
        await app.type("board-find", "nobody")
        await app.until(lambda: app.shows(said.NO_SUCH_NURSE), "nobody")
        await app.type("board-find", "")
        await app.tap("board-waiting-only")
        await app.tap("board-all-nurses")
        await app.until(lambda: len(names(app)) == 95, "all of them")
