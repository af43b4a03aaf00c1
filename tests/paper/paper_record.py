"""A record in which every answer is a word of its own, so that a page shows which of them it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

from pypdf import PdfReader

from app.content import load
from app.content.model import Instrument, Item, ItemKind
from app.domain.care_plan import CareGoal, PlanOfCare
from app.domain.conversation import ConversationVersion
from app.domain.medicines import GROUP, reconcile
from app.domain.patient import Allergy, FaceSheet, Medicine, PatientRow, Problem, ProblemKind
from app.domain.people import PeopleOnRecord, Person, Told
from app.domain.reconciliation import Reconciliation
from app.domain.settings import PlanSettings
from app.domain.visit import Answer, Entry, PersonRef, Value
from app.paper.source import Source

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 22)
ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")
MORPHINE = Medicine("Morphine 20 mg/mL", "5 mg every 4 hours as needed", None, "MedicationRequest/1")
SENNA = Medicine("Senna 8.6 mg", "2 tablets at bedtime", None, "MedicationRequest/2")
IMELDA = Person("RelatedPerson/1", "Imelda O'Dowd", "Daughter", roles=("helps", "lives-there"), told=Told.ALL)
FRANK = Person("RelatedPerson/2", "Frank O'Dowd", "Brother", roles=("lives-there",), told=Told.NONE)


def answer(value: Value) -> Answer:
    return Answer(at=AT, value=value)


def all_items() -> list[tuple[Instrument, Item]]:
    """Every question that the content has, those of groups too."""
    whole = [one for one in load().values() if one.short_of is None]
    return [(one, inner) for one in whole for item in one.items for inner in (item, *item.items)]


def mark_of(link_id: str) -> str:
    """A word that only the answer to this question holds. Letters alone: no line is broken within it."""
    return "zq" + "".join(chr(ord("a") + int(digit, 16)) for digit in link_id.encode().hex()) + "qz"


def marked(item: Item) -> Answer | None:
    """An answer that is the question's own mark; None where only a number can answer."""
    if item.kind in (ItemKind.TEXT, ItemKind.LINE, ItemKind.CHOICE, ItemKind.DATE, ItemKind.MOMENT):
        return answer(mark_of(item.link_id))
    return answer((mark_of(item.link_id),)) if item.kind is ItemKind.CHOICES else None


def marked_answers() -> dict[str, Answer]:
    found = ((item.link_id, marked(item)) for _, item in all_items())
    return {link: given for link, given in found if given is not None}


def plain_record() -> Source:
    """A person with a little of everything."""
    row = PatientRow("p1", "Walter O'Dowd", "O'Dowd, Walter", date(1941, 3, 3), "male", "English", "Fresno")
    problems = (
        Problem("COPD", None),
        Problem("Zqfinding", None, ProblemKind.FINDING),
        Problem("Zqvisitonly", None, ProblemKind.AT_VISIT),
    )
    sheet = FaceSheet(
        row,
        "Zqmember",
        "Zqphone",
        "Zqaddress",
        "Zqbusiness",
        False,
        problems,
        (MORPHINE, SENNA),
        (Allergy("Penicillin", "high"),),
        AT,
        social=(Problem("Zqsocial", None),),
    )
    return Source(
        sheet,
        ANA.name,
        TODAY,
        people=PeopleOnRecord((IMELDA, FRANK)),
        plan=PlanOfCare(
            (CareGoal(("CarePlan/1",), "Pain at night", "Sleep until five.", "Morphine at ten"),)
        ),
        settings=PlanSettings(phones={"911": "911", "family-day": "(213) 555-0100"}),
        last_visit_at=AT,
    )


def marked_record() -> Source:
    """Every question answered with its mark, in the visit's values, the conversation and the medicines."""
    answers = marked_answers()
    entry = Entry("e1", {**answers, "med-choice": answer("differently")}, MORPHINE.reference)
    lines = reconcile({GROUP: [entry]}, (MORPHINE, SENNA))
    talk = ConversationVersion("Procedure/1", "v1", AT, ANA, answers)
    return replace(
        plain_record(),
        values=answers,
        conversation=(talk,),
        medicines=Reconciliation(AT, lines, {"e1": AT}),
    )


def read_pages(pdf: bytes) -> list[str]:
    """The text of each page, with single spaces."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]
