"""A change of the data key is killed at each step, with each cipher driver: nothing is lost."""

from __future__ import annotations

import pytest
from store_builders import PIN
from vault_fork import NEW_PIN
from vault_kills import (
    CHANGE,
    DROP,
    NEW_KEY,
    RESET,
    ForkServer,
    Tablet,
    check_settled,
    data_key_of,
    opens,
)


async def test_without_a_kill_every_step_of_each_change_is_gone_through(
    server: ForkServer, tablet: Tablet, cipher_driver: str
) -> None:
    reset = tablet.copy(tablet.root.parent / "reset")
    data_key = await data_key_of(reset)
    assert server.run(tablet.order("new key", "", cipher_driver)) == (NEW_KEY, 0)
    assert server.run(tablet.order("change", "", cipher_driver)) == (["opened", *CHANGE], 0)
    assert await opens(tablet, NEW_PIN)
    await check_settled(tablet)
    assert server.run(tablet.order("drop", "", cipher_driver)) == (DROP, 0)
    assert server.run(reset.order("reset", "", cipher_driver, data_key)) == (RESET, 0)
    assert await opens(reset, NEW_PIN)
    await check_settled(reset)


@pytest.mark.parametrize("step", NEW_KEY)
async def test_a_kill_at_any_step_of_a_new_data_key_loses_nothing(
    server: ForkServer, tablet: Tablet, cipher_driver: str, step: str
) -> None:
    first = await data_key_of(tablet)
    steps, code = server.run(tablet.order("new key", step, cipher_driver))
    assert (steps[-1], code) == (step, -9)
    assert await opens(tablet, PIN)
    await check_settled(tablet)
    assert await data_key_of(tablet) != first, "what was begun and not finished is made at the next unlock"
    assert await opens(tablet, PIN)
