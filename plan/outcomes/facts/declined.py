"""What a nurse wrote down as not wanted until a day (Consent that denies): the source of `outcome_decline.until_ms`.

The person's own no is a preference under the same word as what a visit says of it. A family's no stands apart under
`family-no`, which no measure counts: it says nothing of what the person wants.
"""

from __future__ import annotations

from typing import Any

from plan.outcomes.reading import Json, at, codes, find, has_code, items, text
from plan.outcomes.record import Record

Row = dict[str, Any]

KIND, DECLINED = "urn:hearthside:consent", "declined"
ABOUT = "urn:hearthside:declined:"
FAMILY_NO = "family-no"
_SAME_WORD = {
    "home-visit": ("visit", "person"),
    "48-hour-visit": ("48-hour-visit", None),
    "interpreter": ("interpreter", None),
    "calls": ("calls", None),
    "visit": ("visit-today", "person"),
    "conversation": ("conversation", "not-wanted"),
}
"""By what is declined: `what` and `scope` of the fact."""


def said_rows(record: Record) -> list[Row]:
    """One row for each no that stands or stood until a day; what was taken back is none."""
    found = []
    for consent in record.heads("Consent"):
        row = _row(record, consent)
        if row is not None:
            found.append(row)
    return found


def _row(record: Record, consent: Json) -> Row | None:
    ours = any(has_code(one, DECLINED, KIND) for one in items(consent, "category"))
    when, until = record.recorded(consent), at(find(consent, "provision", "period", "end"), record.zone)
    about = _about(consent)
    if not ours or text(consent, "status") != "active" or when is None or until is None or about is None:
        return None
    scope, code = about
    what, of = _SAME_WORD.get(code, (_WHAT[scope], code))
    if scope == "today" and what == "conversation":
        of = "put-off"
    if not _is_hers(record, consent):
        what, of = FAMILY_NO, code
    return {"visit_id": None, "what": what, "scope": of, "at_ms": when, "until_ms": max(until, when)}


_WHAT = {"today": "topic", "topic": "topic", "service": "referral", "programme": "programme"}


def _about(consent: Json) -> tuple[str, str] | None:
    for one in items(consent, "provision", "code"):
        for system, code in codes(one):
            scope = str(system or "").removeprefix(ABOUT)
            if str(system or "").startswith(ABOUT) and scope in _WHAT and len(code) <= 64:
                return scope, code
    return None


def _is_hers(record: Record, consent: Json) -> bool:
    """Said by the person herself: the Consent names her as the one who gives it."""
    return any(
        find(one, "reference") == f"Patient/{record.patient_id}" for one in items(consent, "performer")
    )
