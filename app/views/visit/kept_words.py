"""Words about a signed visit that are no answer of it: kept on the device while they are typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.views.guard import get_sentence, report
from app.views.hooks import use_value
from app.views.ports import OpenSession
from app.views.visit.autosave import Field, Flushers, use_autosave


@dataclass(frozen=True, slots=True)
class Kept:
    """What these words are: the place that errors are reported from, and which of several fields there."""

    visit_id: str
    place: str
    which: str = ""


def use_kept_words(
    what: Kept,
    initial: str,
    put: Callable[[str], Awaitable[None]],
    session: OpenSession,
    flushers: Flushers | None,
) -> tuple[Field, str]:
    """A field whose every letter is kept by `put`, and a sentence where that did not work (else "")."""
    problem, set_problem = use_value(lambda: "")

    async def keep(value: str) -> bool:
        try:
            await put(value)
        except Exception as error:  # noqa: BLE001 - shown as a sentence beside the field
            report(what.place, error)
            sentence = get_sentence(error)
            set_problem(lambda _: sentence)
            return False
        set_problem(lambda _: "")
        return True

    name = f"{what.place} {what.which}".rstrip()
    held = flushers if flushers is not None else {}
    return use_autosave(what.visit_id, name, initial, keep, put, session, held), problem
