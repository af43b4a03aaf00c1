"""One member of the demo table as FHIR resources, with dates counted back from the moment of loading."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from plan.demo_panel.model import Allergy, Dose, Drug, Facility, Member, Problem
from plan.fhir.json_text import DecimalText
from plan.people import derive_id

Resource = dict[str, Any]

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
SNOMED, RXNORM = "http://snomed.info/sct", "http://www.nlm.nih.gov/research/umls/rxnorm"
PLACE_OF_SERVICE = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
UCUM = "http://unitsofmeasure.org"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition"
OMB = "urn:oid:2.16.840.1.113883.6.238"
MEMBER_NUMBER = "urn:hearthside:demo:member-number"
SYNTHETIC = [
    {"system": "urn:hearthside:demo", "code": "synthetic", "display": "A person who does not exist"},
    {"system": f"{TERMINOLOGY}/v3-ActReason", "code": "HTEST", "display": "test health data"},
]
PLAN_ID = derive_id("demo", "plan")
DOCTOR_ID = derive_id("demo", "doctor")


def time_text(moment: datetime) -> str:
    """A FHIR instant to the second, with its offset."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def concept(text: str | None, *codings: tuple[str, tuple[str, str] | None]) -> Resource:
    """A CodeableConcept of (system, (code, display)) pairs; those without a code are left out."""
    made = [
        {"system": system, "code": code[0], "display": code[1]}
        for system, code in codings
        if code is not None
    ]
    return {**({"coding": made} if made else {}), **({"text": text} if text else {})}


def status(name: str, code: str) -> Resource:
    return {"coding": [{"system": f"{TERMINOLOGY}/{name}", "code": code}]}


def resource(kind: str, resource_id: str, content: Mapping[str, Any]) -> Resource:
    """With its id, and marked as test data."""
    return {
        "resourceType": kind,
        "id": resource_id,
        "meta": {"tag": [dict(tag) for tag in SYNTHETIC]},
        **content,
    }


def facility_id(facility: Facility) -> str:
    return derive_id("demo", "facility", facility.name)


def shared_resources() -> list[Resource]:
    """The plan, the facilities, and the members' doctor."""
    kind = f"{TERMINOLOGY}/organization-type"
    insurer = concept(None, (kind, ("ins", "Insurance Company")))
    insurance = {"active": True, "type": [insurer], "name": "Golden Valley Health Plan"}
    found = [resource("Organization", PLAN_ID, insurance)]
    for each in Facility:
        name, city, stay, _ = each.value
        provider = concept(stay, (kind, ("prov", "Healthcare Provider")))
        address = [{"city": city, "state": "CA", "country": "US"}]
        content: Resource = {"active": True, "type": [provider], "name": name, "address": address}
        found.append(resource("Organization", facility_id(each), content))
    doctor = {"text": "Amara Nwosu, MD", "family": "Nwosu", "given": ["Amara"], "suffix": ["MD"]}
    return [*found, resource("Practitioner", DOCTOR_ID, {"active": True, "name": [doctor]})]


def patient_id(member: Member) -> str:
    return derive_id("demo", "patient", member.key)


