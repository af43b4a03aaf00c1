"""Walks the team board: what cannot wait, a nurse's card, moving a visit and a person; and the news on Today."""

from __future__ import annotations

from typing import Any

from app.services.leave_models import LeavePage
from app.services.models import Role
from app.store.changes import Topic
from tests.views.doubles import DoubleDevice, make_world
from tests.views.scene_board import make_board, make_large_team, make_news
from tests.views.scene_leave import make_board_with_leave, make_handover


async def walk_board(mount: Any, walker: Any, width: int) -> None:
    device = DoubleDevice(make_world(), role=Role.SUPERVISOR)
    async with mount(device, unlock=True, width=width) as app:
        assert device.session is not None
        device.session.board.page = make_board(alerts=7)
        await walker.go(app, "nav-team", "board-alert-al0")
        await walker.go(app, "board-all-alerts", "board-alert-al6")
        assert app.has("board-clock-p2")
        assert app.has("board-referral-r1")
        await walker.go(app, "board-open-ana", "board-visit-a1")
        await walker.go(app, "board-visit-a1", "board-to-ben")
        await walker.go(app, "board-to-ben", "board-move")
        await walker.go(app, "board-keep", "board-person-ana-p1")
        await walker.go(app, "leave-open-ana", "leave-by-ana-ben")
        await walker.go(app, "leave-until-ana-week", "leave-from-ana-more")
        await walker.go(app, "leave-by-ana-ben", "leave-keep-ana")
        await walker.go(app, "leave-keep-ana", "leave-by-ana-ben")
        device.session.board.page = make_board_with_leave()
        device.session.hub.publish(Topic.SYNC)
        await app.until(lambda: app.has("leave-end-ana"), "a leave that stands")
        await walker.go(app, "leave-end-ana", "leave-end-now-ana")
        device.session.board.page = make_large_team(20)
        device.session.hub.publish(Topic.SYNC)
        await app.until(lambda: app.has("board-find"), "a large team")
        walker.look(app)
    device = DoubleDevice(make_world())
    async with mount(device, unlock=True, width=width) as app:
        assert device.session is not None
        device.session.moves.news = make_news()
        device.session.hub.publish(Topic.SYNC)
        await app.until(lambda: app.has("news-read"), "the news")
        walker.look(app)
        leaves, page = device.session.leaves, make_handover()
        leaves.page, leaves.handovers = LeavePage(covers=(page.line,)), {"l1": page}
        device.session.hub.publish(Topic.SYNC)
        await app.until(lambda: app.has("cover-look-l1"), "the cover")
        await walker.go(app, "cover-look-l1", "cover-have-them")
        await walker.go(app, "cover-back", "cover-look-l1")
