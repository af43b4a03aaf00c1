"""What medicines, code status, hospice and stays tell the safety rules; not known is never no."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.domain.care_plan import PlanChange, PlanOfCare
from app.domain.code_status import Cpr, Rests, Statement
from app.domain.hospice import Enrolment
from app.domain.patient import Medicine
from app.domain.prescriber import PrescriberCall
from app.domain.referrals import Referral
from app.domain.safety import HospiceNo
from app.domain.visit import Answer, Entry, Modality, PersonRef, Setting, Value, VisitDraft
from app.services.medicines import MedicinesPart
from app.services.patient_parts import PatientParts
from app.services.safety_facts import read_facts, rule_links

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")


def draft(answers: dict[str, Value] | None = None, **entries: list[dict[str, Value]]) -> VisitDraft:
    return VisitDraft(
        id=str(uuid4()),
        patient_id="p1",
        nurse=ANA,
        modality=Modality.IN_PERSON,
        setting=Setting.HOME,
        began_at=AT,
        answers={link: Answer(AT, value) for link, value in (answers or {}).items()},
        entries={
            group.replace("_", "-"): tuple(
                Entry(str(uuid4()), {link: Answer(AT, value) for link, value in one.items()}) for one in held
            )
            for group, held in entries.items()
        },
    )


def test_nothing_on_record_says_nothing() -> None:
    facts = read_facts(PatientParts(), draft())
    assert (facts.bowel_regimen, facts.benzodiazepine, facts.anticoagulant, facts.overdose_or_sud) == (
        None,
    ) * 4
    assert (facts.code_status_differs, facts.comfort_only, facts.hospice) == (False, False, False)
    assert (facts.transition, facts.hospice_no, facts.plan_changes) == (None, None, ())


def test_an_opioid_on_the_list_without_a_laxative_and_the_reason_why() -> None:
    listed = (
        Medicine("Morphine 15 mg tablet", "every 4 hours", None),
        Medicine("Lorazepam 0.5 mg tablet", "at night", None),
    )
    parts = PatientParts(medicines=MedicinesPart(listed))
    facts = read_facts(parts, draft({"bowel-regimen": "no"}))
    assert (facts.opioid, facts.bowel_regimen, facts.bowel_reason, facts.benzodiazepine) == (
        True,
        False,
        False,
        True,
    )
    told_why = read_facts(parts, draft({"bowel-regimen": "no", "bowel-regimen-why": "Obstruction"}))
    assert told_why.bowel_reason is True
    assert read_facts(parts, draft({"bowel-regimen": "contraindicated"})).bowel_reason is True


POLST = Statement("DocumentReference/polst", Rests.POLST, Cpr.NO, "comfort", seen_at=AT - timedelta(days=30))
FULL = Statement("Flag/f", Rests.PLAN, Cpr.YES, "full", dated="2024")


@pytest.mark.parametrize(
    ("statements", "differs", "comfort"),
    [((POLST,), False, True), ((FULL,), False, False), ((POLST, FULL), True, False), ((), False, False)],
)
def test_code_status_says_whether_records_differ_and_whether_all_ask_for_comfort(
    statements: tuple[Statement, ...], differs: bool, comfort: bool
) -> None:
    facts = read_facts(PatientParts(code_status=statements), draft())
    assert (facts.code_status_differs, facts.code_status_said_now, facts.comfort_only) == (
        differs,
        False,
        comfort,
    )


def test_what_was_seen_in_this_visit_counts_at_once() -> None:
    seen = {"cs-rests": "polst", "cs-says": "cpr-no", "cs-treatment": "comfort"}
    facts = read_facts(PatientParts(code_status=(FULL,)), draft(cs_statements=[seen]))
    assert (facts.code_status_differs, facts.code_status_said_now) == (True, True)


def referral(state: str) -> Referral:
    return Referral(
        "ServiceRequest/r", "hospice", "Hospice", (), "", None, state, AT - timedelta(days=2), "", "", AT
    )


def test_hospice_is_known_from_the_plans_record_or_from_care_that_has_started() -> None:
    assert read_facts(PatientParts(hospice=Enrolment(True)), draft()).hospice is True
    assert read_facts(PatientParts(referrals=(referral("started"),)), draft()).hospice is True
    assert read_facts(PatientParts(referrals=(referral("sent"),)), draft()).hospice is False


@pytest.mark.parametrize(
    ("state", "hospice"),
    [
        ("started", True),
        ("closed", True),
        ("declined", False),
        ("lost", False),
        ("not-eligible", False),
        ("no-capacity", False),
        ("accepted", False),
    ],
)
def test_a_closed_loop_to_hospice_is_still_hospice_once_care_had_started(state: str, hospice: bool) -> None:
    began = replace(referral(state), started_at=AT - timedelta(days=9))
    assert read_facts(PatientParts(referrals=(began,)), draft()).hospice is hospice
    never = referral(state)
    assert read_facts(PatientParts(referrals=(never,)), draft()).hospice is (state == "started")


@pytest.mark.parametrize(
    ("over", "hospice"),
    [
        (Enrolment(over=True), False),
        (Enrolment(over=True, over_on=(AT - timedelta(days=1)).date()), False),
        (Enrolment(over=True, over_on=(AT - timedelta(days=90)).date()), True),
        (Enrolment(), True),
    ],
)
def test_the_plans_record_that_hospice_is_over_ends_what_the_referral_says(
    over: Enrolment, hospice: bool
) -> None:
    began = replace(referral("closed"), started_at=AT - timedelta(days=9))
    assert read_facts(PatientParts(referrals=(began,), hospice=over), draft()).hospice is hospice


def test_a_no_to_hospice_on_record_or_in_this_visit_is_known_with_what_was_true_then() -> None:
    on_record = read_facts(PatientParts(referrals=(referral("declined"),)), draft())
    assert on_record.hospice_no == HospiceNo(AT - timedelta(days=2))
    said = draft(
        {"phase": "terminal", "akps": "30"}, referrals=[{"ref-to": "hospice", "ref-agrees": "declined"}]
    )
    assert read_facts(PatientParts(), said).hospice_no == HospiceNo(AT, "terminal", 30)
    agreed = draft(referrals=[{"ref-to": "hospice", "ref-agrees": "yes"}])
    assert read_facts(PatientParts(), agreed).hospice_no is None


def call(visit_id: str | None, at: datetime, order: str = "Morphine 5 mg") -> PrescriberCall:
    return PrescriberCall(
        str(uuid4()), visit_id, at, "", "", "", "Dr. Lee", "", "", "", "order", "", order, read_back=True
    )


def test_a_visit_that_changed_the_plan_counts_once_whatever_was_written_in_it() -> None:
    later = AT + timedelta(minutes=7)
    plan = PlanOfCare(changes=(PlanChange("v1", AT), PlanChange("v1", later), PlanChange("v2", later)))
    calls = (call("v1", later), call(None, AT), call(None, later), call("v3", AT, order=""))
    facts = read_facts(PatientParts(plan=plan, calls=calls), draft())
    assert facts.plan_changes == (AT, AT, later, later)


def test_what_providers_and_rules_read_changes_the_stamp() -> None:
    assert {"bowel-regimen-why", "esas-pain", "/44260-8", "phase", "conv-aid-in-dying"} <= rule_links()
