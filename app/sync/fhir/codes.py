"""Code systems, codes and our own names that the mapping writes, each in one place.

Sources: code systems of HL7 FHIR R4 (terminology.hl7.org), LOINC, SNOMED CT, ICD-10-CM, the CMS place of
service code set. The symptom scale's codes come with its content file. `urn:hearthside:…` names are ours.
"""

from __future__ import annotations

from typing import Any

from app.domain.visit import Absent, Modality, Setting

Coding = dict[str, str]

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PARTICIPATION_MODE = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode"
PARTICIPATION_TYPE = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
DATA_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
DATA_OPERATION = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
PROVENANCE_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
ROLE_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
PLACE_OF_SERVICE = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"

DATA_ABSENT_EXTENSION = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

WRITE_TAG = "urn:hearthside:write"
VISIT_IDENTIFIER = "urn:hearthside:visit"
RECORD_IDENTIFIER = "urn:hearthside:record"
CLOCK_OFFSET = "urn:hearthside:device-clock-offset"
SIGNED_AT = "urn:hearthside:signed-at"
ANSWERED_BY = "urn:hearthside:answered-by"
ANSWERED_AT = "urn:hearthside:answered-at"
QUESTIONNAIRE = "urn:hearthside:questionnaire:"
STORE_EPOCH = "urn:hearthside:store-epoch"
SCOPES_BY_CARETEAM = "urn:hearthside:scopes-by-careteam"

HOME_HEALTH: Coding = {"system": ACT_CODE, "code": "HH", "display": "home health"}
FIELD: Coding = {"system": ACT_CODE, "code": "FLD", "display": "field"}
AMBULATORY: Coding = {"system": ACT_CODE, "code": "AMB", "display": "ambulatory"}
VIRTUAL: Coding = {"system": ACT_CODE, "code": "VR", "display": "virtual"}

HOME_VISIT: Coding = {"system": SNOMED, "code": "439708006", "display": "Home visit"}
PALLIATIVE_CARE: Coding = {"system": ICD_10_CM, "code": "Z51.5", "display": "Encounter for palliative care"}
PRIMARY_PERFORMER: Coding = {"system": PARTICIPATION_TYPE, "code": "PPRF", "display": "primary performer"}
SURVEY: Coding = {"system": OBSERVATION_CATEGORY, "code": "survey", "display": "Survey"}
AUTHOR: Coding = {"system": PROVENANCE_PARTICIPANT, "code": "author", "display": "Author"}

MODES: dict[Modality, Coding] = {
    Modality.IN_PERSON: {"system": PARTICIPATION_MODE, "code": "FACE", "display": "face-to-face"},
    Modality.TELEPHONE: {"system": PARTICIPATION_MODE, "code": "PHONE", "display": "telephone"},
    Modality.VIDEO: {"system": PARTICIPATION_MODE, "code": "VIDEOCONF", "display": "videoconferencing"},
}

PLACES: dict[Setting, Coding] = {
    Setting.HOME: {"system": PLACE_OF_SERVICE, "code": "12", "display": "Home"},
    Setting.ASSISTED_LIVING: {
        "system": PLACE_OF_SERVICE,
        "code": "13",
        "display": "Assisted Living Facility",
    },
    Setting.NURSING_HOME_SHORT: {
        "system": PLACE_OF_SERVICE,
        "code": "31",
        "display": "Skilled Nursing Facility",
    },
    Setting.NURSING_HOME_LONG: {"system": PLACE_OF_SERVICE, "code": "32", "display": "Nursing Facility"},
    Setting.OFFICE: {"system": PLACE_OF_SERVICE, "code": "11", "display": "Office"},
    Setting.HOSPITAL: {"system": PLACE_OF_SERVICE, "code": "21", "display": "Inpatient Hospital"},
}

ABSENCES: dict[Absent, Coding] = {
    Absent.DECLINED: {"system": DATA_ABSENT, "code": "asked-declined", "display": "Asked But Declined"},
    Absent.COULD_NOT_ANSWER: {"system": DATA_ABSENT, "code": "asked-unknown", "display": "Asked But Unknown"},
}


def concept(*codings: Coding, text: str | None = None) -> dict[str, Any]:
    """A CodeableConcept with copies of the codings, so that nobody edits the constants."""
    built: dict[str, Any] = {}
    if codings:
        built["coding"] = [dict(coding) for coding in codings]
    if text is not None:
        built["text"] = text
    return built
