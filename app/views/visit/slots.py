"""Places on the visit page that other parts fill: each a component called with (env, page, saving), or None."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.services.models import VisitPage
from app.views.alerts.concern import ConcernQuestion, WorryButton
from app.views.alerts.strip import AlertStrip
from app.views.attachments.signatures import Signatures
from app.views.env import Env
from app.views.visit.saving import Saving

Part = Callable[[Env, VisitPage, Saving], ft.Control]

TOP: Part | None = AlertStrip
"""Under the head, always in sight: what alerts there are. One line high while closed."""
WORRY: Part | None = WorryButton
"""Above the note: "I am worried"."""
BEFORE_SIGNING: Part | None = ConcernQuestion
"""Above "Sign the visit": what must be asked before."""


AFTER_NOTE: Part | None = Signatures
"""Below the note: signatures on the visit."""


def fill(part: Part | None, env: Env, page: VisitPage, saving: Saving) -> list[ft.Control]:
    return [] if part is None else [part(env, page, saving)]
