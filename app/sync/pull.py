"""The pull: one CareTeam read, one batch of searches, page by page until each type has reached its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.errors import PlanError
from app.store import cursors, meta, patients, times
from app.store.changes import Topic
from app.store.sessions import SignInRow
from app.sync import plan_settings
from app.sync.complete import complete_visits
from app.sync.emergency import keep_in_step
from app.sync.inbound import Inbound, store_inbound
from app.sync.leaves import ask_leaves
from app.sync.leaving import find_left
from app.sync.panel import read_panel
from app.sync.rounds import Rounds, make_tracks
from app.sync.todays_people import FIRST, find_todays_people
from app.sync.tracks import KINDS, PANEL, Track
from app.sync.turn import Turn

__all__ = ["KINDS", "PullReport", "Puller", "backfill_scope"]

PREVIEW = ("Encounter", "QuestionnaireResponse", "DocumentReference", "Provenance")
BACKFILLS_AT_ONCE = 5
JOINED = "*"
"""Cursor type in `backfill/<patient id>` that says: her history is here or comes with the panel's first load."""
OWN_VISITS_STAY = timedelta(days=30)


@dataclass(slots=True)
class PullReport:
    """`complete`: every type reached its end. `people`: members after this pull, None when it was not learned."""

    pulled: int = 0
    complete: bool = False
    people: int | None = None
    detail: str = ""
    error: PlanError | None = None


def backfill_scope(patient_id: str) -> str:
    return f"backfill/{patient_id}"


