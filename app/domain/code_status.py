"""Code status: everything that is on record about it, what each rests on, and the line that is always shown.

Nothing on record reads "Code status: not recorded", never blank and never a default. Records that differ are all
listed, and none is overwritten. A nurse writes down what she saw or heard; she signs no order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.domain.code_status_words import find_decision, is_title
from app.domain.said import say_day
from app.language import N_

GROUP = "cs-statements"
NOT_RECORDED = N_("Code status: not recorded")
PREFIX = "Code status: "
NOT_SAID = N_("what is on record does not say")


class Rests(StrEnum):
    """What a statement rests on. The first six are the nurse's; `PLAN` is a record that was pulled."""

    POLST = "polst"
    DNR_FORM = "dnr-form"
    ADVANCE_DIRECTIVE = "advance-directive"
    PATIENT = "patient"
    AGENT = "agent"
    RECORD = "record"
    PLAN = "plan"


PAPERS = (Rests.POLST, Rests.DNR_FORM, Rests.ADVANCE_DIRECTIVE)
"""Seen by the nurse with her own eyes."""


class Cpr(StrEnum):
    NO = "cpr-no"
    YES = "cpr-yes"
    NOT_DECIDED = "not-decided"
    NOT_STATED = "not-stated"


CPR_WORDS = {Cpr.NO: N_("No CPR"), Cpr.YES: N_("Attempt CPR"), Cpr.NOT_DECIDED: N_("Not decided")}
TREATMENT_WORDS = {
    "full": N_("full treatment"),
    "selective": N_("selective treatment"),
    "comfort": N_("comfort-focused treatment"),
}
NUTRITION_WORDS = {
    "tube": N_("feeding through a tube"),
    "trial": N_("feeding by tube for a trial time"),
    "none": N_("no feeding by tube"),
}
KEPT_WORDS = {
    "fridge": N_("on fridge"),
    "bed": N_("by the bed"),
    "wallet": N_("in a wallet or bag"),
    "folder": N_("in a folder at home"),
    "chart": N_("in the facility's chart"),
    "family": N_("with the family"),
}
_RESTS_WORDS = {
    Rests.POLST: N_("POLST seen"),
    Rests.DNR_FORM: N_("DNR form seen"),
    Rests.ADVANCE_DIRECTIVE: N_("advance directive seen"),
    Rests.PATIENT: N_("patient said"),
    Rests.AGENT: N_("agent said"),
    Rests.RECORD: N_("another record read"),
    Rests.PLAN: N_("plan record"),
}


@dataclass(frozen=True, slots=True)
class Tongue:
    """How our words and a day are said; what a record says in its own words is never touched. `day(on, today)`."""

    word: Callable[[str], str] = str
    day: Callable[[date, date], str] = say_day


AS_RECORDED = Tongue()


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing on record. `id` is the record that stands for it (`Type/id`).

    `seen_at` is when the nurse saw or heard it; `dated` what stands on the paper or when it was said ("2024-03" and
    "2024" where a record says no more). `what` is a pulled record's own words about CPR or treatment, `title` what it
    is called ("POLST on file"), which says nothing.
    """

    id: str
    rests: Rests
    cpr: Cpr | None = None
    treatment: str | None = None
    nutrition: str | None = None
    dated: str = ""
    seen_at: datetime | None = None
    by: str = ""
    kept: str = ""
    signed: tuple[str, ...] = ()
    signed_by: str = ""
    what: str = ""
    title: str = ""
    replaces: tuple[str, ...] = ()
    taken_back: bool = False
    pending: bool = False

    @property
    def says(self) -> str:
        """Its value in words: "No CPR, comfort-focused treatment", a record's own words in quotes, or ""."""
        return self.say()

    def say(self, tongue: Tongue = AS_RECORDED) -> str:
        parts = [CPR_WORDS.get(self.cpr or Cpr.NOT_STATED, "")]
        parts.append(TREATMENT_WORDS.get(self.treatment or "", ""))
        parts.append(NUTRITION_WORDS.get(self.nutrition or "", ""))
        said = ", ".join(tongue.word(part) for part in parts if part)
        said = said[:1].upper() + said[1:]
        return said or (f"“{self.what}”" if self.words else "")

    @property
    def words(self) -> str:
        """Its own words where they say something; a pulled record's bare title says nothing."""
        return "" if self.rests is Rests.PLAN and is_title(self.what) else self.what

    @property
    def words_beside(self) -> str:
        """A pulled record's own words in quotes, to stand beside what was coded; "" where `says` shows them already."""
        shown = self.says.casefold()
        told = not self.words or self.words.casefold() in (shown, shown.strip("“”"))
        return "" if told or self.rests is not Rests.PLAN else f"“{self.words}”"

    @property
    def opinion(self) -> tuple[str, ...]:
        """What can be compared: (CPR, treatment, nutrition), "" where it says nothing about one."""
        cpr = "" if self.cpr in (None, Cpr.NOT_STATED) else str(self.cpr)
        treatment = self.treatment if self.treatment in TREATMENT_WORDS else ""
        return (
            cpr,
            treatment or "",
            self.nutrition if self.nutrition in NUTRITION_WORDS and self.nutrition else "",
        )


@dataclass(frozen=True, slots=True)
class CodeStatus:
    """What is shown. `headline` stands alone; `lines` say what it rests on, one a record where they differ."""

    headline: str
    lines: tuple[str, ...] = ()
    differs: bool = False
    current: tuple[Statement, ...] = ()
    earlier: tuple[Statement, ...] = ()
    """Taken back, or superseded by a later one; newest first."""

    @property
    def line(self) -> str:
        """All of it in one line, for screen readers and papers."""
        return ". ".join((self.headline, *self.lines))


