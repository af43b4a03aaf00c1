"""In-memory quick phrases of a nurse's own, with the rules of the real ones."""

from __future__ import annotations

from app.domain.phrases import check_phrase
from app.store.changes import Topic
from tests.views.double_world import Hub, World


class DoublePhrases:
    def __init__(self, world: World, hub: Hub) -> None:
        self.world, self.hub = world, hub

    async def own(self) -> tuple[str, ...]:
        return self.world.own_phrases

    async def add(self, typed: str) -> None:
        self.world.own_phrases = tuple(dict.fromkeys((*self.world.own_phrases, check_phrase(typed))))
        self.hub.publish(Topic.VISITS)

    async def remove(self, phrase: str) -> None:
        self.world.own_phrases = tuple(one for one in self.world.own_phrases if one != phrase)
        self.hub.publish(Topic.VISITS)
