"""The one way in which the visit page writes: commit, read back, one change of the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Any

import flet as ft

from app.content.model import Item
from app.domain.undo import Step
from app.domain.visit import Absent, Answer, Entry, Value
from app.errors import NotFound
from app.services.models import VisitPage
from app.views.env import Env, now
from app.views.guard import get_sentence, report
from app.views.ports import OpenSession, Visits
from app.views.routes import ReadingRoute
from app.views.visit import last_saved
from app.views.visit.autosave import Flushers
from app.views.visit.taking_back import take_back

AGAIN_CLEARS_AFTER = 0.7
"""Seconds: a second tap sooner than this is a trembling hand, not a wish to clear."""
Work = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class VisitView:
    """What the page draws. `saved_at` is the time after the last commit; `problem` a sentence why one failed."""

    page: VisitPage | None = None
    saved_at: datetime | None = None
    problem: str | None = None
    taken_back: Step | None = None
    """What the last write took back, if it took anything back."""


class Saving:
    """Writes of one visit page, one after another, in the order of the taps.

    It is the same object over all redraws, so a part that is given it is not drawn anew because of it. What it says
    about the visit is what was last read back from the disk.
    """

    def __init__(self, env: Env, visit_id: str, show: Callable[[VisitView], None]) -> None:
        self.env, self.visit_id = env, visit_id
        self.view = VisitView(saved_at=last_saved.find(env.session, visit_id))
        self.flushers: Flushers = {}
        """Every field on the page that may hold unsaved text."""
        self.turn = asyncio.Lock()
        self._set_view = show
        self._taken_back: Step | None = None
        self._last_tap: tuple[str, object, float] = ("", None, 0.0)

    @property
    def session(self) -> OpenSession:
        return self.env.session

    @property
    def visits(self) -> Visits:
        return self.env.session.visits

    # --- the two doors ---

    async def commit(self, work: Work) -> bool:
        """Run one write; True when it is on the disk. Its failure becomes a sentence in the head of the page."""
        async with self.turn:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - shown as a sentence on the page
                report("visit write", error)
                self._show(replace(self.view, problem=get_sentence(error)))
                return False
            await self._read_back(now())
            return True

    async def reload(self, *, saved: bool = False) -> None:
        """`saved`: something beside the draft was stored just now, which is said as of an answer."""
        async with self.turn:
            await self._read_back(now() if saved else self.view.saved_at)

    async def flush(self) -> bool:
        """Whether all that was typed is on the disk; if not, the head of the page says why."""
        return all([await one() for one in list(self.flushers.values())])

    async def undo(self) -> None:
        """Take the last step back, typed letters among them. A trembling second tap takes nothing more back."""
        if self.is_trembling("undo", None) or not await self.flush():
            return

        async def write() -> None:
            self._taken_back = await take_back(self.session, self.visit_id, self.view.page)

        await self.commit(write)

    async def flush_one(self, name: str) -> bool:
        """The same for one field."""
        flush = self.flushers.get(name)
        return flush is None or await flush()

    # --- what forms do ---

    def find(self, link_id: str, entry: str = "") -> Answer | None:
        """The answer as last read back."""
        page = self.view.page
        if page is None:
            return None
        held = self.find_entry(entry) if entry else page.draft
        return None if held is None else held.answers.get(link_id)

    def find_entry(self, entry: str) -> Entry | None:
        groups = self.view.page.draft.entries if self.view.page else {}
        return next((one for entries in groups.values() for one in entries if one.id == entry), None)

    async def pick(self, link_id: str, tapped: Value | Absent, entry: str = "") -> None:
        """One tap on one answer. The chosen one tapped again is cleared; a trembling second tap is not a wish."""
        if self.is_trembling(f"{entry} {link_id}", tapped):
            return

        async def write() -> None:
            answer = self.find(link_id, entry)
            if answer is not None and _is_same(answer, tapped):
                await self.visits.clear(self.visit_id, link_id, entry=entry)
            else:
                await self._put(link_id, tapped, entry)

        await self.commit(write)

    async def toggle(self, item: Item, code: str, entry: str = "") -> None:
        """One tap on one of several answers. One that stands alone takes the others away, and is taken away by them."""
        if self.is_trembling(f"{entry} {item.link_id}", code):
            return

        async def write() -> None:
            answer = self.find(item.link_id, entry)
            held = answer.value if answer is not None and isinstance(answer.value, tuple) else ()
            chosen = toggled(item, held, code)
            if chosen:
                await self.visits.answer(self.visit_id, item.link_id, value=chosen, entry=entry)
            else:
                await self.visits.clear(self.visit_id, item.link_id, entry=entry)

        await self.commit(write)

    async def put(self, link_id: str, given: Value | Absent | None, entry: str = "") -> bool:
        """Store this answer; None clears."""

        async def write() -> None:
            if given is not None:
                await self._put(link_id, given, entry)
            elif self.find(link_id, entry) is not None:
                await self.visits.clear(self.visit_id, link_id, entry=entry)

        return await self.commit(write)

    async def put_named(self, link_id: str, given: int | Absent | None, name: Callable[[], str]) -> bool:
        """An answer to something that the person names; the name as it stands when it is written."""
        if given is None and self.is_trembling(link_id, given):
            return False

        async def write() -> None:
            if given is None:
                await self.visits.clear(self.visit_id, link_id)
            elif isinstance(given, Absent):
                await self.visits.answer(self.visit_id, link_id, absent=given, name=name())
            else:
                await self.visits.answer(self.visit_id, link_id, value=given, name=name())

        return await self.commit(write)

    async def set_text(self, link_id: str, text: str, entry: str = "") -> bool:
        return await self.commit(lambda: self.visits.set_text(self.visit_id, link_id, text, entry=entry))

    async def measure_again(self, link_id: str, given: Value | Absent, done: str) -> bool:
        absent, value = (given, None) if isinstance(given, Absent) else (None, given)
        return await self.commit(
            lambda: self.visits.measure_again(self.visit_id, link_id, value=value, absent=absent, done=done)
        )

    async def look_again(self, link_id: str, tapped: Value, done: str, before: int) -> bool:
        """One tap in a second look that began when the item had `before` later measurements. Another answer stands
        in place of the one that this look gave; the same one tapped again takes it back.
        """
        if self.is_trembling(f"{link_id} again", tapped):
            return False

        async def write() -> None:
            answer = self.find(link_id)
            held = answer.again[-1] if answer is not None and len(answer.again) > before else None
            if held is not None and held.value == tapped:
                await self.visits.undo_again(self.visit_id, link_id)
            else:
                instead = held is not None
                await self.visits.measure_again(
                    self.visit_id, link_id, value=tapped, done=done, instead=instead
                )

        return await self.commit(write)

    async def undo_again(self, link_id: str) -> bool:
        return await self.commit(lambda: self.visits.undo_again(self.visit_id, link_id))

    async def add_entry(
        self, group: str, *, about: str | None = None, answers: Mapping[str, Value] | None = None
    ) -> str | None:
        """The new entry's id, None when it could not be stored."""
        made: list[str] = []

        async def write() -> None:
            made.append(await self.visits.add_entry(self.visit_id, group, about=about, answers=answers))

        return made[0] if await self.commit(write) else None

    async def remove_entry(self, entry: str) -> bool:
        for name, flush in list(self.flushers.items()):
            if name.startswith(f"{entry} "):
                await flush()
        return await self.commit(lambda: self.visits.remove_entry(self.visit_id, entry))

    async def restore_entry(self, group: str, entry: Entry) -> bool:
        """Add again what was removed, with its answers and reasons."""

        async def write() -> None:
            values = {key: one.value for key, one in entry.answers.items() if one.value is not None}
            new = await self.visits.add_entry(self.visit_id, group, about=entry.about, answers=values)
            for link_id, answer in entry.answers.items():
                if answer.absent is not None:
                    await self.visits.answer(self.visit_id, link_id, absent=answer.absent, entry=new)
            await self.session.attachments.move_entry(self.visit_id, entry.id, new)

        return await self.commit(write)

    def is_trembling(self, what: str, choice: object) -> bool:
        """Whether this very answer was tapped a moment ago; remembers the tap."""
        before, self._last_tap = self._last_tap, (what, choice, monotonic())
        return before[:2] == (what, choice) and monotonic() - before[2] < AGAIN_CLEARS_AFTER

    # --- inside ---

    async def _put(self, link_id: str, given: Value | Absent, entry: str) -> None:
        if isinstance(given, Absent):
            await self.visits.answer(self.visit_id, link_id, absent=given, entry=entry)
        else:
            await self.visits.answer(self.visit_id, link_id, value=given, entry=entry)

    def _show(self, new: VisitView) -> None:
        self.view = new
        last_saved.keep(self.session, self.visit_id, new.saved_at)
        self._set_view(new)

    async def _read_back(self, saved_at: datetime | None) -> None:
        try:
            page = await self.visits.page(self.visit_id)
        except NotFound:
            self.env.swap(ReadingRoute(self.visit_id))
        except Exception as error:  # noqa: BLE001 - shown as a sentence on the page
            report("visit read", error)
            self._show(replace(self.view, saved_at=saved_at, problem=get_sentence(error)))
        else:
            self._show(VisitView(page, saved_at, taken_back=self._taken_back))
        finally:
            self._taken_back = None


def _is_same(answer: Answer, tapped: Value | Absent) -> bool:
    if isinstance(tapped, Absent):
        return answer.absent is tapped
    return answer.value == tapped


def toggled(item: Item, held: tuple[str, ...], code: str) -> tuple[str, ...]:
    """The chosen codes after one tap, in the order of the options."""
    alone = {option.code for option in item.options if option.alone}
    if code in held:
        chosen = set(held) - {code}
    elif code in alone:
        chosen = {code}
    else:
        chosen = (set(held) | {code}) - alone
    known = tuple(option.code for option in item.options if option.code in chosen)
    return known + tuple(one for one in held if one in chosen and one not in known)


def use_saving(env: Env, visit_id: str) -> tuple[VisitView, Saving]:
    """What the page draws, and the door through which it writes."""
    view, set_view = ft.use_state(VisitView())

    def show(new: VisitView) -> None:
        set_view(lambda _: new)

    box: ft.MutableRef[Saving] = ft.use_ref(lambda: Saving(env, visit_id, show))
    saving = box.current or Saving(env, visit_id, show)
    saving.env = env
    return view, saving
