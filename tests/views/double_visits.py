"""In-memory visits with the same doors as the real service, and the same rules for what an answer may be."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.content import load
from app.domain import offers
from app.domain.answer_rules import check_value, read_text
from app.domain.instruments import score_visit
from app.domain.items import Place, find_place, list_proxy_absent
from app.domain.phrases import PhraseBook
from app.domain.promise import list_made_in
from app.domain.undo import Step
from app.domain.visit import (
    Absent,
    Again,
    Answer,
    AnsweredBy,
    Entry,
    Modality,
    Setting,
    Value,
    VisitDraft,
    find_missing,
    unfinished_key,
)
from app.errors import NotFound, RecordError
from app.services.answering import EMPTIED, LATER_FIRST
from app.services.models import VisitPage, VisitReading, VisitState, VisitStatus
from app.services.patient_parts import PatientParts
from app.services.phrases import shipped
from app.store.changes import Topic
from tests.views.double_alerts import find_lines
from tests.views.double_comfort import earlier
from tests.views.double_starts import DoubleStarts
from tests.views.double_steps import find_step
from tests.views.double_world import now


def place_of(link_id: str) -> Place:
    place = find_place(link_id)
    assert place is not None, link_id
    return place


class DoubleVisits(DoubleStarts):
    async def page(self, visit_id: str) -> VisitPage:
        self._fail_read()
        draft = self._draft(visit_id).draft
        last = self.last(draft.patient_id, draft.began_at)
        reasons = {name: self._reason(draft, name, draft.answered_by) for name in load()}
        return VisitPage(
            draft,
            self.world.people[draft.patient_id].patient,
            last.draft.answers if last else {},
            last.draft.began_at if last else None,
            find_missing(draft),
            self.world.parts.get(draft.patient_id, PatientParts()),
            score_visit(draft.answers),
            find_lines(self.world, draft),
            {name: why for name, why in reasons.items() if why},
            self.world.settings,
            self.layout(draft),
            undo=find_step(
                self._draft(visit_id), self.world.parts.get(draft.patient_id, PatientParts()).promises
            ),
            phrases=PhraseBook(shipped(), self.world.own_phrases),
            automatic=frozenset(self._draft(visit_id).automatic),
            **earlier(self.world, last.draft if last else None),
        )

    def _reason(self, draft: VisitDraft, instrument: str, who: AnsweredBy | None) -> str | None:
        return offers.offer(load()[instrument], draft.modality, who, self.world.settings.switches)

    async def answer(
        self,
        visit_id: str,
        link_id: str,
        *,
        value: Value | None = None,
        absent: Absent | None = None,
        name: str | None = None,
        entry: str = "",
    ) -> None:
        draft, place = self._draft(visit_id).draft, place_of(link_id)
        if why := self._reason(draft, place.instrument.id, draft.answered_by):
            raise RecordError(why)
        kept = None if value is None else check_value(place.item, value)
        if kept is None and absent is None:
            await self.clear(visit_id, link_id, entry=entry)
            return
        old = self._answers(draft, entry).get(link_id)
        at, again = (old.at, old.again) if old and old.again else (now(), ())
        await self._put(visit_id, link_id, entry, Answer(at, kept, absent, name, again), f"{absent or value}")

    def _answers(self, draft: VisitDraft, entry: str) -> Mapping[str, Answer]:
        if not entry:
            return draft.answers
        found = [one for group in draft.entries.values() for one in group if one.id == entry]
        if not found:
            raise NotFound
        return found[0].answers

    async def _put(self, visit_id: str, link_id: str, entry: str, answer: Answer | None, said: str) -> None:
        """Put or take away one answer; the unfinished text of its field goes."""
        draft, key = self._draft(visit_id).draft, unfinished_key(link_id, entry)
        answers = {k: v for k, v in self._answers(draft, entry).items() if k != link_id}
        if answer is not None:
            answers[link_id] = answer
        changes: dict[str, Any] = {"unfinished": {k: v for k, v in draft.unfinished.items() if k != key}}
        if entry:
            changes["entries"] = {
                group: tuple(replace(one, answers=answers) if one.id == entry else one for one in entries)
                for group, entries in draft.entries.items()
            }
        else:
            changes["answers"] = answers
        await self._write(f"{key}={said}" if answer else f"{key} cleared", visit_id, **changes)

    async def clear(self, visit_id: str, link_id: str, *, entry: str = "") -> None:
        draft = self._draft(visit_id).draft
        old = self._answers(draft, entry).get(link_id)
        if old and old.again:
            raise RecordError(LATER_FIRST)
        await self._put(visit_id, link_id, entry, None, "")
        if old and old.name:
            row = self._draft(visit_id)
            row.draft = replace(row.draft, unfinished={**row.draft.unfinished, link_id: old.name})

    async def set_text(self, visit_id: str, link_id: str, text: str, *, entry: str = "") -> None:
        item, key = place_of(link_id).item, unfinished_key(link_id, entry)
        if item.named:
            await self.set_other_name(visit_id, text)
            return
        old = self._answers(self._draft(visit_id).draft, entry).get(link_id)
        kept = old if old and old.again else None
        try:
            value = read_text(item, text)
        except RecordError:
            await self._put(visit_id, link_id, entry, kept, "")
            unfinished = {**self._draft(visit_id).draft.unfinished, key: text}
            await self._write(f"{key}~", visit_id, unfinished=unfinished)
            return
        new = None if value is None else Answer(now(), value)
        if kept is not None:
            new = kept if value is None else replace(kept, value=value, absent=None)
        await self._put(visit_id, link_id, entry, new, f"{value}")
        if value is None and kept is not None and kept.value is not None:
            unfinished = {**self._draft(visit_id).draft.unfinished, key: EMPTIED}
            await self._write(f"{key}~", visit_id, unfinished=unfinished)

    async def measure_again(
        self,
        visit_id: str,
        link_id: str,
        *,
        value: Value | None = None,
        absent: Absent | None = None,
        done: str = "",
        instead: bool = False,
    ) -> None:
        draft = self._draft(visit_id).draft
        old = draft.answers[link_id]
        before, at = old.again, now()
        if instead and before:
            before, last = before[:-1], before[-1]
            at = last.at if (last.value, last.absent) == (value, absent) else at
        more = replace(old, again=(*before, Again(at, value, absent, done)))
        answers = {**draft.answers, link_id: more}
        await self._write(f"{link_id}=again {absent or value}", visit_id, answers=answers)

    async def undo_again(self, visit_id: str, link_id: str) -> None:
        draft = self._draft(visit_id).draft
        old, waiting = draft.answers[link_id], draft.unfinished.get(link_id)
        left = replace(old, again=old.again[:-1])
        if left.again or waiting is None or place_of(link_id).item.named:
            answers = {**draft.answers, link_id: left}
            await self._write(f"{link_id}=not again", visit_id, answers=answers)
            return
        await self._put(visit_id, link_id, "", None, "")
        if waiting != EMPTIED:
            await self._write(f"{link_id}~", visit_id, unfinished=draft.unfinished)

    async def add_entry(
        self,
        visit_id: str,
        group: str,
        *,
        about: str | None = None,
        answers: Mapping[str, Value] | None = None,
    ) -> str:
        entries = self._draft(visit_id).draft.entries
        first = {k: Answer(now(), check_value(place_of(k).item, v)) for k, v in (answers or {}).items()}
        new = Entry(str(uuid.uuid4()), first, about)
        await self._write(f"{group}+", visit_id, entries={**entries, group: (*entries.get(group, ()), new)})
        return new.id

    async def remove_entry(self, visit_id: str, entry_id: str) -> None:
        draft = self._draft(visit_id).draft
        left = {g: tuple(one for one in e if one.id != entry_id) for g, e in draft.entries.items()}
        texts = {k: v for k, v in draft.unfinished.items() if not k.startswith(f"{entry_id}#")}
        kept = {group: entries for group, entries in left.items() if entries}
        await self._write("entry-", visit_id, entries=kept, unfinished=texts)

    async def set_other_name(self, visit_id: str, text: str) -> None:
        draft, key = self._draft(visit_id).draft, "esas-other"
        if key in draft.answers:
            answers = {**draft.answers, key: replace(draft.answers[key], name=text)}
            await self._write("other-name", visit_id, answers=answers)
        else:
            left = {k: v for k, v in draft.unfinished.items() if k != key}
            await self._write("other-name", visit_id, unfinished={**left, key: text} if text else left)

    async def set_answered_by(self, visit_id: str, answered_by: AnsweredBy | None) -> None:
        row = self._draft(visit_id)
        for link_id in row.draft.answers:
            if why := self._reason(row.draft, place_of(link_id).instrument.id, answered_by):
                raise RecordError(why)
        answers = dict(row.draft.answers)
        observed = answered_by is not None and answered_by.is_observer
        if observed and not row.automatic:
            row.automatic = {link_id for link_id in list_proxy_absent() if link_id not in answers}
            answers |= {one: Answer(now(), absent=Absent.COULD_NOT_ANSWER) for one in row.automatic}
        elif not observed:
            untouched = Absent.COULD_NOT_ANSWER
            answers = {
                k: v for k, v in answers.items() if k not in row.automatic or v.absent is not untouched
            }
            row.automatic = set()
        await self._write("answered-by", visit_id, answered_by=answered_by, answers=answers)

    async def set_note(self, visit_id: str, text: str) -> None:
        await self._write("note", visit_id, note=text)

    async def set_where(self, visit_id: str, modality: Modality, setting: Setting) -> None:
        await self._write("where", visit_id, modality=modality, setting=setting)

    async def leave(self, visit_id: str) -> None:
        await self._write("leave", visit_id, left_at=now())

    async def undo_leave(self, visit_id: str) -> None:
        await self._write("undo-leave", visit_id, left_at=None)

    async def set_times(
        self, visit_id: str, began_at: datetime, left_at: datetime, *, from_paper: bool = False
    ) -> None:
        times = {"began_at": began_at, "left_at": left_at}
        await self._write("times", visit_id, **times, written_afterwards=True, from_paper=from_paper)

    async def undo(self, visit_id: str) -> Step:
        row = self._draft(visit_id)
        step = find_step(row, ())
        if step is None:
            raise RecordError("There is nothing to take back.")
        back = row.before[-1]
        await self._write("undo", visit_id)
        row.before[-2:] = []
        row.draft = replace(back, stars=row.draft.stars)
        self.hub.publish(Topic.VISITS)
        return step

    async def set_star(self, visit_id: str, section: str, on: bool) -> None:
        left = tuple(one for one in self._draft(visit_id).draft.stars if one != section)
        await self._write("star", visit_id, stars=(*left, section) if on else left)

    async def sign(self, visit_id: str) -> None:
        await self._write("sign", visit_id)
        self.world.signs += 1
        row = self.world.visits[visit_id]
        row.status, row.signed_at = VisitStatus(VisitState.ON_DEVICE), now()
        self.world.sync = replace(self.world.sync, unsent_visits=self.world.sync.unsent_visits + 1)
        self.hub.publish(Topic.VISITS, Topic.OUTBOX)

    async def read(self, visit_id: str) -> VisitReading:
        self._fail_read()
        row = self.world.visits[visit_id]
        draft, last = row.draft, self.last(row.draft.patient_id, row.draft.began_at)
        return VisitReading(
            self.summary(row),
            row.signed_at,
            draft.answered_by,
            draft.note,
            draft.answers,
            last.draft.answers if last else {},
            last.draft.began_at if last else None,
            None,
            draft.entries,
            score_visit(draft.answers),
            draft.written_afterwards,
            draft.nurse,
            self.world.alerts.get(visit_id, ()),
            addenda=tuple(one for one in self.world.answers_to if one.visit_id == visit_id),
            attachments=self.world.photos.get(visit_id, ()),
            promises=list_made_in(self.world.parts.get(draft.patient_id, PatientParts()).promises, visit_id),
        )