NOTHING = CodeStatus(NOT_RECORDED)


def list_current(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Those that no other supersedes and that were not taken back, newest first; a ring keeps all of its members."""
    known = list(statements)
    named = {old for one in known for old in one.replaces if old != one.id}
    heads = [one for one in known if one.id not in named] or known
    return _newest_first(one for one in heads if not one.taken_back)


def _newest_first(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    return tuple(sorted(statements, key=lambda one: (when_text(one), one.id), reverse=True))


def when_text(statement: Statement) -> str:
    """The day that orders statements, as exact as it is known."""
    return statement.seen_at.date().isoformat() if statement.seen_at is not None else statement.dated


def find_disagreement(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The current statements where any two differ in a part about which both say something; else nothing.

    A pulled record whose words cannot be read for sure counts as different: it is shown beside the rest. One that
    says nothing, as a paper's bare title, differs from none.
    """
    current = [one for one in list_current(statements) if one.says]
    return tuple(current) if len(_sides(current)) > 1 else ()


def _sides(current: Iterable[Statement]) -> list[list[Statement]]:
    """Statements put together with those that they agree with; more than one group where any two differ."""
    sides: list[list[Statement]] = []
    for one in current:
        side = next((group for group in sides if not any(_differ(one, other) for other in group)), None)
        if side is None:
            sides.append([one])
        else:
            side.append(one)
    return sides


def _differ(one: Statement, other: Statement) -> bool:
    mine, theirs = one.opinion, other.opinion
    if not any(mine) or not any(theirs):
        return any(mine) or any(theirs) or one.words.casefold() != other.words.casefold()
    return any(a and b and a != b for a, b in zip(mine, theirs, strict=True))


def compose(statements: Sequence[Statement], today: date, tongue: Tongue = AS_RECORDED) -> CodeStatus:
    """What is always shown on a person's page and in a visit."""
    current = list_current(statements)
    kept = {one.id for one in current}
    earlier = _newest_first(one for one in statements if one.id not in kept)
    differing = find_disagreement(statements)
    if differing:
        headline = f"{PREFIX}{_how_many(differing)}"
        return CodeStatus(headline, _lines(differing, today, tongue), True, current, earlier)
    saying = sorted((one for one in current if one.says), key=_weight, reverse=True)
    if saying:
        first = saying[0]
        line = _capital(_beside(say_rests(first, today, tongue), first))
        return CodeStatus(f"{PREFIX}{first.say(tongue)}", (line,), False, current, earlier)
    if current:
        first = current[0]
        title = first.title or first.what
        rests = say_rests(first, today, tongue)
        line = f"{title}: {rests}" if title else _capital(rests)
        return CodeStatus(f"{PREFIX}{NOT_SAID}", (line,), False, current, earlier)
    return CodeStatus(NOT_RECORDED, (), False, (), earlier)


def _lines(differing: Sequence[Statement], today: date, tongue: Tongue) -> tuple[str, ...]:
    """One a record; records that say the same, rest on the same and have the same day are one line."""
    lines: dict[str, dict[str, None]] = {}
    for one in differing:
        words = lines.setdefault(f"{one.say(tongue)}: {say_rests(one, today, tongue)}", {})
        if one.words_beside:
            words[one.words_beside] = None
    return tuple(", ".join((line, *words)) for line, words in lines.items())


def _beside(text: str, statement: Statement) -> str:
    return ", ".join(part for part in (text, statement.words_beside) if part)


def _how_many(differing: Sequence[Statement]) -> str:
    named = (N_("Two different records"), N_("Three different records"), N_("Four different records"))
    return dict(enumerate(named, start=2)).get(len(_sides(differing)), N_("Several different records"))


def _weight(statement: Statement) -> tuple[int, int, str]:
    """Among statements that agree: a paper that was seen first, then what says most, then the newest."""
    return (statement.rests in PAPERS, sum(map(bool, statement.opinion)), when_text(statement))


def say_rests(statement: Statement, today: date, tongue: Tongue = AS_RECORDED) -> str:
    """`POLST seen Mar 12, on fridge`, `patient said, May 3`, `plan record, 2024`."""
    words = tongue.word(_RESTS_WORDS[statement.rests])
    when = say_when(statement, today, tongue)
    place, comma, exactly = statement.kept.partition(", ")
    kept = (tongue.word(place) if place in KEPT_WORDS.values() else place) + comma + exactly
    if statement.rests in PAPERS:
        return ", ".join(part for part in (f"{words} {when}".strip(), kept) if part)
    return ", ".join(part for part in (words, when, kept) if part)


def say_when(statement: Statement, today: date, tongue: Tongue = AS_RECORDED) -> str:
    """For a paper when it was seen; else the day that the record gives, as exact as it is."""
    if statement.rests in PAPERS and statement.seen_at is not None:
        return tongue.day(statement.seen_at.date(), today)
    said = statement.dated or (statement.seen_at.date().isoformat() if statement.seen_at is not None else "")
    try:
        return tongue.day(date.fromisoformat(said), today)
    except ValueError:
        return said[:4]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def read_words(text: str) -> Cpr | None:
    """What a pulled record's words say about CPR where every part of them is a known phrase; None for anything else.

    The words themselves are always shown beside what was read.
    """
    decision = find_decision(text)
    return None if decision is None else Cpr(decision)
