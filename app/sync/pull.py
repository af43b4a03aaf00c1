"""The pull: one CareTeam read, one batch of searches, page by page until each type has reached its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.errors import PlanDown, PlanError
from app.store import cursors, meta, patients, times
from app.store.changes import Topic
from app.store.engine import Store
from app.store.sessions import SignInRow
from app.sync import plan_settings
from app.sync.batch import ask, is_refused, status_of
from app.sync.capabilities import Capabilities
from app.sync.complete import complete_visits
from app.sync.fhir import read
from app.sync.inbound import Inbound, store_inbound
from app.sync.panel import matches, page_of, read_panel
from app.sync.tracks import PANEL, Track, advance, newest_query, query
from app.sync.transport import FhirClient

KINDS = (
    "Patient",
    "Encounter",
    "QuestionnaireResponse",
    "DocumentReference",
    "Provenance",
    "Task",
    "Flag",
    "RelatedPerson",
    "Consent",
    "CarePlan",
    "Goal",
    "ServiceRequest",
    "Observation",
    "Condition",
    "MedicationRequest",
    "AllergyIntolerance",
    "Coverage",
    "MedicationStatement",
    "Communication",
    "Procedure",
)
"""What is pulled, in the order in which it becomes useful."""

PREVIEW = ("Encounter", "QuestionnaireResponse", "DocumentReference", "Provenance")
PREVIEW_COUNT = 100
BACKFILLS_AT_ONCE = 5
JOINED = "*"
"""Cursor type in `backfill/<patient id>` that says: her history is here or comes with the panel's first load."""
OWN_VISITS_STAY = timedelta(days=30)

