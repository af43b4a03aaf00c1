"""Below a questionnaire of an open visit: the way to hand the tablet over for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flet as ft

from app.content import spoken
from app.content.model import Instrument, Item, Voice
from app.domain.handing_over import list_handed, may_be_handed_over, who_answers
from app.domain.visit import AnsweredBy
from app.language import is_known, tr
from app.services.models import LockKind, VisitPage
from app.views import theme
from app.views.forms.shown import is_shown, split_short
from app.views.guard import safe_component
from app.views.hooks import use_action, use_value
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import card, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import aside, wrap
from app.views.wording import answers as said


def get_questions(
    instrument: Instrument, page: VisitPage, left_out: frozenset[str], *, whole: bool
) -> Sequence[Item]:
    """The questions to be seen now, in their order; those after a short form once it, or the nurse, opened them."""
    draft, switches = page.draft, page.settings.switches
    split = split_short(instrument, draft.answers, whole)
    asked = instrument.items if split is None else (*split.first, *split.rest)
    handed = list_handed(instrument, draft.modality, switches)
    return [
        item
        for item in asked
        if item in handed
        and item.link_id not in left_out
        and is_shown(item, draft.answers, draft.entries, switches)
    ]


def get_said(page: VisitPage) -> frozenset[str]:
    """Link ids that hold an answer, a reason for none, or typed text that is no answer yet."""
    return frozenset(page.draft.answers) | frozenset(page.draft.unfinished)


def hand_over_way(instrument: Instrument, page: VisitPage, saving: Saving, whole: bool) -> list[ft.Control]:
    """Nothing where the one who answers may not do so alone, and where no question is left."""
    draft = page.draft
    if not may_be_handed_over(instrument, draft.modality, draft.answered_by, page.settings.switches):
        return []
    if not get_questions(instrument, page, get_said(page), whole=whole):
        return []
    return [HandOver(instrument.id, page, saving, whole)]


@safe_component
def HandOver(instrument_id: str, page: VisitPage, saving: Saving, whole: bool) -> ft.Control:
    """Two taps, because only the PIN leads back."""
    kind, set_kind = use_value(_unasked)
    shown = spoken.load()[instrument_id]
    voice = shown.voice
    who = AnsweredBy.PATIENT if voice is not None else who_answers(page.draft.answered_by)
    ready = voice is None or {voice.language, voice.through} <= page.draft.answers.keys()

    async def ask(_: Any) -> None:
        found = (await saving.session.own_lock.look()).kind
        set_kind(lambda _: found)

    def keep(_: Any) -> None:
        set_kind(lambda _: None)

    async def hand(_: Any) -> None:
        if not await saving.flush() or who is None:
            return
        if voice is not None:
            if saving.find(voice.by) is None and not await saving.put(voice.by, who.value):
                return
        elif page.draft.answered_by is None and not await saving.commit(
            lambda: saving.visits.set_answered_by(saving.visit_id, who)
        ):
            return
        now = saving.view.page or page
        await saving.session.handover.hand_over(
            saving.visit_id,
            instrument_id,
            whole=whole,
            left_out=get_said(now),
            language=_screen_language(voice, saving),
        )

    asking, handing = use_action(ask), use_action(hand)
    name = f"hand-over-{instrument_id}"
    if who is None or kind is None:
        label = tr(said.HAND_OVER[who or AnsweredBy.PATIENT]) if voice is None else shown.short_name
        way = ft.Row([aside(name, label, asking.run, icon=ft.Icons.TOUCH_APP_OUTLINED)], wrap=True)
        return stack([way, *optional_notice(asking.error, Tone.ASK)], spacing=theme.S2)
    ways = [buttons.plain(f"{name}-not", tr(said.NOT_NOW), keep)]
    if ready:
        ways.insert(0, buttons.primary(f"{name}-now", tr(said.NOW), handing.run, busy=handing.busy))
    before = words(tr(said.BEFORE[kind] if ready else said.FIRST_SAY))
    parts = [before, *optional_notice(handing.error, Tone.ASK), wrap(ways)]
    return card(stack(parts, spacing=theme.S3), padding=12)


def _screen_language(voice: Voice | None, saving: Saving) -> str:
    """What the screen speaks in her hands; in a language that it has not, the interpreter reads the nurse's."""
    answer = None if voice is None else saving.find(voice.language)
    spoken = "" if answer is None else str(answer.value)
    return spoken if is_known(spoken) else ""


def _unasked() -> LockKind | None:
    return None
