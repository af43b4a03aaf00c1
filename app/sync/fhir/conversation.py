"""A conversation about what matters ↔ Procedure, Goal and preference Observations beside its answers.

The answers (QuestionnaireResponse) are the source of truth; the Procedure stands for the version and names the
versions that its author had before her. A conversation is whole without a decision, so none of these is forced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.conversation import has_conversation, read_saw, was_held
from app.domain.conversation_fields import FORM, Field, get_field, personal_goal, words_of
from app.domain.visit import Answer, Visit
from app.sync.fhir import acp, codes, read
from app.sync.fhir.frame import Json, record
from app.sync.fhir.write import part_id, time_text

PROCEDURE = "procedure/conversation"
GOAL = "goal/conversation"
MINUTES = "urn:hearthside:minutes"
LENGTH_ONLY = "urn:hearthside:length-only"
"""On a period that is as long as the conversation was, placed at the start of the visit for want of a time."""


def version_reference(visit_id: str) -> str:
    return f"Procedure/{part_id(visit_id, PROCEDURE)}"


def encode(visit: Visit) -> list[Json]:
    """The records of a visit's conversation; none where it had none."""
    if not has_conversation(visit.answers):
        return []
    versions, parts = read_saw(visit.answers)
    found = [_procedure(visit, versions)]
    goal = _goal(visit, parts)
    found += [goal] if goal is not None else []
    return found + [one for make in _PREFERENCES if (one := make(visit, parts)) is not None]


def _procedure(visit: Visit, versions: Sequence[str]) -> Json:
    held = was_held(visit.answers)
    minutes = _minutes(visit.answers)
    said: Json = _performed(visit, minutes)
    if minutes is not None:
        said["extension"] = [{"url": MINUTES, "valueInteger": minutes}]
    if not held:
        said["statusReason"] = {"text": _not_held(visit.answers)}
    return record(
        visit,
        "Procedure",
        PROCEDURE,
        at=visit.began_at,
        replaces=versions,
        status="completed" if held else "not-done",
        code=acp.acp_concept("conversation", text="Conversation about what matters"),
        **said,
    )


def _not_held(answers: Mapping[str, Answer]) -> str:
    return acp.fhir_text(words_of(get_field("conv-voluntary").items, answers)) or "Not discussed today"


