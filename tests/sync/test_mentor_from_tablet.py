"""From a supervisor's tablet to the plan and out: a visit is seen, given to a mentor, and opens for her alone."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from app.domain.mentor import MentorAsk
from app.domain.visit import PersonRef
from app.services.mentoring import Mentoring
from app.sync.fhir.mentor import decode_reading
from app.sync.sharing import SharingFailed
from tests.plan.fhir_builders import encounter
from tests.plan.mentor_steps import SAID, answers
from tests.support.field import FieldPlan
from tests.sync.conftest import MakeTablet


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


async def test_a_supervisor_gives_a_visit_that_she_has_seen(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    nurse = field_plan.add_person(team="Mentors")
    supervisor = field_plan.add_person("supervisor", "Sue Park, RN", team="Mentors")
    patient_id = field_plan.add_patient(nurse)
    visit_id = f"visit-{patient_id}"
    free = SAID["conv-matters-words"]
    items = [{"linkId": "conv-matters-words", "answer": [{"valueString": free}]}]
    items.append({"linkId": "conv-coping", "answer": [{"valueString": "Vera sings."}]})
    talk = answers(f"talk-{patient_id}", "conversation", items)
    about = {
        "subject": {"reference": f"Patient/{patient_id}"},
        "encounter": {"reference": f"Encounter/{visit_id}"},
    }
    practitioner = nurse.reference.partition("/")[2]
    field_plan.put(encounter(visit_id, patient_id, practitioner), talk | about)
    tablet, other = await tablets(supervisor), await tablets(nurse)
    mentoring = Mentoring(tablet.store, tablet.client, PersonRef(supervisor.reference, ""), WallClock())
    reading = await mentoring.read(visit_id)
    told = {one.text: one for one in reading.passages}
    assert told[free].refused == ""
    assert "name" in told["Vera sings."].refused
    ask = MentorAsk(visit_id, "Rosa Vale, Harbor Hospice", 7, reading.digest, (told[free].id,))
    made = await mentoring.invite(ask)
    async with httpx.AsyncClient(trust_env=False) as door:
        opened = await door.post(made.link, data={"passcode": made.passcode})
    assert opened.status_code == 200
    assert free in opened.text
    assert all(line.partition(": ")[2] in opened.text for one in reading.sections for line in one.lines)
    assert "Lindqvist" not in opened.text
    hers = Mentoring(other.store, other.client, PersonRef(nurse.reference, ""), WallClock())
    with pytest.raises(SharingFailed):
        await hers.read(visit_id)
    with pytest.raises(SharingFailed):
        await hers.invite(ask)


def test_an_answer_that_is_no_reading_is_none() -> None:
    assert decode_reading(None) is None
    assert (
        decode_reading({"parameter": [{"name": "about", "valueString": "x"}, 3, {"name": "section"}]}) is None
    )
    held = decode_reading(
        {"parameter": [{"name": "digest", "valueString": "d"}, {"name": "passage", "part": [7]}]}
    )
    assert held is not None
    assert held.passages == ()
