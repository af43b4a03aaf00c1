"""What a push will do, worked out before anything is sent. Pure: outbox in, list of actions out.

Rules: an attempted write, and one that others may have brought, is looked up before anything else is done with it;
any other cut write is sent as it is; changes that no write names yet are cut into one write a group, never two groups
in one. Everything about one person goes one after the other, different people side by side, the most urgent first: an
alert leaves before its person's other records, whatever has become of those; a file's document goes last. What the
server holds of a write (`Standing`) decides what is done next (`decide`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from app.store.outbox import OpenWrite, PendingGroup
from app.sync.fhir.provenance import Key

AT_ONCE = 4
"""People whose writes travel side by side."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask the server whether it has this write. Only what it says decides whether the same bytes go again."""

    write: OpenWrite


@dataclass(frozen=True, slots=True)
class Send:
    """A write that was stored and surely never left."""

    write: OpenWrite


@dataclass(frozen=True, slots=True)
class Cut:
    """Make a write of exactly these changes of one group, store it, send it."""

    group: PendingGroup


Action = LookUp | Send | Cut


@dataclass(frozen=True, slots=True)
class Lane:
    """Actions about one person, in order."""

    patient_id: str
    actions: tuple[Action, ...]


URGENT = 0
"""The priority of alerts and deaths."""
FILE = 90
"""The priority of files and their documents."""


class Only(Enum):
    """What alone may be pushed while the plan is being compared with what this device knows of it."""

    URGENT_CREATES = auto()
    """Alerts that create: they rest on nothing that the plan may have lost."""


def _priority(action: Action) -> int:
    if isinstance(action, Cut):
        return action.group.priority
    # A write without changes left has nothing to wait for; it only wants its receipt.
    return min((change.priority for change in action.write.changes), default=URGENT)


def _patient(action: Action) -> str:
    return action.group.patient_id if isinstance(action, Cut) else action.write.patient_id


def _troubles(action: Action) -> int:
    return 0 if isinstance(action, Cut) else action.write.server_errors


def is_urgent(action: Action) -> bool:
    """An alert. Nothing about the same person waits for it, nor it for them (unless it names them)."""
    return _priority(action) == URGENT


def is_file(action: Action) -> bool:
    """A file's document: whatever becomes of it may hold nothing else up."""
    return _priority(action) >= FILE


def _rank(action: Action) -> tuple[bool, bool, int, int, int]:
    kind = (LookUp, Send, Cut).index(type(action))
    # One that fails holds up what comes after it, so a file stands behind all else.
    return not is_urgent(action), is_file(action), kind, _priority(action), _troubles(action)


def _is_allowed(action: Action, only: Only | None) -> bool:
    if only is None:
        return True
    changes = action.group.changes if isinstance(action, Cut) else action.write.changes
    return is_urgent(action) and all(change.base_version is None for change in changes)


def make_plan(
    open_writes: Iterable[OpenWrite], groups: Iterable[PendingGroup], only: Only | None = None
) -> tuple[Lane, ...]:
    """Lanes in the order in which they should start. Groups that an open write names are left alone."""
    writes = list(open_writes)
    busy = {write.group_id for write in writes}
    actions: list[Action] = [LookUp(w) if w.state == "attempted" or w.sealed else Send(w) for w in writes]
    actions += [Cut(group) for group in groups if group.group_id not in busy and group.changes]
    actions = [action for action in actions if _is_allowed(action, only)]
    lanes: dict[str, list[Action]] = {}
    for action in actions:
        lanes.setdefault(_patient(action), []).append(action)
    # A write that the server keeps stumbling over goes last, so that it holds nobody up.
    started = sorted(lanes.items(), key=lambda lane: min((_priority(a), _troubles(a)) for a in lane[1]))
    return tuple(Lane(patient, tuple(sorted(todo, key=_rank))) for patient, todo in started)


class Standing(Enum):
    """What the server has where one record of a write wants to be."""

    OURS = auto()
    """A version with this write's tag is there, perhaps under newer ones."""
    MISSING = auto()
    BASE = auto()
    """The version that our edit was made on is still the newest."""
    THEIRS = auto()
    """Something is there that did not come from this write."""
    DELETED = auto()
    HIDDEN = auto()
    """The server does not let this user look."""


class Next(Enum):
    """What is to be done with a write, now that the server has been asked about it."""

    SETTLE = auto()
    SEND_REST = auto()
    CONTEST = auto()
    """Somebody else's version, or a deletion, stands where ours wants to be: merge, or let a person choose."""
    LOST = auto()
    """An edit of something that the server does not know (any more)."""
    HIDDEN = auto()


def decide(
    standings: Mapping[Key, Standing], edits: Collection[Key], still_open: Collection[Key], manifest: Key
) -> Next:
    """From where each record of a write stands. `edits`: those not created by it; `still_open`: not settled yet.

    Records that were settled before, or that left the write, hold nothing up.
    """
    found = {key: standing for key, standing in standings.items() if key in still_open}
    if not {Standing.THEIRS, Standing.DELETED}.isdisjoint(found.values()):
        return Next.CONTEST
    if any(standing is Standing.MISSING and key in edits for key, standing in found.items()):
        return Next.LOST
    if Standing.HIDDEN in found.values() or standings.get(manifest) is Standing.HIDDEN:
        return Next.HIDDEN
    if all(standing is Standing.OURS for standing in (*found.values(), standings.get(manifest))):
        return Next.SETTLE
    return Next.SEND_REST


class Verdict(Enum):
    """What an answer to a write means."""

    ANSWERED = auto()
    """2xx: each entry's own status says what became of it."""
    LOOK_UP = auto()
    """409, 412 or 304: something is there already; ask whether it is this very write."""
    TOO_BIG = auto()
    WAIT = auto()
    """Not now: 408, 425, 429, and any 5xx that says when to come back."""
    SERVER_ERROR = auto()
    REFUSED = auto()
    """The server will never take it as it is, and says why."""
    UPDATE = auto()
    """426: it wants a newer app. Nothing is wrong with the record."""
    NOT_A_PLAN = auto()
    """A 4xx that no FHIR server said: the address, not the record, is wrong."""


def judge(status: int, *, says_why: bool, says_when: bool = False) -> Verdict:
    """`says_why`: the answer is an OperationOutcome; without one a 4xx never sets anything aside.

    `says_when`: it carries Retry-After.
    """
    if 200 <= status < 300:
        return Verdict.ANSWERED
    if status in (304, 409, 412):
        return Verdict.LOOK_UP
    if status == 413:
        return Verdict.TOO_BIG
    if status == 426:
        return Verdict.UPDATE
    if status in (401, 408, 425, 429) or (status >= 500 and says_when):
        return Verdict.WAIT
    if status >= 500:
        return Verdict.SERVER_ERROR
    return Verdict.REFUSED if says_why and 400 <= status < 500 else Verdict.NOT_A_PLAN