def _minutes(answers: Mapping[str, Answer]) -> int | None:
    """Whole minutes as they were written down, else from the two times; None where neither is known."""
    written = answers.get("conv-minutes")
    if written is not None and isinstance(written.value, Decimal | int):
        return max(0, int(written.value))
    times = _times(answers)
    return None if times is None else int((times[1] - times[0]).total_seconds() // 60)


def _times(answers: Mapping[str, Answer]) -> tuple[datetime, datetime] | None:
    began, ended = (
        read.instant({"at": answer.value}, "at") if (answer := answers.get(link)) is not None else None
        for link in ("conv-began-at", "conv-ended-at")
    )
    return (began, ended) if began is not None and ended is not None and began <= ended else None


def _performed(visit: Visit, minutes: int | None) -> Json:
    times = _times(visit.answers)
    if times is not None:
        return {"performedPeriod": {"start": time_text(times[0]), "end": time_text(times[1])}}
    if minutes is None:
        return {}
    end = visit.began_at + timedelta(minutes=minutes)
    return {
        "performedPeriod": {
            "extension": [{"url": LENGTH_ONLY, "valueBoolean": True}],
            "start": time_text(visit.began_at),
            "end": time_text(end),
        }
    }


def _goal(visit: Visit, parts: Mapping[str, str]) -> Json | None:
    """What matters, as the person's own goal; `expressedBy` only where the person spoke."""
    text = acp.fhir_text([personal_goal(visit.answers)])
    if not text:
        return None
    spoke = visit.answers.get("conv-spoke")
    others = spoke is not None and spoke.value in ("agent", "family")
    return record(
        visit,
        "Goal",
        GOAL,
        at=visit.began_at,
        replaces=_replaced(parts, "conv-matters", "Goal"),
        lifecycleStatus="active",
        category=[acp.acp_concept("personal-goal", text="What matters most")],
        description={"text": text},
        expressedBy=None if others else {"reference": f"Patient/{visit.patient_id}"},
    )


def _replaced(parts: Mapping[str, str], field: str, kind: str) -> tuple[str, ...]:
    """A record of the same field that the author had before her; "field=A,B" where two stood."""
    named = parts.get(field, "").split(",")
    return tuple(one for one in named if one.startswith(f"{kind}/"))


def _preference(
    visit: Visit, parts: Mapping[str, str], field: str, category: codes.Coding, code: Json, value: Json
) -> Json:
    return record(
        visit,
        "Observation",
        f"observation/{field}",
        at=visit.began_at,
        replaces=_replaced(parts, field, "Observation"),
        status="final",
        category=[codes.concept(category)],
        code=code,
        **value,
    )


def _field_text(field: Field, answers: Mapping[str, Answer]) -> str:
    return acp.fhir_text(words_of(field.items, answers))


def _treatment(visit: Visit, parts: Mapping[str, str]) -> Json | None:
    accept = _field_text(Field(get_field("conv-accept").item), visit.answers)
    refuse = get_field("conv-refuse")
    refused = _field_text(Field(refuse.item), visit.answers)
    words = _field_text(Field(refuse.more[0]), visit.answers) if refuse.more else ""
    said = [
        f"Would go through: {accept}" if accept else "",
        f"Would not go through: {refused}" if refused else "",
    ]
    text = acp.fhir_text([*said, words])
    if not text:
        return None
    code = acp.acp_concept("treatment-preference", text="What the person would and would not go through")
    return _preference(visit, parts, "conv-refuse", acp.TREATMENT_PREFERENCE, code, {"valueString": text})


def _hospital(visit: Visit, parts: Mapping[str, str]) -> Json | None:
    text = _field_text(get_field("conv-hospital"), visit.answers)
    if not text:
        return None
    code = acp.acp_concept("treatment-preference", text="Going to hospital")
    return _preference(visit, parts, "conv-hospital", acp.TREATMENT_PREFERENCE, code, {"valueString": text})


def _care_wishes(visit: Visit, parts: Mapping[str, str]) -> Json | None:
    text = _field_text(get_field("conv-care-wishes"), visit.answers)
    if not text:
        return None
    code = acp.acp_concept("care-experience-preference", text="How the person wants to be cared for")
    return _preference(visit, parts, "conv-care-wishes", acp.CARE_PREFERENCE, code, {"valueString": text})


def _place(visit: Visit, parts: Mapping[str, str], link_id: str, code: Json) -> Json | None:
    answer = visit.answers.get(link_id)
    value = acp.coded_answer(FORM, link_id, answer) if answer is not None else None
    if value is None:
        return None
    return _preference(visit, parts, link_id, codes.SURVEY, code, {"valueCodeableConcept": value})


def _place_of_care(visit: Visit, parts: Mapping[str, str]) -> Json | None:
    return _place(visit, parts, "conv-place-care", {"text": "Preferred place of care"})


def _place_of_death(visit: Visit, parts: Mapping[str, str]) -> Json | None:
    code = acp.acp_concept("place-of-death", "place-of-final-days", text="Preferred place of death")
    return _place(visit, parts, "conv-place-death", code)


_PREFERENCES = (_treatment, _hospital, _care_wishes, _place_of_care, _place_of_death)
PART_FIELDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "conv-matters": (GOAL, ("conv-matters",)),
    "conv-refuse": ("observation/conv-refuse", ("conv-accept", "conv-refuse")),
    **{
        field: (f"observation/{field}", (field,))
        for field in ("conv-hospital", "conv-care-wishes", "conv-place-care", "conv-place-death")
    },
}
"""Fields that make a record of their own: its name within the visit, and the fields whose words it holds."""


def list_parts(visit_id: str, answers: Mapping[str, Answer]) -> Mapping[str, str]:
    """The records (`Type/id`) that a visit's single fields made, by field. Raises ValueError when the id is no UUID."""
    found: dict[str, str] = {}
    for field, (part, fields) in PART_FIELDS.items():
        if any(words_of(get_field(one).items, answers) for one in fields):
            found[field] = f"{'Goal' if part == GOAL else 'Observation'}/{part_id(visit_id, part)}"
    return found
