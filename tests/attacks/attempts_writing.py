"""Roles by type and verb: what must not be stored, changed or taken over."""

from __future__ import annotations

from typing import Any

from tests.attacks.attempt import Attempt, change, delete, get, post, put
from tests.plan.fhir_builders import (
    bundle,
    careteam,
    encounter,
    entry,
    observation,
    patient,
    practitioner,
    provenance,
    restricted,
    team,
)
from tests.plan.fhir_samples import SMALL_PNG, open_samples, samples

Json = dict[str, Any]


def of(kind: str, patient_id: str, nurse: str, suffix: str, **more: Any) -> Json:
    return samples(patient_id, nurse, suffix)[kind] | more


PLANS_OWN = [
    put("makes a CareTeam that names her", "ana", careteam("ct-new", "b", "ana"), 403),
    put("makes a CareTeam for her own patient", "ana", careteam("ct-new2", "a", "ana", "fay"), 403),
    change("adds somebody to her CareTeam", "ana", careteam("ct-a", "a", "ana", "fay"), 403),
    change("takes another's CareTeam", "ana", careteam("ct-b", "b", "ana"), 403),
    post("makes a CareTeam by POST", "ana", "CareTeam", careteam("x", "b", "ana"), 403),
    delete("ends a CareTeam", "ana", "CareTeam/ct-a", 403),
    post(
        "a CareTeam in a batch",
        "ana",
        "",
        bundle(entry(careteam("ct-new3", "b", "ana")), kind="batch"),
        200,
        stores="CareTeam/ct-new3",
        shows=("403",),
    ),
    post(
        "a CareTeam among good entries",
        "ana",
        "",
        bundle(entry(observation("w1", "a", 3, "ana")), entry(careteam("ct-new4", "b", "ana"))),
        403,
        stores="Observation/w1",
    ),
    change("a supervisor, the CareTeam of her team", "sue", careteam("ct-b", "b", "sue"), 403),
    put("a care manager", "cam", careteam("ct-new5", "a", "cam"), 403),
    change("another date of birth", "ana", patient("a") | {"birthDate": "1999-01-01"}, 403),
    put("a new member", "ana", patient("new"), 403),
    delete("a member", "ana", "Patient/a", 403),
    change("her own Practitioner", "ana", practitioner("ana"), 403),
    change("her team", "ana", team("team-1"), 403),
    change("the plan's settings", "sue", open_samples()["Library"] | {"id": "hearthside-settings"}, 403),
    put("a questionnaire", "ana", open_samples()["Questionnaire"] | {"id": "q-new"}, 403),
    put("a diagnosis", "ana", of("Condition", "a", "ana", "n"), 403),
    put("a prescription", "ana", of("MedicationRequest", "a", "ana", "n"), 403),
    put("coverage", "ana", of("Coverage", "a", "ana", "n"), 403),
    put("a group", "sue", of("Group", "a", "ana", "n"), 403),
    put("an order", "ana", of("ServiceRequest", "a", "ana", "n", intent="order"), 403),
    put("an order, as supervisor", "sue", of("ServiceRequest", "a", "sue", "n2", intent="order"), 403),
]

