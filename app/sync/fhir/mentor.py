"""Parameters of the plan's reading for a mentor, both ways. Takes anything and never raises."""

from __future__ import annotations

from typing import Any

from app.domain.mentor import MentorAsk, MentorPassage, MentorReading, MentorSection
from app.sync.fhir import read
from app.sync.fhir.frame import Json


def encode_mentor_ask(ask: MentorAsk) -> Json:
    texts = {"visit": ask.visit_id, "recipient": ask.recipient, "digest": ask.digest}
    parameters: list[Json] = [{"name": name, "valueString": value} for name, value in texts.items()]
    parameters += [{"name": "passage", "valueString": one} for one in ask.passages]
    parameters.append({"name": "days", "valueInteger": ask.days})
    return {"resourceType": "Parameters", "parameter": parameters}


def encode_visit_ask(visit_id: str) -> Json:
    """Which visit is to be read."""
    return {"resourceType": "Parameters", "parameter": [{"name": "visit", "valueString": visit_id}]}


def decode_reading(answer: Any) -> MentorReading | None:
    """None where the reading does not say which it is: it could not be given to anybody."""
    digest, about = "", []
    sections: list[MentorSection] = []
    passages: list[MentorPassage] = []
    for one in read.items(answer, "parameter"):
        name, value = read.text(one, "name"), read.text(one, "valueString") or ""
        if name == "digest":
            digest = value
        elif name == "about":
            about.append(value)
        elif name == "section":
            lines = [said for part, said in _parts(one) if part == "line"]
            title = next((said for part, said in _parts(one) if part == "title"), "")
            sections.append(MentorSection(title, tuple(lines)))
        elif name == "passage":
            said = dict(_parts(one))
            if said.get("id") and said.get("text"):
                label, refused = said.get("label", ""), said.get("refused", "")
                passages.append(MentorPassage(said["id"], label, said["text"], refused))
    return MentorReading(digest, tuple(about), tuple(sections), tuple(passages)) if digest else None


def _parts(one: Any) -> list[tuple[str, str]]:
    return [(read.text(p, "name") or "", read.text(p, "valueString") or "") for p in read.items(one, "part")]
