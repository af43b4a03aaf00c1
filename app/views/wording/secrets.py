"""What a person opens her records with, and what is said after a try."""

from __future__ import annotations

from app.errors import WrongPin, say_wait
from app.language import tr
from app.services.models import LockKind
from app.views import text


def secret_name(kind: LockKind) -> str:
    return tr(text.PIN) if kind is LockKind.PIN else tr(text.PHRASE)


def wrong_secret(kind: LockKind, *, looked_at: bool, left: int) -> str | None:
    """What to say after a try, with the seconds that are left to wait; None when there is nothing to say (any more)."""
    wrong = (tr(WrongPin.sentence) if kind is LockKind.PIN else tr(text.PHRASE_WRONG)) if looked_at else None
    if not left:
        return wrong
    return f"{wrong or tr(WrongPin.too_many)} {wait_for(left)}"


def wait_for(seconds: int) -> str:
    """How long until the next try, in seconds up to a minute, then in minutes."""
    return say_wait(seconds)
