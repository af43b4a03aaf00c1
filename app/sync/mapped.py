"""MappedClient: a FhirClient for servers that make the ids themselves. Nothing above it ever sees such an id.

It passes everything through until it knows that this server gives records ids of its own: from metadata
(`updateCreate` false), from a refusal of what we create (PUT to a new id), or from a record that another device of
ours wrote there. From then on creations travel as POST with `ifNoneExist`, and ids are translated both ways.
It also asks one by one where a server knows no batches.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
from sqlalchemy import Connection

from app.errors import PlanError
from app.store import meta
from app.store.engine import Store
from app.sync.answer import Answer
from app.sync.batch import ask
from app.sync.fhir import json_text, read
from app.sync.id_bundles import (
    EXISTS,
    address_keys,
    address_out,
    creations,
    keys_in,
    learned_from,
    parameters_out,
    path_out,
    records_in,
    resource_back,
    statuses_in,
    transaction_back,
    transaction_out,
)
from app.sync.id_finder import IdFinder
from app.sync.ids import NEVER_SEARCHED, IdMap, Json, Key, key_of, tagged_id
from app.sync.single_requests import NO_BATCH, AsItIs, ask_singly, batch_bytes, is_batch, single_answer
from app.sync.transport import FHIR_JSON, FhirClient, Tokens, utc_now

WHOSE_IDS = "whose-ids"
"""Meta key: the plan's address, a line break, and `ours` or `server`."""
OURS_HERE, SERVERS_HERE = "ours", "server"
_REFUSES_IDS = frozenset({400, 404, 405, 422})
REPRESENTATION = "return=representation"
_TRANSACTION = b'"type":"transaction"'


