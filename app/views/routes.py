"""Where one can be. Places live in memory only: an address bar or a log never holds whose record is open."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TodayRoute:
    pass


@dataclass(frozen=True, slots=True)
class CloseDayRoute:
    """What is left of the day, or that nothing is."""


@dataclass(frozen=True, slots=True)
class PatientsRoute:
    """The list of people; `chosen` is the person whose page is open."""

    chosen: str | None = None


@dataclass(frozen=True, slots=True)
class EmergencyRoute:
    """Opening the record of somebody who is not on one's list."""


@dataclass(frozen=True, slots=True)
class UnlistedRoute:
    """Visiting somebody who is on nobody's list; `name`: what was looked for in vain."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class MatchingRoute:
    """A supervisor says which members people are who were visited without being on a list."""


@dataclass(frozen=True, slots=True)
class NewVisitRoute:
    """`kind`: what was planned (a `VisitKind`'s code); None or one that is not known: the app proposes."""

    patient_id: str
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class VisitRoute:
    """A visit that may still be a draft; a signed one shows as a reading."""

    visit_id: str


@dataclass(frozen=True, slots=True)
class ReadingRoute:
    visit_id: str
    team: bool = False
    """Read through the supervisor's log."""


@dataclass(frozen=True, slots=True)
class PrescriberRoute:
    """A call to this person's prescriber; `visit_id` is the open visit in which it is written down, if any."""

    patient_id: str
    visit_id: str | None = None


@dataclass(frozen=True, slots=True)
class PaperRoute:
    """A paper about this person, to leave behind."""

    patient_id: str


@dataclass(frozen=True, slots=True)
class DeathRoute:
    """Recording that this person has died, or looking at what was recorded."""

    patient_id: str


@dataclass(frozen=True, slots=True)
class SharingRoute:
    """Sharing this person's record with somebody outside the team."""

    patient_id: str


@dataclass(frozen=True, slots=True)
class MentorRoute:
    """Giving this visit to a mentor of another organization, without anybody in it."""

    visit_id: str
    patient_id: str


@dataclass(frozen=True, slots=True)
class WaitingRoute:
    """Sent & waiting; `chosen` is what stands open beside the list, or on a phone in its place."""

    chosen: str = ""


@dataclass(frozen=True, slots=True)
class ConflictRoute:
    """Two versions of one record, to choose from."""

    conflict_id: str


@dataclass(frozen=True, slots=True)
class DraftRoute:
    """A colleague's draft on another tablet, to read; `key` says which."""

    key: str


@dataclass(frozen=True, slots=True)
class TwiceRoute:
    """One visit that was written twice, to choose from."""

    pair_id: str


@dataclass(frozen=True, slots=True)
class SettingsRoute:
    pass


@dataclass(frozen=True, slots=True)
class TourRoute:
    """A few cards that show how things are done."""


@dataclass(frozen=True, slots=True)
class NoSignalRoute:
    """What to do when there is no signal for days."""


@dataclass(frozen=True, slots=True)
class ReviewsRoute:
    """A supervisor's queue: signed visits that wait for her eyes."""


@dataclass(frozen=True, slots=True)
class ReviewRoute:
    """One visit under review."""

    visit_id: str


@dataclass(frozen=True, slots=True)
class LogRoute:
    pass


@dataclass(frozen=True, slots=True)
class BoardRoute:
    """The team board."""


@dataclass(frozen=True, slots=True)
class OnCallRoute:
    """The on-call pack; whose page is open lies with the screen."""


@dataclass(frozen=True, slots=True)
class TakingOverRoute:
    """The people of a nurse who is on leave, for who stands in."""

    leave_id: str


@dataclass(frozen=True, slots=True)
class WorklistRoute:
    """People of the roster who were not reached yet."""


@dataclass(frozen=True, slots=True)
class OutcomesRoute:
    """How care went for everybody, in figures; one measure of it, or all in a list."""

    measure: str = ""


Route = (
    TodayRoute
    | CloseDayRoute
    | PatientsRoute
    | EmergencyRoute
    | UnlistedRoute
    | MatchingRoute
    | NewVisitRoute
    | VisitRoute
    | ReadingRoute
    | PrescriberRoute
    | PaperRoute
    | DeathRoute
    | SharingRoute
    | MentorRoute
    | WaitingRoute
    | ConflictRoute
    | DraftRoute
    | TwiceRoute
    | SettingsRoute
    | TourRoute
    | NoSignalRoute
    | ReviewsRoute
    | ReviewRoute
    | LogRoute
    | BoardRoute
    | OnCallRoute
    | TakingOverRoute
    | WorklistRoute
    | OutcomesRoute
)
Stack = tuple[Route, ...]
"""How one came here, the open place last. Never empty."""


def push(stack: Stack, route: Route) -> Stack:
    """Go on. The same place twice in a row stands once; another person in the list replaces the first.

    Today is where one begins: nothing lies under it.
    """
    if stack[-1] == route:
        return stack
    if isinstance(route, TodayRoute):
        return (route,)
    if isinstance(route, PatientsRoute) and isinstance(stack[-1], PatientsRoute):
        return (*stack[:-1], route)
    return (*stack, route)


def replace(stack: Stack, route: Route) -> Stack:
    """Go on without a way back to the place left (a visit just begun, a visit just signed)."""
    return (*stack[:-1], route)


def pop(stack: Stack) -> Stack:
    """Go back; the first place stays."""
    if len(stack) > 1:
        return stack[:-1]
    if isinstance(stack[0], PatientsRoute):
        return (PatientsRoute(),)
    return stack
