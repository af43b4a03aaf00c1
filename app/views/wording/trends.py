"""Words of the trends: what a chart shows is said in sentences too, for eyes and for screen readers."""

from __future__ import annotations

from datetime import datetime

from app.domain.trends import MedicineChange, Point, Series
from app.domain.visit import Absent
from app.views import say

TITLE = "How it has gone"
NONE = "No symptom has been asked on this tablet yet."
OTHERS, FEWER = "All that was asked", "Only what stands out"
CALM = "Nothing stood out at the last visits."
MARKS = "Changes of medicines"
VALUES = "Values"
ALERT = "alert"
_WHAT = {
    "ordered": "ordered",
    "differently": "taken differently",
    "not-taking": "not taken",
    "not-on-list": "found in the house, not on the list",
}
_ABSENT = {
    Absent.DECLINED: "declined",
    Absent.COULD_NOT_ANSWER: "could not answer",
    Absent.SLEEPY: "could not answer: sleepy",
    Absent.CONFUSED: "could not answer: confused",
    Absent.NO_WORDS: "could not answer: no words",
    Absent.NOT_DISCUSSED: "not discussed",
    Absent.DOES_NOT_WANT: "did not want to say",
    Absent.NOT_KNOWN: "not known",
}


def value(point: Point) -> str:
    """ "7", or why there is none."""
    if point.value is not None:
        return str(point.value)
    return _ABSENT.get(point.absent, "no answer") if point.absent is not None else "no answer"


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
        return "First time asked"
    day = say.day_of(before.at, now)
    if moved == 0:
        return f"As on {day}" if day != "today" else "As earlier today"
    if moved > 0:
        return f"{moved} more than {day}"
    return f"{-moved} less than {day}"


def row(series: Series, now: datetime) -> str:
    """What a screen reader says of a row."""
    said = compared(series, now)
    scale = f"of {series.most}"
    number = value(series.points[-1])
    head = f"{series.name}: {number} {scale}" if series.last is not None else f"{series.name}: {number}"
    return f"{head}, {said.lower()}" if said else head


def summary(series: Series, changes: tuple[MedicineChange, ...], now: datetime) -> str:
    """The whole chart in sentences."""
    valued = series.valued
    if not valued:
        return f"{series.name}. Asked {_times(len(series.points))}, no number so far."
    first, last = valued[0], valued[-1]
    lowest, highest = min(valued, key=_number), max(valued, key=_number)
    sentences = [f"{series.name} on a scale of 0 to {series.most}."]
    if len(valued) == 1:
        sentences.append(f"One value: {value(last)} on {_on(last.at, now)}.")
    else:
        sentences.append(
            f"{len(valued)} values from {_on(first.at, now)} to {_on(last.at, now)}: "
            f"first {value(first)}, lowest {value(lowest)} on {_on(lowest.at, now)}, "
            f"highest {value(highest)} on {_on(highest.at, now)}, last {value(last)}."
        )
    missed = len(series.points) - len(valued)
    if missed:
        sentences.append(f"No number {_times(missed)}.")
    sentences += [f"Alert on {_on(one.at, now)}." for one in series.points if one.alert]
    sentences += [f"{change(one, now)}." for one in changes]
    return " ".join(sentences)


def change(one: MedicineChange, now: datetime) -> str:
    """ "Nov 3: Morphine 5 mg tablet, ordered"."""
    return f"{_date(one, now)}: {one.name}, {_WHAT.get(one.what, one.what)}"


def line(point: Point, now: datetime, *, timed: bool = False) -> str:
    """One value of the list: "Nov 15: 7, alert"; `timed` where the day has several."""
    when = say.moment(point.at, now) if timed else say.day_of(point.at, now)
    said = f"{_sentence(when)}: {value(point)}"
    return f"{said}, {ALERT}" if point.alert else said


def scale(series: Series) -> str:
    best = series.most if series.more_is_better else 0
    return f"0 to {series.most}. {best} is best."


def show_all(number: int) -> str:
    return f"{OTHERS} ({number})"


def open_label(name: str) -> str:
    return f"{name}: show the chart"


def _number(point: Point) -> int:
    return point.value or 0


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _on(at: datetime, now: datetime) -> str:
    return say.day_of(at, now)


def _date(one: MedicineChange, now: datetime) -> str:
    today = now.astimezone().date()
    if one.on == today:
        return "Today"
    said = say.day(one.on)
    return said.removesuffix(f", {today.year}") if one.on.year == today.year else said


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
