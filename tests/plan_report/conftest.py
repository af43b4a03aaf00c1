"""A backend whose report has been made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from plan.outcomes.report.making import make_report
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan
from tests.plan_report.report_world import NOW, load_world
from tests.support.plan_files import open_new_plan


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    """Read only, made once a file."""
    engine = open_new_plan(tmp_path_factory.mktemp("report") / "plan.db", load_panel)
    load_world(engine)
    make_report(engine, NOW)
    yield make_plan(engine, Clock(NOW))
    engine.dispose()
