"""From a tablet to the plan and back: a record is shared, opened and withdrawn; who was not reached is referred."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app.domain.sharing import Audience, HowAgreed, SharingAsk, SharingEnd
from app.domain.visit import PersonRef
from app.errors import RecordError
from app.services.planning import read_referrals
from app.services.sharing import SharingRecords
from app.services.worklist import Worklist
from app.sync.sharing import SharingFailed
from plan.outcomes.refresh import refresh
from plan.outcomes.roster_group import GROUP_CODE, ROSTER_ID
from tests.support.field import FieldPlan
from tests.sync.conftest import MakeTablet


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


async def test_a_nurse_shares_a_record_and_withdraws_it(field_plan: FieldPlan, tablets: MakeTablet) -> None:
    nurse = field_plan.add_person(team="Sharing")
    stranger = field_plan.add_person(team="Sharing")
    patient_id = field_plan.add_patient(nurse)
    tablet, other = await tablets(nurse), await tablets(stranger)
    await tablet.sync()
    me = PersonRef(nurse.reference, nurse.name)
    sharing = SharingRecords(tablet.store, tablet.client, me, WallClock())
    page = await sharing.read(patient_id)
    assert page.agreeing[0].reference == f"Patient/{patient_id}"
    yes = page.agreeing[0].reference
    ask = SharingAsk(patient_id, Audience.CASE_MANAGER, "Lena Hart, Golden Valley", yes, HowAgreed.SPOKEN, 7)
    made = await sharing.share(ask)
    async with httpx.AsyncClient(trust_env=False) as door:
        said = {"passcode": made.passcode, "form": "fhir"}
        opened = await door.post(made.link, data=said)
        assert opened.json()["entry"][0]["resource"]["resourceType"] == "Composition"
        (told,) = await sharing.list(patient_id)
        assert (told.id, told.recipient, told.openings, told.end) == (made.id, ask.recipient, 1, None)
        assert told.until == made.until
        hers = SharingRecords(other.store, other.client, PersonRef(stranger.reference, ""), WallClock())
        for refused in (hers.list(patient_id), hers.withdraw(patient_id, made.id)):
            with pytest.raises(SharingFailed):
                await refused
        await sharing.withdraw(patient_id, made.id)
        assert (await door.post(made.link, data=said)).status_code == 410
    (told,) = await sharing.list(patient_id)
    assert told.end is SharingEnd.WITHDRAWN


async def test_who_was_not_reached_is_referred_by_the_ordinary_way_and_a_slip_is_taken_back(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    nurse = field_plan.add_person(team="Worklist")
    supervisor = field_plan.add_person("supervisor", "Sue Park, RN", team="Worklist")
    patient_id = field_plan.add_patient(nurse)
    since = {"start": (datetime.now(UTC) - timedelta(days=30)).date().isoformat()}
    subject = {"reference": f"Patient/{patient_id}"}
    icd = [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I50.9"}]
    group = {"resourceType": "Group", "id": ROSTER_ID, "type": "person", "actual": True}
    group |= {"code": {"coding": [dict(GROUP_CODE)]}, "member": [{"entity": subject, "period": since}]}
    illness = {"resourceType": "Condition", "id": f"ill-{patient_id}"}
    field_plan.put(group, illness | {"code": {"coding": icd}, "subject": subject})
    refresh(field_plan.engine)
    tablet = await tablets(supervisor)
    me = PersonRef(supervisor.reference, supervisor.name)
    worklist = Worklist(tablet.store, tablet.client, me, WallClock())
    await worklist.refresh()
    page = await worklist.read()
    assert page.word is not None
    (one,) = page.word.members
    assert one.patient_id == patient_id
    assert {why.code for why in one.reasons} == {"need-illness", "need-wishes"}
    with pytest.raises(RecordError):
        await worklist.refer(patient_id, one.target, [])  # her record has not come yet
    await tablet.sync()
    slip = await worklist.refer(patient_id, "ltss", ["need-wishes"])
    await worklist.take_back(patient_id, slip)
    reference = await worklist.refer(patient_id, one.target, [why.code for why in one.reasons])
    assert (await worklist.read()).referred.keys() == {patient_id}
    assert (await tablet.sync()).outcome == "ok"
    (held,) = await tablet.store.read(lambda c: read_referrals(c, patient_id))
    assert (held.reference, held.to, held.state, held.pending) == (reference, one.target, "proposed", False)
    with field_plan.peer(supervisor) as peer:
        found = peer.get(reference).json()
    assert [reason.get("text") for reason in found["reasonCode"]] == [
        "What the person wants",
        "A serious illness is named",
    ]
    refresh(field_plan.engine)
    await worklist.refresh()
    page = await worklist.read()
    assert page.word is not None
    assert page.word.members == ()
