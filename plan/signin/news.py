"""What a user should hear before she goes on: devices that were registered in her name since she last signed in.

What a device's key signs is taken as hers. Whoever held her token for a minute may have registered one of his own, and
she is the only one who knows which devices are hers.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select
from sqlmodel import col

from plan.devices.tables import RegisteredDevice
from plan.signin.tables import SignInFamily
from plan.signin.tokens import OPERATOR_CLIENT

SETTING_UP_MS = 10 * 60_000
"""A sign-in is followed by the first pass of the tablet it was for: that one device is no news."""


def list_new_devices(connection: Connection, user_id: str) -> list[int]:
    """When each was registered (ms since 1970), the first one first."""
    mine = (col(SignInFamily.user_id) == user_id, col(SignInFamily.client_id) != OPERATOR_CLIENT)
    last = connection.execute(select(func.max(col(SignInFamily.began_ms))).where(*mine)).scalar() or 0
    since = (col(RegisteredDevice.user_id) == user_id, col(RegisteredDevice.registered_ms) >= last)
    found = select(col(RegisteredDevice.registered_ms)).where(*since)
    times = [
        int(each)
        for each in connection.execute(found.order_by(col(RegisteredDevice.registered_ms))).scalars()
    ]
    return [] if len(times) == 1 and times[0] - last <= SETTING_UP_MS else times
