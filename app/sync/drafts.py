"""Unsigned drafts on their way: copies of this device's to the plan, after all real work, and those of other tablets.

No pass is made for a copy: it goes with the next one, at most every twenty seconds, and only when something in the
draft changed. Where the plan keeps no drafts nothing of this happens, and nothing here ends a pass.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from app.domain.drafts import DraftElsewhere
from app.errors import PlanError
from app.store import drafts_elsewhere, meta
from app.store.changes import Topic
from app.store.drafts_elsewhere import OwnCopy, Told
from app.store.engine import Store
from app.sync.capabilities import Capabilities
from app.sync.contact import device_of
from app.sync.fhir import json_text
from app.sync.fhir.drafts import decode_list, encode_copy, find_body
from app.sync.transport import FHIR_JSON, FhirClient, utc_now

OPERATION = "$hearthside-draft"
AT_MOST_EVERY = timedelta(seconds=20)
ASKED_EVERY = timedelta(minutes=2)
"""So often the plan is asked for drafts of other tablets; a fresh start asks at once."""
_log = logging.getLogger("app.sync")
_asked: WeakKeyDictionary[Store, datetime] = WeakKeyDictionary()


async def send_drafts(
    store: Store, client: FhirClient, capabilities: Capabilities, *, now: Callable[[], datetime] = utc_now
) -> None:
    """Bring what changed, take away what is over. Raises no PlanError."""
    if not capabilities.drafts:
        return
    own, told, over = await store.read(_read_own)
    try:
        for visit_id in over:
            answer = await client.send("DELETE", _path(visit_id, device_of(store.store_id)))
            if not answer.ok and answer.status != 404:
                raise answer.error()
            await store.write(partial(drafts_elsewhere.put_told, visit_id=visit_id, told=None))
        for visit_id, source in (await store.read(drafts_elsewhere.list_finished)).items():
            if source is not None:
                await _drop_elsewhere(client, *source)
            await store.write(partial(drafts_elsewhere.put_continued, visit_id=visit_id, source=None))
        for copy in own:
            if _is_due(told.get(copy.visit_id), copy, now()):
                await _send(store, client, copy, now())
    except PlanError as error:
        _log.info("a draft was not copied: %s %s", type(error).__name__, error.detail)


async def refresh_drafts(
    store: Store,
    client: FhirClient,
    capabilities: Capabilities,
    me: str,
    *,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """Ask for drafts of other tablets; those of this nurse (`me`, her reference) come with all that stands in them.
    Raises no PlanError.
    """
    last = _asked.get(store)
    if not capabilities.drafts or (last is not None and abs(now() - last) < ASKED_EVERY):
        return
    try:
        answer = await client.send("GET", OPERATION)
        text = None if answer.status in (403, 404) else json_text.dumps(answer.get())
        _asked[store] = now()
        listed = decode_list(answer.resource) if text is not None else ()
        hers = [
            one for one in listed if one.author.reference == me and one.device != device_of(store.store_id)
        ]
        await _keep_list(store, text, hers)
        for one in hers:
            await _fetch(store, client, one)
    except PlanError as error:
        _log.info("drafts of other tablets were not asked for: %s %s", type(error).__name__, error.detail)


async def fetch_text(client: FhirClient, draft: DraftElsewhere) -> str | None:
    """What stands in a draft, asked of the plan now; None where it is there no more. Raises PlanError."""
    answer = await client.send("GET", _path(draft.visit_id, draft.device))
    return None if answer.status in (403, 404) else find_body(answer.get())


async def _drop_elsewhere(client: FhirClient, key: str, digest: str) -> None:
    """The visit that was made from this version is at the plan; a version that came since stays."""
    answer = await client.send("DELETE", f"{OPERATION}/{key}", headers={"If-Match": f'"{digest}"'})
    if not answer.ok and answer.status not in (404, 412):
        raise answer.error()


async def _send(store: Store, client: FhirClient, copy: OwnCopy, at: datetime) -> None:
    body = json_text.dumps(encode_copy(copy.patient_id, copy.began_at, at, copy.text)).encode()
    path = _path(copy.visit_id, device_of(store.store_id))
    answer = await client.send("PUT", path, body, {"Content-Type": FHIR_JSON})
    if not answer.ok and answer.status not in (400, 403, 404, 409, 413, 422):
        raise answer.error()
    if not answer.ok:
        # It will not be taken as it is; it is tried again once something in it changes.
        _log.info("the plan keeps no copy of a draft: HTTP %d", answer.status)
    told = Told(copy.digest, at)
    await store.write(lambda c: drafts_elsewhere.put_told(c, copy.visit_id, told))


async def _keep_list(store: Store, text: str | None, hers: list[DraftElsewhere]) -> None:
    def keep(connection: Connection) -> None:
        if text is None:
            meta.remove(connection, drafts_elsewhere.LIST)
        else:
            meta.put(connection, drafts_elsewhere.LIST, text)
        drafts_elsewhere.forget_texts(connection, [one.key for one in hers])

    if await store.read(lambda c: meta.find(c, drafts_elsewhere.LIST)) != text:
        await store.write(keep, Topic.VISITS)


async def _fetch(store: Store, client: FhirClient, draft: DraftElsewhere) -> None:
    if await store.read(lambda c: drafts_elsewhere.find_text(c, draft.key, draft.digest)) is not None:
        return
    text = await fetch_text(client, draft)
    if text is not None:
        digest = draft.digest
        await store.write(lambda c: drafts_elsewhere.put_text(c, draft.key, digest, text), Topic.VISITS)


def _read_own(connection: Connection) -> tuple[tuple[OwnCopy, ...], dict[str, Told], tuple[str, ...]]:
    own, told = drafts_elsewhere.read_own(connection), drafts_elsewhere.read_told(connection)
    return own, told, drafts_elsewhere.list_over(connection, told)


def _is_due(told: Told | None, copy: OwnCopy, now: datetime) -> bool:
    if told is None:
        return True
    if told.digest == copy.digest:
        return False
    # A clock that was set back must not keep it here.
    return told.at is None or abs(now - told.at) >= AT_MOST_EVERY


def _path(visit_id: str, device: str) -> str:
    return f"{OPERATION}/{visit_id}/{device}"
