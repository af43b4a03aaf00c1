"""Places on the visit page that other parts fill: each a component called with (env, page, saving), or None."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import flet as ft

from app.domain.visit import Modality
from app.services.models import PatientPage, VisitPage
from app.views.alerts.concern import WORRIED, ConcernQuestion, WorryButton
from app.views.attachments.signatures import Signatures
from app.views.env import Env
from app.views.guard import memo
from app.views.promises.doorstep import DoorstepCard
from app.views.promises.making import IPromised
from app.views.promises.opening import Opening
from app.views.visit.drawn_from import seen_beside
from app.views.visit.saving import Saving
from app.views.waiting.refused import top_of_visit

Part = Callable[[Env, VisitPage, Saving], ft.Control]
StartPart = Callable[[Env, PatientPage, Modality], ft.Control]

BEFORE_START: StartPart | None = DoorstepCard
"""On the screen that begins a visit, under the person's name."""
OPENING: Part | None = Opening
"""First on the page, above where and how."""

TOP: Part | None = top_of_visit
"""Under the head, always in sight: why it came back from the plan, and what alerts there are, a line while closed."""
WORRY: Part | None = WorryButton
"""Above the note: "I am worried"."""
PROMISE: Part | None = IPromised
"""Under that: "I promised"."""
BEFORE_SIGNING: Part | None = ConcernQuestion
"""Above "Sign the visit": what must be asked before."""


AFTER_NOTE: Part | None = Signatures
"""Below the note: signatures on the visit."""


READS: Mapping[Part, frozenset[str]] = {
    Opening: frozenset(),
    WorryButton: frozenset({WORRIED}),
    IPromised: frozenset(),
    Signatures: frozenset(),
}
"""Link ids of the answers that a part reads, beside what is on record; one that is not here may read anything of the
page, and is made anew with every tap.
"""


def fill(part: Part | None, env: Env, page: VisitPage, saving: Saving) -> list[ft.Control]:
    if part is None:
        return []
    if part not in READS:
        return [part(env, page, saving)]
    return [memo(part)(env, seen_beside(page, READS[part]), saving)]
