"""The shape of clinical content: one schema for scales and for our own forms.

A *scale* is a published instrument with its owner's wording; a *form* is a section in our own words. Both are lists of
items, both travel as a FHIR QuestionnaireResponse. Link ids are unique across all content.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.content.terms import Code as Code
from app.content.terms import ContentError as ContentError
from app.content.terms import ItemKind as ItemKind
from app.content.terms import Kind as Kind
from app.content.terms import Mark as Mark
from app.content.terms import Side as Side
from app.content.terms import Unit as Unit
from app.content.terms import as_number as as_number


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose. `code` is what is stored (a LOINC answer code where one exists, else our own word).

    `offered` False: scored and read when it comes from elsewhere, never shown as a choice (AKPS 0, ECOG 5).
    `alone` True: choosing it takes all others away ("None of the above"). `positive`: counts as a need or a sign.
    """

    code: str
    display: str
    score: int | None = None
    coding: Code | None = None
    positive: bool = False
    offered: bool = True
    alone: bool = False
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class When:
    """An item is shown only once another item of the same instrument (or entry) has one of these answers.

    `any_of` are option codes, "yes"/"no", or "*" for any answer at all.
    """

    link_id: str
    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `text` is the full wording; `name` and `hint` are its two halves for a narrow row."""

    link_id: str
    text: str
    name: str
    hint: str | None = None
    kind: ItemKind = ItemKind.NUMBER
    minimum: int = 0
    maximum: int = 0
    anchors: tuple[str, str] | None = None
    unit: Unit | None = None
    options: tuple[Option, ...] = ()
    items: tuple[Item, ...] = ()
    """Of a GROUP: what each entry answers."""
    code: Code | None = None
    named: bool = False
    """True where the person first says what the problem is ("Other Problem")."""
    absents: tuple[str, ...] = ()
    """Values of `app.domain.visit.Absent` offered as reasons why there is no answer; () means the kind's usual ones
    for scales and none for forms."""
    when: When | None = None
    switch: str | None = None
    """Offered only when the plan switched this on (`PlanSettings.switches`)."""
    private: bool = False
    """Carries the restricted security label; never in shared views, alert texts or on paper."""
    freely: bool = False
    """By telephone and video asked only after the person said that they can talk freely (abuse, suicide)."""
    key: bool = False
    """One of the questions that open the long form, or that count alone (STEADI)."""
    flag_at: int | None = None
    """Score from which this item is a flag; None: the instrument's own `flag_at`, if any."""
    proxy_absent: bool = False
    """Starts as "could not answer" when somebody else answers for the person."""
    again: bool = False
    """A sign or level, seen by the nurse, that can be looked at again in the same visit after something was done.
    Numbers can be measured again without it."""
    more: bool = False
    """Shown behind "more"."""
    side: Side | None = None
    """Of a DATE or MOMENT: where only one side makes sense (a paper's date, the next contact). Today fits both."""
    hidden: bool = False
    """Kept by the app itself (which versions the author saw): stored and sent as an answer, never drawn or counted."""
    source: str | None = None
    mark: Mark | None = None
    confirm: str | None = None
    """Who must confirm this item before use; None when nobody has to, or the instrument says it for all."""

    def find_option(self, code: str) -> Option | None:
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True, slots=True)
class Band:
    minimum: int
    maximum: int
    label: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """The instrument's one number, never given when an item of `of` is missing.

    `rule`: "sum"; "mean" (one decimal); "value" (the one item's own value); "none".
    `positive_at`: total from which the scale is positive, where its owner says so.
    """

    rule: str
    of: tuple[str, ...]
    code: Code | None = None
    positive_at: int | None = None
    bands_total: bool = True
    """False where the bands are for single items and never for the total (ESAS-r)."""


