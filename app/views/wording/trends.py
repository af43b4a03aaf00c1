"""Words of the trends: what a chart shows is said in sentences too, for eyes and for screen readers."""

from __future__ import annotations

from datetime import datetime

from app.domain.trends import MedicineChange, Point, Series
from app.domain.visit import Absent
from app.language import N_, dates, tr, trn
from app.views import say

TITLE = N_("How it has gone")
NONE = N_("No symptom has been asked on this tablet yet.")
OTHERS, FEWER = N_("All that was asked"), N_("Only what stands out")
CALM = N_("Nothing stood out at the last visits.")
MARKS = N_("Changes of medicines")
VALUES = N_("Values")
ALERT = N_("alert")
_WHAT = {
    "ordered": N_("ordered"),
    "differently": N_("taken differently"),
    "not-taking": N_("not taken"),
    "not-on-list": N_("found in the house, not on the list"),
}
_ABSENT = {
    Absent.DECLINED: N_("declined"),
    Absent.COULD_NOT_ANSWER: N_("could not answer"),
    Absent.SLEEPY: N_("could not answer: sleepy"),
    Absent.CONFUSED: N_("could not answer: confused"),
    Absent.NO_WORDS: N_("could not answer: no words"),
    Absent.NOT_DISCUSSED: N_("not discussed"),
    Absent.DOES_NOT_WANT: N_("did not want to say"),
    Absent.NOT_KNOWN: N_("not known"),
}


def value(point: Point) -> str:
    """ "7", or why there is none."""
    if point.value is not None:
        return str(point.value)
    return tr(_ABSENT.get(point.absent, N_("no answer"))) if point.absent is not None else tr("no answer")


def newest(series: Series, now: datetime) -> str:
    """ "Nov 15: 7", "Nov 15: could not answer"."""
    point = series.points[-1]
    return f"{_sentence(say.day_of(point.at, now))}: {value(point)}"


def compared(series: Series, now: datetime) -> str:
    """How the newest number is to the visit before: "3 more than Nov 1"."""
    before, moved = series.before, series.moved
    if series.last is None:
        return ""
    if before is None or moved is None:
        return tr("First time asked")
    day = say.day_of(before.at, now)
    if moved == 0:
        earlier = before.at.astimezone().date() == now.astimezone().date()
        return tr("As earlier today") if earlier else tr("As on {day}", day=day)
    if moved > 0:
        return tr("{number} more than {day}", number=moved, day=day)
    return tr("{number} less than {day}", number=-moved, day=day)


def row(series: Series, now: datetime) -> str:
    """What a screen reader says of a row."""
    said = compared(series, now)
    number = value(series.points[-1])
    head = f"{series.name}: {number}"
    if series.last is not None:
        head = tr("{name}: {value} of {most}", name=series.name, value=number, most=series.most)
    return f"{head}, {said[:1].lower()}{said[1:]}" if said else head


def summary(series: Series, changes: tuple[MedicineChange, ...], now: datetime) -> str:
    """The whole chart in sentences."""
    valued = series.valued
    if not valued:
        return tr(
            "{name}. Asked {times}, no number so far.", name=series.name, times=_times(len(series.points))
        )
    first, last = valued[0], valued[-1]
    lowest, highest = min(valued, key=_number), max(valued, key=_number)
    sentences = [tr("{name} on a scale of 0 to {most}.", name=series.name, most=series.most)]
    if len(valued) == 1:
        sentences.append(tr("One value: {value} on {on}.", value=value(last), on=_on(last.at, now)))
    else:
        sentences.append(
            tr(
                "{number} values from {from_day} to {to_day}: first {first}, lowest {lowest} on {lowest_day}, "
                "highest {highest} on {highest_day}, last {last}.",
                number=len(valued),
                from_day=_on(first.at, now),
                to_day=_on(last.at, now),
                first=value(first),
                lowest=value(lowest),
                lowest_day=_on(lowest.at, now),
                highest=value(highest),
                highest_day=_on(highest.at, now),
                last=value(last),
            )
        )
    missed = len(series.points) - len(valued)
    if missed:
        sentences.append(tr("No number {times}.", times=_times(missed)))
    sentences += [tr("Alert on {on}.", on=_on(one.at, now)) for one in series.points if one.alert]
    sentences += [f"{change(one, now)}." for one in changes]
    return " ".join(sentences)


def change(one: MedicineChange, now: datetime) -> str:
    """ "Nov 3: Morphine 5 mg tablet, ordered"."""
    return f"{_date(one, now)}: {one.name}, {tr(_WHAT.get(one.what, one.what))}"


def line(point: Point, now: datetime, *, timed: bool = False) -> str:
    """One value of the list: "Nov 15: 7, alert"; `timed` where the day has several."""
    when = say.moment(point.at, now) if timed else say.day_of(point.at, now)
    said = f"{_sentence(when)}: {value(point)}"
    return f"{said}, {tr(ALERT)}" if point.alert else said


def scale(series: Series) -> str:
    best = series.most if series.more_is_better else 0
    return tr("0 to {most}. {best} is best.", most=series.most, best=best)


def show_all(number: int) -> str:
    return f"{tr(OTHERS)} ({number})"


def _number(point: Point) -> int:
    return point.value or 0


def _times(number: int) -> str:
    return trn("once", "{number} times", number)


def _on(at: datetime, now: datetime) -> str:
    return say.day_of(at, now)


def _date(one: MedicineChange, now: datetime) -> str:
    today = now.astimezone().date()
    if one.on == today:
        return tr("Today")
    return dates.say_month_day(one.on) if one.on.year == today.year else say.day(one.on)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
