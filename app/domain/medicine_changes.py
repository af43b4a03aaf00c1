"""What becomes of a medicine's amounts when another of the four ways of taking it is chosen."""

from __future__ import annotations

from app.domain.medicines import AS_NEEDED_ONLY, Line, Taken, listed_answers, number_of, taken_of
from app.domain.visit import Entry, Value

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
        amounts: dict[str, Value | None] = {
            link: value for link, value in (listed or {}).items() if link in AMOUNTS
        }
        if listed and AS_NEEDED_ONLY in listed and "med-times" in held:
            amounts["med-times"] = None
        return amounts
    if line.taken not in (Taken.AS_LISTED, None):
        return {}  # what stands there was typed
    return {
        link: None
        for link in AMOUNTS
        if link in held
        and (
            listed is None
            or held[link].value == listed.get(link)
            or (line.entry is not None and is_lists_nought(line.entry, link))
        )
    }


def is_lists_nought(entry: Entry, link_id: str) -> bool:
    """Whether this is the 0 that older versions wrote of themselves for the regular doses of an as-needed order.

    It came in one write with the medicine's name and carries its time; what somebody typed came later. Where "as
    listed" was chosen after another way of taking it, nothing tells the two apart: that 0 counts as typed.
    """
    if link_id != "med-times" or taken_of(entry) is not Taken.AS_LISTED or number_of(entry, link_id) != 0:
        return False
    name = entry.answers.get("med-name")
    return name is not None and name.at == entry.answers[link_id].at
