"""Words of promises and of the doorstep card."""

from __future__ import annotations

from datetime import datetime

from app.domain.promise import Promise, PromiseState
from app.domain.visit import Modality
from app.language import N_, NC_, tr, trc
from app.services.doorstep import Doorstep, Hurt, OwnWords, Signs
from app.views import say

# making one
PROMISED = N_("I promised")
PROMISED_HELP = N_("One tap. The next visit opens with it, whoever goes.")
KINDS = {
    "phone": N_("Phone again"),
    "ask-doctor": N_("Ask the doctor"),
    "medicine": N_("See to a medicine"),
    "supplies": N_("Bring or order supplies"),
    "family": N_("Talk with the family"),
    "find-out": N_("Find something out"),
}
OTHER = N_("Something else")
OTHER_LABEL = N_("What did you promise?")
KEEP, CANCEL = N_("Keep it"), N_("Cancel")
UNDO = N_("Take back")

# answering one
IN_VISIT = N_("Promises")
OPEN_TITLE = N_("Promised, still open")
ABOUT = "promise"
"""The context of what is said of one: "Kept" stands for other things too."""
ANSWERED = {PromiseState.KEPT: NC_("promise", "Kept"), PromiseState.NOT_KEPT: NC_("promise", "Not kept")}
REOPEN = N_("Undo")
NOT_SENT = N_("not sent yet")
MORE = N_("Earlier promises")
LESS = N_("Hide earlier promises")

# the doorstep card
_DOORSTEP, _ESSENTIALS = N_("At the door"), N_("The essentials")
_DOORSTEP_OPEN, _DOORSTEP_CLOSE = N_("Show the doorstep card"), N_("Hide the doorstep card")
_ESSENTIALS_OPEN, _ESSENTIALS_CLOSE = N_("Show the essentials"), N_("Hide the essentials")
NOTHING_MATTERS = N_("Nobody has written down yet what matters most.")
NOT_RATED = N_("No symptom has been given a number yet.")


def doorstep(modality: Modality) -> str:
    """What the card is called; a call has no door."""
    return tr(_DOORSTEP) if modality is Modality.IN_PERSON else tr(_ESSENTIALS)


def doorstep_way(modality: Modality, *, shown: bool) -> str:
    """What shows and hides it within a visit."""
    if modality is Modality.IN_PERSON:
        return tr(_DOORSTEP_CLOSE) if shown else tr(_DOORSTEP_OPEN)
    return tr(_ESSENTIALS_CLOSE) if shown else tr(_ESSENTIALS_OPEN)


def words_of(promise: Promise) -> str:
    """In our words where it is one of the common ones, else in those of whoever promised."""
    return tr(KINDS.get(promise.kind, promise.words))


def made(promise: Promise, now: datetime) -> str:
    """ "Ana Ruiz, RN, Nov 15"."""
    who = promise.by.name
    when = say.day_of(promise.made_at, now)
    line = f"{who}, {when}" if who else when
    return f"{line}, {tr(NOT_SENT)}" if promise.pending else line


def made_now(promise: Promise) -> str:
    """Under a promise of this visit."""
    return tr("In this visit, {not_sent}", not_sent=tr(NOT_SENT)) if promise.pending else tr("In this visit")


def answer(state: PromiseState) -> str:
    """What became of one, "" while it is open; also what one taps to say so."""
    return trc(ABOUT, ANSWERED.get(state, ""))


def said(promise: Promise, now: datetime) -> str:
    """ "Kept, Ana Ruiz, RN, today"."""
    word = answer(promise.state)
    when = say.day_of(promise.said_at, now) if promise.said_at is not None else ""
    return ", ".join(part for part in (word, promise.said_by, when) if part)


def called(name: str) -> str:
    return tr("Likes to be called {name}", name=name)


def home(people: tuple[str, ...]) -> str:
    """ "Lives with Luis Ríos (brother or sister)"."""
    return tr("Lives with {people}", people=", ".join(people))


