"""Two nurses wrote offline about one person: each subject is shown as two, chosen by one, and the same for all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.domain.code_status import compose
from app.domain.merging_heads import Subject
from app.domain.visit import Value
from app.errors import RecordError
from app.services.conflict_models import BOTH, ConflictPage
from app.store import audit
from tests.support.two_nurses import PATIENT, PEOPLE, Desk, Team, meeting

POLST: dict[str, Value] = {"cs-rests": "polst", "cs-says": "cpr-no", "cs-kept": "fridge"}
MARIA: dict[str, Value] = {
    "person-name": "Maria",
    "person-relation": "relative",
    "person-roles": ("helps",),
    "person-agent": "primary",
}
PAIN: dict[str, Value] = {"goal-problem": "Pain", "goal-do": "Morphine as needed", "goal-who": ("nurse",)}
ORDER = "MedicationRequest/m1"


def today() -> date:
    return datetime.now(UTC).date()


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[Team]:
    async with meeting(tmp_path) as found:
        yield found


async def add_order(team: Team) -> None:
    async with team.as_user("op") as plan:
        order = {
            "resourceType": "MedicationRequest",
            "id": "m1",
            "status": "active",
            "intent": "order",
            "subject": {"reference": f"Patient/{PATIENT}"},
            "medicationCodeableConcept": {"text": "Oxycodone 5 mg"},
        }
        (await plan.put("MedicationRequest/m1", json=order)).raise_for_status()


async def write(desk: Desk, *entries: tuple[str, dict[str, Value], str | None]) -> str:
    visit_id = await desk.begin()
    for group, answers, about in entries:
        await desk.visits.add_entry(visit_id, group, about=about, answers=answers)
    return await desk.finish(visit_id)


async def wrote_apart(team: Team) -> None:
    """Both renew what a first visit wrote down, and neither knows of the other."""
    await add_order(team)
    await write(
        team.ana,
        ("cs-statements", POLST, None),
        ("people", MARIA, None),
        ("care-goals", PAIN, None),
    )
    await team.meet()
    for desk, says, how, do, choice in (
        (team.ana, "cpr-yes", "555-0101", "Oxycodone by the clock", "as-listed"),
        (team.ben, "cpr-no", "555-0202", "A pump", "not-taking"),
    ):
        parts = await desk.parts()
        (statement,) = compose(parts.code_status, today()).current
        (maria,) = parts.people.people
        (goal,) = parts.plan.goals
        await write(
            desk,
            ("cs-statements", {**POLST, "cs-says": says}, statement.id),
            ("people", {**MARIA, "person-phone": how, "person-consent": maria.consent}, maria.id),
            ("care-goals", {**PAIN, "goal-do": do}, " ".join(goal.references)),
            ("medicines", {"med-name": "Oxycodone 5 mg", "med-choice": choice}, ORDER),
        )
    await team.meet()


async def open_all(desk: Desk) -> dict[str, ConflictPage]:
    pages = [await desk.conflicts.read(line.id) for line in await desk.conflicts.list_all()]
    return {page.line.what: page for page in pages if page is not None}


def side(page: ConflictPage, who: str) -> int:
    return next(n for n, one in enumerate(page.sides) if who in (one.who, one.said_by))


async def test_every_subject_is_two_until_somebody_chose_and_then_the_same_for_all(team: Team) -> None:
    await wrote_apart(team)
    for desk in team.desks:
        lines = await desk.conflicts.list_all()
        assert {line.what for line in lines} == {one.value for one in Subject} - {"conversation"}
        assert all(set(line.who) == {PEOPLE["ana"][0], PEOPLE["ben"][0]} for line in lines)
        parts = await desk.parts()
        assert {line.id for line in parts.conflicts} == {line.id for line in lines}
        assert parts.medicines.last is not None
        assert parts.medicines.last.doubles == {ORDER}
        assert len(parts.people.doubles) == 2
        assert compose(parts.code_status, today()).differs
        assert len(parts.plan.goals) == 2

    seen_at = {one.by: one.seen_at for one in compose((await team.sue.parts()).code_status, today()).current}
    pages = await open_all(team.sue)
    plan = pages["plan"]
    assert [one.title for one in plan.sections] == ["What we do"]
    assert ("Problem", "Pain") in [(one.title, one.texts[0]) for one in plan.agreed]
    assert plan.sections[0].joined is not None
    await team.sue.conflicts.choose(plan.line.id, {"goal-do": BOTH}, plan.mark)
    people = pages["people"]
    assert [one.id for one in people.sections] == ["person-phone"]
    await team.sue.conflicts.choose(
        people.line.id, {"person-phone": side(people, "Ben Ochoa, RN")}, people.mark
    )
    for what, who in (("code-status", "Ben Ochoa, RN"), ("medicines", "Ana Ruiz, RN")):
        page = pages[what]
        assert [one.id for one in page.sections] == ["whole"], "never put together from two"
        assert page.sections[0].joined is None
        await team.sue.conflicts.choose(page.line.id, {"whole": side(page, who)}, page.mark)
    assert await team.sue.conflicts.list_all() == ()
    await team.meet()

    shown = []
    for desk in team.desks:
        assert await desk.conflicts.list_all() == ()
        parts = await desk.parts()
        shown.append(replace(parts, alerts=()))
        status = compose(parts.code_status, today())
        assert status.headline == "Code status: No CPR"
        (statement,) = status.current
        assert statement.by == "Ben Ochoa, RN", "who saw the paper, not who chose"
        assert statement.seen_at == seen_at["Ben Ochoa, RN"], "when it was seen, not when it was chosen"
        assert len(status.earlier) == 3
        (maria,) = parts.people.people
        assert (maria.phone, maria.agent, parts.people.doubles) == ("555-0202", "primary", frozenset())
        (goal,) = parts.plan.goals
        assert goal.do == "A pump\nOxycodone by the clock" or goal.do == "Oxycodone by the clock\nA pump"
        assert goal.author == "Sue Park, RN"
        assert parts.medicines.last is not None
        assert parts.medicines.last.doubles == frozenset()
        (line,) = [one for one in parts.medicines.last.lines if one.medicine is not None]
        assert line.taken == "as-listed"
    assert shown[0] == shown[1] == shown[2]
    entries = await team.sue.store.read(audit.verify)
    assert entries.broken_at is None


async def test_a_choice_from_versions_that_are_no_longer_the_newest_is_refused(team: Team) -> None:
    await team.ana.say(conv_hospital="no")
    await team.ben.say(conv_hospital="yes")
    await team.meet()
    page = await team.ana.open()
    with pytest.raises(RecordError, match="choose for each"):
        await team.ana.conflicts.choose(page.line.id, {}, page.mark)
    with pytest.raises(RecordError, match="Something newer"):
        await team.ana.conflicts.choose(page.line.id, {"conv-hospital": 0}, "others")
    await team.ana.take("Ana Ruiz, RN")
    assert await team.ana.conflicts.read(page.line.id) is None
    with pytest.raises(RecordError, match="settled"):
        await team.ana.conflicts.choose(page.line.id, {"conv-hospital": 0}, page.mark)


async def test_who_saw_the_other_s_words_makes_no_second_version(team: Team) -> None:
    await add_order(team)
    await team.meet()
    listed: dict[str, Value] = {"med-name": "Oxycodone 5 mg", "med-choice": "as-listed"}
    await team.ana.write_down("medicines", listed, ORDER)
    await team.meet()
    await team.ben.write_down("medicines", {**listed, "med-choice": "not-taking"}, ORDER)
    await team.meet()
    assert await team.sue.conflicts.list_all() == ()


async def test_a_paper_against_what_was_said_is_shown_as_two_and_not_settled_at_a_desk(team: Team) -> None:
    await team.ana.write_down("cs-statements", POLST)
    await team.ben.write_down("cs-statements", {"cs-rests": "patient", "cs-says": "cpr-yes"})
    await team.meet()
    assert compose((await team.sue.parts()).code_status, today()).differs
    assert await team.sue.conflicts.list_all() == ()
