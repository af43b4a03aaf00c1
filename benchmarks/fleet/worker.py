"""One process with some tablets: a command a line on standard input, an answer a line on standard output (JSON).

`python -m benchmarks.fleet.worker RUN.json NAME`. It ends with its input, so that nobody is left over.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.fleet.crew import Crew, Run
from benchmarks.fleet.plan_people import SignIn
from benchmarks.fleet.schedule import make_people
from benchmarks.fleet.tablet import make_carrier
from tests.support.kept_sql import kept

Json = dict[str, Any]


async def work(file: Path, told: Json, name: str) -> None:
    run = Run(
        file.parent,
        told["base_url"],
        told["database"],
        told["start"],
        told["days"],
        told["seed"],
        told["most"],
    )
    mine = set(told["workers"][name])
    people = [one for one in make_people(told["devices"]) if one.index in mine]
    signed_in = {int(index): SignIn(*values) for index, values in told["signed_in"].items()}
    crew = Crew(run, people, make_carrier(), name)
    await crew.open(file.parent / "template.db", bytes.fromhex(told["key"]), signed_in)
    gc.freeze()
    _say({"next": crew.next_at})
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked: Json = json.loads(line)
        match asked["do"]:
            case "run":
                await crew.run_until(asked["until"])
                _say({"next": crew.next_at})
            case "heal":
                _say({"waits": await crew.heal()})
            case "settle":
                await crew.settle()
                _say({})
            case "idle":
                await crew.idle()
                _say({})
            case "tell":
                _say(crew.told())
            case "end":
                break
    await crew.close()
    _say({})


def _say(answer: Json) -> None:
    # No tablet has anything to do any more: JSON knows no infinity.
    if answer.get("next") == float("inf"):
        answer["next"] = None
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    found = Path(sys.argv[1])
    with kept():  # a hundred stores of one process share what was compiled of their SQL
        asyncio.run(work(found, json.loads(found.read_text(encoding="utf-8")), sys.argv[2]))
