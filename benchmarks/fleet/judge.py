"""Is anything lost, is anything there twice? Both sides by SQL against what people saw being saved.

`python -m benchmarks.fleet.judge DIRECTORY` judges a run's directory and prints one JSON object. A process of its own
with a reader of its own: nothing of `app` or `plan` is imported here or in what this imports.
"""

from __future__ import annotations

import base64
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.fleet.judge_rows import Row, Store, content, open_tablet, read_server
from benchmarks.fleet.ledger import read_ledgers
from tests.faults.checker_rows import answers, says

Json = dict[str, Any]
VISIT = "urn:hearthside:visit"
MOST = 50
"""Findings of a kind that are printed; all are counted."""


@dataclass
class Plan:
    """What the plan holds, gathered in one walk over every version."""

    answers: dict[str, set[tuple[str, Any]]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    encounters: dict[str, int] = field(default_factory=dict)
    """Visits that a device made, with the number of their versions."""
    visits: dict[str, set[str]] = field(default_factory=dict)
    """Ids of Encounters by the visit that they say they are."""
    receipts: set[tuple[str, str, str]] = field(default_factory=set)
    manifests: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    current: set[tuple[str, str]] = field(default_factory=set)
    tags: dict[str, str] = field(default_factory=dict)
    """By visit: the write that brought its Encounter."""
    by_write: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    equal: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    tasks: dict[str, Json] = field(default_factory=dict)
    documents: dict[str, Json] = field(default_factory=dict)
    countersigned: set[tuple[str, str]] = field(default_factory=set)
    versions: int = 0
    resources: Counter[str] = field(default_factory=Counter)

    def take(self, row: Row) -> None:
        self.versions += 1
        self.receipts.add((row.type, row.id, row.version_id))
        if row.deleted:
            return
        if row.current:
            self.current.add((row.type, row.id))
            self.resources[row.type] += 1
        if row.writes:
            print_of = content(row.body)
            self.equal[row.type, row.id, print_of] += 1
            for write in row.writes:
                self.by_write[write, row.id, print_of] += 1
        match row.type:
            case "Encounter":
                self._take_visit(row)
            case "QuestionnaireResponse":
                self.answers.setdefault(row.encounter, set()).update(_answers(row.body))
            case "DocumentReference":
                self.documents[row.id] = row.body
                self.texts.setdefault(row.encounter, []).extend(_texts(row.body))
            case "Provenance":
                targets = (one["reference"].partition("/") for one in row.body.get("target", ()))
                self.manifests[row.id] = [(kind, own) for kind, _, own in targets]
            case "Task":
                self.tasks[row.id] = row.body
                self._take_review(row.body)

    def _take_visit(self, row: Row) -> None:
        if not row.writes:
            return
        self.encounters[row.id] = self.encounters.get(row.id, 0) + 1
        self.tags.setdefault(row.id, row.writes[0])
        for identifier in row.body.get("identifier", ()):
            if identifier.get("system") == VISIT:
                self.visits.setdefault(identifier.get("value", ""), set()).add(row.id)

    def _take_review(self, task: Json) -> None:
        focus = task.get("focus", {}).get("reference", "")
        by = task.get("requester", {}).get("reference", "")
        if focus.startswith("Encounter/") and by:
            self.countersigned.add((focus.removeprefix("Encounter/"), by))


def _answers(response: Json) -> Iterator[tuple[str, Any]]:
    """Yes and no as people say them."""
    for link, value in answers(response):
        yield link, {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _texts(document: Json) -> Iterator[str]:
    for part in document.get("content", ()):
        yield base64.b64decode(part.get("attachment", {}).get("data", "")).decode("utf-8", "replace")


def judge(directory: Path) -> Json:
    run = json.loads((directory / "run.json").read_text(encoding="utf-8"))
    plan = Plan()
    for row in read_server(run["database"]):
        plan.take(row)
    saved = list(read_ledgers(directory))
    found: dict[str, list[str]] = {
        name: [] for name in ("lost", "doubled", "wrongly_received", "waiting", "device")
    }
    found["doubled"] += find_doubled(plan, saved)
    chosen: Counter[str] = Counter()
    sides: dict[str, list[Json]] = {}
    stores = {one["name"]: open_tablet(directory / f"{one['name']}.db", run["key"]) for one in run["tablets"]}
    for store in stores.values():
        for one in store.rows("openconflict"):
            chosen[one["resolution"] or "open"] += 1
            bodies = (json.loads(one[side]) for side in ("ours", "theirs") if one[side])
            sides.setdefault(one["record_id"], []).extend(bodies)
    for name, store in stores.items():
        mine = [one for one in saved if one["device"] == name]
        found["lost"] += find_lost(plan, store, name, mine, sides)
        found["wrongly_received"] += find_wrongly_received(plan, store, name, mine)
        found["waiting"] += (f"{name}: {one['type']} {one['state']}" for one in _unsent(store))
        found["device"] += check_device(store, name, mine)
    return {
        "visits": sum(one["kind"] == "signed" for one in saved),
        "versions": plan.versions,
        "resources": dict(plan.resources),
        "edits_in_conflict": dict(chosen),
        **{name: {"count": len(several), "first": several[:MOST]} for name, several in found.items()},
    }


def find_lost(
    plan: Plan, store: Store, name: str, saved: Iterable[Json], sides: dict[str, list[Json]]
) -> Iterator[str]:
    """What somebody saw being saved, and that neither the plan has nor the tablet still shows as unsent.

    `sides`: what lies in conflicts of all tablets, by the id of the record.
    """
    waiting: dict[str, list[Json]] = {}
    for row in _unsent(store):
        waiting.setdefault(row["group_id"], []).append(json.loads(row["payload"]))
    for one in saved:
        match one["kind"]:
            case "signed":
                unsent = waiting.get(one["visit"], [])
                yield from (f"{name}: {what} of visit {one['visit']}" for what in _missing(plan, one, unsent))
            case "words":
                held = (plan.tasks if one["type"] == "Task" else plan.documents).get(one["id"], {})
                rest = (row for several in waiting.values() for row in several if row["id"] == one["id"])
                if not any(says(body, one["text"]) for body in (held, *rest)) and not _was_asked(sides, one):
                    yield f"{name}: words in {one['type']} {one['id']}"
            case "countersigned":
                # The review is a Task of the supervisor's about that visit.
                if (one["visit"], one["by"]) not in plan.countersigned and not any(
                    one["visit"] in json.dumps(body) for several in waiting.values() for body in several
                ):
                    yield f"{name}: review of visit {one['visit']}"


def _missing(plan: Plan, one: Json, unsent: list[Json]) -> Iterator[str]:
    own = one["visit"]
    if own not in plan.encounters and not any(body["resourceType"] == "Encounter" for body in unsent):
        yield "all"
        return
    held = plan.answers.get(own, set()) | {
        pair for body in unsent if body["resourceType"] == "QuestionnaireResponse" for pair in _answers(body)
    }
    yield from (f"answer {link}" for link, value in one["answers"].items() if (link, value) not in held)
    texts = [*plan.texts.get(own, []), *(text for body in unsent for text in _texts(body))]
    if not any(one["note"] in text for text in texts):
        yield "the note"


def _was_asked(sides: dict[str, list[Json]], one: Json) -> bool:
    """Somebody chose between these words and others, or still has to: both sides of it lie on her tablet."""
    return any(says(body, one["text"]) for body in sides.get(one["id"], ()))


def find_doubled(plan: Plan, saved: list[Json]) -> Iterator[str]:
    """The same content twice, two Encounters of one visit, a visit in two versions, or one that nobody signed."""
    yield from (
        f"{times} equal versions of {kind} {own}" for (kind, own, _), times in plan.equal.items() if times > 1
    )
    yield from (
        f"write {write} came {times} times" for (write, _, _), times in plan.by_write.items() if times > 1
    )
    yield from (
        f"{len(ids)} Encounters of visit {visit}" for visit, ids in plan.visits.items() if len(ids) > 1
    )
    signed = {one["visit"] for one in saved if one["kind"] == "signed"}
    for own, versions in plan.encounters.items():
        if versions > 1:
            yield f"{versions} versions of visit {own}, which nobody edits"
        if own not in signed:
            yield f"a visit {own} that nobody signed"


def find_wrongly_received(plan: Plan, store: Store, name: str, saved: Iterable[Json]) -> Iterator[str]:
    """Each receipt names a version that the plan has; what was called received is there, whole, by its manifest."""
    for row in store.rows("receipt"):
        if not row.get("lost_at") and (row["type"], row["id"], row["version_id"]) not in plan.receipts:
            yield f"{name}: a receipt of {row['type']} {row['id']} without its version"
    for one in saved:
        if one["kind"] != "received":
            continue
        targets = plan.manifests.get(plan.tags.get(one["visit"], ""), [])
        if not targets:
            yield f"{name}: visit {one['visit']} called received without a manifest"
        for kind, own in targets:
            if (kind, own) not in plan.current:
                yield f"{name}: visit {one['visit']} called received without its {kind}"


def check_device(store: Store, name: str, saved: Iterable[Json]) -> Iterator[str]:
    """The tablet's own side: the file is whole, and each visit signed on it lies in it, with its answers."""
    if not store.whole:
        yield f"{name}: the file is damaged"
    states = {row["id"]: row["status"] for row in store.rows("visit")}
    held: dict[str, set[tuple[str, Any]]] = {}
    for row in store.rows("answer"):
        value = json.loads(row["value"]) if row["value"] else None
        each = value[0] if isinstance(value, list) and value else value
        held.setdefault(row["visit_id"], set()).add((row["link_id"], each))
    for one in saved:
        if one["kind"] != "signed":
            continue
        if states.get(one["visit"]) != "signed":
            yield f"{name}: visit {one['visit']} is {states.get(one['visit'])} on the tablet"
        for link, value in one["answers"].items():
            if (link, value) not in held.get(one["visit"], set()):
                yield f"{name}: answer {link} of visit {one['visit']} on the tablet"


def _unsent(store: Store) -> list[Json]:
    return [row for row in store.rows("change") if row["state"] != "settled"]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(judge(Path(sys.argv[1]))) + "\n")
