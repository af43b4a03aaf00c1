"""The people around a person, in a visit and on her page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.people import PeopleOnRecord, Person
from app.views.wording import conversation as said
from app.views.wording.patient import decides
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice
from tests.views.scene_goals import make_goals_world
from tests.views.test_conversation_screen import open_patient, open_section


async def test_the_page_says_who_may_be_told_and_who_must_not(mount: Mount) -> None:
    async with mount(DoubleDevice(make_goals_world()), unlock=True) as app:
        await open_patient(app)
        for line in (
            "Must not be told",
            "May be told",
            said.TOLD_OPEN,
            "Legal agent, not acting alone yet",
        ):
            assert app.shows(line)
        assert any(line.startswith("The big picture · ") for line in app.texts())


@pytest.mark.parametrize(
    ("active", "sentence"),
    [
        ("active", "Maureen O'Dowd decides"),
        (
            "not-yet",
            "Maureen O'Dowd decides with the person (legal agent, not acting alone yet)",
        ),
        (None, "Maureen O'Dowd decides with the person"),
    ],
)
def test_nobody_is_said_to_decide_for_a_person_who_still_decides(active: str | None, sentence: str) -> None:
    agent = "primary" if active else None
    maureen = Person("r1", "Maureen O'Dowd", roles=("decides",), agent=agent, agent_active=active)
    assert decides(PeopleOnRecord((maureen,))) == sentence
    assert decides(PeopleOnRecord((replace(maureen, phone="555-0152"),))) == f"{sentence}, 555-0152"
    assert said.person_line(maureen) == "decides with the person"


async def test_somebody_is_added_with_one_tap_and_named_by_typing(mount: Mount) -> None:
    world = make_goals_world()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, "people")
        await app.until(lambda: app.has("people-add"), "the section")
        await app.tap("people-add")
        await app.until(lambda: world.visits["v1"].draft.entries.get("people"), "an entry")
        (entry,) = world.visits["v1"].draft.entries["people"]
        await app.until(lambda: app.has(f"{entry.id}-person-name"), "the open entry")
        await app.type(f"{entry.id}-person-name", "Father Tom", blur=True)
        await app.tap(f"{entry.id}-person-told-none")
        await app.until(lambda: app.shows("Father Tom"), "the name")
        (entry,) = world.visits["v1"].draft.entries["people"]
        assert entry.answers["person-told"].value == "none"
        assert not app.has(f"{entry.id}-person-topics-daily")


async def test_changing_somebody_starts_from_what_is_on_record_and_renews_it(mount: Mount) -> None:
    world = make_goals_world()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, "people")
        await app.until(lambda: app.has("people-change-1"), "the section")
        await app.tap("people-change-1")
        await app.until(lambda: world.visits["v1"].draft.entries.get("people"), "an entry")
        (entry,) = world.visits["v1"].draft.entries["people"]
        assert entry.about == "RelatedPerson/rosa"
        assert entry.answers["person-name"].value == "Rosa Colón"
        await app.until(lambda: not app.has("people-change-1"), "the one being changed")
        assert app.has("people-change-2")
        await app.tap(f"{entry.id}-people-remove")
        await app.until(lambda: app.has("people-change-1"), "as it was")


async def test_what_the_person_wants_to_know_is_asked_once_for_the_person(mount: Mount) -> None:
    world = make_goals_world()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, "people")
        await app.until(lambda: app.has("people-wants-little"), "the question")
        assert app.texts().count(said.WANTS) == 1, "what it is about stands once"
        assert not any(line.startswith(f"{said.WANTS}:") for line in app.texts())
        assert any(line.startswith(f"{said.ON_RECORD}: The big picture · ") for line in app.texts())
        await app.tap("people-wants-little")
        await app.until(lambda: "people-wants" in world.visits["v1"].draft.answers, "the answer")
