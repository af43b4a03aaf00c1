"""Measure and MeasureReport as the plan sends them. Reading only, and it never raises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.domain.outcomes import STANDINGS, Figures, Line, Measure, Report, Span
from app.sync.fhir import read
from app.sync.fhir.frame import Json

_MEDIAN = "urn:hearthside:median"
_VALUE_UNIT = "urn:hearthside:value-unit"
_LENGTH = "continuous-variable"
_STANDING = "urn:hearthside:standing"


def decode_outcomes(bundle: Any) -> Report | None:
    """None for what is no such answer; a report that cannot be read is left out."""
    if read.text(bundle, "resourceType") != "Bundle":
        return None
    resources = [
        one["resource"] for one in read.items(bundle, "entry") if isinstance(one.get("resource"), dict)
    ]
    measures = [one for one in resources if read.text(one, "resourceType") == "Measure"]
    summaries = [
        one
        for one in resources
        if read.text(one, "resourceType") == "MeasureReport" and read.text(one, "type") == "summary"
    ]
    of_teams = [one for one in summaries if read.reference(one, "reporter") is not None]
    times = _times(of_teams) or _times(summaries)
    if not measures or not times:
        return None
    found = [_measure(one, summaries) for one in measures]
    teams = [one for measure in found if measure is not None for one in measure.figures if one.team]
    return Report(
        as_of=min(times),
        measures=tuple(one for one in found if one is not None),
        team=teams[0].team if teams else "",
        team_name=teams[0].team_name if teams else "",
        plan_as_of=min(_times([one for one in summaries if one not in of_teams]), default=None),
    )


def _times(reports: Iterable[Json]) -> list[datetime]:
    return [at for one in reports if (at := read.instant(one, "date")) is not None]


def decode_subjects(report: Any, standing: str) -> tuple[str, ...]:
    """Patient ids behind one number of a MeasureReport of type subject-list."""
    name = f"list-{standing}"
    for held in read.items(report, "contained"):
        if read.text(held, "id") == name:
            found = (read.reference(one, "item") for one in read.items(held, "entry"))
            return tuple(one[1] for one in found if one is not None and one[0] == "Patient")
    return ()


def _measure(resource: Json, summaries: Iterable[Json]) -> Measure | None:
    url, own_id = read.text(resource, "url"), read.text(resource, "id")
    if url is None or own_id is None:
        return None
    by_team: dict[str, list[Json]] = {}
    for one in summaries:
        if read.text(one, "measure") == url:
            reporter = read.reference(one, "reporter")
            by_team.setdefault(reporter[1] if reporter is not None else "", []).append(one)
    said = {
        code: read.text(one, "description") or ""
        for group in read.items(resource, "group")
        for one in read.items(group, "population")
        for system, code in read.codes(one.get("code"))
        if system == _STANDING
    }
    figures = [_figures(team, held) for team, held in by_team.items()]
    return Measure(
        id=own_id,
        title=read.text(resource, "title") or own_id,
        numerator=said.get("met", ""),
        denominator=said.get("denominator", ""),
        exclusions=said.get("excluded", ""),
        source=read.text(resource, "copyright") or "",
        unverified=read.text(resource, "disclaimer") or "",
        feed=read.text(resource, "guidance") or "",
        value_unit=read.text(read.extension(resource, _VALUE_UNIT), "valueCode") or "",
        is_length=any(code == _LENGTH for _, code in read.codes(resource.get("scoring"))),
        figures=tuple(one for one in figures if one is not None),
    )


def _figures(team: str, reports: list[Json]) -> Figures | None:
    """The longest period is the whole; the others are its quarters."""
    spans = [(span, one) for one in reports if (span := _span(one)) is not None]
    if not spans:
        return None
    spans.sort(key=lambda pair: (pair[0].first, pair[0].last))
    whole = max(spans, key=lambda pair: (pair[0].last - pair[0].first).days)
    group = next(read.items(whole[1], "group"), {})
    parts = {}
    for one in read.items(group, "stratifier"):
        name = next((code for held in read.items(one, "code") for _, code in read.codes(held)), None)
        if name is not None:
            parts[name] = tuple(_line(held) for held in read.items(one, "stratum"))
    return Figures(
        team=team,
        team_name=read.text(whole[1], "reporter", "display") or "",
        span=whole[0],
        everybody=_line(group),
        parts=parts,
        quarters=tuple(
            (span, _line(next(read.items(one, "group"), {}))) for span, one in spans if one is not whole[1]
        ),
    )


def _span(report: Json) -> Span | None:
    first, last = read.day(report, "period", "start"), read.day(report, "period", "end")
    return Span(first, last) if first is not None and last is not None else None


def _line(holder: Json) -> Line:
    counts: dict[str, int | None] = {}
    for one in read.items(holder, "population"):
        standing = next((code for system, code in read.codes(one.get("code")) if system == _STANDING), None)
        if standing in STANDINGS:
            counts[standing] = read.whole(one, "count")
    median = read.find(read.extension(holder, _MEDIAN), "valueDecimal")
    return Line(
        value=read.concept_text(holder.get("value")) or "",
        counts=counts,
        median=float(median) if isinstance(median, (int, Decimal)) and not isinstance(median, bool) else None,
    )
