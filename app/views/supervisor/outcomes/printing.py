"""The report on paper: every measure with its share, what stands beside it, and its parts, in words."""

from __future__ import annotations

from datetime import datetime

from app.domain.on_paper import Paper
from app.domain.outcomes import GROUPINGS, Figures, Measure, Report
from app.language import tr
from app.paper.model import Piece, Section, Sheet
from app.views.wording import outcomes as said


def make_sheet(report: Report, whose: str, now: datetime) -> Sheet:
    """What is shown on screen and nothing more: a hidden number is hidden on paper too."""
    sections: list[Section] = []
    about = [said.as_of(report.find_age(whose), now)]
    for measure in report.measures:
        figures = measure.find(whose)
        if figures is None:
            continue
        if not sections:
            about.insert(0, said.heading_of(figures, report.team_name))
        sections.append(Section(measure.id, measure.title, tuple(_pieces(measure, figures))))
    return Sheet(
        paper=Paper.CLINICAL,
        language="en",
        title=tr(said.TITLE),
        about=tuple(about),
        sections=tuple(sections),
        foot=(tr(said.HIDDEN_WHY),),
    )


def _pieces(measure: Measure, figures: Figures) -> list[Piece]:
    if measure.has_no_data:
        return [Piece(f"{measure.id}-none", tr(said.NO_DATA), detail=measure.feed)]
    line = figures.everybody
    beside = [said.counted(line)] if measure.is_length else []
    beside += [said.count_row(one, line.find(one)) for one in said.STANDINGS if line.find(one) != 0]
    found = [Piece(f"{measure.id}-all", said.answer(measure, line), detail=". ".join(beside))]
    for name in GROUPINGS:
        parts = figures.parts.get(name, ())
        told = [said.bar(said.value(name, one.value), measure, one) for one in parts]
        if told:
            found.append(Piece(f"{measure.id}-{name}", "\n".join(told), label=tr(said.GROUPINGS[name])))
    quarters = [said.bar(said.quarter(span), measure, one) for span, one in figures.quarters]
    if quarters:
        found.append(Piece(f"{measure.id}-quarters", "\n".join(quarters), label=tr(said.BY_QUARTER)))
    return found