_log = logging.getLogger("app.sync")


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
        store: Store,
        client: FhirClient,
        capabilities: Capabilities,
        sign_in: SignInRow,
        *,
        stop: asyncio.Event | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        between: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`between` is awaited after each round: a first load is long, and an alert may not wait for its end."""
        self._store = store
        self._client = client
        self._capabilities = capabilities
        self._sign_in = sign_in
        self._stop = stop
        self._on_progress = on_progress
        self._between = between
        self._overlap = timedelta(seconds=capabilities.overlap_seconds)
        self._report = PullReport()
        self._expected = 0
        self._seen = 0
        self._skipped: set[str] = set()
        self._asks_settings = capabilities.has(plan_settings.KIND)

    async def pull(self) -> PullReport:
        """Never raises PlanError: what ended it early is in the report; every page that came is stored."""
        report = self._report
        try:
            panel = await self._read_panel()
            report.people = len(panel)
            if panel:
                began_at = self._client.server_at
                await self._pull_panel(panel, began_at)
                await self._backfill(panel, began_at)
                report.pulled += await complete_visits(self._store, self._client, panel)
                await self._purge(panel)
            report.complete = not self._stopped()
        except PlanError as error:
            report.error = error
        report.detail = " ".join(f"no-{kind}" for kind in sorted(self._skipped))
        return report

    def _stopped(self) -> bool:
        return self._stop is not None and self._stop.is_set()

    async def _read_panel(self) -> frozenset[str]:
        panel = await read_panel(self._client, self._sign_in)
        here = await self._store.read(patients.list_ids)
        if here and not panel:
            # A server that suddenly returns nothing is asked twice before anybody is hidden, and nothing is deleted.
            panel = await read_panel(self._client, self._sign_in)

        def store(connection: Connection) -> None:
            for patient_id in patients.set_active_members(connection, panel):
                # Should she come back, her history comes again.
                cursors.drop_scope(connection, backfill_scope(patient_id))
            if cursors.find(connection, PANEL, "Patient") is None:
                # The first load brings everything of everybody who is a member by now.
                cursors.put(connection, PANEL, "Patient", None)
                _mark_joined(connection, sorted(panel))

        self._left = here - panel
        await self._store.write(store, *((Topic.PATIENTS,) if here != panel else ()))
        return panel

    def _tracks(self, connection: Connection, scope: str, people: Sequence[str] | None) -> list[Track]:
        known = cursors.list_scope(connection, scope)
        found = []
        for kind in KINDS:
            if self._capabilities.has(kind):
                at = known.get(kind)
                named = None if people is None else tuple(people)
                found.append(
                    Track(scope, kind, named, at.since if at else None, done=at.done if at else False)
                )
        return found

    async def _pull_panel(self, panel: frozenset[str], began_at: datetime | None) -> None:
        named = None if self._capabilities.scopes_by_careteam else sorted(panel)
        tracks = await self._store.read(lambda c: self._tracks(c, PANEL, named))
        first = [track for track in tracks if track.type == "Patient" and not track.done]
        if first:
            # First load: people and their newest visits before the rest, so that Today can be used at once.
            await self._run(first, panel, began_at, preview=PREVIEW)
            tracks = await self._store.read(lambda c: self._tracks(c, PANEL, named))
        await self._run(tracks, panel, began_at)

    async def _backfill(self, panel: frozenset[str], began_at: datetime | None) -> None:
        """The history of people who joined since the last pull, with cursors of their own."""

        def find_new(connection: Connection) -> list[str]:
            return [p for p in sorted(panel) if cursors.find(connection, backfill_scope(p), JOINED) is None]

        new = await self._store.read(find_new)
        for start in range(0, len(new), BACKFILLS_AT_ONCE):
            some = new[start : start + BACKFILLS_AT_ONCE]
            tracks: list[Track] = []
            for patient_id in some:
                find = partial(self._tracks, scope=backfill_scope(patient_id), people=[patient_id])
                tracks += await self._store.read(find)
            await self._run(tracks, panel, began_at)
            if self._stopped():
                return

            await self._store.write(partial(_mark_joined, people=some))

    async def _run(
        self,
        tracks: Sequence[Track],
        panel: frozenset[str],
        began_at: datetime | None,
        preview: Sequence[str] = (),
    ) -> None:
        """Rounds of one batch each until every track is through. Each round's pages and cursors are one commit."""
        running = [track for track in tracks if track.type not in self._skipped]
        extra = [kind for kind in preview if self._capabilities.has(kind)]
        while (running or extra) and not self._stopped():
            named = running[0].patients if running else None
            queries = [track for track in running if track.link is None]
            urls = [query(t, self._overlap, total=self._counts(t)) for t in queries]
            urls += [newest_query(kind, named, PREVIEW_COUNT) for kind in extra]
            answers = await self._ask(urls) if urls else []
            inbound = [self._read(t, bundle) for t, bundle in zip(queries, answers, strict=False)]
            newest = zip(extra, answers[len(queries) :], strict=True)
            inbound += [Inbound(matches(bundle, kind)) for kind, bundle in newest if bundle is not None]
            for track in running:
                if track.link is not None:
                    inbound.append(self._read(track, (await self._client.follow(track.link)).get()))
            await self._keep(inbound, panel, began_at)
            if self._between is not None:
                await self._between()
            running = [i.track for i in inbound if i.track is not None and not i.track.finished]
            running = [track for track in running if track.type not in self._skipped]
            extra = []

    def _counts(self, track: Track) -> bool:
        """Our own backend counts what a first load will bring; others may refuse the question."""
        return self._capabilities.store_epoch is not None and not track.done and track.at is None

    async def _ask(self, urls: Sequence[str]) -> list[Any]:
        """One batch; a searchset for each address, None where the server does not take that search.

        The plan's settings ride along with the first.
        """
        also = [plan_settings.URL] if self._asks_settings else []
        answers = await ask(self._client, [*urls, *also])
        if also:
            self._asks_settings = False
            await self._keep_settings(answers.pop())
        return [self._searchset(url, answer) for url, answer in zip(urls, answers, strict=True)]

    async def _keep_settings(self, answer: Any) -> None:
        text = plan_settings.settings_text(answer)
        if text is not None and await self._store.read(lambda c: plan_settings.is_news(c, text)):
            put = partial(meta.put, key=plan_settings.META_KEY, value=text)
            await self._store.write(put, Topic.PATIENTS, Topic.VISITS)

    def _searchset(self, url: str, answer: Any) -> Any:
        bundle, status = read.find(answer, "resource"), status_of(answer)
        if status == "200" and read.text(bundle, "type") == "searchset":
            return bundle
        kind = url.partition("?")[0]
        if is_refused(status):
            self._skipped.add(kind)
            _log.info("the plan does not answer searches for %s: %s", kind, status)
            return None
        raise PlanDown(detail=f"HTTP {status or '?'} in batch")

    def _read(self, track: Track, bundle: Any) -> Inbound:
        if bundle is None:
            return Inbound([])
        resources = matches(bundle, track.type)
        self._expected += read.whole(bundle, "total") or 0
        return Inbound(resources, advance(track, page_of(bundle, resources), self._overlap))

    async def _keep(self, inbound: Sequence[Inbound], panel: frozenset[str], at: datetime | None) -> None:
        fresh = await self._store.write(lambda c: store_inbound(c, inbound, panel, at))
        self._report.pulled += fresh
        self._seen += sum(len(one.resources) for one in inbound if one.track is not None)
        if self._on_progress is not None:
            self._on_progress(self._seen, max(self._expected, self._seen) if self._expected else 0)
        if fresh:
            await self._store.write(lambda c: None, Topic.PATIENTS, Topic.VISITS, Topic.ALERTS)

    async def _purge(self, panel: frozenset[str]) -> None:
        """Take people off this device who were gone in the last pull already and still are."""
        server_at = self._client.server_at
        if server_at is None or self._stopped():
            return
        before = times.to_text(server_at - OWN_VISITS_STAY)

        def purge(connection: Connection) -> int:
            gone = patients.set_active_members(connection, panel)
            return sum(
                patients.purge(connection, one, received_before=before)
                for one in gone
                if one not in self._left
            )

        if await self._store.write(purge):
            await self._store.write(lambda c: None, Topic.PATIENTS)


def _mark_joined(connection: Connection, people: Sequence[str]) -> None:
    for patient_id in people:
        cursors.put(connection, backfill_scope(patient_id), JOINED, None, done=True)
