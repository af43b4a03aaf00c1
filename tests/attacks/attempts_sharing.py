"""Sharing a record, and what lies behind a link: who asks, for whom, and links that never were."""

from __future__ import annotations

from typing import Any

from tests.attacks.attempt import Attempt, get, post

DOOR = "$hearthside-share"
LIST = f"{DOOR}/list"
ONE = "00000000-0000-4000-8000-000000000000"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LINK = f"/shared/{'x' * 43}"


def asked(patient: str, **more: Any) -> dict[str, Any]:
    said = {
        "patient": patient,
        "audience": "case-manager",
        "recipient": "Evil Inc",
        "said-by": f"Patient/{patient}",
    }
    said |= {"how": "spoken"} | more
    named: list[dict[str, Any]] = [{"name": name, "valueString": value} for name, value in said.items()]
    return {"resourceType": "Parameters", "parameter": [*named, {"name": "days", "valueInteger": 7}]}


def about(patient: str) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": [{"name": "patient", "valueString": patient}]}


B = asked("b")
SHARING: list[Attempt] = [
    post("shares b's record, by nobody", "", DOOR, B, 401),
    post("shares b's record, who is Ben's", "ana", DOOR, B, 404),
    post("shares b's record, of another team", "tom", DOOR, B, 404),
    post("shares b's record, of another team's nurse", "eve", DOOR, B, 404),
    post("shares b's record, whom she left", "old", DOOR, B, 404),
    post("shares b's record beside the visits", "cam", DOOR, B, 403),
    post("shares b's record as the plan's system", "rec", DOOR, B, 403),
    post("shares b's record, withdrawn", "dan", DOOR, B, 403),
    post("shares b's record, shut out", "dis", DOOR, B, 401),
    post("shares with a token that only reads", "reads", DOOR, asked("a"), 403),
    post("shares with a token that reads nothing", "creates", DOOR, asked("a"), 403),
    post("shares somebody who does not exist", "ana", DOOR, asked("nobody"), 404),
    post("shares her own person with b's yes", "ana", DOOR, asked("a", **{"said-by": "Patient/b"}), 422),
    post("shares her own person without a yes", "ana", DOOR, asked("a", **{"said-by": ""}), 422),
    post("shares with a wildcard for a person", "ben", DOOR, asked("%"), 404),
    post("whom b's record was shared with, by nobody", "", LIST, about("b"), 401),
    post("whom b's record was shared with, by Ana", "ana", LIST, about("b"), 404),
    post("whom b's record was shared with, by another team", "tom", LIST, about("b"), 404),
    post("whom b's record was shared with, by a care manager", "cam", LIST, about("b"), 403),
    post("whom b's record was shared with, by the plan's system", "rec", LIST, about("b"), 403),
    post("whom b's record was shared with, by Ben", "ben", LIST, about("b"), 200),
    post("whom everybody's record was shared with", "ben", LIST, about(""), 400),
    post("whom nobody's record was shared with", "ben", LIST, {}, 400),
    post("withdraws a sharing that never was", "ana", f"{DOOR}/{ONE}/withdraw", {}, 404),
    post("withdraws a sharing, by nobody", "", f"{DOOR}/{ONE}/withdraw", {}, 401),
    post("withdraws a sharing beside the visits", "cam", f"{DOOR}/{ONE}/withdraw", {}, 403),
    get("a link that never was asks for a passcode", "", LINK, 200, shows=("Passcode",)),
    post(
        "a link that never was opens nothing",
        "",
        LINK,
        {"passcode": "00000000", "form": "fhir"},
        403,
        headers=FORM,
    ),
    post(
        "a link with a token opens nothing",
        "rec",
        LINK,
        {"passcode": "00000000", "form": "page"},
        403,
        headers=FORM,
    ),
    post(
        "a link with a path in it",
        "",
        "/shared/..%2ffhir%2fPatient%2fb",
        {"passcode": "1"},
        404,
        headers=FORM,
    ),
    post("a form that there is not", "", LINK, {"passcode": "00000000", "form": "xml"}, 400, headers=FORM),
]
