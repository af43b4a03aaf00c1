"""Outcomes: who asks for the plan's figures, for another team's, and for the people behind them."""

from __future__ import annotations

from tests.attacks.attempt import Attempt, get

DOOR = "$hearthside-outcomes"
ONE = "Measure/NQF1634/$evaluate-measure"
LIST = f"{ONE}?reportType=subject-list"
PEOPLE = ("Patient/",)

OUTCOMES: list[Attempt] = [
    get("outcomes, by nobody", "", DOOR, 401),
    get("outcomes, with an invented token", "invented", DOOR, 401),
    get("outcomes, with an expired token", "expired", DOOR, 401),
    get("outcomes, by a nurse", "ana", DOOR, 403, hides=("MeasureReport/", "population")),
    get("outcomes, by a care manager", "cam", DOOR, 403, hides=("MeasureReport/", "population")),
    get("outcomes, by somebody withdrawn", "dan", DOOR, 403, hides=("population",)),
    get("outcomes, with a token that only creates", "creates", DOOR, 403, hides=("population",)),
    get("outcomes, with a token for patients only", "patients only", DOOR, 403, hides=("population",)),
    get("outcomes of her team", "sue", DOOR, 200, shows=("NQF1634",), hides=("Organization/team-2", *PEOPLE)),
    get("outcomes of another team", "tom", DOOR, 200, hides=("Organization/team-1", *PEOPLE)),
    get("outcomes, by the plan", "rec", DOOR, 200, shows=("NQF1634",), hides=PEOPLE),
    get("one measure, by nobody", "", ONE, 401),
    get("one measure, by a nurse", "ana", ONE, 403, hides=("population",)),
    get("the people behind it, by a nurse", "ana", LIST, 403, hides=PEOPLE),
    get("the people behind it, by a care manager", "cam", LIST, 403, hides=PEOPLE),
    get("one measure of another team", "tom", f"{ONE}?subject=Organization/team-1", 404),
    get("one measure of no team", "tom", f"{ONE}?subject=Organization/nobody", 404),
    get("people behind another team's figures", "tom", f"{LIST}&subject=Organization/team-1", 404, hides=PEOPLE),
    get("people behind the plan's figures", "tom", LIST, 200, hides=PEOPLE),
    get("a measure that is none", "sue", "Measure/nothing/$evaluate-measure", 404),
    get("a part that the report does not have", "sue", f"{LIST}&grouping=name&value=Okonkwo", 400, hides=PEOPLE),
    get("a period that it does not have", "sue", f"{ONE}?periodStart=2026-01-02&periodEnd=2026-01-03", 400),
]  # fmt: skip