OTHERS: list[Attempt] = [
    put("for another's patient", "ana", observation("w2", "b", 3, "ana"), 403),
    put("for nobody's patient", "ana", observation("w3", "no-such", 3, "ana"), 403),
    post("for another's patient by POST", "ana", "Observation", observation("", "b", 3, "ana"), 403),
    change("over another's record", "ana", observation("observation-b", "a", 3, "ana"), 404),
    delete("another's record", "ana", "Observation/observation-b", 404),
    change("her own record to another's patient", "ana", observation("observation-a", "b", 3, "ana"), 403),
    change("a colleague's record", "ana", observation("observation-t", "t", 1, "ana"), 403),
    change("a colleague's visit", "ana", of("Encounter", "t", "ana", "t"), 403),
    delete("a colleague's record", "ana", "Observation/observation-t", 403),
    change("the shared plan of care", "ana", of("CarePlan", "t", "ben", "t", description="Seen"), 200),
    change("who made the shared plan", "ana", of("CarePlan", "t", "ana", "t"), 403),
    change("hides the shared plan", "ana", of("CarePlan", "t", "ben", "t", meta=restricted("V")), 403),
    change("how a colleague's task stands", "ana", of("Task", "t", "ben", "t", status="accepted"), 200),
    change("what a colleague's task asks", "ana", of("Task", "t", "ben", "t", description="No"), 403),
    change(
        "a colleague's task is an error", "ana", of("Task", "t", "ben", "t", status="entered-in-error"), 403
    ),
    delete("a task", "ben", "Task/task-t", 403),
    put("in a colleague's name", "ana", observation("w4", "a", 3, "ben"), 403),
    put("a visit in a colleague's name", "ana", encounter("w5", "a", "ben"), 403),
    put(
        "a visit in nobody's name",
        "ana",
        {k: v for k, v in encounter("w6", "a", "ana").items() if k != "participant"},
        403,
    ),
    put(
        "a Provenance in a colleague's name", "ana", provenance("w7", "ben", "Observation/observation-a"), 403
    ),
    put(
        "a Provenance over another's record", "ana", provenance("w8", "ana", "Observation/observation-b"), 403
    ),
    put("a trace in a colleague's name", "ana", of("AuditEvent", "a", "ben", "n"), 403),
    change(
        "a trace, after the fact",
        "ana",
        of("AuditEvent", "a", "ana", "a", recorded="2020-01-01T00:00:00Z"),
        403,
    ),
    delete("a trace", "ana", "AuditEvent/auditevent-a", 403),
    change(
        "a Provenance, after the fact",
        "ana",
        provenance("provenance-a", "ana", "Observation/observation-a"),
        403,
    ),
    put(
        "into another's visit",
        "ana",
        observation("w9", "a", 3, "ana", encounter={"reference": "Encounter/visit-b"}),
        422,
    ),
    post(
        "finds another's member by If-None-Exist",
        "ana",
        "Patient",
        {"resourceType": "Patient"},
        403,
        headers={"If-None-Exist": "identifier=m-b"},
    ),
    post(
        "finds another's record by If-None-Exist",
        "ana",
        "Observation",
        observation("", "a", 3, "ana"),
        201,
        headers={"If-None-Exist": "_id=observation-b"},
    ),
    put("a file for another's patient", "ana", of("Binary", "b", "ana", "n"), 403),
    put("a file that is a page", "ana", of("Binary", "a", "ana", "n2", contentType="text/html"), 415),
    put(
        "a file that is not what it says",
        "ana",
        of("Binary", "a", "ana", "n3", contentType="image/jpeg", data=SMALL_PNG),
        422,
    ),
    put(
        "work of a day she was there",
        "fay",
        observation("w10", "b", 3, "fay", effectiveDateTime="{days ago: 20}"),
        201,
        hides=(),
    ),
    put(
        "work of a day after she left",
        "fay",
        observation("w11", "b", 3, "fay", effectiveDateTime="{days ago: 5}"),
        403,
    ),
    put(
        "work of tomorrow", "fay", observation("w12", "b", 3, "fay", effectiveDateTime="{days ago: -1}"), 403
    ),
    put("a supervisor of another team", "tom", observation("w13", "b", 3, "tom"), 403),
    put("a supervisor, her own record", "sue", observation("w14", "b", 3, "sue"), 201, hides=()),
    change("a supervisor, a nurse's record", "sue", observation("observation-b", "b", 1, "ben"), 403),
    put("a care manager measures", "cam", observation("w15", "b", 3, "cam"), 403),
    put("a care manager, a visit", "cam", encounter("w16", "b", "cam"), 403),
    put("a care manager, a plan of her own", "cam", of("CarePlan", "b", "cam", "n"), 201, hides=()),
    put(
        "a care manager, a private record", "cam", of("CarePlan", "b", "cam", "n2", meta=restricted("R")), 403
    ),
    change("a care manager, the nurse's plan", "cam", of("CarePlan", "b", "ben", "b", description="No"), 403),
    put("a care manager, elsewhere", "cam", of("CarePlan", "a", "cam", "n3"), 403),
    get(
        "and another's record stands as it was",
        "ben",
        "Observation/observation-b",
        200,
        shows=('"valueInteger":3',),
        hides=(),
    ),
]
