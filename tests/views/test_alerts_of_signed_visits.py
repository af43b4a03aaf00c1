"""A signed visit says which alerts it raised and what became of them, to its nurse and to her supervisor."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.addendum import Correction
from app.domain.review import Reason
from app.services.alert_models import CorrectedAnswer
from app.services.models import Role
from app.views.wording import alerts as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_alerts import make_line
from tests.views.double_review import needs
from tests.views.doubles import DoubleDevice, World, now
from tests.views.test_review_screens import add_received, open_review

LESS_PAIN = Correction("esas-pain", "Pain", "8", "3", 3)
STANDS = make_line(1, corrected=(CorrectedAnswer(now() - timedelta(days=3), LESS_PAIN),))
TAKEN = make_line(2, state="acknowledged", seen_by="Dr. Ortiz", seen_at=now() - timedelta(minutes=9))
DONE = make_line(
    4,
    state="done",
    closed_at=now() - timedelta(hours=1),
    closed_reason="Dose given",
    due_at=now() - timedelta(days=1),
)
OVER = make_line(5, state="closed", closed_reason="The answer was corrected")
STATES = {
    STANDS.id: "Nobody has taken it yet.",
    TAKEN.id: "Seen by Dr. Ortiz ",
    DONE.id: "Done ",
    OVER.id: "No longer open: the answer was corrected",
}


def add_raised(world: World) -> str:
    visit_id = add_received(world, 0, 7)
    world.alerts[visit_id] = tuple(replace(one, visit_id=visit_id) for one in (STANDS, TAKEN, DONE, OVER))
    return visit_id


async def check_rows(app: FletHarness) -> None:
    for alert_id, state in STATES.items():
        shown = app.texts(app.named(f"visit-alert-{alert_id}"))
        assert "Severe symptom: Pain 8 of 10" in shown
        assert any(one.startswith(state) for one in shown), (state, shown)
    assert any(one.endswith(": Dose given") for one in app.texts(app.named(f"visit-alert-{DONE.id}")))
    await app.tap(f"visit-alert-{TAKEN.id}")
    await app.until(lambda: app.has(f"alert-finish-{TAKEN.id}"), "what can be done with it")
    assert not app.has(f"alert-take-{TAKEN.id}"), "somebody has it"
    await app.tap(f"visit-alert-{DONE.id}")
    await app.until(lambda: app.has(f"alert-{DONE.id}"), "its card")
    assert not app.has(f"alert-finish-{DONE.id}"), "nothing is asked any more"
    assert not any("verdue" in one for one in app.texts(app.named(f"alert-{DONE.id}")))


@pytest.mark.parametrize("width", [1180, 390])
async def test_the_nurse_reads_in_her_signed_visit_what_became_of_each_alert_it_raised(
    mount: Mount, world: World, width: int
) -> None:
    visit_id = add_raised(world)
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await app.until(lambda: app.has(f"today-received-{visit_id}"), "Today")
        await app.tap(f"today-received-{visit_id}")
        await app.until(lambda: app.has("reading-back"), "the visit")
        assert app.shows(said.OF_THIS_VISIT)
        await check_rows(app)


async def test_the_supervisor_reviews_a_visit_with_the_same_lines(mount: Mount, world: World) -> None:
    visit_id = needs(world, add_raised(world), Reason.ACT_NOW)
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True) as app:
        await open_review(app, visit_id)
        await check_rows(app)


async def test_a_visit_without_alerts_says_nothing_of_them(mount: Mount, world: World) -> None:
    visit_id = add_received(world, 0, 2)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-received-{visit_id}"), "Today")
        await app.tap(f"today-received-{visit_id}")
        await app.until(lambda: app.has("reading-back"), "the visit")
        assert not app.shows(said.OF_THIS_VISIT)


async def test_what_was_corrected_since_is_said_on_the_line_and_on_the_card(
    mount: Mount, world: World
) -> None:
    (sentence,) = said.corrected(STANDS, now())
    assert sentence.startswith("Corrected ")
    assert sentence.endswith(". Pain: 3, was 8")
    world.open_alerts = [STANDS]
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"alert-row-{STANDS.id}"), "Today")
        assert sentence in " ".join(app.texts(app.named(f"alert-row-{STANDS.id}")))
        await app.tap(f"alert-row-{STANDS.id}")
        await app.until(lambda: app.has(f"alert-{STANDS.id}"), "the card")
        assert sentence in app.texts(app.named(f"alert-{STANDS.id}"))


async def test_her_signed_visit_says_a_wish_to_die_once_its_row_is_opened(mount: Mount, world: World) -> None:
    visit_id = add_received(world, 0, 7)
    wish = make_line(6, rule="SUICIDE_ITEM", subject="suicide", title="A wish to die", finding="Said so.")
    over = replace(
        wish, id=make_line(7).id, state="done", closed_at=now(), closed_reason="Talked about dying"
    )
    world.alerts[visit_id] = tuple(replace(one, visit_id=visit_id) for one in (wish, over))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-received-{visit_id}"), "Today")
        await app.tap(f"today-received-{visit_id}")
        await app.until(lambda: app.has("reading-back"), "the visit")
        assert not app.shows("wish to die")
        assert not app.shows("Talked about dying")
        assert said.PRIVATE in app.texts(app.named(f"visit-alert-{wish.id}"))
        await app.tap(f"visit-alert-{wish.id}")
        await app.until(lambda: app.shows("wish to die"), "its card")
