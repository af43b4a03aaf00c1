"""Where two versions of a record stand side by side, subject by subject: how each is divided into what is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from app.content import load
from app.content.model import Item
from app.domain.code_status import find_disagreement
from app.domain.code_status_entries import statement_of
from app.domain.conversation import ConversationVersion, Standing, list_before, what_stands
from app.domain.conversation_fields import say_field
from app.domain.merging_heads import (
    Section,
    Subject,
    TwoHeads,
    Version,
    list_families,
    make_section,
    say_items,
)
from app.domain.reconciliation import SAW, TAKEN, list_standing_words
from app.domain.visit import Answer, Entry

FORMS: Mapping[Subject, tuple[str, str]] = {
    Subject.CODE_STATUS: ("code-status", "cs-statements"),
    Subject.PLAN: ("plan-of-care", "care-goals"),
    Subject.MEDICINES: ("medicines", "medicines"),
    Subject.PEOPLE: ("people", "people"),
}
"""(form, group) whose entries are versions. Each signed conversation is one version as a whole."""
_TOGETHER = (
    ("person-relation", "person-relation-words"),
    ("person-told", "person-topics"),
    ("person-agent", "person-agent-active", "person-agent-paper"),
)
"""Answers that mean one thing together."""


def _items(subject: Subject) -> tuple[Item, ...]:
    form, group = FORMS[subject]
    return load()[form].get_item(group).items


def _find(subject: Subject, link_id: str) -> Item:
    return next(item for item in _items(subject) if item.link_id == link_id)


def find_conversation(versions: Sequence[ConversationVersion]) -> TwoHeads | None:
    """Fields in which two versions say different things. What is kept apart is not chosen on a screen for all."""
    differing = [one for one in what_stands(versions) if one.differs and not one.field.private]
    if not differing:
        return None
    by_id = {saying.version.id: saying.version for one in differing for saying in one.sayings}
    before = {own: {old.id for old in list_before(one, versions)} for own, one in by_id.items()}
    heads = [own for own in by_id if not any(own in before[other] for other in by_id if other != own)]
    sides = tuple(
        _conversation_side(by_id[own], differing, before[own])
        for own in sorted(heads, key=lambda own: (by_id[own].at, own), reverse=True)
    )
    sections = tuple(_conversation_section(one, sides) for one in differing)
    return TwoHeads(Subject.CONVERSATION, "", sides, sections)


def _conversation_side(
    version: ConversationVersion, differing: Iterable[Standing], before: Iterable[str]
) -> Version:
    """A version with what stood under it in each field that it did not say anew."""
    answers: dict[str, Answer] = {}
    reach = {version.id, *before}
    for one in differing:
        saying = next((s for s in one.sayings if s.version.id in reach), None)
        if saying is not None:
            held = saying.version.answers
            answers |= {item.link_id: held[item.link_id] for item in one.field.items if item.link_id in held}
    return Version(
        names=(version.id,),
        author=version.author,
        at=version.at,
        answers=answers,
        replaces=version.saw,
        visit_id=None if version.settles else version.visit_id,
        pending=version.pending,
        settled_at=version.at if version.settles else None,
    )


def _conversation_section(one: Standing, sides: Sequence[Version]) -> Section:
    made = make_section(one.field.id, one.field.title, one.field.items, sides)
    return replace(made, texts=tuple(say_field(one.field, side.answers) for side in sides))


def find_entries(subject: Subject, versions: Sequence[Version]) -> tuple[TwoHeads, ...]:
    """Records of one subject that have two versions. Raises KeyError for the conversation, which has no entries."""
    families = {
        Subject.CODE_STATUS: _code_status_families,
        Subject.MEDICINES: _medicine_families,
        Subject.PLAN: list_families,
        Subject.PEOPLE: list_families,
    }[subject](versions)
    found = (_two_heads(subject, family) for family in families if len(family) > 1)
    return tuple(one for one in found if one is not None)


def _two_heads(subject: Subject, family: Sequence[Version]) -> TwoHeads:
    sides = tuple(sorted(family, key=lambda one: (one.at, one.id), reverse=True))
    if subject in (Subject.CODE_STATUS, Subject.MEDICINES):
        title = "" if subject is Subject.CODE_STATUS else _say(subject, "med-name", sides)
        whole = make_section("whole", title, _items(subject), sides, whole=True)
        return TwoHeads(subject, title, sides, (whole,))
    title = _say(subject, "person-name" if subject is Subject.PEOPLE else "goal-problem", sides)
    shown = [item for item in _items(subject) if not item.hidden]
    inside = {link_id for together in _TOGETHER for link_id in together[1:]}
    sections = []
    for item in shown:
        if item.link_id in inside:
            continue
        links = next((one for one in _TOGETHER if one[0] == item.link_id), (item.link_id,))
        items = [_find(subject, link_id) for link_id in links]
        made = make_section(item.link_id, item.name, items, sides)
        if any(made.texts):
            sections.append(made)
    return TwoHeads(subject, title, sides, tuple(sections))


def _say(subject: Subject, link_id: str, sides: Sequence[Version]) -> str:
    said = (say_items([_find(subject, link_id)], side.answers) for side in sides)
    return next((text for text in said if text), "")


def _code_status_families(versions: Sequence[Version]) -> list[list[Version]]:
    """Statements that differ and come from the same record, or rest on the same kind of thing.

    A paper against what the person said is a difference between two things that are both so: only a talk settles it.
    """
    families: list[list[Version]] = []
    for family in list_families(versions):
        for one in family:
            near = [f for f in families if any(_same_ground(one, two, family) for two in f)]
            for joined in near:
                families.remove(joined)
            families.append([*(two for joined in near for two in joined), one])
    return [family for family in families if _differ(family)]


def _same_ground(one: Version, other: Version, family: Sequence[Version]) -> bool:
    rests = [side.answers.get("cs-rests") for side in (one, other)]
    same = rests[0] is not None and rests[1] is not None and rests[0].value == rests[1].value
    return other in family or (same and not (_is_taken_back(one) or _is_taken_back(other)))


def _is_taken_back(version: Version) -> bool:
    said = version.answers.get("cs-stands")
    return said is not None and said.value == "taken-back"


def _differ(family: Sequence[Version]) -> bool:
    if len({_is_taken_back(one) for one in family}) > 1:
        return True
    made = (
        statement_of(Entry(one.id, one.answers), one.id, one.at, one.author.name)
        for one in family
        if not _is_taken_back(one)
    )
    return bool(find_disagreement([one for one in made if one is not None]))


def _medicine_families(versions: Sequence[Version]) -> list[list[Version]]:
    """By order of the plan's list: versions that did not know each other and say that it is taken differently."""
    by_order: dict[str, list[Version]] = {}
    for one in versions:
        if one.about is not None:
            by_order.setdefault(one.about, []).append(one)
    families = []
    for known in by_order.values():
        words = [(one.id, one.at, one.answers.get(SAW)) for one in known]
        standing = set(list_standing_words(words))
        heads = [one for one in known if one.id in standing]
        items = [_find(Subject.MEDICINES, link_id) for link_id in TAKEN]
        if len({say_items(items, one.answers, titled=True) for one in heads}) > 1:
            families.append(heads)
    return families
