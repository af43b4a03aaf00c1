"""The fields of a conversation about what matters: a question with the words that belong to it, read as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.content import load
from app.content.model import Instrument, Item, ItemKind
from app.domain.said import ABSENT_WORDS, say_answer, say_value
from app.domain.visit import Absent, Answer

FORM = "conversation"
SAW = "conv-saw"
"""The hidden item that names the versions which the author had before her."""
INFORMATION = "conv-information"
BOXES = ("conv-matters", "conv-worries", "conv-present", "conv-next")
"""What the page opens with."""

PROMPT_ORDER = (
    "conv-understanding",
    INFORMATION,
    "conv-prognosis",
    "conv-matters",
    "conv-hopes",
    "conv-worries",
    "conv-coping",
    "conv-strength",
    "conv-abilities",
    "conv-accept",
    "conv-care-wishes",
    "conv-hospital",
    "conv-family",
    "conv-options",
    "conv-next",
    "conv-emotion",
    "conv-experience",
)
"""The order of a conversation, for reading the ways to ask through beforehand."""

SHARED_RECORD = {"conv-accept": "conv-refuse"}
"""Fields whose words stand in the record of another field: both halves of what the person would go through."""

NEVER_ON_PAPER = frozenset(
    {
        "conv-aid-in-dying",
        "conv-capacity",
        "conv-emotion",
        "conv-experience",
        "conv-family",
        "conv-family-understanding",
        "conv-prognosis",
        "conv-prognosis-by",  # and what was said, in words
        "conv-response",  # and what the nurse did about a feeling
        "conv-told",
        "conv-understanding",
        "conv-voluntary",
        "conv-worries",
        "conv-coping",
        SAW,
    }
)
"""Fields that stay with the team: what somebody said in trust, what was judged, what may lie ahead."""


class Domain(StrEnum):
    """The four things that count as a documented conversation (codebook of CMAJ Open 8/2/E448)."""

    VALUES = "values-and-goals"
    UNDERSTANDING = "prognosis-and-illness-understanding"
    END_OF_LIFE = "end-of-life-planning"
    CODE_STATUS = "code-status"


DOMAIN_FIELDS: Mapping[Domain, tuple[str, ...]] = {
    Domain.VALUES: (
        "conv-matters",
        "conv-worries",
        "conv-hopes",
        "conv-coping",
        "conv-strength",
        "conv-abilities",
        "conv-accept",
        "conv-refuse",
        "conv-care-wishes",
    ),
    Domain.UNDERSTANDING: (
        "conv-understanding",
        INFORMATION,
        "conv-prognosis",
        "conv-family-understanding",
        "conv-family",
    ),
    Domain.END_OF_LIFE: (
        "conv-hospital",
        "conv-place-care",
        "conv-place-death",
        "conv-aid-in-dying",
        "conv-decision",
    ),
    Domain.CODE_STATUS: (),
}
"""Which fields fill which domain (own assignment); code status is filled by statements, not by the conversation."""


@dataclass(frozen=True, slots=True)
class Field:
    """A question and the items that only add words to it."""

    item: Item
    more: tuple[Item, ...] = ()

    @property
    def id(self) -> str:
        return self.item.link_id

    @property
    def title(self) -> str:
        return self.item.name

    @property
    def items(self) -> tuple[Item, ...]:
        return (self.item, *self.more)

    @property
    def private(self) -> bool:
        """Kept apart: not read in passing, by whoever holds the tablet."""
        return self.item.private

    @property
    def fit_for_paper(self) -> bool:
        """Whether it may stand on a paper that leaves the team; who may hold that paper says `people.may_tell`."""
        return not self.private and self.id not in NEVER_ON_PAPER


def conversation_form() -> Instrument:
    return load()[FORM]


def list_fields() -> tuple[Field, ...]:
    """All fields in the form's order. An item without reasons for "no answer" adds words to the one before it."""
    fields: list[Field] = []
    for item in conversation_form().items:
        if item.hidden:
            continue
        if item.absents or not fields or item.kind in (ItemKind.MOMENT, ItemKind.QUANTITY):
            fields.append(Field(item))
        else:
            fields[-1] = Field(fields[-1].item, (*fields[-1].more, item))
    return tuple(fields)


def get_field(field_id: str) -> Field:
    """Raises KeyError."""
    for field in list_fields():
        if field.id == field_id:
            return field
    raise KeyError(field_id)


def own_answers(answers: Mapping[str, Answer]) -> Mapping[str, Answer]:
    """The conversation's answers among all of a visit, without what the app keeps for itself."""
    links = {item.link_id for field in list_fields() for item in field.items}
    return {link: answer for link, answer in answers.items() if link in links}


def say_field(field: Field, answers: Mapping[str, Answer]) -> str:
    """What stands in a field, in one line of words; "" where it was not touched."""
    parts: list[str] = []
    for item in field.items:
        answer = answers.get(item.link_id)
        said = say_answer(item, answer) if answer is not None else ""
        if said:
            parts.append(
                f"“{said}”" if item.kind is ItemKind.TEXT and answer and answer.absent is None else said
            )
    return " ".join(part if part.endswith((".", "!", "?", "”")) else f"{part}." for part in parts)


def states(field: Field, answers: Mapping[str, Answer]) -> bool:
    """Whether the answers say anything about this field that may take the place of what was said before.

    "Not discussed today" leaves what is known as it is; a wish not to discuss it, and "not known", are said.
    """
    given = [answers[item.link_id] for item in field.items if item.link_id in answers]
    return any(answer.absent is not Absent.NOT_DISCUSSED for answer in given)


def has_value(field: Field, answers: Mapping[str, Answer]) -> bool:
    return any(answers[i.link_id].absent is None for i in field.items if i.link_id in answers)


def find_absent(field: Field, answers: Mapping[str, Answer]) -> str | None:
    """The reason in words where the field holds nothing else."""
    answer = answers.get(field.id)
    if answer is None or answer.absent is None or has_value(field, answers):
        return None
    return ABSENT_WORDS[answer.absent]


def filled_domains(answers: Mapping[str, Answer], *, code_status: bool) -> tuple[tuple[Domain, bool], ...]:
    """Which of the four are filled: a shape to look at, never a score. `code_status`: a statement is on record."""
    filled = {f.id for f in list_fields() if has_value(f, answers)}
    return tuple(
        (domain, code_status if domain is Domain.CODE_STATUS else bool(filled & set(DOMAIN_FIELDS[domain])))
        for domain in Domain
    )


def personal_goal(answers: Mapping[str, Answer]) -> str:
    """What matters, in words for a goal: the chosen ones and the person's own; "" where nothing was said."""
    field = get_field("conv-matters")
    return ". ".join(words_of(field.items, answers))


def words_of(items: Iterable[Item], answers: Mapping[str, Answer]) -> list[str]:
    """The values among these items, each in words, without marks around them."""
    found = ((item, answers.get(item.link_id)) for item in items)
    return [say_value(item, a.value) for item, a in found if a is not None and a.value is not None]
