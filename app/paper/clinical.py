"""The clinical summary: for the chart of the facility that cares for the person. English, as the chart."""

from __future__ import annotations

from app.content import load
from app.domain.code_status import compose as compose_code_status
from app.domain.on_paper import Held, Paper, may_be_added
from app.domain.patient import ProblemKind, age_on
from app.domain.people import Person
from app.domain.said import say_value
from app.paper import parts
from app.paper.model import Piece, Section, Sheet
from app.paper.source import Source
from app.paper.words import Words

PAPER = Paper.CLINICAL
_MATTERS = ("conv-matters", "conv-matters-words")
_WISHES = ("conv-care-wishes", "conv-hospital", "conv-hospital-words", "conv-place-care")
_KEPT = ("conv-place-death", "conv-worries")


def compose(source: Source, words: Words) -> Sheet:
    """Every piece that stands there by itself, and those that the nurse may add."""
    found = (
        Section("allergies", words.titles["allergies"], _allergies(source, words)),
        Section("code-status", words.titles["code-status"], _code_status(source)),
        Section("people", words.titles["people"], _people(source, words)),
        Section("matters", words.titles["matters"], parts.said_pieces(source, PAPER, _MATTERS, words)),
        Section("wishes", words.titles["wishes"], _wishes(source, words)),
        Section("symptoms", words.titles["symptoms"], _symptoms(source, words)),
        Section("function", words.titles["function"], _choice(source, words, "akps")),
        Section("medicines", words.titles["medicines"], parts.medicine_pieces(source, PAPER, words)),
        Section("problems", words.titles["problems"], _problems(source)),
        Section("plan", words.titles["plan"], parts.goal_pieces(source, words)),
        Section("worse", words.titles["worse"], parts.text_pieces(source, PAPER, "poc-if-worse")),
        Section("call", words.titles["call"], parts.call_pieces(source, words)),
        Section("kept", words.titles["kept"], _kept(source, words)),
    )
    return Sheet(PAPER, words.language, words.clinical, _about(source, words), found, foot(source, words))


def _about(source: Source, words: Words) -> tuple[str, ...]:
    person = source.sheet.patient
    lines = [person.display_name]
    if person.birth_on is not None:
        lines.append(words.born(person.birth_on, age_on(person.birth_on, source.today)))
    if source.sheet.interpreter_needed and person.language:
        lines.append(words.interpreter(person.language))
    if source.last_visit_at is not None:
        lines.append(words.last_visit(source.last_visit_at.date()))
    return tuple(lines)


def foot(source: Source, words: Words) -> tuple[str, ...]:
    """Who made it and when, and how far to trust it."""
    lines = (words.made(source.today, source.author), words.may_change, words.review)
    return tuple(line for line in lines if line)


def _allergies(source: Source, words: Words) -> tuple[Piece, ...]:
    known = source.sheet.allergies
    if known is None:
        return (Piece("allergies", words.allergies_unknown),)
    if not known:
        return (Piece("allergies", words.no_allergies),)
    return tuple(Piece(f"allergy-{number}", one.text) for number, one in enumerate(known))


def _code_status(source: Source) -> tuple[Piece, ...]:
    line = compose_code_status(list(source.statements), source.today)
    return (Piece("code-status", line.headline, detail="\n".join(line.lines)),)


def _people(source: Source, words: Words) -> tuple[Piece, ...]:
    deciders = source.people.deciders
    helpers = [one for one in source.people.people if "helps" in one.roles and not one.decides]
    return tuple(
        Piece(f"person-{n}", _who(one, words), label=one.name) for n, one in enumerate((*deciders, *helpers))
    )


def _who(person: Person, words: Words) -> str:
    said = [person.relation_words or person.relation]
    if person.decides:
        said.append(words.decides if person.is_deciding_agent else words.decides_with)
    if person.agent is not None:
        said.append(words.agent if person.is_deciding_agent else words.agent_not_now)
    return ", ".join(part for part in (*said, person.phone) if part)


def _wishes(source: Source, words: Words) -> tuple[Piece, ...]:
    return parts.said_pieces(source, PAPER, _WISHES, words, quoted=False)


def _symptoms(source: Source, words: Words) -> tuple[Piece, ...]:
    found = []
    for item in load()["esas-r"].items:
        answer = source.answer(PAPER, item.link_id)
        number = parts.number_of(answer)
        if answer is not None and number is not None:
            text = f"{words.score(number)}, {words.as_of(answer.at.date())}"
            found.append(Piece(item.link_id, text, label=item.name))
    return tuple(found)


def _choice(source: Source, words: Words, link_id: str, *, add: bool = False) -> tuple[Piece, ...]:
    answer = source.answer_to_add(PAPER, link_id) if add else source.answer(PAPER, link_id)
    instrument = load().get(link_id)
    if answer is None or answer.value is None or instrument is None:
        return ()
    said = say_value(instrument.get_item(link_id), answer.value)
    if link_id == "akps":
        said = f"{answer.value}: {said}"  # the level is what staff know it by
    text = f"{said}, {words.as_of(answer.at.date())}"
    label = instrument.name if add else ""
    return (Piece(link_id, text, label=label, on=not add, held=Held.AHEAD if add else None),)


def _problems(source: Source) -> tuple[Piece, ...]:
    """The plan's own problem list; what was filed at single visits, and how somebody lives, is left away."""
    listed = [one for one in source.sheet.problems if one.kind is ProblemKind.LISTED]
    return tuple(Piece(f"problem-{number}", one.text) for number, one in enumerate(listed))


def _kept(source: Source, words: Words) -> tuple[Piece, ...]:
    said = tuple(link for link in _KEPT if may_be_added(PAPER, link))
    return (
        *_choice(source, words, "phase", add=True),
        *parts.said_pieces(source, PAPER, said, words, quoted=False, on=False),
    )
