"""What becomes of a medicine's amounts when another of the four ways of taking it is chosen."""

from __future__ import annotations

from app.domain.medicines import Line, Taken, listed_answers
from app.domain.visit import Value

AMOUNTS = ("med-dose-mg", "med-times", "med-patch")
"""What an entry starts with when a medicine is taken as listed, and what no longer holds when it is not."""


def amounts_after(line: Line, taken: Taken) -> dict[str, Value | None]:
    """Which amounts of its entry change when the choice becomes `taken`; None takes one away.

    As listed: those of the list. Anything else: the list's own are taken away, so that nobody is counted as taking
    them; what somebody typed stays. Of an order that left the list nothing tells them apart: all go.
    """
    held = line.entry.answers if line.entry is not None else {}
    listed = listed_answers(line.medicine, Taken.AS_LISTED) if line.medicine is not None else None
    if taken is Taken.AS_LISTED:
        return {link: value for link, value in (listed or {}).items() if link in AMOUNTS}
    if line.taken not in (Taken.AS_LISTED, None):
        return {}  # what stands there was typed
    return {
        link: None
        for link in AMOUNTS
        if link in held and (listed is None or held[link].value == listed.get(link))
    }
