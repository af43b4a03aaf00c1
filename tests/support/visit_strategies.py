"""Visits as hypothesis makes them: every domain-valid visit that a nurse could sign."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from app.content import load
from app.domain.visit import Absent, Answer, AnsweredBy, Modality, PersonRef, Setting, Visit

ESAS_ITEMS = load()["esas-r"].items

_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - bounds are given without a zone, zones are drawn beside
    max_value=datetime(2105, 1, 1),  # noqa: DTZ001 - as above
    timezones=_OFFSETS | st.just(UTC),
)
words = (
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40)
    .map(str.strip)
    .filter(bool)
)
notes = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=300)


@st.composite
def answers(draw: st.DrawFn, named: bool) -> Answer:
    name = draw(st.none() | words) if named else None
    at = draw(moments)
    if draw(st.booleans()):
        return Answer(at=at, value=draw(st.integers(0, 10)), name=name)
    return Answer(at=at, absent=draw(st.sampled_from(Absent)), name=name)


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    asked = draw(st.sets(st.sampled_from(ESAS_ITEMS)))
    given = {item.link_id: draw(answers(item.named)) for item in asked}
    began_at = draw(moments)
    return Visit(
        id=str(draw(st.uuids())),
        patient_id=str(draw(st.uuids())),
        nurse=PersonRef(f"Practitioner/{draw(st.uuids())}", draw(words | st.just(""))),
        modality=draw(st.sampled_from(Modality)),
        setting=draw(st.sampled_from(Setting)),
        began_at=began_at,
        left_at=began_at + timedelta(seconds=draw(st.integers(0, 86_400))),
        signed_at=draw(moments),
        answered_by=draw(st.none() | st.sampled_from(AnsweredBy)) if given else None,
        note=draw(notes),
        answers=given,
        clock_offset_ms=draw(st.none() | st.integers(-(2**40), 2**40)),
    )
