"""Photos of one question in a visit: asked for once its answer allows them, small to see, to remove, to look at."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.attachment import Place, find_place, is_asked_for
from app.domain.visit import Answer
from app.language import tr
from app.services.attachment_models import AttachmentLine
from app.services.lock_policy import Errand
from app.store.changes import Topic
from app.views import theme
from app.views.attachments import picker
from app.views.attachments.look import THUMB, Large, opening_lines, thumbnail, use_opened
from app.views.forms.names import base, ident
from app.views.guard import get_sentence, keyed, report, safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import muted, stack
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.widgets.options import aside, beside, wrap
from app.views.wording import attachments as said

TOPICS = frozenset({Topic.VISITS})


def photos_below(
    link_id: str, answer: Answer | None, narrow: bool, saving: Saving, entry: str
) -> list[ft.Control]:
    """What stands below a question that photos may belong to; nothing below any other."""
    place = find_place(link_id)
    if place is None:
        return []
    asked = is_asked_for(place, answer)
    return [keyed(f"photos {base(link_id, entry)}", Photos, link_id, entry, place, asked, narrow, saving)]


@safe_component
def Photos(link_id: str, entry: str, place: Place, asked: bool, narrow: bool, saving: Saving) -> ft.Control:
    session, visit_id = saving.session, saving.visit_id
    loaded, _ = use_load(
        lambda: session.attachments.list_draft(visit_id), session.hub, TOPICS, visit_id, link_id, entry
    )
    working, set_working = use_value(lambda: False)
    problem, set_problem = use_value(lambda: "")
    choosing: ft.MutableRef[int] = ft.use_ref(lambda: 0)
    opened, body, tap, opening = use_opened(saving.env)

    async def keep(data: Any) -> None:
        set_working(lambda _: True)
        try:
            await session.attachments.add_picture(visit_id, link_id, data, entry=entry)
        finally:
            set_working(lambda _: False)
        await saving.commit(_done)

    keeping = use_action(keep)

    async def add(_: Any) -> None:
        """A dialog that was closed may never answer: another tap asks again, and only the last one counts."""
        choosing.current = mine = (choosing.current or 0) + 1
        keeping.clear()
        set_problem(lambda _: "")
        saving.env.errand(Errand.CAMERA)
        try:
            data = await picker.make_source().choose()
        except Exception as error:  # noqa: BLE001 - no `use_action`: it would hold back that other tap
            report("photo", error)
            sentence = get_sentence(error)
            set_problem(lambda _: sentence)
            return
        if data is not None and choosing.current == mine:
            await keeping.run(data)

    lines = [line for line in loaded.value or () if (line.link_id, line.entry) == (link_id, entry)]
    shown = [line for line in lines if not line.removed]
    if not asked and not lines:
        return ft.Container(height=0)
    parts: list[ft.Control] = []
    if asked:
        parts.append(muted(tr(said.REMINDER[place.kind])))
    elif shown:
        parts.append(notice(tr(said.NOT_WITH_THE_VISIT)))
    if shown:
        parts.append(wrap([with_remove(line, saving, thumbnail(line, tap(line))) for line in shown]))
    for line in shown:
        if line.id == opened and body is not None:
            parts.append(Large(line, body, narrow, tap(line)))
    parts += opening_lines(opening)
    parts += [away_line(line, saving) for line in lines if line.removed]
    if asked:
        label = tr(said.ADD_ANOTHER) if shown else tr(said.ADD_PHOTO)
        button = buttons.quiet(
            ident(link_id, "photo", entry), label, add, icon=ft.Icons.ADD_A_PHOTO_OUTLINED, busy=working
        )
        parts.append(ft.Row([button], wrap=True))
    if working:
        parts.append(muted(tr(said.WORKING)))
    parts += optional_notice(keeping.error or problem or None, Tone.ASK)
    return stack(parts, spacing=theme.S2)


async def _done() -> None:
    """Nothing more to write: the page reads back what was kept, and says when."""


def with_remove(line: AttachmentLine, saving: Saving, picture: ft.Control) -> ft.Control:
    """A picture of a draft with the way to take it away."""

    async def remove(_: Any) -> None:
        await saving.commit(lambda: saving.session.attachments.remove(saving.visit_id, line.id))

    away = aside(
        f"photo-away-{line.id}",
        tr(said.TAKE_AWAY),
        remove,
        icon=ft.Icons.DELETE_OUTLINE,
        said=f"{tr(said.TAKE_AWAY)}: {said.name(line)}",
    )
    about = [ft.Container(width=THUMB, content=muted(line.title, 14))] if line.title else []
    return ft.Column([picture, *about, away], spacing=0, tight=True)


def away_line(line: AttachmentLine, saving: Saving) -> ft.Control:
    """Taken away: one tap brings it back, until the visit is signed."""

    async def bring_back(_: Any) -> None:
        await saving.commit(partial(saving.session.attachments.bring_back, saving.visit_id, line.id))

    gone = tr(said.TAKEN_AWAY) if line.link_id else tr(said.SIGNATURE_TAKEN_AWAY)
    return beside(
        [ft.Container(expand=True, content=muted(gone, 16))],
        aside(f"photo-back-{line.id}", tr(said.BRING_BACK), bring_back, icon=ft.Icons.UNDO),
    )
