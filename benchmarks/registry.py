"""The figures of `make bench` by name. Each is measured by a module of its own, loaded only when it is its turn.

To add one: a line here and `benchmarks/jobs/<name>.py` with `run(setting: Setting) -> Measured`.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from benchmarks.lines import Measured


class NotRun(Exception):
    """Raised by a job that cannot be had here; its text is the reason that is shown."""


@dataclass(frozen=True)
class Setting:
    """How a job is to run. `place` is an empty directory on a real disk, deleted afterwards.

    A quick run proves that the job works; what it finds is shown and never kept.
    """

    place: Path
    asked_rounds: int | None = None
    quick: bool = False

    def rounds(self, usual: int, quick: int = 2) -> int:
        """How many rounds: what was asked for on the command line, else one of these two."""
        if self.asked_rounds is not None:
            return self.asked_rounds
        return quick if self.quick else usual

    def size(self, usual: int, quick: int) -> int:
        """How many of anything: the figure's own number, or a small one."""
        return quick if self.quick else usual


class Run(Protocol):
    def __call__(self, setting: Setting) -> Measured: ...


@dataclass(frozen=True)
class Job:
    name: str
    what: str

    def load(self) -> Run:
        """Raises NotRun when its module, or something that it needs, is not there."""
        try:
            return cast(Run, importlib.import_module(f"benchmarks.jobs.{self.name}").run)
        except ModuleNotFoundError as error:
            raise NotRun(f"no module {error.name}") from error


JOBS = (
    Job("save_visit", "one whole signed visit is durable on the tablet"),
    Job("save_tap", "one answer is durable as it is tapped"),
    Job("open_caseload", "unlock (without key derivation) to Today's data"),
    Job("search_10k", "a name is found among 10,000 people"),
    Job("push_2000", "2,000 resources reach the plan"),
    Job("push_floor", "what a push costs over bare HTTP"),
    Job("pull_2000", "2,000 resources come from the plan"),
    Job("first_load", "a new device fills"),
    Job("delta_cost", "one new visit is sent from a full store"),
    Job("noop_pass", "a pass with nothing to do"),
    Job("bad_link", "20 visits over a bad mobile link"),
    Job("ui_tap", "a tap is shown as saved"),
    Job("memory", "memory after a day's work"),
    Job("cold_import", "the app starts"),
    Job("plan_ingest", "visits of 50 devices reach the plan"),
    Job("plan_million", "the plan answers with 1,000,000 visits"),
)


def choose(names: list[str] | None) -> list[Job]:
    """Those of these names, in the order above; all without names. Raises KeyError for a name that there is not."""
    if not names:
        return list(JOBS)
    known = {job.name for job in JOBS}
    for name in names:
        if name not in known:
            raise KeyError(name)
    return [job for job in JOBS if job.name in names]
