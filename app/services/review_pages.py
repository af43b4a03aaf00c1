"""The supervisor's queue and what stands beside a visit under review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from app.domain.addendum import Addendum
from app.domain.review import Reason, Review, ReviewKind, ReviewState, Word, may_go_together, place, stand
from app.domain.visit import PersonRef
from app.services.corrected_answers import list_addenda
from app.services.plan_settings import read_settings
from app.services.review_answerer import find_answerer
from app.services.review_facts import read_reasons, read_reviews
from app.services.review_models import Asked, Exchange, Queue, QueueLine, ReviewPage, ToNurse
from app.services.stays import read_stays
from app.services.summaries import summarise
from app.services.visit_page import read_visit
from app.store import unfinished, visits
from app.store.review_rows import Candidate, find_patient

SHOWN = 50
"""Lines of the queue that are drawn."""
ARRIVING_SHOWN = 1000
ANSWER = "review-answer"
ASK = "review-ask "
"""Keys of text that is being typed; the second is followed by a section's id."""
_Found = tuple[Candidate, tuple[Reason, ...], bool]


def read_queue(connection: Connection, me: str, now: datetime) -> Queue:
    """What waits for eyes, by clinical weight and then by age; what was asked and is not answered."""
    rules = read_settings(connection).review
    reviews = read_reviews(connection)
    to_read: list[_Found] = []
    asked: list[_Found] = []
    filed = 0
    for visit, reasons in read_reasons(connection, me, rules, now):
        word = stand(reviews.get(visit.id, ())).word
        if word is Word.QUESTION:
            asked.append((visit, reasons, False))
        elif word is Word.ANSWERED or (word is Word.NONE and reasons):
            to_read.append((visit, reasons, word is Word.ANSWERED))
        elif word is Word.NONE:
            filed += 1
    to_read.sort(key=_order)
    asked.sort(key=_order)
    return Queue(
        lines=_lines(connection, to_read[:SHOWN]),
        total=len(to_read),
        asked=_lines(connection, asked[:SHOWN]),
        arriving=len(visits.list_arriving(connection, ARRIVING_SHOWN)),
        filed=filed,
    )


def _order(found: _Found) -> tuple[int, datetime, str]:
    visit, reasons, answered = found
    weight = place(reasons)
    if answered:  # a nurse has taken the trouble: it comes right after what may not wait
        weight = min(weight, place((Reason.CONVERSATION,)))
    return weight, visit.began_at, visit.id


def _lines(connection: Connection, found: Sequence[_Found]) -> tuple[QueueLine, ...]:
    rows = [visits.get_row(connection, visit.id) for visit, _, _ in found]
    summaries = summarise(connection, rows)
    return tuple(
        QueueLine(summary, reasons, may_go_together(reasons) and not answered, answered)
        for summary, (_, reasons, answered) in zip(summaries, found, strict=True)
    )


def read_review_page(connection: Connection, visit_id: str, me: str, now: datetime) -> ReviewPage:
    """Raises NotFound for a visit that is not here or not signed."""
    reading = read_visit(connection, visit_id, now)
    rules = read_settings(connection).review
    found = read_reasons(connection, me, rules, now, visit_id)
    reviews = read_reviews(connection, [reading.summary.patient_id]).get(visit_id, ())
    mine = reading.nurse is not None and reading.nurse.reference == me
    return ReviewPage(
        reading=reading,
        reasons=found[0][1] if found else (),
        exchanges=list_exchanges(reviews, reading.addenda),
        countersigned=list_countersigned(reviews),
        whole=bool(found) or (mine and not visits.get_row(connection, visit_id).arriving),
        mine=mine,
        answerer=find_answerer(connection, reading.summary.patient_id, reading.nurse or PersonRef("", "")),
        unfinished={
            key.removeprefix(ASK): text
            for key, text in unfinished.read(connection, visit_id).items()
            if key.startswith(ASK)
        },
        clock=read_stays(connection, reading.summary.patient_id).running(now),
    )


def list_exchanges(reviews: Sequence[Review], addenda: Sequence[Addendum]) -> tuple[Exchange, ...]:
    """Questions and thanks with their answers, oldest first; what was taken back is left out."""
    by_id = {one.id: one for one in addenda}
    return tuple(
        Exchange(one, by_id.get(one.answer_id or ""))
        for one in reviews
        if one.kind is not ReviewKind.COUNTERSIGN and one.state is not ReviewState.TAKEN_BACK
    )


def list_countersigned(reviews: Sequence[Review]) -> tuple[Review, ...]:
    signed = (one for one in reviews if one.kind is ReviewKind.COUNTERSIGN)
    return tuple(one for one in signed if one.state is not ReviewState.TAKEN_BACK)


def read_asked(connection: Connection, visit_id: str, me: str) -> Asked:
    """What stands above a signed visit for the nurse `me`; of another's who has reviewed it, and what she is asked."""
    row = visits.get_row(connection, visit_id)
    reviews = read_reviews(connection, [row.patient_id]).get(visit_id, ())
    addenda = list_addenda(connection, row.patient_id, visit_id) if reviews else ()
    # Of a colleague's visit she reads what was asked of her in the colleague's place.
    mine = reviews if row.nurse_reference == me else [one for one in reviews if one.nurse.reference == me]
    typed = unfinished.read(connection, visit_id).get(ANSWER, "") if mine else ""
    return Asked(list_exchanges(mine, addenda), list_countersigned(reviews), typed)


def read_to_nurse(connection: Connection, me: str) -> tuple[ToNurse, ...]:
    """Open questions to her, then thanks that she has not seen, the oldest first."""
    open_ones = [
        one
        for several in read_reviews(connection).values()
        for one in several
        if one.is_open and one.kind is not ReviewKind.COUNTERSIGN and one.nurse.reference == me
    ]
    open_ones.sort(key=lambda one: (one.kind is ReviewKind.THANKS, one.at, one.id))
    found = []
    for one in open_ones:
        if find_patient(connection, one.visit_id) is not None:
            row = visits.get_row(connection, one.visit_id)
            found.append(ToNurse(one, summarise(connection, [row])[0]))
    return tuple(found)
