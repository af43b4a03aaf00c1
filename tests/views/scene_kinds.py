"""A nurse's planned visits of several kinds, to look at the start of a visit and at what stands open."""

from __future__ import annotations

from app.domain.visit import Setting
from tests.views.double_day import plan_visit
from tests.views.doubles import World, make_world
from tests.views.tap_counting import make_known


def make_kinds_world() -> World:
    world = make_world()
    make_known(world)
    make_known(world, 1)
    make_known(world, 2, setting=Setting.NURSING_HOME_LONG)
    for person, kind in enumerate(("routine", "telephone", "cannot-speak", "first")):
        plan_visit(world, person, person + 0.5, kind=kind)
    return world
