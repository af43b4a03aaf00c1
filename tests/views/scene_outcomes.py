"""A report as screens show it: shares of two scopes, numbers that are hidden, a measure without data, quarters."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.domain.outcomes import Figures, Line, Measure, Report, Span
from app.services.outcomes import Behind, OutcomesPage
from tests.views.doubles import now

YEAR = Span(date(2025, 7, 1), date(2026, 6, 30))
SPRING, SUMMER = Span(date(2026, 1, 1), date(2026, 3, 31)), Span(date(2026, 4, 1), date(2026, 6, 30))


def line(value: str = "", met: int | None = 0, missed: int | None = 0, **more: int | None) -> Line:
    below = None if met is None or missed is None else met + missed
    return Line(value, {"met": met, "missed": missed, "denominator": below, **more})


def make_measure(own_id: str, title: str, **more: Any) -> Measure:
    total = Line(
        "", {"met": 29, "missed": 15, "denominator": 44, "preference": 12, "died": 0, "no-visit": None}, 26.5
    )
    parts = {
        "language": (
            line("en", 24, 14, preference=12),
            line("es", None, None, died=None),
            line("unknown", 0, 0),
        ),
        "setting": (line("home", 29, 15),),
    }
    quarters = ((SPRING, line("", 14, 11)), (SUMMER, line("", 15, None)))
    mine = Figures("team-1", "North team", YEAR, total, parts, quarters)
    whole = Figures(
        "", "", YEAR, line("", 310, 122, preference=40, died=16), {"line": (line("d-snp", 99, 21),)}
    )
    return Measure(
        own_id,
        title,
        "Pain was rated at the first visit.",
        "Members with a first visit in the period.",
        "Left the roster within a day.",
        "Own wording. Source: NQF 1634",
        "Reviewed by no clinician yet.",
        figures=(mine, whole),
        **more,
    )


def make_outcomes() -> OutcomesPage:
    none = Figures("team-1", "North team", YEAR, line("", 0, 0, **{"no-data": 44}))
    empty = Measure(
        "MIPS495", "Heard and understood", "Top answer on all four.", "Answered.", "None.", "", "",
        feed="The plan sends its survey as QuestionnaireResponse.", figures=(none,),
    )  # fmt: skip
    measures = (
        make_measure("NQF1634", "Pain asked at the first visit"),
        make_measure("SEED48H", "Home within 48 hours of a facility", value_unit="hours"),
        empty,
    )
    return OutcomesPage(Report(now() - timedelta(hours=5), measures, "team-1", "North team"), contacted=True)


def make_behind() -> Behind:
    return Behind((("p0", "María Colón Ríos"), ("p1", "Văn Thọ Nguyễn")), others=2)
