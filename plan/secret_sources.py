"""Secrets that the surroundings give: an environment variable, or a file whose path is in a variable.

`HEARTHSIDE_PLAN_DB` holds the value itself, `HEARTHSIDE_PLAN_DB_FILE` the path of a file with it (what Docker,
systemd's LoadCredential and Kubernetes offer). Nothing secret is taken from a command line, which everybody on a
machine can read.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from plan.problems import PlanProblem

LARGEST = 65_536
"""Bytes of a secret's file."""


def find_secret(variable: str) -> str | None:
    """The text, without white space around it; None when neither variable is set.

    Raises PlanProblem when both are, when there is nothing in it, and for a file that cannot be read, or that anybody
    on the machine may write.
    """
    value, file = os.environ.get(variable), os.environ.get(f"{variable}_FILE")
    if value is not None and file is not None:
        raise PlanProblem(f"Set {variable} or {variable}_FILE, not both.")
    if file is not None:
        value = _read(variable, Path(file))
    if value is None:
        return None
    if not value.strip():
        raise PlanProblem(f"There is nothing in {variable}.")
    return value.strip()


def _read(variable: str, file: Path) -> str:
    try:
        if file.stat().st_mode & stat.S_IWOTH:
            raise PlanProblem(f"The file of {variable}_FILE can be written by everybody.")
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise PlanProblem(f"The file of {variable}_FILE is too large.")
        return data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanProblem(f"The file of {variable}_FILE cannot be read.") from error
