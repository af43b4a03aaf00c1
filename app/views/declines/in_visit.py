"""In a visit: the quiet line of a section that was declined, and a small way to write one down where it happens."""

from __future__ import annotations

import flet as ft

from app.domain.declines import HOME_VISIT, TOPICS, Decline, Scope, Voice, of_section
from app.domain.visit_kind import NOT_SEEN_WHY
from app.language import tr
from app.services.models import VisitPage
from app.views import theme
from app.views.declines.form import DeclineForm
from app.views.env import Env
from app.views.guard import keyed, safe_component
from app.views.hooks import use_value
from app.views.visit.saving import Saving
from app.views.widgets.base import muted, stack, words
from app.views.widgets.options import aside, wrap
from app.views.wording import declines as said

VOICE_OF = {"person-no": Voice.PERSON, "family-no": Voice.FAMILY}
"""Whose voice it is when a visit did not take place, by the reason."""
_TOPIC_SCOPES = (Scope.TODAY, Scope.TOPIC)
_VISIT_SCOPES = (Scope.SERVICE,)


def find_declined(section: str, page: VisitPage) -> tuple[Decline, ...]:
    """What stands about this section on the day of the visit."""
    return of_section(page.parts.declines, section, page.draft.began_at.astimezone().date())


def quiet_line(section: str, page: VisitPage) -> str | None:
    """One line, both voices where both said no; None where nobody did."""
    held = find_declined(section, page)
    return " · ".join(dict.fromkeys(said.quiet(one) for one in held)) or None


def below_section(section: str, env: Env, page: VisitPage, saving: Saving) -> list[ft.Control]:
    """Under an open section that can be declined."""
    if section not in TOPICS:
        return []
    patient_id = page.patient.id
    lines: list[ft.Control] = [muted(said.line(one), 15) for one in find_declined(section, page)]
    name = f"decline-{section}"
    return [*lines, keyed(name, DeclineHere, env, patient_id, name, section, _TOPIC_SCOPES, None, saving)]


def below_not_seen(env: Env, page: VisitPage, saving: Saving) -> list[ft.Control]:
    """Where the person or her family said no at the door: for how long it is to stay quiet."""
    why = page.draft.answers.get(NOT_SEEN_WHY)
    voice = VOICE_OF.get(str(why.value)) if why is not None else None
    if voice is None:
        return []
    key = f"decline-not-seen {voice.value}"
    return [
        keyed(
            key,
            DeclineHere,
            env,
            page.patient.id,
            "decline-not-seen",
            HOME_VISIT,
            _VISIT_SCOPES,
            voice,
            saving,
        )
    ]


@safe_component
def DeclineHere(
    env: Env,
    patient_id: str,
    name: str,
    about: str,
    scopes: tuple[Scope, ...],
    whose: Voice | None,
    saving: Saving,
) -> ft.Control:
    """One small button that opens the few rows."""
    writing, set_writing = use_value(lambda: False)

    def close() -> None:
        set_writing(lambda _: False)

    if writing:
        form = DeclineForm(env, patient_id, name, about, scopes, whose, close, saving.reload)
        return stack([words(tr(said.WRITE_DOWN), 16, strong=True), form], spacing=theme.S2)
    label = tr(said.WRITE_DOWN)
    open_it = aside(
        name, label, lambda _: set_writing(lambda _: True), icon=ft.Icons.DO_NOT_DISTURB_ON_OUTLINED
    )
    return wrap([open_it])
