"""What other parts of the record tell the safety rules. Each provider adds what it knows; None stays "not known"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache

from app.content.rules import load_rules
from app.domain import code_status, declines, home_count
from app.domain.code_status_entries import statement_of
from app.domain.declines import Scope
from app.domain.hospice import Enrolment
from app.domain.medicines import medicine_facts
from app.domain.referrals import GROUP as REFERRALS
from app.domain.referrals import Referral
from app.domain.safety import Facts, HospiceNo, Transition
from app.domain.stays import ClockState
from app.domain.visit import Entry, Modality, Setting, VisitDraft
from app.services.patient_parts import PatientParts

Provider = Callable[[PatientParts, VisitDraft, Facts], Facts]
"""Adds to the facts what it reads from the person's record and the draft. Pure; never raises on what is stored."""

BOWEL_WHY = "bowel-regimen-why"
HOSPICE = "hospice"
"""The referral target of this name."""
AT_HOME = (Setting.HOME, Setting.ASSISTED_LIVING)
"""Where a visit in person is the home visit that the 48-hour clock waits for (as in `app.domain.stays`)."""


def from_medicines(parts: PatientParts, draft: VisitDraft, facts: Facts) -> Facts:
    """Opioids, bowel regimen, MME and the rest, from the plan's list and what was found in this visit."""
    found = medicine_facts(draft.answers, draft.entries, parts.medicines.listed)
    why = draft.answers.get(BOWEL_WHY)
    return replace(
        facts,
        opioid=found.on_opioid,
        bowel_regimen={"yes": True, "no": False}.get(found.bowel_regimen or ""),
        bowel_reason=found.bowel_regimen == "contraindicated" or (why is not None and bool(why.value)),
        mme=found.mme,
        naloxone=found.naloxone,
        # A list without one is no proof that there is none in the house.
        benzodiazepine=found.benzodiazepine or None,
        anticoagulant=found.anticoagulant or None,
        overdose_or_sud=found.overdose_before,
    )


def from_plans(parts: PatientParts, draft: VisitDraft, facts: Facts) -> Facts:
    """Changes of plan: the plan of care was written, or a prescriber gave an order. All of one visit is one change."""
    written = [(one.visit_id, one.at) for one in parts.plan.changes]
    written += [(call.visit_id or call.id, call.at) for call in parts.calls if call.order]
    first: dict[object, datetime] = {}
    for visit, at in written:
        key = at if visit is None else visit
        first[key] = min(at, first.get(key, at))
    return replace(facts, plan_changes=(*facts.plan_changes, *sorted(first.values())))


def from_code_status(parts: PatientParts, draft: VisitDraft, facts: Facts) -> Facts:
    """Whether records of code status differ, and whether comfort-focused treatment is what all of them say."""
    entries = draft.entries.get(code_status.GROUP, ())
    said = [statement_of(one, f"draft/{one.id}", draft.began_at, draft.nurse.name) for one in entries]
    now = [one for one in said if one is not None]
    statements = [*parts.code_status, *now]
    differing = code_status.find_disagreement(statements)
    treatments = {one.treatment for one in code_status.list_current(statements) if one.treatment}
    return replace(
        facts,
        code_status_differs=bool(differing),
        code_status_said_now=any(one.id.startswith("draft/") for one in differing),
        comfort_only=treatments == {"comfort"},
    )


def from_stays(parts: PatientParts, draft: VisitDraft, facts: Facts) -> Facts:
    """The clock that runs since the last discharge home; a visit in person at home is what it waits for."""
    for clock in parts.stays.clocks(draft.began_at):
        if clock.stay.left_at is not None:
            waits = clock.state in (ClockState.RUNNING, ClockState.SOON, ClockState.OVERDUE)
            here = draft.modality is Modality.IN_PERSON and draft.setting in AT_HOME
            home = Transition(clock.stay.left_at, met=here or not waits, key=clock.stay.reference)
            return replace(facts, transition=home)
    return facts


def from_hospice(parts: PatientParts, draft: VisitDraft, facts: Facts) -> Facts:
    """Enrolled as the plan's record says, or by a referral whose care has started; and a no to hospice.

    A loop that was closed after care had started is hospice still, until the plan's record says that it is over.
    """
    to_hospice = [one for one in parts.referrals if one.to == HOSPICE]
    started = any(one.has_care and not _ended(parts.hospice, one) for one in to_hospice)
    refused = [one.state_at for one in to_hospice if one.state == "declined" and one.state_at is not None]
    today = draft.began_at.astimezone().date()
    asked = declines.find_her_no(parts.declines, Scope.SERVICE, HOSPICE, today)
    refused += [asked.said_at] if asked is not None else []
    no = HospiceNo(max(refused)) if refused else facts.hospice_no
    for entry in draft.entries.get(REFERRALS, ()):
        at = _refuses_hospice(entry)
        if at is not None:
            no = HospiceNo(at, _said(draft, "phase"), _whole(_said(draft, "akps")))
    return replace(facts, hospice=parts.hospice.enrolled or started, hospice_no=no)


def from_counts(parts: PatientParts, draft: VisitDraft, facts: Facts) -> Facts:
    """Medicines counted in this visit of which more or less is there than expected."""
    entries = draft.entries.get(home_count.GROUP, ())
    if not home_count.is_finished(draft.answers, left=draft.left_at is not None):
        return facts
    off = home_count.list_differences(entries, parts.settings)
    return replace(facts, count_differences=tuple(map(home_count.say_difference, off)))


def _ended(enrolment: Enrolment, referral: Referral) -> bool:
    """Whether the plan's record ends the care that this referral began, and not some earlier one."""
    began = referral.started_at or referral.state_at
    if not enrolment.over or enrolment.over_on is None or began is None:
        return enrolment.over
    return enrolment.over_on >= began.astimezone().date()


def _refuses_hospice(entry: Entry) -> datetime | None:
    """When the person said no to a referral to hospice in this visit."""
    to, agrees = entry.answers.get("ref-to"), entry.answers.get("ref-agrees")
    if to is None or to.value != HOSPICE or agrees is None or agrees.value != "declined":
        return None
    return agrees.at


def _said(draft: VisitDraft, link_id: str) -> str | None:
    answer = draft.answers.get(link_id)
    return answer.value if answer is not None and isinstance(answer.value, str) else None


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


PROVIDERS: tuple[Provider, ...] = (
    from_medicines,
    from_plans,
    from_code_status,
    from_stays,
    from_hospice,
    from_counts,
)
READS = frozenset(
    {
        *(BOWEL_WHY, "bowel-regimen", "naloxone", "overdose-risk", home_count.WITH, home_count.ALONE),
        *("phase", "akps"),
    }
)
"""Link ids of plain answers that providers read; whatever stands in entries is always looked at."""


def read_facts(parts: PatientParts, draft: VisitDraft) -> Facts:
    """All facts about the person of this draft."""
    facts = Facts()
    for provider in PROVIDERS:
        facts = provider(parts, draft, facts)
    return facts


@cache
def rule_links() -> frozenset[str]:
    """Link ids of plain answers that rules and providers read."""
    return READS.union(*load_rules().inputs.values())
