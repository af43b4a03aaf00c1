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
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
US_CORE_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category"
UCUM = "http://unitsofmeasure.org"
PLACE_OF_SERVICE = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"

DATA_ABSENT_EXTENSION = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

WRITE_TAG = "urn:hearthside:write"
VISIT_IDENTIFIER = "urn:hearthside:visit"
DRAFT_IDENTIFIER = "urn:hearthside:draft"
"""System of the id under which a visit was begun, where it was signed from a copy of that draft on another tablet."""
RECORD_IDENTIFIER = "urn:hearthside:record"
LOCAL_ID = "urn:hearthside:id"
"""Tag with the device's id of a record, on servers that give it another (ADR 0022)."""
CLOCK_OFFSET = "urn:hearthside:device-clock-offset"
SIGNED_AT = "urn:hearthside:signed-at"
ANSWERED_BY = "urn:hearthside:answered-by"
ANSWERED_AT = "urn:hearthside:answered-at"
QUESTIONNAIRE = "urn:hearthside:questionnaire:"
STORE_EPOCH = "urn:hearthside:store-epoch"
SCOPES_BY_CARETEAM = "urn:hearthside:scopes-by-careteam"
MAX_ENTRIES = "urn:hearthside:max-entries"
MAX_BODY_BYTES = "urn:hearthside:max-body-bytes"
MAX_FILE_BYTES = "urn:hearthside:max-file-bytes"
CONTACT = "urn:hearthside:contact"
EMERGENCY = "urn:hearthside:emergency"
BOARD = "urn:hearthside:board"
LEAVE = "urn:hearthside:leave"
OUTCOMES = "urn:hearthside:outcomes"
DRAFTS = "urn:hearthside:drafts"
"""Extension of a CapabilityStatement: copies of unsigned drafts are kept."""
ON_CALL = "urn:hearthside:oncall"
"""Extension of a CapabilityStatement: nurses on duty are given an on-call pack."""
KEYS = "urn:hearthside:keys"
WRITTEN_AFTERWARDS = "urn:hearthside:written-afterwards"
FROM_PAPER = "urn:hearthside:from-paper"
ABSENT = "urn:hearthside:absent"
"""The finer reason why there is no answer, a value of `app.domain.visit.Absent`."""
AGAIN = "urn:hearthside:again"
"""The same item measured once more: parts at, value (repeats), absent, done."""
ENTRY = "urn:hearthside:entry"
"""On an item of a repeating group: parts id, about."""
OPTION = "urn:hearthside:option:"
"""Followed by a link id: the system of our own words for that item's options."""
REPLACES = "urn:hearthside:replaces"
ENCOUNTER = "urn:hearthside:encounter"
"""The visit in which a record was made, on resources that have no member for it."""
RESOLUTION = "urn:hearthside:resolution"
"""On records made outside a visit, where somebody chose between two versions: parts id, at, as-of, said-by."""
RECORDED_AT = "urn:hearthside:recorded-at"
RECORDED_BY = "urn:hearthside:recorded-by"
PRIVATE_TAG = "urn:hearthside:private"

HOME_HEALTH: Coding = {"system": ACT_CODE, "code": "HH", "display": "home health"}
FIELD: Coding = {"system": ACT_CODE, "code": "FLD", "display": "field"}
AMBULATORY: Coding = {"system": ACT_CODE, "code": "AMB", "display": "ambulatory"}
VIRTUAL: Coding = {"system": ACT_CODE, "code": "VR", "display": "virtual"}

HOME_VISIT: Coding = {"system": SNOMED, "code": "439708006", "display": "Home visit"}
PALLIATIVE_CARE: Coding = {"system": ICD_10_CM, "code": "Z51.5", "display": "Encounter for palliative care"}
PRIMARY_PERFORMER: Coding = {"system": PARTICIPATION_TYPE, "code": "PPRF", "display": "primary performer"}
SURVEY: Coding = {"system": OBSERVATION_CATEGORY, "code": "survey", "display": "Survey"}
VITAL_SIGNS: Coding = {"system": OBSERVATION_CATEGORY, "code": "vital-signs", "display": "Vital Signs"}
FUNCTIONAL_STATUS: Coding = {
    "system": US_CORE_CATEGORY,
    "code": "functional-status",
    "display": "Functional Status",
}
RESTRICTED: Coding = {"system": CONFIDENTIALITY, "code": "R", "display": "restricted"}
PRIVATE: Coding = {"system": PRIVATE_TAG, "code": "private"}
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

_DECLINED: Coding = {"system": DATA_ABSENT, "code": "asked-declined", "display": "Asked But Declined"}
_ASKED: Coding = {"system": DATA_ABSENT, "code": "asked-unknown", "display": "Asked But Unknown"}
_NOT_ASKED: Coding = {"system": DATA_ABSENT, "code": "not-asked", "display": "Not Asked"}
_UNKNOWN: Coding = {"system": DATA_ABSENT, "code": "unknown", "display": "Unknown"}

ABSENCES: dict[Absent, Coding] = {
    Absent.DECLINED: _DECLINED,
    Absent.COULD_NOT_ANSWER: _ASKED,
    Absent.SLEEPY: _ASKED,
    Absent.CONFUSED: _ASKED,
    Absent.NO_WORDS: _ASKED,
    Absent.NOT_DISCUSSED: _NOT_ASKED,
    Absent.DOES_NOT_WANT: _DECLINED,
    Absent.NOT_KNOWN: _UNKNOWN,
}
"""FHIR's word for each reason. It is coarser than ours, so ours travels beside it (`ABSENT`)."""

ABSENT_WORDS: dict[Absent, str] = {
    Absent.DECLINED: "Declined",
    Absent.COULD_NOT_ANSWER: "Could not answer",
    Absent.SLEEPY: "Could not answer: sleepy",
    Absent.CONFUSED: "Could not answer: confused",
    Absent.NO_WORDS: "Could not answer: no words",
    Absent.NOT_DISCUSSED: "Not discussed today",
    Absent.DOES_NOT_WANT: "Does not want to discuss",
    Absent.NOT_KNOWN: "Not known",
}


def concept(*codings: Coding, text: str | None = None) -> dict[str, Any]:
    """A CodeableConcept with copies of the codings, so that nobody edits the constants."""
    built: dict[str, Any] = {}
    if codings:
        built["coding"] = [dict(coding) for coding in codings]
    if text is not None:
        built["text"] = text
    return built