class Puller:
    def __init__(
        self,
        turn: Turn,
        sign_in: SignInRow,
    ) -> None:
        self._turn = turn
        self._store, self._client, self._capabilities = turn.store, turn.client, turn.capabilities
        self._sign_in = sign_in
        self._report = PullReport()
        self._seen = 0
        self._panel: frozenset[str] = frozenset()
        self._away: frozenset[str] = frozenset()
        """Who is here, and was in neither this pass's panel nor the last one's."""
        self._began_at: datetime | None = None
        self._rounds = Rounds(turn, self._keep, on_settings=self._keep_settings)

    async def pull(self) -> PullReport:
        """Never raises PlanError: what ended it early is in the report; every page that came is stored."""
        report = self._report
        try:
            self._panel = panel = await self._read_panel()
            report.people = len(panel)
            if panel:
                self._began_at = self._client.server_at
                await self._pull_panel(panel)
                await self._backfill(panel)
                report.pulled += await complete_visits(
                    self._store, self._client, panel, stop=self._turn.stop, between=self._turn.between
                )
                await self._purge()
            report.complete = not self._turn.is_stopped()
        except PlanError as error:
            report.error = error
        report.detail = " ".join(f"no-{kind}" for kind in sorted(self._rounds.skipped))
        return report

    async def _read_panel(self) -> frozenset[str]:
        panel = await read_panel(self._client, self._sign_in)
        here = await self._store.read(patients.list_ids)
        if here and not panel:
            # A server that suddenly returns nothing is asked twice before anybody is hidden, and nothing is deleted.
            panel = await read_panel(self._client, self._sign_in)
        panel |= await keep_in_step(self._store, self._client, panel)
        told = await ask_leaves(self._store, self._client, self._capabilities, self._sign_in)
        own, panel = panel, panel | told.people
        differs = here != panel or await self._store.read(told.is_news)

        def store(connection: Connection) -> tuple[str, ...]:
            told.keep(connection, own)
            away = patients.set_active_members(connection, panel)
            for patient_id in away:
                # Should she come back, her history comes again.
                cursors.drop_scope(connection, backfill_scope(patient_id))
            for patient_id in panel & cursors.list_scope(connection, cursors.LEFT).keys():
                cursors.drop(connection, cursors.LEFT, patient_id)
            if cursors.find(connection, PANEL, "Patient") is None:
                # The first load brings everything of everybody who is a member by now.
                cursors.put(connection, PANEL, "Patient", None)
                mark_joined(connection, sorted(panel))
            return away

        away = await self._store.write(store, *((Topic.PATIENTS,) if differs else ()))
        self._away = frozenset(away) - (here - panel)
        return panel

    async def _tracks(self, scope: str, people: Sequence[str] | None) -> list[Track]:
        return await self._store.read(lambda c: make_tracks(c, self._capabilities, scope, people))

    async def _pull_panel(self, panel: frozenset[str]) -> None:
        named = None if self._capabilities.scopes_by_careteam else sorted(panel)
        tracks = await self._tracks(PANEL, named)
        first = [track for track in tracks if track.type == "Patient" and not track.done]
        if first:
            # First load: people and their newest visits before the rest, so that Today can be used at once.
            await self._rounds.run(first, PREVIEW)
            await self._pull_todays_people(panel)
            tracks = await self._tracks(PANEL, named)
        await self._rounds.run(tracks)

    async def _pull_todays_people(self, panel: frozenset[str]) -> None:
        """All of whom she sees today, before the rest: a spare tablet is of use within a minute."""
        people = await find_todays_people(self._store, self._client, self._capabilities, panel)
        for start in range(0, len(people), BACKFILLS_AT_ONCE):
            await self._store.write(lambda c: cursors.drop_scope(c, FIRST))
            await self._rounds.run(await self._tracks(FIRST, people[start : start + BACKFILLS_AT_ONCE]))
        if people:
            await self._store.write(lambda c: cursors.drop_scope(c, FIRST))

    async def _backfill(self, panel: frozenset[str]) -> None:
        """The history of people who joined since the last pull, with cursors of their own."""

        def find_new(connection: Connection) -> list[str]:
            return [p for p in sorted(panel) if cursors.find(connection, backfill_scope(p), JOINED) is None]

        new = await self._store.read(find_new)
        for start in range(0, len(new), BACKFILLS_AT_ONCE):
            some = new[start : start + BACKFILLS_AT_ONCE]
            tracks: list[Track] = []
            for patient_id in some:
                tracks += await self._tracks(backfill_scope(patient_id), [patient_id])
            await self._rounds.run(tracks)
            if self._turn.is_stopped():
                return

            # An old page of the list may name somebody of whom the plan gives nothing: that is no history.
            gone = await find_left(self._client, self._capabilities, self._sign_in, some)
            here = [one for one in some if one not in gone]
            await self._store.write(partial(mark_joined, people=here))

    async def _keep(self, inbound: Sequence[Inbound]) -> None:
        panel, at = self._panel, self._began_at
        fresh = await self._store.write(lambda c: store_inbound(c, inbound, panel, at))
        self._report.pulled += fresh
        self._seen += sum(len(one.resources) for one in inbound if one.track is not None)
        expected = self._rounds.expected
        self._turn.tell(self._seen, max(expected, self._seen) if expected else 0)
        if fresh:
            await self._store.write(lambda c: None, Topic.PATIENTS, Topic.VISITS, Topic.ALERTS)

    async def _keep_settings(self, answer: Any) -> None:
        text = plan_settings.settings_text(answer)
        if text is not None and await self._store.read(lambda c: plan_settings.is_news(c, text)):
            put = partial(meta.put, key=plan_settings.META_KEY, value=text)
            await self._store.write(put, Topic.PATIENTS, Topic.VISITS)

    async def _purge(self) -> None:
        """Take people off this device who were gone in the last pull already and still are; own work stays 30 days.

        The plan is asked about each of them once: a list that lacks somebody is not enough.
        """
        server_at = self._client.server_at
        if server_at is None or self._turn.is_stopped():
            return
        before = times.to_text(server_at - OWN_VISITS_STAY)
        known = frozenset(await self._store.read(lambda c: cursors.list_scope(c, cursors.LEFT))) & self._away
        asked = self._away - known
        fresh = await find_left(self._client, self._capabilities, self._sign_in, asked)
        left = known | fresh
        if not left:
            return

        def purge(connection: Connection) -> int:
            for one in fresh:
                cursors.put(connection, cursors.LEFT, one, None)
            kept = [
                one for one in sorted(left) if not patients.purge(connection, one, received_before=before)
            ]
            for one in left.difference(kept):
                cursors.drop(connection, cursors.LEFT, one)
            return len(left) - len(kept) + sum(patients.take_off_others(connection, one) for one in kept)

        if await self._store.write(purge):
            await self._store.write(lambda c: None, Topic.PATIENTS)


def mark_joined(connection: Connection, people: Iterable[str]) -> None:
    """The history of these people is here, or comes with a load of the whole panel."""
    for patient_id in people:
        cursors.put(connection, backfill_scope(patient_id), JOINED, None, done=True)
