"""The visit's frame ↔ Encounter: who, with whom, when, how, where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.domain.visit import Modality, PersonRef, Setting, Visit
from app.domain.visit_kind import is_met
from app.sync.fhir import codes, read
from app.sync.fhir.json_text import NumberText
from app.sync.fhir.write import person, time_text

PLACE = "place"
_SMALLEST, _LARGEST = -(2**31), 2**31 - 1

_PLACE_NAMES = {
    Setting.HOME: "Home",
    Setting.ASSISTED_LIVING: "Assisted living",
    Setting.NURSING_HOME_SHORT: "Nursing home, short stay",
    Setting.NURSING_HOME_LONG: "Nursing home, long stay",
    Setting.OFFICE: "Clinic or office",
    Setting.HOSPITAL: "Hospital",
}
_VISIT_NAMES = {
    Modality.IN_PERSON: "Palliative care visit in person",
    Modality.TELEPHONE: "Palliative care visit by telephone",
    Modality.VIDEO: "Palliative care visit by video",
}
_NOT_SEEN = "Palliative care visit that did not take place"
_STATUSES = {True: "finished", False: "cancelled"}
"""By whether the visit took place."""
_SETTING_BY_PLACE = {coding["code"]: setting for setting, coding in codes.PLACES.items()}
_MODALITY_BY_MODE = {coding["code"]: modality for modality, coding in codes.MODES.items()}
_SETTING_BY_CLASS = {
    "HH": Setting.HOME,
    "VR": Setting.HOME,
    "AMB": Setting.OFFICE,
    "IMP": Setting.HOSPITAL,
    "ACUTE": Setting.HOSPITAL,
    "NONAC": Setting.HOSPITAL,
    "EMER": Setting.HOSPITAL,
    "OBSENC": Setting.HOSPITAL,
}


def _class(modality: Modality, setting: Setting) -> codes.Coding:
    if modality is not Modality.IN_PERSON:
        return codes.VIRTUAL
    if setting is Setting.HOME:
        return codes.HOME_HEALTH
    return codes.AMBULATORY if setting is Setting.OFFICE else codes.FIELD


def _types(modality: Modality, setting: Setting, *, met: bool) -> list[dict[str, Any]]:
    if not met:  # coded as a home visit it would count as one
        return [
            codes.concept(text=_NOT_SEEN),
            codes.concept(codes.MODES[modality], text=_VISIT_NAMES[modality]),
        ]
    # "Home visit" is only true in person at home: coded on a telephone call it would count as one in every
    # report.
    at_home = modality is Modality.IN_PERSON and setting is Setting.HOME
    first = codes.concept(codes.HOME_VISIT, text="Palliative care home visit") if at_home else None
    return [
        first or codes.concept(text=_VISIT_NAMES[modality]),
        codes.concept(codes.MODES[modality], text=_VISIT_NAMES[modality]),
    ]


def _place(setting: Setting) -> dict[str, Any]:
    kinds = [codes.concept(codes.PLACES[setting])]
    if setting is Setting.HOME:
        residence = {"system": codes.ROLE_CODE, "code": "PTRES", "display": "Patient's Residence"}
        kinds.insert(0, codes.concept(residence))
    name = _PLACE_NAMES[setting]
    return {"resourceType": "Location", "id": PLACE, "status": "active", "name": name, "type": kinds}


def _offset(milliseconds: int) -> dict[str, Any]:
    # FHIR integers have 32 bits; a tablet whose date is off by more than 24 days does not fit.
    if _SMALLEST <= milliseconds <= _LARGEST:
        return {"url": codes.CLOCK_OFFSET, "valueInteger": milliseconds}
    return {"url": codes.CLOCK_OFFSET, "valueDecimal": NumberText(str(milliseconds))}


def encode_encounter(visit: Visit) -> dict[str, Any]:
    period = {"start": time_text(visit.began_at), "end": time_text(visit.left_at)}
    extensions: list[dict[str, Any]] = [
        {"url": codes.SIGNED_AT, "valueDateTime": time_text(visit.signed_at)},
    ]
    if visit.clock_offset_ms is not None:
        extensions.append(_offset(visit.clock_offset_ms))
    if visit.answered_by is not None:
        extensions.append({"url": codes.ANSWERED_BY, "valueCode": visit.answered_by.value})
    if visit.written_afterwards:
        extensions.append({"url": codes.WRITTEN_AFTERWARDS, "valueBoolean": True})
    if visit.from_paper:
        extensions.append({"url": codes.FROM_PAPER, "valueBoolean": True})
    return {
        "resourceType": "Encounter",
        "id": visit.id,
        "contained": [_place(visit.setting)],
        "extension": extensions,
        "identifier": _identifiers(visit),
        "status": _STATUSES[is_met(visit.answers)],
        "class": dict(_class(visit.modality, visit.setting)),
        "type": _types(visit.modality, visit.setting, met=is_met(visit.answers)),
        "serviceType": {"text": "Community palliative care"},
        "subject": {"reference": f"Patient/{visit.patient_id}"},
        "participant": [
            {
                "type": [codes.concept(codes.PRIMARY_PERFORMER)],
                "period": dict(period),
                "individual": person(visit.nurse),
            }
        ],
        "period": period,
        "reasonCode": [codes.concept(codes.PALLIATIVE_CARE)],
        "location": [{"location": {"reference": f"#{PLACE}"}, "status": "completed"}],
    }


def _identifiers(visit: Visit) -> list[dict[str, str]]:
    own = {"system": codes.VISIT_IDENTIFIER, "value": visit.id}
    if not visit.draft_of:
        return [own]
    return [own, {"system": codes.DRAFT_IDENTIFIER, "value": visit.draft_of}]


@dataclass(frozen=True, slots=True)
class Frame:
    """What an Encounter alone says about a visit."""

    id: str
    patient_id: str
    nurse: PersonRef
    modality: Modality
    setting: Setting
    began_at: datetime
    left_at: datetime
    signed_at: datetime | None
    clock_offset_ms: int | None
    written_afterwards: bool = False
    draft_of: str = ""
    from_paper: bool = False


def _find_modality(encounter: Any) -> Modality:
    for kind in read.items(encounter, "type"):
        for system, code in read.codes(kind):
            if system == codes.PARTICIPATION_MODE and code in _MODALITY_BY_MODE:
                return _MODALITY_BY_MODE[code]
    if read.text(encounter, "class", "code") != codes.VIRTUAL["code"]:
        return Modality.IN_PERSON
    names = " ".join(read.concept_text(kind) or "" for kind in read.items(encounter, "type")).casefold()
    return Modality.VIDEO if "video" in names else Modality.TELEPHONE


def _find_setting(encounter: Any) -> Setting | None:
    for location in read.items(encounter, "contained"):
        for kind in read.items(location, "type"):
            for system, code in read.codes(kind):
                if system == codes.PLACE_OF_SERVICE and code in _SETTING_BY_PLACE:
                    return _SETTING_BY_PLACE[code]
    return _SETTING_BY_CLASS.get(read.text(encounter, "class", "code") or "")


def _find_nurse(encounter: Any) -> PersonRef:
    people: list[tuple[bool, PersonRef]] = []
    for participant in read.items(encounter, "participant"):
        who = read.reference(participant, "individual")
        if who is not None:
            primary = any(read.has_code(kind, "PPRF") for kind in read.items(participant, "type"))
            name = read.text(participant, "individual", "display") or ""
            people.append((primary, PersonRef(f"{who[0]}/{who[1]}", name)))
    people.sort(key=lambda one: not one[0])
    return people[0][1] if people else PersonRef("", "")


def _find_offset(encounter: Any) -> int | None:
    found = read.extension(encounter, codes.CLOCK_OFFSET)
    number = read.find(found, "valueInteger")
    if number is None:
        number = read.find(found, "valueDecimal")
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        return None
    return int(number) if -(2**53) < number < 2**53 else None


def _says(encounter: Any, url: str) -> bool:
    return read.flag(read.extension(encounter, url), "valueBoolean") is True


def _draft_of(encounter: Any) -> str:
    named = (
        one for one in read.items(encounter, "identifier") if one.get("system") == codes.DRAFT_IDENTIFIER
    )
    return next((value for one in named if (value := read.text(one, "value"))), "")


def is_mistaken(encounter: Any) -> bool:
    """A visit of ours that its author said to be entered in error."""
    return read.text(encounter, "status") == "entered-in-error" and _is_ours(encounter)


def _is_over(encounter: Any) -> bool:
    status = read.text(encounter, "status")
    return status == "finished" or (status == "cancelled" and _is_ours(encounter))


def _is_ours(encounter: Any) -> bool:
    return any(i.get("system") == codes.VISIT_IDENTIFIER for i in read.items(encounter, "identifier"))


def _is_visit(encounter: Any) -> bool:
    """A visit of a palliative nurse: by our identifier, or by its reason together with somebody who came.

    Plans also keep hospital and nursing home stays as Encounters; those belong to no visit log.
    """
    if _is_ours(encounter):
        return True
    reason = codes.PALLIATIVE_CARE
    palliative = (
        read.has_code(r, reason["code"], reason["system"]) for r in read.items(encounter, "reasonCode")
    )
    return any(palliative) and _find_nurse(encounter).reference.startswith("Practitioner/")


def decode_encounter(encounter: Any) -> Frame | None:
    """The frame of a visit that is over, or None when this is none.

    A cancelled Encounter is one only where Hearthside wrote it: a visit that did not take place. None for another
    status, no person, no beginning, no place, or an Encounter that is no nurse's visit.
    """
    visit_id = read.record_id(encounter)
    subject = read.reference(encounter, "subject")
    began_at = read.instant(encounter, "period", "start")
    setting = _find_setting(encounter)
    if read.text(encounter, "resourceType") != "Encounter" or not _is_over(encounter):
        return None
    if visit_id is None or subject is None or subject[0] != "Patient" or began_at is None or setting is None:
        return None
    if not _is_visit(encounter):
        return None
    return Frame(
        id=visit_id,
        patient_id=subject[1],
        nurse=_find_nurse(encounter),
        modality=_find_modality(encounter),
        setting=setting,
        began_at=began_at,
        left_at=read.instant(encounter, "period", "end") or began_at,
        signed_at=read.instant(read.extension(encounter, codes.SIGNED_AT), "valueDateTime"),
        clock_offset_ms=_find_offset(encounter),
        written_afterwards=_says(encounter, codes.WRITTEN_AFTERWARDS),
        draft_of=_draft_of(encounter),
        from_paper=_says(encounter, codes.FROM_PAPER),
    )