def member_resources(member: Member, number: int, now: datetime) -> list[Resource]:
    """Everything the plan keeps about one member, but for CareTeam and visits. `number` makes number and phone."""
    subject = {"reference": f"Patient/{patient_id(member)}"}

    def own(kind: str, key: str, content: Resource) -> Resource:
        return resource(kind, derive_id("demo", member.key, kind, key), content)

    found = [_patient(member, number), own("Coverage", "1", _coverage(member, number, subject, now))]
    for index, problem in enumerate(member.problems):
        onset = (now - timedelta(days=420 * (index + 1) + 31 * number)).date().isoformat()
        found.append(own("Condition", problem.text, _condition(problem, subject, onset)))
    for index, drug in enumerate(member.drugs):
        ordered = now - timedelta(days=9 + 11 * index + number)
        found.append(own("MedicationRequest", drug.text, _order(drug, subject, ordered)))
    found += [own("AllergyIntolerance", each.text, _allergy(each, subject)) for each in member.allergies]
    if member.lives_in is not None:
        began = now - timedelta(days=12 if member.lives_in is Facility.LAUREL else 500)
        found.append(own("Encounter", "residence", _stay(member.lives_in, subject, began, None)))
    if member.discharge is not None:
        ended = now - timedelta(hours=member.discharge.hours_ago)
        began = ended - timedelta(days=member.discharge.stayed_days)
        stay = _stay(member.discharge.facility, subject, began, ended)
        stay["reasonCode"] = [{"text": member.discharge.reason}]
        found.append(own("Encounter", "discharge", stay))
    if member.admitted is not None:
        hours, reason = member.admitted
        stay = _stay(Facility.MERCY, subject, now - timedelta(hours=hours), None)
        stay["reasonCode"] = [{"text": reason}]
        found.append(own("Encounter", "admission", stay))
    return found


def _patient(member: Member, number: int) -> Resource:
    home = {"use": "home", "line": [member.street], "city": member.city, "state": "CA", "country": "US"}
    if member.lives_in is not None:
        home["line"] = [member.lives_in.value[0], member.street]
    name: Resource = {"use": "official", "family": member.family, "given": list(member.given)}
    if member.suffix:
        name["suffix"] = [member.suffix]
    code, language = member.language
    content: Resource = {
        "extension": _extensions(member),
        "identifier": [
            {
                "type": concept(None, (f"{TERMINOLOGY}/v2-0203", ("MB", "Member Number"))),
                "system": MEMBER_NUMBER,
                "value": f"GV-{100_000 + number * 137}",
            }
        ],
        "active": True,
        "name": [name],
        "telecom": [{"system": "phone", "value": f"213-555-01{number:02}", "use": "home"}],
        "gender": member.gender,
        "birthDate": member.born,
        "address": [home],
        "communication": [
            {"language": concept(language, ("urn:ietf:bcp:47", (code, language))), "preferred": True}
        ],
        "generalPractitioner": [{"reference": f"Practitioner/{DOCTOR_ID}", "display": "Amara Nwosu, MD"}],
    }
    if member.caregiver is not None:
        who, relation = member.caregiver
        phone = {"system": "phone", "value": f"213-555-01{number + 50:02}", "use": "mobile"}
        content["contact"] = [
            {"relationship": [{"text": relation}], "name": {"text": who}, "telecom": [phone]}
        ]
    if not content["extension"]:
        del content["extension"]
    return resource("Patient", patient_id(member), content)


def _extensions(member: Member) -> list[Resource]:
    found: list[Resource] = []
    if member.race is not None:
        found.append(_omb("us-core-race", *member.race))
    origin = ("2135-2", "Hispanic or Latino") if member.hispanic else ("2186-5", "Not Hispanic or Latino")
    found.append(_omb("us-core-ethnicity", *origin))
    if member.interpreter is not None:
        url = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
        found.append({"url": url, "valueBoolean": member.interpreter})
    return found


def _omb(name: str, code: str, display: str) -> Resource:
    coding = {"system": OMB, "code": code, "display": display}
    parts: list[Resource] = [
        {"url": "ombCategory", "valueCoding": coding},
        {"url": "text", "valueString": display},
    ]
    return {"url": f"{US_CORE}/{name}", "extension": parts}


def _coverage(member: Member, number: int, subject: Resource, now: datetime) -> Resource:
    line, product = member.line.value
    plan_class = {
        "type": status("coverage-class", "plan"),
        "value": member.line.name.lower(),
        "name": product,
    }
    return {
        "status": "active",
        "type": {"text": line},
        "subscriberId": f"GV-{100_000 + number * 137}",
        "beneficiary": subject,
        "period": {"start": f"{now.year - 1}-01-01"},
        "payor": [{"reference": f"Organization/{PLAN_ID}", "display": "Golden Valley Health Plan"}],
        "class": [plan_class],
    }


