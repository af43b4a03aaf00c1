"""The screen of each place. A key makes a new place a new component: nothing of another record stays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.views.conflicts.screen import ConflictScreen
from app.views.death.screen import DeathScreen
from app.views.drafts.reading import DraftReading
from app.views.drafts.twice import TwiceScreen
from app.views.emergency import OpenInEmergency
from app.views.env import Env
from app.views.guard import keyed
from app.views.help.no_signal import NoSignalScreen
from app.views.help.tour import TourScreen
from app.views.leave.screen import TakingOverScreen
from app.views.new_visit import NewVisit
from app.views.oncall.screen import OnCallScreen
from app.views.paper.screen import PaperScreen
from app.views.patients import Patients
from app.views.ports import OpenSession
from app.views.prescriber.screen import PrescriberScreen
from app.views.reading import Reading
from app.views.routes import (
    BoardRoute,
    CloseDayRoute,
    ConflictRoute,
    DeathRoute,
    DraftRoute,
    EmergencyRoute,
    LogRoute,
    MatchingRoute,
    MentorRoute,
    NewVisitRoute,
    NoSignalRoute,
    OnCallRoute,
    OutcomesRoute,
    PaperRoute,
    PatientsRoute,
    PrescriberRoute,
    ReadingRoute,
    ReviewRoute,
    ReviewsRoute,
    Route,
    SettingsRoute,
    SharingRoute,
    TakingOverRoute,
    TourRoute,
    TwiceRoute,
    UnlistedRoute,
    VisitRoute,
    WaitingRoute,
    WorklistRoute,
)
from app.views.settings import Settings
from app.views.sharing.mentor import MentorScreen
from app.views.sharing.screen import SharingScreen
from app.views.supervisor.board.screen import TeamBoard
from app.views.supervisor.log import VisitLog
from app.views.supervisor.outcomes.screen import OutcomesScreen
from app.views.supervisor.review.queue import ReviewQueue
from app.views.supervisor.review.screen import ReviewScreen
from app.views.supervisor.worklist.screen import WorklistScreen
from app.views.today.close import CloseDay
from app.views.today.screen import TodayScreen
from app.views.unmatched.begin import VisitSomebodyNew
from app.views.unmatched.matching import MatchingScreen
from app.views.visit.screen import VisitScreen
from app.views.waiting.screen import Waiting


def open_place(env: Env, place: Route, lock: Callable[[OpenSession], Awaitable[None]]) -> ft.Control:
    """The screen of a place. The key makes a new place a new component: nothing of another record stays."""
    if isinstance(place, PatientsRoute):
        return keyed("patients", Patients, env, place.chosen)
    if isinstance(place, EmergencyRoute):
        return keyed("emergency", OpenInEmergency, env)
    if isinstance(place, UnlistedRoute):
        return keyed("unlisted", VisitSomebodyNew, env, place.name)
    if isinstance(place, MatchingRoute):
        return keyed("matching", MatchingScreen, env)
    if isinstance(place, NewVisitRoute):
        return keyed(f"new-{place.patient_id}", NewVisit, env, place.patient_id, place.kind)
    if isinstance(place, VisitRoute):
        return keyed(f"visit-{place.visit_id}", VisitScreen, env, place.visit_id)
    if isinstance(place, ReadingRoute):
        return keyed(f"reading-{place.visit_id}", Reading, env, place.visit_id, place.team)
    if isinstance(place, PrescriberRoute):
        key = f"prescriber-{place.patient_id}-{place.visit_id}"
        return keyed(key, PrescriberScreen, env, place.patient_id, place.visit_id)
    if isinstance(place, PaperRoute):
        return keyed(f"paper-{place.patient_id}", PaperScreen, env, place.patient_id)
    if isinstance(place, DeathRoute):
        return keyed(f"death-{place.patient_id}", DeathScreen, env, place.patient_id)
    if isinstance(place, SharingRoute):
        return keyed(f"sharing-{place.patient_id}", SharingScreen, env, place.patient_id)
    if isinstance(place, MentorRoute):
        return keyed(f"mentor-{place.visit_id}", MentorScreen, env, place.visit_id, place.patient_id)
    if isinstance(place, ConflictRoute):
        return keyed(f"conflict-{place.conflict_id}", ConflictScreen, env, place.conflict_id)
    if isinstance(place, DraftRoute):
        return keyed(f"draft-{place.key}", DraftReading, env, place.key)
    if isinstance(place, TwiceRoute):
        return keyed(f"twice-{place.pair_id}", TwiceScreen, env, place.pair_id)
    if isinstance(place, WaitingRoute):
        return keyed("waiting", Waiting, env, place.chosen)
    if isinstance(place, SettingsRoute):
        return keyed("settings", Settings, env, lock)
    if isinstance(place, TourRoute):
        return keyed("tour", TourScreen, env)
    if isinstance(place, NoSignalRoute):
        return keyed("no-signal", NoSignalScreen, env)
    if isinstance(place, CloseDayRoute):
        return keyed("close-day", CloseDay, env)
    if isinstance(place, ReviewsRoute):
        return keyed("reviews", ReviewQueue, env)
    if isinstance(place, ReviewRoute):
        return keyed(f"review-{place.visit_id}", ReviewScreen, env, place.visit_id)
    if isinstance(place, LogRoute):
        return keyed("log", VisitLog, env)
    if isinstance(place, BoardRoute):
        return keyed("board", TeamBoard, env)
    if isinstance(place, OutcomesRoute):
        return keyed("outcomes", OutcomesScreen, env, place.measure)
    if isinstance(place, OnCallRoute):
        return keyed("oncall", OnCallScreen, env)
    if isinstance(place, TakingOverRoute):
        return keyed(f"taking-over-{place.leave_id}", TakingOverScreen, env, place.leave_id)
    if isinstance(place, WorklistRoute):
        return keyed("worklist", WorklistScreen, env)
    return keyed("today", TodayScreen, env)
