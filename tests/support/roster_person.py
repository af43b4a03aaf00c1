"""One member of a plan and what is recorded of her, as FHIR (see `tests.support.roster`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plan.outcomes.facts.conversations import FIELDS
from plan.people import derive_id
from tests.support.roster_parts import (
    BEGINNINGS,
    INSTRUMENTS,
    LOINC,
    MODES,
    PLACES,
    POS,
    SNOMED,
    TERMINOLOGY,
    Answer,
    Json,
    When,
    concept,
    fhir_time,
    item,
)


@dataclass
class Person:
    """One member. `resources` by `Type/id`; whatever is put there anew is a new version at the next save."""

    key: str
    spells: list[Json] = field(default_factory=list)
    resources: dict[str, Json] = field(default_factory=dict)

    @property
    def patient_id(self) -> str:
        return f"p-{self.key}"

    @property
    def subject(self) -> Json:
        return {"reference": f"Patient/{self.patient_id}"}

    def put(self, kind: str, name: str, **content: Any) -> str:
        """Keep a resource under a name of the test's. Returns its id."""
        own_id = derive_id("roster-test", self.key, kind, name)
        self.resources[f"{kind}/{own_id}"] = {"resourceType": kind, "id": own_id, **content}
        return own_id

    def visit(
        self,
        at: When,
        *,
        until: When | None = None,
        modality: str = "in-person",
        setting: str = "home",
        seen: bool = True,
        by: str = "nurse",
        answered_by: str | None = "patient",
        esas: Mapping[str, int | str] | None = None,
        again: Mapping[str, Mapping[When, int]] | None = None,
        phase: str | None = None,
        akps: int | None = None,
        **answers: Answer,
    ) -> str:
        """A visit with its answers, all given when it began. Returns its id.

        `esas`: by the end of the link id (`{"pain": 7, "sob": "?declined"}`). `again`: second looks, by link id and
        time. Other answers by link id with underscores (`at_peace="quite"`, `need_hospital=True`).
        """
        visit_id = self.put(
            "Encounter",
            f"visit/{at}",
            contained=[
                {
                    "resourceType": "Location",
                    "id": "place",
                    "status": "active",
                    "type": [concept(POS, PLACES[setting])],
                }
            ],
            extension=[{"url": "urn:hearthside:answered-by", "valueCode": answered_by}]
            if answered_by
            else [],
            identifier=[{"system": "urn:hearthside:visit", "value": f"{self.key}/{at}"}],
            status="finished" if seen else "cancelled",
            type=[concept(f"{TERMINOLOGY}/v3-ParticipationMode", MODES[modality])],
            subject=self.subject,
            participant=[{"individual": {"reference": f"Practitioner/{by}"}}],
            period={"start": fhir_time(at), "end": fhir_time(until if until is not None else at)},
            location=[{"location": {"reference": "#place"}}],
            **{
                "class": {
                    "system": f"{TERMINOLOGY}/v3-ActCode",
                    "code": "HH" if modality == "in-person" else "VR",
                }
            },
        )
        if not answered_by:
            del self.resources[f"Encounter/{visit_id}"]["extension"]
        given: dict[str, Answer] = {f"esas-{name}": value for name, value in (esas or {}).items()}
        given |= {} if phase is None else {"phase": phase}
        given |= {} if akps is None else {"akps": str(akps)}
        given |= {name.replace("_", "-"): value for name, value in answers.items()}
        self.answer(visit_id, at, given, again=again, answered_by=answered_by)
        return visit_id

    def answer(
        self,
        visit_id: str,
        at: When,
        answers: Mapping[str, Answer],
        *,
        again: Mapping[str, Mapping[When, int]] | None = None,
        answered_by: str | None = None,
    ) -> None:
        """Answers of a visit, one QuestionnaireResponse a form."""
        forms: dict[str, list[Json]] = {}
        for link_id, value in answers.items():
            form = INSTRUMENTS.get(link_id) or BEGINNINGS.get(link_id.partition("-")[0], link_id)
            forms.setdefault(form, []).append(item(link_id, value, at, (again or {}).get(link_id)))
        for form, made in forms.items():
            said = [{"url": "urn:hearthside:answered-by", "valueCode": answered_by}] if answered_by else None
            self.put(
                "QuestionnaireResponse",
                f"{form}/{visit_id}/{at}",
                **({"extension": said} if said else {}),
                identifier={"system": "urn:hearthside:record", "value": f"{form}/{visit_id}"},
                questionnaire=f"urn:hearthside:questionnaire:{form}|1",
                status="completed",
                subject=self.subject,
                encounter={"reference": f"Encounter/{visit_id}"},
                authored=fhir_time(at),
                item=made,
            )

    def conversation(
        self, visit_id: str, *, held: bool = True, minutes: int | None = None, **fields: Answer
    ) -> str:
        """A conversation in a visit. Fields by column (`matters="family"`) or link id (`conv_hospital="no"`)."""
        began = self.resources[f"Encounter/{visit_id}"]["period"]["start"]
        given = {
            (FIELDS[name][0] if name in FIELDS else name.replace("_", "-")): value
            for name, value in fields.items()
        }
        self.answer(visit_id, began, given)
        return self.put(
            "Procedure",
            f"conversation/{visit_id}",
            identifier=[{"system": "urn:hearthside:record", "value": f"conversation/{visit_id}"}],
            status="completed" if held else "not-done",
            code=concept(SNOMED, "713603004"),
            subject=self.subject,
            encounter={"reference": f"Encounter/{visit_id}"},
            performedDateTime=began,
            **(
                {"extension": [{"url": "urn:hearthside:minutes", "valueInteger": minutes}]} if minutes else {}
            ),
        )

    def stay(
        self,
        place: str,
        began: When | None,
        left: When | None = None,
        *,
        went: str = "home",
        by_hand: bool = False,
    ) -> str:
        """A stay in a facility, `left` None while it lasts; `went`: discharge-disposition. Returns its id."""
        period = {"start": began, "end": left}
        content: Json = {
            "status": "finished" if left is not None else "in-progress",
            "class": {
                "system": f"{TERMINOLOGY}/v3-ActCode",
                "code": "IMP" if place == "hospital" else "NONAC",
            },
            "type": [concept(POS, PLACES[place])],
            "subject": self.subject,
            "period": {name: fhir_time(when) for name, when in period.items() if when is not None},
        }
        if by_hand:
            content["identifier"] = [{"system": "urn:hearthside:stay", "value": f"{self.key}/{began}/{left}"}]
        if left is not None:
            said = concept(f"{TERMINOLOGY}/discharge-disposition", went, None)
            content["hospitalization"] = {"dischargeDisposition": said}
        return self.put("Encounter", f"stay/{place}/{began}/{by_hand}", **content)

    def no_visit(self, stay_id: str, outcome: str, at: When) -> str:
        """Why no visit came within 48 hours: died, readmitted, declined, unreachable, other."""
        return self.put(
            "Task",
            f"48/{stay_id}",
            status="cancelled",
            statusReason=concept("urn:hearthside:no-48-hour-visit", outcome),
            intent="order",
            code=concept("urn:hearthside:task", "48-hour-visit"),
            focus={"reference": f"Encounter/{stay_id}"},
            authoredOn=fhir_time(at),
            lastModified=fhir_time(at),
            **{"for": self.subject},
        )

    def refer(self, target: str, at: When) -> str:
        """A referral, proposed. Returns its request's id."""
        request = self.put(
            "ServiceRequest",
            f"referral/{target}/{at}",
            status="active",
            intent="proposal",
            code=concept("urn:hearthside:referral-target", target),
            subject=self.subject,
            authoredOn=fhir_time(at),
        )
        self.renew(request, "proposed", at)
        return request

    def renew(self, request: str, state: str, at: When) -> None:
        """The loop of a referral in another state. Save in between, if earlier states are to count."""
        status = {
            "proposed": "requested",
            "sent": "requested",
            "accepted": "accepted",
            "started": "in-progress",
        }
        status |= {"closed": "completed", "declined": "cancelled", "lost": "failed"}
        self.put(
            "Task",
            f"loop/{request}",
            status=status.get(state, "rejected"),
            businessStatus=concept("urn:hearthside:referral-state", state),
            intent="order",
            code=concept("urn:hearthside:task", "referral"),
            focus={"reference": f"ServiceRequest/{request}"},
            authoredOn=self.resources[f"ServiceRequest/{request}"]["authoredOn"],
            lastModified=fhir_time(at),
            **{"for": self.subject},
        )

    def order(self, name: str, at: When, **more: Any) -> str:
        """A medicine as ordered ("Morphine 15 mg tablet")."""
        content: Json = {"status": "active", "intent": "order", "medicationCodeableConcept": {"text": name}}
        return self.put(
            "MedicationRequest",
            f"{name}/{at}",
            **content,
            subject=self.subject,
            authoredOn=fhir_time(at),
            **more,
        )

    def agent(self, at: When, status: str = "active") -> str:
        """A health care agent on record."""
        actor = {"role": concept(LOINC, "75783-1"), "reference": {"reference": f"RelatedPerson/{self.key}"}}
        return self.put(
            "Consent",
            "agent",
            status=status,
            scope=concept(f"{TERMINOLOGY}/consentscope", "adr"),
            category=[concept(f"{TERMINOLOGY}/consentcategorycodes", "acd")],
            patient=self.subject,
            dateTime=fhir_time(at),
            policyRule={"text": "Law of the state"},
            provision={"type": "permit", "actor": [actor]},
        )

    def hospice(self, began: When, ended: When | None = None) -> str:
        period = {"start": fhir_time(began)} | ({"end": fhir_time(ended)} if ended is not None else {})
        return self.put(
            "EpisodeOfCare",
            "hospice",
            status="active" if ended is None else "finished",
            type=[{"text": "Hospice care"}],
            patient=self.subject,
            period=period,
        )

    def problem(self, icd10: str, onset: When = "2020-01-01") -> str:
        return self.put(
            "Condition",
            icd10,
            code=concept("http://hl7.org/fhir/sid/icd-10-cm", icd10),
            subject=self.subject,
            onsetDateTime=fhir_time(onset),
        )

    def polst(self, at: When) -> str:
        return self.put(
            "DocumentReference",
            f"polst/{at}",
            status="current",
            type=concept(LOINC, "93037-0"),
            subject=self.subject,
            date=fhir_time(at if isinstance(at, int) or "T" in at else f"{at}T12:00Z"),
            content=[{"attachment": {"title": "POLST: seen, not copied"}}],
        )

    def died(self, at: When) -> None:
        self.resources[f"Patient/{self.patient_id}"]["deceasedDateTime"] = fhir_time(at)
