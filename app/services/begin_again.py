"""A store whose app died before its first sign-in was written down."""

from __future__ import annotations

from sqlalchemy import Connection

from app.services.models import Role
from app.store import meta, sessions
from app.sync.oauth import CLIENT_ID


def begin_again(connection: Connection) -> sessions.SignInRow:
    """Write a sign-in that has ended.

    Without it such a store could neither be opened nor made again; signing in as the same user fills it.
    """
    row = sessions.SignInRow(
        plan_url=meta.get(connection, meta.PLAN_URL),
        token_endpoint="",
        revocation_endpoint=None,
        client_id=CLIENT_ID,
        user_reference=meta.get(connection, meta.USER_REFERENCE),
        user_name=meta.get(connection, meta.USER_NAME),
        role=Role.NURSE.value,
        ended=True,
    )
    sessions.save(connection, row)
    return row
