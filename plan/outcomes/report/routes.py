"""The report over HTTP, as FHIR: everything at once for an app, one measure at a time for others, and who is behind it.

`GET [base]/$hearthside-outcomes` and `GET [base]/Measure/{id}/$evaluate-measure`.
"""

from __future__ import annotations

import threading
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.audit.trail import note_read, note_refusal, noting_refusals
from plan.database import read_transaction
from plan.fhir.context import Caller, Server
from plan.fhir.http import check_accept, respond
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import instant
from plan.outcomes.measures.listing import MEASURES
from plan.outcomes.measures.model import Measure
from plan.outcomes.refresh import refresh
from plan.outcomes.report.cells import EVERYBODY, PLAN, Stratum
from plan.outcomes.report.fhir_measure import encode_measure, fhir_id
from plan.outcomes.report.fhir_report import PLACES, encode_report, encode_reports, encode_subjects
from plan.outcomes.report.figures import Figures
from plan.outcomes.report.making import make_report
from plan.outcomes.report.people import GROUPINGS
from plan.outcomes.report.reading import find_made, list_subjects, read_report, scopes_of
from plan.outcomes.report.tables import FOR_TEAMS
from plan.people import find_team_name
from plan.principal import Authenticate
from plan.signed_in import find_caller

OPERATION = "$hearthside-outcomes"
EVALUATE = "$evaluate-measure"
SECONDS = 20.0
DAY_MS = 86_400_000
Json = dict[str, Any]
_ONE_AT_A_TIME = threading.Lock()


def keep_report(server: Server, now_ms: int, *, at_most_ms: int = DAY_MS) -> bool:
    """Make the report anew where there is none, or an old one. True when it was made.

    Once a day on purpose: two reports of neighbouring hours tell who came between them.
    """
    with _ONE_AT_A_TIME:
        with read_transaction(server.engine) as connection:
            made = find_made(connection)
        if made is not None and now_ms - made < at_most_ms:
            return False
        refresh(server.engine)
        make_report(server.engine, now_ms)
        return True


def make_outcomes_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """Included before the FHIR routes, whose addresses are wider."""
    router = APIRouter(prefix="/fhir", tags=["Outcomes"])

    def ask(request: Request) -> Caller:
        caller = find_caller(request, server, authenticate)
        caller.check_scope("r", "MeasureReport")
        return caller

    @router.get(f"/{OPERATION}")
    async def outcomes(request: Request) -> Response:
        """Every measure with its reports of the caller's team and of the plan, as one Bundle."""

        def run() -> Response:
            with noting_refusals(OPERATION):
                caller = ask(request)
                scopes_of(caller.principal)
                with read_transaction(server.engine) as connection:
                    is_new = find_made(connection) is None
                if is_new:
                    keep_report(server, caller.now_ms)
                with read_transaction(server.engine, seconds=SECONDS) as connection:
                    figures = read_report(connection, caller.principal)
            mark = f'W/"{max((one.made_ms for one in figures), default=0)}"'
            note_read("MeasureReport", OPERATION, None)
            if request.headers.get("if-none-match") == mark:
                return respond(304, None, {"ETag": mark})
            with read_transaction(server.engine, seconds=SECONDS) as connection:
                return respond(200, dumps(make_bundle(connection, figures, caller.now_ms)), {"ETag": mark})

        check_accept(request)
        return await run_in_threadpool(run)

    @router.get(f"/Measure/{{measure_id}}/{EVALUATE}")
    async def evaluate(measure_id: str, request: Request) -> Response:
        """One measure: `reportType` population (numbers) or subject-list (people whose records the caller may read).

        `subject` Organization/id or nothing (the plan); `periodStart` and `periodEnd` one of the report's periods
        or nothing (its four quarters); `grouping` and `value` a part of the people.
        """

        def run() -> str:
            with noting_refusals(f"Measure/{measure_id[:64]}"):
                return dumps(_evaluate(ask(request), measure_id, request))

        check_accept(request)
        return respond(200, await run_in_threadpool(run))

    return router


def make_bundle(connection: Connection, figures: list[Figures], now_ms: int) -> Json:
    """Measures first; then the reports, each team's name beside its id."""
    entries = [{"resource": encode_measure(one)} for one in MEASURES]
    names: dict[str, str] = {}
    for one in figures:
        for report in encode_reports(one):
            if "reporter" in report:
                if one.scope not in names:
                    names[one.scope] = find_team_name(connection, one.scope)
                report["reporter"]["display"] = names[one.scope]
            entries.append({"resource": report})
    return {"resourceType": "Bundle", "type": "collection", "timestamp": instant(now_ms), "entry": entries}


def _evaluate(caller: Caller, measure_id: str, request: Request) -> Json:
    measure = next((one for one in MEASURES if fhir_id(one.id) == measure_id), None)
    if measure is None:
        raise Refusal(404, "There is no such measure.")
    asked = request.query_params
    kind = asked.get("reportType", "population")
    if kind not in ("population", "summary", "subject-list"):
        raise Refusal(400, "reportType is population or subject-list.")
    with read_transaction(caller.server.engine, seconds=SECONDS) as connection:
        held = read_report(connection, caller.principal, measure.id)
        figures = _choose(held, asked.get("subject", ""))
        period = _period(figures, asked.get("periodStart"), asked.get("periodEnd"))
        if kind != "subject-list":
            rows = [one for one in figures.rows if one.period == period]
            note_read("MeasureReport", measure_id, None)
            return encode_report(figures, period, rows)
        return _list(connection, caller, measure, figures, period, _stratum(asked))


def _list(
    connection: Connection, caller: Caller, measure: Measure, figures: Figures, period: str, part: Stratum
) -> Json:
    who, now_ms = caller.principal, caller.now_ms
    found = list_subjects(connection, who, measure, figures.scope, period, part, figures.as_of_ms, now_ms)
    for person in sorted({one for held in found.values() for one in held}):
        note_read("MeasureReport", fhir_id(measure.id), person)
    return encode_subjects(figures, period, found, PLACES)


def _choose(held: list[Figures], subject: str) -> Figures:
    """Another team's figures are as absent as those of no team."""
    whose = subject.removeprefix("Organization/")
    wanted = (whose,) if whose else (PLAN, FOR_TEAMS)
    found = next((one for one in held if one.scope in wanted), None)
    if found is None:
        note_refusal("MeasureReport", 404)
        raise Refusal(404, "There is no such report.")
    return found


def _period(figures: Figures, start: str | None, end: str | None) -> str:
    if start is None and end is None:
        return next(iter(figures.periods))
    found = [name for name, days in figures.periods.items() if days == (start, end)]
    if not found or not any(one.period == found[0] for one in figures.rows):
        raise Refusal(400, "The report has no such period. Its periods are quarters, and the four together.")
    return found[0]


def _stratum(asked: Any) -> Stratum:
    grouping = asked.get("grouping")
    if grouping is None:
        return EVERYBODY
    if grouping not in GROUPINGS:
        raise Refusal(400, f"The report is broken down by {', '.join(GROUPINGS)}.")
    return (grouping, asked.get("value", ""))
