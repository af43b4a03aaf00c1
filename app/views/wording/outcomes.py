"""Words of the outcomes: what is counted, how it differs between people, and what is not shown and why."""

from __future__ import annotations

from datetime import datetime

from app.domain.outcomes import Figures, Line, Measure, Span
from app.language import N_, tr, trn
from app.language.dates import say_date, say_percent
from app.views import say, text

TITLE = N_("Outcomes")
MY_TEAM, PLAN = N_("Your team"), N_("The whole plan")
NONE_YET = N_("The plan has not told any outcomes yet.")
NONE_YET_HELP = N_("They come with the next contact, if the plan counts them.")
ALL = N_("All measures")
NO_DATA = N_("No data")
HIDDEN = N_("Not shown")
NOTHING_YET = N_("Nothing to count in this year yet")
HIDDEN_WHY = N_(
    "“Not shown” means 1 to 10, or a number from which such a small one could be worked out. A 0 is shown as 0."
)
MET_TITLE, OF_TITLE, OUT_TITLE = N_("Counted as met"), N_("Of"), N_("Left out")
TOO_FEW = N_("Not shown: too few people")
CHART = N_("Chart")
TABLE = N_("Table")
QUARTER, MET, OF, SHARE, WANTED, DIED = (
    N_("Quarter"),
    N_("Met"),
    N_("Of"),
    N_("Share"),
    N_("Did not want it"),
    N_("Died"),
)
BESIDE = N_("Everybody else, and why")
WHO = N_("Who?")
CLOSE_LIST = N_("Close the list")
NOBODY = N_("Nobody whose record you may read stands here.")
BY_QUARTER = N_("By quarter")
PRINT = N_("Print or save")
CLOSE_PRINT = N_("Close printing")
HOW_TO_FEED = N_("How the plan can send it")
NOT_REVIEWED = N_("What is not certain")
PREFERENCE_HELP = N_("A preference is held against nobody: it stands outside the share.")
DIED_HELP = N_("Died before the time was over: a row of its own, never a miss.")

STANDINGS = {
    "missed": N_("Not met"),
    "preference": N_("Did not want it"),
    "died": N_("Died inside the time"),
    "excluded": N_("Left out by the rule"),
    "no-visit": N_("On the roster, nobody has been there"),
    "no-data": N_("Nothing on record either way"),
    "pending": N_("The time is not over yet"),
}
"""In the order in which they stand."""
TITLES = (
    N_("Advance care plan, or somebody to decide"),
    N_("A bowel regimen with a new opioid"),
    N_("From a severe symptom to comfort"),
    N_("Conversation documented in full"),
    N_("Home visit within 48 hours of coming home"),
    N_("Days in hospital that the person wished for"),
    N_("Interpreter used where one is needed"),
    N_("Pain at a comfortable level within 48 hours"),
    N_("Unstable phase over within 3 days"),
    N_("How long each phase lasted"),
    N_("Wishes about life-sustaining treatment on record"),
    N_("Faith, meaning and peace talked about"),
    N_("Referral answered within 14 days"),
    N_("Pain asked about at the first visit"),
    N_("Breathlessness asked about at the first visit"),
    N_("Felt heard and understood"),
    N_("Got the help wanted for pain"),
    N_("Pain looked into within 24 hours"),
    N_("Breathlessness treated within 24 hours"),
)
"""Of the reference plan's measures; another plan's stay as it wrote them."""
GROUPINGS = {
    "language": N_("Language"),
    "race": N_("Race and ethnicity"),
    "setting": N_("Where they live"),
    "line": N_("Line of business"),
    "organisation": N_("Provider organization"),
    "rurality": N_("City or countryside"),
}
_COMMON = {
    "unknown": N_("Not known"),
    "declined": N_("Did not want to say"),
    "more-than-one": N_("More than one"),
    "other": N_("Others, fewer than 11 people each"),
}
_VALUES = {
    "language": {
        "en": N_("English"),
        "es": N_("Spanish"),
        "zh": N_("Chinese"),
        "vi": N_("Vietnamese"),
        "ko": N_("Korean"),
        "tl": N_("Tagalog"),
        "hy": N_("Armenian"),
        "ru": N_("Russian"),
        "fa": N_("Persian"),
        "ar": N_("Arabic"),
    },
    "race": {
        "1002-5": N_("American Indian or Alaska Native"),
        "2028-9": N_("Asian"),
        "2054-5": N_("Black or African American"),
        "2076-8": N_("Native Hawaiian or other Pacific Islander"),
        "2106-3": N_("White"),
        "2131-1": N_("Another race"),
        "hispanic": N_("Hispanic or Latino, of any race"),
    },
    "setting": {
        "home": N_("Home"),
        "assisted-living": N_("Assisted living"),
        "nursing-home-short": N_("Nursing home, short stay"),
        "nursing-home-long": N_("Nursing home, long stay"),
        "office": N_("Clinic or office"),
        "hospital": N_("Hospital"),
    },
    "line": {
        "medicare-advantage": N_("Medicare Advantage"),
        "d-snp": N_("Dual eligible (D-SNP)"),
        "medicaid": N_("Medicaid"),
        "medicare": N_("Medicare"),
        "marketplace": N_("Marketplace"),
        "employer": N_("Employer"),
    },
    "rurality": {"urban": N_("City"), "rural": N_("Country")},
}


