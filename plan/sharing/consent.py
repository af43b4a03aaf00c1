"""The member's consent to one sharing: composed as an R4 Consent, and asked again at every opening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, true

from plan.fhir.extract import find_interval, walk
from plan.fhir.json_text import loads
from plan.fhir.stamps import instant
from plan.fhir.store import find_current

Json = dict[str, Any]
SHARING = "urn:hearthside:sharing"
"""Identifier system of a Consent to one sharing."""
CASE_MANAGER, PRIMARY_CARE = "case-manager", "primary-care"
AUDIENCES = {CASE_MANAGER: "Case manager", PRIMARY_CARE: "Primary care"}
SPOKEN, SIGNED = "spoken", "signed"
HOW = {SPOKEN: "Said so to the clinician who recorded it", SIGNED: "Signed on paper, kept by the care team"}
_TERMS = "http://terminology.hl7.org/CodeSystem"
_SCOPE = "patient-privacy"


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who said yes to what. `said_by` is `Patient/…` or `RelatedPerson/…`; times in ms."""

    patient_id: str
    said_by: str
    how: str
    audience: str
    recipient: str
    from_ms: int
    until_ms: int
    author: str
    """`Practitioner/…` who asked and wrote it down."""


def make_consent(consent_id: str, share_id: str, agreed: Agreed) -> Json:
    """The Consent. Codes: consentscope, LOINC 59284-0, v3-ActCode INFA and OPTIN, v3-ActReason of HL7."""
    purpose = ("CAREMGT", "care management") if agreed.audience == CASE_MANAGER else ("TREAT", "treatment")
    return {
        "resourceType": "Consent",
        "id": consent_id,
        "extension": [
            {"url": "urn:hearthside:recorded-by", "valueReference": {"reference": agreed.author}},
            {"url": "urn:hearthside:how-agreed", "valueCode": agreed.how},
        ],
        "identifier": [{"system": SHARING, "value": share_id}],
        "status": "active",
        "scope": {
            "coding": [{"system": f"{_TERMS}/consentscope", "code": _SCOPE, "display": "Privacy Consent"}]
        },
        "category": [
            {"coding": [{"system": "http://loinc.org", "code": "59284-0", "display": "Patient Consent"}]},
            {"coding": [{"system": f"{_TERMS}/v3-ActCode", "code": "INFA", "display": "information access"}]},
        ],
        "patient": {"reference": f"Patient/{agreed.patient_id}"},
        "dateTime": instant(agreed.from_ms),
        "performer": [{"reference": agreed.said_by}],
        "policyRule": {
            "coding": [{"system": f"{_TERMS}/v3-ActCode", "code": "OPTIN", "display": "opt-in"}],
            "text": HOW[agreed.how],
        },
        "provision": {
            "type": "permit",
            "period": {"start": instant(agreed.from_ms), "end": instant(agreed.until_ms)},
            "actor": [
                {
                    "role": {
                        "coding": [
                            {
                                "system": f"{_TERMS}/v3-ParticipationType",
                                "code": "IRCP",
                                "display": "information recipient",
                            }
                        ],
                        "text": AUDIENCES[agreed.audience],
                    },
                    "reference": {"display": agreed.recipient},
                }
            ],
            "action": [
                {"coding": [{"system": f"{_TERMS}/consentaction", "code": "access", "display": "Access"}]}
            ],
            "purpose": [{"system": f"{_TERMS}/v3-ActReason", "code": purpose[0], "display": purpose[1]}],
        },
    }


def consent_holds(
    connection: Connection, consent_id: str, share_id: str, patient_id: str, now_ms: int
) -> bool:
    """Does this person's consent to this sharing stand now? Gone, ended, withdrawn, denied: no."""
    row = find_current(connection, "Consent", consent_id, true())
    if row is None or row.deleted or row.patient_id != patient_id:
        return False
    consent = loads(row.body)
    period = find_interval(consent, ("provision.period",))
    return (
        consent.get("status") == "active"
        and share_id in walk(consent, "identifier.value")
        and _SCOPE in walk(consent, "scope.coding.code")
        and list(walk(consent, "provision.type")) == ["permit"]
        and period is not None
        and period[0] <= now_ms < period[1]
    )


def end_consent(consent: Json, at_ms: int) -> Json:
    """The same Consent, no longer in force since then."""
    provision = consent.get("provision") or {}
    period = {**(provision.get("period") or {}), "end": instant(at_ms)}
    if str(period.get("start") or "") > period["end"]:
        period["start"] = period["end"]
    return consent | {"status": "inactive", "provision": provision | {"period": period}}
