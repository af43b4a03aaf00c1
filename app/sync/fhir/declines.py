"""What is not wanted ↔ Consent that denies: `provision.code` says what, `provision.period` for how long (ADR 0061).

Whose voice it is stands in `performer`: the person herself as the Patient, the family as a name only, because a no is
also said by somebody who is on no list. What was taken back is replaced by an inactive one (ADR 0017).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.declines import Decline, Scope, Voice, ends_at
from app.domain.visit import PersonRef
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, recorded_at
from app.sync.fhir.versions import heads, reference_of
from app.sync.fhir.write import clean, person, time_text

KIND = "urn:hearthside:consent"
DECLINED: codes.Coding = {"system": KIND, "code": "declined", "display": "Declined for a time"}
ABOUT = "urn:hearthside:declined:"
"""Followed by the scope: the system of what is declined."""
ASK_AGAIN = "urn:hearthside:ask-again-on"
"""The day itself: `provision.period` ends where that day begins for whoever wrote it."""
FAMILY = "Family"
_SCOPE: codes.Coding = {
    "system": "http://terminology.hl7.org/CodeSystem/consentscope",
    "code": "treatment",
    "display": "Treatment",
}
_POLICY = "What was said, as the nurse wrote it down; no paper was signed"
_SCOPES = {f"{ABOUT}{one.value}": one for one in Scope}


def encode_decline(
    consent_id: str,
    patient_id: str,
    decline: Decline,
    title: str,
    by: PersonRef,
    *,
    replaces: Iterable[str] = (),
    holds: bool = True,
) -> Json:
    """One no. `title`: what is declined, in English words. Not `holds`: it was taken back."""
    said = clean(title) or decline.about
    about = {"system": f"{ABOUT}{decline.scope.value}", "code": decline.about, "display": said}
    patient = {"reference": f"Patient/{patient_id}"}
    at = time_text(decline.said_at)
    replaced = [
        {"url": codes.REPLACES, "valueReference": {"reference": one}} for one in dict.fromkeys(replaces)
    ]
    who = dict(patient) if decline.voice is Voice.PERSON else {"type": "RelatedPerson", "display": FAMILY}
    return {
        "resourceType": "Consent",
        "id": consent_id,
        "extension": [
            {"url": codes.RECORDED_AT, "valueDateTime": at},
            {"url": codes.RECORDED_BY, "valueReference": person(by)},
            {"url": ASK_AGAIN, "valueDate": decline.ask_again_on.isoformat()},
            *replaced,
        ],
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": consent_id}],
        "status": "active" if holds else "inactive",
        "scope": codes.concept(_SCOPE),
        "category": [codes.concept(DECLINED, text="Declined for a time")],
        "patient": patient,
        "dateTime": at,
        "performer": [who],
        "policyRule": {"text": _POLICY},
        "provision": {
            "type": "deny",
            "period": {"start": at, "end": time_text(max(ends_at(decline), decline.said_at))},
            "code": [codes.concept(about, text=said)],
        },
    }


def decode_declines(consents: Iterable[Any], pending: frozenset[str] = frozenset()) -> tuple[Decline, ...]:
    """What was declined and not taken back, over or not, the newest first; one for the same no of the same voice.

    Never raises; other Consents are passed over. Two nurses may have asked at once: the day that comes first counts,
    so that nobody is left alone longer than either was told.
    """
    found: dict[tuple[Scope, str, Voice], list[tuple[Decline, str]]] = {}
    for consent in heads(one for one in consents if isinstance(one, dict) and is_ours(one)):
        made = _make(consent) if read.text(consent, "status") == "active" else None
        if made is not None:
            key = (made.scope, made.about, made.voice)
            found.setdefault(key, []).append((made, reference_of(consent)))
    together = [_join(several, pending) for several in found.values()]
    return tuple(sorted(together, key=lambda one: one.said_at, reverse=True))


def _join(several: list[tuple[Decline, str]], pending: frozenset[str]) -> Decline:
    newest = max((one for one, _ in several), key=lambda one: one.said_at)
    records = tuple(reference for _, reference in several)
    return Decline(
        newest.scope,
        newest.about,
        newest.voice,
        newest.said_at,
        min(one.ask_again_on for one, _ in several),
        newest.noted_by,
        records,
        pending=any(one in pending for one in records),
    )


def is_ours(consent: Json) -> bool:
    kinds = [pair for one in read.items(consent, "category") for pair in read.codes(one)]
    return consent.get("resourceType") == "Consent" and (KIND, DECLINED["code"]) in kinds


def _make(consent: Json) -> Decline | None:
    said_at, ends = recorded_at(consent), read.instant(consent, "provision", "period", "end")
    coded = [
        (_SCOPES[system], code)
        for one in read.items(consent, "provision", "code")
        for system, code in read.codes(one)
        if system in _SCOPES
    ]
    if said_at is None or ends is None or not coded or read.text(consent, "provision", "type") != "deny":
        return None
    scope, about = coded[0]
    who = read.reference(consent, "performer", 0)
    own = read.reference(consent, "patient")
    by = read.text(read.extension(consent, codes.RECORDED_BY), "valueReference", "display") or ""
    voice = Voice.PERSON if who is not None and who == own else Voice.FAMILY
    named = read.day(read.extension(consent, ASK_AGAIN), "valueDate")
    return Decline(scope, about, voice, said_at.astimezone(), named or _first_day(ends), by)


def _first_day(ends: datetime) -> date:
    """The day on which it may be asked again: the one that begins at `ends`, or the next where it ends within one."""
    here = ends.astimezone()
    whole = (here.hour, here.minute, here.second, here.microsecond) == (0, 0, 0, 0)
    return here.date() if whole else here.date() + timedelta(days=1)
