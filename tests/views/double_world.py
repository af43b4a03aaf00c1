"""The data behind the in-memory services: people, visits, and switches for what goes wrong."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from app.domain.addendum import Addendum
from app.domain.patient import Allergy, FaceSheet, Medicine, PatientRow, Problem
from app.domain.review import Reason, Review
from app.domain.settings import PlanSettings
from app.domain.stays import Clock
from app.domain.trends import Trends
from app.domain.visit import (
    Absent,
    Answer,
    AnsweredBy,
    Modality,
    PersonRef,
    Setting,
    VisitDraft,
)
from app.services.attachment_models import AttachmentLine
from app.services.conflict_models import ConflictPage
from app.services.day_models import DayCheck, DayClock, DayStop, DayTry
from app.services.models import (
    AlertLine,
    SyncState,
    SyncWord,
    VisitState,
    VisitStatus,
)
from app.services.patient_parts import PatientParts
from app.services.sending_models import RefusedBefore, SendingPage
from app.store.changes import Topic

NURSE = PersonRef("Practitioner/ana", "Ana Ruiz, RN")
PEOPLE = (
    ("Colón Ríos, María", date(1941, 3, 3), "female", "Spanish", "Fresno"),
    ("Nguyễn, Văn Thọ", date(1938, 11, 20), "male", "Vietnamese", "San Jose"),
    ("Okafor, Grace", date(1952, 6, 14), "female", "English", "Oakland"),
    ("Petrov, Nikolaĭ", date(1945, 1, 30), "male", None, "Sacramento"),
    ("Alvarado-Montgomery, Guadalupe Concepción", date(1933, 9, 9), "female", "Spanish", "Bakersfield"),
    ("Whitfield, James", date(1949, 12, 1), "male", "English", "Stockton"),
    ("Haddad, Layla", date(1960, 7, 22), "female", "Arabic", "San Diego"),
    ("Kim, Soon-ja", None, "female", "Korean", "Los Angeles"),
    ("Lindqvist, Åsa", date(1947, 4, 18), "female", "English", "Eureka"),
    ("Tran, Minh", date(1955, 2, 2), "male", "Vietnamese", "Garden Grove"),
)


def now() -> datetime:
    return datetime.now(UTC).astimezone()


class Hub:
    def __init__(self) -> None:
        self.subscribers: dict[int, tuple[frozenset[Topic], Callable[[], None]]] = {}
        self.count = itertools.count()

    def subscribe(self, topics: frozenset[Topic], fn: Callable[[], None]) -> Callable[[], None]:
        key = next(self.count)
        self.subscribers[key] = (topics, fn)
        return lambda: self.subscribers.pop(key, None) and None

    def publish(self, *topics: Topic) -> None:
        for wanted, fn in list(self.subscribers.values()):
            if wanted & set(topics):
                fn()


@dataclass
class Row:
    """One visit as the double keeps it."""

    draft: VisitDraft
    status: VisitStatus = field(default_factory=lambda: VisitStatus(VisitState.DRAFT))
    signed_at: datetime | None = None
    automatic: set[str] = field(default_factory=set)
    """Answers that were given because an observer answers."""
    before: list[VisitDraft] = field(default_factory=list)
    """The draft before each write, the newest last."""


@dataclass
class World:
    """Everything on the plan and the device, and switches for what goes wrong."""

    people: dict[str, FaceSheet] = field(default_factory=dict)
    visits: dict[str, Row] = field(default_factory=dict)
    sync: SyncState = field(
        default_factory=lambda: SyncState(SyncWord.OK, "Connected to the plan.", 0, 0, None)
    )
    write_error: Exception | None = None
    read_error: Exception | None = None
    writes: list[str] = field(default_factory=list)
    pace: float = 0.0
    """Seconds that each write takes."""
    settings: PlanSettings = field(default_factory=PlanSettings)
    alerts: dict[str, tuple[AlertLine, ...]] = field(default_factory=dict)
    """By visit id."""
    live_alerts: bool = False
    """The rules are really asked, where no alerts were put there."""
    open_alerts: list[AlertLine] = field(default_factory=list)
    """What stands on Today."""
    photos: dict[str, tuple[AttachmentLine, ...]] = field(default_factory=dict)
    """By visit id."""
    conflicts: dict[str, ConflictPage] = field(default_factory=dict)
    """What needs a person, by its id."""
    parts: dict[str, PatientParts] = field(default_factory=dict)
    """By patient id; nothing on record for the others."""
    trends: dict[str, Trends] = field(default_factory=dict)
    """By patient id; nothing was asked of the others."""
    stops: list[DayStop] = field(default_factory=list)
    """Planned visits of this nurse."""
    clocks: list[DayClock] = field(default_factory=list)
    tries: list[DayTry] = field(default_factory=list)
    """Whom she is to try again today."""
    checks: list[DayCheck] = field(default_factory=list)
    own_phrases: tuple[str, ...] = ()
    recent: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The nurse's own quick phrases."""
    reviews: list[Review] = field(default_factory=list)
    answers_to: list[Addendum] = field(default_factory=list)
    review_reasons: dict[str, tuple[Reason, ...]] = field(default_factory=dict)
    """Why a visit is in the supervisor's queue, by visit id."""
    review_clock: Clock | None = None
    """The 48 hours of whomever a visit under review is about."""
    review_texts: dict[tuple[str, str], str] = field(default_factory=dict)
    """What is typed of a question or an answer, by visit and section."""
    answerer: PersonRef | None = None
    """To whom a question about any visit goes, where that is not its nurse."""
    signs: int = 0
    sends: int = 0
    sending: SendingPage | None = None
    """What "Sent & waiting" shows; made from the visits where it is None."""
    refused: dict[str, RefusedBefore] = field(default_factory=dict)
    """Why the plan refused visits that are drafts again, by id."""


