"""The figures as FHIR MeasureReports. A number that is hidden is absent, with the reason "masked"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from plan.fhir.stamps import instant
from plan.outcomes.report.cells import EVERYBODY, PLAN
from plan.outcomes.report.fhir_measure import URL, fhir_id, grouping_code, place_code
from plan.outcomes.report.figures import Figures, Row
from plan.outcomes.report.tables import FOR_TEAMS

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
VALUES = "urn:hearthside:grouping-value:"
MEDIAN = "urn:hearthside:median"
PLACES = (
    "denominator",
    "met",
    "missed",
    "excluded",
    "preference",
    "died",
    "no-visit",
    "no-data",
    "pending",
)
Json = dict[str, Any]


def encode_reports(figures: Figures) -> list[Json]:
    """One summary a period; the first is the whole window, broken down by grouping."""
    return [
        encode_report(figures, label, [one for one in figures.rows if one.period == label])
        for label in figures.periods
        if any(one.period == label for one in figures.rows)
    ]


def encode_report(figures: Figures, period: str, rows: Sequence[Row]) -> Json:
    """One MeasureReport of type summary."""
    total = next(one for one in rows if one.stratum == EVERYBODY)
    group: Json = {"population": _populations(total), **_score(total)}
    if total.median is not None:
        group["extension"] = [{"url": MEDIAN, "valueDecimal": total.median}]
    strata: dict[str, list[Row]] = {}
    for one in rows:
        if one.stratum != EVERYBODY:
            strata.setdefault(one.stratum[0], []).append(one)
    if strata:
        group["stratifier"] = [
            {"code": [grouping_code(name)], "stratum": [_stratum(one) for one in held]}
            for name, held in strata.items()
        ]
    return head(figures, period, "summary") | {"group": [group]}


def head(figures: Figures, period: str, kind: str) -> Json:
    """What every report of these figures says of itself. `date` is the time for which they are complete."""
    first, last = figures.periods[period]
    found: Json = {
        "resourceType": "MeasureReport",
        "id": report_id(figures.measure, figures.scope, period),
        "status": "complete",
        "type": kind,
        "measure": f"{URL}{figures.measure}",
        "date": instant(figures.as_of_ms),
        "period": {"start": first, "end": last},
    }
    if figures.scope not in (PLAN, FOR_TEAMS):
        found["reporter"] = {"reference": f"Organization/{figures.scope}"}
    return found


def report_id(measure: str, scope: str, period: str) -> str:
    """The same for the same figures of another day: at most 64 characters of those that FHIR allows."""
    whose = {PLAN: "plan", FOR_TEAMS: "plan"}.get(scope, scope)
    when = f"y{period.rpartition('..')[2]}" if ".." in period else period
    return f"{fhir_id(measure)}.{whose}.{when}"


def encode_subjects(
    figures: Figures, period: str, places: Mapping[str, Sequence[str]], shown: Iterable[str]
) -> Json:
    """A MeasureReport of type subject-list: by place the Patient ids that the asker may read."""
    held: list[Json] = []
    populations: list[Json] = []
    for place in shown:
        people = places.get(place, ())
        one: Json = {"code": place_code(place)}
        if people:
            name = f"list-{place}"
            entries = [{"item": {"reference": f"Patient/{who}"}} for who in people]
            held.append(
                {
                    "resourceType": "List",
                    "id": name,
                    "status": "current",
                    "mode": "snapshot",
                    "entry": entries,
                }
            )
            one["subjectResults"] = {"reference": f"#{name}"}
        populations.append(one)
    found = head(figures, period, "subject-list") | {"group": [{"population": populations}]}
    return found | ({"contained": held} if held else {})


def _stratum(row: Row) -> Json:
    grouping, value = row.stratum
    is_code = not any(letter.isspace() for letter in value)
    coded = {"coding": [{"system": f"{VALUES}{grouping}", "code": value}]}
    found: Json = {
        "value": coded if is_code else {"text": value},
        "population": _populations(row),
        **_score(row),
    }
    if row.median is not None:
        found["extension"] = [{"url": MEDIAN, "valueDecimal": row.median}]
    return found


def _populations(row: Row) -> list[Json]:
    found: list[Json] = []
    for place in PLACES:
        count = row.find(place)
        one: Json = {"code": place_code(place)}
        if count is None:
            one["extension"] = [{"url": ABSENT, "valueCode": "masked"}]
        else:
            one["count"] = count
        found.append(one)
    return found


def _score(row: Row) -> Json:
    """The share, only where everything it is made of is shown."""
    met, missed, below = row.find("met"), row.find("missed"), row.find("denominator")
    if met is None or missed is None or not below:
        return {}
    return {"measureScore": {"value": round(met / below, 4)}}
