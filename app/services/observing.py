"""Who answers for the person, and what follows from it for the draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.domain import offers
from app.domain.items import find_place, list_proxy_absent
from app.domain.visit import AnsweredBy, Modality, VisitDraft
from app.errors import RecordError
from app.language import listed, tr
from app.services.plan_settings import read_settings
from app.store import visits


def set_answered_by(connection: Connection, visit_id: str, who: AnsweredBy | None, now: datetime) -> None:
    """With an observer, what only the person can feel starts as "could not answer" where nothing was tapped; that
    goes again with the observer.

    Raises RecordError, with nothing changed, while answers stand that `who` cannot give.
    """
    frame = visits.read_frame(connection, visit_id)
    _check_given(connection, visit_id, frame.modality, who)
    was = frame.answered_by is not None and frame.answered_by.is_observer
    observed = who is not None and who.is_observer
    visits.set_answered_by(connection, visit_id, who)
    if observed and not was:
        visits.put_automatic(connection, visit_id, list_proxy_absent(), now)
    elif was and not observed:
        visits.clear_automatic(connection, visit_id)


def _check_given(connection: Connection, visit_id: str, modality: Modality, who: AnsweredBy | None) -> None:
    switches = read_settings(connection).switches
    kept_from: set[str] = set()
    for link_id in visits.list_answered(connection, visit_id):
        place = find_place(link_id)
        if place is None:
            continue
        instrument = place.instrument
        if (
            offers.offer(instrument, modality, who, switches) is not None
            and offers.offer(instrument, modality, None, switches) is None
        ):
            kept_from.add(instrument.short_name)
    if not kept_from:
        return
    names = listed(sorted(kept_from))
    if who is AnsweredBy.NOBODY:
        raise RecordError(
            tr(
                "Somebody answered {names} in this visit. Nothing was changed. "
                "Take those answers back first if nobody gave them.",
                names=names,
            )
        )
    raise RecordError(
        tr(
            "{names} can only be answered by the person, and this visit holds such answers. "
            "Nothing was changed. Take those answers back first if somebody else gave them.",
            names=names,
        )
    )


def as_signed(connection: Connection, draft: VisitDraft) -> VisitDraft:
    """The draft as signing takes it: a scale that holds nothing but "could not answer" put there by no tap was not
    asked at all.
    """
    automatic = visits.list_automatic(connection, draft.id)
    if not automatic:
        return draft
    tapped = {_instrument(link_id) for link_id in draft.answers if link_id not in automatic}
    left_out = {link_id for link_id in automatic if _instrument(link_id) not in tapped}
    answers = {link_id: one for link_id, one in draft.answers.items() if link_id not in left_out}
    return replace(draft, answers=answers)


def _instrument(link_id: str) -> str:
    place = find_place(link_id)
    return link_id if place is None else place.instrument.id
