"""What two versions say, in the language that is spoken: our forms' words by what was chosen, own words as typed."""

from __future__ import annotations

from collections.abc import Mapping

from app.content.model import Item
from app.content.spoken import load
from app.domain.merging_heads import Subject
from app.domain.merging_subjects import FORMS
from app.domain.visit import Answer
from app.language import tr
from app.services.conflict_models import WHOLE, ConflictPage, ConflictSection
from app.views.conversation.in_words import get_field, say_answer, say_field
from app.views.wording import conflicts as said
from app.views.wording import stored


def say_title(page: ConflictPage, section: ConflictSection) -> str:
    """The name of a part: of a form's field as the form calls it."""
    if section.id == WHOLE:
        return tr(said.WHOLE.get(page.line.what, ""))
    if not section.links:
        return section.title
    if page.line.what == Subject.CONVERSATION:
        return get_field(section.id).title
    return next((one.name for one in _items(page, section)), section.title)


def say_texts(page: ConflictPage, section: ConflictSection) -> tuple[str, ...]:
    """What each side says, "" where it says nothing."""
    if not section.links:
        return tuple("\n".join(map(stored.say, text.split("\n"))) for text in section.texts)
    return tuple(_say(page, section, answers) for answers in section.answers)


def say_joined(page: ConflictPage, section: ConflictSection) -> str | None:
    """What both say together; None where they do not go together."""
    if section.joined is None or not section.links:
        return section.joined
    return _say(page, section, section.both)


def _say(page: ConflictPage, section: ConflictSection, answers: Mapping[str, Answer]) -> str:
    if page.line.what == Subject.CONVERSATION:
        return say_field(get_field(section.id), answers)
    lines: list[str] = []
    for item in _items(page, section):
        answer = answers.get(item.link_id)
        words = "" if item.hidden or answer is None else say_answer(item, answer)
        if words:
            lines.append(f"{item.name}: {words}" if section.id == WHOLE else words)
    return "\n".join(lines)


def _items(page: ConflictPage, section: ConflictSection) -> list[Item]:
    form, group = FORMS[Subject(page.line.what)]
    return [one for one in load()[form].get_item(group).items if one.link_id in section.links]
