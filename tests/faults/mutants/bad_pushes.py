"""What known-bad clients do when they send: each function takes a good one's place."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from app.errors import CaptivePortal, NotFhir, SignInNeeded
from app.store.outbox import NewReceipt
from app.sync import answer
from app.sync.deliver import Courier
from app.sync.fhir import bundle
from app.sync.keeper import Fate
from app.sync.parcel import open_parcel
from app.sync.plan import Standing
from app.sync.receipts import Located
from tests.faults.mutants.making import Patch, instead


def without_guard(name: str) -> Patch:
    """Entries leave without this condition."""

    def make(good: Any) -> Any:
        def entry(*args: Any) -> Any:
            built = good(*args)
            built["request"].pop(name, None)
            return built

        return entry

    return bundle, "_entry", make


async def send_blindly(courier: Courier, write: Any) -> Fate:
    parcel = open_parcel(write.body)
    return await courier._travel(write, parcel, parcel.entries)


BLIND: Patch = (Courier, "look_up", instead(send_blindly))


def settle_everything(good: Any) -> Any:
    async def run(self: Any, *args: Any, **more: Any) -> Any:
        report = await good(self, *args, **more)
        await self._store.write(lambda c: c.exec_driver_sql("UPDATE change SET state = 'settled'"))
        return report

    return run


async def believe_the_whole(courier: Courier, write: Any, parcel: Any, part: Any, _answers: Any) -> Any:
    """2xx for the bundle is taken for 2xx of each entry."""
    at = "2026-11-22T12:00:00Z"
    receipts_ = [NewReceipt(entry.key[0], entry.key[1], "1", at, at) for entry in part]
    return [Located(one.key, Standing.OURS, r) for one, r in zip(part, receipts_, strict=True)]


def believe_pages(good: Any) -> Any:
    async def transaction(self: Any, body: str) -> Any:
        try:
            return await good(self, body)
        except CaptivePortal:
            at = "2026-11-22T12:00:00Z"
            entries = []
            for entry in json.loads(body)["entry"]:
                stored = entry["resource"] | {"meta": {"versionId": "1", "lastUpdated": at}}
                said = {"status": "201", "etag": 'W/"1"', "lastModified": at}
                entries.append({"resource": stored, "response": said})
            content = {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}
            return answer.Answer(200, {}, content)

    return transaction


def compare_by_content(good: Any) -> Any:
    """The newest version is ours when it still says what we sent, which the tag of a write stands in for here."""

    def from_history(key: Any, found: Any, *args: Any, **more: Any) -> Located:
        located: Located = good(key, found, *args, **more)
        if located.receipt is None or located.base is None:
            return located
        ours = located.base.version_id == located.receipt.version_id
        return located if ours else Located(key, Standing.THEIRS, None, located.base)

    return from_history


def forget_what_travels(good: Any) -> Any:
    """At each start what was on its way is new again."""

    def init(self: Any, store: Any, *args: Any, **more: Any) -> None:
        good(self, store, *args, **more)
        store._run(store._writer, lambda c: c.exec_driver_sql("DELETE FROM write WHERE state = 'attempted'"))

    return init


def forget_their_changes(good: Any) -> Any:
    def init(self: Any, store: Any, *args: Any, **more: Any) -> None:
        named = "SELECT id FROM write WHERE state = 'attempted'"
        statement = f"DELETE FROM writechange WHERE write_id IN ({named})"  # noqa: S608 - no parameter
        store._run(store._writer, lambda c: c.exec_driver_sql(statement))
        good(self, store, *args, **more)

    return init


def squash_anything(good: Any) -> Any:
    return lambda connection: [replace(version, free=True) for version in good(connection)]


def stop_at_a_refusal(good: Any) -> Any:
    async def refuse(self: Any, write: Any, reason: str) -> Any:
        await good(self, write, reason)
        raise NotFhir(detail="refused")

    return refuse


def sign_out_on_401(good: Any) -> Any:
    async def renew(self: Any, rejected: str) -> str:
        await self._store.write(
            lambda c: c.exec_driver_sql("UPDATE session SET ended = 1, access_token = NULL")
        )
        raise SignInNeeded(detail="HTTP 401")

    return renew


def use_before_storing(good: Any) -> Any:
    """The new pair is used, and written down some other time."""
    return lambda *_args, **_more: True


def clear_on_sign_out(good: Any) -> Any:
    async def sign_out(self: Any) -> bool:
        await self._store.write(lambda c: c.exec_driver_sql("DELETE FROM change WHERE state != 'settled'"))
        return bool(await good(self))

    return sign_out


def bring_back(good: Any) -> Any:
    """Somebody's deletion is taken for a record that has not come yet."""

    async def contest(self: Any, write: Any, _located: Any) -> Fate:
        entries = json.loads(write.body)["entry"]
        for entry in entries:
            entry["request"] = {"method": "PUT", "url": entry["request"]["url"]}
        body = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})
        await self._client.transaction(body)
        return Fate.WAITING

    return contest


def keep_no_receipt(good: Any) -> Any:
    """The answer settles; what it said is not written down."""

    def settle(connection: Any, write_id: str, *args: Any, **more: Any) -> Any:
        found = good(connection, write_id, *args, **more)
        connection.exec_driver_sql("DELETE FROM receipt WHERE write_id = ?", (write_id,))
        return found

    return settle


def keep_a_readable_copy(good: Any) -> Any:
    """What was sent lies beside the store, to look at when something goes wrong."""

    async def send(courier: Courier, write: Any) -> Any:
        path = courier.keeper._store.path
        path.with_name(f"{path.name}.sent").write_text(write.body, encoding="utf-8")
        return await good(courier, write)

    return send


def take_pain(answers: Any) -> Any:
    """The score that lists show is that of the item that stands first."""
    return answers["esas-pain"].value if "esas-pain" in answers else None


def unmarked(*_args: Any, **_more: Any) -> None:
    """Left out."""


async def nothing(*_args: Any, **_more: Any) -> None:
    """Left out."""
