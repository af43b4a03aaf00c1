"""A change of PIN, a new lock after a lost PIN, and the end of all ways in: killed at each step, nothing is lost."""

from __future__ import annotations

import pytest
from store_builders import PIN
from vault_fork import NEW_PIN
from vault_kills import (
    CHANGE,
    DROP,
    ForkServer,
    Tablet,
    check_settled,
    data_key_of,
    is_shut,
    opens,
)


@pytest.mark.parametrize("step", CHANGE)
async def test_a_kill_at_any_step_of_a_change_of_pin_leaves_a_pin_that_opens(
    server: ForkServer, tablet: Tablet, cipher_driver: str, step: str
) -> None:
    assert await opens(tablet, PIN)  # also makes the new key, so that no step is another change's
    _, code = server.run(tablet.order("change", step, cipher_driver))
    assert code == -9
    old, new = tablet.copy(tablet.root.parent / "old"), tablet.copy(tablet.root.parent / "new")
    both = step in ("both slots written", "new slot proved")
    old_opens = both or step == "secret stored"
    assert (await opens(old, PIN), await opens(new, NEW_PIN)) == (old_opens, not old_opens or both)
    for one, secret in ((old, PIN), (new, NEW_PIN)):
        if await opens(one, secret):
            await check_settled(one)
            assert not await opens(one, NEW_PIN if secret == PIN else PIN), "only the one that was used stays"


IN_THE_NEW_KEY = [
    ("secret stored", 2),
    ("both slots written", 2),
    ("checked", 1),
    ("switched", 1),
    ("settled", 2),
]
"""The new key that follows is made as at any unlock (`test_new_key_kills`); a few of its steps stand for all."""


@pytest.mark.parametrize(("step", "times"), [*((step, 1) for step in CHANGE), *IN_THE_NEW_KEY])
async def test_a_kill_at_any_step_after_a_lost_pin_leaves_the_store_whole(
    server: ForkServer, tablet: Tablet, cipher_driver: str, step: str, times: int
) -> None:
    seen = await data_key_of(tablet)
    steps, code = server.run(tablet.order("reset", step, cipher_driver, seen, times))
    assert (steps.count(step), code) == (times, -9)
    if (step, times) == ("secret stored", 1):  # no new PIN yet: the officer's answer is asked for once more
        assert not await opens(tablet, NEW_PIN)
        assert server.run(tablet.order("reset", "", cipher_driver, seen))[1] == 0
    assert await opens(tablet, NEW_PIN)
    await check_settled(tablet)
    assert not await opens(tablet, PIN)
    assert await data_key_of(tablet, NEW_PIN) != seen, "the officer's machine saw the old one"


@pytest.mark.parametrize("step", DROP)
async def test_a_kill_while_all_ways_in_end_is_finished_by_the_same_order(
    server: ForkServer, tablet: Tablet, cipher_driver: str, step: str
) -> None:
    data_key, database = await data_key_of(tablet), tablet.files.database("store-0001.db").read_bytes()
    assert server.run(tablet.order("drop", step, cipher_driver))[1] == -9
    assert await is_shut(tablet, PIN)
    assert server.run(tablet.order("drop", "", cipher_driver))[1] == 0
    assert tablet.secrets() == set()
    assert tablet.key_file().other_slots != ()
    assert tablet.files.database("store-0001.db").read_bytes() == database
    assert server.run(tablet.order("reset", "", cipher_driver, data_key))[1] == 0
    assert await opens(tablet, NEW_PIN), "what nobody could open came back by the recovery slot"
