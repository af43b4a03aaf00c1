"""Visits made before the demo began, as the resources that the app would have sent for them."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from plan.demo_panel.esas import ITEMS, PANEL, TOTAL, EsasItem
from plan.demo_panel.model import Member, PastVisit
from plan.demo_panel.records import (
    ICD_10_CM,
    SNOMED,
    TERMINOLOGY,
    Resource,
    concept,
    patient_id,
    resource,
    time_text,
)
from plan.people import derive_id
from plan.users import User

PACIFIC = timezone(timedelta(hours=-8))
LOINC = "http://loinc.org"
_PLACES = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
_RECORD = "urn:hearthside:record"
_ABSENT = {"-": ("asked-declined", "Asked But Declined"), "?": ("asked-unknown", "Asked But Unknown")}
_MODES = {
    "in-person": ("FACE", "face-to-face", "Palliative care visit in person"),
    "telephone": ("PHONE", "telephone", "Palliative care visit by telephone"),
    "video": ("VIDEOCONF", "videoconferencing", "Palliative care visit by video"),
}
_WHERE = {
    "home": ("Home", ("12", "Home")),
    "nursing-home-long-stay": ("Nursing home, long stay", ("32", "Nursing Facility")),
}


@dataclass(frozen=True)
class _Visit:
    """One past visit with its ids and times."""

    member: Member
    told: PastVisit
    nurse: User
    id: str
    began: datetime

    @property
    def left(self) -> datetime:
        return self.began + timedelta(minutes=self.told.minutes)

    @property
    def signed(self) -> datetime:
        return self.left + timedelta(minutes=35)

    @property
    def author(self) -> Resource:
        return {"reference": f"Practitioner/{self.nurse.practitioner_id}", "display": self.nurse.display_name}

    @property
    def subject(self) -> Resource:
        return {"reference": f"Patient/{patient_id(self.member)}"}

    def part(self, name: str) -> str:
        return str(uuid.uuid5(uuid.UUID(self.id), name))

    def answers(self) -> list[tuple[EsasItem, str, datetime]]:
        first = self.began + timedelta(minutes=8)
        words = self.told.scores.split()
        return [
            (item, word, first + timedelta(seconds=20 * place))
            for place, (item, word) in enumerate(zip(ITEMS, words, strict=True))
        ]


def visit_resources(member: Member, told: PastVisit, nurse: User, now: datetime) -> list[Resource]:
    """Encounter, answers, Observations, note, and the Provenance of the write that brought them, last."""
    day = (now - timedelta(days=told.days_ago)).astimezone(PACIFIC)
    began = day.replace(hour=10, minute=15, second=0, microsecond=0)
    visit = _Visit(member, told, nurse, derive_id("demo", member.key, "visit", str(told.days_ago)), began)
    write_id = visit.part("write")
    found = [_encounter(visit), _response(visit), *_observations(visit), _note(visit)]
    targets = [{"reference": f"{each['resourceType']}/{each['id']}"} for each in found]
    found.append(_provenance(visit, write_id, targets))
    for each in found:
        each["meta"]["tag"].append({"system": "urn:hearthside:write", "code": write_id})
    return found


def _encounter(visit: _Visit) -> Resource:
    mode_code, mode_name, name = _MODES[visit.told.mode]
    place_name, place_code = _WHERE[visit.told.place]
    home = visit.told.place == "home"
    at_home = home and visit.told.mode == "in-person"
    kind = ("HH", "home health") if at_home else ("FLD", "field")
    if visit.told.mode != "in-person":
        kind = ("VR", "virtual")
    period = {"start": time_text(visit.began), "end": time_text(visit.left)}
    places = [concept(None, (_PLACES, place_code))]
    if home:
        places.insert(0, concept(None, (f"{TERMINOLOGY}/v3-RoleCode", ("PTRES", "Patient's Residence"))))
    first = (
        concept("Palliative care home visit", (SNOMED, ("439708006", "Home visit")))
        if at_home
        else {"text": name}
    )
    performer = concept(None, (f"{TERMINOLOGY}/v3-ParticipationType", ("PPRF", "primary performer")))
    content = {
        "contained": [
            {
                "resourceType": "Location",
                "id": "place",
                "status": "active",
                "name": place_name,
                "type": places,
            }
        ],
        "extension": [{"url": "urn:hearthside:signed-at", "valueDateTime": time_text(visit.signed)}],
        "identifier": [{"system": "urn:hearthside:visit", "value": visit.id}],
        "status": "finished",
        "class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": kind[0], "display": kind[1]},
        "type": [first, concept(name, (f"{TERMINOLOGY}/v3-ParticipationMode", (mode_code, mode_name)))],
        "serviceType": {"text": "Community palliative care"},
        "subject": visit.subject,
        "participant": [{"type": [performer], "period": dict(period), "individual": visit.author}],
        "period": period,
        "reasonCode": [concept(None, (ICD_10_CM, ("Z51.5", "Encounter for palliative care")))],
        "location": [{"location": {"reference": "#place"}, "status": "completed"}],
    }
    return resource("Encounter", visit.id, content)


def _response(visit: _Visit) -> Resource:
    own_id = visit.part("questionnaire-response/esas-r")
    items: list[Resource] = []
    for item, word, at in visit.answers():
        said: Resource = {
            "extension": [{"url": "urn:hearthside:answered-at", "valueDateTime": time_text(at)}],
            "linkId": item.link_id,
            "text": item.text,
        }
        if word in _ABSENT:
            url = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
            said["extension"].append({"url": url, "valueCode": _ABSENT[word][0]})
        else:
            said["answer"] = [{"valueInteger": int(word)}]
        items.append(said)
    content: dict[str, Any] = {
        "extension": [{"url": "urn:hearthside:answered-by", "valueCode": visit.told.answered_by}],
        "identifier": {"system": _RECORD, "value": own_id},
        "questionnaire": "urn:hearthside:questionnaire:esas-r|1",
        "status": "completed",
        "subject": visit.subject,
        "encounter": {"reference": f"Encounter/{visit.id}"},
        "authored": time_text(visit.answers()[-1][2]),
        "author": visit.author,
    }
    if visit.told.answered_by in ("patient", "caregiver-assisted"):
        content["source"] = visit.subject
    return resource("QuestionnaireResponse", own_id, content | {"item": items})


def _observations(visit: _Visit) -> list[Resource]:
    answers = visit.answers()
    last = answers[-1][2]
    found: list[Resource] = []
    for item, word, at in answers:
        code = concept(f"ESAS-r {item.name}")
        code = {"coding": [{"system": LOINC, "code": item.loinc}], **code}
        absent = (
            concept(None, (f"{TERMINOLOGY}/data-absent-reason", _ABSENT[word])) if word in _ABSENT else None
        )
        value: Resource = {"dataAbsentReason": absent} if absent else {"valueInteger": int(word)}
        found.append(_observation(visit, item.link_id, code, at, value))
    if not any(word in _ABSENT for _, word, _ in answers):
        code = {"coding": [{"system": LOINC, "code": TOTAL}], "text": "ESAS-r total"}
        total = sum(int(word) for _, word, _ in answers)
        found.append(_observation(visit, "esas-r/total", code, last, {"valueInteger": total}))
    members = [{"reference": f"Observation/{each['id']}"} for each in found]
    panel = _observation(visit, "esas-r", concept("ESAS-r", *PANEL), last, {"hasMember": members})
    return [*found, panel]


def _observation(visit: _Visit, name: str, code: Resource, at: datetime, value: Resource) -> Resource:
    own_id = visit.part(f"observation/{name}")
    survey = concept(None, (f"{TERMINOLOGY}/observation-category", ("survey", "Survey")))
    response = visit.part("questionnaire-response/esas-r")
    content = {
        "identifier": [{"system": _RECORD, "value": own_id}],
        "status": "final",
        "category": [survey],
        "code": code,
        "subject": visit.subject,
        "encounter": {"reference": f"Encounter/{visit.id}"},
        "effectiveDateTime": time_text(at),
        "performer": [visit.author],
        **value,
        "derivedFrom": [{"reference": f"QuestionnaireResponse/{response}"}],
    }
    return resource("Observation", own_id, content)


def _note(visit: _Visit) -> Resource:
    own_id = visit.part("document/note")
    category = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
    data = base64.b64encode(visit.told.note.encode()).decode()
    content = {
        "identifier": [{"system": _RECORD, "value": own_id}],
        "status": "current",
        "docStatus": "final",
        "type": concept("Visit note", (LOINC, ("11506-3", "Progress note"))),
        "category": [concept(None, (category, ("clinical-note", "Clinical Note")))],
        "subject": visit.subject,
        "date": time_text(visit.signed),
        "author": [visit.author],
        "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": data}}],
        "context": {
            "encounter": [{"reference": f"Encounter/{visit.id}"}],
            "period": {"start": time_text(visit.began), "end": time_text(visit.left)},
        },
    }
    return resource("DocumentReference", own_id, content)


def _provenance(visit: _Visit, write_id: str, targets: list[Resource]) -> Resource:
    author = concept(None, (f"{TERMINOLOGY}/provenance-participant-type", ("author", "Author")))
    content = {
        "target": targets,
        "occurredPeriod": {"start": time_text(visit.began), "end": time_text(visit.left)},
        "recorded": time_text(visit.signed),
        "activity": concept(None, (f"{TERMINOLOGY}/v3-DataOperation", ("CREATE", "create"))),
        "agent": [{"type": author, "who": visit.author}],
    }
    return resource("Provenance", write_id, content)
