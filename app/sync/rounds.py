"""Many searches at once, page by page, until each has reached its end: one batch request a round."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from app.errors import PlanDown
from app.store import cursors
from app.sync import plan_settings
from app.sync.batch import ask, is_refused, status_of
from app.sync.capabilities import Capabilities
from app.sync.fhir import read
from app.sync.inbound import Inbound
from app.sync.panel import matches, page_of
from app.sync.quiet import is_quiet
from app.sync.tracks import GROWN_PAGE, KINDS, PAGE, PANEL, Track, advance, newest_query, query
from app.sync.turn import Turn

PREVIEW_COUNT = 100
Keep = Callable[[Sequence[Inbound]], Awaitable[None]]
_log = logging.getLogger("app.sync")


class Rounds:
    """Runs tracks; `keep` stores what each round brought, with its cursors, before the next one is asked.

    The turn's `between` is awaited after each round. `on_settings` gets the plan's own
    settings, which ride along with the first batch. `skipped`: types that this server does not let us search.
    """

    def __init__(
        self,
        turn: Turn,
        keep: Keep,
        *,
        on_settings: Callable[[Any], Awaitable[None]] | None = None,
    ) -> None:
        self._turn = turn
        self._client, self._capabilities = turn.client, turn.capabilities
        self._keep = keep
        self._on_settings = on_settings if turn.capabilities.has(plan_settings.KIND) else None
        self._overlap = timedelta(seconds=turn.capabilities.overlap_seconds)
        self.expected = 0
        """Matches that the server announced, where it counts them."""
        self.skipped: set[str] = set()

    async def run(
        self, tracks: Sequence[Track], preview: Sequence[str] = (), *, elements: bool = False
    ) -> None:
        """Until every track is through or somebody asks to stop. `elements`: ids and versions only.

        Raises PlanError; what came before it is kept.
        """
        running = [track for track in tracks if track.type not in self.skipped]
        extra = [kind for kind in preview if self._capabilities.has(kind)]
        while (running or extra) and not self._turn.is_stopped():
            named = running[0].patients if running else None
            queries = [track for track in running if track.link is None]
            urls = [query(t, self._overlap, total=self._counts(t), elements=elements) for t in queries]
            urls += [newest_query(kind, named, PREVIEW_COUNT) for kind in extra]
            answers = await self._ask(urls) if urls else []
            inbound = [self._read(t, bundle) for t, bundle in zip(queries, answers, strict=False)]
            newest = zip(extra, answers[len(queries) :], strict=True)
            inbound += [Inbound(matches(bundle, kind)) for kind, bundle in newest if bundle is not None]
            for track in running:
                if track.link is not None:
                    inbound.append(self._read(track, (await self._client.follow(track.link)).get()))
            await self._keep(inbound)
            if self._turn.between is not None:
                await self._turn.between()
            running = [i.track for i in inbound if i.track is not None and not i.track.finished]
            running = [track for track in running if track.type not in self.skipped]
            extra = []

    def _counts(self, track: Track) -> bool:
        """Our own backend counts what a first load will bring; others may refuse the question."""
        return self._capabilities.store_epoch is not None and not track.done and track.at is None

    async def _ask(self, urls: Sequence[str]) -> list[Any]:
        """One batch; a searchset for each address, None where the server does not take that search."""
        also = [plan_settings.URL] if self._on_settings is not None else []
        answers = await ask(self._client, [*urls, *also])
        if self._on_settings is not None:
            keep_settings, self._on_settings = self._on_settings, None
            await keep_settings(answers.pop())
        return [self._searchset(url, answer) for url, answer in zip(urls, answers, strict=True)]

    def _searchset(self, url: str, answer: Any) -> Any:
        bundle, status = read.find(answer, "resource"), status_of(answer)
        if status == "200" and read.text(bundle, "type") == "searchset":
            return bundle
        kind = url.partition("?")[0]
        if is_refused(status):
            self.skipped.add(kind)
            _log.info("the plan does not answer searches for %s: %s", kind, status)
            return None
        raise PlanDown(detail=f"HTTP {status or '?'} in batch")

    def _read(self, track: Track, bundle: Any) -> Inbound:
        if bundle is None:
            return Inbound([])
        resources = matches(bundle, track.type)
        self.expected += read.whole(bundle, "total") or 0
        most = GROWN_PAGE if self._capabilities.store_epoch is not None else PAGE
        return Inbound(resources, advance(track, page_of(bundle, resources), self._overlap, most))


def make_tracks(
    connection: Connection, capabilities: Capabilities, scope: str, people: Sequence[str] | None
) -> list[Track]:
    """One track for each type that the server knows, from where its cursor of this scope stands."""
    known = cursors.list_scope(connection, scope)
    # Only where stamps are given in the order in which rows become visible: on our own backend.
    own = scope == PANEL and capabilities.store_epoch is not None
    quiet = cursors.list_scope(connection, cursors.QUIET) if own else {}
    named = None if people is None else tuple(people)
    tracks = []
    for kind in KINDS:
        if capabilities.has(kind):
            at = known.get(kind)
            since, done = (at.since, at.done) if at else (None, False)
            still = done and is_quiet(quiet.get(kind), since)
            tracks.append(Track(scope, kind, named, since, done=done, quiet=still))
    return tracks
