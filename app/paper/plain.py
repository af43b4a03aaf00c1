"""The three papers in plain words: for one reader, for the fridge, and the person's own sentences."""

from __future__ import annotations

from datetime import date

from app.content import load, load_table
from app.domain.on_paper import ADDABLE, NAMED, Held, Paper
from app.domain.people import Topic
from app.paper import parts
from app.paper.clinical import foot
from app.paper.model import Piece, Section, Sheet
from app.paper.readers import Reader
from app.paper.source import Source
from app.paper.words import Words

_MATTERS = ("conv-matters-words", "conv-care-wishes")


def compose_family(source: Source, words: Words, reader: Reader) -> Sheet:
    """A summary for one reader: a part about which the reader may not be told is not there at all."""
    paper, titles = Paper.FAMILY, words.titles
    found: list[Section] = []
    if Topic.PRACTICAL in reader.topics:
        found.append(Section("call", titles["call"], parts.call_pieces(source, words)))
        found.append(Section("next", titles["next"], _next(source, words)))
    if Topic.WISHES in reader.topics:
        found.append(Section("matters", titles["matters"], parts.said_pieces(source, paper, _MATTERS, words)))
    if Topic.DAILY in reader.topics:
        hopes = Topic.WISHES in reader.topics
        found.append(Section("now", titles["now"], _now(source, words)))
        found.append(Section("plan", titles["plan"], parts.goal_pieces(source, words, hopes=hopes)))
        found.append(Section("worse", titles["worse"], parts.text_pieces(source, paper, "poc-if-worse")))
    if Topic.MEDICINES in reader.topics:
        pieces = parts.medicine_pieces(source, paper, words)
        found.append(Section("medicines", titles["medicines"], pieces))
    title = words.family(source.sheet.patient.display_name)
    return Sheet(paper, words.language, title, (), tuple(found), foot(source, words))


def _next(source: Source, words: Words) -> tuple[Piece, ...]:
    """The day that was agreed, where it is not over: a visit since then, on that day, was the one agreed on."""
    when = source.answer(Paper.FAMILY, "poc-next-contact")
    how = source.answer(Paper.FAMILY, "poc-next-how")
    try:
        on = date.fromisoformat(str(when.value)) if when is not None else None
    except ValueError:
        on = None
    if when is None or on is None or on < source.today:
        return ()
    last = source.last_visit_at
    if last is not None and when.at < last and on <= last.astimezone().date():
        return ()
    kind = words.next_how.get(str(how.value), "") if how is not None else ""
    return (Piece("next", words.day(on), detail=kind),)


def _now(source: Source, words: Words) -> tuple[Piece, ...]:
    found = []
    for link_id, name in words.symptoms.items():
        answer = source.answer(Paper.FAMILY, link_id)
        number = parts.number_of(answer)
        if answer is not None and number is not None:
            text = f"{words.score(number)}, {words.as_of(answer.at.date())}"
            found.append(Piece(link_id, text, label=name))
    return tuple(found)


def compose_fridge(source: Source, words: Words) -> Sheet:
    """One large page: whom to call, which medicine for what, what is usual now."""
    normal = tuple(
        Piece(
            f"normal-{one['id']}",
            parts.read_words(one, words),
            on=False,
            held=Held.AHEAD if one["ahead"] else None,
        )
        for one in load_table(parts.FRIDGE_TABLE)["normal"]
    )
    titles = words.titles
    found = (
        Section("call", titles["call"], parts.call_pieces(source, words, emergency=True)),
        Section("medicines", titles["medicines"], parts.medicine_pieces(source, Paper.FRIDGE, words)),
        Section("normal", titles["normal"], normal),
        Section("worse", titles["worse"], parts.text_pieces(source, Paper.FRIDGE, "poc-if-worse")),
    )
    title = words.fridge(source.sheet.patient.display_name)
    return Sheet(Paper.FRIDGE, words.language, title, (), found, foot(source, words))


def compose_own_words(source: Source, words: Words) -> Sheet:
    """The person's sentences. None stands there before the nurse, with the person or the agent, has chosen it."""
    paper = Paper.OWN_WORDS
    order = [item.link_id for item in load()["conversation"].items]
    links = tuple(link for link in order if link in NAMED[paper] | ADDABLE[paper])
    pieces = parts.said_pieces(source, paper, links, words, on=False)
    title = words.own_words(source.sheet.patient.display_name)
    made = (words.made(source.today, source.author), words.review)
    return Sheet(
        paper,
        words.language,
        title,
        (),
        (Section("sentences", words.titles["sentences"], pieces),),
        tuple(line for line in made if line),
    )