@dataclass(frozen=True, slots=True)
class ShortForm:
    """The first questions of a scale, which open the rest. Registered as an instrument of its own too."""

    id: str
    name: str
    of: tuple[str, ...]
    opens_at: int
    """Opens the long form from this sum (PHQ-2 and GAD-2: 3; STEADI key questions: 1)."""
    panel: tuple[Code, ...] = ()
    total_code: Code | None = None
    total_rule: str = "sum"
    """"none" where the owner gives the short form no number of its own (STEADI key questions)."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A finding that follows from some answers: any positive option among `of` gives `positive`; all of them
    answered and none positive gives `negative`; anything else gives no value.
    """

    id: str
    name: str
    of: tuple[str, ...]
    code: Code
    positive: Code
    negative: Code
    panel: Code | None = None
    source: str | None = None
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One claim about an instrument (scoring, a cut-off, a missing rule), with where it was seen."""

    text: str
    source: str
    mark: Mark
    confirm: str | None = None


@dataclass(frozen=True, slots=True)
class Licence:
    terms: str
    mark: Mark
    source: str
    attribution: str
    """The line that the owner wants shown; "" where none is asked for."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Link ids of a form that holds the person's own answers: how they were given, in which language, through whom.

    Whoever answers the rest of the visit does not speak for her here, and she is not shown these three.
    """

    by: str
    language: str
    through: str

    @property
    def links(self) -> frozenset[str]:
        return frozenset((self.by, self.language, self.through))


@dataclass(frozen=True, slots=True)
class Instrument:
    """`answered_by`: who may answer (`AnsweredBy` values, or "clinician"); () is anybody.
    `modalities`: `Modality` values in which it is offered; () is all.
    """

    id: str
    version: str
    name: str
    short_name: str
    instruction: str
    attribution: str
    items: tuple[Item, ...]
    panel: tuple[Code, ...]
    total: Total
    flag_at: int | None
    bands: tuple[Band, ...]
    kind: Kind = Kind.SCALE
    recall: str | None = None
    answered_by: tuple[str, ...] = ()
    judged: bool = False
    """The nurse rates what she sees and no question of it is said to anybody; of the 4AT some are."""
    modalities: tuple[str, ...] = ()
    switch: str | None = None
    languages: tuple[str, ...] = ("en",)
    short_form: ShortForm | None = None
    short_of: str | None = None
    """On a short form's own instrument: the id of the whole one, whose link ids it shares."""
    by_hand: bool = False
    """Stands closed until the nurse opens it herself, also in a section that she opened: it is for few people, and the
    others are not to read at the bedside what it is about. Its `short_name`, on the way to it, says nothing of that."""
    private: bool = False
    team_only: bool = False
    """For the care team alone: carries the restricted label like `private`, opens without a tap for team members, and
    is never in a patient, family or care-manager view, nor on paper."""
    licence: Licence | None = None
    own_note: str = ""
    """Our own sentence after the line that says whose it is."""
    missing_rule: str = ""
    sources: tuple[str, ...] = ()
    mark: Mark | None = None
    confirm: str | None = None
    """Who must confirm it before use ("medical director", "counsel"), None when nobody has to."""
    derived: tuple[Derived, ...] = ()
    facts: tuple[Fact, ...] = ()
    """What the scoring rests on, for docs/clinical/sources.md."""
    voice: Voice | None = None
    """Set where only the person's own answers stand, apart from what anybody says of her."""
    pack: str | None = None
    """The signed content pack that it came from; None for what ships with the app. Never in a file."""

    def get_item(self, link_id: str) -> Item:
        """The item with this link id, also inside a group. Raises KeyError."""
        for item in self.items:
            if item.link_id == link_id:
                return item
            for inner in item.items:
                if inner.link_id == link_id:
                    return inner
        raise KeyError(link_id)


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the visit page: its title and the instruments (by id) that stand in it, in order.

    `open`: "always" for one that is never closed, "closed" for one that a tap opens. `modalities` and `settings`
    (`Modality` and `Setting` values) say where it is shown; () is everywhere. One that holds an answer is always shown.
    """

    id: str
    title: str
    forms: tuple[str, ...] = ()
    open: str = "closed"
    modalities: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    note: str | None = None
    """One line under the title of the open section."""
