"""Play a piece of a soak, or a failing run of the tests, again and make the failing schedule as short as can be.

`python -m tests.faults.again SEED [SCHEDULES]`
"""

from __future__ import annotations

import sys

from tests.faults.running import ground, run
from tests.faults.soak import PIECE


def main(arguments: list[str]) -> int:
    number = int(arguments[0])
    count = int(arguments[1]) if len(arguments) > 1 else PIECE
    with ground():
        try:
            run(number, count)
        except Exception as error:  # noqa: BLE001 - shown, whatever it is
            notes = "\n".join(getattr(error, "__notes__", []))
            print(f"{type(error).__name__}: {error}\n{notes}")  # noqa: T201 - its output
            return 1
    print(f"{count} schedules of seed {number}: good")  # noqa: T201 - its output
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
