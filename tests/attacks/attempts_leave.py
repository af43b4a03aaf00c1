"""Leave and cover: who enters it, and what standing in opens and closes. In this order."""

from __future__ import annotations

from typing import Any

from plan.fhir.stamps import clock_ms, instant
from tests.attacks.attempt import Attempt, get, post, put
from tests.attacks.cast import DAY
from tests.plan.fhir_builders import careteam, observation

DOOR = "$hearthside-leave"
Json = dict[str, Any]
_NOW = clock_ms()
_PEOPLE = ("Patient/", "Practitioner/")


def said(do: str, **values: Any) -> Json:
    parameters: list[Json] = [{"name": "do", "valueCode": do}]
    for name, value in values.items():
        member = "valueReference" if isinstance(value, dict) else "valueString"
        parameters.append({"name": name.replace("_", "-"), member: value})
    return {"resourceType": "Parameters", "parameter": parameters}


def entering(nurse: str, stand_in: str, *, begins: int = 30 * DAY, days: int = 7) -> Json:
    names = {"nurse": nurse, "stand_in": stand_in}
    who = {name: {"reference": f"Practitioner/{one}"} for name, one in names.items()}
    times = {"from": instant(_NOW + begins), "until": instant(_NOW + begins + days * DAY)}
    return said("enter", **who, **times)


def note(own_id: str, ago: int) -> Json:
    return observation(own_id, "a", 4, "gil") | {"effectiveDateTime": instant(_NOW - ago)}


OWN, END = entering("ana", "fay"), said("end", id="leave-now")
LEAVE: list[Attempt] = [
    get("leaves, by nobody", "", DOOR, 401),
    get("leaves, by a care manager", "cam", DOOR, 403, hides=_PEOPLE),
    get("leaves, by the plan's own system", "rec", DOOR, 403, hides=_PEOPLE),
    get("leaves, with a token for patients only", "patients only", DOOR, 403, hides=_PEOPLE),
    get("leaves of another team", "tom", DOOR, 200, hides=_PEOPLE),
    get("leaves that do not concern her", "ben", DOOR, 200, hides=_PEOPLE),
    get("her own, without whom it opens", "ana", DOOR, 200, shows=("Practitioner/gil",), hides=("Patient/",)),
    get(
        "of whom she stands in for", "gil", DOOR, 200, shows=("Patient/a", "Patient/t"), hides=("Patient/b",)
    ),
    get(
        "of her team, without their people",
        "sue",
        DOOR,
        200,
        shows=("Practitioner/gil",),
        hides=("Patient/",),
    ),
    post("a nurse enters her own leave", "ana", DOOR, OWN, 403),
    post("a nurse makes herself a stand-in", "fay", DOOR, entering("ben", "fay", begins=0), 403),
    get("and reads nothing by it", "fay", "Condition/condition-b", 404),
    post("another team's supervisor enters one", "tom", DOOR, OWN, 403),
    post("with another team's nurse", "sue", DOOR, entering("ana", "eve"), 403),
    post("with a supervisor", "sue", DOOR, entering("ana", "sue"), 403),
    post("with who was shut out", "sue", DOOR, entering("ana", "dis"), 403),
    post("with nobody there is", "sue", DOOR, entering("ana", "nobody"), 403),
    post("for herself", "sue", DOOR, entering("ana", "ana"), 422),
    post("longer than a year", "sue", DOOR, entering("ana", "fay", days=400), 422),
    post("of no time", "sue", DOOR, entering("ana", "fay", days=0), 422),
    post("beside another", "sue", DOOR, entering("ana", "fay", begins=0, days=1), 409),
    post("by who stands in herself", "sue", DOOR, entering("gil", "fay", begins=0, days=1), 409),
    post("by who is away", "sue", DOOR, entering("fay", "ana", begins=0, days=1), 409),
    post("nothing that can be read", "sue", DOOR, {"resourceType": "Parameters", "parameter": 3}, 400),
    post("something else", "sue", DOOR, said("give-me-everybody"), 400),
    post("without a reading right to change", "reads", DOOR, OWN, 403),
    post("somebody else takes it over", "fay", DOOR, said("taken", id="leave-now"), 404),
    post("whoever is away takes it over", "ana", DOOR, said("taken", id="leave-now"), 404),
    post("who stands in has them", "gil", DOOR, said("taken", id="leave-now"), 200, hides=("Patient/b",)),
    get("the other's person", "gil", "Patient/a", 200),
    get("a search over all", "gil", "Patient?_count=100", 200, shows=('"a"', '"t"')),
    get("nobody else's", "gil", "Patient/b", 404),
    get("nobody else's private concern", "gil", "Observation/secret-r", 404),
    put("a record of the other's person", "gil", note("gils", 0), 201),
    put("the care team", "gil", careteam("ct-gil", "a", "gil"), 403),
    post("who stands in ends it", "gil", DOOR, END, 403),
    post("another team ends it", "tom", DOOR, END, 404),
    post("her supervisor ends it", "sue", DOOR, END, 200, hides=("Patient/",)),
    get("afterwards the person", "gil", "Patient/a", 404),
    get("afterwards a search", "gil", "Patient?_count=100", 200, hides=("m-a", "m-t", '"id":"a"')),
    get("afterwards whose leave it was", "gil", DOOR, 200, hides=_PEOPLE),
    put("afterwards a record of then", "gil", note("gils-late", 600_000), 201),
    put("afterwards a record of before", "gil", note("gils-early", 2 * DAY), 403),
    put("afterwards a record of later", "gil", note("gils-after", -600_000), 403),
    get("afterwards her own, by its id", "gil", "Observation/gils", 200),
    post("ended twice", "sue", DOOR, END, 404),
]
