"""Conversation, code status and people from one nurse's tablet to another's, with versions that know each other."""

from __future__ import annotations

from app.domain.code_status import compose
from app.domain.conversation import list_heads, list_history, what_stands
from app.domain.people import Topic, may_tell
from app.domain.visit import Modality, PersonRef, Setting, Value
from app.services.clock import SystemClock
from app.services.patient_parts import PatientParts, read_parts
from app.services.visits import Visits
from tests.support.field import FieldPlan, Tablet
from tests.sync.conftest import MakeTablet

clock = SystemClock()


def visits_of(tablet: Tablet) -> Visits:
    return Visits(tablet.store, PersonRef(tablet.person.reference, tablet.person.name), clock)


async def talk(tablet: Tablet, patient_id: str, **words: Value) -> str:
    """A whole visit with a conversation, signed and not yet sent."""
    visits = visits_of(tablet)
    visit_id = await visits.begin(patient_id, Modality.IN_PERSON, Setting.HOME)
    for name, value in words.items():
        await visits.answer(visit_id, f"conv-{name.replace('_', '-')}", value=value)
    await finish(tablet, visit_id)
    return visit_id


async def finish(tablet: Tablet, visit_id: str) -> None:
    visits = visits_of(tablet)
    await visits.leave(visit_id)
    await visits.sign(visit_id)


async def parts(tablet: Tablet, patient_id: str) -> PatientParts:
    return await tablet.store.read(lambda connection: read_parts(connection, patient_id))


def texts(found: PatientParts) -> dict[str, tuple[str, ...]]:
    return {
        s.field.id: tuple(one.text for one in s.sayings) for s in what_stands(found.conversation.versions)
    }


async def test_a_conversation_without_a_decision_is_read_on_another_device_and_renewed_there(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    ana, ben = field_plan.add_person(), field_plan.add_person(name="Ben Ochoa, RN")
    patient_id = field_plan.add_patient(ana, ben)
    hers, his = await tablets(ana), await tablets(ben)
    await hers.sync()
    await talk(hers, patient_id, matters=("home",), matters_words="The lemon tree", hospital="yes")
    offline = await parts(hers, patient_id)
    assert texts(offline)["conv-matters"] == ("Being at home. “The lemon tree”",)
    assert offline.conversation.versions[0].pending
    assert (await hers.sync()).outcome == "ok"
    assert (await his.sync()).outcome == "ok"
    assert texts(await parts(his, patient_id)) == texts(offline)

    await talk(his, patient_id, hospital="no")
    assert (await his.sync()).outcome == "ok"
    await hers.sync()
    both = await parts(hers, patient_id)
    assert texts(both) == {
        "conv-matters": ("Being at home. “The lemon tree”",),
        "conv-hospital": ("No.",),
    }
    newest, oldest = list_history(both.conversation.versions)
    assert newest.version.author.name == "Ben Ochoa, RN"
    assert newest.follows == (oldest.version,)
    assert [(c.title, c.before, c.after) for c in newest.changes] == [("Going to hospital", ("Yes.",), "No.")]


async def test_two_who_talked_offline_are_both_shown_until_one_has_seen_the_other(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    ana, ben = field_plan.add_person(), field_plan.add_person(name="Ben Ochoa, RN")
    patient_id = field_plan.add_patient(ana, ben)
    hers, his = await tablets(ana), await tablets(ben)
    await hers.sync()
    await his.sync()
    await talk(hers, patient_id, place_care="home")
    await talk(his, patient_id, place_care="hospice")
    for tablet in (hers, his, hers):
        assert (await tablet.sync()).outcome == "ok"
    found = await parts(hers, patient_id)
    assert set(texts(found)["conv-place-care"]) == {"Home.", "Hospice house."}
    assert len(list_heads(found.conversation.versions)) == 2
    await talk(hers, patient_id, place_care="home")
    settled = await parts(hers, patient_id)
    assert texts(settled)["conv-place-care"] == ("Home.",)
    assert len(list_heads(settled.conversation.versions)) == 1


async def test_a_polst_seen_and_a_wish_against_it_stand_as_two_on_every_device(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    ana, ben = field_plan.add_person(), field_plan.add_person(name="Ben Ochoa, RN")
    patient_id = field_plan.add_patient(ana, ben)
    hers, his = await tablets(ana), await tablets(ben)
    for tablet in (hers, his):
        await tablet.sync()
        assert compose((await parts(tablet, patient_id)).code_status, clock.now().date()).line == (
            "Code status: not recorded"
        )
    for tablet, rests, says in ((hers, "polst", "cpr-no"), (his, "patient", "cpr-yes")):
        visits = visits_of(tablet)
        visit_id = await visits.begin(patient_id, Modality.IN_PERSON, Setting.HOME)
        await visits.add_entry(visit_id, "cs-statements", answers={"cs-rests": rests, "cs-says": says})
        await finish(tablet, visit_id)
    for tablet in (hers, his, hers):
        assert (await tablet.sync()).outcome == "ok"
    for tablet in (hers, his):
        status = compose((await parts(tablet, patient_id)).code_status, clock.now().date())
        assert status.headline == "Code status: Two different records"
        assert sorted(line.split(":")[0] for line in status.lines) == ["Attempt CPR", "No CPR"]


async def test_who_must_not_be_told_is_known_on_the_other_device(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    ana, ben = field_plan.add_person(), field_plan.add_person(name="Ben Ochoa, RN")
    patient_id = field_plan.add_patient(ana, ben)
    hers, his = await tablets(ana), await tablets(ben)
    await hers.sync()
    visits = visits_of(hers)
    visit_id = await visits.begin(patient_id, Modality.IN_PERSON, Setting.HOME)
    answers = {"person-name": "Ned", "person-told": "none", "person-agent": "alternate"}
    await visits.add_entry(visit_id, "people", answers=answers)
    await visits.answer(visit_id, "people-wants", value="little")
    await finish(hers, visit_id)
    assert (await hers.sync()).outcome == "ok"
    assert (await his.sync()).outcome == "ok"
    found = (await parts(his, patient_id)).people
    (ned,) = found.people
    assert not may_tell(ned, Topic.DAILY).allowed
    assert ned.consent.startswith("Consent/")
    assert found.wants is not None
    assert found.wants.wants == "little"
