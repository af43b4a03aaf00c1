"""Sections that more than one paper has: medicines, the plan of care, whom to call, what was said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from app.content import load_table
from app.content.model import ItemKind
from app.domain.care_plan import CareGoal
from app.domain.conversation import Standing, what_stands
from app.domain.conversation_fields import words_of
from app.domain.medicines import Line, Taken, reconcile, text_of
from app.domain.on_paper import Paper, find_held, may_be_added, stands
from app.domain.visit import Answer
from app.paper.model import Choice, Doubt, Piece
from app.paper.source import Source
from app.paper.words import Words

FRIDGE_TABLE = "fridge-sheet"
CALL_911 = "call-911"
DAY, NIGHT = "family-day", "family-night"
"""Purposes of the plan's telephone numbers that stand on papers for families."""


def read_words(one: dict[str, str], words: Words) -> str:
    """A line of the content table in the paper's language."""
    return one[words.language]


def list_medicines(source: Source) -> tuple[Line, ...]:
    """Each with the last word on it from the house, or as listed where nobody went through them."""
    last = source.medicines
    return last.lines if last is not None else reconcile({}, source.sheet.medicines)


def medicine_pieces(source: Source, paper: Paper, words: Words) -> tuple[Piece, ...]:
    """One a medicine, with the words of its order.

    A chart also says how it is taken. A paper for the house tells people what to do: what is not taken is left away,
    and what is taken otherwise than ordered stands there only once the nurse has put it there.
    """
    if paper is Paper.CLINICAL:
        return _chart_medicines(source, words)
    purposes = tuple(
        Choice(one["id"], read_words(one, words)) for one in load_table(FRIDGE_TABLE)["purposes"]
    )
    found = []
    for number, line in enumerate(list_medicines(source)):
        if line.is_taken:
            doubt = _doubt(source, line)
            text = _ordered(line) or text_of(line.entry, "med-how")
            piece = Piece(f"medicine-{number}", text, label=line.name, choices=purposes)
            found.append(replace(piece, on=doubt is None, doubt=doubt))
    return tuple(found)


def _chart_medicines(source: Source, words: Words) -> tuple[Piece, ...]:
    lines = list_medicines(source)
    found = []
    if any(line.taken is None for line in lines):
        found.append(Piece("medicines-note", words.not_gone_through))
    for number, line in enumerate(lines):
        how = text_of(line.entry, "med-how") if line.taken in _OTHERWISE else ""
        state = ": ".join(part for part in (_state(line, words), how) if part)
        found.append(Piece(f"medicine-{number}", _ordered(line), label=line.name, detail=state))
    return tuple(found)


_OTHERWISE = (Taken.DIFFERENTLY, Taken.NOT_ON_LIST)


def _doubt(source: Source, line: Line) -> Doubt | None:
    order = line.medicine.reference if line.medicine is not None else None
    if source.medicines is not None and order in source.medicines.doubles:
        return Doubt.TWO_WORDS
    if line.taken is Taken.DIFFERENTLY:
        return Doubt.DIFFERENT
    return Doubt.NOT_ORDERED if line.taken is Taken.NOT_ON_LIST or line.medicine is None else None


def _ordered(line: Line) -> str:
    return (line.medicine.dosage if line.medicine is not None else None) or ""


def _state(line: Line, words: Words) -> str:
    return {
        None: "",  # one line at the head of the list says it
        Taken.AS_LISTED: words.as_listed,
        Taken.DIFFERENTLY: words.taken_so,
        Taken.NOT_TAKING: words.not_taken,
        Taken.NOT_ON_LIST: words.not_on_list,
    }[line.taken]


def goal_pieces(source: Source, words: Words, *, hopes: bool = True) -> tuple[Piece, ...]:
    """Open problems of the plan of care. `hopes`: with what the person hopes for."""
    return tuple(
        Piece(f"goal-{number}", _goal_text(goal, words, hopes, source.today), label=goal.problem)
        for number, goal in enumerate(source.plan.open_goals)
    )


def _goal_text(goal: CareGoal, words: Words, hopes: bool, today: date) -> str:
    """A day that is over is told as one: nobody waits for it."""
    when = words.by_when if goal.by is not None and goal.by >= today else words.was_by
    who = ", ".join(words.who.get(one, one) for one in goal.who)
    lines = [
        words.hope(goal.hope) if goal.hope and hopes else "",
        words.doing(goal.do) if goal.do else "",
        words.who_does(who) if who else "",
        when(words.day(goal.by)) if goal.by is not None else "",
        words.if_worse(goal.if_worse) if goal.if_worse else "",
    ]
    return "\n".join(line for line in lines if line)


def call_pieces(source: Source, words: Words, *, emergency: bool = False) -> tuple[Piece, ...]:
    """The plan's numbers for families, or a line to write one on. 911 only where the nurse adds it."""
    phones = source.settings.phones
    numbers = (("call-day", words.by_day, phones.get(DAY)), ("call-night", words.by_night, phones.get(NIGHT)))
    found = [Piece(one, number or "", label=label, blank=not number) for one, label, number in numbers]
    if emergency and phones.get("911"):
        found.append(Piece(CALL_911, phones["911"], label=words.emergency, on=False))
    return tuple(found)


def text_pieces(source: Source, paper: Paper, link_id: str) -> tuple[Piece, ...]:
    """What was typed under one question, as typed."""
    answer = source.answer(paper, link_id)
    text = answer.value if answer is not None else None
    return (Piece(link_id, text),) if isinstance(text, str) and text.strip() else ()


def said_pieces(
    source: Source,
    paper: Paper,
    links: tuple[str, ...],
    words: Words,
    *,
    quoted: bool = True,
    on: bool = True,
) -> tuple[Piece, ...]:
    """What the person said under these questions of the conversation, as it stands now; all of it where it differs."""
    found: list[Piece] = []
    for standing in what_stands(source.conversation):
        for link in (item.link_id for item in standing.field.items if item.link_id in links):
            if stands(paper, link) or may_be_added(paper, link):
                found += _sayings(standing, link, paper, words, quoted, on)
    return tuple(found)


def _sayings(
    standing: Standing, link: str, paper: Paper, words: Words, quoted: bool, on: bool
) -> Iterator[Piece]:
    item = next(one for one in standing.field.items if one.link_id == link)
    by_itself = stands(paper, link)
    for number, saying in enumerate(standing.sayings):
        text = "; ".join(words_of([item], saying.version.answers))
        if text:
            yield Piece(
                f"{link}-{number}" if number else link,
                text,
                label="" if quoted else standing.field.title,
                detail=words.said_on(saying.version.at.date(), saying.version.author.name),
                on=on and by_itself,
                held=None if by_itself else find_held(link),
                quoted=quoted and item.kind in (ItemKind.TEXT, ItemKind.LINE),
            )


def number_of(answer: Answer | None) -> int | None:
    """The newest number of an answer: the last time that it was measured in its visit."""
    if answer is None:
        return None
    later = [one.value for one in answer.again if isinstance(one.value, int)]
    return later[-1] if later else answer.number
