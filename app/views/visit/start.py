"""Beginning a visit by telephone: one tap opens the dialler and starts the clock."""

from __future__ import annotations

from urllib.parse import quote

from app.domain.visit import Modality, Setting
from app.domain.visit_kind import VisitKind
from app.views.env import Env
from app.views.routes import VisitRoute


async def start_call(
    env: Env, patient_id: str, phone: str | None, setting: Setting | None = None, *, swap: bool = False
) -> None:
    """Begin a telephone check, where she most likely is unless it was chosen, and open the dialler. An open draft with
    this person is gone on with.

    The visit begins first: where the dialler cannot be opened the call can still be written down. `swap`: without a
    way back to the place where it was tapped.
    """
    visit_id = await env.session.visits.begin(patient_id, Modality.TELEPHONE, setting, VisitKind.TELEPHONE)
    move = env.swap if swap else env.go
    move(VisitRoute(visit_id))
    if phone:
        await env.open_url("tel:" + quote(phone))
