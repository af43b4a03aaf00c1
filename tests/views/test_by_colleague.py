"""By a colleague's tablet: what waits and what is carried is said, a code is shown and shut, another's is typed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.services.carrying import Carried, Taken
from app.store.changes import Topic
from app.sync.nearby import NobodyThere
from app.views.wording import carrying as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_carrying import CODE, DoubleCarrying
from tests.views.doubles import DoubleDevice, make_world


@pytest.fixture
async def shown(mount: Mount) -> AsyncIterator[tuple[FletHarness, DoubleCarrying]]:
    device = DoubleDevice(make_world())
    async with mount(device, unlock=True) as app:
        assert device.session is not None
        hands = device.session.carrying
        hands.carried = Carried(own=3, own_arrived=2, own_held=1, for_others=1, refused=1, receipts=2)
        await app.tap("nav-waiting")
        await app.until(lambda: app.has("waiting-colleague"), "Sent & waiting")
        await app.tap("waiting-colleague")
        await app.until(lambda: app.has("carry-code"), "the way by a colleague")
        yield app, hands


async def test_it_says_what_waits_what_arrived_and_what_is_carried(
    shown: tuple[FletHarness, DoubleCarrying],
) -> None:
    app, _ = shown
    for sentence in (
        "3 sealed envelopes of yours wait here.",
        "this is no count of visits",
        "2 of them were brought to the plan by a colleague.",
        "1 of them lies at the plan, where somebody has to look at it.",
        "You carry 1 sealed envelope for others. It goes with your next contact.",
        "The plan did not take 1 of them. Please tell whoever gave it to you.",
        "You have 2 receipts for colleagues. Meet once more, so that they know.",
    ):
        assert app.shows(sentence), sentence


async def test_a_code_is_shown_and_the_door_is_shut_when_one_leaves(
    shown: tuple[FletHarness, DoubleCarrying],
) -> None:
    app, hands = shown
    await app.tap("carry-show")
    await app.until(lambda: app.has("carry-hide"), "a code")
    assert app.shows(CODE)
    assert not app.has("carry-code"), "one shows, the other types"
    await app.tap("waiting-close")
    await app.until(lambda: not hands.open, "the door shut")


async def test_a_code_that_is_over_says_so_and_one_that_was_put_away_does_not(
    shown: tuple[FletHarness, DoubleCarrying], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, hands = shown
    monkeypatch.setattr("app.views.waiting.by_colleague.LOOK_EVERY", 0.001)
    await app.tap("carry-show")
    await app.until(lambda: app.has("carry-hide"), "a code")
    await app.tap("carry-hide")
    await app.until(lambda: app.has("carry-show"), "the code put away")
    await app.settle()
    assert not app.shows("The code is no longer good.")
    await app.tap("carry-show")
    await app.until(lambda: app.has("carry-hide"), "another code")
    hands.open = False  # ten minutes are over
    await app.until(lambda: app.shows("The code is no longer good."), "that it is over")
    assert not app.has("carry-hide")


async def test_anothers_code_is_typed_and_what_came_is_said(
    shown: tuple[FletHarness, DoubleCarrying],
) -> None:
    app, hands = shown
    hands.come = Taken(copies=2, receipts=1)
    await app.type("carry-code", CODE)
    await app.tap("carry-hand-over")
    await app.until(lambda: app.shows("You now carry 2 envelopes more. 1 receipt has come."), "what came")
    assert hands.called == [CODE]


async def test_nobody_there_is_said_and_what_was_typed_stays(
    shown: tuple[FletHarness, DoubleCarrying],
) -> None:
    app, hands = shown
    hands.error = NobodyThere()
    await app.type("carry-code", CODE)
    await app.tap("carry-hand-over")
    await app.until(lambda: app.shows("The other tablet did not answer."), "why not")
    assert app.value("carry-code") == CODE


async def test_a_plan_that_takes_no_sealed_visits_offers_none_of_it(mount: Mount) -> None:
    device = DoubleDevice(make_world())
    async with mount(device, unlock=True) as app:
        assert device.session is not None
        await app.tap("nav-waiting")
        await app.until(lambda: app.has("waiting-colleague"), "Sent & waiting")
        await app.tap("waiting-colleague")
        await app.until(lambda: app.has("carry-show"), "the way by a colleague")
        device.session.carrying.carried = Carried(possible=False)
        device.session.hub.publish(Topic.SYNC)
        await app.until(lambda: app.shows(said.NOT_POSSIBLE), "why not")
        await app.until(lambda: not app.has("waiting-colleague"), "no way that leads nowhere")
        assert not app.shows(said.HELP), "what the plan does not do is not promised above it"
        assert not app.has("carry-show")
        assert not app.has("carry-give")
