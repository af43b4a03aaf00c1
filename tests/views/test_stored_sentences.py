"""What the app once put together for a record is shown in the language that is spoken; what somebody typed stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from gettext import NullTranslations

import pytest

from app.content import spoken
from app.content.model import ItemKind, Kind
from app.content.rules import load_rules
from app.domain.code_status import Cpr, Rests, Statement, compose
from app.domain.conversation_fields import get_field
from app.domain.phrases import PhraseBook
from app.domain.referrals import Referral
from app.domain.safety.wording import fill
from app.domain.visit import Absent, Answer
from app.language import ENGLISH, now, speak
from app.sync.fhir.check_on_me import CODE as CHECK_ON_ME
from app.sync.fhir.death import CALL
from app.sync.fhir.hard_day import CODE as HARD_DAY
from app.sync.fhir.person import _LANGUAGES as NAMED_LANGUAGES
from app.sync.fhir.promise import PROMISE
from app.sync.fhir.referral import LOOP
from app.sync.fhir.review import _TITLES as REVIEWS
from app.sync.fhir.stays import VISIT_IN_48_HOURS
from app.views import say
from app.views.conversation.in_words import say_field
from app.views.visit.phrases import spoken_phrases
from app.views.wording import stored
from app.views.wording.conversation import SPOKEN
from app.views.wording.planning import referral_lines, referred_to
from plan.demo_panel.members import MEMBERS
from plan.demo_panel.more_members import MORE_MEMBERS
from tests.views.doubles import now as at_now
from tools.catalogues import make_template


class Known(NullTranslations):
    """Says every sentence that translators are given, in capitals; one that they never see stays as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[object] = set()
        for message in make_template():
            self.ids.update(message.id if isinstance(message.id, tuple) else (message.id,))

    def gettext(self, message: str) -> str:
        return _loud(message) if message in self.ids else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)


def _loud(message: str) -> str:
    return "".join(part if part.startswith("{") else part.upper() for part in re.split(r"(\{\w+\})", message))


@pytest.fixture(scope="module")
def catalogue() -> Known:
    return Known()


@pytest.fixture
def elsewhere(catalogue: Known) -> Iterator[None]:
    now.record(catalogue)
    _forget_spoken()  # looking for what there is to translate left it in English
    yield
    _forget_spoken()
    stored._names.cache_clear()
    speak(ENGLISH)


def _forget_spoken() -> None:
    for kept in (spoken._INSTRUMENTS, spoken._SECTIONS):
        kept.made = None


@pytest.mark.usefixtures("elsewhere")
def test_numbers_of_a_scale_stand_in_one_language_in_a_list_of_ours() -> None:
    names = [
        item.name
        for one in spoken.load().values()
        for item in one.items
        if one.kind is Kind.SCALE and item.kind is ItemKind.NUMBER
    ]
    assert {"Tiredness", "Enjoyment of life"} <= set(names)
    assert [one for one in names if stored.name(one) == one] == []


FILLED = {
    "item": "Shortness of Breath",
    "value": "8",
    "last": "3",
    "before": "4",
    "change": ", 3 last time",
    "since": "also severe a day or more ago",
    "days": "4",
    "trigger": "PHQ-9 item 9 is 1",
    "with_what": "with an injury and on a blood thinner",
    "score": "12",
    "sum_at": "11",
    "contacts": "3 contacts or more",
    "changes": "2",
    "due_at": "Monday 14:05",
    "written_by": "Monday, Nov 30",
    "report_line": "Phone county Adult Protective Services or the police now, or as soon as you practicably can.",
    "report_form": "your state's form",
    "policy": "Follow your plan's policy. Ask your supervisor where you are not sure.",
}
FINDINGS = (
    "On record: 60 MME a day, an opioid with a benzodiazepine.",
    "Yes: Fell in the last year",
    "4 points or more on the fall questions.",
    "Signs of distress, a lot: frowning or grimacing.",
    "Phase is now terminal, AKPS has fallen from 60 to 40.",
    "AKPS has fallen from 60 to 40.",
)
_HOURS = re.compile(r"\w+_hours_words")


def list_filled() -> Iterator[str]:
    """Every sentence of the rules as an alert holds it."""
    for sentence in stored.list_rule_sentences():
        words = dict.fromkeys(_HOURS.findall(sentence), "24 hours") | {"written_days_words": "2 working days"}
        for finding in FINDINGS if sentence.startswith("{finding}") else ("",):
            yield fill(sentence, {**FILLED, **words, "finding": finding})


@pytest.mark.usefixtures("elsewhere")
def test_every_sentence_of_the_rules_is_known_again_when_its_places_are_filled() -> None:
    names = ("MME", "PHQ", "GAD", "AKPS", "your state's form", "frowning", "Fell")
    allowed = re.compile("|".join([*names, "Mon", "Nov"]))
    found = {one: stored.say(one) for one in list_filled() if one}
    assert len(found) > 100
    left = {one: said for one, said in found.items() if re.search("[a-z]{3}", allowed.sub("", said))}
    assert not {one: said for one, said in left.items() if "frowning" not in said and "Fell" not in said}


