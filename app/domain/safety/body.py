"""Bowels and opioids, falls, needs at home, the caregiver."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.items import find_place
from app.domain.safety.case import Case, Hit, chosen, display, highest, points
from app.domain.visit import Answer

SHUT_OFF = "LA32002-0"
"""LOINC answer "Already shut off" of 96779-4."""


def no_bowel_movement(case: Case) -> Iterator[Hit]:
    """So many days without, on an opioid."""
    if case.context.facts.opioid is not True:
        return
    for link_id, answer in case.answers("bowel_days"):
        days = highest(link_id, answer)
        if days is not None and days >= case.number("NO_BM_3D", "days"):
            yield Hit("NO_BM_3D", words={"days": str(days)})


def opioid_without_regimen(case: Case) -> Iterator[Hit]:
    """On an opioid, surely no bowel regimen, and no reason written down. "Not known" is not "no"."""
    facts = case.context.facts
    if facts.opioid is True and facts.bowel_regimen is False and facts.bowel_reason is not True:
        yield Hit("OPIOID_NO_BOWEL")


def naloxone(case: Case) -> Iterator[Hit]:
    """Information only: what makes naloxone worth offering, until somebody answered."""
    facts = case.context.facts
    if facts.opioid is not True or facts.naloxone is not None:
        return
    reasons = []
    if facts.mme is not None and facts.mme >= case.number("MME_50", "at"):
        reasons.append(f"{facts.mme.normalize():f} MME a day")
    if facts.benzodiazepine is True:
        reasons.append("an opioid with a benzodiazepine")
    if facts.overdose_or_sud is True:
        reasons.append("an earlier overdose or substance use disorder")
    if reasons:
        yield Hit("MME_50", words={"finding": "On record: " + ", ".join(reasons) + "."})


def falls(case: Case) -> Iterator[Hit]:
    """A fall that did harm or may bleed; else what makes a fall likely."""
    if case.is_yes("fall"):
        reasons = []
        if case.is_yes("fall_injury"):
            reasons.append("with an injury")
        if case.context.facts.anticoagulant is True or case.is_yes("fall_thinner"):
            reasons.append("on a blood thinner")
        if reasons:
            yield Hit("FALL_INJURY", words={"with_what": " and ".join(reasons)})
    keys = [link for link, answer in case.answers("steadi") if _is_key_yes(link, answer)]
    found = case.at_least("steadi") or 0
    if keys:
        yield Hit("FALL_RISK", words={"finding": f"Yes: {display(keys[0])}"})
    elif found >= case.number("FALL_RISK", "at"):
        yield Hit("FALL_RISK", words={"finding": f"{found} points or more on the fall questions."})


def _is_key_yes(link_id: str, answer: Answer) -> bool:
    place = find_place(link_id)
    if place is None or not place.item.key:
        return False
    return any((points(link_id, option.code) or 0) > 0 for option in chosen(link_id, answer))


def social_need(case: Case) -> Iterator[Hit]:
    """Any core question with a need; a home without power, gas or water cannot wait a week."""
    needs: list[str] = []
    for link_id, answer in case.answers("social"):
        positive = [option for option in chosen(link_id, answer) if option.positive]
        if link_id in case.links("utilities") and any(option.code == SHUT_OFF for option in positive):
            yield Hit("SOCIAL_NEED", variant="shut-off")
        needs += [display(link_id)] if positive else []
    if needs:
        yield Hit("SOCIAL_NEED", words={"finding": f"Needs named: {', '.join(needs).lower()}."})


def caregiver(case: Case) -> Iterator[Hit]:
    """Any answer about the caregiver that the content marks as a crisis."""
    for link_id, answer in case.answers("caregiver"):
        for option in chosen(link_id, answer):
            if option.positive:
                yield Hit("CAREGIVER_CRISIS", words={"finding": f"{option.display}."})
                return
