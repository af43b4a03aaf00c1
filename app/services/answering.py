"""What one tap or one field means for a draft: validated, stored, in the transaction of the caller.

All functions raise NotFound unless the visit is a draft here, and RecordError with a sentence when an answer is not
taken; nothing is changed then.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from app.content.model import ItemKind
from app.domain import offers
from app.domain.answer_rules import LONGEST_LINE, check_value, read_text
from app.domain.items import Place, find_place
from app.domain.medicines import GROUP as MEDICINES
from app.domain.typed import clean_line, clean_lines
from app.domain.visit import Absent, Again, Answer, Entry, Modality, Value, unfinished_key
from app.errors import NotFound, RecordError
from app.language import N_, tr
from app.services.medicines import name_words_seen
from app.services.plan_settings import read_settings
from app.store import unfinished, visits
from app.store.visits import DraftFrame

CAN_TALK_FREELY = "call-freely"
"""The item of a call's start that says whether the person can talk freely."""
EMPTIED = " "
"""Unfinished text of a field that was emptied while later measurements stand beside its answer."""
LATER_FIRST = N_("Take the later measurement back first.")


def get_place(link_id: str) -> Place:
    """Raises RecordError for an item that this app does not know."""
    place = find_place(link_id)
    if place is None:
        raise RecordError("This version of Hearthside does not know that question.")
    return place


def answer(
    connection: Connection,
    visit_id: str,
    link_id: str,
    entry: str,
    now: datetime,
    *,
    value: Value | None,
    absent: Absent | None,
    name: str | None,
) -> None:
    """Store one tap. A value of which nothing is left (no option, empty text) clears the answer."""
    place = get_place(link_id)
    if (value is None) == (absent is None) or place.item.kind is ItemKind.GROUP:
        raise ValueError("an answer is a value or a reason why there is none; a group has entries")
    kept = None if value is None else check_value(place.item, value)
    require_offered(connection, visit_id, place, entry)
    if kept is None and absent is None:
        clear(connection, visit_id, link_id, entry)
        return
    _put(connection, visit_id, place, entry, Answer(at=now, value=kept, absent=absent, name=name))


def _put(connection: Connection, visit_id: str, place: Place, entry: str, new: Answer) -> None:
    """Store an answer over the one that stands there. What was measured later stays, and then the first one's time:
    this corrects what was written down then.
    """
    link_id = place.item.link_id
    old = visits.find_answer(connection, visit_id, link_id, entry)
    name = None
    if place.item.named:
        name = clean_line(new.name or "") or visits.find_name(connection, visit_id, link_id) or None
        _check_name(name)
    at, again = (old.at, old.again) if old is not None and old.again else (new.at, ())
    visits.put_answer(connection, visit_id, link_id, Answer(at, new.value, new.absent, name, again), entry)


def clear(connection: Connection, visit_id: str, link_id: str, entry: str) -> None:
    """Back to "not asked"; a name typed for a problem stays, any other unfinished text goes.

    Refused while later measurements stand beside the answer: they would go with it.
    """
    place = find_place(link_id)
    visits.read_frame(connection, visit_id)
    if _find_measured_again(connection, visit_id, link_id, entry) is not None:
        raise RecordError(LATER_FIRST)
    visits.clear_answer(connection, visit_id, link_id, entry)
    if place is None or not place.item.named:
        unfinished.remove(connection, visit_id, unfinished_key(link_id, entry))


def set_text(
    connection: Connection, visit_id: str, link_id: str, entry: str, now: datetime, text: str
) -> None:
    """Keep what stands in a typed field: as the answer once it can be read as one, else letter by letter."""
    place = get_place(link_id)
    if place.item.named and not entry:
        set_name(connection, visit_id, link_id, text)
        return
    if text.strip():
        require_offered(connection, visit_id, place, entry)
    else:
        visits.read_frame(connection, visit_id)
    try:
        value = read_text(place.item, text)
    except RecordError:
        if _find_measured_again(connection, visit_id, link_id, entry) is None:
            visits.clear_answer(connection, visit_id, link_id, entry)
        unfinished.put(connection, visit_id, unfinished_key(link_id, entry), clean_lines(text))
        return
    again = None if value is not None else _find_measured_again(connection, visit_id, link_id, entry)
    if again is not None:
        # emptied, perhaps to be typed anew; where a reason stands as the answer the field was empty before
        blank = EMPTIED if again.value is not None else ""
        unfinished.put(connection, visit_id, unfinished_key(link_id, entry), blank)
    elif value is None:
        clear(connection, visit_id, link_id, entry)
    else:
        _put(connection, visit_id, place, entry, Answer(at=now, value=value))


def _find_measured_again(connection: Connection, visit_id: str, link_id: str, entry: str) -> Answer | None:
    """The answer if later measurements stand beside it."""
    found = visits.find_answer(connection, visit_id, link_id, entry)
    return found if found is not None and found.again else None


