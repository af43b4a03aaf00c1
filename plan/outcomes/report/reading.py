"""Who is shown which figures, and whose names stand behind a number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from plan.fhir.access import panel
from plan.fhir.outcomes import Refusal
from plan.outcomes.measures.listing import run
from plan.outcomes.measures.model import Measure
from plan.outcomes.report.cells import EVERYBODY, IN_DENOMINATOR, PLAN, Stratum
from plan.outcomes.report.figures import Figures, read_figures
from plan.outcomes.report.making import find_window
from plan.outcomes.report.people import GROUPINGS, find_rare, fold, read_people
from plan.outcomes.report.tables import FOR_TEAMS, report
from plan.principal import OPERATOR, SUPERVISOR, Principal


def scopes_of(principal: Principal) -> tuple[str, ...] | None:
    """Whose figures this user is shown; None: everybody's. Raises Refusal 403 for whoever answers for no team."""
    if principal.role == OPERATOR:
        return None
    if principal.role == SUPERVISOR and principal.team_id:
        return (principal.team_id, FOR_TEAMS)
    raise Refusal(403, "Outcomes are for the supervisors of a team and for the plan.")


def read_report(connection: Connection, principal: Principal, measure: str | None = None) -> list[Figures]:
    """The kept figures that this user may see. Raises Refusal 403."""
    scopes = scopes_of(principal)
    r = report.c
    wanted = select(r.measure, r.scope, r.made_ms, r.as_of_ms, r.body).order_by(r.row)
    wanted = wanted.where(r.scope.in_(scopes) if scopes is not None else r.scope != FOR_TEAMS)
    if measure is not None:
        wanted = wanted.where(r.measure == measure)
    return [
        read_figures(name, scope, made_ms, as_of_ms, body)
        for name, scope, made_ms, as_of_ms, body in connection.execute(wanted)
    ]


def find_made(connection: Connection) -> int | None:
    """When the newest part of the kept report was worked out (ms); None where there is none."""
    found: int | None = connection.execute(select(func.max(report.c.made_ms))).scalar()
    return found


def list_subjects(
    connection: Connection,
    principal: Principal,
    measure: Measure,
    scope: str,
    period: str,
    stratum: Stratum,
    as_of_ms: int,
    now_ms: int,
) -> dict[str, Sequence[str]]:
    """By place: the people behind the number, only those whose records this user may read now.

    How many others there are is not said. Raises Refusal 400 for a period or grouping that the report does not have.
    """
    scopes = scopes_of(principal)
    window, quarters = find_window(connection, as_of_ms)
    chosen = next((one for one in (window, *quarters) if one.label == period), None)
    if chosen is None or (stratum != EVERYBODY and stratum[0] not in GROUPINGS):
        raise Refusal(400, "The report has no such period, or is not broken down like that.")
    mine: frozenset[str] | None = None
    if scopes is not None:
        mine = frozenset(str(row[0]) for row in connection.execute(panel(principal, now_ms)))
    people = read_people(connection)
    periods = quarters if chosen is window and measure.unit.value != "member" else [chosen]
    rows = [row for one in periods for row in run(connection, measure.id, one, as_of_ms)]
    rare = find_rare(people)
    everybody = scope in (PLAN, FOR_TEAMS)
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        who = people.get(row.member_id)
        if who is None or (mine is not None and row.member_id not in mine):
            continue
        if not everybody and scope != who.team:
            continue
        if stratum != EVERYBODY and stratum not in fold(who.strata_at(row.at_ms), rare):
            continue
        standing = row.standing.value
        for place in (standing, *(("denominator",) if standing in IN_DENOMINATOR else ())):
            found.setdefault(place, {})[row.member_id] = None
    return {place: list(held) for place, held in found.items()}
