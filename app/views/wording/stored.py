"""Sentences that a record holds, in the language that is spoken.

What was put together when a record was made (an alert's finding, what to do about it) stands in it in English, the same
for whoever reads it. Here such a sentence is known again by its words, and what stands in its places is looked up piece
by piece. What nobody knows, as words that somebody typed, is shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from app import content
from app.content import spoken
from app.content.model import Instrument, Item
from app.content.rules import load_rules
from app.language import ENGLISH, N_, NC_, NP_, dates, get_language, tr, trc, trn

FINDINGS = (
    N_("also severe a day or more ago"),
    N_("{hours} hours or more after a pain alert"),
    N_(", {before} last time"),
    N_("On record: {reasons}."),
    N_("{mme} MME a day"),
    N_("an opioid with a benzodiazepine"),
    N_("an earlier overdose or substance use disorder"),
    N_("with an injury"),
    N_("on a blood thinner"),
    N_("with an injury and on a blood thinner"),
    N_("Yes: {item}"),
    N_("{points} points or more on the fall questions."),
    N_("Needs named: {needs}."),
    N_("Signs of distress, a lot: {named}."),
    N_("Not as usual, with signs of distress: {named}."),
    N_("Phase is now terminal"),
    N_("late dementia with a complication"),
    N_("AKPS has fallen from {before} to {now}"),
    N_("PHQ-9 item 9 is {number}"),
    N_("The nurse is worried that this person may not want to live"),
    N_("What you found out still stands"),
    N_("Within {time}"),
    N_("The answer was corrected"),
    N_("A newer alert about the same stands"),
    N_("The home visit has begun, or it is written down why not"),
    N_("Deleted at the plan"),
    N_("{item} (own answer)"),
    N_("This person's record was opened while on call"),
    N_("A nurse opened this record in an emergency"),
    N_("You opened it. Reason: {reason}"),
    N_("{name} opened it. Reason: {reason}"),
    N_("By {name}. Reason: {reason}"),
    N_("Home from a facility while the nurse is off"),
    N_("A visit is due within 48 hours of coming home."),
)
"""What the safety rules, the closing of an alert and the plan say by themselves; all other sentences are in the rules'
table."""
EARLIER = (
    N_("Home from a facility: home visit due"),
    N_("Home for {time} or more, no home visit in person yet."),
    N_("{time} have passed without a home visit"),
    N_("Home for {time} or more, no home visit in person."),
    N_("A nurse on call opened this person's pack"),
)
"""What rules and the plan said once: alerts that were made then still say it."""
TASKS = (
    N_("Promise"),
    N_("Question about a visit"),
    N_("Thanks for a visit"),
    N_("Visit reviewed"),
    N_("Call to the family"),
    N_("Home visit within 48 hours"),
    N_("Please call me"),
    N_("Check on the nurse"),
    N_("Sign a telephone order"),
    N_("Referral loop"),
)
"""What our tasks are called in the record."""
SYMPTOMS = (
    N_("Pain"),
    N_("Tiredness"),
    N_("Drowsiness"),
    N_("Nausea"),
    N_("Lack of Appetite"),
    N_("Shortness of Breath"),
    N_("Depression"),
    N_("Anxiety"),
    N_("Wellbeing"),
    N_("Other Problem"),
)
"""What a symptom is called in a sentence of ours; in the scale itself its official words stand."""
SHORT_NAMES = (
    N_("Pain on average"),
    N_("Enjoyment of life"),
    N_("General activity"),
)
"""What we call the items of PEG in a list of ours; its questions are its owner's."""
RELATION = "relation"
RELATIONS = (
    NC_("relation", "Wife"),
    NC_("relation", "Husband"),
    NC_("relation", "Spouse"),
    NC_("relation", "Daughter"),
    NC_("relation", "Son"),
    NC_("relation", "Mother"),
    NC_("relation", "Father"),
    NC_("relation", "Sister"),
    NC_("relation", "Brother"),
    NC_("relation", "Granddaughter"),
    NC_("relation", "Grandson"),
    NC_("relation", "Niece"),
    NC_("relation", "Nephew"),
)
"""What a plan's records call who is close to a person, beside the words of our own form."""
TIMES = {
    "hour": NP_("{number} hour", "{number} hours"),
    "day": NP_("{number} day", "{number} days"),
    "contact": NP_("{number} contact or more", "{number} contacts or more"),
    "working day": NP_("{number} working day", "{number} working days"),
}
_NUMBERS = frozenset(
    {
        "value",
        "last",
        "before",
        "now",
        "days",
        "score",
        "sum_at",
        "points",
        "hours",
        "mme",
        "number",
        "changes",
    }
)
_PLACES = {
    "change": "(?:, .+?)?",
    "since": r"(?:also severe|\d+ hours or more).*?",
    "time": r"\d+(?:\.\d+)? (?:working )?\w+",
}
"""What may stand in a place beside which a sentence has little of its own."""
_PLACE = re.compile(r"\{(\w+)\}")
_LETTERS = re.compile(r"[^\W\d_]")
_TIME = re.compile(r"(\d+(?:\.\d+)?) (hour|day|contact|working day)s?(?: or more)?")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WHEN = re.compile(rf"({'|'.join(_DAYS)})(?: (\d\d:\d\d)|, ({'|'.join(_MONTHS)}) (\d\d?))")
_RELATED = re.compile(r"(.+) \((.+)\)")
FEWEST = 2
"""Letters that a sentence needs beside its places, to be known again by them."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    pattern: re.Pattern[str]
    template: str


def say(text: str) -> str:
    """A whole sentence that the app once made; as it stands where it is not known."""
    if not text or get_language().code == ENGLISH:
        return text
    return _find(text) or text


def _find(text: str) -> str:
    """The sentence in the language that is spoken, "" where neither it nor its pieces are known."""
    known = tr(text)
    if known != text:
        return known
    for one in _sentences():
        found = one.pattern.fullmatch(text)
        if found is not None and tr(one.template) != one.template:  # never half in one language
            return tr(one.template, **{name: _piece(value) for name, value in found.groupdict().items()})
    if text.endswith(".") and (inside := _find(text[:-1])):
        return f"{inside}."
    pieces = text.split(", ")
    said = [_word(text)] if len(pieces) == 1 else [_known(one) for one in pieces]
    return ", ".join(said) if all(said) else ""


def _piece(value: str) -> str:
    """What stands in a place: a number and what nobody knows stay as they are."""
    return _known(value) or value


def _known(value: str) -> str:
    return (_word(value) or _find(value)) if _LETTERS.search(value) else value


def _word(value: str) -> str:
    """A time or a name in the language that is spoken, "" for anything else."""
    if (time := _TIME.fullmatch(value)) is not None:
        one, many = TIMES[time[2]]
        return trn(one, many, 1 if float(time[1]) == 1 else 2, number=time[1])
    if (when := _WHEN.fullmatch(value)) is not None:
        return _moment(*when.groups())
    found = _names(get_language().code).get(value.casefold(), "")
    return found if value[:1].isupper() else found[:1].lower() + found[1:]


def _moment(weekday: str, clock: str | None, month: str | None, day: str | None) -> str:
    """`lun 14:05`, `lun, 30 de nov`."""
    writing = dates.get_writing()
    name = writing.days[_DAYS.index(weekday)]
    if clock is not None:
        return f"{name} {clock}"
    return writing.day_month_day.format(
        weekday=name, month=writing.months[_MONTHS.index(month or "Jan")], day=day
    )


@cache
def _sentences() -> tuple[_Sentence, ...]:
    """Those with places, the most telling first; what is nothing but a place is known by what stands in it."""
    found = [one for one in {*list_rule_sentences(), *FINDINGS, *EARLIER} if "{" in one]
    telling = [one for one in found if _telling(one) >= FEWEST]
    telling.sort(key=lambda one: (-_telling(one), len(_PLACE.findall(one)), one))
    return tuple(_Sentence(_pattern(one), one) for one in telling)


def _telling(template: str) -> int:
    return len(_LETTERS.findall(_PLACE.sub("", template)))


def _pattern(template: str) -> re.Pattern[str]:
    parts: list[str] = []
    seen: set[str] = set()
    for at, part in enumerate(_PLACE.split(template)):
        if at % 2 == 0:
            parts.append(re.escape(part))
        elif part in seen:
            parts.append(f"(?P={part})")
        else:
            seen.add(part)
            parts.append(f"(?P<{part}>{_place(part)})")
    return re.compile("".join(parts), re.DOTALL)


def _place(name: str) -> str:
    if name in _NUMBERS:
        return r"\d+(?:\.\d+)?"
    return _PLACES["time"] if name.endswith("_words") else _PLACES.get(name, ".+?")


def list_rule_sentences() -> Iterator[str]:
    """All that the rule table says, with the places that are filled when an alert is made."""
    table = load_rules()
    yield from (table.specialist, table.specialist_changed, table.aid_in_dying_policy)
    for rule in table.rules:
        yield from (rule.title, rule.finding, rule.due.words, *rule.actions)
    for variant in (table.usual_pain, *(one for rule in table.rules for one in rule.variants)):
        yield from (variant.title or "", variant.finding or "", *(variant.actions or ()))
        if variant.due is not None:
            yield variant.due.words


@cache
def _names(language: str) -> Mapping[str, str]:
    """Names and answers of our own forms, by their English words; `language` is only the key."""
    names = {one.casefold(): tr(one) for one in (*SYMPTOMS, *SHORT_NAMES)}
    names |= {one.casefold(): trc(RELATION, one) for one in RELATIONS}
    source = content.load()
    for name, shown in spoken.load().items():
        if spoken.is_ours(shown):
            for before, after in _pairs(source[name], shown):
                names.setdefault(before.casefold(), after)
    return names


def _pairs(source: Instrument, shown: Instrument) -> Iterator[tuple[str, str]]:
    return (pair for items in zip(source.items, shown.items, strict=True) for pair in _of_item(*items))


def _of_item(source: Item, shown: Item) -> Iterator[tuple[str, str]]:
    yield source.name, shown.name
    yield from ((a.display, b.display) for a, b in zip(source.options, shown.options, strict=True))
    for before, after in zip(source.items, shown.items, strict=True):
        yield from _of_item(before, after)


def name(english: str) -> str:
    """The name of an item, or an answer's words, of our own forms: "Daughter", "Paid caregiver"."""
    if not english or get_language().code == ENGLISH:
        return english
    return _names(get_language().code).get(english.casefold(), english)


def person(label: str) -> str:
    """ "Maria Diaz (daughter)", or only what she is to the person: her name as it is, the relation as it is said."""
    if (found := _RELATED.fullmatch(label)) is None:
        return name(label)
    said = name(found[2])
    return f"{found[1]} ({said[:1].lower()}{said[1:]})"
