"""Mood, thoughts of being better off dead, abuse, a request for aid in dying."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain import concern
from app.domain.safety.case import Case, Hit, highest
from app.domain.settings import TELL_SUPERVISOR
from app.domain.visit import Modality

DEPRESSION, ANXIETY = "esas-depr", "esas-anx"


def suicide(case: Case) -> Iterator[Hit]:
    """Item 9 above none, whatever else is missing, or the nurse's own worry. What she found out picks the steps.

    What she found out stands on its own too: taking back what raised the question takes none of it back.
    """
    at = case.number("SUICIDE_ITEM", "item_at")
    item_9 = max(
        (n for link, a in case.answers("phq_item_9") if (n := highest(link, a)) is not None), default=0
    )
    by_item = item_9 > 0 and item_9 >= at
    worried = case.is_yes("worried")
    said = case.code("concern")
    if not by_item and not worried and said not in concern.FOUND:
        return
    if said == concern.MISTAKE and not by_item:
        return
    variant = said if said in concern.ANSWERS else None
    if said == concern.THOUGHTS and case.context.modality is not Modality.IN_PERSON:
        variant = "thoughts-by-telephone"
    trigger = "What you found out still stands"
    if by_item or worried:
        trigger = (
            f"PHQ-9 item 9 is {item_9}"
            if by_item
            else "The nurse is worried that this person may not want to live"
        )
    asks = None if variant else next(iter(case.links("concern")), None)
    yield Hit("SUICIDE_ITEM", variant=variant, words={"trigger": trigger}, asks=asks)


def abuse(case: Case) -> Iterator[Hit]:
    """The nurse's suspicion, or the safety answers. Private."""
    rule = "ABUSE_NEGLECT"
    if case.is_yes("abuse"):
        yield Hit(rule)
        return
    found = case.at_least("safety")
    if found is not None and found >= case.number(rule, "sum_at"):
        yield Hit(rule, variant="safety-score", words={"score": str(found)})
        return
    above = case.number(rule, "hurt_above")
    for link_id, answer in case.answers("hurt"):
        worst = highest(link_id, answer)
        if worst is not None and worst > above:
            yield Hit(rule, variant="hurt", words={"score": str(worst)})


def mood(case: Case) -> Iterator[Hit]:
    """PHQ-9 and GAD-7 from their cut-offs, as far as they were answered."""
    found = case.at_least("phq")
    if found is not None:
        words = {"value": str(found)}
        if found >= case.number("DEPRESSION_SEVERE", "at"):
            yield Hit("DEPRESSION_SEVERE", DEPRESSION, words=words)
        if found >= case.number("DEPRESSION", "at"):
            yield Hit("DEPRESSION", DEPRESSION, words=words)
    found = case.at_least("gad")
    if found is not None and found >= case.number("ANXIETY", "at"):
        yield Hit("ANXIETY", ANXIETY, words={"value": str(found)})


def aid_in_dying(case: Case) -> Iterator[Hit]:
    """A request is a request: not thoughts of suicide, and not a decision. The plan says what follows."""
    if case.is_yes("aid_in_dying"):
        policy = case.context.settings.aid_in_dying
        words = {"policy": policy.words or case.table.aid_in_dying_policy}
        yield Hit("AID_IN_DYING", variant=None if policy.tell == TELL_SUPERVISOR else "nobody", words=words)
