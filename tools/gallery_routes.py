"""Which stops of the gallery draw which screen and which kind of visit: no new one is forgotten (a test looks)."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.visit_kind import VisitKind
from app.views import routes

SCREENS: Mapping[type, tuple[str, ...]] = {
    routes.TodayRoute: ("today", "today-offline", "today-much", "today-nobody", "today-died"),
    routes.CloseDayRoute: ("close-day", "close-day-left", "day-closed", "day-closed-none", "hard-day"),
    routes.PatientsRoute: ("people", "people-none", "people-nobody", "person", "person-died", "in-hospital"),
    routes.EmergencyRoute: ("not-on-my-list",),
    routes.UnlistedRoute: ("somebody-new",),
    routes.MatchingRoute: ("matching", "matched"),
    routes.NewVisitRoute: ("new-visit", "new-visit-choices", "telephone-offered", "alerts-still-stand"),
    routes.VisitRoute: ("visit", "visit-missing", "visit-ready", "alert-cards"),
    routes.ReadingRoute: (
        "visit-read",
        "signed-only-here",
        "signed-received",
        "reviewed",
        "question",
        "log-visit",
    ),
    routes.PrescriberRoute: ("prescriber",),
    routes.PaperRoute: ("papers", "paper"),
    routes.DeathRoute: ("death", "death-filled"),
    routes.SharingRoute: ("sharing",),
    routes.MentorRoute: ("mentor",),
    routes.WaitingRoute: ("waiting", "waiting-offline", "waiting-why", "waiting-none"),
    routes.ConflictRoute: ("two-versions",),
    routes.DraftRoute: ("draft-of-a-colleague",),
    routes.TwiceRoute: ("twice",),
    routes.SettingsRoute: ("settings", "settings-below"),
    routes.TourRoute: ("tour",),
    routes.NoSignalRoute: ("no-signal",),
    routes.ReviewsRoute: ("review", "review-none"),
    routes.ReviewRoute: ("review-one", "review-asking"),
    routes.LogRoute: ("log", "log-verification", "log-none", "log-empty"),
    routes.BoardRoute: ("team", "team-none", "team-offline"),
    routes.OnCallRoute: ("oncall", "oncall-none", "oncall-person"),
    routes.TakingOverRoute: ("taking-over", "taken-over"),
    routes.WorklistRoute: ("not-reached", "not-reached-none", "not-reached-offline"),
    routes.OutcomesRoute: ("outcomes", "outcome", "outcomes-hidden", "outcomes-offline"),
}

KINDS: Mapping[VisitKind, tuple[str, ...]] = {
    VisitKind.ROUTINE: ("visit",),
    VisitKind.FIRST: ("first",),
    VisitKind.CANNOT_SPEAK: ("cannot-speak", "cannot-speak-distress"),
    VisitKind.FROM_FACILITY: ("from-facility",),
    VisitKind.TELEPHONE: ("telephone", "telephone-no-answer"),
    VisitKind.NOT_SEEN: ("not-seen", "not-seen-ready"),
}