class MappedClient(FhirClient):
    """The client of one open store."""

    def __init__(
        self,
        base_url: str,
        tokens: Tokens | None = None,
        *,
        store: Store,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = utc_now,
        packs: bool = False,
    ) -> None:
        super().__init__(base_url, tokens, transport=transport, now=now, packs=packs)
        self._store = store
        self._finder = IdFinder(store, self._ask)
        self._whose: str | None = None
        self._takes_batches = True

    def keep_ids(self, connection: Connection) -> None:
        self._finder.keep(connection)

    async def history(self, kind: str, record_id: str, *, count: int = 100) -> Answer:
        """As a server without history answers (501) where this one says that it has none."""
        if self.capabilities is not None and self.capabilities.history(kind) is False:
            return Answer(501, {}, None)
        return await super().history(kind, record_id, count=count)

    async def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        signed: bool = True,
    ) -> Answer:
        """One request of the app, in the app's ids."""
        if not signed:
            return await super().send(method, path, body, headers, signed=False)
        if await self._whose_ids() != SERVERS_HERE:
            return await self._send_as_it_is(method, path, body, headers)
        if method == "POST" and not path:
            bundle = json_text.loads(body or b"")
            if is_batch(bundle):
                return await self._batch(bundle, headers)
            return await self._transact(bundle, headers)
        if method == "POST" and path.endswith("/_search"):
            return await self._search(path, body or b"", headers)
        if method == "PUT":
            return await self._put(path, body, headers)
        return await self._get(method, path, body, headers)

    # whose ids

    async def _whose_ids(self) -> str:
        if self._whose is None:
            kept = await self._store.read(lambda c: meta.find(c, WHOSE_IDS))
            address, _, whose = (kept or "").partition("\n")
            self._whose = whose if address == self.base_url else ""
        if self._whose != SERVERS_HERE and self._takes_ids() is False:
            await self._know(SERVERS_HERE)
        return self._whose

    async def _know(self, whose: str) -> None:
        text = f"{self.base_url}\n{whose}"
        await self._store.write(partial(meta.put, key=WHOSE_IDS, value=text))
        self._whose = whose

    def _takes_ids(self) -> bool | None:
        """What the server says of itself today."""
        return self.capabilities.update_create if self.capabilities is not None else None

    async def _send_as_it_is(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None
    ) -> Answer:
        """In our ids, while nothing says that the server has others. What the answer shows is learned."""
        answer = await self._raw(method, path, body, headers)
        if method == "POST" and not path and body is not None and _TRANSACTION in body[:200]:
            if self._may_refuse_ids(answer):
                return await self._try_posting(json_text.loads(body), headers, answer)
            if self._whose == "" and "201" in statuses_in(answer.resource):
                await self._know(OURS_HERE)
        if any(tagged_id(one) not in (None, one.get("id")) for one in records_in(answer.resource)):
            await self._know(SERVERS_HERE)
            return await self._back(answer)
        return answer

    def _may_refuse_ids(self, answer: Answer) -> bool:
        """A write refused by a server that never said, nor showed, that it takes ids from its clients."""
        if self._whose == OURS_HERE or self.capabilities is None or self._takes_ids() is True:
            return False
        if not answer.ok:
            return answer.status in _REFUSES_IDS
        statuses = set(statuses_in(answer.resource))
        return "201" not in statuses and any(one.isdigit() and int(one) in _REFUSES_IDS for one in statuses)

    async def _try_posting(self, bundle: Json, headers: Mapping[str, str] | None, refused: Answer) -> Answer:
        """Is it our ids that are refused? The same creations once more, with ids of the server's."""
        if not creations(bundle):
            return refused
        try:
            answer = await self._transact(bundle, headers)
        except PlanError as error:
            # Entries that are no creations may have been stored the first time.
            error.may_have_arrived = True
            raise
        if answer.ok and {"201", EXISTS} & set(statuses_in(answer.resource)):
            await self._know(SERVERS_HERE)
            return answer
        return refused

    # what goes out

    async def _transact(self, bundle: Json, headers: Mapping[str, str] | None) -> Answer:
        made = creations(bundle) if self._takes_ids() is not True else ()
        named = {key for entry in read.items(bundle, "entry") for key in keys_in(entry.get("resource"))}
        present: Collection[Key] = ()
        if made and not (self.capabilities is not None and self.capabilities.conditional_create is True):
            # Nobody promised that ifNoneExist is honoured: what is there already must not be created again.
            searched = [key for key in made if key[0] not in NEVER_SEARCHED]
            present = await self._finder.look_up(searched, certain=True)
        ids = await self._finder.find(named - set(made))
        known = await self._finder.servers(made)
        sent = transaction_out(bundle, IdMap(dict(ids.servers) | known), made, present)
        if not sent.bundle["entry"]:
            empty = {"resourceType": "Bundle", "type": "transaction-response", "entry": []}
            return Answer(200, {}, transaction_back(sent, empty, IdMap()))
        answer = await self._raw("POST", "", json_text.dumps(sent.bundle).encode(), headers)
        if answer.resource is None or not answer.ok:
            return answer
        try:
            back = await self._finder.adopt(answer.resource, learned_from(sent, answer.resource))
        except PlanError as error:
            error.may_have_arrived = True
            raise
        return replace(answer, resource=transaction_back(sent, answer.resource, back))

    async def _batch(self, bundle: Json, headers: Mapping[str, str] | None) -> Answer:
        urls = [read.text(entry, "request", "url") or "" for entry in read.items(bundle, "entry")]
        ids = await self._finder.find({key for url in urls for key in address_keys(url)})
        body = batch_bytes([address_out(url, ids) for url in urls])
        return await self._back(await self._raw("POST", "", body, headers))

    async def _search(self, path: str, body: bytes, headers: Mapping[str, str] | None) -> Answer:
        kind, query = path.split("/")[0], body.decode("ascii")
        ids = await self._finder.find(set(address_keys(f"{kind}?{query}")))
        pairs = parameters_out(kind, parse_qsl(query, keep_blank_values=True), ids)
        return await self._back(await self._raw("POST", path, urlencode(pairs).encode(), headers))

    async def _get(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None
    ) -> Answer:
        keys = set(address_keys(path.partition("?")[0]))
        ids = await self._finder.find(keys, certain=True)
        answer = await self._raw(method, path_out(path, ids), body, headers)
        if answer.status == 404 and ids.servers:
            # Put back to an earlier day, it may have the same record again under another id.
            found = await self._finder.look_up(keys, certain=True)
            if any(ids.servers[key] != server for key, server in found.items()):
                answer = await self._raw(method, path_out(path, IdMap(found)), body, headers)
        return await self._back(answer)

    async def _put(self, path: str, body: bytes | None, headers: Mapping[str, str] | None) -> Answer:
        """One record by itself, as a transaction of one, so that one set of rules holds; or bytes."""
        kind, _, local_id = path.partition("/")
        given = {name.casefold(): value for name, value in (headers or {}).items()}
        ids = await self._finder.find({(kind, local_id)})
        if not given.get("content-type", FHIR_JSON).startswith(FHIR_JSON):
            return await self._put_bytes((kind, local_id), ids.servers.get((kind, local_id)), body, given)
        request: Json = {"method": "PUT", "url": path}
        if "if-match" in given:
            request["ifMatch"] = given["if-match"]
        elif "if-none-match" in given or not ids.servers:
            request["ifNoneMatch"] = "*"
        entry = {"resource": json_text.loads(body or b""), "request": request}
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
        return single_answer(
            await self._transact(bundle, {"Content-Type": FHIR_JSON, "Prefer": REPRESENTATION})
        )

    async def _put_bytes(
        self, key: Key, server: str | None, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        """Bytes carry no identifier: after a lost answer they may be there twice, and one of them is named."""
        if server is not None:
            return await self._back(await self._raw("PUT", f"{key[0]}/{server}", body, headers))
        plain = {name: value for name, value in headers.items() if not name.startswith("if-")}
        answer = await self._raw("POST", key[0], body, plain)
        place = read.reference({"reference": answer.headers.get("location", "")})
        found = next((one for one in (place, key_of(answer.resource)) if one and one[0] == key[0]), None)
        if answer.ok and found is not None:
            self._finder.learn({key: found[1]})
            await self._store.write(self._finder.keep)
        return await self._back(answer)

    async def _back(self, answer: Answer) -> Answer:
        if answer.resource is None or not answer.ok:
            return answer
        ids = await self._finder.adopt(answer.resource)
        return replace(answer, resource=resource_back(answer.resource, ids))

    # as it is

    async def _raw(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None
    ) -> Answer:
        if method != "POST" or path or body is None or _TRANSACTION in body[:200]:
            return await super().send(method, path, body, headers)
        if self._takes_batches:
            answer = await super().send(method, path, body, headers)
            if answer.status not in NO_BATCH:
                return answer
        singly = await ask_singly(super().send, json_text.loads(body))
        self._takes_batches = self._takes_batches and not singly.ok
        return singly

    async def _ask(self, urls: list[str]) -> list[Any]:
        return await ask(AsItIs(self._raw), urls)