def make_sheet(number: int) -> FaceSheet:
    name, born, gender, language, city = PEOPLE[number]
    row = PatientRow(f"p{number}", name, name, born, gender, language, city)
    problems = (
        "Heart failure, NYHA class III",
        "COPD with oxygen at home",
        "Chronic kidney disease, stage 4",
    )
    more = tuple(f"Problem on the list, number {n}" for n in range(4, 13)) if number == 0 else ()
    medicines = (
        Medicine("Morphine 10 mg/5 mL oral solution", "2.5 mL every 4 hours as needed", date(2026, 10, 2)),
        Medicine("Furosemide 40 mg tablet", "one in the morning", date(2026, 8, 1)),
        Medicine("Senna 8.6 mg tablet", None, None),
    )
    allergies: tuple[Allergy, ...] | None
    allergies = (
        (Allergy("Penicillin", "high"), Allergy("Latex", None))
        if number % 3 == 0
        else ()
        if number % 3 == 1
        else None
    )
    return FaceSheet(
        patient=row,
        member_number=f"9000{number:04d}A",
        phone="(559) 555-0142" if number % 4 else None,
        address=f"{100 + number} Almond Street, {city}, CA",
        line_of_business="Medi-Cal" if number % 2 == 0 else "Medicare Advantage",
        interpreter_needed=None if language is None else language != "English",
        problems=tuple(Problem(text, None) for text in (*problems, *more)),
        medicines=medicines if number != 3 else (),
        allergies=allergies,
        read_at=now() - timedelta(hours=3),
    )


def make_answers(*values: int | Absent | None) -> dict[str, Answer]:
    ids = ("pain", "tired", "drowsy", "nausea", "appetite", "sob", "depr", "anx", "wb")
    at = now()
    return {
        f"esas-{name}": Answer(at, absent=value) if isinstance(value, Absent) else Answer(at, value=value)
        for name, value in zip(ids, values, strict=False)
        if value is not None
    }


def add_visit(
    world: World,
    patient: int,
    ago: timedelta,
    *,
    status: VisitStatus | None = None,
    answers: dict[str, Answer] | None = None,
    note: str = "",
    nurse: PersonRef = NURSE,
    modality: Modality = Modality.IN_PERSON,
    setting: Setting = Setting.HOME,
) -> str:
    began = now() - ago
    visit_id = f"v{len(world.visits)}"
    left = None if status is None else began + timedelta(minutes=48)
    world.visits[visit_id] = Row(
        VisitDraft(
            id=visit_id,
            patient_id=f"p{patient}",
            nurse=nurse,
            modality=modality,
            setting=setting,
            began_at=began,
            left_at=left,
            answered_by=AnsweredBy.PATIENT if answers else None,
            note=note,
            answers=answers or {},
        ),
        status or VisitStatus(VisitState.DRAFT),
        None if left is None else left + timedelta(minutes=12),
    )
    return visit_id


def make_world(people: int = len(PEOPLE)) -> World:
    sheets = [make_sheet(n) for n in range(people)]
    return World(people={sheet.patient.id: sheet for sheet in sheets})