def set_name(connection: Connection, visit_id: str, link_id: str, text: str) -> None:
    """What the person calls a problem: with its number if there is one, else kept apart, every letter of it."""
    name = clean_line(text)
    visits.read_frame(connection, visit_id)
    if visits.find_answer(connection, visit_id, link_id) is not None:
        _check_name(name)
    visits.set_name(connection, visit_id, link_id, name)


def measure_again(
    connection: Connection,
    visit_id: str,
    link_id: str,
    now: datetime,
    *,
    value: Value | None,
    absent: Absent | None,
    done: str,
    instead: bool = False,
) -> None:
    """One more measurement of an item that is answered, after something was done.

    `instead` corrects the last later one; where its answer stays the same (only `done` is mended), so does its time.
    """
    place = get_place(link_id)
    kept = None if value is None else check_value(place.item, value)
    if (kept is None) == (absent is None):
        raise RecordError(tr("{name}: please give the new answer.", name=place.item.name))
    done = clean_line(done)
    if len(done) > LONGEST_LINE:
        raise RecordError(tr("Please keep what was done under {number} letters.", number=LONGEST_LINE))
    require_offered(connection, visit_id, place, "")
    old = visits.find_answer(connection, visit_id, link_id)
    if old is None:
        raise RecordError(
            tr("{name}: please give a first answer before you measure again.", name=place.item.name)
        )
    before, at = old.again, now
    if instead and before:
        before, last = before[:-1], before[-1]
        at = last.at if (last.value, last.absent) == (kept, absent) else now
    again = Again(at=at, value=kept, absent=absent, done=done)
    visits.put_again(connection, visit_id, link_id, (*before, again))


def undo_again(connection: Connection, visit_id: str, link_id: str) -> None:
    """Take the last later measurement away; none left to take is no error.

    An answer whose field was emptied or half typed meanwhile stood only for their sake: it goes with the last of them.
    """
    visits.read_frame(connection, visit_id)
    old = visits.find_answer(connection, visit_id, link_id)
    if old is None or not old.again:
        return
    visits.put_again(connection, visit_id, link_id, old.again[:-1])
    waiting = unfinished.read(connection, visit_id).get(link_id)
    if waiting is None or old.again[1:] or get_place(link_id).item.named:
        return
    visits.clear_answer(connection, visit_id, link_id)
    if waiting == EMPTIED:
        unfinished.remove(connection, visit_id, link_id)


def add_entry(
    connection: Connection,
    visit_id: str,
    group: str,
    now: datetime,
    about: str | None,
    answers: Mapping[str, Value],
) -> str:
    """A new last entry of a group with its first answers; returns its id."""
    place = get_place(group)
    inner = {item.link_id: item for item in place.item.items}
    if not inner or not answers.keys() <= inner.keys():
        raise ValueError("no such group, or an answer to an item that is not of it")
    require_offered(connection, visit_id, place, "")
    kept = {link_id: check_value(inner[link_id], value) for link_id, value in answers.items()}
    given = {link_id: Answer(at=now, value=value) for link_id, value in kept.items() if value is not None}
    if group == MEDICINES and about is not None:
        patient_id = visits.read_frame(connection, visit_id).patient_id
        given |= name_words_seen(connection, patient_id, about, now)
    entry = Entry(str(uuid.uuid4()), given, about)
    visits.add_entry(connection, visit_id, group, entry)
    return entry.id


def require_offered(connection: Connection, visit_id: str, place: Place, entry: str) -> DraftFrame:
    """Raises RecordError with the reason when this visit does not offer the item, NotFound when its entry is gone."""
    frame = visits.read_frame(connection, visit_id)
    item, instrument = place.item, place.instrument
    if (place.group is None) == bool(entry):
        raise ValueError(f"{item.link_id}: an entry is given for items of a group, and only for them")
    if place.group is not None and visits.find_group(connection, visit_id, entry) != place.group.link_id:
        raise NotFound(detail="no such entry")
    switched = item.switch is not None or instrument.switch is not None
    switches = read_settings(connection).switches if switched else frozenset[str]()
    freely = True
    if item.freely and frame.modality is not Modality.IN_PERSON:
        said = visits.find_answer(connection, visit_id, CAN_TALK_FREELY)
        freely = said is not None and said.value == "yes"
    why = offers.offer(instrument, frame.modality, frame.answered_by, switches)
    why = why or offers.offer_item(item, frame.modality, switches, talks_freely=freely)
    if why is not None:
        raise RecordError(why)
    return frame


def _check_name(name: str | None) -> None:
    if name is not None and len(name) > LONGEST_LINE:
        raise RecordError(tr("Please keep the problem's name under {number} letters.", number=LONGEST_LINE))
