"""The judge's own process: one question a line on standard input (JSON), one verdict a line on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.faults import checker_device, checker_rules
from tests.faults.checker_rows import Server, Store

Json = dict[str, Any]


def judge(facts: Json) -> Json:
    server = Server(Path(facts["server"]))
    stores = {one["name"]: Store(Path(one["path"]), one["key"]) for one in facts["devices"]}
    saved = facts["saved"]
    found: dict[str, list[str]] = {"wrongly_received": []}
    broken: dict[str, list[str]] = {}

    def add(number: str, findings: Iterable[str]) -> None:
        if several := list(findings):
            broken.setdefault(number, []).extend(several)

    for one in facts["devices"]:
        name, store = one["name"], stores[one["name"]]
        mine = [each for each in saved if each["device"] == name]
        claimed = facts["claims"].get(name, [])
        found["wrongly_received"] += checker_rules.find_wrongly_received(server, name, store, claimed, mine)
        if not store.whole:
            add("integrity", [name])
        add("I1", checker_rules.i1_states(store))
        add("I4", checker_device.i4_cursors(server, store))
        add("I6", checker_device.i6_clear_bytes(store.path, facts["secrets"]))
        add("I9", checker_device.i9_scores(store))
        add("I14", checker_rules.i14_whole(store))
        if facts["at_rest"]:
            add("I12", checker_rules.i12_at_rest(store))
            if one["user"]:
                add("I13", checker_device.i13_content(server, store, server.panel_of(one["user"])))
    add("I16", checker_rules.i16_order(server))
    found["lost"] = list(checker_rules.find_lost(server, stores, saved))
    found["lost"] += checker_rules.find_overwritten(server, facts["stand"])
    found["doubled"] = list(checker_rules.find_doubled(server, saved, whole=facts["whole"]))
    return {**found, "broken": broken}


def main() -> None:
    for line in sys.stdin:
        try:
            answer = judge(json.loads(line))
        except Exception as error:  # noqa: BLE001 - the asking process must hear of it, whatever it is
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