def _condition(problem: Problem, subject: Resource, onset: str) -> Resource:
    return {
        "clinicalStatus": status("condition-clinical", "active"),
        "verificationStatus": status("condition-ver-status", "confirmed"),
        "category": [status("condition-category", "problem-list-item")],
        "code": concept(problem.text, (SNOMED, problem.snomed), (ICD_10_CM, problem.icd10)),
        "subject": subject,
        "onsetDateTime": onset,
    }


def _order(drug: Drug, subject: Resource, ordered: datetime) -> Resource:
    return {
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": concept(drug.text, (RXNORM, drug.rxnorm)),
        "subject": subject,
        "authoredOn": ordered.date().isoformat(),
        "requester": {"reference": f"Practitioner/{DOCTOR_ID}", "display": "Amara Nwosu, MD"},
        "dosageInstruction": [{"text": drug.dosage} | (_dosage(drug.dose) if drug.dose else {})],
    }


def _dosage(dose: Dose) -> Resource:
    """The order in numbers, beside its words."""
    days, rest = divmod(dose.every, 24)
    period, unit = (days, "d") if days and not rest and dose.rate is None else (dose.every, "h")
    patch = dose.rate is not None
    route = ("45890007", "Transdermal route") if patch else ("26643006", "Oral route")
    found: Resource = {
        "timing": {"repeat": {"frequency": 1, "period": period, "periodUnit": unit}},
        "route": concept(None, (SNOMED, route)),
    }
    if dose.needed_for is not None:
        found["asNeededCodeableConcept"] = {"text": dose.needed_for}
    if dose.rate is not None:
        found["doseAndRate"] = [{"rateQuantity": _quantity(dose.rate, "mcg/h")}]
    elif dose.amount is not None:
        found["doseAndRate"] = [{"doseQuantity": _quantity(dose.amount, dose.unit)}]
    if dose.most is not None:
        day = {"value": 24, "unit": "h", "system": UCUM, "code": "h"}
        found["maxDosePerPeriod"] = {"numerator": _quantity(dose.most, dose.unit), "denominator": day}
    return found


def _quantity(amount: str, unit: str) -> Resource:
    code = {"tablet": "{tbl}", "mcg/h": "ug/h"}.get(unit, unit)
    return {"value": DecimalText(amount), "unit": unit, "system": UCUM, "code": code}


def _allergy(allergy: Allergy, subject: Resource) -> Resource:
    content: Resource = {
        "clinicalStatus": status("allergyintolerance-clinical", "active"),
        "verificationStatus": status("allergyintolerance-verification", "confirmed"),
        "code": concept(allergy.text, (SNOMED, allergy.snomed)),
        "patient": subject,
    }
    if allergy.criticality is not None:
        content["criticality"] = allergy.criticality
    if allergy.reaction is not None:
        content["reaction"] = [{"manifestation": [{"text": allergy.reaction}]}]
    return content


def _stay(facility: Facility, subject: Resource, began: datetime, ended: datetime | None) -> Resource:
    name, _, stay, place = facility.value
    code = ("IMP", "inpatient encounter") if facility is Facility.MERCY else ("NONAC", "inpatient non-acute")
    content: Resource = {
        "status": "finished" if ended else "in-progress",
        "class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": code[0], "display": code[1]},
        "type": [concept(stay, (PLACE_OF_SERVICE, place))],
        "subject": subject,
        "period": {"start": time_text(began), **({"end": time_text(ended)} if ended else {})},
        "serviceProvider": {"reference": f"Organization/{facility_id(facility)}", "display": name},
    }
    if ended is not None:
        home = concept(None, (f"{TERMINOLOGY}/discharge-disposition", ("home", "Home")))
        content["hospitalization"] = {"dischargeDisposition": home}
    return content
