"""The judgements: lost, doubled, wrongly reported received, and the invariants that files can prove."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.faults.checker_rows import VISIT, Json, Server, Store, Version, answers, says

SHOWN = {"new", "set-aside", "settled"}


def find_lost(server: Server, stores: dict[str, Store], saved: list[Json]) -> Iterator[str]:
    """What a nurse saw saved that is neither on the server, nor a draft, nor shown as not received."""
    for one in saved:
        store = stores[one["device"]]
        if not _is_kept(server, store, one):
            yield f"{one['device']}: {one['kind']} {one['what']} of {one['id']}"


def _is_kept(server: Server, store: Store, one: Json) -> bool:
    if one["kind"] == "words":
        kind, text = one["what"], one["value"]
        # A Task is edited in place by many: words must stand in its newest version, or wait, or lie in a conflict.
        there = server.of(kind, one["id"])[-1 if kind == "Task" else 0 :]
        waiting = _own_words(store, server.epoch, kind, one["id"])
        return any(says(v.body, text) for v in there) or any(says(json.loads(p), text) for p in waiting)
    drafts = {row["id"]: row for row in store.rows("visit") if row["status"] == "draft"}
    unsent = [
        json.loads(row["payload"]) for row in store.unsent(server.epoch) if row["group_id"] == one["id"]
    ]
    here = [v.body for v in server.by_visit.get(one["id"], ())]
    match one["kind"]:
        case "signed":
            encounter = any(r.get("resourceType") == "Encounter" for r in unsent)
            return encounter or bool(server.of("Encounter", one["id"]))
        case "note":
            text = one["value"].strip()
            if one["id"] in drafts:
                return bool(drafts[one["id"]]["note"].strip() == text)
            return not text or any(says(r, text) for r in [*here, *unsent])
        case "answer":
            if one["id"] in drafts:
                rows = (row for row in store.rows("answer") if row["visit_id"] == one["id"])
                return any(r["link_id"] == one["what"] and _same(r["value"], one["value"]) for r in rows)
            responses = [r for r in [*here, *unsent] if r.get("resourceType") == "QuestionnaireResponse"]
            return any((one["what"], one["value"]) in list(answers(r)) for r in responses)
    raise ValueError(one["kind"])


def _own_words(store: Store, epoch: str | None, kind: str, record_id: str) -> Iterator[str]:
    for row in store.unsent(epoch):
        if (row["type"], row["id"]) == (kind, record_id):
            yield row["payload"]
    for row in store.rows("openconflict"):
        if (row["type"], row["record_id"]) == (kind, record_id):
            yield from (row[name] for name in ("ours", "theirs") if row.get(name))


def _same(stored: str | None, value: Any) -> bool:
    return stored is not None and json.loads(stored) == value


def find_overwritten(server: Server, stand: list[list[str]]) -> Iterator[str]:
    """What somebody wrote at the server and no device may have written over."""
    for kind, record_id, text in stand:
        versions = server.of(kind, record_id)
        if not versions or not says(versions[-1].body, text):
            yield f"server: words of {kind}/{record_id} were written over"


def find_doubled(server: Server, saved: list[Json], *, whole: bool) -> Iterator[str]:
    """Versions per write id (I10), the same content stored twice, and Encounters per planned visit."""
    for key, versions in server.by_key.items():
        if not any(one.writes for one in versions):
            continue  # not a record of a device
        for write, times in Counter((w, v.content) for v in versions for w in v.writes).items():
            if times > 1:
                yield f"{times} versions of {key[0]}/{key[1]} by write {write[0]}"
        for times in Counter(v.content for v in versions).values():
            if times > 1:
                yield f"{times} equal versions of {key[0]}/{key[1]}"
    planned: dict[str, set[str]] = {}
    for own, body in ((one.id, one.body) for one in server.versions if one.type == "Encounter"):
        for identifier in body.get("identifier", ()):
            if identifier.get("system") == VISIT:
                planned.setdefault(identifier.get("value", ""), set()).add(own)
    for visit, ids in planned.items():
        if len(ids) > 1:
            yield f"{len(ids)} Encounters of visit {visit}"
    if whole:
        known = {one["id"] for one in saved if one["kind"] == "signed"}
        made = {one.id for one in server.versions if one.type == "Encounter" and one.writes}
        yield from (f"an Encounter {own} that nobody signed" for own in sorted(made - known))


def find_wrongly_received(
    server: Server, name: str, store: Store, claimed: list[str], saved: list[Json]
) -> Iterator[str]:
    """I11 and I14: each receipt names a version that was sent so, unless the server announced a restore."""
    if server.epoch is not None and store.meta.get("store-epoch") != server.epoch:
        return
    by_version = {(v.type, v.id, v.version_id): v for v in server.versions}
    for row in store.rows("receipt"):
        if row.get("lost_at"):
            continue
        found = by_version.get((row["type"], row["id"], row["version_id"]))
        sent = store.sent_bodies.get((row["write_id"], row["type"], row["id"]))
        if found is None:
            yield f"{name}: a receipt for {row['type']}/{row['id']} without its version"
        elif sent is not None and sent != found.content:
            yield f"{name}: a receipt for {row['type']}/{row['id']} of other content"
    for visit_id in claimed:
        yield from (f"{name}: {what} of {visit_id}" for what in _missing_of(server, visit_id))
        for one in saved:
            if one["id"] == visit_id and not _is_at_server(server, one):
                yield f"{name}: received without {one['kind']} {one['what']} of {visit_id}"


def _missing_of(server: Server, visit_id: str) -> Iterator[str]:
    encounters = server.of("Encounter", visit_id)
    if not encounters:
        yield "received, but no Encounter"
        return
    manifests = [m for write in encounters[0].writes for m in server.of("Provenance", write)]
    if not manifests:
        yield "received without a manifest"
        return
    for target in manifests[0].body["target"]:
        kind, _, record_id = target["reference"].partition("/")
        if not server.of(kind, record_id):
            yield f"received without {kind}"


def _is_at_server(server: Server, one: Json) -> bool:
    here = [v.body for v in server.by_visit.get(one["id"], ())]
    if one["kind"] == "answer":
        responses = [r for r in here if r.get("resourceType") == "QuestionnaireResponse"]
        return any((one["what"], one["value"]) in list(answers(r)) for r in responses)
    if one["kind"] == "note":
        return not one["value"].strip() or any(says(r, one["value"].strip()) for r in here)
    return True


def i1_states(store: Store) -> Iterator[str]:
    """I1: each saved version is new, attempted, set aside, or settled by an answer for that version."""
    receipts = {(row["write_id"], row["type"], row["id"]) for row in store.rows("receipt")}
    writes: dict[int, list[str]] = {}
    for row in store.rows("writechange"):
        writes.setdefault(row["seq"], []).append(row["write_id"])
    for row in store.rows("change"):
        named = writes.get(row["seq"], [])
        if row["state"] not in SHOWN:
            yield f"change {row['seq']} is {row['state']}"
        if row["state"] == "set-aside" and not row["reason"]:
            yield f"change {row['seq']} is set aside without a reason"
        if row["state"] == "settled" and not any((w, row["type"], row["id"]) in receipts for w in named):
            yield f"change {row['seq']} is settled without a receipt"


def i12_at_rest(store: Store) -> Iterator[str]:
    """I12: after healing the outbox is empty, or each rest has a shown reason (or waits for one that has)."""
    held = {(r["type"], r["id"]) for r in store.unsent(None) if r["state"] == "set-aside"}
    groups = {r["group_id"] for r in store.unsent(None) if r["state"] == "set-aside"}
    waiting = [r for r in store.unsent(None) if r["state"] == "new"]
    grown = True
    while grown:
        grown = False
        for row in list(waiting):
            refs = {tuple(line.split("/", 1)) for line in row["refs"].splitlines()}
            if refs & held or (row["type"], row["id"]) in held or row["group_id"] in groups:
                held.add((row["type"], row["id"]))
                waiting.remove(row)
                grown = True
    yield from (f"{row['type']}/{row['id']} waits without a reason" for row in waiting)
    yield from (
        f"write {row['id']} is still {row['state']}"
        for row in store.rows("write")
        if row["state"] in ("cut", "attempted")
    )


def i14_whole(store: Store) -> Iterator[str]:
    """I14: a colleague's visit that is not "arriving" has its manifest and all that it names on the device."""
    held = {(row["type"], row["id"]): row for row in store.rows("base")}
    for visit in store.rows("visit"):
        encounter = held.get(("Encounter", visit["id"]))
        if visit["origin"] != "pulled" or visit["arriving"] or encounter is None:
            continue
        body = json.loads(encounter["body"])
        tags = [
            t["code"] for t in body.get("meta", {}).get("tag", ()) if t.get("system", "").endswith(":write")
        ]
        manifests = [json.loads(held["Provenance", t]["body"]) for t in tags if ("Provenance", t) in held]
        if tags and not manifests:
            yield f"visit {visit['id']} is called whole without a manifest"
        for target in (t["reference"].partition("/") for m in manifests[:1] for t in m["target"]):
            if (target[0], target[2]) not in held:
                yield f"visit {visit['id']} is called whole without its {target[0]}"


def i16_order(server: Server) -> Iterator[str]:
    """I16: no record of a device stands on the server before what it points to."""
    made = {key for key, versions in server.by_key.items() if versions[0].writes}
    first: dict[tuple[str, str], Version] = {key: versions[0] for key, versions in server.by_key.items()}
    for one in first.values():
        for key, target in ((k, first.get(k)) for k in _own_references(one, made)):
            if target is None:
                yield f"{one.type}/{one.id} points to {key[0]}/{key[1]}, which is not there"
            elif target.stamp > one.stamp and not (target.writes & one.writes):
                yield f"{one.type}/{one.id} came before {key[0]}/{key[1]}"


def _own_references(one: Version, made: set[tuple[str, str]]) -> set[tuple[str, str]]:
    from tests.faults.checker_rows import references

    if not one.writes:
        return set()
    return {key for key in references(one.body) if key in made or key[0] == "Encounter"} - {one.key}