@pytest.mark.usefixtures("elsewhere")
def test_numbers_times_and_the_other_words_keep_their_places() -> None:
    assert stored.say("Pain 8 of 10, 3 last time.") == "PAIN 8 OF 10, 3 LAST TIME."
    assert stored.say("Look again within 24 hours.") == "LOOK AGAIN WITHIN 24 HOURS."
    assert stored.say("Home for 36 hours or more, no home visit in person yet.").startswith(
        "HOME FOR 36 HOURS"
    )


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("typed", ["He says: pain 8 of 10 at night", "Called the daughter, she comes.", ""])
def test_what_somebody_typed_stays_as_it_is(typed: str) -> None:
    assert stored.say(typed) == typed


@pytest.mark.usefixtures("elsewhere")
def test_a_plans_own_words_are_never_half_in_one_language() -> None:
    assert stored.say("Within our 24 hours rule, 3 days") == "Within our 24 hours rule, 3 days"


class OnlyTimes(NullTranslations):
    """A catalogue in which the sentences themselves are missing."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return _loud(msgid1 if n == 1 else msgid2)


@pytest.mark.usefixtures("elsewhere")
def test_a_sentence_that_is_not_translated_is_not_filled_with_pieces_that_are() -> None:
    now.record(OnlyTimes())
    assert stored.say("Look again within 24 hours.") == "Look again within 24 hours."
    assert stored.say("24 hours") == "24 HOURS"


def test_in_english_nothing_is_looked_for() -> None:
    for rule in load_rules().rules:
        assert stored.say(rule.finding) == rule.finding


@pytest.mark.usefixtures("elsewhere")
def test_code_status_is_said_in_our_words_and_quoted_in_the_records() -> None:
    today = date(2026, 11, 23)
    polst = Statement("a", Rests.POLST, Cpr.NO, "comfort", seen_at=at_now(), kept="on fridge, blue folder")
    plan = Statement("b", Rests.PLAN, what="Full code per chart", dated="2024")
    status = compose([polst, plan], today, SPOKEN)
    said = "\n".join(status.lines)
    assert "NO CPR, COMFORT-FOCUSED TREATMENT: POLST SEEN" in said
    assert "ON FRIDGE, blue folder" in said
    assert "“Full code per chart”: PLAN RECORD" in said
    assert "No CPR" in "\n".join(compose([polst, plan], today).lines), (
        "the record and papers stay as they are"
    )


@pytest.mark.usefixtures("elsewhere")
def test_a_conversation_is_said_in_our_words_and_the_persons_own_stay() -> None:
    field = get_field("conv-matters")
    own = field.more[-1].link_id
    answers = {field.id: Answer(at_now(), (field.item.options[0].code,)), own: Answer(at_now(), "Her garden")}
    assert say_field(field, answers) == f"{field.item.options[0].display.upper()}. “Her garden”"
    assert say_field(field, {field.id: Answer(at_now(), None, Absent.NOT_KNOWN)}) == "NOT KNOWN."


@pytest.mark.usefixtures("elsewhere")
def test_our_phrases_are_said_and_her_own_stay_as_she_typed_them() -> None:
    book = PhraseBook(
        {"note": ("Asleep when I came; I let them sleep.", "Mouth care.")}, own=("Mouth care.",)
    )
    assert spoken_phrases(book, "note") == ("Mouth care.", "ASLEEP WHEN I CAME; I LET THEM SLEEP.")


def test_a_relation_is_said_and_the_name_stays() -> None:
    speak("es")
    try:
        assert stored.person("Denise Whitfield (wife)") == "Denise Whitfield (esposa)"
        assert stored.person("Wife") == "Esposa"
        assert stored.person("Denise Whitfield (bridge partner)") == "Denise Whitfield (bridge partner)"
    finally:
        speak(ENGLISH)


@pytest.mark.usefixtures("elsewhere")
def test_what_our_tasks_are_called_and_every_language_that_we_name_is_said() -> None:
    tasks = [PROMISE, CALL, VISIT_IN_48_HOURS, HARD_DAY, CHECK_ON_ME, LOOP]
    names = [*(one["display"] for one in tasks), *REVIEWS.values(), "Sign a telephone order"]
    assert [one for one in names if stored.say(one) != one.upper()] == []
    spoken_there = [*NAMED_LANGUAGES.values(), *(one.language[1] for one in (*MEMBERS, *MORE_MEMBERS))]
    assert [one for one in spoken_there if say.language(one) != one.upper()] == []


@pytest.mark.usefixtures("elsewhere")
def test_a_referral_is_read_in_the_language_that_is_spoken() -> None:
    referral = Referral(
        "ServiceRequest/1", "hospice", "Hospice", ("Home, food, transport or money", "Getting weaker"), "Her car",
        None, "sent", None, "", "Lena Hart", None,
    )  # fmt: skip
    assert referred_to(referral) == "HOSPICE"
    assert referral_lines(referral, at_now())[1] == "HOME, FOOD, TRANSPORT OR MONEY; GETTING WEAKER; Her car"
    assert referred_to(replace(referral, to="else", to_words="Our own house")) == "Our own house"


@pytest.mark.usefixtures("elsewhere")
def test_what_rules_said_once_is_still_known() -> None:
    assert (
        stored.say("48 hours have passed without a home visit") == "48 HOURS HAVE PASSED WITHOUT A HOME VISIT"
    )
