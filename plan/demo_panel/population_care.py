"""What was done for one person of the demo's population: visits, a conversation, a stay, a referral, an order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from plan.demo_panel.records import (
    PLACE_OF_SERVICE,
    SNOMED,
    TERMINOLOGY,
    Resource,
    concept,
    resource,
    time_text,
)
from plan.people import derive_id

_TARGETS = ("complex-care", "ltss", "ecm", "behavioral-health", "hospice", "social-work")
_STATES = (
    ("proposed", "requested"),
    ("accepted", "accepted"),
    ("started", "in-progress"),
    ("closed", "completed"),
    ("closed", "completed"),
    ("declined", "cancelled"),
    ("no-capacity", "rejected"),
)
_PHASES = ("stable", "stable", "unstable", "deteriorating", "terminal")
Answers = dict[str, Any]


def care_of(person: str, nurse: str, chance: random.Random, now: datetime) -> Iterator[Resource]:
    """Nothing at all for one in six: on the roster, and nobody has been there."""
    if chance.random() < 1 / 6:
        return
    first = now - timedelta(days=chance.randint(20, 110), hours=chance.randint(0, 8))
    pain = chance.randint(0, 9)
    at, phase = first, chance.choice(_PHASES)
    for turn in range(chance.randint(1, 3)):
        if at < now:
            yield from visit(person, nurse, at, max(0, pain - 3 * turn), chance, phase)
        # Who is unstable is visited again soon.
        at += timedelta(days=chance.randint(1, 4) if phase == "unstable" else chance.randint(5, 14))
        phase = chance.choice(_PHASES[:2] if phase == "unstable" else _PHASES)
    if chance.random() < 0.5:
        yield from conversation(person, first, chance)
    if chance.random() < 0.5:
        left = now - timedelta(days=chance.randint(4, 80), hours=chance.randint(0, 20))
        yield stay(person, chance.choice(("21", "31")), left - timedelta(days=chance.randint(2, 9)), left)
        if chance.random() < 0.7:
            late = timedelta(hours=chance.choice((20, 30, 44, 47, 60)))
            yield from visit(person, nurse, left + late, pain, chance, "stable")
    if chance.random() < 0.6:
        yield from referral(person, first + timedelta(days=1), chance)
    if chance.random() < 0.5:
        yield order(person, "Morphine 15 mg tablet", first)
        if chance.random() < 0.7:
            yield order(person, "Senna 8.6 mg tablet", first)


def _id(person: str, *parts: str) -> str:
    return derive_id("demo-population", person, *parts)


def _subject(person: str) -> Resource:
    return {"reference": f"Patient/{person}"}


def _form(
    person: str,
    at: datetime,
    form: str,
    answers: Answers,
    answered_by: str | None = "patient",
    again: datetime | None = None,
) -> Resource:
    """`again`: what was 4 or more was looked at once more then, after something was done."""
    items = []
    for link_id, value in answers.items():
        answer: Resource = {"valueCoding": {"system": f"urn:hearthside:option:{link_id}", "code": value}}
        if isinstance(value, bool):
            answer = {"valueBoolean": value}
        elif isinstance(value, int):
            answer = {"valueInteger": value}
        when: list[Resource] = [{"url": "urn:hearthside:answered-at", "valueDateTime": time_text(at)}]
        if again is not None and isinstance(value, int) and value >= 4:
            parts: list[Resource] = [{"url": "at", "valueDateTime": time_text(again)}]
            parts.append({"url": "value", "valueInteger": max(1, value - 4)})
            parts.append({"url": "done", "valueString": "Breakthrough dose, sat up, fan"})
            when.append({"url": "urn:hearthside:again", "extension": parts})
        items.append({"extension": when, "linkId": link_id, "answer": [answer]})
    own = _id(person, form, time_text(at))
    said = (
        {"extension": [{"url": "urn:hearthside:answered-by", "valueCode": answered_by}]}
        if answered_by
        else {}
    )
    content: Resource = {
        **said,
        "identifier": {"system": "urn:hearthside:record", "value": own},
        "questionnaire": f"urn:hearthside:questionnaire:{form}|1",
        "status": "completed",
        "subject": _subject(person),
        "encounter": {"reference": f"Encounter/{_id(person, 'visit', time_text(at))}"},
        "authored": time_text(at),
        "item": items,
    }
    return resource("QuestionnaireResponse", own, content)


def visit(
    person: str, nurse: str, at: datetime, pain: int, chance: random.Random, phase: str
) -> Iterator[Resource]:
    """A visit at home, sometimes by telephone, with its symptoms."""
    mode = "PHONE" if phase == "stable" and chance.random() < 0.15 else "FACE"
    own = _id(person, "visit", time_text(at))
    period = {"start": time_text(at), "end": time_text(at + timedelta(minutes=50))}
    place = {"status": "active", "type": [concept("Home", (PLACE_OF_SERVICE, ("12", "Home")))]}
    content: Resource = {
        "contained": [{"resourceType": "Location", "id": "place", **place}],
        "identifier": [{"system": "urn:hearthside:visit", "value": own}],
        "status": "finished",
        "class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": "HH" if mode == "FACE" else "VR"},
        "type": [{"coding": [{"system": f"{TERMINOLOGY}/v3-ParticipationMode", "code": mode}]}],
        "subject": _subject(person),
        "participant": [{"individual": {"reference": f"Practitioner/{nurse}"}}],
        "period": period,
        "location": [{"location": {"reference": "#place"}}],
    }
    yield resource("Encounter", own, content)
    scale = {"esas-pain": pain, "esas-sob": chance.randint(0, 8), "esas-nausea": chance.randint(0, 4)}
    looked = chance.random() < 0.7
    yield _form(person, at, "esas-r", scale, again=at + timedelta(minutes=40) if looked else None)
    yield _form(person, at, "phase", {"phase": phase}, None)
    more: Answers = {"at-peace": chance.choice(("somewhat", "quite"))} if chance.random() < 0.6 else {}
    if chance.random() < 0.3:
        more |= {
            "interpreter": True,
            "interpreter-used": chance.choice(("in-person", "remote", "family-or-staff")),
        }
    if more:
        yield _form(person, at, "nurse-items", more, None)


def conversation(person: str, at: datetime, chance: random.Random) -> Iterator[Resource]:
    """A conversation in the first visit, whole in two of three."""
    fields: Answers = {"conv-matters": "family", "conv-understanding": "good", "conv-information": "all"}
    fields |= {"conv-hospital": chance.choice(("no", "if-reversible", "yes", "yes"))}
    if chance.random() < 0.66:
        fields |= {"conv-worries": "pain", "conv-experience": "heard"}
    yield _form(person, at, "conversation", fields)
    own = _id(person, "conversation")
    content: Resource = {
        "identifier": [{"system": "urn:hearthside:record", "value": own}],
        "status": "completed",
        "code": concept("Conversation about what matters", (SNOMED, ("713603004", "Advance care planning"))),
        "subject": _subject(person),
        "encounter": {"reference": f"Encounter/{_id(person, 'visit', time_text(at))}"},
        "performedDateTime": time_text(at),
    }
    yield resource("Procedure", own, content)


def stay(person: str, place: str, began: datetime, left: datetime) -> Resource:
    """A stay that ended at home. `place`: 21 hospital, 31 skilled nursing."""
    kind = ("21", "Inpatient Hospital") if place == "21" else ("31", "Skilled Nursing Facility")
    home = concept("Home", (f"{TERMINOLOGY}/discharge-disposition", ("home", "Home")))
    content: Resource = {
        "status": "finished",
        "class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": "IMP" if place == "21" else "NONAC"},
        "type": [concept(None, (PLACE_OF_SERVICE, kind))],
        "subject": _subject(person),
        "period": {"start": time_text(began), "end": time_text(left)},
        "hospitalization": {"dischargeDisposition": home},
    }
    return resource("Encounter", _id(person, "stay", time_text(left)), content)


def referral(person: str, at: datetime, chance: random.Random) -> Iterator[Resource]:
    """A referral and where its loop stands."""
    target, (state, status) = chance.choice(_TARGETS), chance.choice(_STATES)
    own = _id(person, "referral")
    system = "urn:hearthside:referral-target"
    request: Resource = {
        "status": "active",
        "intent": "proposal",
        "code": {"coding": [{"system": system, "code": target}], "text": f"Referral to {target}"},
        "subject": _subject(person),
        "authoredOn": time_text(at),
    }
    yield resource("ServiceRequest", own, request)
    later = at if state == "proposed" else at + timedelta(days=chance.randint(1, 18))
    task: Resource = {
        "status": status,
        "businessStatus": {"coding": [{"system": "urn:hearthside:referral-state", "code": state}]},
        "intent": "order",
        "code": {"coding": [{"system": "urn:hearthside:task", "code": "referral"}]},
        "focus": {"reference": f"ServiceRequest/{own}"},
        "for": _subject(person),
        "authoredOn": time_text(at),
        "lastModified": time_text(later),
    }
    yield resource("Task", _id(person, "loop"), task)


def order(person: str, name: str, at: datetime) -> Resource:
    """A medicine as ordered."""
    content: Resource = {
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": name},
        "subject": _subject(person),
        "authoredOn": at.date().isoformat(),
    }
    return resource("MedicationRequest", _id(person, "order", name), content)