def too_small(team: str) -> str:
    """Why the whole plan stands there first."""
    if not team:
        return tr("For your team nothing can be shown yet: too few people. This is the whole plan.")
    return tr("For {name} nothing can be shown yet: too few people. This is the whole plan.", name=team)


def as_of(at: datetime, now: datetime) -> str:
    """How old the figures are."""
    return tr("As told by the plan: {when}", when=say.moment(at, now))


def days(span: Span) -> str:
    return tr("{first} to {last}", first=say_date(span.first), last=say_date(span.last))


def quarter(span: Span) -> str:
    return tr("From {first}", first=say_date(span.first))


def value(grouping: str, code: str) -> str:
    """A part of the people in words; what has no words stands as the plan says it."""
    words = _VALUES.get(grouping, {}).get(code) or (_COMMON.get(code) if grouping != "rurality" else None)
    return tr(words or _COMMON[code]) if words or code in _COMMON else code


def number(count: int | None) -> str:
    """A number, or that it is not shown."""
    return tr(HIDDEN) if count is None else f"{count}"


def percent(line: Line) -> str:
    share = line.share
    if share is None:
        return tr(HIDDEN) if line.is_hidden else text.DASH
    return say_percent(round(share * 100))


def headline(line: Line) -> str:
    """ "29 of 44, 66%", or why not."""
    if line.is_hidden:
        return tr(TOO_FEW)
    below = line.find("denominator") or 0
    if not below:
        return tr(NOTHING_YET) if line.find("no-data") == 0 else tr(NO_DATA)
    return tr("{met} of {below}, {share}", met=line.find("met"), below=below, share=percent(line))


def answer(measure: Measure, line: Line) -> str:
    """What a measure says first: a share, or for a length how long it was."""
    if not measure.is_length or line.is_hidden or not line.find("denominator"):
        return headline(line)
    return lasted(line, measure.value_unit) or counted(line)


def lasted(line: Line, unit: str) -> str:
    """The middle of all lengths; "" where there is none to show."""
    if line.median is None or unit not in ("hours", "days"):
        return ""
    shown = f"{round(line.median, 1):g}"
    if unit == "days":
        return tr("Half of them: {number} days or less", number=shown)
    return tr("Half of them: {number} hours or less", number=shown)


def counted(line: Line) -> str:
    """How many lengths there are."""
    return tr("Counted: {number}", number=number(line.find("met")))


def part_answer(measure: Measure, line: Line) -> str:
    """What stands under a part's name in a list."""
    if not measure.is_length:
        return part_line(line)
    died = count_row("died", line.find("died"))
    return " · ".join(dict.fromkeys([answer(measure, line), counted(line), died]))


def median(line: Line, unit: str) -> str:
    """The middle of the times of those who met it; "" where there is none to show."""
    if line.median is None or unit not in ("hours", "days"):
        return ""
    shown = f"{round(line.median, 1):g}"
    if unit == "days":
        return tr("Half of them within {number} days", number=shown)
    return tr("Half of them within {number} hours", number=shown)


def count_row(standing: str, count: int | None) -> str:
    return tr("{what}: {number}", what=tr(STANDINGS[standing]), number=number(count))


def part_line(line: Line) -> str:
    """What stands under a part's name on a phone, and in the printed report."""
    return tr(
        "{headline}. Did not want it: {wanted}. Died: {died}.",
        headline=headline(line),
        wanted=number(line.find("preference")),
        died=number(line.find("died")),
    )


def bar(name: str, measure: Measure, line: Line) -> str:
    """One bar of the chart, read aloud; one line of the printed report."""
    return tr("{name}: {headline}", name=name, headline=answer(measure, line))


def others(number_of: int) -> str:
    return trn(
        "{number} more whose record is not on this device.",
        "{number} more whose records are not on this device.",
        number_of,
    )


def who_title(standing: str) -> str:
    return tr(STANDINGS[standing])


def heading_of(figures: Figures, team_name: str) -> str:
    """Whose figures they are, and of when."""
    whose = (team_name or tr(MY_TEAM)) if figures.team else tr(PLAN)
    return tr("{whose}, {days}", whose=whose, days=days(figures.span))


def row_extra(measure: Measure, line: Line) -> str:
    """What stands small under a measure in the list."""
    told = [counted(line) if measure.is_length else median(line, measure.value_unit)]
    told += [
        count_row(one, line.find(one)) for one in ("preference", "died", "no-visit") if line.find(one) != 0
    ]
    return " · ".join(filter(None, told))