def there(who: tuple[str, ...]) -> str:
    """ "There last time: Family, Paid caregiver"."""
    return tr("There last time: {who}", who=", ".join(who))


def feels(one: Doorstep, now: datetime) -> list[str]:
    """What was seen in a person who could not say it, that she could not, and what hurt. That nothing did is only
    said where numbers were given, with their day.
    """
    lines = _seen(one.signs, now) if one.signs is not None else []
    if one.unable_at is not None:
        lines.append(tr("Could not say how strong symptoms are ({day})", day=say.day_of(one.unable_at, now)))
    if one.hurts:
        lines.append(hurts(one.hurts, now))
    elif not lines and one.rated_at is not None:
        lines.append(
            tr("No symptom of 4 or more was written down ({day})", day=say.day_of(one.rated_at, now))
        )
    return lines or [tr(NOT_RATED)]


def _seen(signs: Signs, now: datetime) -> list[str]:
    day = say.day_of(signs.at, now)
    lines = []
    if signs.strong:
        lines.append(tr("Signs of distress, a lot: {signs} ({day})", signs=_in_line(signs.strong), day=day))
    if signs.some:
        lines.append(tr("Signs of distress, some: {signs} ({day})", signs=_in_line(signs.some), day=day))
    if signs.painad and signs.painad_partly:
        lines.append(
            tr(
                "Signs of pain: PAINAD at least {value}, not every sign looked at ({day})",
                value=signs.painad,
                day=day,
            )
        )
    elif signs.painad:
        lines.append(tr("Signs of pain: PAINAD {value} ({day})", value=signs.painad, day=day))
    return lines


def _in_line(names: tuple[str, ...]) -> str:
    return ", ".join(names).lower()


def interpreter(language: str) -> str:
    """ "Interpreter needed: Spanish"."""
    if not language:
        return tr("Interpreter needed")
    return tr("Interpreter needed: {language}", language=say.language(language))


def hurts(found: tuple[Hurt, ...], now: datetime) -> str:
    """ "Pain 7, Tiredness 6 (Nov 15)"; the day beside each where they are not of one day.

    Where one is called by its good end, that 10 is the worst stands beside the day.
    """
    days = {say.day_of(one.at, now) for one in found}
    if len(days) == 1:
        return f"{', '.join(map(_hurt, found))} ({_beside(found, now)})"
    return ", ".join(f"{_hurt(one)} ({_beside((one,), now)})" for one in found)


def _beside(found: tuple[Hurt, ...], now: datetime) -> str:
    day = say.day_of(found[0].at, now)
    return tr("{day}; 10 is the worst", day=day) if any(one.good_by_name for one in found) else day


def _hurt(one: Hurt) -> str:
    eased = one.eased_to is not None
    return (
        tr("{name} {value}, then {eased_to}", name=one.name, value=one.value, eased_to=one.eased_to)
        if eased
        else f"{one.name} {one.value}"
    )


def promised(one: Promise, now: datetime) -> str:
    """ "Promised: Ask the doctor (Ana Ruiz, RN, Nov 15)"."""
    return tr("Promised: {words_of} ({made})", words_of=words_of(one), made=made(one, now))


def own_words(one: OwnWords) -> str:
    return say.quoted(one.text) if one.quoted else one.text


def own_words_by(one: OwnWords, now: datetime) -> str:
    """ "Written down by Ana Ruiz, RN, Nov 15"."""
    line = tr("Written down by {by}, {day}", by=one.by, day=say.day_of(one.at, now))
    return f"{line}, {tr(NOT_SENT)}" if one.pending else line


def said_since(one: OwnWords, now: datetime) -> str:
    """ "Since then, Nov 23: Being comfortable; Being at home"."""
    if one.since_at is None:
        return one.said_since
    return tr("Since then, {day}: {text}", day=say.day_of(one.since_at, now), text=one.said_since)


def in_plans_record(when: str) -> str:
    """`when`: a day, or as much of it as is known."""
    return tr("In the plan's record, {when}", when=when[:4]) if when else tr("In the plan's record")
